"""更正人数: a signed-off head count is mended with a reason. Nothing is overwritten: each correction is an entry.

First the figures, as they were counted; then why, from ready words or written. The same rules hold as at the count.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from player.core import heads as counting
from player.core import record_book
from player.core.actions import CorrectHeads
from player.core.facts import HeadCountDraft
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import CorrectScreen, NoteScreen, ReasonScreen
from player.core.world import World
from player.core.writing import Writing
from playlists.entries import HeadCount

from . import design as d
from .frame import BACK, HOME, Key, page
from .heads import figures
from .parts import Pages, Row, field_height, line, rows
from .scene import Scene, Text
from .stack import Reaction, push, turn

REASONS: Final = (N_("数错了人数"), N_("有人来晚了"), N_("按错了键"), N_("和纸质记录簿核对后更正"), N_("自己写原因"))
_ROW_HEIGHT: Final = 70  # at least, with its gap


def draft_of(count: HeadCount) -> HeadCountDraft:
    """Return a count as a draft to be mended."""
    members, villagers = ("" if figure is None else str(figure) for figure in (count.members, count.villagers))
    return HeadCountDraft(
        counting.stated(count.expected),
        str(count.present),
        members,
        villagers,
        str(count.on_leave),
        usual_members=members,
    )


def view(world: World, library: Library) -> Scene:
    """Return the figures, or the reasons."""
    if isinstance(world.screen, ReasonScreen):
        return _reasons(world, world.screen)
    draft, top = _screen(world).draft, d.CONTENT_TOP + d.either(96, 60)
    said = draft.error or _("把数错的改过来，再按确定键说明原因")
    record = record_book.find(world, _screen(world).session)
    title = record.held.title if record and record.held else ""
    below, colour = top + field_height() + d.either(32, 16), d.WARN if draft.error else d.QUIET
    marks = (
        line(d.LEFT, d.CONTENT_TOP, d.INNER, title, d.ROW, d.QUIET),
        *figures(draft, top, draft.field),
        Text(d.LEFT, below, d.INNER, said, d.ROW, colour, bool(draft.error), "centre", 2, 1.2),
    )
    keys = (
        Key("0–9", N_("输入")), Key("▲▼", N_("换一项")), Key("◀", N_("删除")), Key(N_("确定"), N_("改好了")), BACK,
        HOME,
    )  # fmt: skip
    return page(world, _("更正人数"), marks, keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits go to the figure; OK goes on to the reason, once the figures fit together."""
    if isinstance(world.screen, ReasonScreen):
        return _react_reasons(world, world.screen, intent)
    screen = _screen(world)
    if intent == "select":
        refused = counting.check(screen.draft)
        if refused is not None:
            return turn(world, replace(screen, draft=refused)), ()
        return push(world, ReasonScreen(screen.session, screen.draft)), ()
    edits = {"left": "erase", "up": "previous", "down": "next", "right": "next"}
    edit = intent[6:] if intent.startswith("digit-") else edits.get(intent)
    return (turn(world, replace(screen, draft=counting.edit(screen.draft, edit))) if edit else world), ()


def corrected(world: World, screen: ReasonScreen, reason: str) -> Reaction:
    """Return to the page of the book and ask for the correction. Also called when a reason was written."""
    record = record_book.find(world, screen.session)
    below = tuple(one for one in world.screens if not isinstance(one, CorrectScreen | ReasonScreen | NoteScreen))
    world = replace(world, screens=below)
    if record is None or record.count is None:
        return world, ()
    count = counting.entry(screen.draft, screen.session, record.count.neighbours)
    return world, (CorrectHeads(screen.session, count, reason),)


def _screen(world: World) -> CorrectScreen:
    return world.screen if isinstance(world.screen, CorrectScreen) else CorrectScreen("", HeadCountDraft(""))


def _reasons(world: World, screen: ReasonScreen) -> Scene:
    pages = Pages(len(REASONS), d.rows_of(_ROW_HEIGHT), screen.focus)
    shown = [Row(_(words), title_lines=1) for words in REASONS[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("选定")), Key(pages.digits, N_("直达")), BACK, HOME)
    return page(world, _("为什么更正"), marks, keys, aside=pages.words)


def _react_reasons(world: World, screen: ReasonScreen, intent: str) -> Reaction:
    pages = Pages(len(REASONS), d.rows_of(_ROW_HEIGHT), screen.focus)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, replace(screen, focus=moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    if chosen == len(REASONS) - 1:
        return push(replace(turn(world, replace(screen, focus=chosen)), note=Writing()), NoteScreen("reason")), ()
    return corrected(world, screen, REASONS[chosen])
