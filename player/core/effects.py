"""Everything the core can ask of a device. Devices do it and answer by events; nothing here blocks.

Every effect has an id, unique within a run. One that changes what was promised (a journal entry) is
answered by `Journaled` before anything that depends on it is issued: commit, then act.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playlists.entries import Body

from .facts import OpenPlay, OpenSession
from .preferences import Preferences

# --- the medium (VLC child)


class Tuning(msgspec.Struct, frozen=True):
    """How a medium is shown and heard; ``sound`` is a place among the sound tracks that `MediaOpened` names."""

    subtitles: bool = True
    rate_percent: int = 100
    sound: int = 0


class OpenMedia(msgspec.Struct, frozen=True):
    """Show a stored blob from ``from_ms`` in place of what is shown; its id is the ``play`` of all Media events.

    ``subtitles`` is the blob of a WebVTT file, empty for none.
    """

    id: int
    blob: str
    from_ms: int
    volume_percent: int
    subtitles: str = ""
    tuning: Tuning = Tuning()


class OpenStream(msgspec.Struct, frozen=True):
    """Show a live channel from an address on the loopback; its id is the ``play`` of all Media events."""

    id: int
    url: str
    volume_percent: int


class TuneMedia(msgspec.Struct, frozen=True):
    """Show and hear the medium otherwise from now on."""

    id: int
    play: int
    tuning: Tuning


class PauseMedia(msgspec.Struct, frozen=True):
    """Pause or go on."""

    id: int
    play: int
    paused: bool


class SeekMedia(msgspec.Struct, frozen=True):
    """Go to a position of the medium."""

    id: int
    play: int
    position_ms: int


class CloseMedia(msgspec.Struct, frozen=True):
    """Stop showing; no event follows."""

    id: int
    play: int


class ReplaceMediaChild(msgspec.Struct, frozen=True):
    """Kill the VLC child, which hangs or shows nothing; a new one starts with the next OpenMedia."""

    id: int


class SetVolume(msgspec.Struct, frozen=True):
    """Set the volume, 0 to 100 percent."""

    id: int
    percent: int


class PlayTone(msgspec.Struct, frozen=True):
    """Play the tone of the self-check; its id is the ``play`` of its Media events. Nothing else may be on."""

    id: int
    volume_percent: int


class PlaySound(msgspec.Struct, frozen=True):
    """Let a stored recording be heard beside a picture that is silent, and answer `SoundEnded`; its id names it.

    In place of another one. Whatever opens in the picture ends it without a word.
    """

    id: int
    blob: str
    volume_percent: int


class HushSound(msgspec.Struct, frozen=True):
    """Let it be heard no longer; no event follows."""

    id: int
    sound: int


# --- the television set (HDMI-CEC); unanswered, for no set can be relied on to answer


class WakeTelevision(msgspec.Struct, frozen=True):
    """Switch the set on and ask it to show this box."""

    id: int


class RestTelevision(msgspec.Struct, frozen=True):
    """Send the set to standby."""

    id: int


# --- the journal


class AppendEntry(msgspec.Struct, frozen=True):
    """Append an entry and answer `Journaled` when it is durable; the core has one on the way at a time.

    ``more`` are further entries of the same transaction (all or none; `Journaled` names the last one's
    number). ``closes_play`` and ``closes_session`` remove the open row in the same transaction, so that
    what was shown is recorded once whenever the power goes.
    """

    id: int
    body: Body
    closes_play: bool = False
    closes_session: bool = False
    more: tuple[Body, ...] = ()


class KeepPlay(msgspec.Struct, frozen=True):
    """Bring the open play's row up to date; unanswered."""

    id: int
    row: OpenPlay


class KeepSession(msgspec.Struct, frozen=True):
    """Bring the open session's row up to date; unanswered."""

    id: int
    row: OpenSession


# --- what was chosen at the television


class KeepPreferences(msgspec.Struct, frozen=True):
    """Keep what was chosen at the television (设置); unanswered."""

    id: int
    preferences: Preferences


# --- the box itself


class RunCheck(msgspec.Struct, frozen=True):
    """Feel how the box is, and answer `Checked`."""

    id: int


# --- the clock


class SetClock(msgspec.Struct, frozen=True):
    """A person says that it was ``wall_ms`` at ``monotonic_ms``; the clock port judges it (docs/adr/0015)."""

    id: int
    wall_ms: int
    monotonic_ms: int


# --- the workers


class RunSync(msgspec.Struct, frozen=True):
    """Ask the county what is new.

    ``within_ms`` is how long the window stays open, None if nothing closes it; ``monthly_bytes`` is the
    month's allowance of the line, None if it is not metered (`player.core.limits`). ``for_document``: the box was
    just bound, and until its document is published nothing else is worth minutes of the line. ``paused_ms`` is how long
    ago the last attempt failed, 0 if it did not; ``courses`` are those that the village has planned itself. ``folder``
    is that of a stick: then nothing but that is asked. A running one is replaced.
    """

    id: int
    within_ms: int | None = None
    monthly_bytes: int | None = None
    for_document: bool = False
    paused_ms: int = 0
    courses: tuple[str, ...] = ()
    folder: str = ""


Purpose = Literal["session", "order", "sound", "poster", "stock"]  # what bytes are fetched for; the meter counts by it


class WantedBlob(msgspec.Struct, frozen=True):
    """A blob to fetch: what, how large, where its chunk list is, and what for."""

    sha256: str
    bytes: int
    chunk_list: str | None
    purpose: Purpose = "session"


class RunFetch(msgspec.Struct, frozen=True):
    """Fetch these blobs in this order, within cap and allowance; a running fetch is replaced. Else as `RunSync`.

    ``folder`` is that of a stick: then nothing but that is asked.
    """

    id: int
    blobs: tuple[WantedBlob, ...]
    bits_per_second: int | None = None
    monthly_bytes: int | None = None
    paused_ms: int = 0
    folder: str = ""


class StopFetch(msgspec.Struct, frozen=True):
    """End the fetch worker; what it has verified stays."""

    id: int


class RunUpload(msgspec.Struct, frozen=True):
    """Send the entries after the acknowledged head to the county; ``within_ms``, ``monthly_bytes`` as in `RunSync`."""

    id: int
    within_ms: int | None = None
    monthly_bytes: int | None = None


class RunCarry(msgspec.Struct, frozen=True):
    """Write the entries after the acknowledged head onto the stick with this folder, as the county takes them."""

    id: int
    folder: str


class RunBinding(msgspec.Struct, frozen=True):
    """Ask for a binding code, or whether the box is bound by now."""

    id: int


class RunStopCode(msgspec.Struct, frozen=True):
    """Look of which of these days this is the county's code for a course number (停播码)."""

    id: int
    telephone_key: str
    number: int
    code: str
    days: tuple[str, ...]


class RecordChannel(msgspec.Struct, frozen=True):
    """What is to be recorded (`player.core.recording`), and how much room it may take from now on."""

    channel: str
    title: str
    starts: str
    minutes: int
    most_bytes: int


class RunLive(msgspec.Struct, frozen=True):
    """Receive a live channel until `StopLive`; its id is the ``effect`` of all Live and Record events.

    ``watched``: serve it to the picture; ``record``: write it to the store. `TellLive` may change both.
    """

    id: int
    url: str
    monthly_bytes: int | None = None
    watched: bool = True
    record: RecordChannel | None = None


class TellLive(msgspec.Struct, frozen=True):
    """The channel that is received is wanted for this from now on; no event follows."""

    id: int
    watched: bool
    record: RecordChannel | None


class StopLive(msgspec.Struct, frozen=True):
    """Receive it no longer; no event follows."""

    id: int


class RunPhone(msgspec.Struct, frozen=True):
    """Serve the telephone's page until `StopPhone`; its id is the ``effect`` of all Phone events.

    ``without`` are courses that it does not find.
    """

    id: int
    without: tuple[str, ...] = ()


class StopPhone(msgspec.Struct, frozen=True):
    """Serve it no longer; no event follows."""

    id: int


class WatchLine(msgspec.Struct, frozen=True):
    """Look, without a worker, whether anybody takes a call again, and answer `LineBack`; once, or until `LeaveLine`."""

    id: int


class LeaveLine(msgspec.Struct, frozen=True):
    """Watch the line no longer."""

    id: int


class EvictBlobs(msgspec.Struct, frozen=True):
    """Remove blobs from the store."""

    id: int
    blobs: tuple[str, ...]


class DeleteRecording(msgspec.Struct, frozen=True):
    """Remove a recording from the store, by its name, because somebody says so; `RecordingDeleted` answers."""

    id: int
    recording: str


class BlobAtRest(msgspec.Struct, frozen=True):
    """A whole blob to compare: its length and where its chunk list is, both unknown if no document names it."""

    sha256: str
    bytes: int = 0
    chunk_list: str | None = None


class RunScrub(msgspec.Struct, frozen=True):
    """Compare blobs at rest: the next part of the round, at most ``budget_bytes`` a ``day``; without, these whole."""

    id: int
    blobs: tuple[BlobAtRest, ...]
    budget_bytes: int | None
    day: str


class StopScrub(msgspec.Struct, frozen=True):
    """End the comparison; it goes on there another time."""

    id: int


class Quit(msgspec.Struct, frozen=True):
    """Everything owed is durable: end the run."""

    id: int


OpeningEffect = OpenMedia | OpenStream | PlayTone
SoundEffect = PlaySound | HushSound
MediaEffect = (
    OpeningEffect | TuneMedia | PauseMedia | SeekMedia | CloseMedia | ReplaceMediaChild | SetVolume | SoundEffect
)
TelevisionEffect = WakeTelevision | RestTelevision
JournalEffect = AppendEntry | KeepPlay | KeepSession
LineEffect = WatchLine | LeaveLine
LiveEffect = RunLive | TellLive | StopLive
WorkerEffect = (
    RunSync
    | RunFetch
    | StopFetch
    | RunUpload
    | RunCarry
    | RunBinding
    | RunStopCode
    | RunPhone
    | StopPhone
    | LineEffect
    | LiveEffect
)
StoreEffect = EvictBlobs | DeleteRecording | RunScrub | StopScrub
BoxEffect = KeepPreferences | RunCheck | SetClock
Effect = MediaEffect | TelevisionEffect | JournalEffect | WorkerEffect | StoreEffect | BoxEffect | Quit


class Wake(msgspec.Struct, frozen=True):
    """When the core wants to be woken if nothing else happens; None means not by this clock.

    Retries and time-outs use the monotonic clock, sessions the wall clock.
    """

    monotonic_ms: int | None = None
    wall_ms: int | None = None
