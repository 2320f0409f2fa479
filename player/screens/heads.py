"""清点人数: four figures are keyed in one after the other, OK on the last one signs off (确认登记)."""

from __future__ import annotations

from player.core.actions import ConfirmHeads, EditHeads
from player.core.language import N_, _
from player.core.library import Library
from player.core.world import HeadCountDraft, World

from . import design as d
from .frame import HOME, Key, page
from .parts import field_height, form_field
from .scene import Mark, Scene, Text
from .stack import Reaction, home

FIELDS = (("present", N_("实到")), ("members", N_("其中党员")), ("villagers", N_("其中群众")), ("on_leave", N_("请假")))


def _top() -> int:
    return d.CONTENT_TOP + d.either(96, 90)


def view(world: World, library: Library) -> Scene:
    """Return the form."""
    session = world.session
    assert session is not None
    draft = session.draft
    last = draft.field == FIELDS[-1][0]
    marks = (
        Text(d.LEFT, d.CONTENT_TOP, d.INNER, session.row.title, d.ROW, d.QUIET, lines=2, line_height=1.2),
        *_form(draft),
        *_below(draft),
    )
    keys = (
        Key("0–9", N_("输入")),
        Key(N_("确定"), N_("确认登记") if last else N_("下一项")),
        Key("◀", N_("删除")),
        Key("▲▼", N_("换一项")),
        HOME,
    )
    return page(world, _("清点人数"), marks, keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits go to the field, OK to the next one and at last to the sign-off; home leaves it for later."""
    draft = world.session.draft if world.session else HeadCountDraft(0)
    if intent.startswith("digit-"):
        return world, (EditHeads(intent[6:]),)
    if intent == "select":
        last = draft.field == FIELDS[-1][0]
        return world, (ConfirmHeads() if last else EditHeads("next"),)
    if intent == "home":
        return home(world), ()
    if intent == "back":
        return _back(world, draft)
    edits = {"left": "erase", "up": "previous", "down": "next", "right": "next"}
    return world, ((EditHeads(edits[intent]),) if intent in edits else ())


def _back(world: World, draft: HeadCountDraft) -> Reaction:
    """Erase; in an empty field go to the one before; from an empty first one leave it for later."""
    if getattr(draft, draft.field, ""):
        return world, (EditHeads("erase"),)
    if draft.field == FIELDS[0][0]:
        return home(world), ()
    return world, (EditHeads("previous"),)


def _form(draft: HeadCountDraft) -> tuple[Mark, ...]:
    width = (d.INNER - d.GAP * len(FIELDS)) // (len(FIELDS) + 1)
    marks = list(form_field(d.LEFT, _top(), width, _("应到"), str(draft.expected), focused=False, fixed=True))
    for index, (field, name) in enumerate(FIELDS, start=1):
        x = d.LEFT + index * (width + d.GAP)
        marks += form_field(x, _top(), width, _(name), getattr(draft, field), focused=draft.field == field)
    return tuple(marks)


def _below(draft: HeadCountDraft) -> tuple[Mark, ...]:
    hints = {
        "present": _("今天到了多少人？不对就直接按数字键改"),
        "members": _("到场的人里有多少党员？"),
        "villagers": _("到场的人里有多少群众？不填就按实到减党员算"),
        "on_leave": _("有多少人请假？没有就直接按确定键登记"),
    }
    words, colour = (draft.error, d.WARN) if draft.error else (hints.get(draft.field, ""), d.QUIET)
    top = _top() + field_height() + d.either(32, 12)
    if draft.error:
        return (Text(d.LEFT, top, d.INNER, words, d.ROW, colour, True, "centre", 2),)
    return (Text(d.LEFT, top, d.INNER, words, d.ROW, colour, align="centre", lines=d.either(1, 2)),)
