"""The life of a lesson in which a remote control is taught its keys (学习遥控器).

Theory: every key is asked for in turn, OK and back first. A key that is pressed for the first time in this lesson is
learnt as the one asked for, whatever it meant before; one that was just learnt already means what it was learnt as: the
new OK leaves the key asked for as it is, the new back asks for the one before again. When all were asked, the new OK
keeps them: so nobody can leave with an OK that does not work. Whoever does nothing for `WAIT_MS`, goes elsewhere, or is
called away by a session leaves everything as it was. What was not taught keeps its meaning of the tables.

    none ──LearnKeys──► ASKING ──the last key──► CONFIRMING ──OK──► kept, none
                          │ ◄───────back────────────┘
                          └── waiting, going elsewhere ──► none

Called by `player.step` for every key of a remote, before anything else.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from . import choices
from .actions import ForgetKeys, LearnKeys
from .events import ButtonPressed, UnknownKey, WokeUp
from .language import _
from .lives.room import Learning, LearningState
from .preferences import LearntButton
from .screens_shown import LearnScreen
from .table import Row, Table, follow, nothing
from .turn import Turn
from .world import World

WAIT_MS: Final = 20_000
ORDER: Final[tuple[LearntButton, ...]] = (
    "ok", "back", "up", "down", "left", "right", "home", "menu",
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "0",
    "play-pause", "stop", "volume-up", "volume-down", "mute",
)  # fmt: skip
_S = LearningState
Key = ButtonPressed | UnknownKey


def follow_event(turn: Turn, event: object) -> None:
    """Begin, or take an event of a lesson that is on."""
    learning = turn.world.learning
    if learning is not None:
        follow(TABLE, learning.state, turn, event)
    elif isinstance(event, LearnKeys):
        turn.change(learning=Learning(heard_monotonic_ms=turn.now.monotonic_ms))


def hears(turn: Turn, event: Key) -> bool:
    """Take a key of a remote for the lesson; return whether it was for it. Keys without a number move the screens."""
    if turn.world.learning is None or not event.code or not isinstance(turn.world.screen, LearnScreen):
        return False
    if event.press == "press":
        turn.change(touched_monotonic_ms=turn.now.monotonic_ms)
        follow_event(turn, event)
    return True


def settle(turn: Turn) -> None:
    """End a lesson that nobody takes part in."""
    follow_event(turn, WokeUp())


def deadline(world: World) -> int | None:
    """Return when a lesson ends by itself, in monotonic ms."""
    return world.learning.heard_monotonic_ms + WAIT_MS if world.learning else None


def forget(turn: Turn, wish: ForgetKeys) -> None:  # noqa: ARG001
    """All remotes are as the tables say."""
    choices.keep(turn, replace(turn.world.preferences, keys={}))
    turn.say(_("遥控器已恢复原样"))


def _current(turn: Turn) -> Learning:
    assert turn.world.learning is not None
    return turn.world.learning


def _change(turn: Turn, **fields: Any) -> None:
    turn.change(learning=replace(_current(turn), **fields))


def _heard(turn: Turn, event: Key) -> None:
    """A key while one is asked for."""
    learning = _current(turn)
    asked, means = ORDER[learning.asked], learning.keys.get(event.code, "")
    _change(turn, heard=event.code, means=means, heard_monotonic_ms=turn.now.monotonic_ms)
    if means in ("", asked):
        others = {code: button for code, button in learning.keys.items() if button != asked}
        _change(turn, keys={**others, event.code: asked})
        _ask(turn, learning.asked + 1)
    elif means == "back":
        _ask(turn, learning.asked - 1)
    elif means == "ok":
        _ask(turn, learning.asked + 1)


def _ask(turn: Turn, asked: int) -> None:
    state = _S.CONFIRMING if asked >= len(ORDER) else _S.ASKING
    _change(turn, state=state, asked=min(max(asked, 0), len(ORDER) - 1))


def _tried(turn: Turn, event: Key) -> None:
    """A key once all were asked: it says what it is; OK keeps them all."""
    learning = _current(turn)
    known = event.button if isinstance(event, ButtonPressed) else ""
    means = learning.keys.get(event.code) or turn.world.preferences.keys.get(event.code) or known
    _change(turn, heard=event.code, means=means, heard_monotonic_ms=turn.now.monotonic_ms)
    if means == "back":
        _ask(turn, learning.asked)
    elif means == "ok":
        chosen = turn.world.preferences
        choices.keep(turn, replace(chosen, keys={**chosen.keys, **learning.keys}))
        turn.say(_("新遥控器学好了"))
        _end(turn)


def _look(turn: Turn, event: WokeUp) -> None:  # noqa: ARG001
    left = not any(isinstance(screen, LearnScreen) for screen in turn.world.screens)
    if left:
        turn.change(learning=None)
    elif turn.now.monotonic_ms >= _current(turn).heard_monotonic_ms + WAIT_MS:
        turn.say(_("没有按键，遥控器没有改"))
        _end(turn)


def _end(turn: Turn) -> None:
    below = tuple(screen for screen in turn.world.screens if not isinstance(screen, LearnScreen))
    turn.change(learning=None, screens=below)


def _rows(state: LearningState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final[tuple[Any, ...]] = (LearnKeys, ButtonPressed, UnknownKey, WokeUp)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.ASKING, nothing, _heard, _heard, _look),
    **_rows(_S.CONFIRMING, nothing, _tried, _tried, _look),
}
