"""其他登记项: form, speaker, joint session, remarks, rating, and a lesson more. Kept at once, signed off
with the count.

Opened from the gathering card, during a lecture, and from the head count.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from player.core.actions import NoteSession
from player.core.facts import OpenSession
from player.core.language import N_, _
from player.core.library import Library
from player.core.lives.session import SessionState
from player.core.own_sessions import FORMS
from player.core.screens_shown import DetailsScreen, NoteScreen, NumberScreen
from player.core.session_notes import RATINGS as RATED
from player.core.session_notes import TEXTS
from player.core.world import World
from player.core.writing import Writing

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import Pages, Row, message, rows
from .registered import RATINGS
from .scene import Scene
from .stack import Reaction, push, turn

_ROW_HEIGHT: Final = 70  # at least, with its gap


class Detail(msgspec.Struct, frozen=True):
    """One row: the field that it is about, what it is called, and what stands there."""

    field: str
    name: str
    value: str = ""


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    details = _details(world)
    if not details:
        return page(world, _("其他登记项"), message(_("这次集中学习已经登记"), []), (BACK, HOME))
    pages = _pages(world, details)
    shown = [_row(one) for one in details[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), N_("改")), Key(pages.digits, N_("直达")), BACK, HOME)
    return page(world, _("其他登记项"), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Go on to the next choice, or write what is to be written."""
    details = _details(world)
    pages = _pages(world, details)
    if (moved := pages.moved(intent)) is not None:
        return turn(world, DetailsScreen(moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not details:
        return world, ()
    return _change(turn(world, DetailsScreen(chosen)), details[chosen])


def _change(world: World, one: Detail) -> Reaction:
    row = world.session.row if world.session else None
    if row is None:
        return world, ()
    if one.field == "form":
        forms = tuple(FORMS)
        return world, (NoteSession("form", forms[(forms.index(row.form) + 1) % len(forms)]),)
    if one.field == "rating":
        return world, (NoteSession("rating", str(RATED[(RATED.index(row.rating) + 1) % len(RATED)])),)
    if one.field == "added":
        return push(world, NumberScreen()), ()
    return push(replace(world, note=_begun(row, one.field)), NoteScreen(one.field)), ()


def _begun(row: OpenSession, field: str) -> Writing:
    if field in TEXTS:
        return Writing(getattr(row, field))
    return Writing(str(row.neighbours) if row.neighbours else "", "digits")


def _pages(world: World, details: list[Detail]) -> Pages:
    focus = world.screen.focus if isinstance(world.screen, DetailsScreen) else 0
    return Pages(len(details), d.rows_of(_ROW_HEIGHT), focus)


def _details(world: World) -> list[Detail]:
    session = world.session
    if session is None or session.state in (SessionState.CONFIRMING, SessionState.CLOSING):
        return []
    row = session.row
    thought = RATINGS.get(row.rating, N_("还没有评"))
    found = [
        Detail("form", N_("形式"), _(FORMS.get(row.form, FORMS["video"]))),
        Detail("speaker", N_("主讲人"), row.speaker),
        Detail("neighbour", N_("联合学习的村"), row.neighbour),
        *([Detail("neighbours", N_("邻村人数"), str(row.neighbours))] if row.neighbour else []),
        Detail("remarks", N_("备注"), row.remarks),
        Detail("rating", N_("评价"), _(thought)),
    ]
    more = session.state is SessionState.COUNTING and not row.by_hand
    return [*found, Detail("added", N_("大家还想看，加放一课"))] if more else found


def _row(one: Detail) -> Row:
    if one.field == "added":
        return Row(_(one.name), title_lines=1)
    return Row(_("{name}：{value}").format(name=_(one.name), value=one.value or _("未填")), title_lines=1)
