"""One of the 其他登记项 is written with the text field: speaker, the other village and its heads, remarks."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from player.core.actions import NoteSession
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import NoteScreen, ReasonScreen
from player.core.world import World
from player.core.writing import Writing, WritingState, offer, pressed

from .correct import corrected
from .frame import HOME, page
from .scene import Scene
from .stack import Reaction, pop
from .tell import tell
from .text_field import count_words, field, field_keys

TITLES: Final = {
    "speaker": N_("主讲人是谁"), "neighbour": N_("和哪个村一起学"), "neighbours": N_("邻村来了多少人"),
    "remarks": N_("备注"), "reason": N_("为什么更正"),
}  # fmt: skip


def view(world: World, library: Library) -> Scene:
    """Return the text field."""
    writing, phrases = world.note, world.settings.phrases
    offered = offer(writing, library, phrases)
    keys = field_keys(writing, offered, done=N_("写好了"))
    return page(
        world, _(TITLES[_screen(world).field]), field(writing, offered), (*keys, HOME), aside=count_words(writing)
    )


def react(world: World, intent: str, library: Library) -> Reaction:
    """Write; OK with nothing more to spell keeps it, and so does leaving with nothing written."""
    writing = world.note
    leaves = intent == "select" or (intent == "back" and not writing.text)
    if writing.state is WritingState.IDLE and leaves:
        if _screen(world).field == "reason":
            return _reason(world, writing.text.strip())
        return replace(pop(world), note=Writing()), (NoteSession(_screen(world).field, writing.text),)
    if intent == "up" and _screen(world).field == "neighbours":
        return tell(world, _("这里只写数字")), ()
    return replace(world, note=pressed(writing, intent, offer(writing, library, world.settings.phrases))), ()


def _reason(world: World, reason: str) -> Reaction:
    """Correct with the reason that was written; leaving with none goes back to the ready ones."""
    below = pop(world)
    if not reason or not isinstance(below.screen, ReasonScreen):
        return below, ()
    return corrected(replace(below, note=Writing()), below.screen, reason)


def _screen(world: World) -> NoteScreen:
    return world.screen if isinstance(world.screen, NoteScreen) else NoteScreen()
