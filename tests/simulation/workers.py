"""The workers of a simulated box: sync, fetch, upload, binding, the watch over the line, and the store's keeper.

What their results mean is the product's own word (`player.devices.workers_answers`). Only one of a kind runs; a killed
one leaves what it had written. ``next_trouble`` of each is what the script wants to go wrong at the next occasion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from msgspec.structs import replace

from player.core import faults, schedule
from player.core.effects import (
    EvictBlobs,
    LeaveLine,
    RunBinding,
    RunFetch,
    RunScrub,
    RunSync,
    RunUpload,
    StopFetch,
    StopScrub,
    WantedBlob,
    WatchLine,
)
from player.core.events import Event, Evicted, LineBack
from player.core.facts import GenerationFacts, LinePurpose, Spent, StoredBlob
from player.core.limits import allowed_bytes
from player.devices.workers_answers import answer, progress
from player.workers.messages import (
    BindResult,
    BlobBad,
    FetchProgress,
    FetchResult,
    Result,
    ScrubResult,
    SyncResult,
    UploadResult,
)
from playlists.generation import Accepted
from playlists.trust.client import Older
from playlists.trust.floors import online_keys, require_floors, versions

from .agenda import DAY_MS, NEVER_MS, Agenda, Run
from .broken import Broken
from .clock import SiteClock
from .county import County, Publication
from .inbox import Inbox
from .journal import JournalFile
from .line import Capacity, Line
from .store import Month, Store

PIECE_BYTES = 16 << 20
SYNC_BYTES, NEWS_BYTES, UPLOAD_BYTES = 3_000, 40_000, 2_500  # what an exchange costs, about
SMALL_BYTES = 64 << 10  # comes within the moment
GIVE_UP_MS = 120_000
LOOK_MS = (5_000, 60_000)  # the first pause of the watch over a dead line, and the longest
FETCH_LIMIT_MS = 3_600_000
BATCH_ENTRIES = 200
OFFSET_MINUTES = 480
Asking = RunSync | RunUpload | RunBinding


@dataclass
class Generations:
    """The generation on the disk: its documents, what was believed for it, and when it was made."""

    facts: GenerationFacts | None = None
    accepted: Accepted | None = None
    made_ms: int = 0

    @property
    def signed_ms(self) -> int:
        """The newest signed time."""
        return self.accepted.signed_ms if self.accepted else 0


@dataclass(frozen=True)
class Flight:
    """Bytes of a blob that are on the line; while it is ``stuck`` none come."""

    blob: WantedBlob
    start: int
    length: int
    since_ms: int
    stuck: bool


@dataclass
class Site:
    """What the workers work with, and what outlives them."""

    agenda: Agenda
    clock: SiteClock
    line: Line
    county: County
    inbox: Inbox
    journal: JournalFile
    store: Store
    generations: Generations
    disk_full: int = 0
    disk_failing: int = 0
    disk_read_only: int = 0
    slow_ms: int = 0
    next_trouble: list[str] = field(default_factory=list)
    old_envelope: tuple[tuple[bytes, ...], bytes] | None = None
    spent_bytes: Counter[Month] = field(default_factory=Counter)  # the truth
    unsure_bytes: int = 0  # counted for another month, or for none

    def pay(self, purpose: LinePurpose, length: int) -> Spent:
        """Count what has passed over the line."""
        now = self.clock.now()
        month = schedule.month(now.wall_ms, OFFSET_MINUTES) if now.trust != "unknown" else None
        true_month = schedule.month(self.clock.true_ms(), OFFSET_MINUTES)
        self.spent_bytes[true_month] += length
        self.unsure_bytes += length if month != true_month else 0
        return self.store.meter.add(self.agenda.now, month, purpose, length)

    def is_next(self, trouble: str) -> bool:
        if trouble in self.next_trouble:
            self.next_trouble.remove(trouble)
            return True
        return False

    @property
    def journal_failing(self) -> int:
        """Why the journal cannot be written: so many reasons."""
        return self.disk_full + self.disk_failing + self.disk_read_only

    @property
    def card_fault(self) -> str:
        """What the disk answers to whoever wants to write; empty if it writes."""
        if self.disk_read_only:
            return faults.CARD_READ_ONLY
        return faults.CARD_FAILING if self.disk_failing else ""


class Workers:
    """The workers of one run of the box."""

    def __init__(self, chance: Random, site: Site, run: Run, emit: Callable[[Event], None]) -> None:
        self._chance, self._site, self._run, self._emit = chance, site, run, emit
        self.fetching: RunFetch | None = None
        self.flight: Flight | None = None
        self.scrubbing = 0
        self.watching = 0
        self._flight_turn = 0
        self._until_ms = 0
        self._told: set[str] = set()  # blobs of which this worker has said that they are here
        self._running: dict[type, int] = {}

    def perform(self, effect: object) -> None:
        """Start a worker, or end one."""
        match effect:
            case RunFetch():
                self._fetch(effect)
            case StopFetch() | StopScrub() | LeaveLine():
                self._leave(effect)
            case RunScrub():
                self.scrubbing = effect.id
                self._after(self._chance.randint(1_000, 40_000), self._scrub, effect)
            case WatchLine():
                self.watching = effect.id
                self._look(effect, LOOK_MS[0])
            case EvictBlobs():
                self._after(self._chance.randint(5, 200), self._evict, effect)
            case RunSync():
                self._begin(effect, self._chance.randint(300, 3_000), self._sync)
            case RunUpload():
                self._begin(effect, self._chance.randint(300, 2_000), self._upload)
            case RunBinding():
                self._begin(effect, self._chance.randint(200, 1_000), self._bind)

    def _leave(self, effect: StopFetch | StopScrub | LeaveLine) -> None:
        match effect:
            case StopFetch():
                self.end_fetch()
            case StopScrub():
                self.scrubbing = 0
            case LeaveLine():
                self.watching = 0

    @property
    def talking(self) -> bool:
        """Whether the county is being asked something."""
        return bool(self._running)

    def _begin(self, effect: Asking, takes_ms: int, work: Callable[..., Result | None]) -> None:
        self._running[type(effect)] = effect.id
        self._after(takes_ms, self._work, effect, work)

    def _work(self, effect: Asking, work: Callable[..., Result | None]) -> None:
        if self._running.get(type(effect)) != effect.id:
            return
        result = work()
        if result is None:  # it goes on
            self._after(self._chance.randint(300, 2_000), self._work, effect, work)
            return
        del self._running[type(effect)]
        self._answer(effect, result)

    def _answer(self, effect: Asking | RunFetch | RunScrub, result: Result) -> None:
        for event in answer(effect, result, "", self._site.journal.acknowledged, lambda: self._site.generations.facts):
            self._emit(event)

    # --- sync

    def _sync(self) -> SyncResult:
        site = self._site
        if not site.line.carries(site.agenda.now) or site.line.county_away:
            return SyncResult(error="no route to host")
        if site.line.page:
            return SyncResult(error="a web page came", fault=faults.WRONG_ANSWER)
        site.clock.ask_county(self._emit)
        if site.is_next("tampered metadata"):
            return SyncResult(error="bad signature", refused=True)
        published = site.county.publication(site.clock.true_ms())
        if site.is_next("stale mirror"):
            published = self._chance.choice(site.county.past)
        try:
            require_floors(site.generations.accepted, published.client, "mirror")  # type: ignore[arg-type]
        except Older as error:
            return SyncResult(error=str(error), refused=True)
        if site.card_fault or site.disk_full:
            return SyncResult(error="no space left on device")
        number = self._accept(published)
        site.clock.raise_floor(site.generations.signed_ms, self._emit)
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
            course_count=len(published.courses),
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
        site.clock.ask_county(self._emit)
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

    # --- fetch

    def _fetch(self, effect: RunFetch) -> None:
        self.end_fetch()
        self.fetching, self._told = effect, set()
        self._until_ms = self._site.agenda.now + FETCH_LIMIT_MS
        self._after(200, self._fetch_next, effect)

    def end_fetch(self) -> None:
        """The worker is killed, or everything is: what had come by then was written."""
        self._land()
        self.fetching = None

    def line_changed(self) -> None:
        """The line has gone, or has come back."""
        if self.flight is not None and self.fetching is not None:
            self._land()
            self._fetch_next(self.fetching)

    def _land(self) -> None:
        """Take in what has come of the flight."""
        flight, self.flight = self.flight, None
        self._flight_turn += 1
        if flight is not None and self.fetching is not None and not flight.stuck:
            came = int(self._capacity().brought(flight.since_ms, self._site.agenda.now))
            self._take(flight, min(came, flight.length))

    def _take(self, flight: Flight, length: int) -> None:
        assert self.fetching is not None
        if not length:
            return
        here = self._site.store.take(flight.blob.sha256, flight.start, length)
        spent = self._site.pay(flight.blob.purpose, length)
        if here is not None:
            self._tell(self.fetching, flight.blob.sha256, here, spent)

    def _tell(self, effect: RunFetch, sha256: str, here: StoredBlob, spent: Spent) -> None:
        said = FetchProgress(
            blob=sha256, bytes_here=here.bytes_here, complete=here.complete, free_bytes=self._site.store.free_bytes,
            spent=spent,
        )  # fmt: skip
        if here.complete:
            self._told.add(sha256)
        self._emit(progress(effect, said, lambda: self._site.generations.facts))

    def _capacity(self) -> Capacity:
        assert self.fetching is not None
        return self._site.line.capacity(self.fetching.bits_per_second)

    def _fetch_next(self, effect: RunFetch) -> None:
        """Go on with the first blob that is not here: small ones at once, films piece by piece."""
        if self.fetching is not effect or self.flight is not None:
            return
        store = self._site.store
        for blob in effect.blobs:
            if blob.sha256 in self._told:
                continue
            if store.is_whole(blob.sha256):
                self._tell(effect, blob.sha256, StoredBlob(blob.bytes, complete=True), self._site.pay(blob.purpose, 0))
                continue
            gap = store.gap(blob.sha256, blob.bytes)
            if gap is None:
                self._tell(effect, blob.sha256, store.finish(blob.sha256), self._site.pay(blob.purpose, 0))
                continue
            if self._refused(effect, blob, store.partials[blob.sha256].missing_bytes):
                return
            length = min(gap.end - gap.start, PIECE_BYTES, self._left_bytes(effect, blob))
            flight = Flight(blob, gap.start, length, self._site.agenda.now, not self._site.line.open)
            if flight.length <= SMALL_BYTES and self._site.line.carries(self._site.agenda.now):
                self._take(flight, flight.length)
                continue
            self._fly(effect, flight)
            return
        self._end(effect, FetchResult())

    def _left_bytes(self, effect: RunFetch, blob: WantedBlob) -> int:
        """Return what the month's allowance still allows for this."""
        if effect.monthly_bytes is None:
            return PIECE_BYTES
        spent = self._site.pay(blob.purpose, 0)
        return max(0, allowed_bytes(effect.monthly_bytes, blob.purpose) - spent.total_bytes)

    def _refused(self, effect: RunFetch, blob: WantedBlob, missing_bytes: int) -> bool:
        site = self._site
        fault = site.card_fault or (faults.DISK_FULL if missing_bytes > site.store.free_bytes or site.disk_full else "")
        if fault:
            self._end(effect, FetchResult(error="the disk refuses", fault=fault))
        elif site.line.page:
            self._end(effect, FetchResult(error="a web page came"))
        elif not self._left_bytes(effect, blob):
            self._end(effect, FetchResult(error="the month's allowance is used up"))
        return self.fetching is not effect

    def _fly(self, effect: RunFetch, flight: Flight) -> None:
        """Let bytes come: until they are here, the line falls silent for too long, or the time is up."""
        now = self._site.agenda.now
        silent_ms: int | None = now
        arrives_ms = NEVER_MS
        if not flight.stuck:
            arrives_ms = self._capacity().when(now, flight.length)
            silent_ms = self._capacity().silent_from(now, min(arrives_ms, self._until_ms))
        ends_ms = min(self._until_ms, NEVER_MS if silent_ms is None else silent_ms + GIVE_UP_MS)
        self.flight = flight
        self._flight_turn += 1
        if arrives_ms <= ends_ms and silent_ms is None:
            self._after(arrives_ms - now, self._arrived, self._flight_turn)
        else:
            self._after(ends_ms - now, self._gave_up, self._flight_turn)

    def _arrived(self, turn: int) -> None:
        effect = self.fetching
        if turn == self._flight_turn and self.flight is not None and effect is not None:
            flight, self.flight = self.flight, None
            if self._site.is_next("connection reset"):
                self._take(flight, self._chance.randint(0, flight.length))
                self._after(self._chance.randint(100, 5_000), self._fetch_next, effect)
            else:
                self._take(flight, flight.length)
                self._fetch_next(effect)

    def _gave_up(self, turn: int) -> None:
        effect = self.fetching
        if turn == self._flight_turn and effect is not None:
            self._land()
            self._end(effect, FetchResult(error="not a byte for so long", lost=True))

    def _end(self, effect: RunFetch, result: FetchResult) -> None:
        self.fetching = None
        self._answer(effect, replace(result, spent=self._site.pay("session", 0)))

    # --- the comparison at rest

    def _scrub(self, effect: RunScrub) -> None:
        """Compare what was asked for; a worker that was ended has done a part of it."""
        store, ended = self._site.store, self.scrubbing != effect.id
        for blob in effect.blobs[: len(effect.blobs) // 2 if ended else None]:
            here = store.compare(blob.sha256)
            if here is not None:
                said = BlobBad(blob=blob.sha256, bytes_here=here)
                self._emit(progress(effect, said, lambda: self._site.generations.facts))
        if not ended:
            self.scrubbing = 0
            self._answer(effect, ScrubResult())

    # --- the watch over a dead line

    def _look(self, effect: WatchLine, pause_ms: int) -> None:
        """Look after a pause whether somebody takes a call."""
        self._after(self._chance.randint(pause_ms // 2, pause_ms), self._call, effect, pause_ms)

    def _call(self, effect: WatchLine, pause_ms: int) -> None:
        if self.watching != effect.id:
            return
        if self._site.line.carries(self._site.agenda.now):
            self.watching = 0
            self._emit(LineBack(effect.id))
        else:
            self._look(effect, min(pause_ms * 3 // 2, LOOK_MS[1]))

    # --- the store's keeper

    def _evict(self, effect: EvictBlobs) -> None:
        site = self._site
        if site.card_fault or site.is_next("nothing can be removed"):
            self._emit(Evicted(effect.id, (), 0))
            return
        for sha in effect.blobs:
            site.store.evict(sha)
        self._emit(Evicted(effect.id, effect.blobs, site.store.free_bytes))

    def _after(self, milliseconds: int, do: Callable[..., None], *arguments: object) -> None:
        self._site.agenda.at(self._site.agenda.now + milliseconds, self._run, do, *arguments)
