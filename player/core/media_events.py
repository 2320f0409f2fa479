"""What picture, sound and live channels can say; see `player.core.events`."""

from __future__ import annotations

import msgspec

from .facts import Spent


class MediaOpened(msgspec.Struct, frozen=True):
    """The first picture (or, without video, sound) of a medium is there; ``sounds`` names its sound tracks."""

    play: int
    duration_ms: int
    has_video: bool
    sounds: tuple[str, ...] = ()


class MediaProgress(msgspec.Struct, frozen=True):
    """Sent about four times a second while a medium is open: where it is and that it moves."""

    play: int
    position_ms: int
    pictures: int
    paused: bool


class MediaEnded(msgspec.Struct, frozen=True):
    """VLC says the medium has ended; whether it really was shown to its end, the core decides."""

    play: int
    position_ms: int
    pictures: int


class MediaFailed(msgspec.Struct, frozen=True):
    """The medium could not be opened or the child died; ``why`` is for the log and the fault page."""

    play: int
    why: str


class SoundEnded(msgspec.Struct, frozen=True):
    """A recording beside the picture is over; ``why`` says why it could not be heard, empty if it could."""

    sound: int
    why: str = ""


class LiveServed(msgspec.Struct, frozen=True):
    """The channel's first bytes are here; ``url`` with ``?behind=<ms>`` brings them."""

    effect: int
    url: str


class LiveFlows(msgspec.Struct, frozen=True):
    """Whether the channel's bytes come at present, how far back they are kept, and what the month has cost by now."""

    effect: int
    flows: bool
    kept_ms: int
    spent: Spent | None = None


class RecordGrew(msgspec.Struct, frozen=True):
    """So much of a part of a recording is on the disk by now; ``wall_ms`` is when the part began, 0 if unknown."""

    effect: int
    recording: str
    part: int
    wall_ms: int
    length_ms: int
    bytes: int


class RecordStopped(msgspec.Struct, frozen=True):
    """The disk takes no more of a recording; ``fault`` is the code of what it has answered."""

    effect: int
    recording: str
    error: str
    fault: str


class RecordingRemoved(msgspec.Struct, frozen=True):
    """A recording is no longer in the store; ``error`` says why it still is."""

    effect: int
    recording: str
    free_bytes: int
    error: str = ""


class LiveFinished(msgspec.Struct, frozen=True):
    """The channel cannot be received any more."""

    effect: int
    error: str
    spent: Spent | None = None
