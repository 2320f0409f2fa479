"""怎么办: what helps a session that may not be ready. Only what really helps is offered, with the planner's figures.

OK or a digit takes a way: the smallest picture first, the list of what a stick must bring, another time. A session of
the village is moved at once; for one of the county it is said whom to ring. 0 opens the session's card all the same.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from player.core import own_sessions
from player.core.actions import MoveSession, OpenGathering, SmallFirst, WaitLonger
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.session import SessionState
from player.core.outlook import OnStick, Ways
from player.core.schedule import find, over_ms
from player.core.screens_shown import CoursesScreen, StickScreen, WaysScreen
from player.core.world import World
from playlists.occurrences import Occurrence

from . import agenda
from . import design as d
from .courses import ON_THE_BOX
from .frame import BACK, HOME, Key, page
from .parts import Pages, Row, line, message, rows
from .scene import Mark, Scene, Text
from .stack import Reaction, pop, push, turn
from .tell import tell
from .words import local, moment, percent, size

TITLE: Final = N_("怎么办")
_ROW_HEIGHT = 84
_NOT_KNOWN: Final = N_("大小还不知道")


class Way(msgspec.Struct, frozen=True):
    """One way out, as a row names it."""

    kind: Literal["room", "smaller", "stick", "wait", "move", "ring"]
    words: str
    aside: str


def view(world: World, library: Library) -> Scene:
    """Return the ways, or the list of what a stick must bring."""
    screen = _screen(world)
    one = find(world, screen.ways.session)
    if one is None:
        return page(world, _(TITLE), message(_("这次集中学习已经改了"), []), (BACK, HOME))
    if screen.listing:
        return _list(world, screen)
    found, top = _ways(world, one, screen.ways), _rows_top(one)
    pages = Pages(len(found), max(1, len(found)), screen.focus)
    shown = [Row(way.words, aside=way.aside) for way in found]
    marks = (*_how_it_stands(world, one, screen.ways), *rows(shown, pages.at, top, _row_height(one, len(found))))
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("选定")), Key(pages.digits, N_("直选")))
    return page(world, _(TITLE), marks, (*(keys if found else ()), Key("0", N_("打开")), BACK, HOME))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Take a way; 0 opens the card of the session."""
    screen = _screen(world)
    one = find(world, screen.ways.session)
    if one is None or screen.listing:
        return _listed(world, screen, intent)
    if intent == "digit-0":
        return pop(world), (OpenGathering(one.id),)
    found = _ways(world, one, screen.ways)
    pages = Pages(len(found), max(1, len(found)), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, replace(screen, focus=moved)), ()
    chosen = pages.at if intent == "select" and found else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    return (world, ()) if chosen is None else _taken(turn(world, replace(screen, focus=chosen)), one, found[chosen])


def _screen(world: World) -> WaysScreen:
    return world.screen if isinstance(world.screen, WaysScreen) else WaysScreen(Ways(""))


def _ways(world: World, one: Occurrence, ways: Ways) -> list[Way]:
    found = []
    if ways.crowded:
        found.append(Way("room", _("删掉本机不要的节目"), _("要腾出 {size}").format(size=size(ways.left_bytes))))
    if ways.smaller_height:
        words = _("先下最低清晰度 {height}p").format(height=ways.smaller_height)
        found.append(Way("smaller", words, _("{when} 齐").format(when=moment(world, ways.smaller_wall_ms))))
    if ways.on_stick and not ways.crowded:  # all that it shows may have been stopped
        left = size(ways.left_bytes) if ways.left_bytes else _(_NOT_KNOWN)
        found.append(Way("stick", _("用 U 盘拷来"), left))
    if one.starts_ms < ways.ready_wall_ms < over_ms(one):
        found.append(Way("wait", _("当天再等一会"), _("{when} 齐").format(when=moment(world, ways.ready_wall_ms))))
    if ways.later_wall_ms:
        when = moment(world, ways.later_wall_ms)
        own = own_sessions.is_own(one)
        words = _("改到{when}").format(when=when) if own else _("请县里改到{when}").format(when=when)
        found.append(Way("move" if own else "ring", words, _("来得及") if own else _telephone(world)))
    elif not own_sessions.is_own(one):
        found.append(Way("ring", _("请县里想办法"), _telephone(world)))
    return found


def _telephone(world: World) -> str:
    box = world.generation.box if world.generation else None
    return box.site.clerk_telephone if box else ""


def _taken(world: World, one: Occurrence, way: Way) -> Reaction:
    ways = _screen(world).ways
    if way.kind == "smaller":
        return tell(pop(world), _("好的，先下 {height}p，有时间再换清楚的").format(height=ways.smaller_height)), (
            SmallFirst(one.id),
        )
    if way.kind == "room":
        return push(world, CoursesScreen(ON_THE_BOX)), ()
    if way.kind == "stick":
        offered = world.stick is not None and bool(world.stick.wanted)
        return push(world, StickScreen() if offered else replace(_screen(world), listing=True, focus=0)), ()
    if way.kind == "wait":
        return _waited(world, one)
    if way.kind == "move":
        return pop(world), (MoveSession(one.id, f"{local(world, ways.later_wall_ms):%Y-%m-%dT%H:%M}"),)
    return tell(world, _whom(world)), ()


def _waited(world: World, one: Occurrence) -> Reaction:
    session = world.session
    if session is not None and session.state is SessionState.GATHERING and session.row.session == one.id:
        return pop(world), (WaitLonger(),)
    return tell(world, _("集合时按 2，每按一次等 10 分钟")), ()


def _whom(world: World) -> str:
    box = world.generation.box if world.generation else None
    if box is None or not box.site.clerk_telephone:
        return _("请和乡镇组织干事或县远教办联系")
    return _("请打电话给组织干事 {name} {telephone}").format(name=box.site.clerk, telephone=box.site.clerk_telephone)


# --- how it stands


def _title_lines(one: Occurrence) -> int:
    return d.lines_needed(one.title, d.LEAD, d.INNER, d.either(2, 1))


def _words_top(one: Occurrence) -> int:
    return d.CONTENT_TOP - 8 + _title_lines(one) * int(d.LEAD * 1.25) + 4


def _rows_top(one: Occurrence) -> int:
    return _words_top(one) + 2 * int(d.BODY * 1.4) + d.either(16, 8)


def _row_height(one: Occurrence, count: int) -> int:
    return min(_ROW_HEIGHT, (d.CONTENT_BOTTOM - _rows_top(one)) // max(1, count))


def _how_it_stands(world: World, one: Occurrence, ways: Ways) -> tuple[Mark, ...]:
    said = _("{when} · 已到 {share}").format(when=agenda.when(world, one), share=percent(ways.percent / 100))
    if ways.height:
        said += f" · {ways.height}p"
    top, step = _words_top(one), int(d.BODY * 1.4)
    expected = _expected(world, one, ways)
    return (
        Text(
            d.LEFT, d.CONTENT_TOP - 8, d.INNER, one.title, d.LEAD, d.INK, True, lines=d.either(2, 1), line_height=1.25
        ),
        line(d.LEFT, top, d.INNER, said, d.BODY, d.QUIET),
        line(d.LEFT, top + step, d.INNER, expected, d.fitting(expected, d.INNER, d.BODY, d.least()), d.WARN, bold=True),
    )


def _expected(world: World, one: Occurrence, ways: Ways) -> str:
    missing = agenda.missing_words(world, one)
    if missing:
        return missing
    if ways.crowded:
        return _("本机放不下这次的课件")
    if not ways.ready_wall_ms:
        return _("照现在的线路，说不准什么时候齐")
    words = _("照现在的线路，预计{when} 才齐") if ways.ready_wall_ms > one.starts_ms else _("预计{when} 齐，没有余地")
    said = words.format(when=moment(world, ways.ready_wall_ms))
    return said if ways.smaller_height else _("{said}；降低清晰度也不行").format(said=said)


# --- the list for the stick


def _list(world: World, screen: WaysScreen) -> Scene:
    pages = _pages(screen)
    height = d.CONTENT_HEIGHT // (pages.size + 1)
    shown = [_row(one) for one in screen.ways.on_stick[pages.first : pages.first + pages.size]]
    hint = _("请乡镇或县远教办拷好，拿来插上就行")
    below = d.CONTENT_TOP + len(shown) * height + 4
    marks = (
        *rows(shown, pages.at - pages.first, d.CONTENT_TOP, height, numbered=False),
        Text(d.LEFT, below, d.INNER, hint, d.ROW, d.FOCUS, True, lines=2, line_height=1.25),
    )
    turns = (Key("▲▼", N_("翻看")),) if pages.count > pages.size else ()
    title = counted("U 盘上要有 {n} 个课件", pages.count)
    return page(world, title, marks, (*turns, BACK, HOME), aside=pages.words)


def _row(one: OnStick) -> Row:
    detail = _("课号 {number}").format(number=one.number) if one.number else ""
    return Row(one.title, detail, size(one.left_bytes) if one.left_bytes else _(_NOT_KNOWN), title_lines=1)


def _pages(screen: WaysScreen) -> Pages:
    return Pages(len(screen.ways.on_stick), d.either(4, 3), screen.focus)


def _listed(world: World, screen: WaysScreen, intent: str) -> Reaction:
    moved = _pages(screen).moved(intent)
    return (turn(world, replace(screen, focus=moved)) if moved is not None else world), ()
