"""Moves on the stack of screens; the bottom of the stack is always home, so that nothing can strand a viewer there."""

from __future__ import annotations

from msgspec.structs import replace

from player.core.actions import Action
from player.core.screens_shown import HomeScreen, Screen
from player.core.world import World

Reaction = tuple[World, tuple[Action, ...]]


def home(world: World) -> World:
    """Return the world with nothing but home on the stack, its card in focus: home and OK open what comes next."""
    return replace(world, screens=(HomeScreen(),))


def push(world: World, screen: Screen) -> World:
    """Return the world with a screen put on top."""
    return replace(world, screens=(*world.screens, screen))


def pop(world: World) -> World:
    """Return the world one screen back; home stays."""
    return home(world) if len(world.screens) < 2 else replace(world, screens=world.screens[:-1])


def turn(world: World, screen: Screen) -> World:
    """Return the world with the top screen replaced, such as by itself with another focus."""
    return replace(world, screens=(*world.screens[:-1], screen))
