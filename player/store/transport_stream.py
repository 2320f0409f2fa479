"""How long an MPEG transport stream lasts, by the clock references in its packets (ISO/IEC 13818-1, 2.4.3.5).

Only the beginning and the end of a file are read, so a start looks through hours in milliseconds. What a power cut left
at the end, such as zeros, is passed over. Used for what was recorded here (`player.store.recordings`), whose parts each
come from one receiver and so have one clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

PACKET_BYTES: Final = 188
_SYNC: Final = 0x47
_ENDS_BYTES: Final = PACKET_BYTES * 4096  # half a minute of a poor picture, or a second of a good one
_FURTHEST_ENDS: Final = 8  # so many of these are read from the end, in search of the last sound packet
_PER_MS: Final = 90
_ROUND_MS: Final = (1 << 33) // _PER_MS  # the clock begins anew after 26.5 hours


def length_ms(path: Path) -> int:
    """Return how long a file shows something, 0 if nothing in it can be shown.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        size = path.stat().st_size // PACKET_BYTES * PACKET_BYTES
        first = next(_clocks(file.read(_ENDS_BYTES)), None)
        last = _last_clock(file, size)
    return 0 if first is None or last is None else (last - first) % _ROUND_MS


def clock_ms(packet: bytes | memoryview) -> int | None:
    """Return the programme's clock as a packet tells it, in ms; None if it tells none."""
    if packet[0] != _SYNC or not packet[3] & 0x20 or packet[4] < 7 or not packet[5] & 0x10:
        return None
    base = (packet[6] << 25) | (packet[7] << 17) | (packet[8] << 9) | (packet[9] << 1) | (packet[10] >> 7)
    return base // _PER_MS


def _last_clock(file: BinaryIO, size: int) -> int | None:
    end = size
    for _ in range(_FURTHEST_ENDS):
        start = max(0, end - _ENDS_BYTES)
        file.seek(start)
        clocks = list(_clocks(file.read(end - start)))
        if clocks or start == 0:
            return clocks[-1] if clocks else None
        end = start
    return None


def _clocks(data: bytes) -> Iterator[int]:
    view = memoryview(data)
    for at in range(0, len(data) - PACKET_BYTES + 1, PACKET_BYTES):
        clock = clock_ms(view[at : at + PACKET_BYTES])
        if clock is not None:
            yield clock
