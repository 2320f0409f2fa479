"""One input device of the kernel (linux/input.h): what keys it has, taking it for ourselves, reading it.

A remote control that the kernel's tables do not know has no keys, only the codes that its receiver hears (MSC_SCAN);
each is read as a key of its own from `SCAN_CODES` on, so that it can be taught. A held one is heard again and again.

Used by `device`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from player.core.events import Press
from player.core.preferences import SCAN_CODES

_EVENT = struct.Struct("@llHHi")  # struct input_event: time, type, code, value
_EV_SYN, _EV_KEY, _EV_MSC = 0x00, 0x01, 0x04
_MSC_SCAN = 0x04
_KEY_UNKNOWN = 240  # what the kernel calls a key that its table does not name
_HELD_MS = 250  # receivers repeat a held key every 110 ms
_EVIOCGRAB = 0x40044590
_NAME_BYTES, _KEY_BYTES = 256, 96  # KEY_CNT / 8
_ENOUGH_KEYS = 5  # of ours: a mouse or a power button has fewer, the plainest remote has more
_PRESSES: dict[int, Press] = {0: "release", 1: "press", 2: "repeat"}


class Stroke(NamedTuple):
    """A key went down, is held, or went up."""

    code: int
    press: Press


def _ask(descriptor: int, number: int, size: int) -> bytes:
    """Do the ioctl ``_IOR('E', number, size)``."""
    return fcntl.ioctl(descriptor, (2 << 30) | (size << 16) | (ord("E") << 8) | number, bytes(size))


class Remote:
    """A grabbed device; `read` never blocks."""

    def __init__(self, descriptor: int, name: str) -> None:
        self.descriptor = descriptor
        self.name = name
        self._scan: int | None = None  # of the report that is being read
        self._keyed = False  # whether that report has a key
        self._last: tuple[int, int] = (0, 0)  # the last bare code and when

    def read(self) -> Iterator[Stroke]:
        """Yield the strokes that have come.

        Raises:
            OSError: The device has been unplugged.
        """
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.descriptor, _EVENT.size * 64)
            if not data:
                raise OSError("the device has gone")
            for seconds, micros, kind, code, value in _EVENT.iter_unpack(
                data[: len(data) // _EVENT.size * _EVENT.size]
            ):
                if kind == _EV_KEY and code != _KEY_UNKNOWN and value in _PRESSES:
                    self._keyed = True
                    yield Stroke(code, _PRESSES[value])
                elif kind == _EV_MSC and code == _MSC_SCAN:
                    self._scan = value & 0xFFFFFFFF
                elif kind == _EV_SYN:
                    yield from self._bare_code(seconds * 1000 + micros // 1000)

    def _bare_code(self, now_ms: int) -> Iterator[Stroke]:
        """Yield the stroke of a report that has a code and no key."""
        scan, keyed = self._scan, self._keyed
        self._scan, self._keyed = None, False
        if scan is not None and not keyed:
            held = self._last[0] == scan and 0 <= now_ms - self._last[1] < _HELD_MS
            self._last = scan, now_ms
            yield Stroke(SCAN_CODES + scan, "repeat" if held else "press")

    def close(self) -> None:
        """Let go of the device."""
        os.close(self.descriptor)


def _is_receiver(path: Path) -> bool:
    """Return whether this is a receiver of remote controls, which has only the keys that its table names."""
    return "/rc/rc" in os.path.realpath(f"/sys/class/input/{path.name}")


def open_remote(path: Path, wanted: Collection[int]) -> Remote | None:
    """Open and grab a device, or return None if it is no remote control and no keyboard.

    Args:
        path: Such as ``/dev/input/event3``.
        wanted: Numbers of the keys that mean something to us.

    Raises:
        OSError: It cannot be opened or taken: it has gone, it is not ours to read, or another program has it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        keys = _ask(descriptor, 0x20 + _EV_KEY, _KEY_BYTES)
        known = sum(1 for code in wanted if keys[code // 8] >> (code % 8) & 1)
        if known < _ENOUGH_KEYS and not _is_receiver(path):
            os.close(descriptor)
            return None
        name = _ask(descriptor, 0x06, _NAME_BYTES).split(b"\0")[0].decode(errors="replace")
        fcntl.ioctl(descriptor, _EVIOCGRAB, 1)
    except OSError:
        os.close(descriptor)
        raise
    return Remote(descriptor, name)
