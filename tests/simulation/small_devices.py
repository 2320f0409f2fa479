"""The small devices of a simulated box, beside picture, journal and line.

Its feelers, what was chosen at the television, the clock that a person sets, the telephone's page, the worker that
looks at stop codes, and the one that writes the journal onto a stick.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from player.core import effects, worker_effects
from player.core.events import Checked, Event
from player.core.facts import InsideFacts
from player.core.worker_events import CarryFinished, PhoneFinished, PhoneShown, StopCodeChecked

from .agenda import Run
from .site import Site

SMALL = (
    effects.KeepPreferences, effects.RunCheck, effects.SetClock, worker_effects.RunPhone, worker_effects.RunStopCode,
    worker_effects.RunCarry,
)  # fmt: skip


class SmallDevices:
    """Those of one run of the box. ``take`` hands an event to the box."""

    def __init__(self, chance: Random, site: Site, run: Run, take: Callable[[Event], None]) -> None:
        self._chance, self._site, self._run, self._take = chance, site, run, take

    def perform(self, effect: object) -> None:
        """Do an effect."""
        match effect:
            case effects.KeepPreferences():
                self._site.chosen = effect.preferences
                if not self._site.disk_fault:  # else it is told, and what was chosen holds until the next start
                    self._site.preferences = effect.preferences
            case effects.RunCheck():
                facts = InsideFacts(sound=True, cable=True, address=self._site.line.open, hottest_c=46)
                self._after(300, Checked(effect.id, facts))
            case effects.SetClock():
                self._site.clock.set_by_hand(effect.wall_ms, effect.monotonic_ms, self._take)
            case worker_effects.RunPhone():
                self._phone(effect)
            case worker_effects.RunStopCode():
                day = self._site.county.day_of_code(effect.number, effect.code)
                self._after(500, StopCodeChecked(effect.id, day if day in effect.days else ""))
            case worker_effects.RunCarry():
                self._carry(effect)

    def _phone(self, effect: worker_effects.RunPhone) -> None:
        shown = PhoneShown(effect.id, "http://192.168.1.9", "123456", ("101",), 1, shut=False)
        failed = PhoneFinished(effect.id, "no-network")
        self._after(900, shown if self._site.line.carries(self._site.agenda.now) else failed)

    def _carry(self, effect: worker_effects.RunCarry) -> None:
        stick, journal = self._site.stick, self._site.journal
        first, last = stick.write(journal) if stick is not None and stick.folder == effect.folder else (0, 0)
        self._after(self._chance.randint(100, 2_000), CarryFinished(effect.id, journal.acknowledged, first, last))

    def _after(self, milliseconds: int, event: Event) -> None:
        self._site.agenda.at(self._site.agenda.now + milliseconds, self._run, self._take, event)
