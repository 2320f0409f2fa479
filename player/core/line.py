"""What stands between the box and the county: how people are told of it, and when it is worth to ask again.

Three ways lead there, and each may know more than the others: published files (sync) come from anywhere, a
mirror too; uploads and binding speak with the county itself. So files that come prove the line and nothing
more, and only the county's own good answer takes back that it refuses this box.

    no line (L01)       nobody could be reached: said by sync alone, which asks regularly
    log-in first (L02)  a web page came instead of data
    refused (X01)       the county understood and said no: a box that is stopped, a key it does not know

A worker is a process, and too dear to be started again and again on a line that is dead. So a run that reached
nobody is `lost`: it tries again by itself only after minutes, and meanwhile the line is watched (`WatchLine`), which
costs next to nothing; once somebody takes a call, all that is lost tries again. What fails all the same was a false
alarm, and the next is believed later.

    well ──a run is lost──► watched ──LineBack──► tried again ──a good answer──► well
                               ▲──────────lost again, later believed──┘
"""

from __future__ import annotations

from msgspec.structs import replace

from . import limits, troubles
from .backoff import backoff_ms
from .faults import COUNTY_REFUSES, NO_LINE, WRONG_ANSWER
from .lives.workers import LineWatch, WorkerRun
from .schedule import MINUTE_MS, is_known
from .turn import Turn
from .worker_effects import LeaveLine, WatchLine
from .worker_events import LineBack
from .world import World

BELIEVED_BASE_MS, BELIEVED_CAP_MS = 1_000, 10 * MINUTE_MS
LOST_BASE_MS = 2 * MINUTE_MS  # how soon a lost run tries again by itself, at first


def is_lost(error: str, fault: str, retry_after_s: float | None) -> bool:
    """Return whether a run failed because nobody could be reached, as far as it knows."""
    return bool(error) and not fault and retry_after_s is None


def files_came(turn: Turn) -> None:
    """Published files came, good or bad."""
    well(turn)
    for code in (NO_LINE, WRONG_ANSWER):
        troubles.clear(turn, code)


def no_files(turn: Turn, error: str, fault: str) -> None:
    """No published files came; ``fault`` is why."""
    for code in (NO_LINE, WRONG_ANSWER):
        troubles.set_active(turn, code, active=code == fault, detail=error)


def county_answered(turn: Turn) -> None:
    """The county itself did what it was asked."""
    well(turn)
    for code in (NO_LINE, WRONG_ANSWER, COUNTY_REFUSES):
        troubles.clear(turn, code)


def county_failed(turn: Turn, error: str, fault: str) -> None:
    """The county itself did not; of a line that is merely down `no_files` tells."""
    if fault:
        troubles.show(turn, fault, error)


def well(turn: Turn) -> None:
    """Something came over the line: what is lost may try again soon."""
    if turn.world.line.false_alarms:
        turn.change(line=replace(turn.world.line, false_alarms=0))
    _hurry(turn, BELIEVED_BASE_MS)
    _forget_pauses(turn)


def back(turn: Turn, event: LineBack) -> None:
    """Somebody takes a call."""
    turn.answered(event.effect)
    alarms = turn.world.line.false_alarms + 1
    turn.change(line=LineWatch(0, alarms))
    seed = f"{turn.world.box_id}/line/{turn.now.boot}"
    _hurry(turn, backoff_ms(alarms, base_ms=BELIEVED_BASE_MS, cap_ms=BELIEVED_CAP_MS, seed=seed))


def settle(turn: Turn) -> None:
    """Have the line watched while something is lost and it might be used; else leave it."""
    if not _may_use(turn.world):
        _forget_pauses(turn)
    world, watch = turn.world, turn.world.line
    wanted = any(run.lost for run in _runs(world).values()) and _may_use(world)
    if wanted and not watch.effect:
        turn.change(line=replace(watch, effect=turn.ask(WatchLine)))
    elif not wanted and watch.effect:
        turn.answered(watch.effect)
        turn.issue(LeaveLine)
        turn.change(line=replace(turn.world.line, effect=0))


def _may_use(world: World) -> bool:
    free = world.generation is None or not is_known(world.now)
    return not world.quitting and (free or limits.is_open(world))


def _hurry(turn: Turn, wait_ms: int) -> None:
    """Let all that is lost try again after a moment."""
    at = turn.now.monotonic_ms + wait_ms
    for name, run in _runs(turn.world).items():
        if run.lost:
            _put(turn, name, replace(run, lost=False, next_monotonic_ms=min(run.next_monotonic_ms, at)))


def _forget_pauses(turn: Turn) -> None:
    """Let the time since the last failures not count as a dead line: the line is well, or nobody tries it."""
    for name, run in _runs(turn.world).items():
        if run.failed_monotonic_ms:
            _put(turn, name, replace(run, failed_monotonic_ms=0))


def _runs(world: World) -> dict[str, WorkerRun]:
    return {"sync": world.sync, "enrol": world.enrol, "outbox": world.outbox.run, "transfers": world.transfers.run}


def _put(turn: Turn, name: str, run: WorkerRun) -> None:
    if name == "outbox":
        turn.change(outbox=replace(turn.world.outbox, run=run))
    elif name == "transfers":
        turn.change(transfers=replace(turn.world.transfers, run=run))
    else:
        turn.change(**{name: run})
