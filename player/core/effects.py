"""Everything the core can ask of a device. Devices do it and answer by events; nothing here blocks.

Every effect has an id, unique within a run. One that changes what was promised (a journal entry) is
answered by `Journaled` before anything that depends on it is issued: commit, then act.
"""

from __future__ import annotations

import msgspec

from playlists.entries import Body

from .facts import OpenPlay, OpenSession
from .media_effects import MediaEffect, TelevisionEffect
from .preferences import Preferences
from .worker_effects import WorkerEffect

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


# --- the store


class EvictBlobs(msgspec.Struct, frozen=True):
    """Remove blobs from the store."""

    id: int
    blobs: tuple[str, ...]


class RemoveRecording(msgspec.Struct, frozen=True):
    """Remove a recording from the store, by its name, because somebody says so; `RecordingRemoved` answers."""

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


JournalEffect = AppendEntry | KeepPlay | KeepSession
StoreEffect = EvictBlobs | RemoveRecording | RunScrub | StopScrub
BoxEffect = KeepPreferences | RunCheck | SetClock
Effect = MediaEffect | TelevisionEffect | JournalEffect | WorkerEffect | StoreEffect | BoxEffect | Quit


class Wake(msgspec.Struct, frozen=True):
    """When the core wants to be woken if nothing else happens; None means not by this clock.

    Retries and time-outs use the monotonic clock, sessions the wall clock.
    """

    monotonic_ms: int | None = None
    wall_ms: int | None = None
