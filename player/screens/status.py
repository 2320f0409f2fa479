"""设备状态: what is wrong, if anything, and the box's own figures in plain words; looks for news when asked."""

from __future__ import annotations

from player.core import limits, sync
from player.core.actions import OpenPhone, StartCheck, SyncNow
from player.core.faults import fault
from player.core.findings import codes, findings
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.room import PhoneState
from player.core.screens_shown import CheckScreen, FaultScreen, PhoneScreen, StatusScreen, StopCodeScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .here import course_here, stored_courses
from .parts import Pages, Row, card, line, rows
from .scene import Mark, Scene
from .stack import Reaction, push, turn
from .tell import tell
from .words import clock_known, date, freshness, size, time_of_day

CHECK, UPDATE, PHONE, STOP_CODE = N_("设备自检"), N_("检查节目更新"), N_("手机遥控"), N_("停播码")
_PHONE_WORDS = {
    PhoneState.OFF: N_("没有打开"),
    PhoneState.STARTING: N_("正在打开"),
    PhoneState.OPEN: N_("已打开"),
    PhoneState.SHUT: N_("已锁住"),
    PhoneState.FAILED: N_("打不开"),
}


def view(world: World, library: Library) -> Scene:
    """Return faults and figures."""
    pages, listed = _pages(world)
    shown = [_row(world, row) for row in listed[pages.first : pages.first + _per_page()]]
    marks = (
        *rows(shown, pages.at - pages.first, d.CONTENT_TOP, _row_height()),
        *(mark for index, fact in enumerate(_facts(world)) for mark in _fact(index, *fact)),
    )
    does = N_("检查") if listed[pages.at] in (CHECK, UPDATE) else N_("打开")
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), does), Key(pages.digits, N_("直达")), BACK, HOME)
    calm = not world.faults and not _found(world)
    return page(world, _("设备状态"), marks, keys, aside=_("没有发现故障") if calm else pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Open a row."""
    pages, listed = _pages(world)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, StatusScreen(moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    return (world, ()) if chosen is None else _open(turn(world, StatusScreen(chosen)), listed[chosen])


def _open(world: World, row: str) -> Reaction:
    if row == CHECK:
        return push(world, CheckScreen()), (StartCheck(),)
    if row == UPDATE:
        return tell(world, _what_now(world)), (SyncNow(),)
    if row == PHONE:
        return push(world, PhoneScreen()), (OpenPhone(),) if world.phone.state is PhoneState.OFF else ()
    return push(world, StopCodeScreen() if row == STOP_CODE else FaultScreen(row)), ()


def _pages(world: World) -> tuple[Pages, tuple[str, ...]]:
    """Return the rows: the check, what is wrong, and what can be done here."""
    focus = world.screen.focus if isinstance(world.screen, StatusScreen) else 0
    listed = (CHECK, *sorted(world.faults), UPDATE, PHONE, STOP_CODE)
    return Pages(len(listed), _per_page(), focus), listed


def _what_now(world: World) -> str:
    """Return what becomes of the wish for news."""
    if sync.may_ask(world):
        return _("正在检查节目更新")
    if not world.settings.has_files:
        return _("本机没有设置县里的网址，请插入县远教办发的 U 盘")
    if not limits.may_spend(world, "documents"):
        return _("本月流量已用完，下月 1 日自动检查")
    opens_ms = limits.next_change_ms(world)
    if opens_ms is None:
        return _("现在不在下载时段")
    return _("现在不在下载时段，{time} 以后自动检查").format(time=time_of_day(world, opens_ms))


def _row(world: World, row: str) -> Row:
    if row == UPDATE:
        return Row(_(UPDATE), aside=_("正在检查") if world.sync.effect else freshness(world))
    if row == PHONE:
        return Row(_(PHONE), aside=_(_PHONE_WORDS[world.phone.state]))
    if row == STOP_CODE:
        return Row(_(STOP_CODE), aside=_("县里打电话来时用"))
    if row == CHECK:
        found = _found(world)
        said = _("刚查出 {codes}").format(codes=" ".join(found)) if found else _("出毛病时先做")
        return Row(_(CHECK), aside=said, warn=bool(found))
    return Row(f"{row} {fault(row).title}", aside=_("看怎么办"), warn=True)


def _found(world: World) -> tuple[str, ...]:
    """Return the codes of what the last self-check has found, as long as it is known."""
    return codes(findings(world)) if world.check is not None else ()


def _facts(world: World) -> list[tuple[str, str]]:
    box = world.generation.box if world.generation else None
    owed = max(0, world.outbox.head - world.outbox.acknowledged)
    now = world.now.wall_ms
    return [
        (_("站点"), box.site.name if box else _("还没有开通")),
        (_("编号版本"), f"{world.box_id[:12]} · {world.settings.version}"),
        (_("本月流量"), _spent_words(world)),
        (_("学习流量"), size(world.store.spent.by_purpose.get("session", 0))),
        (_("时间"), f"{date(world, now)} {time_of_day(world, now)}" if clock_known(world) else _("时间未校准")),
        (_("课件"), _course_words(world)),
        (_("收看记录"), counted("还有 {n} 条没有上报", owed) if owed else _("已全部上报")),
        (_("剩余空间"), size(max(0, world.store.free_bytes))),
    ]


def _spent_words(world: World) -> str:
    """Return what the line has cost this month, of how much, and what is no longer fetched."""
    spent, monthly = size(world.store.spent.total_bytes), limits.monthly_bytes(world)
    if monthly is None:
        return spent
    words = f"{spent}/{size(monthly)}"
    if not limits.may_spend(world, "session"):
        return _("{spent} 已用完").format(spent=words)
    return words if limits.may_spend(world, "stock") else _("{spent} 留给学习").format(spent=words)


def _course_words(world: World) -> str:
    playable = sum(course_here(world, course).playable for course in stored_courses(world))
    waiting = sum(not (blob := world.store.blobs.get(wanted)) or not blob.complete for wanted in world.transfers.wanted)
    if waiting:
        return _("可播放 {playable} · 下载中 {waiting}").format(playable=playable, waiting=waiting)
    return _("可播放 {playable}").format(playable=playable)


def _per_page() -> int:
    return d.either(4, 3)


def _row_height() -> int:
    return d.either(60, 62)


def _fact(index: int, name: str, value: str) -> tuple[Mark, ...]:
    width, tall = (d.INNER - d.GAP) // 2, d.either(56, 40)
    x = d.LEFT + (index % 2) * (width + d.GAP)
    y = d.CONTENT_TOP + _per_page() * _row_height() + d.either(8, 4) + index // 2 * (tall + 4)
    named = max(132, d.words_width(name, d.BODY))
    left = width - named - d.PAD - d.either(d.PAD, 8) - 8
    size = d.fitting(value, left, d.BODY, d.least())
    return (
        card(x, y, width, tall),
        line(x + d.PAD, y + (tall - 40) // 2, named, name, d.BODY, d.QUIET),
        line(x + d.PAD + named + 8, y + (tall - int(size * 1.35)) // 2, left, value, size, d.INK, align="right"),
    )
