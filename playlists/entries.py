"""What a box has to say: the kinds of journal entry and their frozen bodies.

An entry travels as the MessagePack array ``[seq, boot, monotonic_ms, wall_ms, trust, body]`` where ``body``
is ``[kind, field, …]``. New fields are appended with a default, never inserted: a reader ignores what follows
the fields it knows. UUIDs and hashes do not travel; `playlists.journal` computes them on both sides.

Times are milliseconds: ``…_ms`` of a medium from its start, ``monotonic_ms`` since the box booted,
``wall_ms`` since 1970 UTC as the box believed it then (``trust`` says how far it may be believed). All wall
times of an entry are told by the clock of the moment at which it was written, so that whoever learns later how
wrong that clock was corrects them alike (`playlists.dating`). Only what began in an earlier boot keeps the word
of that boot's clock, and says by ``started_boot`` and ``started_monotonic_ms`` when it was; else both are 0.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

ClockTrust = Literal["trusted", "estimated", "unknown"]
PlayReason = Literal["session", "order", "menu", "live"]
PlayEnd = Literal["finished", "stopped", "failed", "cut"]
SessionEnd = Literal["held", "skipped", "cut"]
Repeat = Literal["once", "weekly", "fortnightly", "monthly"]  # monthly: the same weekday of the month's same week
RecordingRepeat = Literal["once", "weekly"]
RecordingEnd = Literal["complete", "stopped", "full", "used-up", "taken-off", "failed", "missed"]
BLOB_DIGITS: Final = 12


class Body(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The frozen content of an entry; the tag is its kind."""


class Boot(Body, frozen=True, array_like=True, kw_only=True, tag="boot"):
    """The player started: its version, and whether the last run ended by itself."""

    version: str
    clean: bool


class Play(Body, frozen=True, array_like=True, kw_only=True, tag="play"):
    """One complete play of one lesson.

    ``blob`` is the beginning of the SHA-256 of what was shown, `BLOB_DIGITS` hex digits: with course,
    lesson and height beside it that names it, at a quarter of the bytes. ``segments`` are the [from, to]
    stretches of the medium really shown, in order; ``started_wall_ms`` is the wall time of the first
    picture; ``session`` is the occurrence's id when ``why`` is ``session``. When it is ``live``, ``course`` is the
    channel, there is no blob, and the segments are times of watching.
    """

    course: str
    lesson: str
    blob: str
    height: int
    why: PlayReason
    session: str
    started_wall_ms: int
    segments: tuple[tuple[int, int], ...]
    paused_ms: int
    pauses: int
    ended: PlayEnd
    started_boot: int = 0
    started_monotonic_ms: int = 0


class SessionHeld(Body, frozen=True, array_like=True, kw_only=True, tag="session"):
    """A group session ended, was skipped, or was cut off.

    ``neighbour`` is the village that learnt with ours (联合学习), ``made_up`` the missed occurrence that was made up
    for (补学), ``by_hand`` that it was held without the box and entered afterwards (补登).
    """

    session: str
    title: str
    form: str
    started_wall_ms: int
    ended_wall_ms: int
    ended: SessionEnd
    started_boot: int = 0
    started_monotonic_ms: int = 0
    speaker: str = ""
    neighbour: str = ""
    remarks: str = ""
    made_up: str = ""
    by_hand: bool = False


class SessionPlanned(Body, frozen=True, array_like=True, kw_only=True, tag="planned"):
    """A group session that the village has planned at its television and owns; it made the id ``session``.

    ``course`` is what will be shown, empty for a lecture or a visit; ``starts`` the first start in the village's wall
    time, ``2026-03-06T19:30``. ``made_up`` is the occurrence that was missed and is made up for by it (补学).
    """

    session: str
    title: str
    course: str
    form: str
    starts: str
    repeat: Repeat
    made_up: str = ""


class SessionCancelled(Body, frozen=True, array_like=True, kw_only=True, tag="cancelled"):
    """The village gives up a session that it has planned: the one that starts at ``start``, or all (empty)."""

    session: str
    start: str = ""


class SessionYields(Body, frozen=True, array_like=True, kw_only=True, tag="yields"):
    """Of a session that the village has planned, the start at ``start`` gives way to one of the county's.

    ``to`` is the county's occurrence and ``title`` what it is called; both empty: it no longer gives way.
    """

    session: str
    start: str
    to: str = ""
    title: str = ""


class RecordingPlanned(Body, frozen=True, array_like=True, kw_only=True, tag="record-planned"):
    """The village will record a live channel (录制): from ``starts`` in its wall time on, for so many minutes.

    The box made the id ``plan``; ``title`` is the channel's name by then.
    """

    plan: str
    channel: str
    title: str
    starts: str
    minutes: int
    repeat: RecordingRepeat


class RecordingCancelled(Body, frozen=True, array_like=True, kw_only=True, tag="record-cancelled"):
    """The village gives up what it has planned to record: the time that begins at ``start``, or all (empty)."""

    plan: str
    start: str = ""


class Recorded(Body, frozen=True, array_like=True, kw_only=True, tag="recorded"):
    """What has become of a recording: it can be shown at this box alone (`playlists.recordings`).

    ``length_ms`` is how much of its ``minutes`` was recorded, in ``parts`` without a break.
    """

    plan: str
    channel: str
    title: str
    starts: str
    minutes: int
    length_ms: int
    parts: int
    bytes: int
    ended: RecordingEnd


class RecordingDeleted(Body, frozen=True, array_like=True, kw_only=True, tag="record-deleted"):
    """Somebody at the television has deleted a recording."""

    channel: str
    starts: str


class HeadCount(Body, frozen=True, array_like=True, kw_only=True, tag="heads"):
    """The head count (清点人数) with the administrator's sign-off (确认登记).

    ``members`` and ``villagers`` are None where nobody told them apart (未填), ``expected`` 0 where nobody stated it:
    that is not nobody. ``neighbours`` are the heads of the other village in a joint session, ``present`` ours alone.
    """

    session: str
    expected: int
    present: int
    members: int | None
    villagers: int | None
    on_leave: int
    neighbours: int = 0


class Correction(Body, frozen=True, array_like=True, kw_only=True, tag="correction"):
    """A later, better value for a field of an earlier entry, with the reason; None is a field left blank."""

    seq: int
    field: str
    was: int | None
    now: int | None
    reason: str


class Order(Body, frozen=True, array_like=True, kw_only=True, tag="order"):
    """A wish of the villagers (点播申请): a course, or words where there is none yet."""

    order: str
    course: str
    wish: str


class Rating(Body, frozen=True, array_like=True, kw_only=True, tag="rating"):
    """What the audience thought: 3 满意, 2 基本满意, 1 不满意."""

    session: str
    course: str
    value: Literal[1, 2, 3]


class StopReceipt(Body, frozen=True, array_like=True, kw_only=True, tag="stopped"):
    """This box has taken a stop order into force (停播回执)."""

    stop: str


class StopCode(Body, frozen=True, array_like=True, kw_only=True, tag="stop-code"):
    """Somebody keyed in a 停播码 for the course with this number (`playlists.stop_codes`).

    ``day`` is the county's day of a right one, from which the course is stopped here; empty for a wrong one.
    ``wrong`` counts the wrong ones since the last right one.
    """

    number: int
    course: str
    day: str
    wrong: int


class ClockChange(Body, frozen=True, array_like=True, kw_only=True, tag="clock"):
    """The wall clock was set or jumped by ``by_ms``; ``trust`` is what holds from now on."""

    by_ms: int
    trust: ClockTrust


class FaultSeen(Body, frozen=True, array_like=True, kw_only=True, tag="fault"):
    """A fault appeared (``active``) or went away, by its code."""

    code: str
    active: bool
    detail: str


class Health(Body, frozen=True, array_like=True, kw_only=True, tag="health"):
    """The box's own state (设备状态).

    ``line_bytes`` is what passed over the line in ``line_month`` (``2026-11``, empty if not known) by then, to and
    fro, by what it was for: session, order, poster, stock, documents, journal.
    """

    version: str
    generation: int
    free_bytes: int
    stored_bytes: int
    fetched_bytes: int
    line_month: str = ""
    line_bytes: dict[str, int] = {}


class SelfCheck(Body, frozen=True, array_like=True, kw_only=True, tag="check"):
    """What a self-check (设备自检) has found, reported by somebody at the television.

    ``codes`` are the faults, the weightiest first; ``results`` says of each item (line, picture, sound, storage, clock,
    heat, remote) its code, or ``good``, or ``unknown``.
    """

    codes: tuple[str, ...]
    results: dict[str, str]
    temperature_c: int | None


class Readiness(Body, frozen=True, array_like=True, kw_only=True, tag="readiness"):
    """What the box expects of a coming session: written when it gets into danger, and when it is out of it.

    ``session`` is the occurrence's id; ``percent`` of what it needs was here, in ``height``;
    ``ready_wall_ms`` is when all of it is expected to be here, 0 if that is not before it starts; then ``late_wall_ms``
    is when, 0 if nobody can say. What helps: a stick with what is left (``left_bytes``, 0 if its size is not known);
    the rendition ``smaller_height`` fetched first, ready by ``smaller_wall_ms``; to begin at ``later_wall_ms``. A way
    that would not help is 0. ``crowded``: the box has no room for it, so that something is to be deleted there first.
    """

    session: str
    percent: int
    height: int
    ready_wall_ms: int
    in_danger: bool
    left_bytes: int = 0
    late_wall_ms: int = 0
    smaller_height: int = 0
    smaller_wall_ms: int = 0
    later_wall_ms: int = 0
    crowded: bool = False


AnyBody = (
    Boot
    | Play
    | SessionHeld
    | SessionPlanned
    | SessionCancelled
    | SessionYields
    | RecordingPlanned
    | RecordingCancelled
    | Recorded
    | RecordingDeleted
    | HeadCount
    | Correction
    | Order
    | Rating
    | StopReceipt
    | StopCode
    | ClockChange
    | FaultSeen
    | Health
    | SelfCheck
    | Readiness
)


class Entry(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One entry of the journal, its body kept as the bytes that were hashed."""

    seq: int
    boot: int
    monotonic_ms: int
    wall_ms: int
    trust: ClockTrust
    body: msgspec.Raw
