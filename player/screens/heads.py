"""清点人数: four figures are keyed in one after the other, OK on the last one signs off (确认登记)."""

from __future__ import annotations

from player.core.actions import ConfirmHeads, EditHeads
from player.core.facts import HeadCountDraft
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import DetailsScreen
from player.core.world import World

from . import design as d
from .frame import HOME, Key, page
from .parts import field_height, form_field
from .scene import Mark, Scene, Text
from .stack import Reaction, home, push

FIELDS = (
    ("expected", N_("应到")),
    ("present", N_("实到")),
    ("members", N_("其中党员")),
    ("villagers", N_("其中群众")),
    ("on_leave", N_("请假")),
)


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
        Key("▲", N_("上一项")),
        Key("▼", N_("其他项")),
        HOME,
    )
    return page(world, _("清点人数"), marks, keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Digits go to the field, OK to the next one and at last to the sign-off; home leaves it for later."""
    draft = world.session.draft if world.session else HeadCountDraft("")
    if intent.startswith("digit-"):
        return world, (EditHeads(intent[6:]),)
    if intent == "select":
        last = draft.field == FIELDS[-1][0]
        return world, (ConfirmHeads() if last else EditHeads("next"),)
    if intent == "home":
        return home(world), ()
    if intent == "back":
        return _back(world, draft)
    if intent == "down":
        return push(world, DetailsScreen()), ()
    edits = {"left": "erase", "up": "previous", "right": "next"}
    return world, ((EditHeads(edits[intent]),) if intent in edits else ())


def _back(world: World, draft: HeadCountDraft) -> Reaction:
    """Erase; in an empty field go to the one before; from an empty first or second one leave it for later."""
    if getattr(draft, draft.field, ""):
        return world, (EditHeads("erase"),)
    if draft.field in ("expected", "present"):
        return home(world), ()
    return world, (EditHeads("previous"),)


def _form(draft: HeadCountDraft) -> tuple[Mark, ...]:
    return figures(draft, _top(), draft.field)


def figures(draft: HeadCountDraft, top: int, focus: str = "", blank: str = "") -> tuple[Mark, ...]:
    """Return the five figures of a head count; ``blank`` stands where there is none. Also for the closing card."""
    width = (d.INNER - d.GAP * (len(FIELDS) - 1)) // len(FIELDS)
    marks: list[Mark] = []
    for index, (field, name) in enumerate(FIELDS):
        x, focused = d.LEFT + index * (width + d.GAP), field == focus
        fixed = field == "expected" and not focused
        marks += form_field(x, top, width, _(name), getattr(draft, field) or blank, focused=focused, fixed=fixed)
    return tuple(marks)


def _below(draft: HeadCountDraft) -> tuple[Mark, ...]:
    hints = {
        "expected": _("应该到多少人？") if draft.expected else _("应该到多少人？不知道就直接按确定键"),
        "present": _("今天到了多少人？不对就直接按数字键改") if draft.present else _("今天到了多少人？按数字键输入"),
        "members": _("到场的人里有多少党员？"),
        "villagers": _("到场的人里有多少群众？不填就按实到减党员算"),
        "on_leave": _("有多少人请假？没有就直接按确定键登记"),
    }
    words, colour = (draft.error, d.WARN) if draft.error else (hints.get(draft.field, ""), d.QUIET)
    top = _top() + field_height() + d.either(32, 12)
    if draft.error:
        return (Text(d.LEFT, top, d.INNER, words, d.ROW, colour, True, "centre", 2),)
    return (Text(d.LEFT, top, d.INNER, words, d.ROW, colour, align="centre", lines=d.either(1, 2)),)
