"""Everything that can happen to a box. Devices and foreign threads only put these on the loop's queue.

An answer to an effect carries that effect's id; `player.step` drops an answer whose effect is no longer
pending, so a late word of a dead child changes nothing.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playlists.entries import ClockTrust

from .facts import GenerationFacts, InsideFacts, JournalFacts, Spent, StickTrouble, StoreFacts
from .forecast import LineHistory

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


# --- the medium: `play` is the effect id of the OpenMedia it belongs to


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


class RecordingDeleted(msgspec.Struct, frozen=True):
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


# --- the journal


class Journaled(msgspec.Struct, frozen=True):
    """The entry of effect ``effect`` is durable as number ``seq``."""

    effect: int
    seq: int


class JournalFailed(msgspec.Struct, frozen=True):
    """The entry of effect ``effect`` could not be written; it is still owed."""

    effect: int
    why: str


# --- the workers


class SyncProgressed(msgspec.Struct, frozen=True):
    """The sync worker goes on: it has put a generation in force already, or (None) has brought so much of all."""

    effect: int
    generation: GenerationFacts | None
    percent: int = 0


class SyncFinished(msgspec.Struct, frozen=True):
    """The sync worker ended; ``generation`` is the one in force now, or None if the county could not be heard.

    ``refused`` tells bad data from no line; ``moved``: a failed attempt has brought something to go on from. ``fault``
    is the code of what stands in the way, where it is more than a bad line (`player.core.line`); ``retry_after_s`` is
    how long the county asks us to wait. ``spent`` is what the month has cost by now, None if nobody has counted; so in
    all answers of workers.
    """

    effect: int
    generation: GenerationFacts | None
    error: str = ""
    refused: bool = False
    checked: bool = False
    fault: str = ""
    retry_after_s: float | None = None
    spent: Spent | None = None
    moved: bool = False


class FetchProgressed(msgspec.Struct, frozen=True):
    """A verified piece of a blob has come into the store; ``line`` as in `FetchFinished`, None if nothing is new."""

    effect: int
    blob: str
    bytes_here: int
    complete: bool
    free_bytes: int
    spent: Spent | None = None
    line: LineHistory | None = None


class FetchFinished(msgspec.Struct, frozen=True):
    """The fetch worker ended; ``error`` is empty if all that was asked for is here.

    ``line`` is the line's history with what the worker has seen of it, None if it saw nothing; ``lost``: no source has
    answered at all; ``cut_off``: it ended without a last word, as one that was killed.
    """

    effect: int
    error: str = ""
    disk_full: bool = False
    retry_after_s: float | None = None
    line: LineHistory | None = None
    spent: Spent | None = None
    lost: bool = False
    cut_off: bool = False


class UploadFinished(msgspec.Struct, frozen=True):
    """The upload worker ended; the county durably holds all entries up to ``head``. ``fault`` as in `SyncFinished`."""

    effect: int
    head: int
    error: str = ""
    retry_after_s: float | None = None
    fault: str = ""
    spent: Spent | None = None


class BindingAnswered(msgspec.Struct, frozen=True):
    """The binding worker ended: a code to show, or that the box is bound; ``fault`` as in `SyncFinished`."""

    effect: int
    code: str = ""
    expires_in_s: int = 0
    bound: bool = False
    error: str = ""
    fault: str = ""


class CarryFinished(msgspec.Struct, frozen=True):
    """The carry worker ended: entries ``first`` to ``last`` are on the stick; the county holds those up to ``head``.

    ``trouble`` says why there are not more.
    """

    effect: int
    head: int
    first: int = 0
    last: int = 0
    trouble: StickTrouble = ""


class StopCodeChecked(msgspec.Struct, frozen=True):
    """The stop-code worker ended: of which day the code is, nothing if of none; or why it could not look."""

    effect: int
    day: str = ""
    error: str = ""


class PhoneShown(msgspec.Struct, frozen=True):
    """The telephone's page is served: what to show, and how many telephones are in.

    ``code`` are the rows of the QR code, 1 is dark; ``shut``: after too many wrong PINs nobody is let in.
    """

    effect: int
    url: str
    pin: str
    code: tuple[str, ...]
    telephones: int
    shut: bool


class PhoneHeard(msgspec.Struct, frozen=True):
    """A button was pressed on a telephone, or (``course``) a course chosen there."""

    effect: int
    button: str = ""
    course: str = ""


class PhoneFinished(msgspec.Struct, frozen=True):
    """The telephone's page is no longer served by itself; ``no-network`` if there is nowhere to serve it."""

    effect: int
    error: str


class LineBack(msgspec.Struct, frozen=True):
    """Somebody takes a call again: it is worth to ask. Whether more than a call is taken, nobody knows yet."""

    effect: int


class Evicted(msgspec.Struct, frozen=True):
    """These blobs are no longer in the store; none if it could not be changed, and then nobody knows the room."""

    effect: int
    blobs: tuple[str, ...]
    free_bytes: int


class BlobSpoilt(msgspec.Struct, frozen=True):
    """A whole blob was found bad and is partial again; ``bytes_here`` of it are good."""

    effect: int
    blob: str
    bytes_here: int


class ScrubFinished(msgspec.Struct, frozen=True):
    """The scrub worker ended; ``error`` is empty if all it was to compare today was compared."""

    effect: int
    error: str = ""


class RoomMeasured(msgspec.Struct, frozen=True):
    """The store's room has changed though it did nothing: others write on its disk. Below 0, so much must go."""

    free_bytes: int
    recordings_bytes: int


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
    | RecordingDeleted
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
