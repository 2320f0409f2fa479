"""What is heard beside the picture of a simulated box: it ends, ends at once because the file is none, or hangs.

Nothing may be heard while a film sounds: that is looked at after every step.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from player.core.events import Event
from player.core.media_effects import HushSound, PlaySound
from player.core.media_events import SoundEnded

from . import films
from .agenda import Agenda, Run
from .broken import Broken
from .media import Media

SOON_MS = 50


class Voice:
    """The second player of one run, beside the ``picture``; its own chance leaves all others as they are."""

    def __init__(self, chance: Random, picture: Media, agenda: Agenda, run: Run, emit: Callable[[Event], None]) -> None:
        self._chance, self._picture, self._agenda, self._run = chance, picture, agenda, run
        self._emit = emit
        self._on = 0

    def perform(self, effect: PlaySound | HushSound) -> None:
        """Let it be heard, or no longer."""
        if isinstance(effect, HushSound):
            self._on = 0 if effect.sound == self._on else self._on
            return
        self._on = effect.id
        luck = self._chance.random()
        if luck < 0.05:  # it hangs, and nobody says so
            return
        after_ms = SOON_MS if luck < 0.15 else _length_ms(effect.blob)
        why = "nothing in it can be heard" if luck < 0.1 else ""
        self._agenda.at(self._agenda.now + after_ms, self._run, self._end, effect.id, why)

    def off(self) -> None:
        """Something opens in the picture."""
        self._on = 0

    def must_be_alone(self) -> None:
        """Look whether two things sound.

        Raises:
            Broken: They do.
        """
        if self._on and self._picture.play and not self._picture.paused:
            raise Broken(0, "a prompt or music beside a film that sounds", self._on, self._picture.play)

    def _end(self, sound: int, why: str) -> None:
        if sound == self._on:
            self._on = 0
            self._emit(SoundEnded(sound, why))


def _length_ms(sha256: str) -> int:
    named = (*films.SOUNDS.prompts.values(), *films.SOUNDS.music)
    return next(one.duration_ms for one in named if one.blob.sha256 == sha256)
