"""The moment between the first picture and the first event: the box says that it is starting."""

from __future__ import annotations

from player.core.language import _
from player.core.library import Library
from player.core.world import World

from .frame import HOME, page
from .parts import message
from .scene import Scene
from .stack import Reaction


def view(world: World, library: Library) -> Scene:
    """Return the page."""
    return page(world, _("远教"), message(_("正在启动"), [_("请稍等，马上就好")]), (HOME,))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Nothing can be done yet."""
    return world, ()
