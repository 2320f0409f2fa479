"""The fetch worker of a simulated box: one blob after the other, as the line carries it, and what is seen of the line.

From a stick (``folder``) it is the same, but for the line. A run ends when all is here, when nothing has come for so
long, or when its time is up; a run that is killed leaves what it had written. Small blobs come within the moment, films
piece by piece.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from player.core import faults
from player.core.allowance import allowed_bytes
from player.core.facts import Spent, StoredBlob
from player.core.worker_effects import RunFetch, WantedBlob
from player.core.worker_events import FetchFinished, FetchProgressed
from player.devices.workers_answers import progress
from player.store.errors import StoreError
from player.workers.messages import FetchProgress, FetchResult

from .agenda import NEVER_MS
from .line import Capacity
from .line_seen import LineSeen
from .site import Workplace
from .sticks import BYTES_PER_MS

PIECE_BYTES = 16 << 20
SMALL_BYTES = 64 << 10  # comes within the moment
GIVE_UP_MS = 120_000
FETCH_LIMIT_MS = 3_600_000


@dataclass(frozen=True)
class Flight:
    """Bytes of a blob that are on the line; while it is ``stuck`` none come."""

    blob: WantedBlob
    start: int
    length: int
    since_ms: int
    stuck: bool


class Fetching:
    """The fetch worker of one run of the box. ``effect`` is what it was asked for, None while there is none."""

    def __init__(self, place: Workplace) -> None:
        self._place, self._site, self._chance = place, place.site, place.chance
        self.effect: RunFetch | None = None
        self.flight: Flight | None = None
        self._turn = 0  # of the flight; an older one's end means nothing
        self._until_ms = 0
        self._answered = False  # whether anything at all has come
        self._told: set[str] = set()  # blobs of which this worker has said that they are here
        self._seen: LineSeen

    def begin(self, effect: RunFetch) -> None:
        """Start; a running one is killed."""
        self.end()
        self.effect, self._told, self._answered = effect, set(), False
        self._until_ms = self._place.now + FETCH_LIMIT_MS
        self._seen = LineSeen(self._site.line_file, self._site.clock.now(), self._place.now)
        self._place.after(200, self._next, effect)

    def end(self) -> None:
        """The worker is killed, or everything is: what had come by then was written."""
        self._land()
        self.effect = None

    def line_changed(self) -> None:
        """The line has gone, or has come back."""
        if self.flight is not None and self.effect is not None:
            self._land()
            self._next(self.effect)

    # --- what comes

    def _next(self, effect: RunFetch) -> None:
        """Go on with the first blob that is not here."""
        if self.effect is not effect or self.flight is not None:
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
            flight = Flight(blob, gap.start, length, self._place.now, not (effect.folder or self._site.line.open))
            if effect.folder:
                self._copy(flight)
                return
            if flight.length <= SMALL_BYTES and self._site.line.carries(self._place.now):
                self._seen.small(self._site.line, self._place.now, flight.length)
                self._take(flight, flight.length)
                continue
            self._fly(effect, flight)
            return
        self._finish(effect, FetchResult())

    def _left_bytes(self, effect: RunFetch, blob: WantedBlob) -> int:
        """Return what the month's allowance still allows for this."""
        if effect.monthly_bytes is None:
            return PIECE_BYTES
        spent = self._site.pay(blob.purpose, 0)
        return max(0, allowed_bytes(effect.monthly_bytes, blob.purpose) - spent.total_bytes)

    def _refused(self, effect: RunFetch, blob: WantedBlob, missing_bytes: int) -> bool:
        site = self._site
        fault = site.disk_fault or (faults.DISK_FULL if missing_bytes > site.store.free_bytes else "")
        if fault:
            self._finish(effect, FetchResult(error="the disk refuses", fault=fault))
        elif effect.folder:
            return False
        elif site.line.page:
            self._finish(effect, FetchResult(error="a web page came", fault=faults.WRONG_ANSWER))
        elif not self._left_bytes(effect, blob):
            self._finish(effect, FetchResult(error="the month's allowance is used up"))
        return self.effect is not effect

    def _copy(self, flight: Flight) -> None:
        """Let bytes come from the stick."""
        self.flight = flight
        self._turn += 1
        self._place.after(flight.length // BYTES_PER_MS + 1, self._arrived, self._turn)

    def _fly(self, effect: RunFetch, flight: Flight) -> None:
        """Let bytes come: until they are here, the line falls silent for too long, or the time is up."""
        now = self._place.now
        silent_ms: int | None = now
        arrives_ms = NEVER_MS
        if not flight.stuck:
            arrives_ms = self._capacity(effect).when(now, flight.length)
            silent_ms = self._capacity(effect).silent_from(now, min(arrives_ms, self._until_ms))
        ends_ms = min(self._until_ms, NEVER_MS if silent_ms is None else silent_ms + GIVE_UP_MS)
        self.flight = flight
        self._turn += 1
        if arrives_ms <= ends_ms and silent_ms is None:
            self._place.after(arrives_ms - now, self._arrived, self._turn)
        else:
            self._place.after(ends_ms - now, self._gave_up, self._turn)

    def _arrived(self, turn: int) -> None:
        effect = self.effect
        if turn != self._turn or self.flight is None or effect is None:
            return
        flight, self.flight = self.flight, None
        if not effect.folder and self._site.is_next("connection reset"):
            self._came(effect, flight, self._chance.randint(0, flight.length))
            self._place.after(self._chance.randint(100, 5_000), self._next, effect)
        else:
            self._came(effect, flight, flight.length)
            self._next(effect)

    def _gave_up(self, turn: int) -> None:
        effect = self.effect
        if turn == self._turn and effect is not None:
            self._land()
            if not self._answered:
                self._seen.pause(effect.paused_ms)
            self._finish(effect, FetchResult(error="not a byte for so long", lost=not self._answered))

    def _land(self) -> None:
        """Take in what has come of the flight."""
        flight, self.flight = self.flight, None
        self._turn += 1
        if flight is not None and self.effect is not None:
            self._came(self.effect, flight, min(self._brought(self.effect, flight), flight.length))

    def _brought(self, effect: RunFetch, flight: Flight) -> int:
        """Return what has come of a flight by now."""
        if effect.folder:
            return (self._place.now - flight.since_ms) * BYTES_PER_MS
        return 0 if flight.stuck else int(self._capacity(effect).brought(flight.since_ms, self._place.now))

    def _came(self, effect: RunFetch, flight: Flight, length: int) -> None:
        brought = None if flight.stuck else length
        if not effect.folder:
            self._seen.flight(self._site.line, effect.bits_per_second, flight.since_ms, self._place.now, brought)
        self._take(flight, length)

    def _take(self, flight: Flight, length: int) -> None:
        assert self.effect is not None
        if not length:
            return
        self._answered = True
        here = self._site.store.take(flight.blob.sha256, flight.start, length)
        spent = self._site.pay(flight.blob.purpose, 0 if self.effect.folder else length)
        if here is not None:
            self._tell(self.effect, flight.blob.sha256, here, spent)

    def _capacity(self, effect: RunFetch) -> Capacity:
        return self._site.line.capacity(effect.bits_per_second)

    # --- what is said

    def _tell(self, effect: RunFetch, sha256: str, here: StoredBlob, spent: Spent) -> None:
        said = FetchProgress(
            blob=sha256, bytes_here=here.bytes_here, complete=here.complete, free_bytes=self._site.store.free_bytes,
            spent=spent,
        )  # fmt: skip
        if here.complete:
            self._told.add(sha256)
        event = progress(effect, said, self._place.generation)
        assert isinstance(event, FetchProgressed)
        self._place.emit(replace(event, line=self._site.line_file.news()))

    def _finish(self, effect: RunFetch, result: FetchResult) -> None:
        self.effect = None
        try:
            self._seen.end(self._place.now)
        except StoreError as error:
            result = FetchResult(error=str(error), fault=error.fault)
        history = self._site.line_file.history
        for event in self._place.answer(effect, replace(result, spent=self._site.pay("session", 0))):
            self._place.emit(replace(event, line=history) if isinstance(event, FetchFinished) else event)
