"""Everything that can happen to a box. Devices and foreign threads only put these on the loop's queue.

An answer to an effect carries that effect's id; `player.step` drops an answer whose effect is no longer
pending, so a late word of a dead child changes nothing.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playlists.entries import ClockTrust

from .facts import GenerationFacts, InsideFacts, JournalFacts, StoreFacts
from .media_events import (
    LiveFinished,
    LiveFlows,
    LiveServed,
    MediaEnded,
    MediaFailed,
    MediaOpened,
    MediaProgress,
    RecordGrew,
    RecordingRemoved,
    RecordStopped,
    SoundEnded,
)
from .worker_events import (
    BindingAnswered,
    BlobSpoilt,
    CarryFinished,
    Evicted,
    FetchFinished,
    FetchProgressed,
    LineBack,
    PhoneFinished,
    PhoneHeard,
    PhoneShown,
    RoomMeasured,
    ScrubFinished,
    StopCodeChecked,
    SyncFinished,
    SyncProgressed,
    UploadFinished,
)

Button = Literal[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "up", "down", "left", "right", "ok", "back", "home", "menu",
    "play-pause", "play", "pause", "stop", "rewind", "forward", "previous", "next",
    "volume-up", "volume-down", "mute", "red", "green", "yellow", "blue", "info",
]  # fmt: skip
Press = Literal["press", "repeat", "release"]


class Started(msgspec.Struct, frozen=True):
    """The devices are up; the first event of every run."""

    journal: JournalFacts
    store: StoreFacts
    generation: GenerationFacts | None
    box_id: str


class WokeUp(msgspec.Struct, frozen=True):
    """The wake-up asked for by the last step has come."""


class ButtonPressed(msgspec.Struct, frozen=True):
    """A button of the remote control or keyboard; ``code`` is the kernel's number of the key, 0 if it has none."""

    button: Button
    press: Press = "press"
    code: int = 0


class UnknownKey(msgspec.Struct, frozen=True):
    """A key of a remote control that no table names; it may have been taught (`player.core.learning`)."""

    code: int
    press: Press = "press"


class QuitAsked(msgspec.Struct, frozen=True):
    """SIGTERM, or the service is being stopped."""


class ClockJumped(msgspec.Struct, frozen=True):
    """The wall clock was set, by ``by_ms``; ``trust`` holds from now on."""

    by_ms: int
    trust: ClockTrust


class CountyTimeHeard(msgspec.Struct, frozen=True):
    """The county's signed time was ``wall_ms`` at ``monotonic_ms``: for the clock, which says what follows from it."""

    wall_ms: int
    monotonic_ms: int


class TimeRefused(msgspec.Struct, frozen=True):
    """The time that a person set contradicts what is known: nothing has changed."""


class Checked(msgspec.Struct, frozen=True):
    """How the box feels, as the self-check has asked."""

    effect: int
    facts: InsideFacts


class StickPut(msgspec.Struct, frozen=True):
    """A stick was mounted: the folder of its tree, what it is called, and the blobs on it, by name alone.

    ``problem`` says why it cannot be read. ``signed_wall_ms`` is when its documents say that they were signed, 0 if
    there are none, and ``courses`` of how many courses there are documents: to be shown, not to be believed.
    """

    folder: str
    name: str
    films: tuple[str, ...]
    problem: str = ""
    signed_wall_ms: int = 0
    courses: int = 0


class StickGone(msgspec.Struct, frozen=True):
    """The stick with this folder is no longer there."""

    folder: str


class FaultReported(msgspec.Struct, frozen=True):
    """A device met a fault, or it went away; ``code`` is a key of `player.core.faults`."""

    code: str
    active: bool
    detail: str = ""


# --- the journal


class Journaled(msgspec.Struct, frozen=True):
    """The entry of effect ``effect`` is durable as number ``seq``."""

    effect: int
    seq: int


class JournalFailed(msgspec.Struct, frozen=True):
    """The entry of effect ``effect`` could not be written; it is still owed."""

    effect: int
    why: str


Event = (
    Started
    | WokeUp
    | ButtonPressed
    | UnknownKey
    | QuitAsked
    | ClockJumped
    | CountyTimeHeard
    | TimeRefused
    | Checked
    | StickPut
    | StickGone
    | FaultReported
    | MediaOpened
    | MediaProgress
    | MediaEnded
    | MediaFailed
    | SoundEnded
    | LiveServed
    | LiveFlows
    | LiveFinished
    | RecordGrew
    | RecordStopped
    | RecordingRemoved
    | Journaled
    | JournalFailed
    | SyncProgressed
    | SyncFinished
    | FetchProgressed
    | FetchFinished
    | UploadFinished
    | CarryFinished
    | BindingAnswered
    | StopCodeChecked
    | PhoneShown
    | PhoneHeard
    | PhoneFinished
    | LineBack
    | Evicted
    | RoomMeasured
    | BlobSpoilt
    | ScrubFinished
)
