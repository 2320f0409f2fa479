"""The world: all that the box has decided and believes, as one frozen value.

`player.step` makes the next world from the last one and an event; `player.screens.view` draws it. Each life
(session, playback, download, binding, clock …) has its transitions in a file of its own in this room and its states in
`player.core.lives`; here is only their sum. What can be derived is not stored.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from .effects import Effect, Wake
from .facts import (
    GenerationFacts,
    OpenSession,
    OwnOrder,
    OwnSession,
    PlannedRecording,
    RecordingResult,
    SessionRecord,
    StoreFacts,
)
from .lives.channel import Reception, RunningRecording
from .lives.picture import Live, Playback, Sounding
from .lives.room import Binding, Check, Learning, Phone, Stick, StopCodes
from .lives.session import GroupSession
from .lives.workers import Ledger, LineWatch, Outbox, Scrub, Transfers, WorkerRun
from .moment import Moment
from .preferences import Preferences
from .screens_shown import HomeScreen, Screen
from .settings import Settings
from .writing import Writing


class Notice(msgspec.Struct, frozen=True):
    """A line that goes away by itself."""

    words: str
    until_monotonic_ms: int


class Urgent(msgspec.Struct, frozen=True):
    """The county's urgent notice (紧急通知) to a group of boxes; ``until_ms`` is wall time, None if no end is set."""

    group: str
    words: str
    until_ms: int | None = None


class World(msgspec.Struct, frozen=True):
    """Everything the box has decided and believes."""

    settings: Settings
    now: Moment
    preferences: Preferences = Preferences()
    box_id: str = ""
    started: bool = False
    quitting: bool = False
    quit_monotonic_ms: int = 0  # when the run ends though the journal has not answered
    health_monotonic_ms: int = 0  # when the box's health is due to be recorded
    binding: Binding = Binding()
    generation: GenerationFacts | None = None
    store: StoreFacts = msgspec.field(default_factory=StoreFacts)
    done_sessions: frozenset[str] = frozenset()
    held: tuple[Moment, ...] = ()  # when the sessions that were held began
    held_this_month: int = 0
    month: tuple[int, int] = (0, 0)  # the year and month that ``held_this_month`` counts
    receipts: frozenset[str] = frozenset()
    endangered: frozenset[str] = frozenset()  # sessions of which the county was told that they may not be ready
    orders: tuple[OwnOrder, ...] = ()
    subtitles: bool = True  # whether people want to see them
    left_off: Mapping[str, int] = msgspec.field(default_factory=dict)  # where lessons from the menu were left, in ms
    seen_courses: frozenset[str] = frozenset()  # courses that came for an order and have been looked at here
    own_sessions: tuple[OwnSession, ...] = ()  # planned here; their occurrences are in ``generation`` too
    records: tuple[SessionRecord, ...] = ()  # the record book, in the order of the sessions' ends
    own_day: int = 0  # the day (since 1970) for which they were put there
    writing: Writing = Writing()  # the wish that is being described
    note: Writing = Writing()  # what is being written about a session
    session: GroupSession | None = None
    playback: Playback | None = None
    live: Live | None = None
    sounding: Sounding = Sounding()
    reception: Reception | None = None
    planned_recordings: tuple[PlannedRecording, ...] = ()
    recorded: Mapping[str, RecordingResult] = msgspec.field(default_factory=dict)  # by name, in order
    recording: RunningRecording | None = None
    transfers: Transfers = Transfers()
    scrub: Scrub = Scrub()
    ledger: Ledger = Ledger()
    outbox: Outbox = Outbox()
    sync: WorkerRun = WorkerRun()
    line: LineWatch = LineWatch()
    enrol: WorkerRun = WorkerRun()
    phone: Phone = Phone()
    stop_codes: StopCodes = StopCodes()
    learning: Learning | None = None
    check: Check | None = None
    stick: Stick | None = None
    interrupted: OpenSession | None = None  # a session that a power cut broke off and that can go on
    faults: Mapping[str, str] = msgspec.field(default_factory=dict)  # code -> detail
    screens: tuple[Screen, ...] = (HomeScreen(),)
    notice: Notice | None = None
    put_away: frozenset[Urgent] = frozenset()  # notices of the county that somebody has read
    touched_monotonic_ms: int = 0  # the last key, or when the last lesson or session ended
    tv_woken_for: str = ""  # the session for which the television set was switched on
    volume_percent: int = 80
    night: bool = False  # which part of the day ``volume_percent`` is of
    pending: Mapping[int, Effect] = msgspec.field(default_factory=dict)
    due: Wake = Wake()  # when something falls due next whatever the picture does, as `settle` left it
    next_id: int = 1

    @property
    def screen(self) -> Screen:
        """The screen on top of the stack."""
        return self.screens[-1]
