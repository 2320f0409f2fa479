"""The line's history on the disk: ``store/line.json`` (`player.core.forecast`), written whole and seldom.

A file that cannot be read counts as nothing learnt: the box learns anew. One process at a time keeps it, under the
store's lock (`player.store.lock`). Callers: the fetch and sync workers write, `player.devices` reads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from player.core.forecast import HOURS, LineHistory, hour_of_week, observe
from player.store.errors import on_the_disk
from player.store.names import StoreNames
from playlists.files import write_durably

WRITTEN_EVERY_S: Final = 30.0
_HOUR_MS: Final = 3_600_000


class _Kept(msgspec.Struct, frozen=True):
    """The file: the history, and the wall time up to which it was observed."""

    history: LineHistory = LineHistory()
    until_ms: int = 0


def read_history(names: StoreNames) -> LineHistory:
    """Return what has been learnt of the line."""
    return _read(names).history


def written_ns(names: StoreNames) -> int:
    """Return when it was written last, by the disk's own clock; 0 if it never was."""
    try:
        return _path(names).stat().st_mtime_ns
    except OSError:
        return 0


def _read(names: StoreNames) -> _Kept:
    try:
        kept = msgspec.json.decode(_path(names).read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return _Kept()
    found = kept.history
    sound = len(found.tried_s) == len(found.brought_bytes) == HOURS
    numbers = (*found.tried_s, *found.brought_bytes, found.silent_s, found.outage_s)
    return kept if sound and min(numbers) >= 0 else _Kept()


class LineBook:
    """Keeps the history while a worker observes the line.

    Args:
        names: The store.
        wall_ms: Tells the wall time, None while it is not known: then nothing is learnt.
        utc_offset_minutes: The village's zone.
    """

    def __init__(self, names: StoreNames, wall_ms: Callable[[], int | None], utc_offset_minutes: int) -> None:
        self._names, self._wall_ms, self._utc_offset_minutes = names, wall_ms, utc_offset_minutes
        self._tried_s = self._brought_bytes = 0.0
        self._written_s = time.monotonic()
        self._learnt = False
        self._began_ms, kept = wall_ms(), _read(names)
        self.history, self._until_ms = kept.history, kept.until_ms

    def observe(self, tried_s: float, brought_bytes: float) -> None:
        """Note how long the line was tried just now, and what it brought.

        Raises:
            StoreError: The history cannot be written.
        """
        self._tried_s += tried_s
        self._brought_bytes += brought_bytes
        if time.monotonic() - self._written_s >= WRITTEN_EVERY_S:
            self.write()

    def observe_pause(self, seconds: float) -> None:
        """Note that the line brought nothing before this was made, for so long: a pause between two failures.

        Only what nobody has observed counts: fetch and sync may have failed on the same dead line.
        """
        if self._began_ms is None:
            return
        unseen_s = (self._began_ms - self._until_ms) / 1000
        seconds = min(seconds, unseen_s) if unseen_s >= 0 else seconds  # otherwise the clock was set back
        for hour, tried_s in _hours(self._began_ms, seconds, self._utc_offset_minutes):
            self.history = observe(self.history, hour, tried_s=tried_s, brought_bytes=0.0)
            self._learnt = True

    def write(self) -> None:
        """Write what was learnt since the last time.

        Raises:
            StoreError: The disk refuses.
        """
        now_ms = self._wall_ms()
        if now_ms is not None and (self._tried_s or self._brought_bytes):
            hour = hour_of_week(now_ms, self._utc_offset_minutes)
            self.history = observe(self.history, hour, tried_s=self._tried_s, brought_bytes=self._brought_bytes)
            self._learnt = True
        self._tried_s = self._brought_bytes = 0.0
        self._written_s = time.monotonic()
        if self._learnt:
            with on_the_disk("remembering the line"):
                self._names.root.mkdir(parents=True, exist_ok=True)
                kept = _Kept(_rounded(self.history), now_ms or 0)
                write_durably(_path(self._names), msgspec.json.encode(kept))
            self._learnt = False


def _hours(now_ms: int, seconds: float, utc_offset_minutes: int) -> Iterator[tuple[int, float]]:
    """Cut the time before now into hours of the week; what is longer than a week ago is left out."""
    end_ms, left_ms = now_ms, min(seconds * 1000, HOURS * _HOUR_MS)
    while left_ms > 0:
        piece_ms = min(left_ms, (end_ms - 1) % _HOUR_MS + 1)
        yield hour_of_week(end_ms - 1, utc_offset_minutes), piece_ms / 1000
        end_ms, left_ms = end_ms - int(piece_ms), left_ms - piece_ms


def _rounded(history: LineHistory) -> LineHistory:
    tried, brought = ([round(one, 1) for one in side] for side in (history.tried_s, history.brought_bytes))
    return msgspec.structs.replace(history, tried_s=tuple(tried), brought_bytes=tuple(brought))


def _path(names: StoreNames) -> Path:
    return names.root / "line.json"
