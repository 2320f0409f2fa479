"""libVLC, and nothing else: one player that is kept warm and shown one medium after the other.

Only the child's worker thread calls it. libVLC's own threads get no further than `Happened` in the inbox, because
`stop` or `set_media` inside one of its callbacks never returns. Called by `child`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
import vlc

Occurrence = Literal["playing", "paused", "time", "picture", "ended", "failed"]
_VLC_VAR_STRING = 0x0040


class NoLibVlcError(Exception):
    """libVLC does not start, whatever it is asked."""


class Happened(msgspec.Struct, frozen=True):
    """libVLC's word about the medium of ``play``; ``value_ms`` is a position for ``time``."""

    play: int
    what: Occurrence
    value_ms: int = 0


class Counts(msgspec.Struct, frozen=True):
    """What libVLC has really put out so far; brought up to date by itself every 250 to 500 ms."""

    pictures: int
    sounds: int


def start_libvlc(options: Sequence[str], extra: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """Return an instance of libVLC and those of the ``extra`` options that it does not take.

    Raises:
        NoLibVlcError: Not even without options does it start.
    """
    if instance := vlc.Instance(*options, *extra):
        return instance, ()
    refused = tuple(option for option in (*options, *extra) if not _takes(option))
    accepted = [option for option in (*options, *extra) if option not in refused]
    if instance := vlc.Instance(*accepted):
        return instance, refused
    raise NoLibVlcError("libVLC does not start: are libvlc5 and vlc-plugin-base installed?")


def _takes(option: str) -> bool:
    instance = vlc.Instance("--quiet", "--no-xlib", "--no-lua", option)
    if instance is not None:
        instance.release()
    return instance is not None


class Picture:
    """One libVLC player with its window."""

    def __init__(self, instance: Any, window: int, video_output: str, inbox: Callable[[Happened], None]) -> None:
        self._instance = instance
        self._inbox = inbox
        self._play = 0
        self._medium: Any = None
        self._player = instance.media_player_new()
        self._player.video_set_key_input(False)
        self._player.video_set_mouse_input(False)
        if window:
            self._player.set_xwindow(window)
            self._prefer(video_output)
        self._listen()

    def _prefer(self, video_output: str) -> None:
        """Name the video outputs again: ``set_xwindow`` has just made libVLC forget them."""

        class Value(ctypes.Union):
            _fields_ = (("text", ctypes.c_char_p), ("number", ctypes.c_int64))

        try:
            core = ctypes.CDLL("libvlccore.so.9")
        except OSError:  # another libVLC: it chooses for itself
            return
        core.var_SetChecked.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, Value]
        core.var_SetChecked(self._player, b"vout", _VLC_VAR_STRING, Value(text=video_output.encode()))

    def _listen(self) -> None:
        listen, kinds = self._player.event_manager().event_attach, vlc.EventType
        listen(kinds.MediaPlayerPlaying, lambda _: self._tell("playing"))
        listen(kinds.MediaPlayerPaused, lambda _: self._tell("paused"))
        listen(kinds.MediaPlayerEndReached, lambda _: self._tell("ended"))
        listen(kinds.MediaPlayerEncounteredError, lambda _: self._tell("failed"))
        listen(kinds.MediaPlayerVout, self._vout_changed)
        listen(kinds.MediaPlayerTimeChanged, lambda event: self._tell("time", event.u.new_time))

    def _vout_changed(self, event: Any) -> None:
        if event.u.new_count > 0:
            self._tell("picture")

    def _tell(self, what: Occurrence, value_ms: int = 0) -> None:
        self._inbox(Happened(self._play, what, value_ms))

    def show(self, play: int, path: str, from_ms: int, subtitles: str = "") -> None:
        """Show a file, or a stream of this box, instead of what is there, with the subtitles of a WebVTT file."""
        streamed = path.startswith("http://127.0.0.1:")
        medium = self._instance.media_new_location(path) if streamed else self._instance.media_new_path(path)
        if from_ms:
            medium.add_option(f":start-time={from_ms / 1000:.3f}")
        if subtitles:
            medium.add_option(f":sub-file={subtitles}")
        self._player.set_media(medium)  # waits for the end of the old one; the window stays as it is
        self._play = play
        if self._medium is not None:
            self._medium.release()
        self._medium = medium
        self._player.play()

    def pause(self, paused: bool) -> None:
        """Hold the picture, or go on."""
        self._player.set_pause(paused)

    def seek(self, position_ms: int) -> None:
        """Go to a position."""
        self._player.set_time(position_ms)

    def set_volume(self, percent: int) -> None:
        """Set the volume of what sounds now; libVLC forgets it where there is no sound."""
        self._player.audio_set_volume(percent)

    def set_rate(self, percent: int) -> None:
        """Show faster or slower."""
        self._player.set_rate(percent / 100)

    def sounds(self) -> list[tuple[int, str]]:
        """Return the sound tracks, each with libVLC's number and its name."""
        return _tracks(self._player.audio_get_track_description())

    def choose_sound(self, number: int) -> None:
        """Let another sound track be heard."""
        self._player.audio_set_track(number)

    def show_subtitles(self, shown: bool) -> None:
        """Show the first subtitles there are, or none."""
        tracks = _tracks(self._player.video_get_spu_description())
        self._player.video_set_spu(tracks[0][0] if shown and tracks else -1)

    def stop(self) -> None:
        """Stop, and clear the window."""
        self._player.stop()
        self._play = 0
        if self._medium is not None:
            self._medium.release()
            self._medium = None
        ctypes.CDLL(None).malloc_trim(0)  # the pictures' memory goes back to the box, not to the next film

    def counts(self) -> Counts:
        """Return what has been put out."""
        stats = vlc.MediaStats()
        if self._medium is None or not self._medium.get_stats(stats):
            return Counts(0, 0)
        return Counts(stats.displayed_pictures, stats.played_abuffers)

    def has_video(self) -> bool | None:
        """Tell whether the medium has a picture at all; None while that is not known."""
        count = self._player.video_get_track_count()
        return None if count < 0 else count > 0

    def duration_ms(self) -> int:
        """Return the length in ms, 0 if there is none."""
        return max(0, int(self._player.get_length()))


def _tracks(described: list[tuple[int, bytes]] | None) -> list[tuple[int, str]]:
    """Return libVLC's tracks without the entry that means none."""
    return [(number, name.decode(errors="replace")) for number, name in described or () if number >= 0]
