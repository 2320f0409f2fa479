"""What devices know and the core needs: summaries handed over in events, never read by the core itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec
from msgspec.structs import force_setattr

from playlists.documents import (
    Box,
    Caps,
    Course,
    LiveChannel,
    OrderAnswer,
    Page,
    Plan,
    Policy,
    Sounds,
    StopOrder,
    Window,
)
from playlists.entries import HeadCount, RecordingEnd, RecordingRepeat, Repeat, SessionHeld
from playlists.occurrences import Occurrence, OccurrenceItem

from .forecast import LineHistory
from .moment import Moment

NO_MONTH: Final = (0, 0)
StickTrouble = Literal[
    "", "read-only", "full", "worn", "gone", "journal"
]  # why records could not be written on a stick
LinePurpose = Literal[
    "session", "order", "poster", "stock", "documents", "journal", "live", "sound"
]  # what passes over the line


def smallest(caps: Iterable[Caps]) -> Caps:
    """Return the caps that keep within all of these."""
    several = tuple(caps)
    return Caps(
        bits_per_second=min((one.bits_per_second for one in several if one.bits_per_second), default=None),
        monthly_bytes=min((one.monthly_bytes for one in several if one.monthly_bytes), default=None),
    )


class GenerationFacts(msgspec.Struct, frozen=True):
    """The generation in force, as loaded from disk.

    Args:
        number: The generation's number.
        synced_wall_ms: When the county was last asked with success (节目更新至).
        stale: Whether it was accepted although expired.
        box: This box's document, or None while the county has not bound it.
        plans: The plans of the box's groups, from county to site.
        occurrences: The sessions of the coming weeks, ordered by start.
        courses: The course documents that came with it, by id.
        course_count: How many courses the catalogue lists.
        partial: Whether the catalogue is still being brought.
        pages: The information pages of each of the box's groups, from county to site.
        sounds: The recordings that may be heard, prompts and music.
        signed_wall_ms: The newest time that a signature of it vouches for.
        told: What was stopped by telephone and these plans cannot know of yet (`player.core.told_stops`).
        recordings: What was recorded here and may be shown, as courses (`player.core.recorded`).
        windows, caps, stopped: What every step asks of these, worked out once, whatever is given: the windows of the
            plan nearest to the site that has any, the smallest caps, and all stop orders by course.
    """

    number: int
    synced_wall_ms: int
    stale: bool
    box: Box | None
    plans: tuple[Plan, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    courses: dict[str, Course] = msgspec.field(default_factory=dict)
    course_count: int = 0
    partial: bool = False
    pages: tuple[tuple[Page, ...], ...] = ()
    channels: tuple[LiveChannel, ...] = ()
    signed_wall_ms: int = 0
    sounds: Sounds = Sounds()
    told: tuple[StopOrder, ...] = ()
    recordings: dict[str, Course] = {}
    windows: tuple[Window, ...] = ()
    caps: Caps = Caps()
    stopped: dict[str, tuple[StopOrder, ...]] = {}

    def __post_init__(self) -> None:
        stopped: dict[str, tuple[StopOrder, ...]] = {}
        for stop in (*self.told, *self.stops):
            stopped[stop.course] = (*stopped.get(stop.course, ()), stop)
        force_setattr(self, "windows", next((plan.windows for plan in reversed(self.plans) if plan.windows), ()))
        force_setattr(self, "caps", smallest(plan.caps for plan in self.plans))
        force_setattr(self, "stopped", stopped)

    def course(self, name: str) -> Course | None:
        """Return a course that may be shown: one of the county's documents, or a recording of this box."""
        return self.courses.get(name) or self.recordings.get(name)

    @property
    def policy(self) -> Policy:
        """The policy nearest to the site."""
        return next((plan.policy for plan in reversed(self.plans) if plan.policy), Policy())

    @property
    def stops(self) -> tuple[StopOrder, ...]:
        """All stop orders of the plans that apply to this box."""
        return tuple(stop for plan in self.plans for stop in plan.stops)

    @property
    def orders(self) -> tuple[OrderAnswer, ...]:
        """The county's answers to this box's orders."""
        box = self.box.id if self.box else ""
        return tuple(order for plan in self.plans for order in plan.orders if order.box == box)


class StoredBlob(msgspec.Struct, frozen=True):
    """How much of a blob is here; ``complete`` only after every chunk was verified and the file renamed."""

    bytes_here: int
    complete: bool


class Spent(msgspec.Struct, frozen=True):
    """What a month (year, month) has cost the line so far, to and fro: bytes by `LinePurpose`."""

    month: tuple[int, int] = NO_MONTH
    by_purpose: dict[str, int] = {}

    @property
    def total_bytes(self) -> int:
        """The bytes of all purposes."""
        return sum(self.by_purpose.values())


class RecordedPart(msgspec.Struct, frozen=True):
    """A stretch of a recording without a break; ``wall_ms`` is when it began, 0 if nobody knew."""

    number: int
    wall_ms: int
    length_ms: int
    bytes: int


class StoredRecording(msgspec.Struct, frozen=True):
    """What was recorded here of a live channel, as far as it is on the disk.

    ``box`` is who recorded it, ``title`` the channel's name by then; ``starts`` and ``minutes`` are what was planned.
    """

    box: str
    channel: str
    title: str
    starts: str
    minutes: int
    parts: tuple[RecordedPart, ...] = ()

    @property
    def length_ms(self) -> int:
        """How much of it can be shown."""
        return sum(part.length_ms for part in self.parts)

    @property
    def bytes(self) -> int:
        """What it takes up."""
        return sum(part.bytes for part in self.parts)


class StoreFacts(msgspec.Struct, frozen=True):
    """What the store holds, by SHA-256, and what stands beside it: ``spent`` this month, and the line's history.

    ``free_bytes`` is the room for more blobs: what the quota and the disk, without its reserve, leave; below 0, how
    much must go. ``recordings_bytes`` is taken by what was recorded here, which is never evicted; ``recordings`` are
    these, by name (`playlists.recordings`). ``line`` is what the line brought before.
    """

    blobs: dict[str, StoredBlob] = msgspec.field(default_factory=dict)
    free_bytes: int = 0
    quota_bytes: int = 0
    spent: Spent = Spent()
    line: LineHistory = LineHistory()
    recordings_bytes: int = 0
    recordings: dict[str, StoredRecording] = {}


class InsideFacts(msgspec.Struct, frozen=True):
    """What the box feels of itself (设备自检); None where it has no feeler.

    Args:
        sound: Whether there is anything to be heard by.
        cable: Whether a network cable is in, or a radio connected.
        address: Whether the network has given the box an address.
        hottest_c: The highest temperature, in degrees Celsius.
    """

    sound: bool
    cable: bool | None
    address: bool
    hottest_c: int | None


class OpenPlay(msgspec.Struct, frozen=True):
    """The play that is going on, kept as a mutable row outside the chain so that a cut costs seconds.

    ``segments`` are [from_ms, to_ms] of the medium really shown; the last one grows. ``started`` is the instant
    of the first picture.
    """

    course: str
    lesson: str
    blob: str
    height: int
    why: str
    session: str
    started: Moment
    segments: tuple[tuple[int, int], ...]
    paused_ms: int = 0
    pauses: int = 0


class HeadCountDraft(msgspec.Struct, frozen=True):
    """What has been keyed in of a head count so far. ``field`` is the one that digits go to (`player.core.heads`).

    ``fresh``: the field was just reached, so the first digit replaces what stands there. ``typed`` names the figures
    that somebody has keyed in; the others are proposals. ``usual_members`` are those of last time.
    """

    expected: str
    present: str = ""
    members: str = ""
    villagers: str = ""
    on_leave: str = ""
    field: str = "present"
    error: str = ""
    asked_zero: bool = False
    fresh: bool = True
    typed: frozenset[str] = frozenset()
    usual_members: str = ""


class OpenSession(msgspec.Struct, frozen=True):
    """The session that is going on, kept likewise: where to continue after a power cut.

    ``item`` counts the lessons of the occurrence from 0, ``course`` and ``lesson`` name that one,
    ``position_ms`` is where in it. ``stage`` is ``playing``, ``holding`` (a lecture, a visit) or ``counting``.
    ``started`` is None before it has. ``put_off``: it goes on another day, because people wanted it so. ``added`` are
    lessons beyond the programme; the rest is as in `playlists.entries.SessionHeld`. ``lasts_ms`` is how long a session
    lasted that is entered afterwards.
    """

    session: str
    title: str
    form: str
    started: Moment | None
    item: int
    position_ms: int
    expected: int = 0
    stage: str = "playing"
    course: str = ""
    lesson: str = ""
    put_off: bool = False
    added: tuple[OccurrenceItem, ...] = ()
    draft: HeadCountDraft | None = None
    speaker: str = ""
    neighbour: str = ""
    neighbours: int = 0
    remarks: str = ""
    rating: int = 0
    made_up: str = ""
    by_hand: bool = False
    lasts_ms: int = 0


class OwnOrder(msgspec.Struct, frozen=True):
    """What was asked for at this box (点播申请): a course, or words where there is none yet.

    ``asked_wall_ms`` is 0 if nobody knew the time; ``commit`` is the journal effect that it waits for, 0 once durable.
    """

    order: str
    course: str
    wish: str
    asked_wall_ms: int
    commit: int = 0


class ToldStop(msgspec.Struct, frozen=True):
    """A course that a 停播码 of the county's ``day`` has stopped."""

    course: str
    day: str


class WrongCodes(msgspec.Struct, frozen=True):
    """How many wrong 停播码 were keyed in since the last right one, and when the last of them was."""

    count: int
    last: Moment


class OwnSession(msgspec.Struct, frozen=True):
    """A group session that was planned at this box: the fields of `playlists.entries.SessionPlanned`.

    ``given_up`` are the starts that were cancelled again, in wall time like ``starts``; ``yields`` those of which the
    county was told that they give way to its own.
    """

    session: str
    title: str
    course: str
    form: str
    starts: str
    repeat: Repeat
    made_up: str = ""
    given_up: tuple[str, ...] = ()
    yields: tuple[str, ...] = ()


class PlannedRecording(msgspec.Struct, frozen=True):
    """A recording that was planned at this box: the fields of `playlists.entries.RecordingPlanned`.

    ``given_up`` are the starts that were cancelled again, in wall time like ``starts``.
    """

    plan: str
    channel: str
    title: str
    starts: str
    minutes: int
    repeat: RecordingRepeat
    given_up: tuple[str, ...] = ()


class RecordingResult(msgspec.Struct, frozen=True):
    """What has become of a recording, as `playlists.entries.Recorded` tells it; ``deleted`` by somebody since."""

    channel: str
    title: str
    starts: str
    minutes: int
    length_ms: int
    ended: RecordingEnd
    deleted: bool = False


class Corrected(msgspec.Struct, frozen=True):
    """One correction (更正) of a head count."""

    field: str
    was: int | None
    now: int | None
    reason: str


class SessionRecord(msgspec.Struct, frozen=True):
    """A session in the record book (学习记录), as far as entries tell of it (`player.core.record_book`).

    ``count`` is the newest head count with its corrections, entry ``count_seq``; ``began`` is None before its end.
    ``rating`` is 3 满意, 2 基本满意, 1 不满意, 0 if nobody was asked.
    """

    session: str
    held: SessionHeld | None = None
    began: Moment | None = None
    lasted_ms: int = 0
    count: HeadCount | None = None
    count_seq: int = 0
    corrections: tuple[Corrected, ...] = ()
    rating: int = 0


class JournalFacts(msgspec.Struct, frozen=True):
    """What the journal says at start: its head, what was left open, and which sessions are done.

    ``held`` are the starts of the sessions that were held, as they are known by now; ``clean`` says that the last run
    ended by itself and not by a power cut or a crash. ``left_off`` is where lessons from the menu were left
    (`player.core.left_off`).
    """

    head: int
    acknowledged: int
    open_play: OpenPlay | None = None
    open_session: OpenSession | None = None
    done_sessions: frozenset[str] = frozenset()
    held: tuple[Moment, ...] = ()
    receipts: frozenset[str] = frozenset()
    endangered: frozenset[str] = frozenset()
    orders: tuple[OwnOrder, ...] = ()
    seen_courses: frozenset[str] = frozenset()
    own_sessions: tuple[OwnSession, ...] = ()
    planned_recordings: tuple[PlannedRecording, ...] = ()
    recorded: tuple[RecordingResult, ...] = ()
    records: tuple[SessionRecord, ...] = ()
    clean: bool = True
    left_off: dict[str, int] = {}
    told_stops: tuple[ToldStop, ...] = ()
    wrong_codes: WrongCodes | None = None
