"""The life of the telephone as a remote control: from the page on the television to the evening's end.

Theory: somebody at the television opens it; a worker serves the page and says address, PIN and QR code to show. It
goes on behind all other screens, until somebody closes it, or nobody has pressed anything on a telephone for `IDLE_MS`.
Too many wrong PINs shut it; only somebody at the television opens it again, with another PIN. The worker is told which
courses were stopped by telephone (停播码) and does not find them; when these change, one with a new PIN takes over. The
page speaks the language that the television had when it was opened.

    OFF ──OpenPhone──► STARTING ──PhoneShown──► OPEN ──PhoneShown(shut)──► SHUT
     ▲                    │ PhoneFinished         │ PhoneFinished            │ OpenPhone: anew
     └──ClosePhone, idle──┴──────► FAILED ◄───────┘                          ▼

A telephone may do what a child may do with the remote control, no more (`ALLOWED`): it signs off nothing, deletes
nothing and changes no setting. Called by `player.step`.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from . import actions
from .actions import ClosePhone, OpenPhone
from .language import _
from .lives.room import Phone, PhoneState
from .screens_shown import PhoneScreen
from .table import Row, Table, follow, nothing
from .turn import Turn
from .worker_effects import RunPhone, StopPhone
from .worker_events import PhoneFinished, PhoneShown
from .world import World

IDLE_MS: Final = 4 * 60 * 60_000
ALLOWED: Final = frozenset({
    actions.PlayLesson, actions.TogglePause, actions.SeekBy, actions.TunePlaying, actions.SkipLesson,
    actions.WatchLive, actions.StopPlaying, actions.VolumeBy,
    actions.OpenGathering, actions.StartSession, actions.LeaveSession, actions.ContinueInterrupted, actions.EditHeads,
    actions.SyncNow, actions.PlaceOrder, actions.PlanSession, actions.PlanRecording, actions.NoteSession, OpenPhone,
})  # fmt: skip
_S = PhoneState


def follow_event(turn: Turn, event: object) -> None:
    """Take what the worker says, or a wish of somebody at the television."""
    phone = turn.world.phone
    if isinstance(event, PhoneShown | PhoneFinished) and event.effect != phone.effect:
        return  # of a worker that was replaced
    follow(TABLE, phone.state, turn, event)


def heard(turn: Turn, effect: int) -> bool:
    """Return whether something from a telephone counts, and note it."""
    phone = turn.world.phone
    counts = effect == phone.effect and phone.state in (_S.OPEN, _S.SHUT)
    if counts:
        turn.change(phone=replace(phone, heard_monotonic_ms=turn.now.monotonic_ms))
    return counts


def settle(turn: Turn) -> None:
    """Close it when nobody uses it any more; open it anew when it may find other courses."""
    phone, end = turn.world.phone, deadline(turn.world)
    if end is not None and turn.now.monotonic_ms >= end:
        _close(turn, None)
    elif phone.state in (_S.STARTING, _S.OPEN) and phone.without != _stopped(turn.world):
        _open(turn, None)


def deadline(world: World) -> int | None:
    """Return when it closes by itself, in monotonic ms."""
    shown = isinstance(world.screen, PhoneScreen)
    return world.phone.heard_monotonic_ms + IDLE_MS if world.phone.effect and not shown else None


def _open(turn: Turn, wish: OpenPhone | None) -> None:  # noqa: ARG001
    effect = turn.issue(RunPhone, without=_stopped(turn.world), language=turn.world.preferences.language)
    turn.change(
        phone=Phone(
            _S.STARTING, effect=effect.id, without=effect.without, heard_monotonic_ms=turn.now.monotonic_ms
        )
    )  # fmt: skip


def _stopped(world: World) -> tuple[str, ...]:
    return tuple(sorted(stop.course for stop in world.generation.told)) if world.generation else ()


def _close(turn: Turn, wish: ClosePhone | None) -> None:  # noqa: ARG001
    turn.issue(StopPhone)
    turn.change(phone=Phone())


def _shown(turn: Turn, event: PhoneShown) -> None:
    phone = turn.world.phone
    if event.telephones > phone.telephones:
        turn.say(_("手机已连上，可以当遥控器用了"))
    state = _S.SHUT if event.shut else _S.OPEN
    turn.change(
        phone=replace(
            phone, state=state, url=event.url, pin=event.pin, code=event.code, telephones=event.telephones,
            heard_monotonic_ms=turn.now.monotonic_ms,
        )
    )  # fmt: skip


def _failed(turn: Turn, event: PhoneFinished) -> None:
    turn.change(phone=Phone(_S.FAILED, error=event.error))


def _rows(state: PhoneState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final[tuple[Any, ...]] = (OpenPhone, ClosePhone, PhoneShown, PhoneFinished)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_S.OFF, _open, nothing, nothing, nothing),
    **_rows(_S.STARTING, nothing, _close, _shown, _failed),
    **_rows(_S.OPEN, nothing, _close, _shown, _failed),
    **_rows(_S.SHUT, _open, _close, _shown, _failed),
    **_rows(_S.FAILED, _open, _close, nothing, nothing),
}
