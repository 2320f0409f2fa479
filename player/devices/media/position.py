"""Where a medium is, between libVLC's reports, which come only every 250 to 500 ms. Pure. Used by `child`."""

from __future__ import annotations

_LONGEST_GUESS_MS = 600


class Position:
    """Runs on from the last report while the picture moves, never further than a report may be late."""

    def __init__(self, start_ms: int) -> None:
        self._base_ms = start_ms
        self._since_ms: int | None = None
        self._rate_percent = 100

    def reported(self, position_ms: int, now_ms: int) -> None:
        """Take over what libVLC says, or what a seek has ordered; ``now_ms`` is monotonic."""
        self._base_ms = position_ms
        if self._since_ms is not None:
            self._since_ms = now_ms

    def running(self, now_ms: int) -> None:
        """The picture moves from now on."""
        self._since_ms = now_ms

    def halted(self, now_ms: int) -> None:
        """The picture stands from now on."""
        self._base_ms = self.at(now_ms)
        self._since_ms = None

    def paced(self, rate_percent: int, now_ms: int) -> None:
        """The picture moves faster or slower from now on."""
        self._base_ms = self.at(now_ms)
        self._since_ms = None if self._since_ms is None else now_ms
        self._rate_percent = rate_percent

    def at(self, now_ms: int) -> int:
        """Return the position in ms."""
        if self._since_ms is None:
            return self._base_ms
        passed_ms = min(max(0, now_ms - self._since_ms), _LONGEST_GUESS_MS)
        return self._base_ms + passed_ms * self._rate_percent // 100
