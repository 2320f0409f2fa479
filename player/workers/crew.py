"""Who fetches which part of a blob: calls in progress, when to doubt one and call beside it, how many at once. Pure.

Theory: what is missing is cut into ranges; each range should be in the hands of one call that brings something. A
call that is quiet for longer than its line's patience, or only trickles, is doubted: another is begun at the same
byte *beside* it, and the first of them to bring something keeps the range. So a dead connection costs what a second
call costs, a short silence costs nothing, and after an outage whichever way comes back first is used. Calls that fail
are repeated by the source's own pauses (`player.workers.sources`).

Normally one range is in hand. A second and more are taken only while that measurably brings more (`Lanes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from player.store.marks import Gap
from player.workers.pace import Silence, backoff_s
from player.workers.sources import SourceState
from playlists.targets import CHUNK_BYTES

CALLS_A_RANGE: Final = 3  # the first, and two beside it
KEPT_QUIET_S: Final = 20.0  # the oldest call for a range may still go on
TRIED_S: Final = 4.0  # one beside it makes place for another
WATCHED_S: Final = 8.0  # a call's rate is judged over so long
TRICKLE_SHARE: Final = 32  # so many times slower than what was brought before is as good as nothing
TRICKLE_BYTES_PER_S: Final = 64.0
SPLIT_BYTES: Final = 2 * CHUNK_BYTES  # a smaller range is not split
MUCH_FASTER: Final = 4  # so much faster, an idle lane takes over what a slow one would still hold for long
NEAR_BYTES: Final = CHUNK_BYTES // 4  # so far a call may lag behind the one beside it


@dataclass(slots=True, eq=False)
class Effort:
    """One call: asked for the bytes from ``start`` to ``end``, has brought those before ``at``.

    ``beside`` says that it was begun beside one that was doubted.
    """

    source: SourceState
    start: int
    began_s: float
    heard_s: float
    at: int = 0
    answered: bool = False
    beside: bool = False
    brought_bytes: int = 0
    end: int = 0
    trickles: bool = False
    bytes_per_s: float = 0.0
    watched_since_s: float = 0.0
    watched_bytes: int = 0

    @property
    def position(self) -> int:
        """The byte that it works on; a source without ranges first skips what is here."""
        return max(self.start, self.at)

    @property
    def has_all(self) -> bool:
        """Whether it has brought all that it was asked for."""
        return 0 < self.end <= self.at

    @property
    def silence(self) -> Silence:
        """What its silence means by now."""
        return self.source.source.reads if self.answered else self.source.source.heads

    def is_doubted(self, now_s: float) -> bool:
        """Return whether it is worth to call beside it."""
        return self.trickles or now_s - self.heard_s > self.silence.patience_s


@dataclass(slots=True)
class Crew:
    """All calls for one blob."""

    lanes: int = 1
    efforts: list[Effort] = field(default_factory=list)
    best_bytes_per_s: float = 0.0
    called_s: float = 0.0
    calls_in_vain: int = 0

    def next_range(self, gaps: Sequence[Gap], now_s: float, chance: float) -> Gap | None:
        """Return what to ask for now; None while all is in good hands, or it is too soon."""
        ranges = [(one, self.hands_on(one.start)) for one in self._ranges(gaps)]
        patient = now_s >= self.called_s + backoff_s(self.calls_in_vain, chance)
        for one, hands in ranges:
            if hands and len(hands) < CALLS_A_RANGE and patient and all(each.is_doubted(now_s) for each in hands):
                return one
        if sum(bool(hands) for _, hands in ranges) >= self.lanes or not ranges:
            return None
        free = next((one for one, hands in ranges if not hands), None)
        half = _half(max((one for one, _ in ranges), key=lambda one: one.end - one.start))
        return free or half or next((one for one, hands in ranges if patient and self._is_slow(hands)), None)

    def hands_on(self, byte: int) -> list[Effort]:
        """Return the calls that work there or will be there at once, the oldest first."""
        return [effort for effort in self.efforts if 0 <= byte - effort.position <= NEAR_BYTES]

    def began(self, effort: Effort) -> None:
        """Note a call that has begun."""
        effort.watched_since_s = effort.began_s
        effort.beside = bool(self.hands_on(effort.start))
        self.efforts.append(effort)
        self.called_s = effort.began_s
        self.calls_in_vain += 1

    def answered(self, effort: Effort, at: int, now_s: float) -> None:
        """Note that the bytes from ``at`` on will follow."""
        if not effort.beside:  # how long the others had to wait says how long the outage was
            effort.source.source.heads.heard(now_s - effort.began_s)
        effort.answered, effort.at, effort.heard_s = True, at, now_s

    def ended(self, effort: Effort) -> None:
        """Note that a call is over."""
        if effort in self.efforts:
            self.efforts.remove(effort)

    def brought(self, effort: Effort, length: int, now_s: float) -> list[Effort]:
        """Note bytes; return the calls that are needless now."""
        near = [one for one in self.efforts if abs(one.position - effort.position) <= NEAR_BYTES and one is not effort]
        first = not effort.brought_bytes
        effort.at += length
        effort.heard_s = now_s
        effort.brought_bytes += length
        self.calls_in_vain = 0
        self._watch(effort, length, now_s)
        if effort.trickles or effort.at <= effort.start:
            return []
        _learn(effort, near, first=first)
        return near

    def to_leave(self, gaps: Sequence[Gap], now_s: float) -> list[Effort]:
        """Return the calls to end: lost, at a byte that is here already, or in a lane too many.

        One that has brought all ends by itself, and leaves its connection for the next.
        """
        kept = {id(hands[0]) for one in self._ranges(gaps) if (hands := self.hands_on(one.start))}
        lost = [one for one in self.efforts if _is_lost(one, now_s, oldest=id(one) in kept)]
        idle = [one for one in self.efforts if not one.has_all and not _is_needed(one, gaps)]
        holders = [one for one in self.efforts if id(one) in kept and one not in lost and one not in idle]
        slowest = sorted(holders, key=lambda one: one.bytes_per_s)[: max(0, len(holders) - self.lanes)]
        return list(dict.fromkeys((*lost, *idle, *slowest)))

    def _is_slow(self, hands: Sequence[Effort]) -> bool:
        """Return whether the one call for a range is much slower than others have been."""
        return len(hands) == 1 and 0 < hands[0].bytes_per_s * MUCH_FASTER < self.best_bytes_per_s

    def _ranges(self, gaps: Sequence[Gap]) -> list[Gap]:
        """Cut the gaps where calls are at work, so that each call holds the beginning of a range."""
        cuts = {effort.position for effort in self.efforts}
        return [piece for gap in gaps for piece in _cut(gap, cuts)]

    def _watch(self, effort: Effort, length: int, now_s: float) -> None:
        """Judge a call's rate, over long enough for the line's own wavering not to count."""
        effort.watched_bytes += length
        span_s = now_s - effort.watched_since_s
        if span_s < WATCHED_S:
            return
        effort.bytes_per_s = effort.source.bytes_per_s = effort.watched_bytes / span_s
        self.best_bytes_per_s = max(self.best_bytes_per_s * 0.8, effort.bytes_per_s)
        least = max(TRICKLE_BYTES_PER_S, self.best_bytes_per_s / TRICKLE_SHARE)
        effort.trickles = effort.bytes_per_s < least
        effort.watched_since_s, effort.watched_bytes = now_s, 0


def _is_lost(effort: Effort, now_s: float, *, oldest: bool) -> bool:
    return now_s - effort.heard_s > (KEPT_QUIET_S if oldest else TRIED_S)


def _is_needed(effort: Effort, gaps: Iterable[Gap]) -> bool:
    return any(gap.start - NEAR_BYTES <= effort.position < gap.end for gap in gaps)


def _learn(effort: Effort, near: Iterable[Effort], *, first: bool) -> None:
    """Let patience learn from who came first; a call beside that nobody answered has cost nothing."""
    for other in near:
        if first:
            other.silence.was_right()
        elif other.answered:
            effort.silence.was_wrong()


def _cut(gap: Gap, cuts: Iterable[int]) -> list[Gap]:
    edges = [gap.start, *sorted(cut for cut in cuts if gap.start < cut < gap.end), gap.end]
    return [Gap(start, end) for start, end in pairwise(edges)]


def _half(one: Gap) -> Gap | None:
    """Return the second half of a range, by whole chunks; None if it is too small to be shared."""
    if one.end - one.start < SPLIT_BYTES:
        return None
    return Gap((one.start + one.end) // 2 // CHUNK_BYTES * CHUNK_BYTES, one.end)
