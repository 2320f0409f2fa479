"""Times, dates and amounts in the words of the screens. Local time is the world's wall clock plus the box's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import date as calendar
from typing import Final

from player.core.language import N_, _, counted
from player.core.schedule import is_known
from player.core.world import World

MONTHS: Final = (
    N_("1月"), N_("2月"), N_("3月"), N_("4月"), N_("5月"), N_("6月"),
    N_("7月"), N_("8月"), N_("9月"), N_("10月"), N_("11月"), N_("12月"),
)  # fmt: skip
WEEKDAYS: Final = (N_("星期一"), N_("星期二"), N_("星期三"), N_("星期四"), N_("星期五"), N_("星期六"), N_("星期日"))
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
_FAR_MS: Final = 4_102_444_800_000  # the year 2100: no clock of ours goes further


def clock_known(world: World) -> bool:
    """Return whether times may be shown at all."""
    return is_known(world.now)


def is_trusted(world: World) -> bool:
    """Return whether the county or chrony keeps the clock right."""
    return world.now.trust == "trusted"


def local(world: World, wall_ms: int) -> datetime:
    """Return a wall time of ms since 1970 UTC as the time that people read at the site."""
    seconds = min(max(wall_ms, 0), _FAR_MS) / 1000
    moment = datetime.fromtimestamp(seconds, UTC) + timedelta(minutes=world.settings.utc_offset_minutes)
    return moment.replace(tzinfo=None)


def time_of_day(world: World, wall_ms: int) -> str:
    """Return ``19:30``."""
    return f"{local(world, wall_ms):%H:%M}"


def date(world: World, wall_ms: int) -> str:
    """Return ``11月22日``."""
    moment = local(world, wall_ms)
    return day_of_month(moment)


def day_of_month(moment: calendar) -> str:
    """Return ``11月22日``."""
    return _("{month}{day}日").format(month=_(MONTHS[moment.month - 1]), day=moment.day)


def weekday(world: World, wall_ms: int) -> str:
    """Return ``星期日``."""
    return _(WEEKDAYS[local(world, wall_ms).weekday()])


def full_date(world: World, wall_ms: int) -> str:
    """Return ``12月3日 星期四``."""
    return _("{date} {weekday}").format(date=date(world, wall_ms), weekday=weekday(world, wall_ms))


def days_ahead(world: World, wall_ms: int) -> int:
    """Return how many midnights lie between now and a wall time; negative for the past."""
    return (local(world, wall_ms).date() - local(world, world.now.wall_ms).date()).days


def day(world: World, wall_ms: int) -> str:
    """Return 今天, 明天, 星期四 within a week, or else ``12月3日 星期四``."""
    ahead = days_ahead(world, wall_ms) if clock_known(world) else 99
    near = {0: _("今天"), 1: _("明天"), 2: _("后天")}
    if ahead in near:
        return near[ahead]
    return weekday(world, wall_ms) if 0 < ahead < 7 else full_date(world, wall_ms)


def calendar_day(world: World, day_of_plan: str) -> str:
    """Return ``3月4日`` for a day of the plan such as ``2026-03-04``, with its year if that is another one."""
    try:
        moment = datetime.strptime(day_of_plan, "%Y-%m-%d")  # noqa: DTZ007 - a day of the village's calendar
    except ValueError:
        return ""
    this_year = local(world, world.now.wall_ms).year if clock_known(world) else 0
    if moment.year == this_year:
        return day_of_month(moment)
    return _("{year}年{date}").format(year=moment.year, date=day_of_month(moment))


def moment(world: World, wall_ms: int) -> str:
    """Return ``今天 19:30``, or with another day."""
    return f"{day(world, wall_ms)} {time_of_day(world, wall_ms)}"


def countdown(span_ms: int, *, seconds: bool = False) -> str:
    """Return how long it is still, such as ``还有 2 小时 15 分``; a started minute counts as one."""
    if span_ms <= 0:
        return _("时间到了")
    if seconds:
        return _seconds_left(-(-span_ms // 1000))
    whole = -(-span_ms // MINUTE_MS)
    if whole < 60:
        return counted("还有 {n} 分钟", whole)
    if whole < 24 * 60:
        hours, rest = divmod(whole, 60)
        return counted("还有 {n} 小时 {minutes} 分", hours, minutes=rest) if rest else counted("还有 {n} 小时", hours)
    return counted("还有 {n} 天", whole // (24 * 60))


def _seconds_left(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    return counted("还有 {n} 分 {seconds:02} 秒", whole, seconds=rest) if whole else counted("还有 {n} 秒", rest)


def minutes(span_ms: int) -> str:
    """Return a length such as ``45 分钟`` or ``1 小时 20 分``; at least one minute."""
    whole = max(1, round(span_ms / MINUTE_MS))
    hours, rest = divmod(whole, 60)
    if not hours:
        return counted("{n} 分钟", whole)
    return counted("{n} 小时 {minutes} 分", hours, minutes=rest) if rest else counted("{n} 小时", hours)


def short_minutes(span_ms: int) -> str:
    """Return a lesson's length for a narrow row, ``45 分``."""
    return counted("{n} 分", max(1, round(span_ms / MINUTE_MS)))


def position(span_ms: int) -> str:
    """Return a place in a film, ``4:05`` or ``1:04:05``."""
    seconds = max(0, span_ms) // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def size(count_bytes: int) -> str:
    """Return an amount of storage, ``512 MB`` or ``6.4 GB``; a started megabyte counts as one."""
    if count_bytes < 1 << 30:
        return f"{-(-count_bytes >> 20)} MB"
    return f"{count_bytes / (1 << 30):.1f} GB"


def percent(share: float) -> str:
    """Return ``62 %``; 100 only when nothing is missing."""
    return f"{100 if share >= 1 else min(99, int(share * 100))} %"


def freshness(world: World) -> str:
    """Return 节目更新至 ×月×日, the day the county was last heard; or that the catalogue is still coming."""
    if world.generation is None:
        return _("还没有收到节目")
    if world.generation.partial:
        return coming(world)
    return _("节目更新至 {date}").format(date=date(world, world.generation.synced_wall_ms))


def coming(world: World) -> str:
    """Return 课件目录更新中, with how much has come where that is known."""
    if not world.sync.percent:
        return _("课件目录更新中")
    return _("课件目录更新中 {percent} %").format(percent=world.sync.percent)


def is_coming(world: World) -> bool:
    """Return whether the menu is not whole yet: what is not in it may still come."""
    return world.generation is not None and world.generation.partial
