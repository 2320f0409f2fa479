"""The live worker: receives one channel, keeps its last minutes and serves them to the picture, until it is ended.

What comes over the line by unicast is counted (`player.store.meter`); when the month's allowance is used up, it ends.
"""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Final

from player.core.limits import allowed_bytes
from player.store.errors import StoreError, on_the_disk
from player.store.meter import Meter
from player.store.names import StoreNames
from player.workers.child import Say, live
from player.workers.live.receiving import Receiving
from player.workers.live.ring import Ring
from player.workers.live.serving import Serving
from player.workers.messages import Line, LiveFlows, LiveResult, LiveServed, LiveSpec
from player.workers.wall import WallTime

TELL_EVERY_S: Final = 5.0
USED_UP: Final = "used-up"


def main() -> int:
    """Run as a worker process."""
    return live(LiveSpec, watch)


def watch(spec: LiveSpec, say: Say) -> LiveResult:
    """Serve the channel until the process is ended or the disk refuses."""
    try:
        with closing(Ring(Path(spec.ring), spec.ring_bytes, spec.reserve_bytes)) as ring:
            return _watch(spec, ring, say)
    except StoreError as error:
        return LiveResult(error=str(error), fault=error.fault)


def _watch(spec: LiveSpec, ring: Ring, say: Say) -> LiveResult:
    served, told_s = None, time.monotonic()
    with closing(Counting(spec.line, spec.url)) as counting:
        for block in Receiving(spec.url, lambda flows: say(LiveFlows(flows=flows, kept_ms=ring.kept_ms()))).blocks():
            if block:
                ring.write(block)
                if not counting.add(len(block)):
                    return LiveResult(error=USED_UP)
            if served is None and block:
                served = Serving(ring.read)
                say(LiveServed(url=served.url))
            if time.monotonic() - told_s >= TELL_EVERY_S:
                told_s = time.monotonic()
                say(LiveFlows(flows=bool(block), kept_ms=ring.kept_ms()))
    raise AssertionError("a stream is received for ever")


class Counting:
    """Counts what a stream costs the line; multicast and what comes from the box itself cost nothing."""

    def __init__(self, line: Line, url: str) -> None:
        counts = bool(line.store) and url.startswith(("http", "rtsp"))
        self._meter = Meter(StoreNames(Path(line.store)), WallTime(line).month) if counts else None
        self._allowed = allowed_bytes(line.monthly_bytes, "live") if line.monthly_bytes else None

    def add(self, length: int) -> bool:
        """Count so many bytes; return whether more may come.

        Raises:
            StoreError: The meter cannot be written.
        """
        if self._meter is None:
            return True
        with on_the_disk("counting"):
            spent = self._meter.add("live", length)
        return self._allowed is None or spent.total_bytes < self._allowed

    def close(self) -> None:
        """Let go of the meter's file."""
        if self._meter is not None:
            self._meter.close()
