"""The life of a stick that was put in (U 盘): what is on it for this box, copied when somebody says so.

Theory: a stick is a source like any other. Only films that an accepted document names are taken, and every chunk is
compared with what that document says, so a stick brings nothing that the county has not signed. What coming sessions
show goes first, then the newest; what does not fit is left out and said. While it is copied nothing else is fetched.
A stick that is pulled out too early costs nothing but time: what has come stays, and goes on when it is put in again.

    none ──StickPut──► OFFERED ──CopyStick──► COPYING ──FetchFinished──► DONE ──CloseStick, StickGone──► none
                          │ StickGone, CloseStick    │ StickGone
                          ▼                          ▼
                         none                      PULLED ──StickPut──► OFFERED

Its page comes by itself unless something is on, and then as soon as that has ended. Called by `player.step`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec.structs import replace

from playlists.chunks import chunk_list_bytes
from playlists.documents import Course, Lesson, Rendition

from . import lessons, transfers
from .actions import CloseStick, CopyStick
from .effects import RunFetch, StopFetch, WantedBlob
from .events import FetchFinished, StickGone, StickPut
from .language import _
from .quiet import is_busy
from .screens_shown import StickScreen
from .table import Row, Table, follow, nothing
from .turn import Turn
from .world import Stick, StickState, World

_S = StickState


def follow_event(turn: Turn, event: object) -> None:
    """Take what happened to a stick, or what somebody wants with it."""
    stick = turn.world.stick
    if stick is None:
        if isinstance(event, StickPut):
            _put(turn, event)
    elif not (isinstance(event, StickGone) and event.folder != stick.folder):
        follow(TABLE, stick.state, turn, event)


def is_its(world: World, event: FetchFinished) -> bool:
    """Return whether a fetch that has ended was the copying."""
    return world.stick is not None and bool(world.stick.effect) and event.effect == world.stick.effect


def is_copying(world: World) -> bool:
    """Return whether the stick is read now."""
    return world.stick is not None and world.stick.state is _S.COPYING


def settle(turn: Turn) -> None:
    """Show its page once, as soon as nothing else is on."""
    stick = turn.world.stick
    if stick is not None and not stick.shown and not is_busy(turn.world) and turn.world.playback is None:
        turn.change(stick=replace(stick, shown=True), touched_monotonic_ms=turn.now.monotonic_ms)
        _close_page(turn)
        turn.change(screens=(*turn.world.screens, StickScreen()))


def left(world: World) -> tuple[WantedBlob, ...]:
    """Return what of the stick has not come yet."""
    wanted = world.stick.wanted if world.stick else ()
    return tuple(blob for blob in wanted if not _is_complete(world, blob.sha256))


def came_bytes(world: World) -> int:
    """Return how much of the stick has come."""
    stored = world.store.blobs
    return sum(
        min(blob.bytes, stored[blob.sha256].bytes_here)
        for blob in (world.stick.wanted if world.stick else ())
        if blob.sha256 in stored
    )


# --- what happens


def _put(turn: Turn, event: StickPut) -> None:
    world = turn.world
    found = list(_for_us(world, frozenset(event.films)))
    wanted: dict[str, WantedBlob] = {}
    room, crowded, courses = max(0, world.store.free_bytes), set[str](), set[str]()
    for course, rendition in found:
        pieces = [blob for blob in _with_list(rendition) if blob.sha256 not in wanted]
        bytes_more = sum(blob.bytes for blob in pieces)
        if bytes_more > room:
            crowded.add(course.id)
            continue
        room -= bytes_more
        courses.add(course.id)
        wanted |= {blob.sha256: blob for blob in pieces}
    turn.change(
        stick=Stick(
            _S.OFFERED, event.folder, event.name, tuple(wanted.values()), len(courses), len(crowded - courses),
            problem=event.problem, films=len(event.films),
        )
    )  # fmt: skip


def _copy(turn: Turn, wish: CopyStick) -> None:  # noqa: ARG001
    stick = turn.world.stick
    assert stick is not None
    wanted = left(turn.world)
    if not wanted:
        _change(turn, state=_S.DONE)
        return
    transfers.pause(turn)
    effect = turn.ask(RunFetch, blobs=wanted, folder=stick.folder)
    _change(turn, state=_S.COPYING, effect=effect)


def _finished(turn: Turn, event: FetchFinished) -> None:
    turn.answered(event.effect)
    _change(turn, state=_S.DONE, effect=0, problem=event.error if left(turn.world) else "")
    transfers.forget_plan(turn)
    if not any(isinstance(screen, StickScreen) for screen in turn.world.screens):
        turn.say(_("U 盘拷好了，可以拔下") if not left(turn.world) else _("U 盘上有的节目没有拷成"))


def _pulled(turn: Turn, event: StickGone) -> None:  # noqa: ARG001
    stick = turn.world.stick
    assert stick is not None
    turn.answered(stick.effect)
    turn.issue(StopFetch)
    _change(turn, state=_S.PULLED, effect=0)
    transfers.forget_plan(turn)


def _gone(turn: Turn, event: object) -> None:  # noqa: ARG001
    turn.change(stick=None)
    _close_page(turn)


def _again(turn: Turn, event: StickPut) -> None:
    _close_page(turn)
    turn.change(stick=None)
    _put(turn, event)


def _close_page(turn: Turn) -> None:
    turn.change(screens=tuple(screen for screen in turn.world.screens if not isinstance(screen, StickScreen)))


def _change(turn: Turn, **fields: Any) -> None:
    assert turn.world.stick is not None
    turn.change(stick=replace(turn.world.stick, **fields))


# --- what is on it for us


def _for_us(world: World, films: frozenset[str]) -> Iterator[tuple[Course, Rendition]]:
    """Yield what is on the stick and wanted here: of each lesson the best film that is better than what is here."""
    for course in _in_order(world):
        for lesson in course.lessons:
            best = _best(world, lesson, films)
            if best is not None and not lessons.stop_order(world.generation, course.id, lesson.id):
                yield course, best


def _best(world: World, lesson: Lesson, films: frozenset[str]) -> Rendition | None:
    assert world.generation is not None
    most = world.generation.policy.best_height
    here = lessons.best_here(world.store, lesson)
    offered = [
        one
        for one in lesson.renditions
        if one.blob.sha256 in films
        and one.height <= most
        and (one.blob.chunk_list is None or one.blob.chunk_list in films or _is_complete(world, one.blob.chunk_list))
    ]
    best = max(offered, key=lambda one: one.height, default=None)
    return best if best is not None and (here is None or here.height < best.height) else None


def _in_order(world: World) -> list[Course]:
    """Return the courses that the box has documents of: those of sessions first, then the newest."""
    if world.generation is None:
        return []
    courses = sorted(world.generation.courses.values(), key=lambda one: (one.released, one.number), reverse=True)
    shown = {item.course for one in world.generation.occurrences for item in one.items}
    return sorted(courses, key=lambda one: one.id not in shown)


def _with_list(rendition: Rendition) -> Iterator[WantedBlob]:
    blob = rendition.blob
    if blob.chunk_list is not None:
        yield WantedBlob(blob.chunk_list, chunk_list_bytes(blob.bytes), None, "stock")
    yield WantedBlob(blob.sha256, blob.bytes, blob.chunk_list, "stock")


def _is_complete(world: World, sha256: str) -> bool:
    stored = world.store.blobs.get(sha256)
    return stored is not None and stored.complete


def _rows(state: StickState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final[tuple[Any, ...]] = (StickPut, StickGone, CopyStick, FetchFinished, CloseStick)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.OFFERED, _again, _gone, _copy, nothing, _gone),
    **_rows(_S.COPYING, nothing, _pulled, nothing, _finished, nothing),
    **_rows(_S.DONE, _again, _gone, nothing, nothing, _gone),
    **_rows(_S.PULLED, _again, nothing, nothing, nothing, _gone),
}
