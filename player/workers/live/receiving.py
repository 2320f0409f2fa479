"""The bytes of a stream, whatever happens to it: a receiver that says nothing for long, or ends, is replaced.

Blocks are whole MPEG-TS packets. Called by the live worker (`watching`), in one thread.
"""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from player.store.transport_stream import PACKET_BYTES

__all__ = ["PACKET_BYTES", "Receiving"]

SILENCE_S: Final = 8.0
PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0)  # between attempts; the last one again and again
_BLOCK_BYTES: Final = 1 << 18
_log = logging.getLogger(__name__)


class Receiving:
    """Receives a stream.

    Args:
        url: Its address.
        flows: Told when bytes come and when they come no more.
        silence_s: A receiver that says nothing for so long is replaced.
        pauses_s: How long to wait between attempts.
    """

    def __init__(
        self,
        url: str,
        flows: Callable[[bool], None],
        *,
        silence_s: float = SILENCE_S,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self._url, self._flows = url, flows
        self._silence_s, self._pauses_s = silence_s, pauses_s

    def blocks(self) -> Iterator[bytes]:
        """Yield what comes, for ever; an empty block about once a second while nothing does."""
        failures = 0
        while True:
            came = False
            for block in self._attempt():
                if block and not came:
                    came, failures = True, 0
                    self._flows(True)
                yield block
            self._flows(False)
            pause_s = self._pauses_s[min(failures, len(self._pauses_s) - 1)]
            failures += 1
            until_s = time.monotonic() + pause_s
            while time.monotonic() < until_s:
                yield b""
                time.sleep(min(0.5, pause_s))

    def _attempt(self) -> Iterator[bytes]:
        """Yield what one receiver brings, until it ends or falls silent."""
        rest, heard_s = b"", time.monotonic()
        with _receiver(self._url) as output:
            while time.monotonic() - heard_s < self._silence_s:
                if not select.select([output], [], [], 1.0)[0]:
                    yield b""
                    continue
                read = os.read(output, _BLOCK_BYTES)
                if not read:
                    return
                heard_s = time.monotonic()
                whole = len(rest + read) // PACKET_BYTES * PACKET_BYTES
                block, rest = (rest + read)[:whole], (rest + read)[whole:]
                if block:
                    yield block
        _log.warning("the stream has been silent for %.0f s", self._silence_s)


@contextmanager
def _receiver(url: str) -> Iterator[int]:
    """Run a receiver; the value is the end of its pipe. It is killed however this is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "player.workers.live.receiver", url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process.stdout.fileno()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
