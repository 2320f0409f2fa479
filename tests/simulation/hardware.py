"""The box's devices in simulated time: medium, journal writer, workers. Each does effects and says what came of it.

Every device only puts events on the queue, after a time drawn from the seed. What they do wrong they do on purpose:
stalls, dead children, files that end early, slow and failing disks, dead lines, lost acknowledgements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from player.core.effects import (
    AppendEntry,
    CloseMedia,
    EvictBlobs,
    OpenMedia,
    PauseMedia,
    ReplaceMediaChild,
    RunBinding,
    RunFetch,
    RunSync,
    RunUpload,
    SeekMedia,
    StopFetch,
)
from player.core.events import (
    BindingAnswered,
    Event,
    Evicted,
    FetchFinished,
    FetchProgressed,
    Journaled,
    JournalFailed,
    MediaEnded,
    MediaFailed,
    MediaOpened,
    MediaProgress,
    SyncFinished,
    UploadFinished,
)
from player.core.moment import Moment

from .county import BROKEN, SHORT, SOUND_ONLY, County
from .disk import Disk

PROGRESS_MS, PAUSED_MS = 4_000, 60_000
LINE_BYTES_PER_MS = 500  # 4 Mbit/s
PIECE_BYTES = 16 << 20
Later = Callable[[int, Callable[[], None]], None]
Emit = Callable[[Event], None]


@dataclass
class Line:
    """The line to the county: up or down, by the seed."""

    rng: Random
    up: bool = True


@dataclass
class Media:
    """VLC, as far as the core can see it, and the truth about what was on the screen."""

    rng: Random
    county: County
    now: Callable[[], int]
    later: Later
    emit: Emit
    note: Callable[[str], None]
    play: int = 0
    blob: str = ""
    position: int = 0
    pictures: int = 0
    paused: bool = False
    dead: bool = False
    since: int = 0
    turn: int = 0
    shown_ms: int = 0  # really on the screen
    unsaid: int = 0  # shown since the last word about it
    excused: int = 0  # shown, and nothing could be said about it any more

    def open(self, effect: OpenMedia) -> None:
        self.off()
        self.play, self.blob, self.position = effect.id, effect.blob, effect.from_ms
        self.pictures, self.paused, self.dead = 0, False, False
        self.turn += 1
        self._after(self.rng.randint(60, 400), self._opened)

    def pause(self, effect: PauseMedia) -> None:
        if effect.play == self.play:
            self._excuse()
            self.paused = effect.paused
            self.turn += 1
            self._after(PROGRESS_MS, self._go_on)

    def seek(self, effect: SeekMedia) -> None:
        if effect.play == self.play:
            self._excuse()
            self.position = effect.position_ms

    def close(self, effect: CloseMedia) -> None:
        if effect.play == self.play:
            self.off()

    def replace(self, effect: ReplaceMediaChild) -> None:
        self.off()

    def off(self) -> None:
        self._excuse()
        self.play, self.turn, self.since = 0, self.turn + 1, 0

    def _opened(self) -> None:
        fault = self.county.faults.get(self.blob)
        if fault == BROKEN:
            self.emit(MediaEnded(self.play, 0, 0))
            return
        if self.rng.random() < 0.01:
            self.note("opening never ends")
            return
        self.since = self.now()
        self.emit(MediaOpened(self.play, self._length(), fault != SOUND_ONLY))
        self._after(PROGRESS_MS // 2, self._go_on)

    def _go_on(self) -> None:
        self._book()
        if self.rng.random() < 0.002:
            self.note(self.rng.choice(("child dies", "picture freezes")))
            if self.rng.random() < 0.5:
                self.emit(MediaFailed(self.play, "the child died"))
            self._excuse()
            self.since, self.dead = 0, True
            return
        self.unsaid = 0
        if self.position >= self._length():
            self.since = 0
            self.emit(MediaEnded(self.play, self.position, self.pictures))
            return
        self.emit(MediaProgress(self.play, self.position, self.pictures, self.paused))
        left = PAUSED_MS if self.paused else min(PROGRESS_MS, max(1, self._length() - self.position))
        self._after(left, self._go_on)

    def _book(self) -> None:
        """Let the picture have moved until now."""
        if self.since and self.play and not self.paused and not self.dead:
            moved = min(self.now() - self.since, max(0, self._length() - self.position))
            self.position += moved
            self.pictures += moved // 40
            self.shown_ms += moved
            self.unsaid += moved
        if self.since:
            self.since = self.now()

    def _excuse(self) -> None:
        """What was shown since the last word is lost by the nature of things: a real player speaks more often."""
        self._book()
        self.excused, self.unsaid = self.excused + self.unsaid, 0

    def _length(self) -> int:
        found = self.county.films.get(self.blob)
        length = found[1].duration_ms if found else 60_000
        return length // 2 if self.county.faults.get(self.blob) == SHORT else length

    def _after(self, milliseconds: int, do: Callable[[], None]) -> None:
        turn = self.turn
        self.later(milliseconds, lambda: do() if turn == self.turn else None)


@dataclass
class Writer:
    """The journal's thread: one command after the other, slow or failing at times."""

    rng: Random
    disk: Disk
    now: Callable[[], Moment]
    later: Later
    emit: Emit
    note: Callable[[str], None]
    busy: bool = False
    sick: bool = False

    def perform(self, effect: object) -> None:
        self.disk.journal.queue.append((effect, self.now()))  # type: ignore[arg-type]
        self._begin()

    def _begin(self) -> None:
        if not self.busy and self.disk.journal.queue:
            self.busy = True
            slow = self.rng.random() < 0.005
            self.later(self.rng.randint(2_000, 9_000) if slow else self.rng.randint(2, 30), self._write)

    def _write(self) -> None:
        self.busy = False
        effect = self.disk.journal.queue[0][0]
        if self.sick or self.rng.random() < 0.002:
            self.disk.journal.queue.pop(0)
            self.note("journal fails")
            if isinstance(effect, AppendEntry):
                self.emit(JournalFailed(effect.id, "disk error"))
        elif (done := self.disk.journal.write_next()) is not None:
            self.emit(Journaled(done.id, len(self.disk.journal.rows)))
        self._begin()


@dataclass(frozen=True)
class Flight:
    """Bytes of a blob that are on the line since a true time."""

    sha256: str
    start: int
    length: int
    since_ms: int


@dataclass
class Workers:
    """Sync, fetch, upload, binding and eviction, each an errand that takes a while."""

    rng: Random
    disk: Disk
    county: County
    line: Line
    wall: Callable[[], int]  # the true time
    hear: Callable[[int], None]
    later: Later
    emit: Emit
    note: Callable[[str], None]
    fetching: RunFetch | None = None
    flight: Flight | None = None

    def sync(self, effect: RunSync) -> None:
        self.later(self.rng.randint(300, 3_000), lambda: self._synced(effect))

    def _synced(self, effect: RunSync) -> None:
        if not self.line.up:
            self.emit(SyncFinished(effect.id, None, error="no route to host"))
            return
        if self.rng.random() < 0.01:
            self.note("tampered metadata")
            self.emit(SyncFinished(effect.id, None, error="bad signature", refused=True))
            return
        facts, old = self.county.generation(self.wall()), self.disk.generation
        same = old is not None and (old.number, old.box, old.occurrences) == (
            facts.number,
            facts.box,
            facts.occurrences,
        )
        if not same:
            self.disk.generation = facts
        self.hear(self.wall())
        self.emit(SyncFinished(effect.id, None if same else facts, checked=True))

    def bind(self, effect: RunBinding) -> None:
        self.later(self.rng.randint(200, 1_000), lambda: self._bound(effect))

    def _bound(self, effect: RunBinding) -> None:
        if not self.line.up:
            self.emit(BindingAnswered(effect.id, error="no route to host"))
        elif self.wall() >= self.county.bound_at_ms:
            self.emit(BindingAnswered(effect.id, bound=True))
        else:
            self.emit(BindingAnswered(effect.id, code="123456", expires_in_s=600))

    def upload(self, effect: RunUpload) -> None:
        self.later(self.rng.randint(300, 2_000), lambda: self._uploaded(effect))

    def _uploaded(self, effect: RunUpload) -> None:
        journal = self.disk.journal
        if not self.line.up:
            self.emit(UploadFinished(effect.id, 0, error="no route to host"))
            return
        if self.rng.random() < 0.01:
            self.note("county restored from backup")
            self.county.lose_a_day()
        head = self.county.take_in(journal.rows[min(journal.acknowledged, self.county.head) :])
        if self.rng.random() < 0.05:
            self.note("acknowledgement lost")
            self.emit(UploadFinished(effect.id, 0, error="connection reset"))
            return
        journal.acknowledged = head
        self.hear(self.wall())
        self.emit(UploadFinished(effect.id, head))

    def fetch(self, effect: RunFetch) -> None:
        self.off()
        self.fetching = effect
        self.later(200, lambda: self._fetch_next(effect))

    def stop(self, effect: StopFetch) -> None:
        self.off()

    def off(self) -> None:
        """The worker is killed, or everything is: what had come by then was written."""
        self.fetching, flight, self.flight = None, self.flight, None
        if flight is not None:
            came = min(flight.length, (self.wall() - flight.since_ms) * LINE_BYTES_PER_MS)
            self.disk.store.take(flight.sha256, flight.start, came)

    def _fetch_next(self, effect: RunFetch) -> None:
        if self.fetching is not effect:
            return
        store = self.disk.store
        left = [blob for blob in effect.blobs if not store.is_whole(blob.sha256)]
        if not left or not self.line.up:
            self._end(effect, "" if not left else "no route to host")
            return
        gap = store.gap(left[0].sha256, left[0].bytes)
        length = min(gap.end - gap.start, PIECE_BYTES)
        if length > store.free_bytes or self.rng.random() < 0.003:
            self.note("disk full")
            self._end(effect, "no space", disk_full=True)
            return
        self.flight = Flight(left[0].sha256, gap.start, length, self.wall())
        self.later(1 + length // LINE_BYTES_PER_MS, lambda: self._came(effect))

    def _came(self, effect: RunFetch) -> None:
        if self.fetching is not effect or self.flight is None:
            return
        flight, self.flight = self.flight, None
        whole = self.line.up and self.rng.random() > 0.02
        here = self.disk.store.take(
            flight.sha256, flight.start, flight.length if whole else self.rng.randint(0, flight.length)
        )
        if here is not None:
            self.emit(
                FetchProgressed(effect.id, flight.sha256, here.bytes_here, here.complete, self.disk.store.free_bytes)
            )
        if whole:
            self._fetch_next(effect)
        else:
            self._end(effect, "connection reset")

    def _end(self, effect: RunFetch, error: str, *, disk_full: bool = False) -> None:
        self.fetching = None
        self.emit(FetchFinished(effect.id, error=error, disk_full=disk_full))

    def evict(self, effect: EvictBlobs) -> None:
        if self.rng.random() < 0.05:
            self.note("nothing can be removed")
            self.later(5, lambda: self.emit(Evicted(effect.id, (), 0)))
            return
        for sha in effect.blobs:
            self.disk.store.evict(sha)
        self.later(5, lambda: self.emit(Evicted(effect.id, effect.blobs, self.disk.store.free_bytes)))
