"""The recording that is under way: begun at its time, whatever is on the screen, and ended with what it has.

Theory: `recordings.due` says what is to be recorded now; nothing is armed, so a clock that is set needs no repair, and
after a power cut the same recording simply is due again and goes on as another part. The worker (`reception`) writes it
while it receives; nothing of it passes through here. A lost signal is waited for until the end. It ends at its time,
when people stop it, when the disk or the month's allowance takes no more, and when the county stops the channel; an
entry says how, and how much there is. A channel that people watch gives way to another that is to be recorded.

    STARTING ──RecordGrew──► RUNNING ◄──RecordGrew──► LOST (no bytes, or the worker ended)
        └───────────── end: time, people, disk, allowance, county ──────┴──► sealed, gone
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from playlists.entries import RecordingEnd

from . import live, recorded, recordings, transfers
from .actions import StopRecording
from .facts import PlannedRecording
from .faults import DISK_FULL
from .language import _
from .lives.channel import RecordingState, RunningRecording
from .media_events import LiveFinished, LiveFlows, RecordGrew, RecordStopped
from .reception import USED_UP
from .recordings import RecordingTime
from .schedule import is_known
from .table import Table, follow, nothing
from .turn import Turn
from .worker_effects import RecordChannel
from .world import World

_S = RecordingState


def follow_event(turn: Turn, event: object) -> None:
    """Take an event, or a person's wish, if something is being recorded that it can mean."""
    running = turn.world.recording
    if running is None or (isinstance(event, RecordGrew | RecordStopped) and event.recording != running.name):
        return
    follow(TABLE, running.state, turn, event)


def settle(turn: Turn) -> None:
    """Begin what is due, end what is over, and say what was missed."""
    world, running = turn.world, turn.world.recording
    if world.quitting or world.generation is None or world.generation.partial:
        return  # it goes on after the next start, or nobody knows yet which channels there are
    if running is not None:
        time = _time(world, running)
        if recordings.channel_of(world, running.channel.id) is None:
            _end(turn, "taken-off", _("“{channel}”已停播，录制停了"))
        elif time is None:  # given up
            _end(turn, "stopped")
        elif world.now.wall_ms >= running.ends_ms:
            _end(turn, "complete")
        elif is_known(world.now) and world.now.wall_ms < time.starts_ms:
            _leave(turn)  # the clock was ahead: its time is yet to come
    if turn.world.recording is None:
        for time in recordings.missed(turn.world):
            recordings.seal(turn, time, "missed")
        due = recordings.due(turn.world)
        if due is not None:
            _begin(turn, due)


def is_running(world: World, recording: str) -> bool:
    """Return whether this is being recorded."""
    return world.recording is not None and world.recording.name == recording


def next_wall_ms(world: World) -> int | None:
    """Return when something begins or ends, in wall ms."""
    running = world.recording.ends_ms if world.recording is not None else None
    coming = recordings.next_wall_ms(world)
    return min((one for one in (running, coming) if one is not None), default=None)


def _time(world: World, running: RunningRecording) -> RecordingTime | None:
    plans = (one for one in world.planned_recordings if one.plan == running.plan)
    return next((one for one in recordings.times_of(world, plans) if one.name == running.name), None)


def _begin(turn: Turn, due: RecordingTime) -> None:
    channel = recordings.channel_of(turn.world, due.plan.channel)
    if channel is None:
        recordings.seal(turn, due, "taken-off")
        return
    if not recordings.may_spend(turn.world, channel):
        recordings.seal(turn, due, "used-up")
        turn.say(_("这个月的流量已经用完，没有录“{channel}”").format(channel=channel.name), 10_000)
        return
    if turn.world.live is not None and turn.world.live.channel.id != channel.id:
        words = _("到时间录“{channel}”，一次只能收一个频道，直播停了").format(channel=channel.name)
        live.end(turn, "stopped", words)
    room = max(0, transfers.room_bytes(turn.world))
    order = RecordChannel(channel.id, channel.name, due.starts, due.plan.minutes, room)
    turn.change(recording=RunningRecording(due.plan.plan, due.name, _S.STARTING, channel, order, due.ends_ms))
    recorded.merge(turn)


def _end(turn: Turn, ended: RecordingEnd, words: str = "") -> None:
    """Seal it with what it has; ``words`` with the channel's name say why."""
    running = turn.world.recording
    assert running is not None
    order = running.order
    plan = PlannedRecording(running.plan, order.channel, order.title, order.starts, order.minutes, "once")
    ends_ms = running.ends_ms
    _leave(turn)
    recordings.seal(turn, RecordingTime(plan, running.name, order.starts, ends_ms, ends_ms), ended)
    recorded.merge(turn)
    if words:
        turn.say(words.format(channel=order.title), 10_000)


def _leave(turn: Turn) -> None:
    turn.change(recording=None)


def _change(turn: Turn, state: RecordingState) -> None:
    assert turn.world.recording is not None
    turn.change(recording=replace(turn.world.recording, state=state))


def _grew(turn: Turn, event: RecordGrew) -> None:  # noqa: ARG001 - `recordings.grew` has noted it
    _change(turn, _S.RUNNING)


def _flows(turn: Turn, event: LiveFlows) -> None:
    if not event.flows:
        _change(turn, _S.LOST)


def _worker_ended(turn: Turn, event: LiveFinished) -> None:
    if event.error == USED_UP:
        _end(turn, "used-up", _("这个月的流量已经用完，“{channel}”只录到这里"))
    else:
        _change(turn, _S.LOST)


def _stopped(turn: Turn, event: RecordStopped) -> None:
    if event.fault == DISK_FULL:
        _end(turn, "full", _("存储空间不够了，“{channel}”只录到这里"))
    else:
        _end(turn, "failed", _("存储卡写不进去，“{channel}”只录到这里"))


def _stop(turn: Turn, wish: StopRecording) -> None:  # noqa: ARG001
    _end(turn, "stopped", _("“{channel}”不录了，已录的留着"))


def _rows(state: RecordingState, *rows: Callable[[Turn, Any], None]) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final = (RecordGrew, RecordStopped, LiveFlows, LiveFinished, StopRecording)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.STARTING, _grew, _stopped, nothing, _worker_ended, _stop),
    **_rows(_S.RUNNING, _grew, _stopped, _flows, _worker_ended, _stop),
    **_rows(_S.LOST, _grew, _stopped, nothing, _worker_ended, _stop),
}
