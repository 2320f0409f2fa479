"""Which screen the core puts on the stack when something starts, and takes away at its end; the rest is navigation."""

from __future__ import annotations

from .screens_shown import (
    DetailsScreen,
    HomeScreen,
    LiveScreen,
    NextScreen,
    NoteScreen,
    OptionsScreen,
    PlayingScreen,
    QuestionScreen,
    Screen,
    SessionScreen,
)
from .turn import Turn
from .world import World

_OURS = (PlayingScreen, SessionScreen, QuestionScreen, OptionsScreen, NextScreen, DetailsScreen, NoteScreen, LiveScreen)


def show_picture(turn: Turn) -> None:
    """Show the moving picture, with its words for a while."""
    _put(turn, PlayingScreen(turn.now.monotonic_ms + turn.world.settings.osd_ms))


def show_session(turn: Turn) -> None:
    """Show the session's card."""
    _put(turn, SessionScreen())


def leave(turn: Turn) -> None:
    """Take picture, cards and questions away; what was below is seen again."""
    turn.change(screens=_below(turn.world))


def show_live(turn: Turn) -> None:
    """Show the live channel, with its words for a while."""
    _put(turn, LiveScreen(turn.now.monotonic_ms + turn.world.settings.osd_ms))


def take_away(turn: Turn, kind: type[Screen]) -> None:
    """Take the screens of one kind away; what was below is seen again."""
    left = tuple(screen for screen in turn.world.screens if not isinstance(screen, kind))
    turn.change(screens=left or (HomeScreen(),))


def offer_next(turn: Turn, course: str, lesson: str) -> None:
    """Show the card that offers the next lesson of a course."""
    _put(turn, NextScreen(course, lesson))


def is_on_stage(world: World, kind: type) -> bool:
    """Return whether a screen of this kind is on the stack."""
    return any(isinstance(screen, kind) for screen in world.screens)


def _below(world: World) -> tuple[Screen, ...]:
    return tuple(screen for screen in world.screens if not isinstance(screen, _OURS)) or (HomeScreen(),)


def _put(turn: Turn, screen: Screen) -> None:
    turn.change(screens=(*_below(turn.world), screen))
