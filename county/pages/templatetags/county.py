"""How values read on a page: moments, spans, sizes, states; and the list of rooms in the frame.

Called by every template with ``{% load county %}``. Times are shown in the county's wall time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.utils import timezone

from county.pages import rooms as frame_rooms
from county.places import tree

register = template.Library()

WEEKDAYS = "一二三四五六日"
TONES = {
    "draft": "idle", "first-passed": "warn", "passed": "warn", "released": "good", "refused": "bad",
    "withdrawn": "bad", "waiting": "idle", "working": "warn", "ready": "good", "running": "warn", "done": "good",
    "failed": "bad", "open": "warn", "granted": "good", "held": "good", "skipped": "idle", "cut": "warn",
    "finished": "good", "stopped": "idle", "silent": "warn", "unbound": "idle",
}  # fmt: skip
WORDS = {
    "held": "已完成", "skipped": "未举行", "cut": "中断", "finished": "放完", "stopped": "停止", "failed": "故障",
    "session": "集中学习", "order": "点播申请", "menu": "点播", "live": "直播", "video": "集中收看",
    "lecture": "现场授课",
    "once": "一次", "weekly": "每周", "fortnightly": "每两周", "monthly": "每月",
    "complete": "录完", "full": "空间不够", "used-up": "流量用完", "taken-off": "频道停播", "missed": "没有录全",
    "field-visit": "实地观摩", "trusted": "时间准确", "estimated": "时间为推算", "unknown": "时间未校准",
}  # fmt: skip

ENTRIES = {
    "boot": "开机", "play": "播放", "session": "集中学习", "heads": "清点人数", "correction": "更正",
    "order": "点播申请", "rating": "评价", "stopped": "停播回执", "clock": "时钟校准", "fault": "故障",
    "planned": "站点安排学习", "cancelled": "站点取消安排", "yields": "给县里让时间",
    "health": "设备状态", "check": "设备自检", "readiness": "节目准备情况", "stop-code": "停播码",
    "record-planned": "站点安排录制",
    "record-cancelled": "站点取消录制", "recorded": "直播录制", "record-deleted": "删除录像",
}  # fmt: skip
FAULTS = {  # as `player.core.faults` calls them on the television
    "B01": "这一课放不出来", "B02": "画面多次停住不动", "B03": "没有声音输出", "B04": "放了音乐，没有听到",
    "C01": "存储空间已满", "C02": "存储卡写不进去", "C03": "存储卡可能损坏", "C04": "有课件内容被改动，已停用",
    "C05": "存储卡变慢", "J01": "收看记录写不进去", "J02": "收看记录有损坏，已另存", "L01": "连不上网络",
    "L02": "网络要求先登录", "L03": "网线没有插好", "L04": "路由器没有回答", "P01": "本机设置有错",
    "P02": "有一项画面设置用不上，已略过", "P03": "设置读不出来，已恢复原样", "S01": "时间未校准",
    "T01": "机顶盒太热", "X01": "县里的服务器拒绝了本机", "X02": "收到的节目更新没有通过验证", "X03": "本机已停用",
    "Y01": "找不到遥控接收器",
}  # fmt: skip
HEADS = {
    "expected": "应到", "present": "实到", "members": "党员", "villagers": "群众", "on_leave": "请假",
    "neighbours": "邻村",
}  # fmt: skip


@register.filter
def moment(value: datetime | None) -> str:
    """Return ``3月6日 19:30``, with the year when it is another one; a dash for nothing."""
    if value is None:
        return "—"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    year = f"{local.year}年" if local.year != timezone.localtime().year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def moment_ms(value: int | None) -> str:
    """Return the moment ``value`` ms after 1970 UTC as `moment` does; what no clock can mean is said."""
    if value is None:
        return "—"
    if not 0 < value < 32_503_680_000_000:
        return "时间不明"
    return moment(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value))


@register.filter
def weekday(value: datetime) -> str:
    """Return ``周五``."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return "周" + WEEKDAYS[local.weekday()]


@register.filter
def ago(value: datetime | None) -> str:
    """Return how long ago ``value`` was, in the one unit that matters."""
    if value is None:
        return "从未"
    seconds = max(0, int((timezone.now() - value).total_seconds()))
    for size, word in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {word}前"
    return "刚刚"


@register.filter
def span(milliseconds: int | None) -> str:
    """Return a length of time as ``1小时05分``, ``12分30秒`` or ``40秒``."""
    seconds = int(milliseconds or 0) // 1000
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours}小时{minutes:02}分"
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


@register.filter
def short_span(milliseconds: int | None) -> str:
    """Return the length of a short recording as ``1.8秒``; from a minute on as `span` does."""
    length = int(milliseconds or 0)
    return span(length) if length >= 60_000 else f"{length / 1000:.1f}秒"


@register.filter
def hours(milliseconds: int | None) -> str:
    """Return a length of time as hours with one digit after the point."""
    return f"{int(milliseconds or 0) / 3_600_000:.1f}"


@register.filter
def size(count: int | None) -> str:
    """Return a number of bytes as ``12.3 MB`` (powers of 1000, as lines are sold)."""
    value = float(count or 0)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit in {"B", "kB"} else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


@register.filter
def tone(state: str) -> str:
    """Return the class of the colour that goes with a state."""
    return TONES.get(state, "idle")


@register.filter
def word(value: str) -> str:
    """Return the Chinese word of a state, reason or trust in a box's record; an unknown one as it came."""
    return WORDS.get(value, value)


@register.filter
def entry_word(kind: str) -> str:
    """Return the Chinese word of a kind of entry; an unknown one as it came."""
    return ENTRIES.get(kind, kind)


@register.filter
def fault_word(code: str) -> str:
    """Return what a fault code is called on the television; an unknown one says so."""
    return FAULTS.get(code, "未知代码")


@register.filter
def spoken(start: str) -> str:
    """Return ``2026年3月6日 19:30`` for a plan's wall time ``2026-03-06T19:30``; other text as it is."""
    try:
        return moment(datetime.strptime(start, "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
    except ValueError:
        return start


@register.filter
def head_word(field: str) -> str:
    """Return the Chinese word of a field of a head count."""
    return HEADS.get(field, field)


@register.filter
def head_figure(field: str, figure: int | None) -> int | str:
    """Return a figure of a head count, or that nobody stated it; nobody is expected nowhere."""
    return "未填" if figure is None or (field == "expected" and not figure) else figure


@register.filter
def short(identifier: str) -> str:
    """Return the first characters of a fingerprint, as people read it over the telephone."""
    return " ".join(identifier[start : start + 4].upper() for start in (0, 4, 8))


@register.simple_tag
def county_name() -> str:
    """Return the county's name."""
    return tree.county_name()


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: object) -> str:
    """Return this page's query with some values changed or, when None or empty, left out."""
    query: QueryDict = context["request"].GET
    values = {**query.dict(), **changes}
    return "?" + urlencode({key: value for key, value in values.items() if value not in {None, ""}})


@register.inclusion_tag("parts/rooms.html", takes_context=True)
def rooms(context: dict[str, Any]) -> dict[str, Any]:
    """Show the names of the rooms, the present one marked, with what waits in each."""
    request = context["request"]
    return {"rooms": frame_rooms.rooms_for(request.user, request.path)}


@register.inclusion_tag("parts/pages.html", takes_context=True)
def pages(context: dict[str, Any], part: Any, unit: str) -> dict[str, Any]:
    """Show where a list goes on; ``part`` is a page of a Django paginator, ``unit`` as in 共 12 个站点."""
    return {"part": part, "unit": unit, "request": context["request"]}
