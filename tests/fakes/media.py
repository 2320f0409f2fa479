"""The medium without a medium: shows films that exist only as lengths, at the pace of `advance`.

Faults are attribute edits: put a word into ``films`` to make a file bad, set ``silent``, call ``die``.
Behaves as `player.devices.media.device` does; one contract test runs on both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from player.core.effects import Effect
from player.core.media_effects import (
    CloseMedia,
    HushSound,
    OpenMedia,
    PauseMedia,
    PlaySound,
    ReplaceMediaChild,
    SeekMedia,
    TuneMedia,
    Tuning,
)
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress, SoundEnded
from player.ports import Emit

PROGRESS_MS = 250
OPENING_MS = 80
PICTURE_MS = 40


@dataclass(frozen=True)
class Film:
    """A stored blob as the fake knows it.

    Args:
        duration_ms: Its length.
        has_video: Whether it has a picture.
        sounds: The names of its sound tracks.
        broken: Why it cannot be opened; empty if it can.
        stalls_at_ms: Where picture and time stop without a word.
        ends_at_ms: Where a truncated file ends early.
    """

    duration_ms: int = 10_000
    has_video: bool = True
    sounds: tuple[str, ...] = ("Track 1",)
    broken: str = ""
    stalls_at_ms: int | None = None
    ends_at_ms: int | None = None

    @property
    def last_ms(self) -> int:
        """How far it can be shown at all."""
        return self.duration_ms if self.ends_at_ms is None else self.ends_at_ms


@dataclass(frozen=True)
class _On:
    play: int
    film: Film
    position_ms: int
    opening_ms: int = OPENING_MS
    paused: bool = False
    shown_ms: int = 0
    unsaid_ms: int = 0

    @property
    def pictures(self) -> int:
        return self.shown_ms // PICTURE_MS if self.film.has_video else 0


class FakeMedia:
    """Does the media effects at once; time passes only in `advance`."""

    def __init__(self, films: dict[str, Film] | None = None) -> None:
        self.films = films or {}
        self.silent = False
        self.volume_percent = 0
        self.tuning = Tuning()
        self.replaced = 0
        self._on: _On | None = None
        self._sound: tuple[int, int] | None = None  # what is heard beside it, and how long it will be
        self._emit: Emit = lambda _: None

    def start(self, emit: Emit) -> None:
        self._emit = emit

    def stop(self) -> None:
        self._on = self._sound = None

    def perform(self, effect: Effect) -> None:
        on = self._on
        match effect:
            case OpenMedia(id=play, blob=blob, from_ms=from_ms, volume_percent=volume, tuning=tuning):
                self.volume_percent, self.tuning = volume, tuning
                film = self.films.get(blob, Film(broken="the file cannot be read: No such file or directory"))
                self._on, self._sound = _On(play, film, from_ms), None
            case TuneMedia(play=play, tuning=tuning) if on and on.play == play:
                self.tuning = tuning
            case PauseMedia(play=play, paused=paused) if on and on.play == play:
                self._on = replace(on, paused=paused)
            case SeekMedia(play=play, position_ms=position_ms) if on and on.play == play:
                self._on = replace(on, position_ms=position_ms)
            case CloseMedia(play=play) if on and on.play == play:
                self._on = None
            case PlaySound(id=sound, blob=blob):
                self._hear(sound, self.films.get(blob))
            case HushSound(sound=sound) if self._sound and self._sound[0] == sound:
                self._sound = None
            case ReplaceMediaChild():
                self._hushed("the VLC child is replaced")
                self._on, self.silent, self.replaced = None, False, self.replaced + 1

    def die(self) -> None:
        """Do what a segmentation fault in libVLC does."""
        self._hushed("the VLC child died")
        if on := self._on:
            self._on = None
            self._emit(MediaFailed(on.play, "the VLC child died (signal 11)"))

    def advance(self, by_ms: int) -> None:
        """Let time pass, in steps of at most a progress report."""
        while by_ms > 0 and (self._on or self._sound):
            step_ms = min(by_ms, OPENING_MS if self._on and self._on.opening_ms else PROGRESS_MS)
            by_ms -= step_ms
            if self._sound:
                self._sound_on(*self._sound, step_ms)
            if self._on:
                self._pass(self._on, step_ms)

    def _hear(self, sound: int, film: Film | None) -> None:
        self._sound = (sound, film.duration_ms) if film and not film.broken else None
        if film is None:
            self._emit(SoundEnded(sound, "nothing in it can be heard"))
        elif film.broken:
            self._emit(SoundEnded(sound))  # libVLC says of some files that they have ended

    def _hushed(self, why: str) -> None:
        sound, self._sound = self._sound, None
        if sound is not None:
            self._emit(SoundEnded(sound[0], why))

    def _sound_on(self, sound: int, left_ms: int, by_ms: int) -> None:
        self._sound = (sound, left_ms - by_ms) if left_ms > by_ms else None
        if self._sound is None:
            self._emit(SoundEnded(sound))

    def _pass(self, on: _On, by_ms: int) -> None:
        if self.silent:
            return
        if on.opening_ms:
            self._open(on, by_ms)
            return
        limit_ms = on.film.last_ms if on.film.stalls_at_ms is None else on.film.stalls_at_ms
        passed_ms = by_ms * self.tuning.rate_percent // 100
        moved_ms = 0 if on.paused else max(0, min(passed_ms, limit_ms - on.position_ms))
        on = replace(
            on,
            position_ms=on.position_ms + moved_ms,
            shown_ms=on.shown_ms + moved_ms,
            unsaid_ms=on.unsaid_ms + by_ms,
        )
        if on.position_ms >= on.film.last_ms and not on.paused:
            self._on = None
            self._emit(MediaEnded(on.play, on.position_ms, on.pictures))
            return
        if on.unsaid_ms >= PROGRESS_MS:
            on = replace(on, unsaid_ms=0)
            self._emit(MediaProgress(on.play, on.position_ms, on.pictures, on.paused))
        self._on = on

    def _open(self, on: _On, by_ms: int) -> None:
        if on.film.broken:
            self._on = None
            self._emit(MediaFailed(on.play, on.film.broken))
            return
        self._on = replace(on, opening_ms=max(0, on.opening_ms - by_ms))
        if not self._on.opening_ms:
            self._emit(MediaOpened(on.play, on.film.duration_ms, on.film.has_video, on.film.sounds))
