"""What each month has cost the line, to and fro, by purpose: ``store/fetched/<year>-<month>``.

A file holds one line a purpose, such as ``session   00000000000012345678``. Several workers count at once:
a number is written in place, under a lock and without a sync, so a kill loses nothing and a power cut at most
half a minute's worth. While the month is not known, the bytes count for the newest one there is; before the
first of all they wait under ``0000-00``. Callers: the workers write, `player.devices.store` reads at start.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, get_args

from player.core.facts import LinePurpose, Spent
from player.store.names import StoreNames

PURPOSES: Final[tuple[LinePurpose, ...]] = get_args(LinePurpose)
MONTHS_KEPT: Final = 2
_UNKNOWN: Final = "0000-00"
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_LINE: Final = re.compile(r"([a-z]+) +(\d{20})")


def spent(names: StoreNames, month: str = "") -> Spent:
    """Return what a month has cost, or the newest that was counted; nothing if it cannot be read."""
    month = month or max(_months(names), default=_UNKNOWN)
    try:
        text = (_folder(names) / month).read_bytes()
    except OSError:
        text = b""
    return _as_spent(month, _counts(text))


class Meter:
    """Counts what passes over the line. Every method may raise OSError.

    Args:
        names: The store.
        month: Tells the present month (``2026-11``), empty while it is not known.
    """

    def __init__(self, names: StoreNames, month: Callable[[], str]) -> None:
        self._names, self._month_now = names, month
        self._month, self._descriptor = "", -1

    def add(self, purpose: LinePurpose, length: int) -> Spent:
        """Count bytes; return what the month has cost by now."""
        self._turn_over()
        with self._locked():
            counts = _counts(os.pread(self._descriptor, 4096, 0))
            counts[purpose] += length
            os.pwrite(self._descriptor, _text(counts), 0)
        return _as_spent(self._month, counts)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _turn_over(self) -> None:
        """Open the file of the present month, and forget those that are long over."""
        month = self._month_now()
        month = month if _MONTH.fullmatch(month) else self._month or max(_months(self._names), default=_UNKNOWN)
        if month == self._month and self._descriptor >= 0:
            return
        self.close()
        folder = _folder(self._names)
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / _UNKNOWN).exists() and not (folder / month).exists():
            with suppress(FileNotFoundError):  # another worker was quicker
                (folder / _UNKNOWN).rename(folder / month)
        self._month, self._descriptor = month, os.open(folder / month, os.O_RDWR | os.O_CREAT, 0o644)
        for old in sorted(one for one in _months(self._names) if one <= month)[:-MONTHS_KEPT]:
            (folder / old).unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)


def _folder(names: StoreNames) -> Path:
    return names.fetched


def _months(names: StoreNames) -> list[str]:
    folder = _folder(names)
    return [path.name for path in folder.iterdir() if _MONTH.fullmatch(path.name)] if folder.is_dir() else []


def _counts(text: bytes) -> dict[LinePurpose, int]:
    """Read a month's file; what is broken counts from nothing."""
    found = dict(_LINE.findall(text.decode("ascii", "replace")))
    return {purpose: int(found.get(purpose, 0)) for purpose in PURPOSES}


def _as_spent(month: str, counts: dict[LinePurpose, int]) -> Spent:
    return Spent((int(month[:4]), int(month[5:])), {purpose: count for purpose, count in counts.items() if count})


def _text(counts: dict[LinePurpose, int]) -> bytes:
    return "".join(f"{purpose:<9} {counts[purpose]:020}\n" for purpose in PURPOSES).encode()
