"""What is counted by the months of the village's wall time: the sessions held (the duty) and what the line costs.

A box without a clock battery learns the month only after its start; until then it takes the month of the last
session held for the present one. Called by `settle`, `startup` and `session`.
"""

from __future__ import annotations

from msgspec.structs import replace

from . import schedule
from .facts import NO_MONTH, OpenSession, Spent
from .schedule import is_known
from .turn import Turn
from .world import World


def started(turn: Turn) -> None:
    """Count the sessions held, as far as the month is known."""
    held = turn.world.held_wall_ms
    if held and not is_known(turn.now):
        turn.change(held_this_month=_held_in(turn, _month(turn, max(held))))


def settle(turn: Turn) -> None:
    """A month begins, or the box learns which one it is."""
    if not is_known(turn.now):
        return
    month = _month(turn, turn.now.wall_ms)
    if month != turn.world.month:
        spent = turn.world.store.spent
        spent = replace(spent, month=month) if spent.month in (month, NO_MONTH) else Spent(month)
        store = replace(turn.world.store, spent=spent)
        turn.change(month=month, store=store, held_this_month=_held_in(turn, month))


def next_wall_ms(world: World) -> int | None:
    """Return when the next month begins, in wall ms: what the line may cost is counted anew."""
    return schedule.next_month_ms(world.now.wall_ms, world.settings.utc_offset_minutes) if is_known(world.now) else None


def spent(turn: Turn, counted: Spent | None) -> None:
    """Take what a worker has counted; of another month than this only while this one is unknown."""
    if counted is not None and turn.world.month in (counted.month, NO_MONTH):
        turn.change(store=replace(turn.world.store, spent=counted))


def held(turn: Turn, session: OpenSession) -> None:
    """One more session was held."""
    world = turn.world
    turn.change(held_wall_ms=(*world.held_wall_ms, session.started_wall_ms), held_this_month=world.held_this_month + 1)


def _month(turn: Turn, wall_ms: int) -> tuple[int, int]:
    return schedule.month(wall_ms, turn.world.settings.utc_offset_minutes)


def _held_in(turn: Turn, month: tuple[int, int]) -> int:
    return sum(_month(turn, began) == month for began in turn.world.held_wall_ms)
