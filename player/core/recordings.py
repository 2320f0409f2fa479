"""What the village plans to record of live channels (录制): kept, looked at, given up again, and deleted.

A plan is promised only when the journal holds it. Its times are worked out here, `player.core.recording` begins them.
Of times that overlap the first is recorded; a plan that would overlap another is refused. A session at the same time is
no hindrance: it is shown from what is here. When a time is over, an entry says what has come of it, also that it was
missed; the recording itself lies in the store until somebody deletes it.

    planning ──Journaled──► planned ──cancelled and Journaled──► gone
                               └──its time──► recorded: complete, stopped, full, used-up, taken-off, failed, missed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec
from msgspec.structs import replace

from playlists.documents import LiveChannel
from playlists.entries import Recorded, RecordingCancelled, RecordingDeleted, RecordingEnd, RecordingPlanned
from playlists.occurrences import Occurrence
from playlists.recordings import name_of

from . import ledger, limits, live, live_cost, outbox, recorded, transfers, windows
from .actions import CancelRecording, DeleteRecording, PlanRecording
from .effects import AppendEntry, RemoveRecording
from .facts import PlannedRecording, RecordedPart, RecordingResult, StoredRecording
from .language import _
from .media_events import RecordGrew, RecordingRemoved
from .schedule import MINUTE_MS, is_known, over_ms
from .turn import Turn
from .world import World

DAYS_BEFORE, DAYS_AFTER = 7, 28
MOST: Final = 20
STEP_BYTES: Final = 64 << 20
KEPT: Final = 100  # results that are remembered
LENGTHS_MINUTES: Final = (30, 45, 60, 90, 120, 180)
USUAL_BITS_PER_SECOND: Final = 2_000_000
LEAST_MS: Final = 5 * MINUTE_MS  # with room for less, nothing is planned
_DAY_MS: Final = 24 * 60 * MINUTE_MS
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time, as all of this file
_LOCAL: Final = "%Y-%m-%dT%H:%M"


class RecordingTime(msgspec.Struct, frozen=True):
    """One time of a plan, from ``starts_ms`` to ``ends_ms`` (wall ms); ``name`` is what its recording is called."""

    plan: PlannedRecording
    name: str
    starts: str
    starts_ms: int
    ends_ms: int


# --- planning and giving up


def plan(turn: Turn, wish: PlanRecording) -> None:
    """Owe the journal a new plan, unless something stands in its way."""
    why_not = hindrance(turn.world, wish)
    channel = channel_of(turn.world, wish.channel)
    if why_not or channel is None:
        turn.say(why_not)
        return
    name = f"record-{turn.world.box_id[:12]}-{turn.now.wall_ms // 1000}-{turn.number()}"
    ledger.append(turn, RecordingPlanned(
        plan=name, channel=wish.channel, title=channel.name, starts=wish.starts, minutes=wish.minutes,
        repeat=wish.repeat,
    ))  # fmt: skip


def hindrance(world: World, wish: PlanRecording) -> str:
    """Return in words why this cannot be recorded; empty if it can."""
    channel, wanted = channel_of(world, wish.channel), as_plan(world, wish)
    times = times_of(world, (wanted,))
    if not is_known(world.now):
        return _("时间未校准，现在还不能安排")
    if channel is None:
        return _("这个频道已停播")
    if not times or times[0].ends_ms <= world.now.wall_ms:
        return _("这个时间已经过了，请换个时间")
    if len([one for one in world.planned_recordings if any(ahead(world, (one,)))]) >= MOST:
        return _("安排得太多了，请先取消几次")
    if other := clash(world, times):
        return _("这个时间已经安排录“{channel}”，一次只能录一个").format(channel=other.plan.title)
    if not is_on_then(world, channel, times[0]):
        return _("这个频道这个时间没有节目，请换个时间")
    return ""


def as_plan(world: World, wish: PlanRecording) -> PlannedRecording:
    """Return the plan that a wish would become."""
    channel = channel_of(world, wish.channel)
    return PlannedRecording("", wish.channel, channel.name if channel else "", wish.starts, wish.minutes, wish.repeat)


def cancel(turn: Turn, wish: CancelRecording) -> None:
    """Owe the journal that this time, or the whole plan, is given up; one that is under way ends by itself."""
    known = next((one for one in turn.world.planned_recordings if one.plan == wish.plan), None)
    if known is not None:
        whole = wish.all_of_it or known.repeat == "once"
        ledger.append(turn, RecordingCancelled(plan=wish.plan, start="" if whole else wish.start))


def journaled(turn: Turn, entry: AppendEntry) -> None:
    """A plan, its end, or what came of it is durable."""
    body = entry.body
    if isinstance(body, RecordingPlanned):
        turn.change(planned_recordings=(*turn.world.planned_recordings, planned(body)))
        turn.say(_("已安排录“{channel}”，到时间自动录").format(channel=body.title))
    elif isinstance(body, RecordingCancelled):
        turn.change(planned_recordings=tuple(given_up(turn.world.planned_recordings, body)))
        turn.say(_("已取消"))
    elif isinstance(body, Recorded):
        turn.change(planned_recordings=tuple(still_planned(turn.world.planned_recordings, body)))
    elif not isinstance(body, RecordingDeleted):
        return
    outbox.hurry(turn)


def planned(body: RecordingPlanned) -> PlannedRecording:
    """Return what an entry plans."""
    return PlannedRecording(body.plan, body.channel, body.title, body.starts, body.minutes, body.repeat)


def given_up(plans: Iterable[PlannedRecording], body: RecordingCancelled) -> Iterator[PlannedRecording]:
    """Yield the plans that are left after an entry that gives one up."""
    for one in plans:
        if one.plan != body.plan:
            yield one
        elif body.start:
            yield replace(one, given_up=(*one.given_up, body.start))


def still_planned(plans: Iterable[PlannedRecording], body: Recorded) -> Iterator[PlannedRecording]:
    """Yield the plans of which more is to come after a time of one of them."""
    return (one for one in plans if one.plan != body.plan or one.repeat != "once")


def result(body: Recorded) -> RecordingResult:
    """Return what an entry says of a recording."""
    return RecordingResult(body.channel, body.title, body.starts, body.minutes, body.length_ms, body.ended)


def as_stored(one: RecordingResult) -> StoredRecording:
    """Return what would be stored of a recording of which nothing is."""
    return StoredRecording("", one.channel, one.title, one.starts, one.minutes)


# --- times


def channel_of(world: World, channel: str) -> LiveChannel | None:
    """Return a channel of the county's signed list."""
    return next((one for one in live.listed(world) if one.id == channel), None)


def times(world: World) -> tuple[RecordingTime, ...]:
    """Return all times of the days around today, in order."""
    return times_of(world, world.planned_recordings)


def times_of(world: World, plans: Iterable[PlannedRecording]) -> tuple[RecordingTime, ...]:
    """Return the times of some plans from a week ago to four weeks from now, in order."""
    zone = world.settings.utc_offset_minutes
    return _times(tuple(plans), (world.now.wall_ms + zone * MINUTE_MS) // _DAY_MS, zone)


@lru_cache(maxsize=8)  # asked in every step, and they change once a day
def _times(plans: tuple[PlannedRecording, ...], today: int, zone_minutes: int) -> tuple[RecordingTime, ...]:
    found = []
    for one in plans:
        for start in _starts(one, today - DAYS_BEFORE, today + DAYS_AFTER):
            local = start.strftime(_LOCAL)
            if local not in one.given_up:
                begins_ms = ((start - _EPOCH) // timedelta(minutes=1) - zone_minutes) * MINUTE_MS
                ends_ms = begins_ms + one.minutes * MINUTE_MS
                found.append(RecordingTime(one, name_of(one.channel, local), local, begins_ms, ends_ms))
    return tuple(sorted(found, key=lambda one: (one.starts_ms, one.name)))


def ahead(world: World, plans: Iterable[PlannedRecording]) -> Iterator[RecordingTime]:
    """Yield the times of some plans that are neither over nor recorded."""
    now, done = world.now.wall_ms, world.recorded
    return (one for one in times_of(world, plans) if one.ends_ms > now and one.name not in done)


def due(world: World) -> RecordingTime | None:
    """Return the time that is to be recorded now and is not done: the first one."""
    if not is_known(world.now) or not world.planned_recordings:
        return None
    now = world.now.wall_ms
    return next((one for one in ahead(world, world.planned_recordings) if one.starts_ms <= now), None)


def missed(world: World) -> list[RecordingTime]:
    """Return the times that are over and of which no entry says what has become; only a trusted clock knows."""
    if world.now.trust != "trusted" or not world.planned_recordings:
        return []
    now = world.now.wall_ms
    return [one for one in times(world) if one.ends_ms <= now and one.name not in world.recorded]


def next_wall_ms(world: World) -> int | None:
    """Return when a time begins or ends next, in wall ms."""
    if not is_known(world.now) or not world.planned_recordings:
        return None
    edges = (edge for one in ahead(world, world.planned_recordings) for edge in (one.starts_ms, one.ends_ms))
    return min((edge for edge in edges if edge > world.now.wall_ms), default=None)


def session_then(world: World, time: RecordingTime) -> Occurrence | None:
    """Return the first session that takes place at a time of recording."""
    occurrences = world.generation.occurrences if world.generation else ()
    return next((one for one in occurrences if one.starts_ms < time.ends_ms and time.starts_ms < over_ms(one)), None)


def clash(world: World, wanted: Iterable[RecordingTime]) -> RecordingTime | None:
    """Return the first planned time that overlaps one of these."""
    others = list(ahead(world, world.planned_recordings))
    for one in wanted:
        for other in others:
            if one.starts_ms < other.ends_ms and other.starts_ms < one.ends_ms:
                return other
    return None


def is_on_then(world: World, channel: LiveChannel, time: RecordingTime) -> bool:
    """Return whether it is the channel's time when a recording begins."""
    at = replace(world.now, wall_ms=max(time.starts_ms, world.now.wall_ms))
    return not channel.times or windows.is_open(channel.times, at, world.settings.utc_offset_minutes)


def _starts(one: PlannedRecording, first: int, last: int) -> Iterator[datetime]:
    """Yield the starts from one day to another, counted from 1970, both included, in wall time."""
    start = datetime.strptime(one.starts, _LOCAL)  # noqa: DTZ007 - wall time
    while (day := (start - _EPOCH).days) <= last:
        if day >= first:
            yield start
        if one.repeat == "once":
            return
        start += timedelta(days=7)


# --- room


def bits_per_second(world: World, channel: str) -> int:
    """Return what a channel takes, as it was recorded here before; else what is usual."""
    before = [one for one in world.store.recordings.values() if one.channel == channel and one.length_ms]
    length_ms = sum(one.length_ms for one in before)
    return sum(one.bytes for one in before) * 8_000 // length_ms if length_ms else USUAL_BITS_PER_SECOND


def bytes_needed(world: World, channel: str, minutes: int) -> int:
    """Return how much room so many minutes of a channel take, as far as can be told."""
    return bits_per_second(world, channel) // 8 * minutes * 60


def may_spend(world: World, channel: LiveChannel) -> bool:
    """Return whether the month's allowance lets a channel be received; one by multicast costs nothing."""
    return not live_cost.is_over_line(channel) or limits.may_spend(world, "live")


# --- what is in the store


def grew(turn: Turn, event: RecordGrew) -> None:
    """Note how far a recording is; true whoever says so, so the last word of a worker that was stopped counts too."""
    store, running = turn.world.store, turn.world.recording
    known = store.recordings.get(event.recording)
    if known is None:
        if running is None or running.name != event.recording:
            return  # deleted meanwhile
        order = running.order
        known = StoredRecording(turn.world.box_id, order.channel, order.title, order.starts, order.minutes)
    parts = tuple(one for one in known.parts if one.number != event.part)
    part = RecordedPart(event.part, event.wall_ms, event.length_ms, event.bytes)
    more = part.bytes - sum(one.bytes for one in known.parts if one.number == event.part)
    changed = replace(known, parts=(*parts, part))
    turn.change(store=replace(
        store, recordings={**store.recordings, event.recording: changed},
        recordings_bytes=store.recordings_bytes + more, free_bytes=store.free_bytes - more,
    ))  # fmt: skip
    if store.free_bytes - more < min(0, store.free_bytes // STEP_BYTES * STEP_BYTES):
        transfers.forget_plan(turn)  # what nobody needs makes room, a good piece at a time


def seal(turn: Turn, time: RecordingTime, ended: RecordingEnd) -> None:
    """Owe the journal what has become of a recording; it is not begun again."""
    stored = turn.world.store.recordings.get(time.name)
    body = Recorded(
        plan=time.plan.plan, channel=time.plan.channel, title=time.plan.title, starts=time.starts,
        minutes=time.plan.minutes, length_ms=stored.length_ms if stored else 0,
        parts=len(stored.parts) if stored else 0, bytes=stored.bytes if stored else 0, ended=ended,
    )  # fmt: skip
    turn.change(recorded={**turn.world.recorded, time.name: result(body)})
    ledger.append(turn, body)


def delete(turn: Turn, wish: DeleteRecording) -> None:
    """Remove a recording because somebody says so, if nothing needs it."""
    why_not = needed_by(turn.world, wish.recording)
    if why_not or wish.recording not in turn.world.store.recordings:
        turn.say(why_not or _("本机已经没有这个录像"))
    else:
        turn.ask(RemoveRecording, recording=wish.recording)


def needed_by(world: World, recording: str) -> str:
    """Return why a recording cannot be deleted now, in words; empty if it can."""
    lessons = world.session.lessons if world.session else ()
    playing = world.playback.row.course if world.playback else ""
    if world.recording is not None and world.recording.name == recording:
        return _("正在录，不能删除")
    if recording == playing or recording in {one.course for one in lessons}:
        return _("正在放，不能删除")
    for one in world.generation.occurrences if world.generation else ():
        is_ahead = not is_known(world.now) or over_ms(one) > world.now.wall_ms
        if is_ahead and one.id not in world.done_sessions and recording in {item.course for item in one.items}:
            return _("集中学习“{title}”要用，不能删除").format(title=one.title)
    return ""


def deleted(turn: Turn, event: RecordingRemoved) -> None:
    """It is gone from the disk: say so, and for good."""
    turn.answered(event.effect)
    store = turn.world.store
    gone = store.recordings.get(event.recording)
    if event.error or gone is None:
        turn.say(_("删除没有成功，请再试一次"))
        return
    left = {name: one for name, one in store.recordings.items() if name != event.recording}
    taken = max(0, store.recordings_bytes - gone.bytes)
    turn.change(store=replace(store, recordings=left, recordings_bytes=taken, free_bytes=event.free_bytes))
    known = turn.world.recorded.get(event.recording)
    if known is not None:
        turn.change(recorded={**turn.world.recorded, event.recording: replace(known, deleted=True)})
    recorded.merge(turn)
    ledger.append(turn, RecordingDeleted(channel=gone.channel, starts=gone.starts))
    turn.say(_("已删除"))
