"""Times, dates and amounts in the Chinese of the screens. Local time is the world's wall clock plus the box's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from player.core.language import _
from player.core.schedule import is_known
from player.core.world import World

WEEKDAYS: Final = "一二三四五六日"
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
    return f"{moment.month}月{moment.day}日"


def weekday(world: World, wall_ms: int) -> str:
    """Return ``星期日``."""
    return "星期" + WEEKDAYS[local(world, wall_ms).weekday()]


def days_ahead(world: World, wall_ms: int) -> int:
    """Return how many midnights lie between now and a wall time; negative for the past."""
    return (local(world, wall_ms).date() - local(world, world.now.wall_ms).date()).days


def day(world: World, wall_ms: int) -> str:
    """Return 今天, 明天, 星期四 within a week, or else ``12月3日 星期四``."""
    ahead = days_ahead(world, wall_ms) if clock_known(world) else 99
    near = {0: "今天", 1: "明天", 2: "后天"}
    if ahead in near:
        return near[ahead]
    name = weekday(world, wall_ms)
    return name if 0 < ahead < 7 else f"{date(world, wall_ms)} {name}"


def calendar_day(world: World, day_of_plan: str) -> str:
    """Return ``3月4日`` for a day of the plan such as ``2026-03-04``, with its year if that is another one."""
    try:
        moment = datetime.strptime(day_of_plan, "%Y-%m-%d")  # noqa: DTZ007 - a day of the village's calendar
    except ValueError:
        return ""
    this_year = local(world, world.now.wall_ms).year if clock_known(world) else 0
    if moment.year == this_year:
        return _("{month}月{day}日").format(month=moment.month, day=moment.day)
    return _("{year}年{month}月{day}日").format(year=moment.year, month=moment.month, day=moment.day)


def countdown(span_ms: int, *, seconds: bool = False) -> str:
    """Return how long it is still, such as ``还有 2 小时 15 分``; a started minute counts as one."""
    if span_ms <= 0:
        return "时间到了"
    if seconds:
        left = -(-span_ms // 1000)
        return f"还有 {left // 60} 分 {left % 60:02} 秒" if left >= 60 else f"还有 {left} 秒"
    minutes = -(-span_ms // MINUTE_MS)
    if minutes < 60:
        return f"还有 {minutes} 分钟"
    if minutes < 24 * 60:
        return f"还有 {minutes // 60} 小时" + (f" {minutes % 60} 分" if minutes % 60 else "")
    return f"还有 {minutes // (24 * 60)} 天"


def minutes(span_ms: int) -> str:
    """Return a length such as ``45 分钟`` or ``1 小时 20 分``; at least one minute."""
    whole = max(1, round(span_ms / MINUTE_MS))
    if whole < 60:
        return f"{whole} 分钟"
    return f"{whole // 60} 小时" + (f" {whole % 60} 分" if whole % 60 else "")


def short_minutes(span_ms: int) -> str:
    """Return a lesson's length for a narrow row, ``45 分``."""
    return f"{max(1, round(span_ms / MINUTE_MS))} 分"


def position(span_ms: int) -> str:
    """Return a place in a film, ``4:05`` or ``1:04:05``."""
    seconds = max(0, span_ms) // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def size(count_bytes: int) -> str:
    """Return an amount of storage, ``512 MB`` or ``6.4 GB``."""
    if count_bytes < 1 << 30:
        return f"{count_bytes >> 20} MB"
    return f"{count_bytes / (1 << 30):.1f} GB"


def percent(share: float) -> str:
    """Return ``62 %``; 100 only when nothing is missing."""
    return f"{100 if share >= 1 else min(99, int(share * 100))} %"


def freshness(world: World) -> str:
    """Return 节目更新至 ×月×日, the day the county was last heard; or that the catalogue is still coming."""
    if world.generation is None:
        return "还没有收到节目"
    if world.generation.partial:
        return coming(world)
    return "节目更新至 " + date(world, world.generation.synced_wall_ms)


def coming(world: World) -> str:
    """Return 课件目录更新中, with how much has come where that is known."""
    if not world.sync.percent:
        return "课件目录更新中"
    return f"课件目录更新中 {world.sync.percent} %"


def is_coming(world: World) -> bool:
    """Return whether the menu is not whole yet: what is not in it may still come."""
    return world.generation is not None and world.generation.partial
