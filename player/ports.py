"""The ports of the player: what the loop knows of devices.

A device takes effects of the kinds it is registered for in `player.equipment`, never blocks in `perform`, and says what
came of it by calling `emit` from whatever thread it likes: `emit` only enqueues.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from player.core.effects import Effect
from player.core.events import Event
from player.core.moment import Moment
from player.screens.scene import Scene

Emit = Callable[[Event], None]


class Device(Protocol):
    """Something that does effects. Started in dependency order, stopped in reverse."""

    def start(self, emit: Emit) -> None:
        """Begin to work; events may come from now on."""

    def perform(self, effect: Effect) -> None:
        """Do an effect, or begin to; returns at once."""

    def stop(self) -> None:
        """End; blocks until threads and children are gone."""


class Display(Protocol):
    """The TV: paints scenes. Used by the loop's thread alone."""

    def show(self, scene: Scene) -> None:
        """Make the screen look like the scene; unchanged parts are not painted again."""


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> Moment:
        """Return this instant."""


class TimeKeeper(Clock, Protocol):
    """The clock as those know it who can ask for the time."""

    def wants_county(self) -> bool:
        """Return whether the county should be asked."""
