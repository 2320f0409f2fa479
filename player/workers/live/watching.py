"""The live worker: receives one channel, and does with it what it is wanted for, until it is ended.

While it is watched, its last minutes are kept in a ring and served to the picture; while it is recorded, it is written
to the store (`recorder`). Both at once rest on one reception, and either may begin and end meanwhile: the player says
so by a line. What comes over the line by unicast is counted (`player.store.meter`); when the month's allowance is used
up, the worker ends.
"""

from __future__ import annotations

import logging
import queue
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from player.core.allowance import allowed_bytes
from player.core.facts import Spent
from player.store.errors import StoreError, on_the_disk
from player.store.meter import Meter
from player.store.names import StoreNames
from player.workers.child import Say, live
from player.workers.live.receiving import Receiving
from player.workers.live.recorder import Recorder
from player.workers.live.ring import Ring
from player.workers.live.serving import Serving
from player.workers.messages import (
    Line,
    LiveFlows,
    LiveResult,
    LiveServed,
    LiveSpec,
    LiveWanted,
    RecordStopped,
    decode_wanted,
)
from player.workers.wall import WallTime

TELL_EVERY_S: Final = 5.0
USED_UP: Final = "used-up"
_log = logging.getLogger(__name__)
Wishes = queue.SimpleQueue[LiveWanted]


def main() -> int:
    """Run as a worker process."""
    wishes: Wishes = queue.SimpleQueue()

    def hear(line: bytes) -> None:
        try:
            wishes.put(decode_wanted(line))
        except msgspec.DecodeError as error:
            _log.warning("not understood: %s", error)

    return live(LiveSpec, lambda spec, say: watch(spec, say, wishes), hear=hear)


def watch(spec: LiveSpec, say: Say, wishes: Wishes) -> LiveResult:
    """Receive the channel until the process is ended or the disk refuses."""
    try:
        with closing(Reception(spec, say, wishes)) as reception:
            return reception.run()
    except StoreError as error:
        return LiveResult(error=str(error), fault=error.fault)


class Reception:
    """One channel as it is received, with those that want it.

    Args:
        spec: What the worker was told.
        say: The way to the player.
        wishes: What is wanted from now on.

    Raises:
        StoreError: The disk refuses; so in all methods.
    """

    def __init__(self, spec: LiveSpec, say: Say, wishes: Wishes) -> None:
        self._spec, self._say, self._wishes = spec, say, wishes
        self._wall = WallTime(spec.line)
        self._ring: Ring | None = None
        self._serving: Serving | None = None
        self._recorder: Recorder | None = None
        self._served = False
        self._counting = Counting(spec.line, spec.url)
        self._want(spec.wanted)

    def run(self) -> LiveResult:
        """Receive for ever, or until the month's allowance is used up."""
        told_s = time.monotonic()
        for block in Receiving(self._spec.url, self._flows).blocks():
            while not self._wishes.empty():
                self._want(self._wishes.get())
            if block:
                self._take(block)
                if not self._counting.add(len(block)):
                    return LiveResult(error=USED_UP, spent=self._counting.spent)
            if time.monotonic() - told_s >= TELL_EVERY_S:
                told_s = time.monotonic()
                self._tell(flows=bool(block))
        raise AssertionError("a stream is received for ever")

    def close(self) -> None:
        """Keep what was recorded, and nothing of the ring."""
        self._counting.close()
        self._record(None)
        self._watch(watched=False)

    def _want(self, wanted: LiveWanted) -> None:
        self._watch(watched=wanted.watched)
        self._record(wanted)

    def _watch(self, *, watched: bool) -> None:
        if watched and self._ring is None:
            self._ring = Ring(Path(self._spec.ring), self._spec.ring_bytes, self._spec.reserve_bytes)
            self._served = False
        elif not watched and self._ring is not None:
            if self._serving is not None:
                self._serving.close()
            self._ring.close()
            self._ring = self._serving = None

    def _record(self, wanted: LiveWanted | None) -> None:
        """Begin, go on with or end a recording, as is wanted."""
        order, recorder = wanted.record if wanted else None, self._recorder
        if recorder is not None and (order is None or order.starts != recorder.order.starts):
            self._recorder = None
            if (grew := recorder.close()) is not None:
                self._say(grew)
        if order is not None and self._recorder is None:
            reserve, store = self._spec.reserve_bytes, Path(self._spec.store)
            self._recorder = Recorder(store, order, reserve_bytes=reserve, wall_ms=self._wall.now_ms)

    def _take(self, block: bytes) -> None:
        if self._ring is not None:
            self._ring.write(block)
            if not self._served:
                self._served, self._serving = True, Serving(self._ring.read)
                self._say(LiveServed(url=self._serving.url))
        if self._recorder is not None:
            self._keep(self._recorder, block)

    def _keep(self, recorder: Recorder, block: bytes) -> None:
        """Record; a disk that takes no more ends that, and not what people watch."""
        try:
            grew = recorder.write(block)
        except StoreError as error:
            self._recorder = None
            self._say(RecordStopped(recording=recorder.name, error=str(error), fault=error.fault))
            return
        if grew is not None:
            self._say(grew)

    def _flows(self, flows: bool) -> None:
        if not flows and self._recorder is not None:
            try:
                self._recorder.lost()
            except StoreError as error:
                self._say(RecordStopped(recording=self._recorder.name, error=str(error), fault=error.fault))
                self._recorder = None
        self._tell(flows=flows)

    def _tell(self, *, flows: bool) -> None:
        self._say(LiveFlows(flows=flows, kept_ms=self._kept_ms(), spent=self._counting.spent))

    def _kept_ms(self) -> int:
        return self._ring.kept_ms() if self._ring is not None else 0


class Counting:
    """Counts what a stream costs the line; multicast and what comes from the box itself cost nothing."""

    def __init__(self, line: Line, url: str) -> None:
        counts = bool(line.store) and url.startswith(("http", "rtsp"))
        self._meter = Meter(StoreNames(Path(line.store)), WallTime(line).month) if counts else None
        self._allowed = allowed_bytes(line.monthly_bytes, "live") if line.monthly_bytes else None
        self.spent: Spent | None = None

    def add(self, length: int) -> bool:
        """Count so many bytes; return whether more may come.

        Raises:
            StoreError: The meter cannot be written.
        """
        if self._meter is None:
            return True
        with on_the_disk("counting"):
            self.spent = self._meter.add("live", length)
        return self._allowed is None or self.spent.total_bytes < self._allowed

    def close(self) -> None:
        """Let go of the meter's file."""
        if self._meter is not None:
            self._meter.close()
