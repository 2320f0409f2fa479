"""The wall time in a worker: what the player knew when it started, plus the time that has passed since."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from player.workers.messages import Line


class WallTime:
    """Tells the time of the village; None and the empty month while the box does not know it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._since_s = time.monotonic()

    @property
    def utc_offset_minutes(self) -> int:
        """The village's zone."""
        return self._line.utc_offset_minutes

    def now_ms(self) -> int | None:
        """Return ms since 1970 UTC."""
        if not self._line.wall_ms:
            return None
        return self._line.wall_ms + round((time.monotonic() - self._since_s) * 1000)

    def month(self) -> str:
        """Return the month, such as ``2026-11``."""
        now_ms = self.now_ms()
        if now_ms is None:
            return ""
        local = datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(minutes=self.utc_offset_minutes)
        return local.strftime("%Y-%m")
