"""Time in transfers: the cap of the line, how long silence may last, when to try again. Pure; time is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONNECT_FIRST_S: Final = 3.0
CONNECT_LONGEST_S: Final = 10.0
SILENCE_FIRST_S: Final = 8.0
SILENCE_SHORTEST_S: Final = 2.0
SILENCE_LONGEST_S: Final = 20.0
BACKOFF_FIRST_S: Final = 0.2
BACKOFF_LONGEST_S: Final = 5.0
BACKOFF_FLOWING_S: Final = 0.8  # … where the line has just brought something: it is the line that fails, not the server
FLOWING_S: Final = 60.0


@dataclass(slots=True)
class Bucket:
    """A token bucket: ``bytes_per_s`` on average, with a quarter of a second at once.

    ``take`` answers how long to wait before the next read, so that what was read stays under the cap.
    """

    bytes_per_s: float
    level: float = 0.0
    filled_s: float = 0.0

    @property
    def burst_bytes(self) -> int:
        """The most to read at once."""
        return max(1024, int(self.bytes_per_s / 4))

    def take(self, length: int, now_s: float) -> float:
        """Note that so many bytes were read at ``now_s`` (monotonic); return the seconds to wait."""
        gained = (now_s - self.filled_s) * self.bytes_per_s
        self.level = min(float(self.burst_bytes), self.level + gained) - length
        self.filled_s = now_s
        return max(0.0, -self.level / self.bytes_per_s)


@dataclass(slots=True)
class Silence:
    """How long a read may take before the line counts as dead: as TCP reckons its time-out (RFC 6298, 2).

    A line that brings something every 50 ms is given up after two seconds, a satellite's later.
    """

    usual_s: float = 0.0
    deviation_s: float = 0.0
    connect_s: float = CONNECT_FIRST_S

    def heard(self, after_s: float) -> None:
        """Note a read that took so long."""
        if not self.usual_s:
            self.usual_s, self.deviation_s = after_s, after_s / 2
            return
        self.deviation_s += (abs(after_s - self.usual_s) - self.deviation_s) / 4
        self.usual_s += (after_s - self.usual_s) / 8

    def connected(self) -> None:
        """Note that the other side took our call."""
        self.connect_s = CONNECT_FIRST_S

    def unheard(self) -> None:
        """Note that a read or a call was given up: give the next one more time."""
        self.connect_s = min(self.connect_s * 1.5, CONNECT_LONGEST_S)
        if self.usual_s:
            self.deviation_s *= 1.5

    @property
    def seconds(self) -> float:
        """How long to wait for the next bytes."""
        if not self.usual_s:
            return SILENCE_FIRST_S
        return min(max(SILENCE_SHORTEST_S, self.usual_s + 8 * self.deviation_s), SILENCE_LONGEST_S)


def backoff_s(failures: int, chance: float, silent_s: float = FLOWING_S) -> float:
    """Return how long to wait after so many failures in a row (from 1): full jitter, ``chance`` in 0 to 1.

    ``silent_s`` is how long ago the last bytes came. A line that breaks every few seconds is up again within a second,
    and waiting longer would waste what it can carry.
    """
    longest = BACKOFF_FIRST_S * 2.0 ** min(failures - 1, 10)
    return chance * min(longest, BACKOFF_FLOWING_S if silent_s < FLOWING_S else BACKOFF_LONGEST_S)
