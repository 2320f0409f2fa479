"""A live channel of a simulated county: the worker that receives it, and what it has written to the disk.

What the worker says means what the product makes of it (`player.devices.workers_answers`). It writes as it receives; a
cut costs what was not synced, a kill nothing. While the line is down there is no signal, and the next bytes are another
part. Nothing is served to a picture: who watches waits for it.
"""

from __future__ import annotations

from msgspec.structs import replace

from player.core.facts import RecordedPart, StoredRecording
from player.core.faults import DISK_FULL
from player.core.worker_effects import RecordChannel, RunLive, StopLive, TellLive
from player.devices.workers_answers import progress
from player.workers.messages import LiveFlows, Progress, RecordGrew, RecordStopped
from playlists.documents import LiveChannel
from playlists.recordings import name_of

from .broken import Broken
from .site import Workplace

CHANNEL = LiveChannel(id="province", name="省台", url="udp://@239.1.2.3:5004")
TICK_MS = 60_000  # the real one says every other second how far it is
SYNC_MS = 2_000
BYTES_PER_MS = 4  # a poor picture: what is stored of films in these lives is small too


class Receiver:
    """The live worker of one run."""

    def __init__(self, place: Workplace, box: str) -> None:
        self._place, self._box = place, box
        self._run: RunLive | None = None
        self._order: RecordChannel | None = None
        self._part = 0  # the one that is being written; 0 while none is
        self._since_ms = self._wrote_bytes = 0
        self._flows = True

    def perform(self, effect: RunLive | TellLive | StopLive) -> None:
        """Begin to receive, change what is wanted, or end."""
        if isinstance(effect, StopLive):
            self._grow()
            self._run = self._order = None
            return
        if isinstance(effect, RunLive):
            if self._run is not None:
                raise Broken(6, "a channel is received twice", effect.url)
            self._run, self._flows = effect, True
            self._place.after(TICK_MS, self._tick, effect)
        elif effect.record != self._order:
            self._grow()
        if effect.record != self._order:
            self._order, self._part, self._since_ms = effect.record, 0, self._place.now
            self._wrote_bytes = 0

    def off(self, *, cut: bool) -> None:
        """The power goes, or the service ends: what was received until then is on the disk, or nearly."""
        lost_ms = self._place.now % SYNC_MS if cut else 0
        self._write(max(self._since_ms, self._place.now - lost_ms))
        self._run = self._order = None

    def _tick(self, run: RunLive) -> None:
        if self._run is not run:
            return
        flows = not self._place.site.line.down
        if flows or self._flows:  # what came before it fell silent
            self._grow()
        if flows != self._flows:
            self._flows, self._part = flows, 0
            self._say(LiveFlows(flows=flows, kept_ms=0))
        self._since_ms = self._place.now
        self._place.after(TICK_MS, self._tick, run)

    def _grow(self) -> None:
        """Write what has come until now, and say so; a disk that refuses ends it."""
        order, fault = self._order, self._place.site.disk_fault
        if order is not None and not fault and self._taken_bytes() > order.most_bytes:
            fault = DISK_FULL
        if order is not None and fault:
            self._order = None
            self._say(RecordStopped(recording=name_of(order.channel, order.starts), error="refused", fault=fault))
            return
        written = self._write(self._place.now)
        if written is not None:
            name, part = written
            self._say(RecordGrew(
                recording=name, part=part.number, wall_ms=part.wall_ms, length_ms=part.length_ms, bytes=part.bytes,
            ))  # fmt: skip

    def _write(self, until_ms: int) -> tuple[str, RecordedPart] | None:
        order, length = self._order, until_ms - self._since_ms
        if order is None or self._run is None or not self._flows or length <= 0 or self._place.site.disk_fault:
            return None
        disk, name = self._place.site.store.recordings, name_of(order.channel, order.starts)
        known = disk.get(name) or StoredRecording(self._box, order.channel, order.title, order.starts, order.minutes)
        if not self._part:
            self._part = len(known.parts) + 1
            wall_ms = self._place.site.clock.now().wall_ms - length
            known = replace(known, parts=(*known.parts, RecordedPart(self._part, wall_ms, 0, 0)))
        last = known.parts[-1]
        grown = replace(last, length_ms=last.length_ms + length, bytes=last.bytes + length * BYTES_PER_MS)
        disk[name] = replace(known, parts=(*known.parts[:-1], grown))
        self._since_ms = until_ms
        self._wrote_bytes += length * BYTES_PER_MS
        return name, grown

    def _taken_bytes(self) -> int:
        """Return what was taken since this was ordered, with what has come since."""
        return self._wrote_bytes + (self._place.now - self._since_ms) * BYTES_PER_MS

    def _say(self, said: Progress) -> None:
        assert self._run is not None
        self._place.emit(progress(self._run, said, self._place.generation))
