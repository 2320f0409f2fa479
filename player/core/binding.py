"""The life of the binding (开通): from a box that nobody knows to one that belongs to a site.

    UNKNOWN ──code──► CODE_SHOWN ──bound──► BOUND ──document revoked──► REVOKED
       │ failed         │ expired, asked for           ▲                   │
       └──► UNBOUND ────┴──► asks again                └──document valid───┘

The code is asked for again until the county says that it is used, every few seconds while it is new, then
less often, and at once when it has expired. Where no county's address is set nobody is asked. The box's own
signed document, however it came (line or stick), binds it too and decides alone afterwards.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from . import faults, line, sync, troubles
from .actions import AskForCode
from .backoff import backoff_ms
from .events import WokeUp
from .facts import GenerationFacts
from .lives.room import Binding, BindingState
from .lives.workers import WorkerRun
from .table import Row, Table, follow, nothing
from .turn import Turn
from .worker_effects import RunBinding
from .worker_events import BindingAnswered
from .world import World

POLL_MS: Final = 5_000
POLL_SELDOM_MS: Final = 20_000
NEW_CODE_MS: Final = 3 * 60_000  # so long somebody probably stands before the box
FAILED_BASE_MS: Final = 10_000
LOST_BASE_MS: Final = 60_000
FAILED_CAP_MS: Final = 300_000
_B = BindingState


def follow_event(turn: Turn, event: object) -> None:
    """Take an answer, a wish, or the passing of time."""
    follow(TABLE, turn.world.binding.state, turn, event)


def follow_document(turn: Turn, facts: GenerationFacts) -> None:
    """Let the box's own document decide."""
    if facts.box is None:
        return
    state = _B.REVOKED if facts.box.revoked else _B.BOUND
    turn.change(binding=Binding(state))
    troubles.set_active(turn, faults.BOX_REVOKED, active=facts.box.revoked)


def asks_by_stick(world: World) -> bool:
    """Return whether a stick should take the request to be bound: nobody can be asked by line."""
    unbound = world.binding.state in (_B.UNKNOWN, _B.UNBOUND, _B.CODE_SHOWN)
    return unbound and (not world.settings.has_api or world.enrol.failures > 0)


def deadline(world: World) -> int | None:
    """Return when to ask the county next, in monotonic ms."""
    wants = world.binding.state in (_B.UNKNOWN, _B.UNBOUND, _B.CODE_SHOWN) and not world.enrol.effect
    return world.enrol.next_monotonic_ms if wants and world.settings.has_api else None


def _ask(turn: Turn, event: object) -> None:  # noqa: ARG001
    run, world = turn.world.enrol, turn.world
    may = world.settings.has_api and not run.effect and not world.quitting
    if may and turn.now.monotonic_ms >= run.next_monotonic_ms:
        turn.change(enrol=replace(run, effect=turn.ask(RunBinding)))


def _ask_now(turn: Turn, wish: AskForCode) -> None:
    binding = replace(turn.world.binding, since_monotonic_ms=turn.now.monotonic_ms)
    turn.change(enrol=replace(turn.world.enrol, next_monotonic_ms=turn.now.monotonic_ms), binding=binding)
    _ask(turn, wish)


def _answered(turn: Turn, event: BindingAnswered) -> None:
    now, run = turn.now.monotonic_ms, turn.world.enrol
    turn.answered(event.effect)
    if event.bound or event.code:
        line.county_answered(turn)
    if event.bound:
        turn.change(binding=Binding(_B.BOUND), enrol=WorkerRun(0, now))
        sync.anew(turn)
    elif event.code:
        expires = now + event.expires_in_s * 1000
        turn.change(binding=Binding(_B.CODE_SHOWN, event.code, expires, since_monotonic_ms=_shown_since(turn)))
        turn.change(enrol=WorkerRun(0, min(now + _poll_ms(turn), max(expires, now + 1_000))))
    else:
        _failed(turn, event, run.failures + 1)


def _shown_since(turn: Turn) -> int:
    """Return since when people can have been looking at codes: a new one by itself begins nothing anew."""
    old = turn.world.binding
    return old.since_monotonic_ms if old.state is _B.CODE_SHOWN else turn.now.monotonic_ms


def _poll_ms(turn: Turn) -> int:
    new = turn.now.monotonic_ms - turn.world.binding.since_monotonic_ms < NEW_CODE_MS
    return POLL_MS if new else POLL_SELDOM_MS


def _failed(turn: Turn, event: BindingAnswered, failures: int) -> None:
    """Keep a code that is still valid on the screen; say what is wrong."""
    line.county_failed(turn, event.error, event.fault)
    old, now = turn.world.binding, turn.now.monotonic_ms
    valid = old.state is _B.CODE_SHOWN and now < old.expires_monotonic_ms
    turn.change(binding=replace(old, error=event.error) if valid else Binding(_B.UNBOUND, error=event.error))
    seed = f"{turn.world.box_id}/binding/{turn.now.boot}"
    lost = line.is_lost(event.error, event.fault, None)
    base_ms = LOST_BASE_MS if lost else FAILED_BASE_MS
    wait = backoff_ms(failures, base_ms=base_ms, cap_ms=FAILED_CAP_MS, seed=seed)
    turn.change(enrol=WorkerRun(0, now + wait, failures, event.error, now, lost))


def _late_answer(turn: Turn, event: BindingAnswered) -> None:
    """The document was here before the answer."""
    turn.answered(event.effect)
    turn.change(enrol=WorkerRun())


def _look_for_plans(turn: Turn, wish: AskForCode) -> None:  # noqa: ARG001
    sync.now(turn)


def _rows(state: BindingState, *rows: Row) -> Table:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


EVENTS: Final[tuple[Any, ...]] = (BindingAnswered, WokeUp, AskForCode)
TABLE: Final[Table] = {  # columns as in EVENTS
    **_rows(_B.UNKNOWN, _answered, _ask, _ask_now),
    **_rows(_B.UNBOUND, _answered, _ask, _ask_now),
    **_rows(_B.CODE_SHOWN, _answered, _ask, _ask_now),
    **_rows(_B.BOUND, _late_answer, nothing, _look_for_plans),
    **_rows(_B.REVOKED, _late_answer, nothing, nothing),
}
