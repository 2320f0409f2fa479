"""Time in transfers: the cap of the line, what its silence means, when to try again. Pure; time is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONNECT_FIRST_S: Final = 3.0
CONNECT_LONGEST_S: Final = 10.0
PATIENCE_FIRST_S: Final = 1.5
PATIENCE_SHORTEST_S: Final = 0.4
PATIENCE_LONGEST_S: Final = 5.0
BACKOFF_EVENLY: Final = 60  # so many attempts in the same rhythm: some seconds, as a line that flickers is away
BACKOFF_FIRST_S: Final = 0.1
BACKOFF_LONGEST_S: Final = 5.0
BUSY_FIRST_S: Final = 1.0
BUSY_LONGEST_S: Final = 30.0


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
    """How long a silence may last before it is worth to ask again beside it: as TCP reckons its time-out (RFC 6298, 2).

    A line that brings something every 50 ms is doubted after half a second, a satellite's later. Doubting costs a
    call, not what is on its way; a line on which it was wrong again and again is doubted later and later.
    """

    usual_s: float = 0.0
    deviation_s: float = 0.0
    shortest_s: float = PATIENCE_SHORTEST_S

    def heard(self, after_s: float) -> None:
        """Note an answer or a read that took so long."""
        if not self.usual_s:
            self.usual_s, self.deviation_s = after_s, after_s / 2
            return
        self.deviation_s += (abs(after_s - self.usual_s) - self.deviation_s) / 4
        self.usual_s += (after_s - self.usual_s) / 8

    def was_wrong(self) -> None:
        """Note that the silence ended by itself, and asking again was for nothing."""
        self.shortest_s = min(self.shortest_s * 1.5, PATIENCE_LONGEST_S)

    def was_right(self) -> None:
        """Note that asking again brought what the old call did not."""
        self.shortest_s = max(self.shortest_s * 0.7, PATIENCE_SHORTEST_S)

    @property
    def patience_s(self) -> float:
        """How long to wait before asking again."""
        if not self.usual_s:
            return max(PATIENCE_FIRST_S, self.shortest_s)
        return min(max(self.shortest_s, self.usual_s + 4 * self.deviation_s), PATIENCE_LONGEST_S)


def backoff_s(failures: int, chance: float) -> float:
    """Return how long to wait after so many failures in a row (from 1), half of it drawn by ``chance`` in 0 to 1.

    The first is repeated at once: calls break for reasons of their own. Then comes an even rhythm, for most outages
    are short and a call costs little; then it grows.
    """
    if failures <= 1:
        return BACKOFF_FIRST_S * chance / 4
    longest = BACKOFF_FIRST_S * 1.5 ** min(max(0, failures - BACKOFF_EVENLY), 30)
    return min(longest, BACKOFF_LONGEST_S) * (1 + chance) / 2


def busy_s(failures: int, chance: float) -> float:
    """Return how long to spare a server that answered so many times in a row that it cannot; ``chance`` as above."""
    return min(BUSY_FIRST_S * 2.0 ** min(failures - 1, 10), BUSY_LONGEST_S) * (1 + chance) / 2
