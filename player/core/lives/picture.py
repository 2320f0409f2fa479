"""What is on the screen or heard: a lesson, a live channel, a recorded prompt. Their states, as data."""

from __future__ import annotations

from enum import Enum

import msgspec

from playlists.documents import LiveChannel

from ..facts import OpenPlay
from ..media_effects import Tuning


class PlaybackState(Enum):
    """The life of one play of one lesson."""

    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    RECOVERING = "recovering"  # the child was replaced; opening again at the same second
    ENDING = "ending"  # sealed, waiting for the journal's commit
    FAILED = "failed"  # given up: the fault page says why


class Playback(msgspec.Struct, frozen=True):
    """The lesson on the screen. ``play`` is the id of its `OpenMedia` effect.

    ``row`` is what would be sealed if the power went now; ``seen_monotonic_ms`` is when the picture last
    moved, ``kept_monotonic_ms`` when the row was last kept. ``held`` says that people want it paused, also
    while it recovers. ``ended`` is how it was sealed, by the journal effect ``seal``; ``closed``, that the
    medium is closed. ``subtitles`` is their blob; ``sought_monotonic_ms`` is when somebody moved in the lesson last,
    ``held_monotonic_ms`` since when he holds the key.
    """

    play: int
    state: PlaybackState
    row: OpenPlay
    title: str
    position_ms: int
    duration_ms: int
    pictures: int
    seen_monotonic_ms: int
    since_monotonic_ms: int
    recoveries: int = 0
    why_failed: str = ""
    kept_monotonic_ms: int = 0
    held: bool = False
    ended: str = ""
    seal: int = 0
    closed: bool = False
    subtitles: str = ""
    tuning: Tuning = Tuning()
    sounds: tuple[str, ...] = ()
    sought_monotonic_ms: int = 0
    held_monotonic_ms: int = 0


class LiveState(Enum):
    """The life of a live channel on the screen."""

    STARTING = "starting"  # the worker has brought nothing yet
    OPENING = "opening"
    WATCHING = "watching"
    PAUSED = "paused"
    LOST = "lost"  # the signal is gone, or the picture; it is tried again


class Live(msgspec.Struct, frozen=True):
    """The live channel on the screen: its play (`OpenStream`), and where we are; `Reception` brings it.

    ``row`` is what would be sealed if the power went now, but for ``shown_ms``, how much was watched. ``behind_ms`` is
    how far the picture was behind the channel when the state was entered; ``flowed``: its bytes came, as heard last.
    ``line_open`` is whether the line's windows were open when that was looked at last.
    """

    channel: LiveChannel
    state: LiveState
    row: OpenPlay
    play: int = 0
    flowed: bool = True
    behind_ms: int = 0
    shown_ms: int = 0
    pictures: int = 0
    attempts: int = 0
    since_monotonic_ms: int = 0
    seen_monotonic_ms: int = 0
    retry_monotonic_ms: int = 0
    kept_monotonic_ms: int = 0
    line_open: bool = True


class SoundState(Enum):
    """The life of what is heard beside the picture."""

    SILENT = "silent"
    SPEAKING = "speaking"
    MUSIC = "music"


class Sounding(msgspec.Struct, frozen=True):
    """What is heard beside the picture (`player.core.sounds`): ``effect`` plays ``blob``.

    ``said`` are the steps that have been spoken of, each with what it was about; ``spoilt`` are blobs that could not
    be heard; ``piece`` counts the pieces of music that were begun.
    """

    state: SoundState = SoundState.SILENT
    effect: int = 0
    blob: str = ""
    begun_monotonic_ms: int = 0
    lasts_ms: int = 0
    said: tuple[tuple[str, str], ...] = ()
    spoilt: frozenset[str] = frozenset()
    piece: int = 0
