"""描述想学的内容: a wish in own words, written with the remote control; OK asks the county for it (点播申请)."""

from __future__ import annotations

from msgspec.structs import replace

from player.core.actions import PlaceOrder
from player.core.language import N_, _
from player.core.library import Library
from player.core.world import World
from player.core.writing import Writing, WritingState, offer, pressed

from .frame import HOME, page
from .orders import to_newest
from .scene import Scene
from .stack import Reaction, pop
from .tell import tell
from .text_field import count_words, field, field_keys

TITLE = N_("描述想学的内容")
_REFUSED = {
    "pinyin": N_("拼音用 2 到 9 的数字键"),
    "strokes": N_("笔画用 1 到 5 的数字键"),
}


def view(world: World, library: Library) -> Scene:
    """Return the text field."""
    writing = world.writing
    offered = offer(writing, library, world.settings.phrases)
    keys = field_keys(writing, offered, done=N_("提出申请"))
    return page(world, _(TITLE), field(writing, offered), (*keys, HOME), aside=count_words(writing))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Write; OK with nothing more to spell asks for it, back with nothing written leaves."""
    writing = world.writing
    if writing.state is WritingState.IDLE and intent == "select":
        return _ask(world)
    if writing.state is WritingState.IDLE and intent == "back" and not writing.text:
        return pop(world), ()
    written = pressed(writing, intent, offer(writing, library, world.settings.phrases))
    if written == writing and intent.startswith("digit-") and writing.method in _REFUSED:
        return tell(world, _(_REFUSED[writing.method])), ()
    return replace(world, writing=written), ()


def _ask(world: World) -> Reaction:
    wish = world.writing.text.strip()
    if not wish:
        return tell(world, _("请先按数字键写出想学的内容")), ()
    return to_newest(replace(pop(world), writing=Writing())), (PlaceOrder(wish=wish),)
