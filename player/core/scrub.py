"""The life of the comparison at rest: one worker reads what the store holds, so that rot is noticed before a session.

Theory: cards forget. Once a day, when nothing plays, no session is near and no fetch runs, the next part of the store
is read and compared, so that all of it has its turn about once a month. Whatever begins meanwhile ends the worker; it
goes on there another time. A bad chunk costs that chunk: its blob is partial again (`BlobSpoilt`), the plan brings it
anew, and the fault is told until it is whole, gone, or nobody wants it any more. What could not be shown is suspected:
it is read as soon as nothing plays, before anything is fetched, for the sector may be bad under it.

    RESTING ──idle and due, or suspects──► READING ──ScrubFinished, or something begins──► RESTING

What is on the screen is never read: nothing is while a worker runs. Called by `player.step` and `settle`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from playlists import sound_steps
from playlists.documents import Blob

from . import faults, quiet, schedule, transfers, troubles
from .effects import BlobAtRest, RunScrub, StopScrub
from .events import WokeUp
from .facts import GenerationFacts, StoredBlob
from .lives.workers import Scrub, ScrubState
from .schedule import MINUTE_MS
from .table import Row, Table, follow
from .turn import Turn
from .worker_events import BlobSpoilt, ScrubFinished
from .world import World

ROUND_DAYS: Final = 30
LEAST_BYTES: Final = 64 << 20  # so much a day even of a small store: not worth doing less
FIRST_MS: Final = 30 * MINUTE_MS
DAY_MS: Final = 24 * 60 * MINUTE_MS
AGAIN_MS: Final = 20 * MINUTE_MS  # after something has come between
BEFORE_SESSION_MS: Final = 60 * MINUTE_MS
_S = ScrubState


def follow_event(turn: Turn, event: object) -> None:
    """Take what the worker says, or look at the time."""
    follow(TABLE, turn.world.scrub.state, turn, event)


def deadline(world: World) -> int | None:
    """Return when the next part is due, in monotonic ms; None while other things must end first."""
    resting = world.scrub.state is _S.RESTING
    return world.scrub.next_monotonic_ms if resting and not world.scrub.suspects and _is_idle(world) else None


def next_wall_ms(world: World) -> int | None:
    """Return when a session comes so near that a running worker must end, in wall ms."""
    reading = world.scrub.state is _S.READING and not world.scrub.suspects
    return schedule.next_near_ms(world, BEFORE_SESSION_MS) if reading else None


# --- resting


def _look(turn: Turn, event: WokeUp) -> None:  # noqa: ARG001
    """Begin what is due."""
    world, scrub = turn.world, turn.world.scrub
    _forget_healed(turn)
    if quiet.for_suspects(world):
        if not world.transfers.run.effect:
            _begin(turn, scrub.suspects, None)
    elif turn.now.monotonic_ms >= scrub.next_monotonic_ms and _is_idle(world):
        blobs = tuple(sha for sha, blob in world.store.blobs.items() if blob.complete)
        stored_bytes = sum(blob.bytes_here for blob in world.store.blobs.values())
        if blobs:
            _begin(turn, blobs, max(LEAST_BYTES, stored_bytes // ROUND_DAYS))
        else:
            _change(turn, next_monotonic_ms=turn.now.monotonic_ms + AGAIN_MS)


def _begin(turn: Turn, blobs: Iterable[str], budget_bytes: int | None) -> None:
    known = _named(turn.world.generation) if turn.world.generation else {}
    asked = tuple(_at_rest(sha256, known.get(sha256)) for sha256 in blobs)
    effect = turn.ask(RunScrub, blobs=asked, budget_bytes=budget_bytes, day=_day(turn))
    _change(turn, state=_S.READING, effect=effect)


def _day(turn: Turn) -> str:
    """Return a name of the present day; of the boot's own while nobody knows which it is."""
    now, offset_ms = turn.now, turn.world.settings.utc_offset_minutes * MINUTE_MS
    if schedule.is_known(now):
        return str((now.wall_ms + offset_ms) // DAY_MS)
    return f"{now.boot}+{now.monotonic_ms // DAY_MS}"


# --- reading


def _watch(turn: Turn, event: WokeUp) -> None:  # noqa: ARG001
    """End the worker when something begins."""
    world = turn.world
    _forget_healed(turn)
    if not (quiet.for_suspects(world) or _is_idle(world)):
        stop(turn)


def stop(turn: Turn) -> None:
    """End a worker that runs, for something more important begins."""
    scrub = turn.world.scrub
    if scrub.state is _S.READING:
        turn.answered(scrub.effect)
        turn.issue(StopScrub)
        _change(turn, state=_S.RESTING, effect=0, next_monotonic_ms=turn.now.monotonic_ms + AGAIN_MS)


def _finished(turn: Turn, event: ScrubFinished) -> None:
    scrub = turn.world.scrub
    if event.effect != scrub.effect:
        return
    turn.answered(event.effect)
    wait_ms = AGAIN_MS if event.error else DAY_MS
    next_ms = scrub.next_monotonic_ms if scrub.suspects else turn.now.monotonic_ms + wait_ms
    _change(turn, state=_S.RESTING, effect=0, suspects=(), next_monotonic_ms=next_ms)


def _late(turn: Turn, event: ScrubFinished) -> None:
    """A worker that was stopped ends."""
    turn.answered(event.effect)


# --- what is bad


def _spoilt(turn: Turn, event: BlobSpoilt) -> None:
    """A blob is partial again; true whoever said it."""
    store = turn.world.store
    blobs = {**store.blobs, event.blob: StoredBlob(event.bytes_here, complete=False)}
    turn.change(store=replace(store, blobs=blobs))
    spoilt = turn.world.scrub.spoilt | {event.blob}
    _change(turn, spoilt=spoilt)
    troubles.show(turn, faults.BLOB_ALTERED, f"{len(spoilt)}")
    transfers.forget_plan(turn)


def _forget_healed(turn: Turn) -> None:
    """A blob that is whole again, gone, or that nobody wants any more is no fault."""
    world = turn.world
    if not world.scrub.spoilt:
        return
    left = frozenset(sha for sha in world.scrub.spoilt if _is_missed(world, sha))
    if left != world.scrub.spoilt:
        _change(turn, spoilt=left)
        troubles.set_active(turn, faults.BLOB_ALTERED, active=bool(left), detail=f"{len(left)}")


def _is_missed(world: World, sha256: str) -> bool:
    stored, plan = world.store.blobs.get(sha256), world.transfers
    if stored is None or stored.complete:
        return False
    return not plan.planned or sha256 in plan.wanted or any(blob.sha256 == sha256 for blob in plan.order)


# --- when, and what


def _is_idle(world: World) -> bool:
    """Return whether nothing is on, nothing is fetched, and no session is near."""
    busy = world.session or world.interrupted or world.transfers.run.effect or world.generation is None
    return not busy and quiet.is_quiet(world) and not schedule.is_near(world, BEFORE_SESSION_MS)


def _at_rest(sha256: str, known: Blob | None) -> BlobAtRest:
    return BlobAtRest(sha256, known.bytes, known.chunk_list) if known else BlobAtRest(sha256)


def _named(generation: GenerationFacts) -> dict[str, Blob]:
    """Return all blobs that documents name."""
    found = {blob.sha256: blob for blob in sound_steps.blobs(generation.sounds)}
    for course in generation.courses.values():
        films = [one.blob for lesson in course.lessons for one in lesson.renditions]
        texts = [one.blob for lesson in course.lessons for one in lesson.subtitles]
        for blob in (*films, *texts, *((course.poster,) if course.poster else ())):
            found[blob.sha256] = blob
    return found


def _change(turn: Turn, **fields: Any) -> Scrub:
    changed = replace(turn.world.scrub, **fields)
    turn.change(scrub=changed)
    return changed


def _rows(state: ScrubState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final = (WokeUp, BlobSpoilt, ScrubFinished)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.RESTING, _look, _spoilt, _late),
    **_rows(_S.READING, _watch, _spoilt, _finished),
}
