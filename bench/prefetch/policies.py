"""What the planner is measured against, beside itself: ways to decide what is fetched next that others go by.

Each is told what the planner is told. None of them evicts anything, for the room is no matter here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bench.prefetch.trial import Policy, Wanted
from player.core.planner import plan
from player.core.planning import wants
from player.core.planning.reserve import reserve
from player.core.planning.situation import Situation
from player.core.planning.wants import Errand, Need, Option
from playlists.documents import Rendition

TRUSTED: Final = 0.7  # greedy relies on this part of its forecast


def ours(now: Situation) -> Wanted:
    """The planner of the box."""
    return [(blob.sha256, blob.bytes) for blob in plan(now).wanted]


class Fifo:
    """What became known first comes first, in the best rendition: what a plain download list does."""

    def __init__(self) -> None:
        self._order: dict[str, None] = {}

    def __call__(self, now: Situation) -> Wanted:
        """Return what to fetch."""
        coming = {one.id: one for one in wants.sessions(now, wants.coming(now))}
        self._order |= dict.fromkeys(coming)
        return [_named(need, -1) for name in self._order if name in coming for need in coming[name].needs]


def earliest(place: int) -> Policy:
    """Earliest deadline first, always in one rendition; ``place`` is on the ladder from the smallest."""

    def policy(now: Situation) -> Wanted:
        return [_named(need, place) for need in _needs(now)]

    return policy


def base_first(now: Situation) -> Wanted:
    """The smallest of everything by start, then the next better of everything, and so on."""
    needs = list(_needs(now))
    return [_named(need, place) for place in range(4) for need in needs]


def greedy(now: Situation) -> Wanted:
    """Quality per byte, as long as all fits into part of the forecast beside what is usual and not yet announced."""
    assert now.forecast is not None
    coming = wants.coming(now)
    errands, usual = wants.sessions(now, coming), reserve(now, coming)
    kept = [(due, number * size) for due, number in usual.usual for _, size in usual.steps[:1]]
    dues = sorted({one.due_ms for one in errands} | {due for due, _ in kept})
    left = {due: TRUSTED * now.forecast.expected_bytes(due) - sum(n for at, n in kept if at <= due) for due in dues}
    chosen: dict[tuple[str, str], Option] = {}
    for _, due, _, need, lower, higher in sorted(_steps(errands), key=lambda step: step[:3]):
        more = higher.left_bytes - (lower.left_bytes if lower else 0)
        if chosen.get(need.key) is lower and all(left[at] >= more for at in dues if at >= due):
            chosen[need.key] = higher
            left |= {at: left[at] - more for at in dues if at >= due}
    return [_blob(chosen[need.key].rendition) for one in errands for need in one.needs if need.key in chosen]


def _steps(errands: list[Errand]) -> Iterator[tuple[float, int, int, Need, Option | None, Option]]:
    """Yield the steps up from nothing of each lesson: bytes for a unit of quality, due, place, what, from, to."""
    for errand in errands:
        for need in errand.needs:
            below: list[Option | None] = [None, *need.options]
            for place, (lower, higher) in enumerate(zip(below, need.options, strict=False)):
                more = higher.left_bytes - (lower.left_bytes if lower else 0)
                better = higher.quality - (lower.quality if lower else 0)
                yield more / (better * need.weight), errand.due_ms, place, need, lower, higher


def _needs(now: Situation) -> Iterator[Need]:
    for errand in wants.sessions(now, wants.coming(now)):
        yield from errand.needs


def _named(need: Need, place: int) -> tuple[str, int]:
    return _blob(need.lesson.renditions[place])


def _blob(film: Rendition) -> tuple[str, int]:
    return film.blob.sha256, film.blob.bytes


POLICIES: Final[dict[str, Callable[[], Policy]]] = {
    "fifo": Fifo,
    "earliest-720p": lambda: earliest(-1),
    "earliest-240p": lambda: earliest(0),
    "base-first": lambda: base_first,
    "greedy": lambda: greedy,
    "ours": lambda: ours,
}
