"""The last time that was known, kept on the disk so that a box without a clock battery does not fall back years.

A record of fixed length, written over itself every few minutes: that needs no new block, so it goes on while the
disk is full, and it lies within one disk sector, so that no power cut tears it. What cannot be read is no memory.
Used by `player.devices.clock`.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

import msgspec

from playlists.entries import ClockTrust

_log = logging.getLogger(__name__)
_RECORD_BYTES: Final = 256


class Remembered(msgspec.Struct, frozen=True):
    """The wall time and the trust in it at an instant of a boot; not trusted, it is the least that it can be.

    ``hand_offset_ms`` is what a person has set at the television, wall minus monotonic time of this boot.
    """

    boot_id: str
    monotonic_ms: int
    wall_ms: int
    trust: ClockTrust
    hand_offset_ms: int | None = None


class ClockMemory:
    """The file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failing = False

    def read(self) -> Remembered | None:
        """Return what is remembered."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Remembered)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def write(self, remembered: Remembered) -> None:
        """Keep it durably; a disk that refuses is said in the log, once."""
        record = msgspec.json.encode(remembered).ljust(_RECORD_BYTES)
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                os.pwrite(descriptor, record, 0)
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if not self._failing:
                _log.warning("the time is forgotten at the next start: %s", error)
            self._failing = True
        else:
            self._failing = False
