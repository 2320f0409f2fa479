"""Asking the county what is new: by its period, with a growing, scattered wait while it cannot be reached.

    idle ──time, SyncNow──► running ──SyncFinished──► idle; `generation.take` takes a new generation whole
                               │ bound meanwhile ──► running anew

The windows hold for this too. But without a plan nobody has said anything about windows, and a box that does
not know the time cannot keep them: it may ask. A failure changes nothing of what is in force: unreachable is
a line without lights, refused is bad data that was turned away. Both are only told.
"""

from __future__ import annotations

from msgspec.structs import replace

from . import faults, limits, line, months, own_sessions, troubles
from .backoff import asked_ms, backoff_ms, scattered_ms
from .lives.room import BindingState, StickState
from .lives.workers import WorkerRun
from .schedule import MINUTE_MS, is_known
from .turn import Turn
from .worker_effects import RunSync
from .worker_events import SyncFinished, SyncProgressed
from .world import World

FAILED_BASE_MS = 20_000
JUST_BOUND_BASE_MS, JUST_BOUND_CAP_MS = 5_000, MINUTE_MS  # the county is publishing our document: people look on
PATIENT_ASKS = 5  # a box that was just bound asks so often for its document before it fetches the menu without


def now(turn: Turn) -> None:
    """Ask as soon as may be."""
    turn.change(sync=replace(turn.world.sync, next_monotonic_ms=turn.now.monotonic_ms))


def anew(turn: Turn) -> None:
    """Ask at once, in the middle of a refresh too: what it brings first is no longer what matters.

    The worker is replaced, and goes on from what the one before has brought.
    """
    turn.answered(turn.world.sync.effect)
    turn.change(sync=WorkerRun(0, turn.now.monotonic_ms))


def by_stick(turn: Turn, folder: str) -> int:
    """Take the documents of a stick instead; return the effect. The line is asked again afterwards."""
    run = turn.world.sync
    turn.answered(run.effect)
    turn.change(sync=replace(run, effect=0))
    return turn.ask(RunSync, folder=folder, courses=own_sessions.courses(turn.world))


def settle(turn: Turn) -> None:
    """Ask when it is time."""
    world = turn.world
    run = world.sync
    if (
        run.effect
        or world.quitting
        or _is_at_a_stick(world)
        or turn.now.monotonic_ms < run.next_monotonic_ms
        or not may_ask(world)
    ):
        return
    within_ms = limits.open_for_ms(world) if limits.is_open(world) else None
    waits = _waits_for_document(world) and run.failures < PATIENT_ASKS
    monthly, paused_ms = limits.monthly_bytes(world), run.paused_ms(turn.now.monotonic_ms)
    effect = turn.ask(
        RunSync, within_ms=within_ms, monthly_bytes=monthly, for_document=waits, paused_ms=paused_ms,
        courses=own_sessions.courses(world),
    )  # fmt: skip
    turn.change(sync=replace(run, effect=effect))


def may_ask(world: World) -> bool:
    """Return whether the county may be asked now; it is not where none is set up."""
    if not world.settings.has_files and not world.settings.has_api:
        return False
    if world.generation is None or not is_known(world.now):
        return limits.may_spend(world, "documents")
    return limits.may_talk(world, "documents")


def progressed(turn: Turn, event: SyncProgressed) -> None:
    """Note how much has come."""
    line.files_came(turn)
    if event.percent:
        turn.change(sync=replace(turn.world.sync, percent=event.percent))


def finished(turn: Turn, event: SyncFinished) -> None:
    """Take what the county said, or say why it could not be heard."""
    turn.answered(event.effect)
    months.spent(turn, event.spent)
    before = 0 if event.moved else turn.world.sync.failures
    brought = event.generation is not None and event.generation.box is not None
    failures = before + 1 if event.error or (_waits_for_document(turn.world) and not brought) else 0
    refused = bool(event.error) and event.refused
    lost = not (refused or event.moved) and line.is_lost(event.error, event.fault, event.retry_after_s)
    base_ms = (line.LOST_BASE_MS if lost else FAILED_BASE_MS) if event.error else None
    wait, now = max(_wait_ms(turn, failures, base_ms), asked_ms(event.retry_after_s)), turn.now.monotonic_ms
    turn.change(sync=WorkerRun(0, now + wait, failures, event.error, now if event.error else 0, lost))
    troubles.set_active(turn, faults.UNTRUSTED_UPDATE, active=refused, detail=event.error)
    if event.error and not refused and event.fault not in faults.ON_THE_DISK:
        line.no_files(turn, event.error, event.fault or faults.NO_LINE)
    else:
        line.files_came(turn)


def deadline(world: World) -> int | None:
    """Return when to ask next, in monotonic ms."""
    waits = not world.sync.effect and not _is_at_a_stick(world)
    return world.sync.next_monotonic_ms if waits and may_ask(world) else None


def _is_at_a_stick(world: World) -> bool:
    return world.stick is not None and world.stick.state is StickState.TAKING


def _wait_ms(turn: Turn, failures: int, failed_base_ms: int | None) -> int:
    world = turn.world
    seed = f"{world.box_id}/sync"
    period = (world.generation.policy.refresh_minutes if world.generation else 60) * MINUTE_MS
    if failed_base_ms is not None:
        return backoff_ms(failures, base_ms=failed_base_ms, cap_ms=period, seed=f"{seed}/{turn.now.boot}")
    if failures:
        return backoff_ms(failures, base_ms=JUST_BOUND_BASE_MS, cap_ms=JUST_BOUND_CAP_MS, seed=seed)
    return scattered_ms(period, seed)


def _waits_for_document(world: World) -> bool:
    """Return whether the box was just bound and the county has not published its document yet."""
    box = world.generation.box if world.generation else None
    return world.binding.state is BindingState.BOUND and box is None
