"""The group sessions that the village plans at its television (安排学习): kept, and put among those of the county.

The box makes such a session and owns it (`playlists.entries.SessionPlanned`); it is promised only when the journal
holds it. `merged` puts its occurrences of the coming weeks among the county's, under the group `OWN`; from there on it
is a session like any other: it is fetched for, gathers and starts on its minute. Where it would run at the same time
as one of the county's, the county's wins: it is left out, and `yielding` says to which.

    planning ──Journaled──► planned ──cancelled and Journaled──► gone
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from playlists.entries import SessionCancelled, SessionPlanned
from playlists.occurrences import Occurrence, OccurrenceItem
from playlists.recordings import is_recording

from . import ledger, outbox
from .actions import CancelSession, MoveSession, PlanSession
from .effects import AppendEntry
from .facts import GenerationFacts, OwnSession
from .language import N_, _
from .lessons import stop_order
from .schedule import MINUTE_MS, SHORTEST_MS, is_known
from .turn import Turn
from .world import World

OWN: Final = "own"  # the group of these occurrences
DAYS_BEFORE, DAYS_AFTER = 31, 60
TALK_MS: Final = 90 * MINUTE_MS  # how long a lecture or a visit is thought to last
GATHER_MINUTES: Final = 15
MOST: Final = 60
FORMS: Final = {"video": N_("集中收看"), "lecture": N_("现场授课"), "field-visit": N_("实地观摩")}
_STEP_DAYS: Final = {"weekly": 7, "fortnightly": 14}
_LOCAL: Final = "%Y-%m-%dT%H:%M"
_DAY_MS: Final = 24 * 60 * MINUTE_MS
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time, as all of this file


# --- planning and giving up


def plan(turn: Turn, wish: PlanSession) -> None:
    """Owe the journal a new session, unless something stands in its way."""
    why_not = hindrance(turn.world, wish)
    if why_not:
        turn.say(why_not)
        return
    world = turn.world
    body = SessionPlanned(
        session=new_name(turn), title=title_of(world, wish.course, wish.form), course=wish.course, form=wish.form,
        starts=wish.starts, repeat=wish.repeat, made_up=wish.made_up,
    )  # fmt: skip
    ledger.append(turn, body)


def hindrance(world: World, wish: PlanSession) -> str:
    """Return in words why a session cannot be planned so; empty if it can."""
    starts_ms, others = start_ms(wish.starts, world), world.generation.occurrences if world.generation else ()
    if not is_known(world.now):
        return _("时间未校准，现在还不能安排")
    if starts_ms <= world.now.wall_ms:
        return _("这个时间已经过了，请换个时间")
    if sum(_is_ahead(one, world) for one in world.own_sessions) >= MOST:
        return _("安排得太多了，请先取消几次")
    if other := clash(starts_ms, length_ms(world.generation, wish.course), others):
        own, county = _("这个时间已经安排了《{title}》，请换个时间"), _("这个时间县里安排了《{title}》，请换个时间")
        return (own if is_own(other) else county).format(title=other.title)
    return ""


def _is_ahead(own: OwnSession, world: World) -> bool:
    """Return whether more of it is to come, so that it could be cancelled."""
    return own.repeat != "once" or start_ms(own.starts, world) > world.now.wall_ms


def cancel(turn: Turn, wish: CancelSession) -> None:
    """Owe the journal that the session whose card is shown does not take place."""
    session = turn.world.session
    own, start = _of(turn.world, session.occurrence.id) if session else (None, "")
    if own is not None:
        whole = wish.all_of_it or own.repeat == "once"
        ledger.append(turn, SessionCancelled(session=own.session, start="" if whole else start))


def move(turn: Turn, wish: MoveSession) -> None:
    """Owe the journal that one occurrence takes place at another time: planned anew and given up, both or neither."""
    own, start = _of(turn.world, wish.occurrence)
    if own is None:
        return
    why_not = hindrance(turn.world, PlanSession(own.course, own.form, wish.starts))  # type: ignore[arg-type]  # planned
    if why_not:
        turn.say(why_not)
        return
    body = SessionPlanned(
        session=new_name(turn), title=own.title, course=own.course, form=own.form, starts=wish.starts, repeat="once",
        made_up=own.made_up,
    )  # fmt: skip
    ended = SessionCancelled(session=own.session, start="" if own.repeat == "once" else start)
    ledger.append(turn, body, more=(ended,))


def journaled(turn: Turn, entry: AppendEntry) -> None:
    """A plan, or its end, is durable: it holds from now on."""
    said = [body for body in (entry.body, *entry.more) if isinstance(body, SessionPlanned | SessionCancelled)]
    for body in said:
        own = turn.world.own_sessions
        if isinstance(body, SessionPlanned):
            turn.change(own_sessions=(*own, planned(body)))
            turn.say(_("已安排《{title}》，到时间自动开始").format(title=body.title))
        else:
            turn.change(own_sessions=tuple(given_up(own, body)))
    if not said:
        return
    merge(turn)
    outbox.hurry(turn)


def planned(body: SessionPlanned) -> OwnSession:
    """Return what an entry plans."""
    return OwnSession(body.session, body.title, body.course, body.form, body.starts, body.repeat, body.made_up)


def given_up(own: Iterable[OwnSession], body: SessionCancelled) -> Iterator[OwnSession]:
    """Yield the sessions that are left after an entry that gives one up."""
    for one in own:
        if one.session != body.session:
            yield one
        elif body.start:
            yield replace(one, given_up=(*one.given_up, body.start))


def made_up_by(world: World, occurrence: Occurrence) -> str:
    """Return the missed session that one planned here makes up for (补学); empty if none."""
    own = _of(world, occurrence.id)[0]
    return own.made_up if own else ""


def new_name(turn: Turn) -> str:
    """Return a name for a session of this box.

    The time is in it, for boots are counted anew when a journal is lost; and the box, for the county has many.
    """
    return f"own-{turn.world.box_id[:12]}-{turn.now.wall_ms // 1000}-{turn.number()}"


def title_of(world: World, course: str, form: str) -> str:
    """Return what a session is called that shows a course, or none."""
    document = world.generation.course(course) if world.generation else None
    return document.title if document else FORMS.get(form, FORMS["lecture"])


def courses(world: World) -> tuple[str, ...]:
    """Return the courses of what goes on or was lately: their documents are wanted though no plan names them."""
    since_ms = world.now.wall_ms - DAYS_BEFORE * _DAY_MS if is_known(world.now) else 0
    wanted = (one for one in world.own_sessions if one.repeat != "once" or start_ms(one.starts, world) >= since_ms)
    return tuple(sorted({one.course for one in wanted if one.course and not is_recording(one.course)}))


def is_own(occurrence: Occurrence) -> bool:
    """Return whether a session was planned here."""
    return occurrence.group == OWN


def repeats(world: World, occurrence: str) -> bool:
    """Return whether more of this session of one's own would follow."""
    own = _of(world, occurrence)[0]
    return own is not None and own.repeat != "once"


def _of(world: World, occurrence: str) -> tuple[OwnSession | None, str]:
    name, start = occurrence.split("@", 1) if "@" in occurrence else (occurrence, "")
    return next((one for one in world.own_sessions if one.session == name), None), start


# --- among the county's


def merge(turn: Turn) -> None:
    """Put the sessions planned here among the county's, as it is today."""
    generation, today = turn.world.generation, _today(turn.world)
    if generation is not None:
        turn.change(generation=merged(turn.world, generation), own_day=today)


def settle(turn: Turn) -> None:
    """Another day: the weeks ahead have moved on."""
    if turn.world.own_sessions and turn.world.own_day != _today(turn.world):
        merge(turn)


def merged(world: World, generation: GenerationFacts) -> GenerationFacts:
    """Return the county's documents with the occurrences planned here that are in nobody's way."""
    county = [one for one in generation.occurrences if not is_own(one)]
    if not world.own_sessions and len(county) == len(generation.occurrences):
        return generation
    kept = [one for one in expanded(world, generation) if clash(one.starts_ms, one.duration_ms, county) is None]
    both = sorted((*county, *kept), key=lambda one: (one.starts_ms, one.id))
    return replace(generation, occurrences=tuple(both))


def yielding(world: World) -> list[tuple[Occurrence, Occurrence]]:
    """Return the occurrences planned here that give way, each with the county's at the same time."""
    generation = world.generation
    if generation is None or not world.own_sessions:
        return []
    county = [one for one in generation.occurrences if not is_own(one)]
    pairs = ((one, clash(one.starts_ms, one.duration_ms, county)) for one in expanded(world, generation))
    return [(one, other) for one, other in pairs if other is not None]


def clash(starts_ms: int, duration_ms: int, others: Iterable[Occurrence]) -> Occurrence | None:
    """Return the first of other sessions that takes place at the same time; people need a while to go and to come."""
    ends_ms = starts_ms + max(duration_ms, SHORTEST_MS)
    for one in others:
        if one.starts_ms < ends_ms and starts_ms < one.starts_ms + max(one.duration_ms, SHORTEST_MS):
            return one
    return None


def expanded(world: World, generation: GenerationFacts) -> list[Occurrence]:
    """Return all occurrences of the weeks around today that were planned here, in order."""
    today = date(1970, 1, 1) + timedelta(days=_today(world))
    span = today - timedelta(days=DAYS_BEFORE), today + timedelta(days=DAYS_AFTER)
    found = [
        _occurrence(world, generation, own, start)
        for own in world.own_sessions
        for start in starts_of(own, *span)
        if start.strftime(_LOCAL) not in own.given_up
    ]
    return sorted(found, key=lambda one: (one.starts_ms, one.id))


def starts_of(own: OwnSession, first: date, last: date) -> Iterator[datetime]:
    """Yield the starts of a session from one day to another, both included, in wall time."""
    begins = datetime.fromisoformat(own.starts)  # wall time
    start, week = begins, (begins.day - 1) // 7
    while start.date() <= last:
        if start.date() >= first:
            yield start
        if own.repeat == "once":
            return
        start = _in_next_month(start, week) if own.repeat == "monthly" else start + timedelta(_STEP_DAYS[own.repeat])


def _in_next_month(start: datetime, week: int) -> datetime:
    """Return the same weekday in a week of the next month, counted from 0; the last where there is no fifth."""
    following = (start.replace(day=1) + timedelta(days=31)).replace(day=1)
    at = following + timedelta(days=(start.weekday() - following.weekday()) % 7 + 7 * week)
    return at if at.month == following.month else at - timedelta(days=7)


def start_ms(local: str, world: World) -> int:
    """Return a wall time such as ``2026-03-06T19:30`` in ms since 1970 UTC."""
    start = datetime.fromisoformat(local)  # wall time
    minutes = (start - _EPOCH) // timedelta(minutes=1)
    return (minutes - world.settings.utc_offset_minutes) * MINUTE_MS


def length_ms(generation: GenerationFacts | None, course: str) -> int:
    """Return how long a session lasts that shows this course, or none."""
    document = generation.course(course) if generation else None
    return sum(one.duration_ms for one in document.lessons) if document else TALK_MS


def _occurrence(world: World, generation: GenerationFacts, own: OwnSession, start: datetime) -> Occurrence:
    local, course = start.strftime(_LOCAL), generation.course(own.course)
    allowed = [one for one in course.lessons if not stop_order(generation, course.id, one.id)] if course else []
    names, length = tuple(one.id for one in allowed), sum(one.duration_ms for one in allowed)
    return Occurrence(
        id=f"{own.session}@{local}", session=own.session, group=OWN, title=own.title, playlist="",
        form=own.form,  # type: ignore[arg-type]  # kept as it was planned
        starts_ms=start_ms(local, world), local_start=local, gather_minutes=GATHER_MINUTES, expected=0,
        items=(OccurrenceItem(course=own.course, title=own.title, lessons=names, duration_ms=length),) if names else (),
        duration_ms=length if own.course else TALK_MS,
        missing=(own.course,) if own.course and course is None else (),
        withdrawn=(own.course,) if course and not allowed else (),
    )  # fmt: skip


def _today(world: World) -> int:
    return (world.now.wall_ms + world.settings.utc_offset_minutes * MINUTE_MS) // _DAY_MS
