"""What a screen asks of the core when a key was pressed there. Screens decide where we are; the core, what happens."""

from __future__ import annotations

from typing import Literal

import msgspec

from playlists.documents import SessionForm
from playlists.entries import HeadCount, RecordingRepeat, Repeat

from .media_effects import Tuning
from .preferences import Preferences


class PlayLesson(msgspec.Struct, frozen=True):
    """Play a stored lesson from the menu (点播), from where it was left unless ``from_start``."""

    course: str
    lesson: str
    from_start: bool = False


class WatchLive(msgspec.Struct, frozen=True):
    """Watch a live channel (直播)."""

    channel: str


class TogglePause(msgspec.Struct, frozen=True):
    """Pause, or go on."""


class SeekBy(msgspec.Struct, frozen=True):
    """Move in the lesson by so many milliseconds; ``held``: the key is held down, which goes faster with time."""

    by_ms: int
    held: bool = False


class TunePlaying(msgspec.Struct, frozen=True):
    """Show and hear the lesson otherwise: subtitles, speed, sound track."""

    tuning: Tuning


class SkipLesson(msgspec.Struct, frozen=True):
    """Go to the next (+1) or previous (-1) lesson of the session or course."""

    step: int


class StopPlaying(msgspec.Struct, frozen=True):
    """End the lesson; in a session, go to the head count."""


class VolumeBy(msgspec.Struct, frozen=True):
    """Louder or softer, in percent points."""

    by_percent: int


class OpenGathering(msgspec.Struct, frozen=True):
    """Show the gathering card of an occurrence before its time."""

    occurrence: str


class StartSession(msgspec.Struct, frozen=True):
    """People sit: start the gathering session now."""


class LeaveSession(msgspec.Struct, frozen=True):
    """Leave the gathering card; the session starts at its time all the same unless skipped."""


class SkipSession(msgspec.Struct, frozen=True):
    """The session does not take place; it is recorded as skipped."""


class PlanSession(msgspec.Struct, frozen=True):
    """Plan a session of one's own: see `playlists.entries.SessionPlanned`."""

    course: str
    form: SessionForm
    starts: str
    repeat: Repeat = "once"
    made_up: str = ""


class PlanRecording(msgspec.Struct, frozen=True):
    """Record a live channel (录制): see `playlists.entries.RecordingPlanned`."""

    channel: str
    starts: str
    minutes: int
    repeat: RecordingRepeat = "once"


class CancelRecording(msgspec.Struct, frozen=True):
    """Give up the time of a plan that begins at ``start``, or it and all that would follow."""

    plan: str
    start: str
    all_of_it: bool = False


class StopRecording(msgspec.Struct, frozen=True):
    """End the recording that is under way; what there is stays."""


class DeleteRecording(msgspec.Struct, frozen=True):
    """Remove a recording, by its name."""

    recording: str


class CancelSession(msgspec.Struct, frozen=True):
    """Give up the session of one's own whose card is shown: this occurrence, or it and all that would follow."""

    all_of_it: bool = False


class FindWays(msgspec.Struct, frozen=True):
    """Show what helps a session that may not be ready (怎么办)."""

    occurrence: str


class SmallFirst(msgspec.Struct, frozen=True):
    """Fetch everything until this session in the smallest picture first (先下最低清晰度)."""

    occurrence: str


class MoveSession(msgspec.Struct, frozen=True):
    """One occurrence of a session of one's own takes place at another time, ``starts`` in the village's wall time."""

    occurrence: str
    starts: str


class ContinueInterrupted(msgspec.Struct, frozen=True):
    """Go on with the session that a power cut broke off, at the same second."""


class EditHeads(msgspec.Struct, frozen=True):
    """A digit (0-9), or ``erase``, ``next``, ``previous`` field in the head count."""

    edit: str


class ConfirmHeads(msgspec.Struct, frozen=True):
    """Sign off the head count (确认登记)."""


class NoteSession(msgspec.Struct, frozen=True):
    """Note something about the session that is on: a field of its open row, as `player.core.session_notes` reads it."""

    field: str
    text: str


class WaitLonger(msgspec.Struct, frozen=True):
    """The session that gathers begins by itself ten minutes later."""


class PutOff(msgspec.Struct, frozen=True):
    """The running session goes on another day, at the same second."""


class RateSession(msgspec.Struct, frozen=True):
    """What the audience thought: 3 满意, 2 基本满意, 1 不满意."""

    value: Literal[1, 2, 3]


class EnterSession(msgspec.Struct, frozen=True):
    """Enter a session that was held without the box (补登): its heads are counted next."""

    course: str
    form: SessionForm
    starts: str
    made_up: str = ""


class CorrectHeads(msgspec.Struct, frozen=True):
    """Correct a head count in the record book, with the reason."""

    session: str
    count: HeadCount
    reason: str


class PlaceOrder(msgspec.Struct, frozen=True):
    """Ask the county for a course, or for what ``wish`` describes (点播申请)."""

    course: str = ""
    wish: str = ""


class SyncNow(msgspec.Struct, frozen=True):
    """Look for new plans and courses now."""


class AskForCode(msgspec.Struct, frozen=True):
    """Ask the county for a (new) binding code."""


class TryStopCode(msgspec.Struct, frozen=True):
    """Stop the course with this number, if ``code`` is the county's (停播码)."""

    number: int
    code: str


class OpenPhone(msgspec.Struct, frozen=True):
    """Let telephones be remote controls (手机遥控), with a new PIN."""


class ClosePhone(msgspec.Struct, frozen=True):
    """Let no telephone be a remote control any more."""


class SetPreferences(msgspec.Struct, frozen=True):
    """Choose so from now on, and after every start (设置)."""

    preferences: Preferences


class SetTime(msgspec.Struct, frozen=True):
    """By a watch in the room it is this time now, in wall ms."""

    wall_ms: int


class LearnKeys(msgspec.Struct, frozen=True):
    """Begin to teach a remote control its keys (学习遥控器)."""


class ForgetKeys(msgspec.Struct, frozen=True):
    """Forget what remote controls were taught."""


class StartCheck(msgspec.Struct, frozen=True):
    """Begin a self-check (设备自检), or begin it again."""


class SayHeard(msgspec.Struct, frozen=True):
    """Whether the tone of the self-check was heard."""

    heard: bool


class ReportCheck(msgspec.Struct, frozen=True):
    """Report to the county what the self-check has found."""


class KeepCourse(msgspec.Struct, frozen=True):
    """A course stays on the box until somebody says otherwise (保留), or no longer."""

    course: str
    kept: bool


class DeleteCourse(msgspec.Struct, frozen=True):
    """Remove a course from the box."""

    course: str


class CopyStick(msgspec.Struct, frozen=True):
    """Copy what the stick has for this box."""


class CloseStick(msgspec.Struct, frozen=True):
    """Nothing more is wanted of the stick."""


Action = (
    PlayLesson
    | WatchLive
    | TogglePause
    | SeekBy
    | TunePlaying
    | SkipLesson
    | StopPlaying
    | VolumeBy
    | OpenGathering
    | StartSession
    | LeaveSession
    | SkipSession
    | PlanSession
    | NoteSession
    | WaitLonger
    | PutOff
    | RateSession
    | EnterSession
    | CorrectHeads
    | PlanRecording
    | CancelRecording
    | StopRecording
    | DeleteRecording
    | CancelSession
    | FindWays
    | SmallFirst
    | MoveSession
    | ContinueInterrupted
    | EditHeads
    | ConfirmHeads
    | PlaceOrder
    | SyncNow
    | AskForCode
    | TryStopCode
    | OpenPhone
    | ClosePhone
    | SetPreferences
    | SetTime
    | LearnKeys
    | ForgetKeys
    | StartCheck
    | SayHeard
    | ReportCheck
    | KeepCourse
    | DeleteCourse
    | CopyStick
    | CloseStick
)
