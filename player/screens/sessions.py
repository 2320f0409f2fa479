"""集中学习: the sessions of this month and those ahead, each with its day and how ready it is."""

from __future__ import annotations

from player.core import record_book
from player.core.language import N_, _
from player.core.library import Library
from player.core.own_sessions import is_own
from player.core.screens_shown import PlanScreen, RecordScreen, SessionsScreen
from player.core.world import World
from playlists.occurrences import Occurrence

from . import agenda
from . import design as d
from .book import state_words
from .frame import BACK, HOME, OK_OPENS, Key, page
from .here import occurrence_here
from .parts import Pages, Row, message, rows
from .scene import Scene
from .stack import Reaction, push, turn
from .tell import tell
from .words import clock_known

_ROW_HEIGHT = 116  # at least, with its gap
_PLAN = Key("0", N_("安排学习"))


def view(world: World, library: Library) -> Scene:
    """Return the list of sessions."""
    pages, listed = _pages(world)
    if not listed:
        marks = message(_("近期没有集中学习安排"), [_("节目单由县远教办下发"), _("本村也可以自己安排：按 0")])
        return page(world, _("集中学习"), marks, (_PLAN, BACK, HOME))
    shown = [_row(world, one) for one in listed[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (Key("▲▼", N_("选择")), OK_OPENS, Key(pages.digits, N_("直达")), _PLAN, BACK, HOME)
    return page(world, _("集中学习"), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Open the gathering card of a session that was not yet held, also after its time; or its page in the book."""
    pages, listed = _pages(world)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, SessionsScreen(moved)), ()
    if intent == "digit-0":
        return _plan(world), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not listed:
        return world, ()
    one = listed[chosen]
    world = turn(world, SessionsScreen(chosen))
    if agenda.is_done(world, one):
        known = record_book.find(world, one.id) is not None
        return (push(world, RecordScreen(one.id)) if known else tell(world, _("这次集中学习已经登记"))), ()
    if other := agenda.gives_way_to(world, one):
        return tell(world, _("同一时间县里有《{title}》，这一次不开").format(title=other)), ()
    return world, (agenda.opened(world, one),)


def _plan(world: World) -> World:
    return push(world, PlanScreen()) if clock_known(world) else tell(world, _("时间未校准，现在还不能安排"))


def _pages(world: World) -> tuple[Pages, list[Occurrence]]:
    listed = agenda.listed(world)
    screen = world.screen
    focus = screen.focus if isinstance(screen, SessionsScreen) else 0
    return Pages(len(listed), d.rows_of(_ROW_HEIGHT), focus), listed


def _row(world: World, one: Occurrence) -> Row:
    detail = agenda.when(world, one)
    if agenda.is_done(world, one):
        record = record_book.find(world, one.id)
        return Row(one.title, detail, state_words(record) if record else _("已登记"), title_lines=1)
    if agenda.is_made_up(world, one):
        return Row(one.title, detail, _("已补学"), title_lines=1)
    if agenda.is_over(world, one):
        return Row(one.title, detail, _("还没有开"), warn=True, title_lines=1)
    if agenda.gives_way_to(world, one):
        return Row(one.title, detail, _("与县里的同时，不开"), warn=True, title_lines=1)
    detail = _("本村安排 · {when}").format(when=detail) if is_own(one) else detail
    if is_own(one) and one.form != "video":
        return Row(one.title, detail, agenda.until(world, one), title_lines=1)
    beside = agenda.missing_words(world, one) or agenda.expected_words(world, one) or agenda.until(world, one)
    detail += f" · {beside}"
    return Row(one.title, detail, here=occurrence_here(world, one), title_lines=1)
