"""The sources of one fetch: which to ask next, which to leave alone, and for how long. No I/O but their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from player.workers.pace import backoff_s, busy_s
from player.workers.ranges import Busy, FolderRanges, HttpRanges, RangeSource
from player.workers.wires import Wire
from playlists.errors import FailedAttempt

STRIKES_LIMIT: Final = 2
FASTER: Final = 1.5  # a source is preferred to one before it in the list if it was so many times faster


@dataclass(slots=True, eq=False)
class SourceState:
    """A source and what has been learnt of it; ``rank`` is its place in the wish list, 0 the best.

    ``closed`` says why it is no use in this run: a network that wants a log-in stands before it.
    """

    source: RangeSource
    rank: int
    ready_s: float = 0.0
    failures: int = 0
    last_error: str = ""
    asked_to_wait_s: float | None = None
    closed: str = ""
    bytes_per_s: float = 0.0
    refusals: dict[str, str] = field(default_factory=dict)
    strikes: dict[str, int] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)

    def heard(self) -> None:
        """Note that bytes came."""
        self.failures, self.asked_to_wait_s = 0, None

    def failed(self, error: FailedAttempt, now_s: float, chance: float) -> None:
        """Note an attempt that failed, at ``now_s`` (monotonic); ``chance`` is the jitter."""
        self.failures += 1
        self.last_error, self.asked_to_wait_s = str(error), error.retry_after_s
        pause_s = busy_s(self.failures, chance) if isinstance(error, Busy) else backoff_s(self.failures, chance)
        self.ready_s = now_s + max(pause_s, error.retry_after_s or 0.0)

    def refused(self, blob: str, why: str) -> None:
        """Note that it does not have this blob."""
        self.refusals[blob] = why

    def struck(self, blob: str, why: str) -> None:
        """Note a whole chunk that was wrong; a second one and it is not asked for this blob again."""
        self.strikes[blob] = self.strikes.get(blob, 0) + 1
        self.source.distrust_caches(blob)
        if self.strikes[blob] >= STRIKES_LIMIT:
            self.refused(blob, why)

    def is_usable(self, blob: str) -> bool:
        """Return whether it may be asked for this blob at all."""
        return not self.closed and blob not in self.refusals

    def why_not(self, blob: str) -> str:
        """Return why it may not."""
        return f"{self.source.name} {self.closed or self.refusals.get(blob, '')}"


def next_source(
    states: Sequence[SourceState], blob: str, now_s: float, avoid: Collection[SourceState] = ()
) -> SourceState | None:
    """Return the best source that is ready, else the one that is ready first; None if none may be asked.

    Args:
        states: All sources.
        blob: What is to be asked for.
        now_s: Monotonic time.
        avoid: Those that are at work on it already: another one may have another road.
    """
    usable = [state for state in states if state.is_usable(blob)]
    fastest = max((state.bytes_per_s for state in usable), default=0.0)

    def worth(state: SourceState) -> tuple[float, bool, bool, bool, int]:
        slow = 0 < state.bytes_per_s * FASTER < fastest
        return (max(state.ready_s - now_s, 0.0), state.source.whole_only, state in avoid, slow, state.rank)

    return min(usable, key=worth, default=None)


def open_sources(addresses: tuple[str, ...], wire: Callable[[str], Wire], piece_bytes: int) -> list[SourceState]:
    """Return the sources at these addresses, base URLs or folders, best first.

    Args:
        addresses: In this order.
        wire: Makes a new way to a web server.
        piece_bytes: The most to read at once.
    """
    opened: list[RangeSource] = []
    for address in addresses:
        if address.startswith(("http://", "https://")):
            opened.append(HttpRanges(address, wire, piece_bytes))
        else:
            opened.append(FolderRanges(Path(address.removeprefix("file://"))))
    return [SourceState(source, rank) for rank, source in enumerate(opened)]
