"""The way down: what the planner wants, brought by one fetch worker inside the windows and under the caps.

Theory: the plan is made again when something it rests on has changed (`forget_plan`), and once an hour while
something is still to be fetched, for a line that brings less than was expected changes what can be had. A
run of the worker that brought nothing changes nothing. A running worker is left alone while what it still
has to bring is how the new plan begins; else it is replaced. Room is made first and reported (`Evicted`)
before anything is fetched into it; a worker is ended before what it may be writing is removed. Room that is
less than none, for others fill the disk, is made at any time. A disk that is full all the same, or that lets
nothing be removed, stops the line, is told, and is tried again after a long wait or an eviction.

    closed ◄─window─► idle ──plan──► evicting ──Evicted──► running ──FetchFinished──► idle (or waiting after
    a failure)
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from msgspec.structs import replace

from . import faults, limits, line, months, planner, quiet, readiness, reception, troubles
from .backoff import asked_ms, backoff_ms
from .basis import basis, in_use
from .effects import EvictBlobs
from .facts import StoredBlob
from .forecast import LineHistory
from .lives.room import StickState
from .lives.workers import Transfers, WorkerRun
from .planner import FetchPlan
from .schedule import MINUTE_MS
from .turn import Turn
from .worker_effects import RunFetch, StopFetch, WantedBlob
from .worker_events import Evicted, FetchFinished, FetchProgressed, RoomMeasured
from .world import World

FAILED_BASE_MS, FAILED_CAP_MS = 5_000, 10 * MINUTE_MS
DISK_FULL_MS = 60 * MINUTE_MS
PLAN_HOLDS_MS = 60 * MINUTE_MS
OUTLOOK_HOLDS_MS = 6 * 60 * MINUTE_MS


def forget_plan(turn: Turn) -> None:
    """Something the plan rests on has changed."""
    _change(turn, planned=False, stuck=False)


def settle(turn: Turn) -> None:
    """Bring plan and worker together."""
    world = turn.world
    if world.generation is None or world.quitting:
        return
    if _is_copying(world):
        return  # the stick has disk and worker for itself
    if not _may_fetch(world):
        _stop(turn)  # also while room is made
    if world.transfers.evicting:
        return
    if quiet.for_suspects(world):
        _stop(turn)  # they are read first: what is bad of them is to come again
        return
    if world.transfers.stuck and world.now.monotonic_ms >= world.transfers.run.next_monotonic_ms:
        forget_plan(turn)
    if not _plan_holds(turn.world):
        _plan(turn)
    if turn.world.transfers.evict:
        _make_room(turn)
    elif _may_fetch(turn.world):
        _run(turn)


def pause(turn: Turn) -> None:
    """Let go of the line's worker: something else needs it."""
    _stop(turn)


def remove(turn: Turn, blobs: tuple[str, ...]) -> None:
    """Remove blobs because somebody says so; nothing may be on its way out already."""
    if not all(_is_complete(turn.world, sha) for sha in blobs):
        _stop(turn)
    _change(turn, evict=(), evicting=turn.ask(EvictBlobs, blobs=blobs))


def room_bytes(world: World) -> int:
    """Return how much could be written here if all gave way that no session, order or person needs."""
    spare = planner.spare_bytes(basis(world)) if world.generation is not None else 0
    return world.store.free_bytes + spare


def deadline(world: World) -> int | None:
    """Return when a failed fetch is tried again or a plan is too old, in monotonic ms."""
    transfers = world.transfers
    if world.generation is None or transfers.evicting or _is_copying(world) or quiet.for_suspects(world):
        return None
    ends_ms = transfers.plan_ends_monotonic_ms
    waiting = not transfers.run.effect and (bool(transfers.order) or transfers.stuck) and _may_fetch(world)
    if not waiting:
        return ends_ms
    return transfers.run.next_monotonic_ms if ends_ms is None else min(transfers.run.next_monotonic_ms, ends_ms)


def next_wall_ms(world: World) -> int | None:
    """Return when a window opens or closes, in wall ms."""
    return limits.next_change_ms(world)


# --- answers


def progressed(turn: Turn, event: FetchProgressed) -> None:
    """Note what has come; true whoever brought it, so a replaced worker's word counts too."""
    world, old = turn.world, turn.world.store.blobs.get(event.blob)
    more = max(0, event.bytes_here - (old.bytes_here if old else 0))
    complete = event.complete or (old is not None and old.complete)
    blobs = {**world.store.blobs, event.blob: StoredBlob(event.bytes_here, complete)}
    turn.change(store=replace(world.store, blobs=blobs))
    _set_room(turn, event.free_bytes)
    _learn(turn, event.line)
    months.spent(turn, event.spent)
    _change(turn, fetched_bytes=world.transfers.fetched_bytes + more, moving=world.transfers.moving or more > 0)
    if more:
        line.well(turn)


def finished(turn: Turn, event: FetchFinished) -> None:
    """See whether all has come; else wait a while, and only a moment if the line has brought something.

    One that was cut off while it brought something goes on at once: nothing is wrong with the line.
    """
    turn.answered(event.effect)
    months.spent(turn, event.spent)
    _learn(turn, event.line)
    world = turn.world
    troubles.set_active(turn, faults.DISK_FULL, active=event.disk_full, detail=event.error)
    missing = [sha for sha in world.transfers.wanted if not _is_complete(world, sha)]
    before = 0 if world.transfers.moving else world.transfers.run.failures
    failures = before + 1 if event.error or missing else 0
    lost = event.lost and not world.transfers.moving
    wait, now = 0, turn.now.monotonic_ms
    if failures and not (event.cut_off and world.transfers.moving):
        seed = f"{world.box_id}/fetch/{turn.now.boot}"
        base_ms = line.LOST_BASE_MS if lost else FAILED_BASE_MS
        wait = backoff_ms(failures, base_ms=base_ms, cap_ms=FAILED_CAP_MS, seed=seed)
        wait = max(wait, asked_ms(event.retry_after_s), DISK_FULL_MS if event.disk_full else 0)
    run = WorkerRun(0, now + wait, failures, event.error, now, lost)
    holds = world.transfers.planned and not world.transfers.moving and bool(missing)
    _change(turn, run=run, wanted=(), planned=holds)


def evicted(turn: Turn, event: Evicted) -> None:
    """Room has been made; or not, and asking again at once would only wear the disk out."""
    turn.answered(event.effect)
    store, run = turn.world.store, turn.world.transfers.run
    if not event.blobs:
        run = replace(run, next_monotonic_ms=turn.now.monotonic_ms + DISK_FULL_MS)
        _change(turn, evicting=0, order=(), evict=(), planned=True, stuck=True, run=run)
        return
    gone = set(event.blobs)
    blobs = {sha: blob for sha, blob in store.blobs.items() if sha not in gone}
    turn.change(store=replace(store, blobs=blobs))
    after_full = faults.DISK_FULL in turn.world.faults
    _set_room(turn, event.free_bytes)
    run = replace(run, next_monotonic_ms=turn.now.monotonic_ms) if after_full else run
    _change(turn, evicting=0, planned=False, run=run)


def measured(turn: Turn, event: RoomMeasured) -> None:
    """Others write on the disk too: what they take of the reserve, the store gives back."""
    short_before = turn.world.store.free_bytes < 0
    turn.change(store=replace(turn.world.store, recordings_bytes=event.recordings_bytes))
    _set_room(turn, event.free_bytes)
    if short_before or event.free_bytes < 0:
        forget_plan(turn)


def _learn(turn: Turn, history: LineHistory | None) -> None:
    """Note what the line has brought by now: the next plan is made from it, though this run may never end by itself."""
    if history is not None:
        turn.change(store=replace(turn.world.store, line=history))


def _set_room(turn: Turn, free_bytes: int) -> None:
    """Note the room; a disk that is fuller than it may be is told as long as it is."""
    short_before = turn.world.store.free_bytes < 0
    turn.change(store=replace(turn.world.store, free_bytes=free_bytes))
    if free_bytes < 0:
        troubles.show(turn, faults.DISK_FULL, f"{-free_bytes >> 20} MiB too many")
    elif short_before:
        troubles.clear(turn, faults.DISK_FULL)


# --- plan and worker


def _plan(turn: Turn) -> None:
    world = turn.world
    fetch = planner.plan(basis(world))
    stuck = world.transfers.stuck
    _change(
        turn, order=() if stuck else fetch.wanted, evict=() if stuck else fetch.evict, outlooks=fetch.outlooks,
        planned=True, plan_ends_monotonic_ms=_ends_ms(world, fetch),
    )  # fmt: skip
    readiness.tell(turn)


def _plan_holds(world: World) -> bool:
    """Return whether nothing has changed that the plan rests on, and nobody watches what it would evict."""
    transfers, ends_ms = world.transfers, world.transfers.plan_ends_monotonic_ms
    in_time = ends_ms is None or world.now.monotonic_ms < ends_ms
    return transfers.planned and in_time and not (transfers.evict and in_use(world).intersection(transfers.evict))


def _ends_ms(world: World, fetch: FetchPlan) -> int | None:
    """Return until when a plan holds by itself, in monotonic ms; None while all is here."""
    if fetch.wanted:
        return world.now.monotonic_ms + PLAN_HOLDS_MS
    awaited = not all(one.is_ready(world.store) for one in fetch.outlooks.values())
    return world.now.monotonic_ms + OUTLOOK_HOLDS_MS if awaited else None


def _make_room(turn: Turn) -> None:
    """Evict what the plan says, if the line may be used to fill the room; else no more than others need now."""
    world, evict = turn.world, turn.world.transfers.evict
    if not _may_fetch(world):
        evict = _until_free(world, evict)
    if evict:
        if not all(_is_complete(world, sha) for sha in evict):
            _stop(turn)
        _change(turn, evict=(), evicting=turn.ask(EvictBlobs, blobs=evict))


def _until_free(world: World, evict: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first of these that together give back what the store takes too much."""
    free = accumulate((world.store.blobs[sha].bytes_here for sha in evict), initial=world.store.free_bytes)
    return tuple(sha for sha, before in zip(evict, free, strict=False) if before < 0)


def _run(turn: Turn) -> None:
    transfers = turn.world.transfers
    order = tuple(blob for blob in transfers.order if _may_come(turn.world, blob))
    if len(order) < len(transfers.order):
        transfers = _change(turn, order=order)
    if transfers.run.effect:
        under_way = tuple(sha for sha in transfers.wanted if not _is_complete(turn.world, sha))
        if under_way == tuple(blob.sha256 for blob in order[: len(under_way)]):
            return
    if not order:
        _stop(turn)
    elif turn.now.monotonic_ms >= transfers.run.next_monotonic_ms:
        turn.answered(transfers.run.effect)
        caps = {
            "bits_per_second": limits.bits_per_second(turn.world),
            "monthly_bytes": limits.monthly_bytes(turn.world),
            "paused_ms": transfers.run.paused_ms(turn.now.monotonic_ms),
        }
        effect = turn.ask(RunFetch, blobs=order, **caps)
        wanted = tuple(blob.sha256 for blob in order)
        _change(turn, run=replace(transfers.run, effect=effect), wanted=wanted, moving=False)


def _stop(turn: Turn) -> None:
    transfers = turn.world.transfers
    if transfers.run.effect:
        turn.answered(transfers.run.effect)
        turn.issue(StopFetch)
        _change(turn, run=replace(transfers.run, effect=0), wanted=(), planned=False)


def _is_copying(world: World) -> bool:
    return world.stick is not None and world.stick.state is StickState.COPYING


def _may_fetch(world: World) -> bool:
    box = world.generation.box if world.generation else None
    allowed = world.settings.has_files and not (box and box.revoked) and limits.is_open(world)
    return allowed and not _gives_way(world)


def _gives_way(world: World) -> bool:
    """Return whether people watch what comes over the same line, and no session waits for what is to be fetched."""
    return reception.needs_line(world) and not any(blob.purpose == "session" for blob in world.transfers.order)


def _may_come(world: World, blob: WantedBlob) -> bool:
    return not _is_complete(world, blob.sha256) and limits.may_spend(world, blob.purpose)


def _is_complete(world: World, sha256: str) -> bool:
    stored = world.store.blobs.get(sha256)
    return stored is not None and stored.complete


def _change(turn: Turn, **fields: Any) -> Transfers:
    changed = replace(turn.world.transfers, **fields)
    turn.change(transfers=changed)
    return changed
