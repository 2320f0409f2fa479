"""Which sessions lie ahead, and how they are described on home, in the list and on the gathering card."""

from __future__ import annotations

from datetime import datetime, timedelta

from player.core.actions import Action, FindWays, OpenGathering
from player.core.language import _, counted
from player.core.own_sessions import yielding
from player.core.readiness import in_danger
from player.core.schedule import find, gathers_ms, over_ms
from player.core.world import World
from playlists.occurrences import Occurrence

from .here import document
from .words import HOUR_MS, clock_known, countdown, day, local, time_of_day

LATE_MS = HOUR_MS  # home offers a session for so long after its time: rain, a power cut


def is_over(world: World, occurrence: Occurrence) -> bool:
    """Return whether a session's time has long passed; an unknown clock shows the earliest that it can be."""
    return over_ms(occurrence) + LATE_MS <= world.now.wall_ms


def is_done(world: World, occurrence: Occurrence) -> bool:
    """Return whether a session was held or skipped."""
    return occurrence.id in world.done_sessions


def listed(world: World) -> list[Occurrence]:
    """Return the sessions of this month and all that lie ahead, in order."""
    occurrences = world.generation.occurrences if world.generation else ()
    giving_way = [one for one, _ in yielding(world)]
    if giving_way:
        occurrences = tuple(sorted((*occurrences, *giving_way), key=lambda one: one.starts_ms))
    if not clock_known(world):
        return list(occurrences)
    now = local(world, world.now.wall_ms)
    month_ms = world.now.wall_ms - _ms_since(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0), now)
    return [one for one in occurrences if one.starts_ms >= month_ms]


def _ms_since(begun: datetime, now: datetime) -> int:
    return (now - begun) // timedelta(milliseconds=1)


def next_session(world: World) -> Occurrence | None:
    """Return the session that comes next or is due now."""
    return next((o for o in listed(world) if _lies_ahead(world, o)), None)


def _lies_ahead(world: World, occurrence: Occurrence) -> bool:
    over = is_done(world, occurrence) or is_over(world, occurrence)
    return not over and find(world, occurrence.id) is not None


def is_made_up(world: World, occurrence: Occurrence) -> bool:
    """Return whether a missed session was made up for by another (补学)."""
    return any(one.held is not None and one.held.made_up == occurrence.id for one in world.records)


def gives_way_to(world: World, occurrence: Occurrence) -> str:
    """Return the title of the county's session to which one planned here gives way; empty if to none."""
    return next((other.title for one, other in yielding(world) if one.id == occurrence.id), "")


def next_row(world: World) -> int:
    """Return where in `listed` the next session stands; the last row if none lies ahead."""
    all_of_them, coming = listed(world), next_session(world)
    return all_of_them.index(coming) if coming else max(0, len(all_of_them) - 1)


def when(world: World, occurrence: Occurrence) -> str:
    """Return ``今天 19:30``, ``星期四 19:30`` or ``12月3日 星期四 19:30``."""
    return f"{day(world, occurrence.starts_ms)} {time_of_day(world, occurrence.starts_ms)}"


def until(world: World, occurrence: Occurrence) -> str:
    """Return the countdown, or 时间未校准."""
    if not clock_known(world):
        return _("时间未校准")
    return countdown(occurrence.starts_ms - world.now.wall_ms)


def missing_words(world: World, occurrence: Occurrence) -> str:
    """Return in plain words what of a session has not arrived or was withdrawn; empty if nothing."""
    absent = {item.course for item in occurrence.items if document(world, item.course) is None}
    absent |= set(occurrence.missing)
    said = [counted("有 {n} 个课件还没有收到", len(absent))] if absent else []
    withdrawn = {*occurrence.withdrawn, *_told(world, occurrence)}
    if withdrawn:
        said.append(counted("有 {n} 个课件已停播", len(withdrawn)))
    return _("{one}，{more}").format(one=said[0], more=said[1]) if len(said) > 1 else "".join(said)


def _told(world: World, occurrence: Occurrence) -> set[str]:
    """Return the courses of a session that were stopped by telephone after its plan was made."""
    told = {stop.course for stop in world.generation.told} if world.generation else set()
    return told & {item.course for item in occurrence.items}


def leads_to_ways(world: World, occurrence: Occurrence) -> bool:
    """Return whether a session is in danger and there is time to do something about it before people gather."""
    return in_danger(world, occurrence) and world.now.wall_ms < gathers_ms(occurrence)


def opened(world: World, occurrence: Occurrence) -> Action:
    """Return what OK on a session asks for: its card, or what helps it."""
    return FindWays(occurrence.id) if leads_to_ways(world, occurrence) else OpenGathering(occurrence.id)


def expected_words(world: World, occurrence: Occurrence) -> str:
    """Return when all of a session is expected to be here and in which size, or that it may be late and what to do.

    Empty while nothing is to come, or nobody can say.
    """
    outlook = world.transfers.outlooks.get(occurrence.id)
    if outlook is None or outlook.is_ready(world.store):
        return ""
    if in_danger(world, occurrence):
        return _("可能来不及，看看怎么办")
    if not outlook.ready_wall_ms or not clock_known(world):
        return ""
    at_ms = outlook.ready_wall_ms
    return _("预计{day} {time} 齐，{height}p").format(
        day=day(world, at_ms), time=time_of_day(world, at_ms), height=outlook.height
    )


def still_due(world: World) -> int:
    """Return how many group sessions the duty of this month still asks for."""
    duty = world.generation.policy.duty_sessions_per_month if world.generation else 0
    return max(0, duty - world.held_this_month)
