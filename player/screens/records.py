"""学习记录: the sessions of a month, the last one first, and what was missed; or the months of a year.

◀▶ turn the months (or years); the head says how often people met, how often they still must, and person-times. The last
row enters a session that was held without the box (补登).
"""

from __future__ import annotations

from typing import Final

import msgspec

from player.core import record_book
from player.core.facts import SessionRecord
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.screens_shown import PlanScreen, RecordScreen, RecordsScreen
from player.core.world import World
from playlists.occurrences import Occurrence

from . import agenda, book
from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import Pages, Row, line, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .words import day, time_of_day

TITLE: Final = N_("学习记录")
ENTER: Final = N_("补登一次没用机顶盒的学习")
MONTHS: Final = 12
_ROW_HEIGHT: Final = 96  # at least, with its gap
_LOW_ROW_HEIGHT: Final = 62
Line = SessionRecord | Occurrence | None  # None enters one afterwards


class Shown(msgspec.Struct, frozen=True):
    """What the list is about: a month with its lines, or a year."""

    month: book.Month
    lines: tuple[Line, ...]


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    screen = _screen(world)
    if screen.year:
        return _year(world, screen)
    shown = _shown(world, screen)
    pages = _pages(len(shown.lines), screen)
    part = [_row(world, one) for one in shown.lines[pages.first : pages.first + pages.size]]
    marks = (
        line(d.LEFT, d.CONTENT_TOP - 8, d.INNER, book.summary(world, shown.month), d.BODY, d.QUIET),
        *rows(part, pages.at - pages.first, _list_top(), _list_height() // pages.size),
    )
    keys = (
        Key("▲▼", N_("选择")),
        Key(N_("确定"), N_("打开")),
        Key("◀▶", N_("上下月")),
        Key("0", N_("全年")),
        BACK,
        HOME,
    )
    return page(world, f"{_(TITLE)} {book.title(shown.month)}", marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Turn months or years, open what is in the focus."""
    screen = _screen(world)
    if intent in ("left", "right"):
        step = (MONTHS if screen.year else 1) * (1 if intent == "left" else -1)
        back = max(0, screen.back + step)
        return turn(world, RecordsScreen(back, year=screen.year)), ()
    if screen.year:
        return _react_in_year(world, screen, intent)
    if intent == "digit-0":
        month = book.moved(book.this_month(world), -screen.back)
        return push(world, RecordsScreen(screen.back, _months(world, month[0]).index(month), year=True)), ()
    shown = _shown(world, screen)
    pages = _pages(len(shown.lines), screen)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, RecordsScreen(screen.back, moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    world = turn(world, RecordsScreen(screen.back, chosen))
    return _open(world, shown.lines[chosen]), ()


def _open(world: World, one: Line) -> World:
    if one is None:
        return push(world, PlanScreen(past=True))
    return push(world, RecordScreen(one.session if isinstance(one, SessionRecord) else one.id))


def _screen(world: World) -> RecordsScreen:
    return world.screen if isinstance(world.screen, RecordsScreen) else RecordsScreen()


def _shown(world: World, screen: RecordsScreen) -> Shown:
    month = book.moved(book.this_month(world), -screen.back)
    return Shown(month, (*book.missed_in(world, month), *book.records_of(world, month), None))


def _list_top() -> int:
    return d.CONTENT_TOP + 40


def _list_height() -> int:
    return d.CONTENT_HEIGHT - 40


def _pages(count: int, screen: RecordsScreen) -> Pages:
    return Pages(count, _list_height() // _ROW_HEIGHT, screen.focus)


def _row(world: World, one: Line) -> Row:
    if one is None:
        return Row(_(ENTER), _("讲座、参观，或者停电时开的学习"), title_lines=1)
    if isinstance(one, Occurrence):
        return Row(one.title, agenda.when(world, one), _("还没有开"), warn=True, title_lines=1)
    assert one.held is not None
    since = record_book.began_ms(world, one)
    detail = f"{day(world, since)} {time_of_day(world, since)}"
    if one.count is not None:
        heads = counted("实到 {n} 人", one.count.present)
        detail = _("{when} · {heads}").format(when=detail, heads=heads)
    odd = one.held.ended == "held" and (one.count is None or record_book.is_odd(one.count))
    return Row(one.held.title, detail, book.state_words(one), warn=odd, title_lines=1)


# --- the year


def _year(world: World, screen: RecordsScreen) -> Scene:
    year = _year_of(world, screen)
    months = _months(world, year)
    pages = Pages(len(months), d.rows_of(_LOW_ROW_HEIGHT), screen.focus)
    part = [_month_row(world, one) for one in months[pages.first : pages.first + pages.size]]
    marks = rows(part, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    aside = counted("{n} 人次", sum(book.person_times(world, one) for one in months))
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("打开")), Key("◀▶", N_("上下年")), BACK, HOME)
    return page(world, _("学习记录 {year}年").format(year=year), marks, keys, aside=aside)


def _react_in_year(world: World, screen: RecordsScreen, intent: str) -> Reaction:
    months = _months(world, _year_of(world, screen))
    pages = Pages(len(months), d.rows_of(_LOW_ROW_HEIGHT), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, RecordsScreen(screen.back, moved, year=True)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    now, month = book.this_month(world), months[chosen]
    back = (now[0] - month[0]) * MONTHS + now[1] - month[1]
    below = tuple(one for one in world.screens if not isinstance(one, RecordsScreen))
    return push(msgspec.structs.replace(world, screens=below), RecordsScreen(max(0, back))), ()


def _year_of(world: World, screen: RecordsScreen) -> int:
    return book.moved(book.this_month(world), -screen.back)[0]


def _months(world: World, year: int) -> list[book.Month]:
    """Return the months of a year up to now, the last one first."""
    now = book.this_month(world)
    return [(year, month) for month in range(MONTHS, 0, -1) if (year, month) <= now]


def _month_row(world: World, month: book.Month) -> Row:
    words = _("{month}月：{summary}").format(month=month[1], summary=book.summary(world, month))
    return Row(words, title_lines=1)
