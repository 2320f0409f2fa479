"""The life of a stick that was put in (U 盘): the county's documents and films come in, the journal goes out.

Theory: a stick is a source like any other. Its documents come into force only if they are signed, whole and not older
than what is here; only films that an accepted document names are taken, and every chunk is compared with what that
document says: a stick brings nothing that the county has not signed. One key does it all: first the documents, for they
say which films are wanted (`stick_choice`) and what the county holds of the journal by now; then the journal, which is
small; then the films. While films are copied nothing else is fetched, and what is being removed is waited for: it makes
room, and may be a film of the stick. The journal is written where no line brings it. A stick that is pulled out too
early costs nothing but time: what has come stays, and goes on when it is put in again.

    none ──StickPut──► OFFERED ──CopyStick──► TAKING ──SyncFinished──► WRITING ──CarryFinished──► COPYING
                          │ StickGone, CloseStick  │ StickGone             │ StickGone              │ StickGone
                          ▼                        └───────────────────────┴────► PULLED ◄──────────┘
                         none                                                        │ StickPut: OFFERED

    COPYING ──FetchFinished──► DONE ──CloseStick, StickGone──► none; what there is nothing to do for is passed over

Its page comes by itself unless something is on, and then as soon as that has ended. Called by `player.step`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from . import binding, outbox, sync, transfers
from .actions import CloseStick, CopyStick
from .events import StickGone, StickPut
from .language import _
from .lives.room import Documents, Stick, StickState
from .quiet import is_busy
from .screens_shown import StickScreen
from .stick_choice import choose, is_complete
from .table import Row, Table, follow, nothing
from .turn import Turn
from .worker_effects import RunCarry, RunFetch, StopFetch, WantedBlob
from .worker_events import CarryFinished, FetchFinished, SyncFinished
from .world import World

_S = StickState


def follow_event(turn: Turn, event: object) -> None:
    """Take what happened to a stick, or what somebody wants with it."""
    stick = turn.world.stick
    if stick is None:
        if isinstance(event, StickPut):
            _put(turn, event)
    elif not _is_of_another(stick, event):
        follow(TABLE, stick.state, turn, event)


def is_its(world: World, effect: int) -> bool:
    """Return whether a worker was the stick's."""
    return world.stick is not None and bool(world.stick.effect) and effect == world.stick.effect


def is_copying(world: World) -> bool:
    """Return whether films are read from the stick now."""
    return world.stick is not None and world.stick.state is _S.COPYING


def has_something(stick: Stick) -> bool:
    """Return whether there is anything to be done with it."""
    return bool(stick.wanted or stick.entries or stick.asks or stick.documents is Documents.NEWER)


def settle(turn: Turn) -> None:
    """Copy as soon as nothing is removed any more; show its page once, as soon as nothing else is on."""
    if is_copying(turn.world):
        _fetch(turn)
    stick = turn.world.stick
    if stick is not None and not stick.shown and not is_busy(turn.world) and turn.world.playback is None:
        turn.change(stick=replace(stick, shown=True), touched_monotonic_ms=turn.now.monotonic_ms)
        _close_page(turn)
        turn.change(screens=(*turn.world.screens, StickScreen()))


def left(world: World) -> tuple[WantedBlob, ...]:
    """Return what of the stick has not come yet."""
    wanted = world.stick.wanted if world.stick else ()
    return tuple(blob for blob in wanted if not is_complete(world, blob.sha256))


def came_bytes(world: World) -> int:
    """Return how much of the stick has come."""
    stored = world.store.blobs
    return sum(
        min(blob.bytes, stored[blob.sha256].bytes_here)
        for blob in (world.stick.wanted if world.stick else ())
        if blob.sha256 in stored
    )


# --- what happens


def _is_of_another(stick: Stick, event: object) -> bool:
    if isinstance(event, StickGone):
        return event.folder != stick.folder
    return isinstance(event, CarryFinished) and event.effect != stick.effect


def _put(turn: Turn, event: StickPut) -> None:
    stick = Stick(
        _S.OFFERED, event.folder, event.name, problem=event.problem, names=event.films, listed=event.courses,
        documents=_documents(turn.world, event), signed_wall_ms=event.signed_wall_ms,
        entries=0 if event.problem else outbox.to_carry(turn.world),
        asks=not event.problem and binding.asks_by_stick(turn.world),
    )  # fmt: skip
    turn.change(stick=stick)
    _choose(turn, along=False)


def _documents(world: World, event: StickPut) -> Documents:
    """Return how what is on the stick says to be stands to what is in force."""
    if not event.signed_wall_ms:
        return Documents.NONE
    here = world.generation
    here_ms = here.signed_wall_ms if here else 0
    if event.signed_wall_ms == here_ms and here is not None and not here.partial:
        return Documents.SAME
    return Documents.NEWER if event.signed_wall_ms >= here_ms else Documents.OLDER


def _choose(turn: Turn, *, along: bool) -> None:
    """Work out what of the stick is wanted by the documents in force."""
    assert turn.world.stick is not None
    choice = choose(turn.world, frozenset(turn.world.stick.names), along=along)
    _change(turn, wanted=choice.wanted, courses=choice.courses, crowded=choice.crowded)


def _begin(turn: Turn, wish: CopyStick) -> None:  # noqa: ARG001
    stick = turn.world.stick
    assert stick is not None
    if stick.documents is Documents.NEWER:
        _change(turn, state=_S.TAKING, effect=sync.by_stick(turn, stick.folder))
    else:
        _write(turn)


def _taken(turn: Turn, event: SyncFinished) -> None:
    """Go on with what is in force now: documents that were refused change nothing, and the rest is done."""
    failed = Documents.REFUSED if event.refused else Documents.INCOMPLETE
    _change(turn, effect=0, documents=failed if event.error else Documents.TAKEN)
    _write(turn)


def _write(turn: Turn) -> None:
    stick = turn.world.stick
    assert stick is not None
    asks = binding.asks_by_stick(turn.world)
    if asks or outbox.to_carry(turn.world):
        _change(turn, state=_S.WRITING, effect=turn.ask(RunCarry, folder=stick.folder, binding=asks))
    else:
        _change(turn, entries=0, asks=False)
        _copy(turn)


def _written(turn: Turn, event: CarryFinished) -> None:
    turn.answered(event.effect)
    outbox.heard(turn, event.head)
    entries = event.last - event.first + 1 if event.last else 0
    _change(turn, effect=0, entries=entries, trouble=event.trouble, asks=event.asked)
    _copy(turn)


def _copy(turn: Turn) -> None:
    _change(turn, state=_S.COPYING, effect=0)
    _fetch(turn)


def _fetch(turn: Turn) -> None:
    """Let the worker copy, unless it does already or something is still being removed."""
    stick = turn.world.stick
    assert stick is not None
    if stick.effect or turn.world.transfers.evicting:
        return
    _choose(turn, along=True)
    wanted = left(turn.world)
    if not wanted:
        _done(turn)
        return
    transfers.pause(turn)
    _change(turn, effect=turn.ask(RunFetch, blobs=wanted, folder=stick.folder))


def _finished(turn: Turn, event: FetchFinished) -> None:
    turn.answered(event.effect)
    _change(turn, problem=event.error if left(turn.world) else "")
    transfers.forget_plan(turn)
    _done(turn)


def _done(turn: Turn) -> None:
    _change(turn, state=_S.DONE, effect=0)
    if not any(isinstance(screen, StickScreen) for screen in turn.world.screens):
        turn.say(_("U 盘拷好了，可以拔下") if not left(turn.world) else _("U 盘上有的节目没有拷成"))


def _pulled(turn: Turn, event: StickGone) -> None:  # noqa: ARG001
    """Without its copying; what another worker of it may still say is taken by `player.step` or passed over."""
    stick = turn.world.stick
    assert stick is not None
    if stick.state is not _S.TAKING:
        turn.answered(stick.effect)
    if stick.state is _S.COPYING:
        turn.issue(StopFetch)
        transfers.forget_plan(turn)
    _change(turn, state=_S.PULLED, effect=0)


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


def _rows(state: StickState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final[tuple[Any, ...]] = (
    StickPut, StickGone, CopyStick, SyncFinished, CarryFinished, FetchFinished, CloseStick
)  # fmt: skip
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.OFFERED, _again, _gone, _begin, nothing, nothing, nothing, _gone),
    **_rows(_S.TAKING, nothing, _pulled, nothing, _taken, nothing, nothing, nothing),
    **_rows(_S.WRITING, nothing, _pulled, nothing, nothing, _written, nothing, nothing),
    **_rows(_S.COPYING, nothing, _pulled, nothing, nothing, nothing, _finished, nothing),
    **_rows(_S.DONE, _again, _gone, nothing, nothing, nothing, nothing, _gone),
    **_rows(_S.PULLED, _again, nothing, nothing, nothing, nothing, nothing, _gone),
}
