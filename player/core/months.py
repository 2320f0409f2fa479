"""What is counted by the months of the village's wall time: the sessions held (the duty) and what the line costs.

A session counts in the month in which it began, wherever it ended. What began while the clock was unknown is told
anew once the boot knows better (`tell_starts`), and what an earlier boot learnt is in the journal's facts. A box that
does not know the time takes the earliest month that it can be; what the line costs is only counted in a known one.
Called by `settle`, `startup`, `clock` and `session`.
"""

from __future__ import annotations

from msgspec.structs import replace

from . import schedule
from .facts import NO_MONTH, OpenSession, Spent
from .moment import told
from .schedule import is_known
from .turn import Turn
from .world import World


def settle(turn: Turn) -> None:
    """A month begins, or the box learns which one it is."""
    month = _month(turn, turn.now.wall_ms)
    store, spent = turn.world.store, turn.world.store.spent
    if is_known(turn.now) and month != spent.month:
        spent = replace(spent, month=month) if spent.month == NO_MONTH else Spent(month)
        turn.change(store=replace(store, spent=spent))
    if month != turn.world.month:
        turn.change(month=month)
        _count(turn)


def next_wall_ms(world: World) -> int | None:
    """Return when the next month begins, in wall ms: what the line may cost is counted anew."""
    return schedule.next_month_ms(world.now.wall_ms, world.settings.utc_offset_minutes) if is_known(world.now) else None


def spent(turn: Turn, counted: Spent | None) -> None:
    """Take what a worker has counted; of another month than this only while this one is unknown."""
    if counted is not None and (turn.world.month == counted.month or not is_known(turn.now)):
        turn.change(store=replace(turn.world.store, spent=counted))


def held(turn: Turn, session: OpenSession) -> None:
    """One more session was held."""
    began = told(session.started, turn.now) if session.started else turn.now
    turn.change(held=(*turn.world.held, began))
    _count(turn)


def tell_starts(turn: Turn) -> None:
    """The clock was set: when the sessions of this boot began is told anew."""
    turn.change(held=tuple(told(began, turn.now) for began in turn.world.held))
    _count(turn)


def _count(turn: Turn) -> None:
    count = sum(_month(turn, began.wall_ms) == turn.world.month for began in turn.world.held)
    turn.change(held_this_month=count)


def _month(turn: Turn, wall_ms: int) -> tuple[int, int]:
    return schedule.month(wall_ms, turn.world.settings.utc_offset_minutes)
