"""Information pages (信息) and urgent notices (紧急通知): which of them hold now, by the county's signed words.

Theory: nothing is stored but which notices somebody has put away. A page is shown from its first day to the end of its
last, a notice until its end or until the county withdraws it; one that another notice replaces is another notice. While
the clock is unknown its reading is the earliest that it can be: what is surely over is gone, what may not have begun
waits. A day or time that no calendar has counts as none. Called by `generation`, the screens and `view.next_change`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from playlists.documents import Page, Plan

from .schedule import MINUTE_MS
from .world import Urgent, World

_DAY_MS = 24 * 60 * MINUTE_MS


class Item(msgspec.Struct, frozen=True):
    """Something to read: a page, or a notice in full. ``key`` names it as long as the county publishes it."""

    key: str
    title: str
    text: str
    since: str = ""
    until: str = ""
    urgent: bool = False


def urgent(world: World) -> tuple[Urgent, ...]:
    """Return the notices that hold now, from county to site."""
    plans = world.generation.plans if world.generation else ()
    found = (_urgent(world, plan) for plan in plans if plan.notice.strip())
    return tuple(one for one in found if one.until_ms is None or world.now.wall_ms < one.until_ms)


def waiting(world: World) -> Urgent | None:
    """Return the notice that is to be seen now: the first that nobody has put away."""
    return next((one for one in urgent(world) if one not in world.put_away), None)


def put_away(world: World) -> World:
    """Return the world with the notice that is to be seen put away; the next one follows."""
    seen = waiting(world)
    return replace(world, put_away=world.put_away | {seen}) if seen else world


def forget_gone(world: World) -> World:
    """Return the world without what was put away and is not published any more."""
    kept = world.put_away & set(urgent(world))
    return world if kept == world.put_away else replace(world, put_away=kept)


def items(world: World) -> tuple[Item, ...]:
    """Return what there is to read now: notices first, then pages, the newest first."""
    pages = sorted(_pages(world), key=lambda one: one.since, reverse=True)
    return (*(_notice(one) for one in urgent(world)), *pages)


def next_wall_ms(world: World) -> int | None:
    """Return when a notice that is to be seen ends, in wall ms."""
    seen = waiting(world)
    return seen.until_ms if seen else None


def _urgent(world: World, plan: Plan) -> Urgent:
    return Urgent(plan.group, plan.notice.strip(), _wall_ms(plan.notice_until, world.settings.utc_offset_minutes))


def _notice(one: Urgent) -> Item:
    return Item(f"notice/{one.group}", "", one.words, urgent=True)


def _pages(world: World) -> list[Item]:
    groups = world.generation.pages if world.generation else ()
    return [
        Item(f"{place}/{page.id}", page.title, page.text, page.since or "", page.until or "")
        for place, pages in enumerate(groups)
        for page in pages
        if _holds(world, page)
    ]


def _holds(world: World, page: Page) -> bool:
    zone, now = world.settings.utc_offset_minutes, world.now.wall_ms
    since, until = _wall_ms(page.since, zone), _wall_ms(page.until, zone)
    return (since is None or since <= now) and (until is None or now < until + _DAY_MS)


@lru_cache(maxsize=64)  # the same few in every picture
def _wall_ms(local: str | None, utc_offset_minutes: int) -> int | None:
    """Return when a day or a time of the village's wall is; None for none, or for one that no calendar has."""
    try:
        moment = datetime.fromisoformat(local).replace(tzinfo=UTC) if local else None
    except ValueError:
        return None
    return int(moment.timestamp() * 1000) - utc_offset_minutes * MINUTE_MS if moment else None
