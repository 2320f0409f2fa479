"""The reception of a live channel: one worker, for whoever wants the channel, be it the picture, a recording, or both.

Theory: nothing here has a life of its own. `settle` looks at what is wanted (`world.live`, `world.recording`) and at
what the worker was told last, and makes the two agree: it starts a worker, tells it, or stops it. So a stream comes
over the line once, and a recording has no break when people switch the picture on or off. One channel is received at a
time; who begins something sees to that. A worker that has ended is started again after a growing wait.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists.documents import LiveChannel

from . import limits, months
from .live_cost import is_over_line
from .lives.channel import Reception
from .media_events import LiveFinished, LiveFlows, LiveServed, RecordStopped
from .turn import Turn
from .worker_effects import RecordChannel, RunLive, StopLive, TellLive
from .world import World

WAITS_MS: Final = (1_000, 2_000, 5_000, 10_000)
USED_UP: Final = "used-up"


def takes(turn: Turn, event: LiveServed | LiveFlows | LiveFinished | RecordStopped) -> bool:
    """Note what the worker says; return whether it is the one that runs."""
    reception = turn.world.reception
    if reception is None or event.effect != reception.worker:
        return False
    if isinstance(event, LiveServed):
        _change(turn, base=event.url, flows=True)
    elif isinstance(event, LiveFlows):
        months.spent(turn, event.spent)
        failures = 0 if event.flows else reception.failures
        _change(turn, flows=event.flows, kept_ms=event.kept_ms, failures=failures)
    elif isinstance(event, LiveFinished):
        months.spent(turn, event.spent)
        wait_ms = WAITS_MS[min(reception.failures, len(WAITS_MS) - 1)]
        retry = turn.now.monotonic_ms + wait_ms
        _change(turn, worker=0, base="", flows=False, failures=reception.failures + 1, retry_monotonic_ms=retry)
    return True


def settle(turn: Turn) -> None:
    """Receive what is wanted, and nothing else."""
    world, reception = turn.world, turn.world.reception
    channel, record = wanted(world), world.recording.order if world.recording else None
    if channel is None:
        _stop(turn)
    elif world.quitting:
        return  # the workers end with the run
    elif reception is None or reception.channel.url != channel.url:
        _stop(turn)
        _start(turn, channel, record)
    elif not reception.worker:
        if world.now.monotonic_ms >= reception.retry_monotonic_ms:
            _start(turn, channel, record)
    elif (reception.watched, reception.record) != (world.live is not None, record):
        turn.issue(TellLive, watched=world.live is not None, record=record)
        gone = {} if world.live else {"base": "", "kept_ms": 0}
        _change(turn, watched=world.live is not None, record=record, **gone)


def deadline(world: World) -> int | None:
    """Return when a worker is started again, in monotonic ms."""
    reception = world.reception
    return reception.retry_monotonic_ms if reception is not None and not reception.worker else None


def wanted(world: World) -> LiveChannel | None:
    """Return the channel that is to be received."""
    if world.recording is not None:
        return world.recording.channel
    return world.live.channel if world.live is not None else None


def needs_line(world: World) -> bool:
    """Return whether a channel comes over the box's own line, and not by multicast."""
    channel = wanted(world)
    return channel is not None and is_over_line(channel)


def _start(turn: Turn, channel: LiveChannel, record: RecordChannel | None) -> None:
    watched, before = turn.world.live is not None, turn.world.reception
    run = turn.issue(
        RunLive, url=channel.url, monthly_bytes=limits.monthly_bytes(turn.world), watched=watched, record=record
    )
    failures = before.failures if before is not None else 0
    turn.change(reception=Reception(channel, run.id, watched=watched, record=record, failures=failures))


def _stop(turn: Turn) -> None:
    if turn.world.reception is not None:
        if turn.world.reception.worker:
            turn.issue(StopLive)
        turn.change(reception=None)


def _change(turn: Turn, **fields: Any) -> None:
    assert turn.world.reception is not None
    turn.change(reception=replace(turn.world.reception, **fields))
