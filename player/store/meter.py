"""What this month has cost the line so far, kept over restarts: ``store/fetched/<year>-<month>``, a number of bytes.

The number is written in place without a sync after every piece: a kill loses nothing, a power cut at most
half a minute's worth. While the month is not known nothing is counted. Callers: the fetch worker writes,
`player.devices.store` reads at start.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from player.store.names import StoreNames

_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_DIGITS: Final = 20


def month_of(wall_ms: int, utc_offset_minutes: int) -> str:
    """Return the month of a wall time in a fixed time zone, such as ``2026-11``."""
    return (datetime.fromtimestamp(wall_ms / 1000, UTC) + timedelta(minutes=utc_offset_minutes)).strftime("%Y-%m")


def counted(names: StoreNames) -> tuple[tuple[int, int], int]:
    """Return the newest month (year, month) that was counted, and what it has cost; zeros if there is none."""
    folder = _folder(names)
    known = [name for name in os.listdir(folder) if _MONTH.fullmatch(name)] if folder.is_dir() else []  # noqa: PTH208
    newest = max(known, default="0000-00")
    return (int(newest[:4]), int(newest[5:])), _number(folder / newest)


class Meter:
    """Counts one month; `add` may raise OSError. Months before are forgotten."""

    def __init__(self, names: StoreNames, month: str) -> None:
        self._descriptor = -1
        if not _MONTH.fullmatch(month):
            return
        folder = _folder(names)
        folder.mkdir(parents=True, exist_ok=True)
        self._bytes = _number(folder / month)
        self._descriptor = os.open(folder / month, os.O_WRONLY | os.O_CREAT, 0o644)
        for other in folder.iterdir():
            if _MONTH.fullmatch(other.name) and other.name < month:
                other.unlink()

    def add(self, length: int) -> None:
        """Note bytes that came over the line."""
        if self._descriptor >= 0:
            self._bytes += length
            os.pwrite(self._descriptor, b"%0*d" % (_DIGITS, self._bytes), 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)


def _folder(names: StoreNames) -> Path:
    return names.root / "fetched"


def _number(path: Path) -> int:
    try:
        text = path.read_bytes()
    except OSError:
        return 0
    return int(text) if text.isdigit() else 0
