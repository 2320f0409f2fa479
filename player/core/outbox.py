"""The way up: entries wait in the journal until the county durably holds them.

Theory: nothing is ever taken out of the journal. An upload runs when entries wait and its time has come:
soon after a sign-off or a receipt (`hurry`), else by the county's period; after a failure with a growing,
scattered wait, never before the county's ``Retry-After`` unless somebody at the box asks; and never outside
the windows. Each answer names the county's durable head, also when it went back (a county restored from
backup): the box sends from there.

    idle ──entries wait, time has come──► running ──UploadFinished──► idle (later, or soon again)
"""

from __future__ import annotations

from msgspec.structs import replace

from . import limits, line, months
from .backoff import asked_ms, backoff_ms, scattered_ms
from .lives.room import BindingState
from .lives.workers import WorkerRun
from .schedule import MINUTE_MS
from .turn import Turn
from .worker_effects import RunUpload
from .worker_events import UploadFinished
from .world import World

SOON_MS = 5_000
FAILED_BASE_MS, FAILED_CAP_MS = 30_000, 60 * MINUTE_MS


def hurry(turn: Turn) -> None:
    """Something is in the journal that people wait for: send it soon, unless the line is failing."""
    run = turn.world.outbox.run
    if not run.failures:
        soon = min(run.next_monotonic_ms, turn.now.monotonic_ms + SOON_MS)
        _run(turn, replace(run, next_monotonic_ms=max(soon, turn.now.monotonic_ms + SOON_MS)))


def now(turn: Turn) -> None:
    """Somebody stands before the box and asks: send as soon as may be, also while the line was failing."""
    _run(turn, replace(turn.world.outbox.run, next_monotonic_ms=turn.now.monotonic_ms))


def is_waiting(world: World) -> bool:
    """Return whether the county lacks entries and can be told."""
    bound = world.binding.state in (BindingState.BOUND, BindingState.REVOKED)
    return bound and world.outbox.head > world.outbox.acknowledged


def settle(turn: Turn) -> None:
    """Send when it is time."""
    world = turn.world
    run = world.outbox.run
    if run.effect or world.quitting or not is_waiting(world) or turn.now.monotonic_ms < run.next_monotonic_ms:
        return
    if is_open(world):
        terms = {"within_ms": limits.open_for_ms(world), "monthly_bytes": limits.monthly_bytes(world)}
        _run(turn, replace(run, effect=turn.ask(RunUpload, **terms)))


def is_open(world: World) -> bool:
    """Return whether the line may be used for this; a box that does not know the time asks for it by `sync`."""
    return world.settings.has_api and limits.may_talk(world, "journal")


def finished(turn: Turn, event: UploadFinished) -> None:
    """Believe the county's head, and decide when to come again."""
    run, now = turn.world.outbox.run, turn.now.monotonic_ms
    turn.answered(event.effect)
    months.spent(turn, event.spent)
    if event.error:
        failures = run.failures + 1
        seed = f"{turn.world.box_id}/upload/{turn.now.boot}"
        lost = line.is_lost(event.error, event.fault, event.retry_after_s)
        base_ms = line.LOST_BASE_MS if lost else FAILED_BASE_MS
        wait = backoff_ms(failures, base_ms=base_ms, cap_ms=FAILED_CAP_MS, seed=seed)
        wait += asked_ms(event.retry_after_s)  # all boxes are asked the same: scattered from there on
        reached = max(turn.world.outbox.acknowledged, event.head)  # what went up before it failed
        turn.change(outbox=replace(turn.world.outbox, acknowledged=reached))
        _run(turn, WorkerRun(0, now + wait, failures, event.error, now, lost))
        line.county_failed(turn, event.error, event.fault)
        return
    line.county_answered(turn)
    period = turn.world.generation.policy.upload_minutes if turn.world.generation else 15
    turn.change(outbox=replace(turn.world.outbox, acknowledged=event.head))
    _run(turn, WorkerRun(0, now + scattered_ms(period * MINUTE_MS, f"{turn.world.box_id}/upload")))


def to_carry(world: World) -> int:
    """Return how many entries a stick should take to the county: none where the line brings them."""
    run = world.outbox.run
    by_line = world.settings.has_api and not run.failures
    return world.outbox.head - world.outbox.acknowledged if is_waiting(world) and not by_line else 0


def heard(turn: Turn, head: int) -> None:
    """A stick has brought how much of the journal the county holds."""
    turn.change(outbox=replace(turn.world.outbox, acknowledged=head))


def deadline(world: World) -> int | None:
    """Return when to send next, in monotonic ms."""
    run = world.outbox.run
    return run.next_monotonic_ms if not run.effect and is_waiting(world) and is_open(world) else None


def _run(turn: Turn, run: WorkerRun) -> None:
    turn.change(outbox=replace(turn.world.outbox, run=run))
