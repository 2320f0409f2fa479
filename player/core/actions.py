"""What a screen asks of the core when a key was pressed there. Screens decide where we are; the core, what happens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayLesson:
    """Play a stored lesson from the menu (点播)."""

    course: str
    lesson: str


@dataclass(frozen=True, slots=True)
class TogglePause:
    """Pause, or go on."""


@dataclass(frozen=True, slots=True)
class SeekBy:
    """Move in the lesson by so many milliseconds."""

    by_ms: int


@dataclass(frozen=True, slots=True)
class SkipLesson:
    """Go to the next (+1) or previous (-1) lesson of the session or course."""

    step: int


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """End the lesson; in a session, go to the head count."""


@dataclass(frozen=True, slots=True)
class VolumeBy:
    """Louder or softer, in percent points."""

    by_percent: int


@dataclass(frozen=True, slots=True)
class OpenGathering:
    """Show the gathering card of an occurrence before its time."""

    occurrence: str


@dataclass(frozen=True, slots=True)
class StartSession:
    """People sit: start the gathering session now."""


@dataclass(frozen=True, slots=True)
class LeaveSession:
    """Leave the gathering card; the session starts at its time all the same unless skipped."""


@dataclass(frozen=True, slots=True)
class SkipSession:
    """The session does not take place; it is recorded as skipped."""


@dataclass(frozen=True, slots=True)
class ContinueInterrupted:
    """Go on with the session that a power cut broke off, at the same second."""


@dataclass(frozen=True, slots=True)
class EditHeads:
    """A digit (0-9), or ``erase``, ``next``, ``previous`` field in the head count."""

    edit: str


@dataclass(frozen=True, slots=True)
class ConfirmHeads:
    """Sign off the head count (确认登记)."""


@dataclass(frozen=True, slots=True)
class SyncNow:
    """Look for new plans and courses now."""


@dataclass(frozen=True, slots=True)
class AskForCode:
    """Ask the county for a (new) binding code."""


Action = (
    PlayLesson
    | TogglePause
    | SeekBy
    | SkipLesson
    | StopPlaying
    | VolumeBy
    | OpenGathering
    | StartSession
    | LeaveSession
    | SkipSession
    | ContinueInterrupted
    | EditHeads
    | ConfirmHeads
    | SyncNow
    | AskForCode
)
