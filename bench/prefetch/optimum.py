"""The best that can be done by one who knows the line and every session beforehand: first ready, then quality.

With the renditions fixed, earliest deadline first is optimal on one line, and a choice can be carried out exactly if
for every time of release r and deadline d the bytes released at or after r and due by d fit into what the line
carries between the two. So the best choice is an integer programme over renditions, solved by HiGHS. Nobody can fetch a
film before the county has announced its session, not even here. What the solver has not proven within its time is not
counted against the optimum: its bound is returned, which no policy can pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import highspy

from bench.prefetch.villages import MONDAY_MS, SLOT_MS, Announced, Village, carried
from player.core.planning.wants import quality_of

UNIT: Final = 1e6  # bytes: the solver likes numbers near one


@dataclass(frozen=True)
class Optimum:
    """How many sessions are ready at most, and what they are worth together; ``proven`` if this can be reached."""

    ready: int
    quality: float
    sessions: int
    proven: bool


def optimum(village: Village, *, within_s: float = 30.0, gap: float = 1e-4) -> Optimum:
    """Return the optimum of the sessions that are judged, or what is known to be at least as good.

    Args:
        village: The line and the sessions.
        within_s: How long each of the two steps may take.
        gap: How far from the best quality the solver may stop.
    """
    judged = village.judged
    if not judged:
        return Optimum(0, 0.0, 0, proven=True)
    solver = cast("Any", highspy).Highs()  # it has no types worth the name
    solver.silent()
    for option, value in (("threads", 1), ("time_limit", within_s), ("mip_abs_gap", 1e-6)):
        solver.setOptionValue(option, value)
    taken, worth, sizes = [], [], []
    for one in judged:
        is_taken, terms, films = _session(solver, one)
        taken.append(is_taken)
        worth += terms
        sizes.append(films)
    for members, most in _intervals(village):
        solver.addConstr(sum(size * film for at in members for size, film in sizes[at]) <= most)
    most_ready, is_ready_proven = _maximum(solver, sum(taken), gap=0.0)
    ready = int(most_ready + 1e-6)
    solver.addConstr(sum(taken) >= ready if is_ready_proven else sum(taken) >= 0)
    quality, is_quality_proven = _maximum(solver, sum(factor * film for factor, film in worth), gap=gap)
    return Optimum(ready, quality, len(judged), is_ready_proven and is_quality_proven)


def _session(solver: Any, one: Announced) -> tuple[Any, list[tuple[float, Any]], list[tuple[float, Any]]]:
    """Add a session: whether it is ready, what each of its films is worth, and how large each is."""
    is_taken = solver.addBinary()
    worth, sizes = [], []
    for lesson in one.course.lessons:
        films = [solver.addBinary() for _ in lesson.renditions]
        solver.addConstr(sum(films) == is_taken)
        share = lesson.duration_ms / one.occurrence.duration_ms
        for film, rendition in zip(films, lesson.renditions, strict=True):
            worth.append((share * quality_of(rendition.height), film))
            sizes.append((rendition.blob.bytes / UNIT, film))
    return is_taken, worth, sizes


def _intervals(village: Village) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield the sessions that lie within an interval, and what the line carries there."""
    judged, before = village.judged, carried(village.slots)
    released = [max(one.known_ms, village.judged_ms) for one in judged]
    due = [one.occurrence.starts_ms for one in judged]
    for since in sorted(set(released)):
        last: tuple[int, ...] = ()
        for until in sorted(set(due)):
            members = tuple(at for at in range(len(judged)) if released[at] >= since and due[at] <= until)
            if members and members != last:
                last = members
                yield members, (before[_slot(until)] - before[_slot(since)]) / UNIT


def _slot(wall_ms: int) -> int:
    return (wall_ms - MONDAY_MS) // SLOT_MS


def _maximum(solver: Any, what: Any, *, gap: float) -> tuple[float, bool]:
    """Return the greatest value that is possible as far as is proven, and whether it is reached but for the gap."""
    solver.setOptionValue("mip_rel_gap", gap)
    solver.maximize(what)
    found = solver.getInfo()
    is_proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return found.mip_dual_bound, is_proven
