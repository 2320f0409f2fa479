"""What a key does on the screen that is on top: where we go, and what we ask of the core.

Pure navigation on the world's stack of screens; `player.step` calls it with an intent of the keymap and applies the
actions. Screens push what needs only data; the core pushes `PlayingScreen` and `SessionScreen` when something really
starts, and takes them away when it ends.
"""

from __future__ import annotations

from player.core.actions import Action
from player.core.library import Library
from player.core.world import World

from . import stack


def react(world: World, intent: str, library: Library) -> tuple[World, tuple[Action, ...]]:
    """Return the world after an intent, and what the core shall do about it."""
    if intent == "home":
        return stack.home(world), ()
    if intent == "back":
        return stack.pop(world), ()
    return world, ()
