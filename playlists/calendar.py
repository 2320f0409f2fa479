"""From plans to occurrences: recurrence, time zones, playlists and stop orders, worked out once per refresh.

Rules: recurrence is expanded in the plan's wall time and only then placed in its zone, so that 19:30 stays
19:30 through changes of daylight time; a start that such a change skips moves forward with the clocks.
Whatever is wrong with one session (a missing playlist, a broken rule, an unknown zone) becomes data, never
an end of the others. Rules without end or with very many starts are bounded by the span and by
`STARTS_LIMIT`.

Callers: the box's sync worker, the county before it issues a plan. The player reads the result
(`playlists.occurrences`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import dropwhile, islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from playlists.documents import Course, Plan, Session
from playlists.occurrences import Calendar, Occurrence, Problem
from playlists.programme import Programme, Withdrawals, resolve
from playlists.recurrence import starts_of

STARTS_LIMIT: Final = 1000
_LOCAL: Final = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Span:
    """Which occurrences to make: those that start from ``from_ms`` on and before ``to_ms``, ms since 1970 UTC."""

    from_ms: int
    to_ms: int

    @classmethod
    def around(cls, now: datetime, *, days_before: int, days_after: int) -> Span:
        """Return the span of so many days before and after a moment with zone."""
        return cls(_as_ms(now - timedelta(days=days_before)), _as_ms(now + timedelta(days=days_after)))


def expand(plans: Sequence[Plan], courses: Mapping[str, Course], span: Span) -> Calendar:
    """Return all occurrences of all sessions of these plans in a span, in order of their start.

    Args:
        plans: The plans of a box's groups. Where two have a session of the same id, the first plan's counts.
        courses: The accepted course documents by id.
        span: Which starts to make.
    """
    withdrawals = Withdrawals.of(plans)
    occurrences: dict[str, Occurrence] = {}
    problems: list[Problem] = []
    for plan in plans:
        for session in plan.sessions:
            programme = resolve(session.playlist, plan, courses, withdrawals)
            try:
                starts = session_starts(plan, session, span)
            except ValueError as error:
                problems.append(Problem(group=plan.group, session=session.id, what=str(error)[:500]))
                continue
            if len(starts) == STARTS_LIMIT:
                what = f"has more than {STARTS_LIMIT} starts; the later ones are left out"
                problems.append(Problem(group=plan.group, session=session.id, what=what))
            for start in starts:
                occurrence = _occurrence(plan, session, programme, start)
                occurrences.setdefault(occurrence.id, occurrence)
    ordered = sorted(occurrences.values(), key=lambda found: (found.starts_ms, found.id))
    return Calendar(from_ms=span.from_ms, to_ms=span.to_ms, occurrences=tuple(ordered), problems=tuple(problems))


def courses_by_start(plans: Sequence[Plan], span: Span) -> dict[str, int]:
    """Return what the sessions of a span name, and when each is first needed (ms), the next one first.

    These are ids of courses, and of playlists that are missing. No course document is needed to know it.
    """
    first: dict[str, int] = {}
    for occurrence in expand(plans, {}, span).occurrences:
        for name in occurrence.missing:
            first.setdefault(name, occurrence.starts_ms)
    return first


def session_starts(plan: Plan, session: Session, span: Span) -> list[datetime]:
    """Return the starts of one session in a span, with the plan's zone, at most `STARTS_LIMIT`.

    Raises:
        ValueError: A time, the zone or the rule is not understood; says which.
    """
    zone = _zone(plan.time_zone)
    excluded = {_wall_time(text) for text in session.excluded}
    by_rule = starts_of(session.recurrence, _wall_time(session.starts), zone)
    extra = sorted(_wall_time(text) for text in session.extra)
    moments = (wall.replace(tzinfo=zone) for wall in merge(by_rule, extra) if wall not in excluded)
    later = dropwhile(lambda start: _as_ms(start) < span.from_ms, moments)
    inside = takewhile(lambda start: _as_ms(start) < span.to_ms, later)
    return list(islice(inside, STARTS_LIMIT))


def _occurrence(plan: Plan, session: Session, programme: Programme, start: datetime) -> Occurrence:
    local = start.strftime(_LOCAL)
    return Occurrence(
        id=f"{session.id}@{local}",
        session=session.id,
        group=plan.group,
        title=session.title,
        playlist=programme.title,
        form=session.form,
        starts_ms=_as_ms(start),
        local_start=local,
        gather_minutes=session.gather_minutes,
        expected=session.expected,
        items=programme.items,
        duration_ms=programme.duration_ms,
        missing=programme.missing,
        withdrawn=programme.withdrawn,
        small_first=session.small_first,
    )


def _wall_time(text: str) -> datetime:
    try:
        return datetime.strptime(text, _LOCAL)  # noqa: DTZ007 - wall time, placed in its zone later
    except ValueError as error:
        raise ValueError(f"there is no such time as {text}") from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"time zone {name!r} is not known") from error


def _as_ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)
