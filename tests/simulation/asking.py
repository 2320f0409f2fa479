"""The workers of a simulated box that ask the county: sync, binding, upload. Only one of a kind runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from player.core import faults
from player.core.facts import GenerationFacts
from player.core.worker_effects import RunBinding, RunSync, RunUpload
from player.store.errors import StoreError
from player.workers.messages import BindResult, Result, SyncResult, UploadResult
from playlists.generation import Accepted
from playlists.trust.client import Older
from playlists.trust.floors import online_keys, require_floors, versions

from . import films
from .agenda import DAY_MS
from .broken import Broken
from .channel import CHANNEL
from .county import Publication
from .line_seen import LineSeen
from .site import Workplace

SYNC_BYTES, NEWS_BYTES, UPLOAD_BYTES = 3_000, 40_000, 2_500  # what an exchange costs, about
BATCH_ENTRIES = 200
Asking = RunSync | RunUpload | RunBinding


class Askers:
    """Sync, binding and upload of one run of the box. ``is_fetching`` says whether another worker watches the line."""

    def __init__(self, place: Workplace, is_fetching: Callable[[], bool]) -> None:
        self._place, self._site, self._chance = place, place.site, place.chance
        self._is_fetching = is_fetching
        self._running: dict[type, int] = {}

    @property
    def talking(self) -> bool:
        """Whether the county is being asked something."""
        return bool(self._running)

    def sync(self, effect: RunSync) -> None:
        """Ask what is new."""
        takes_ms = self._chance.randint(300, 3_000)
        self._begin(effect, takes_ms, lambda: self._synced(effect, takes_ms))

    def upload(self, effect: RunUpload) -> None:
        """Send what the county does not have."""
        self._begin(effect, self._chance.randint(300, 2_000), self._upload)

    def bind(self, effect: RunBinding) -> None:
        """Ask for a code, or whether the box is bound."""
        self._begin(effect, self._chance.randint(200, 1_000), self._bind)

    def _begin(self, effect: Asking, takes_ms: int, work: Callable[[], Result | None]) -> None:
        self._running[type(effect)] = effect.id
        self._place.after(takes_ms, self._work, effect, work)

    def _work(self, effect: Asking, work: Callable[[], Result | None]) -> None:
        if self._running.get(type(effect)) != effect.id:
            return
        result = work()
        if result is None:  # it goes on
            self._place.after(self._chance.randint(300, 2_000), self._work, effect, work)
            return
        del self._running[type(effect)]
        for event in self._place.answer(effect, result):
            self._place.emit(event)

    # --- sync

    def _synced(self, effect: RunSync, takes_ms: int) -> SyncResult:
        result = self._sync()
        if result.error and not (result.refused or result.fault or self._is_fetching()):
            return self._remember_dead_line(takes_ms + effect.paused_ms) or result
        return result

    def _remember_dead_line(self, milliseconds: int) -> SyncResult | None:
        """Count the time as tried in vain; return what the disk says to that, if it refuses."""
        now = self._place.now
        seen = LineSeen(self._site.line_file, self._site.clock.now(), now)
        seen.pause(milliseconds)
        try:
            seen.end(now)
        except StoreError as error:
            return SyncResult(error=str(error), fault=error.fault)
        return None

    def _sync(self) -> SyncResult:
        site = self._site
        if not site.line.carries(site.agenda.now) or site.line.county_away:
            return SyncResult(error="no route to host")
        if site.line.page:
            return SyncResult(error="a web page came", fault=faults.WRONG_ANSWER)
        site.clock.ask_county(self._place.emit)
        if site.is_next("tampered metadata"):
            return SyncResult(error="bad signature", refused=True)
        published = site.county.publication(site.clock.true_ms())
        if site.is_next("stale mirror"):
            published = self._chance.choice(site.county.past)
        try:
            require_floors(site.generations.accepted, published.client, "mirror")  # type: ignore[arg-type]
        except Older as error:
            return SyncResult(error=str(error), refused=True)
        if site.disk_fault:
            return SyncResult(error="the disk refuses", fault=site.disk_fault)
        number = self._accept(published)
        site.clock.raise_floor(site.generations.signed_ms, self._place.emit)
        spent = site.pay("documents", NEWS_BYTES if number else SYNC_BYTES)
        return SyncResult(generation=number, checked=True, spent=spent)

    def _accept(self, published: Publication) -> int:
        """Write the next generation, whole; or only note that the county was asked."""
        disk, now_ms = self._site.generations, max(self._site.clock.now().wall_ms, published.signed_ms)
        before, known = disk.facts, disk.accepted
        signed_ms = max(disk.signed_ms, published.signed_ms)
        client: Any = published.client
        disk.accepted = Accepted(
            roles=versions(client), signed_ms=signed_ms, expires_ms=0, online_keys=online_keys(client)
        )
        same = known is not None and known.roles == disk.accepted.roles and abs(now_ms - disk.made_ms) < DAY_MS
        if before is not None and same:
            disk.facts = replace(before, synced_wall_ms=now_ms)
            return 0
        disk.made_ms = now_ms
        disk.facts = GenerationFacts(
            number=before.number + 1 if before else 1, synced_wall_ms=now_ms, stale=False, box=published.box,
            plans=published.plans, occurrences=published.calendar(now_ms), courses=published.courses,
            course_count=len(published.courses), signed_wall_ms=signed_ms, sounds=films.SOUNDS,
            channels=(CHANNEL,),
        )  # fmt: skip
        return disk.facts.number

    # --- binding and upload

    def _bind(self) -> BindResult:
        site = self._site
        if not site.line.carries(site.agenda.now) or site.line.county_away:
            return BindResult(error="no route to host")
        if site.line.page:
            return BindResult(error="a web page came", fault=faults.WRONG_ANSWER)
        if site.clock.true_ms() >= site.county.bound_at_ms:
            return BindResult(bound=True)
        return BindResult(code="123456", expires_in_s=600)

    def _upload(self) -> UploadResult | None:
        """Send one batch; None if more is to be sent."""
        site, journal = self._site, self._site.journal
        if not site.line.carries(site.agenda.now):
            return UploadResult(head=journal.acknowledged, error="no route to host")
        if site.line.county_away:
            return UploadResult(head=journal.acknowledged, error="the county answers 503", retry_after_s=600)
        if site.line.page:
            return UploadResult(head=journal.acknowledged, error="a web page came", fault=faults.WRONG_ANSWER)
        site.clock.ask_county(self._place.emit)
        if site.county.revoked:
            return UploadResult(head=journal.acknowledged, error="这台机顶盒已停用", fault=faults.COUNTY_REFUSES)
        return self._send()

    def _send(self) -> UploadResult | None:
        site, journal = self._site, self._site.journal
        before = journal.acknowledged
        rows = journal.rows[before : before + BATCH_ENTRIES]
        head = journal.hash_at(before + len(rows))
        if head is None:
            raise Broken(3, "the county holds more than this box ever wrote", before)
        envelope = tuple(row.data for row in rows)
        if site.old_envelope is None or self._chance.random() < 0.1:
            site.old_envelope = envelope, head
        spent = site.pay("journal", UPLOAD_BYTES + sum(map(len, envelope)))
        taken = site.inbox.take(envelope, head)
        if site.is_next("request sent twice"):
            taken = site.inbox.take(envelope, head)
        if site.is_next("acknowledgement lost"):
            return UploadResult(head=before, error="connection reset", spent=spent)
        if journal.hash_at(taken.head) != bytes.fromhex(taken.hash):
            raise Broken(3, "the county holds another history", taken.head)
        journal.acknowledged = taken.head
        if taken.head < before or taken.head < len(journal.rows):
            return None
        return UploadResult(head=taken.head, spent=spent)
