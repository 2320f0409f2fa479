"""The sources of one fetch: which to ask next, which to leave alone, and for how long. No I/O but their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests

from player.workers.pace import Bucket, backoff_s
from player.workers.ranges import FolderRanges, HttpRanges, RangeSource
from playlists.errors import FailedAttempt

STRIKES_LIMIT: Final = 2


@dataclass(slots=True)
class SourceState:
    """A source and what has been learnt of it; ``rank`` is its place in the wish list, 0 the best."""

    source: RangeSource
    rank: int
    ready_s: float = 0.0
    heard_s: float = float("-inf")
    failures: int = 0
    last_error: str = ""
    asked_to_wait_s: float | None = None
    refusals: dict[str, str] = field(default_factory=dict)
    strikes: dict[str, int] = field(default_factory=dict)

    def heard(self, now_s: float) -> None:
        """Note that bytes came, at ``now_s`` (monotonic)."""
        self.failures, self.asked_to_wait_s, self.heard_s = 0, None, now_s

    def failed(self, error: FailedAttempt, now_s: float, chance: float) -> None:
        """Note an attempt that failed, at ``now_s`` (monotonic); ``chance`` is the jitter."""
        self.failures += 1
        self.last_error, self.asked_to_wait_s = str(error), error.retry_after_s
        self.ready_s = now_s + max(backoff_s(self.failures, chance, now_s - self.heard_s), error.retry_after_s or 0.0)

    def refused(self, blob: str, why: str) -> None:
        """Note that it does not have this blob."""
        self.refusals[blob] = why

    def struck(self, blob: str, why: str) -> None:
        """Note a whole chunk that was wrong; a second one and it is not asked for this blob again."""
        self.strikes[blob] = self.strikes.get(blob, 0) + 1
        if self.strikes[blob] >= STRIKES_LIMIT:
            self.refused(blob, why)


def next_source(states: list[SourceState], blob: str, now_s: float) -> SourceState | None:
    """Return the best source that is ready, else the one that is ready first; None if all have refused."""
    usable = [state for state in states if blob not in state.refusals]

    def worth(state: SourceState) -> tuple[float, bool, int]:
        return (max(state.ready_s - now_s, 0.0), state.source.whole_only, state.rank)

    return min(usable, key=worth, default=None)


def open_sources(
    addresses: tuple[str, ...], session: Callable[[], requests.Session], bucket: Bucket | None
) -> list[SourceState]:
    """Return the sources at these addresses, base URLs or folders, best first."""
    opened: list[RangeSource] = []
    for address in addresses:
        if address.startswith(("http://", "https://")):
            opened.append(HttpRanges(address, session(), bucket))
        else:
            opened.append(FolderRanges(Path(address.removeprefix("file://"))))
    return [SourceState(source, rank) for rank, source in enumerate(opened)]
