"""Asking the county what is new: by its period, with a growing, scattered wait while it cannot be reached.

    idle ──time, SyncNow──► running ──SyncFinished──► idle; `generation.take` takes a new generation whole

A failure changes nothing of what is in force: unreachable is a line without lights, refused is bad data
that was turned away. Both are only told.
"""

from __future__ import annotations

from msgspec.structs import replace

from . import faults, line, troubles
from .backoff import backoff_ms
from .effects import RunSync
from .events import SyncFinished
from .schedule import MINUTE_MS
from .turn import Turn
from .world import BindingState, WorkerRun, World

FAILED_BASE_MS = 20_000
JUST_BOUND_MS = 5_000  # the county is publishing our document: people look at the screen


def now(turn: Turn) -> None:
    """Ask as soon as may be."""
    turn.change(sync=replace(turn.world.sync, next_monotonic_ms=turn.now.monotonic_ms))


def settle(turn: Turn) -> None:
    """Ask when it is time."""
    run = turn.world.sync
    if not run.effect and not turn.world.quitting and turn.now.monotonic_ms >= run.next_monotonic_ms:
        turn.change(sync=replace(run, effect=turn.ask(RunSync)))


def finished(turn: Turn, event: SyncFinished) -> None:
    """Take what the county said, or say why it could not be heard."""
    turn.answered(event.effect)
    failures = turn.world.sync.failures + 1 if event.error else 0
    wait = _period_ms(turn.world)
    if failures:
        seed = f"{turn.world.box_id}/sync/{turn.now.boot}"
        wait = backoff_ms(failures, base_ms=FAILED_BASE_MS, cap_ms=wait, seed=seed)
    turn.change(sync=WorkerRun(0, turn.now.monotonic_ms + wait, failures, event.error))
    refused = bool(event.error) and event.refused
    troubles.set_active(turn, faults.UNTRUSTED_UPDATE, active=refused, detail=event.error)
    if event.error and not refused:
        line.no_files(turn, event.error, event.fault or faults.NO_LINE)
    else:
        line.files_came(turn)


def deadline(world: World) -> int | None:
    """Return when to ask next, in monotonic ms."""
    return None if world.sync.effect else world.sync.next_monotonic_ms


def _period_ms(world: World) -> int:
    box = world.generation.box if world.generation else None
    if world.binding.state is BindingState.BOUND and box is None:
        return JUST_BOUND_MS
    return (world.generation.policy.refresh_minutes if world.generation else 60) * MINUTE_MS
