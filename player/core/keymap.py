"""Keys are tables by context: which table holds now, what a key means in it, and how the tables are read.

Rules: a table may name another one it extends; ``press``, ``repeat`` (held down) and ``release`` are data;
a key that a table does not name means nothing there. Called by `player.step` for every button, and by
`player.app` at start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from playlists.errors import BadData

from .events import Button, Press
from .intents import Context, Intent, Keymap
from .lives.picture import PlaybackState
from .lives.session import SessionState
from .playback import is_active, is_on_demand
from .screens_shown import (
    CheckScreen,
    FaultScreen,
    HomeScreen,
    LearnScreen,
    LiveScreen,
    NextScreen,
    NoteScreen,
    NumberScreen,
    OptionsScreen,
    PhoneScreen,
    PictureTestScreen,
    PlayingScreen,
    QuestionScreen,
    ReadingScreen,
    SearchScreen,
    SessionScreen,
    StatusScreen,
    StickScreen,
    StopCodeScreen,
    TimeScreen,
    WishScreen,
)
from .world import World

__all__ = ["Keymap", "context_of", "intent_for", "read_keymap"]

_SESSION_CONTEXTS: Final[dict[SessionState, Context]] = {
    SessionState.GATHERING: "gathering",
    SessionState.HOLDING: "card",
    SessionState.COUNTING: "heads",
    SessionState.CONFIRMING: "card",
    SessionState.CLOSING: "card",
}
_CARDS: Final = (
    StatusScreen, FaultScreen, PhoneScreen, PictureTestScreen, ReadingScreen, LearnScreen, NextScreen,
    CheckScreen,
    StickScreen,
)  # fmt: skip
_PLAIN: Final[dict[type, Context]] = {
    HomeScreen: "home",
    **dict.fromkeys((NumberScreen, StopCodeScreen, TimeScreen), "number"),
    SearchScreen: "search",
    LiveScreen: "playing",
    **dict.fromkeys((WishScreen, NoteScreen), "text"),
    QuestionScreen: "question",
    **dict.fromkeys(_CARDS, "card"),
}
_CONTEXTS: Final = frozenset(get_args(Context))
_BUTTONS: Final = frozenset(get_args(Button))
_PRESSES: Final = frozenset(get_args(Press))
_INTENTS: Final = frozenset(get_args(Intent))


def context_of(world: World) -> Context:
    """Return the table of keys that holds on the screen now shown."""
    screen = world.screen
    if isinstance(screen, PlayingScreen | SessionScreen):
        return _moving(world)
    if isinstance(screen, OptionsScreen) and (context := _moving(world)) != "playing":
        return context
    return _PLAIN.get(type(screen), "list")


def _moving(world: World) -> Context:
    """Picture and cards are one place that follows playback and session, as `player.screens.faces` draws them."""
    playback, session = world.playback, world.session
    if session is not None and session.state in _SESSION_CONTEXTS and not is_on_demand(playback):
        return _SESSION_CONTEXTS[session.state]
    if playback is not None and playback.state is PlaybackState.FAILED:
        return "fault"
    return "playing" if is_active(playback) or session is not None else "gathering"


def intent_for(keymap: Keymap, context: Context, button: Button, press: Press) -> Intent | None:
    """Return what a key means in a context, or None if it means nothing there."""
    return keymap.intents.get((context, button, press))


def read_keymap(tables: Any, where: str) -> Keymap:
    """Make a keymap of the tables of a YAML file.

    Args:
        tables: What the YAML holds: context (or a shared table) → button → intent, or → {press: intent}.
        where: The file's name, for messages.

    Raises:
        BadData: Something in it is not known; all mistakes are named together.
    """
    problems: list[str] = []
    intents: dict[tuple[Context, Button, Press], Intent] = {}
    if not isinstance(tables, Mapping):
        raise BadData(where, "", "must be a mapping from context to keys")
    for context in sorted(_CONTEXTS):
        for button, meaning in _inherited(tables, context, problems).items():
            for press, intent in _presses(f"{context}.{button}", str(button), meaning, problems).items():
                intents[context, button, press] = intent  # checked by _presses
    if problems:
        raise BadData(where, "", "; ".join(dict.fromkeys(problems)))
    return Keymap(intents)


def _inherited(tables: Mapping[str, Any], name: str, problems: list[str], depth: int = 0) -> dict[Any, Any]:
    table = tables.get(name)
    if not isinstance(table, Mapping) or depth > 5:
        problems.append(f"{name}: must be a table of keys")
        return {}
    parent = table.get("extends")
    keys = _inherited(tables, parent, problems, depth + 1) if parent else {}
    return keys | {str(key): value for key, value in table.items() if key != "extends"}


def _presses(path: str, button: str, meaning: Any, problems: list[str]) -> dict[Any, Any]:
    if button not in _BUTTONS:
        problems.append(f"{path}: no such button; allowed: {', '.join(sorted(_BUTTONS))}")
        return {}
    presses = dict(meaning) if isinstance(meaning, Mapping) else {"press": meaning}
    for press, intent in presses.items():
        if press not in _PRESSES:
            problems.append(f"{path}: {press!r} is none of {', '.join(sorted(_PRESSES))}")
        if intent not in _INTENTS:
            problems.append(f"{path}: {intent!r} is no intent; allowed: {', '.join(sorted(_INTENTS))}")
    return presses
