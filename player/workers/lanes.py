"""How many calls at once: one, and another only while that measurably brings more. Pure.

Theory: on a clean line one call fills it. On one that loses packets, TCP takes each loss for a jam and slows down,
each call for itself; and two sources may have different roads. So the rate of a few undisturbed seconds is
compared with that of a few more seconds with one call more; it stays if it brought a fifth more, else the next trial
is minutes away. Measured by `bench link`; the decision: docs/adr/0013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEASURED_S: Final = 6.0
WARM_UP_S: Final = 2.0  # a new call finds its rate first
GAIN: Final = 1.2
NEXT_TRIAL_S: Final = 300.0
TRIAL_LONGEST_S: Final = 20.0
PAUSE_S: Final = 1.5  # an outage, short or long


@dataclass(slots=True)
class Lanes:
    """The number of ranges to have in hand, found by trial.

    Args:
        most: How many at the most.
        most_bytes_per_s: The cap; what fills it needs no more calls. None for no cap.
    """

    most: int
    most_bytes_per_s: float | None = None
    count: int = 1
    _before_bytes_per_s: float = 0.0
    _since_s: float | None = None
    _bytes: int = 0
    _heard_s: float = 0.0
    _trial_since_s: float | None = None
    _next_trial_s: float = 0.0

    def brought(self, length: int, now_s: float) -> None:
        """Note bytes of all calls together."""
        if now_s - self._heard_s > PAUSE_S:
            self.disturbed(now_s)
        self._heard_s = now_s
        if self._since_s is None:
            self._since_s, self._bytes = now_s + (WARM_UP_S if self._trial_since_s else 0.0), 0
        if now_s < self._since_s:
            return
        self._bytes += length
        if now_s - self._since_s >= MEASURED_S:
            self._judge(self._bytes / (now_s - self._since_s), now_s)

    def disturbed(self, now_s: float) -> None:
        """Note a failure or a pause: what was measured so far means nothing."""
        self._since_s = None
        if self._trial_since_s is not None and now_s - self._trial_since_s > TRIAL_LONGEST_S:
            self._end_trial(now_s)

    def try_soon(self) -> None:
        """Note that something has changed for the better: the next trial need not wait."""
        self._next_trial_s = 0.0

    def _judge(self, bytes_per_s: float, now_s: float) -> None:
        self._since_s = None
        if self._trial_since_s is not None:
            if bytes_per_s < self._before_bytes_per_s * GAIN:
                self._end_trial(now_s)
                return
            self._trial_since_s = None
        full = self.most_bytes_per_s is not None and bytes_per_s > 0.9 * self.most_bytes_per_s
        if self.count < self.most and now_s >= self._next_trial_s and not full:
            self._before_bytes_per_s, self._trial_since_s = bytes_per_s, now_s
            self.count += 1

    def _end_trial(self, now_s: float) -> None:
        self._trial_since_s, self._next_trial_s = None, now_s + NEXT_TRIAL_S
        self.count = max(1, self.count - 1)
