"""The county is told of a session that may not be ready, two days ahead, and once more when the danger is over.

The plan says how things stand (`player.core.outlook`), and what would help is told with it (`player.core.ways`).
Between danger and safety lies a band in which nothing is said, so that an hour's weather makes no entry. What was said
last is in the journal, so a restart does not say it again. Called by `player.core.transfers` after each plan.
"""

from __future__ import annotations

from typing import Final

from playlists.entries import Readiness
from playlists.occurrences import Occurrence

from . import ledger, schedule, ways
from .outlook import Outlook, Risk, Ways
from .schedule import MINUTE_MS
from .turn import Turn
from .world import World

WARNED_MS: Final = 2 * 24 * 60 * MINUTE_MS


def in_danger(world: World, occurrence: Occurrence) -> bool:
    """Return whether people should be told now that a session may not be ready."""
    outlook = world.transfers.outlooks.get(occurrence.id)
    if outlook is None or not _is_near(world, occurrence) or outlook.is_ready(world.store):
        return False
    return outlook.risk is Risk.DANGER or occurrence.id in world.endangered


def tell(turn: Turn) -> None:
    """Compare what the new plan expects with what was said last."""
    world = turn.world
    occurrences = world.generation.occurrences if world.generation else ()
    if not schedule.is_known(turn.now):
        return
    coming = {one.id: one for one in occurrences if one.id in world.transfers.outlooks}
    endangered = world.endangered & coming.keys()
    for one in coming.values():
        outlook = world.transfers.outlooks[one.id]
        over = outlook.is_ready(world.store) or outlook.risk is Risk.SAFE
        if one.id in endangered and over:
            endangered -= {one.id}
            _append(turn, outlook, Ways(one.id), in_danger=False)
        elif one.id not in endangered and not over and in_danger(world, one):
            endangered |= {one.id}
            _append(turn, outlook, ways.ways(world, one), in_danger=True)
    turn.change(endangered=endangered)


def _is_near(world: World, occurrence: Occurrence) -> bool:
    return schedule.is_known(world.now) and 0 < occurrence.starts_ms - world.now.wall_ms <= WARNED_MS


def _append(turn: Turn, outlook: Outlook, found: Ways, *, in_danger: bool) -> None:
    ledger.append(
        turn,
        Readiness(
            session=outlook.session,
            percent=outlook.percent(turn.world.store),
            height=outlook.height,
            ready_wall_ms=outlook.ready_wall_ms,
            in_danger=in_danger,
            left_bytes=found.left_bytes,
            late_wall_ms=found.ready_wall_ms if in_danger and not outlook.ready_wall_ms else 0,
            smaller_height=found.smaller_height,
            smaller_wall_ms=found.smaller_wall_ms,
            later_wall_ms=found.later_wall_ms,
            crowded=found.crowded,
        ),
    )
