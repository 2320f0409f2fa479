"""What the record book says of months and years, in the figures and words of its screens. Derived, never kept."""

from __future__ import annotations

from typing import Final

from player.core import record_book
from player.core.facts import SessionRecord
from player.core.language import N_, _, counted
from player.core.world import World
from playlists.occurrences import Occurrence

from . import agenda
from .words import clock_known, local

Month = tuple[int, int]  # year and month
_ENDS: Final = {"held": N_("已登记"), "skipped": N_("没有开"), "cut": N_("中断")}


def this_month(world: World) -> Month:
    """Return the month that it is; while nobody knows that, the one of the last record."""
    at = local(world, world.now.wall_ms)
    if not clock_known(world) and world.records:
        return month_of(world, world.records[-1])
    return at.year, at.month


def moved(month: Month, by: int) -> Month:
    """Return the month so many months later."""
    index = month[0] * 12 + month[1] - 1 + by
    return index // 12, index % 12 + 1


def month_of(world: World, record: SessionRecord) -> Month:
    """Return the month in which a session began."""
    at = local(world, record_book.began_ms(world, record))
    return at.year, at.month


def records_of(world: World, month: Month) -> list[SessionRecord]:
    """Return the sessions of a month, the last one first."""
    found = [one for one in world.records if one.held and month_of(world, one) == month]
    return sorted(found, key=lambda one: record_book.began_ms(world, one), reverse=True)


def missed_in(world: World, month: Month) -> list[Occurrence]:
    """Return the sessions of a month whose time has passed and that were not held, the last one first."""
    if not clock_known(world):
        return []
    found = [
        one
        for one in agenda.listed(world)
        if agenda.is_over(world, one) and not agenda.is_done(world, one) and not agenda.is_made_up(world, one)
    ]
    return [one for one in reversed(found) if _month(world, one.starts_ms) == month]


def held_in(world: World, month: Month) -> int:
    """Return how many sessions were held in a month."""
    return sum(one.held is not None and one.held.ended == "held" for one in records_of(world, month))


def person_times(world: World, month: Month) -> int:
    """Return the person-times (收看人次) of a month; a count that does not add up is left out, as the county does."""
    counts = [one.count for one in records_of(world, month) if one.held and one.held.ended != "skipped"]
    return sum(one.present for one in counts if one is not None and not record_book.is_odd(one))


def duty_words(world: World, month: Month) -> str:
    """Return whether the duty of a month is met, or how many sessions it still asks for."""
    duty = world.generation.policy.duty_sessions_per_month if world.generation else 0
    due = max(0, duty - held_in(world, month))
    if not due:
        return _("已达标")
    return counted("未达标，差 {n} 次", due) if month < this_month(world) else counted("还差 {n} 次", due)


def summary(world: World, month: Month) -> str:
    """Return ``已开 2 次，已达标，65 人次``; of a month before the first that the box knows, that nothing is known."""
    if month < this_month(world) and all(month_of(world, one) > month for one in world.records):
        return _("没有记录")
    times = counted("{n} 人次", person_times(world, month))
    return counted("已开 {n} 次，{duty}，{times}", held_in(world, month), duty=duty_words(world, month), times=times)


def title(month: Month) -> str:
    """Return ``2026年3月``."""
    return _("{year}年{month}月").format(year=month[0], month=month[1])


def state_words(record: SessionRecord) -> str:
    """Return how a session stands in the book: 已登记, 没有开, 中断, 没有清点人数, 补登 or 补学."""
    held = record.held
    if held is None:
        return ""
    if held.ended == "held" and record.count is None:
        return _("没有清点人数")
    if held.by_hand:
        return _("补登")
    return _("补学") if held.made_up and held.ended == "held" else _(_ENDS[held.ended])


def _month(world: World, wall_ms: int) -> Month:
    at = local(world, wall_ms)
    return at.year, at.month
