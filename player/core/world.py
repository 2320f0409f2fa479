"""The world: all that the box has decided and believes, as one frozen value.

`player.step` makes the next world from the last one and an event; `player.screens.view` draws it. Each life
(session, playback, download, binding, clock …) has its states and transitions in a file of its own in this
room; here is only their sum. What can be derived is not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec
from msgspec.structs import replace

from playlists.documents import Caps, LiveChannel, Window
from playlists.occurrences import Occurrence

from .effects import Effect, Tuning, Wake, WantedBlob
from .facts import (
    GenerationFacts,
    HeadCountDraft,
    InsideFacts,
    OpenPlay,
    OpenSession,
    OwnOrder,
    OwnSession,
    SessionRecord,
    StickTrouble,
    StoreFacts,
    ToldStop,
)
from .intents import Keymap
from .moment import Moment
from .outlook import Outlook
from .preferences import LearntButton, Preferences
from .screens_shown import HomeScreen, Screen
from .writing import Writing


class BindingState(Enum):
    """The life of the binding (开通)."""

    UNKNOWN = "unknown"  # nothing heard since start
    UNBOUND = "unbound"  # the county does not know this box; no code yet
    CODE_SHOWN = "code-shown"  # a code is on the screen
    BOUND = "bound"
    REVOKED = "revoked"


class Binding(msgspec.Struct, frozen=True):
    """Where the binding stands; the code is valid until ``expires_monotonic_ms``, people look since ``since_…``."""

    state: BindingState = BindingState.UNKNOWN
    code: str = ""
    expires_monotonic_ms: int = 0
    error: str = ""
    since_monotonic_ms: int = 0


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
    """The live channel on the screen: its worker's effect and address, its play (`OpenStream`), and where we are.

    ``row`` is what would be sealed if the power went now, but for ``shown_ms``, how much was watched. ``behind_ms`` is
    how far the picture was behind the channel when the state was entered, ``kept_ms`` how far back one can go.
    ``line_open`` is whether the line's windows were open when that was looked at last.
    """

    channel: LiveChannel
    state: LiveState
    row: OpenPlay
    worker: int = 0
    base: str = ""
    play: int = 0
    flows: bool = True
    behind_ms: int = 0
    kept_ms: int = 0
    shown_ms: int = 0
    pictures: int = 0
    attempts: int = 0
    since_monotonic_ms: int = 0
    seen_monotonic_ms: int = 0
    retry_monotonic_ms: int = 0
    kept_monotonic_ms: int = 0
    line_open: bool = True


class SessionState(Enum):
    """The life of a group session (集中学习)."""

    GATHERING = "gathering"
    PLAYING = "playing"
    BETWEEN = "between"  # one lesson has ended, the next opens
    HOLDING = "holding"  # a lecture or a visit: nothing need be on the screen
    COUNTING = "counting"  # head count (清点人数)
    CONFIRMING = "confirming"  # waiting for the journal's commit of the sign-off
    CLOSING = "closing"  # 已登记: the closing card


class SessionLesson(msgspec.Struct, frozen=True):
    """One lesson of a running session, with the blob chosen for it; None if nothing of it is here."""

    course: str
    lesson: str
    title: str
    duration_ms: int
    blob: str | None
    height: int


class GroupSession(msgspec.Struct, frozen=True):
    """The session that is on; ``commit`` is the journal effect of its sign-off, ``by_hand``: opened before its time."""

    occurrence: Occurrence
    state: SessionState
    lessons: tuple[SessionLesson, ...]
    row: OpenSession
    draft: HeadCountDraft
    entered_monotonic_ms: int
    commit: int = 0
    by_hand: bool = False


class PhoneState(Enum):
    """The life of the telephone as a remote control (手机遥控)."""

    OFF = "off"
    STARTING = "starting"
    OPEN = "open"
    SHUT = "shut"  # too many wrong PINs
    FAILED = "failed"


class Phone(msgspec.Struct, frozen=True):
    """Where it stands; ``effect`` is the id of its `RunPhone`, ``without`` the courses that this one does not find.

    The rest is what the television shows.
    """

    state: PhoneState = PhoneState.OFF
    effect: int = 0
    url: str = ""
    pin: str = ""
    code: tuple[str, ...] = ()
    telephones: int = 0
    error: str = ""
    heard_monotonic_ms: int = 0
    without: tuple[str, ...] = ()


class StopCodeState(Enum):
    """The life of a try with a 停播码."""

    RESTING = "resting"
    CHECKING = "checking"  # the worker looks of which day it is


class StopCodes(msgspec.Struct, frozen=True):
    """What was stopped by telephone (``told``), how many wrong codes came in a row, and until when none is taken.

    ``number`` and ``course`` are those of the running ``effect``.
    """

    state: StopCodeState = StopCodeState.RESTING
    effect: int = 0
    number: int = 0
    course: str = ""
    told: tuple[ToldStop, ...] = ()
    wrong: int = 0
    unlock_monotonic_ms: int = 0


class LearningState(Enum):
    """The life of a lesson for a remote control (学习遥控器)."""

    ASKING = "asking"  # the next key is asked for
    CONFIRMING = "confirming"  # all were asked; the new OK keeps them


class Learning(msgspec.Struct, frozen=True):
    """Where it stands: ``asked`` is the place in `player.core.learning.ORDER`, ``keys`` what was learnt so far.

    ``heard`` is the last key's number, ``means`` what that key is by now, empty for the key that was just learnt.
    """

    state: LearningState = LearningState.ASKING
    asked: int = 0
    keys: dict[int, LearntButton] = {}
    heard: int = 0
    means: str = ""
    heard_monotonic_ms: int = 0


class CheckState(Enum):
    """The life of a self-check (设备自检)."""

    LOOKING = "looking"  # the devices are asked
    LISTENING = "listening"  # people are asked whether they heard the tone
    DONE = "done"


class Check(msgspec.Struct, frozen=True):
    """Where it stands: ``effect`` asked the devices, ``tone`` plays, ``report`` is the journal effect that tells it.

    ``sound`` is what came of the tone: heard, silent, failed, busy (something was on), unanswered; empty until then.
    """

    state: CheckState
    effect: int = 0
    tone: int = 0
    facts: InsideFacts | None = None
    sound: str = ""
    report: int = 0
    since_monotonic_ms: int = 0


class StickState(Enum):
    """The life of a stick that was put in."""

    OFFERED = "offered"
    TAKING = "taking"  # the county's documents
    WRITING = "writing"  # what the county lacks of the journal
    COPYING = "copying"  # films
    DONE = "done"
    PULLED = "pulled"  # out while it was in use


class Documents(Enum):
    """The documents on a stick, beside those in force; what has become of them once they were taken."""

    NONE = "none"
    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    TAKEN = "taken"
    REFUSED = "refused"  # not signed as they have to be, or damaged
    INCOMPLETE = "incomplete"


class Stick(msgspec.Struct, frozen=True):
    """What is on it for this box: ``wanted`` of ``courses`` courses; ``crowded`` ones have no room.

    ``names`` are all films on it; ``effect`` is the running worker; ``shown``: its page has been on the screen.
    ``documents`` are those of ``signed_wall_ms``, of ``listed`` courses. So many ``entries`` of the journal are to be
    written, or (DONE) were written on it; ``trouble`` says why there are not more.
    """

    state: StickState
    folder: str
    name: str = ""
    wanted: tuple[WantedBlob, ...] = ()
    courses: int = 0
    crowded: int = 0
    effect: int = 0
    problem: str = ""
    names: tuple[str, ...] = ()
    shown: bool = False
    documents: Documents = Documents.NONE
    signed_wall_ms: int = 0
    listed: int = 0
    entries: int = 0
    trouble: StickTrouble = ""

    @property
    def is_in_use(self) -> bool:
        """Whether it must not be pulled out now."""
        return self.state in (StickState.TAKING, StickState.WRITING, StickState.COPYING)


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


class WorkerRun(msgspec.Struct, frozen=True):
    """One kind of worker: the running effect's id (0 if none), and when it may run again (monotonic).

    ``failed_monotonic_ms`` is when it failed last, 0 if it did not; ``lost``: because nobody could be reached.
    ``percent`` is how much the running one has brought of all that it will bring, 0 while it has not said so.
    """

    effect: int = 0
    next_monotonic_ms: int = 0
    failures: int = 0
    error: str = ""
    failed_monotonic_ms: int = 0
    lost: bool = False
    percent: int = 0

    def paused_ms(self, now_ms: int) -> int:
        """Return how long ago it failed, 0 if it did not."""
        return now_ms - self.failed_monotonic_ms if self.failures and self.failed_monotonic_ms else 0


class LineWatch(msgspec.Struct, frozen=True):
    """The watch over a lost line: its effect (0: none), and how often in a row it was back for nothing."""

    effect: int = 0
    false_alarms: int = 0


class Transfers(msgspec.Struct, frozen=True):
    """What is to be fetched (``order``), what the running worker was given (``wanted``), and what it brought.

    ``evict`` is what must go before that. ``outlooks`` are what the plan expects of the coming sessions, by
    their ids. ``planned`` is False when the plan must be made again, ``plan_ends_monotonic_ms`` when it is too
    old, None if nothing is still to come. ``moving`` says that the running worker has brought something;
    ``stuck``, that no room could be made.
    """

    run: WorkerRun = WorkerRun()
    wanted: tuple[str, ...] = ()
    order: tuple[WantedBlob, ...] = ()
    fetched_bytes: int = 0
    outlooks: Mapping[str, Outlook] = msgspec.field(default_factory=dict)
    evict: tuple[str, ...] = ()
    evicting: int = 0
    planned: bool = False
    plan_ends_monotonic_ms: int | None = None
    moving: bool = False
    stuck: bool = False


class ScrubState(Enum):
    """The life of the comparison at rest."""

    RESTING = "resting"
    READING = "reading"  # a worker compares blobs


class Scrub(msgspec.Struct, frozen=True):
    """The comparison at rest: the running effect (0: none) and when the next part is due (monotonic).

    ``suspects`` could not be shown and are read as soon as nothing plays; ``spoilt`` were found bad and are to come
    again.
    """

    state: ScrubState = ScrubState.RESTING
    effect: int = 0
    next_monotonic_ms: int = 0
    suspects: tuple[str, ...] = ()
    spoilt: frozenset[str] = frozenset()

    def suspecting(self, blob: str) -> Scrub:
        """Return this with one suspect more."""
        return replace(self, suspects=tuple(dict.fromkeys((*self.suspects, blob))))


class Ledger(msgspec.Struct, frozen=True):
    """The entry on its way to the journal (0: none); after a failure, when it is tried again (monotonic)."""

    effect: int = 0
    retry_monotonic_ms: int | None = None
    failures: int = 0


class Outbox(msgspec.Struct, frozen=True):
    """How far the journal has gone and how much of it the county has."""

    head: int = 0
    acknowledged: int = 0
    run: WorkerRun = WorkerRun()


class Notice(msgspec.Struct, frozen=True):
    """A line that goes away by itself."""

    words: str
    until_monotonic_ms: int


class Urgent(msgspec.Struct, frozen=True):
    """The county's urgent notice (紧急通知) to a group of boxes; ``until_ms`` is wall time, None if no end is set."""

    group: str
    words: str
    until_ms: int | None = None


class Settings(msgspec.Struct, frozen=True):
    """What `config/player.yaml` decides and the core needs.

    ``windows`` and ``caps`` are the site's own, beside those of the plans (`player.core.limits`). ``has_files``
    and ``has_api`` say whether an address is set for published files and for the county's box API.
    """

    version: str = "0"
    safe_area_percent: int = 5
    osd_ms: int = 5_000
    quota_bytes: int = 8 << 30
    reserve_bytes: int = 256 << 20
    volume_percent: int = 80
    keymap: Keymap = msgspec.field(default_factory=Keymap)
    windows: tuple[Window, ...] = ()
    caps: Caps = Caps()
    has_files: bool = True
    has_api: bool = True
    wishes: tuple[str, ...] = ()  # ready phrases for orders (点播申请)
    phrases: tuple[str, ...] = ()  # ready phrases to write with
    utc_offset_minutes: int = 480  # the time zone in which the TV shows times; China has one, without summer time


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
