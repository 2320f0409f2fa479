"""One step in the making: the world so far and the effects so far.

It lives for one call of `player.step.step` and is never kept, so that the step as a whole stays a pure
function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from .effects import Effect, KeepSession
from .library import Library
from .moment import Moment
from .world import Notice, World

NOTICE_MS = 6_000

E = TypeVar("E")


class Turn:
    """What the lives change and ask for while one event is taken."""

    __slots__ = ("_effects", "library", "now", "world")

    def __init__(self, world: World, now: Moment, library: Library) -> None:
        self.world, self.now, self.library = replace(world, now=now), now, library
        self._effects: list[Effect] = []

    def change(self, **fields: Any) -> None:
        """Change fields of the world."""
        self.world = replace(self.world, **fields)

    def number(self) -> int:
        """Return a new effect id."""
        self.change(next_id=self.world.next_id + 1)
        return self.world.next_id - 1

    def issue(self, kind: Callable[..., E], **fields: Any) -> E:
        """Ask for an effect that needs no answer, or whose answer its life knows by itself."""
        effect = kind(id=self.number(), **fields)
        self.perform(effect)  # type: ignore[arg-type]  # every kind passed here is an Effect
        return effect

    def ask(self, kind: Callable[..., E], **fields: Any) -> int:
        """Ask for an effect whose answer is awaited; return its id."""
        effect: Any = self.issue(kind, **fields)
        self.change(pending={**self.world.pending, effect.id: effect})
        return int(effect.id)

    def answered(self, effect: int) -> None:
        """Await this answer no longer."""
        self.change(pending={key: value for key, value in self.world.pending.items() if key != effect})

    def perform(self, effect: Effect) -> None:
        """Put an effect on the list as it is."""
        self._effects.append(effect)

    def say(self, words: str, milliseconds: int = NOTICE_MS) -> None:
        """Show a line that goes away by itself."""
        self.change(notice=Notice(words, self.now.monotonic_ms + milliseconds))

    def effects(self) -> tuple[Effect, ...]:
        """Return what is to be done, in order.

        The session's open row goes first: should the power go between it and the seal of a lesson, the
        session continues with the next lesson and does not show the last one again.
        """
        if len(self._effects) < 2:
            return tuple(self._effects)
        return tuple(sorted(self._effects, key=lambda effect: not isinstance(effect, KeepSession)))
