"""The second libVLC player: prompts and music, heard beside the picture and never while something sounds there.

Made when it is first wanted. Only the child's worker thread calls it; libVLC's own threads get no further than
`SoundOver` in the inbox. Called by `child`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import vlc


class SoundOver(msgspec.Struct, frozen=True):
    """libVLC's word about a sound: it is heard now, or (``ended``) it is over; ``why`` says what was wrong."""

    sound: int
    ended: bool
    why: str = ""


class Voice:
    """One libVLC player without a picture."""

    def __init__(self, instance: Any, inbox: Callable[[SoundOver], None]) -> None:
        self._instance, self._inbox = instance, inbox
        self._player: Any = None
        self._sound = self._volume_percent = 0

    def play(self, sound: int, path: str, volume_percent: int) -> None:
        """Let a file be heard instead of what is there."""
        self.stop()
        if self._player is None:
            self._player = self._instance.media_player_new()
            self._listen()
        medium = self._instance.media_new_path(path)
        medium.add_option(":no-video")  # whatever else is in it, nothing of it is shown
        self._sound, self._volume_percent = sound, volume_percent
        self._player.set_media(medium)
        medium.release()
        self._player.play()

    def heard(self, said: SoundOver) -> bool:
        """Take libVLC's word; return whether the sound that is on is over."""
        if not self._sound or said.sound != self._sound:
            return False
        if not said.ended:
            self._player.audio_set_volume(self._volume_percent)  # libVLC knows none where nothing sounds yet
            return False
        self.stop()
        return True

    def set_volume(self, percent: int) -> None:
        """Set the volume of what is heard now."""
        self._volume_percent = percent
        if self._sound:
            self._player.audio_set_volume(percent)

    def stop(self, sound: int = 0) -> None:
        """Be silent, or be it if this sound is on; the sound card is free afterwards."""
        if self._sound and sound in (0, self._sound):
            self._sound = 0
            self._player.stop()

    def _listen(self) -> None:
        listen, kinds = self._player.event_manager().event_attach, vlc.EventType
        listen(kinds.MediaPlayerPlaying, lambda _: self._inbox(SoundOver(self._sound, ended=False)))
        listen(kinds.MediaPlayerEndReached, lambda _: self._inbox(SoundOver(self._sound, ended=True)))
        wrong = "nothing in it can be heard"
        listen(kinds.MediaPlayerEncounteredError, lambda _: self._inbox(SoundOver(self._sound, True, wrong)))
