"""The county is told which sessions of the village's own give way to one of its own, and when they no longer do.

Which they are follows from the plans in force (`player.core.own_sessions.yielding`), so a session comes back by itself
when the county moves its own. What was told last stands with the session that was planned here, durable with the entry.
Called by `player.core.settle`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from playlists.entries import SessionYields
from playlists.occurrences import Occurrence

from . import ledger, own_sessions
from .facts import OwnSession
from .schedule import is_known
from .turn import Turn
from .world import World


def settle(turn: Turn, before: World) -> None:
    """Compare what gives way now with what was told, after the plans or the time have changed."""
    if turn.world.own_sessions and is_known(turn.now) and _has_changed(before, turn.world):
        pairs = own_sessions.yielding(turn.world)
        kept = tuple(_told(turn, own, _giving_way(turn.world, own, pairs)) for own in turn.world.own_sessions)
        turn.change(own_sessions=kept)


def _has_changed(before: World, world: World) -> bool:
    """Return whether something of what this rests on is another one now."""
    plans = before.generation is not world.generation or before.own_sessions is not world.own_sessions
    return plans or not is_known(before.now)


def _giving_way(world: World, own: OwnSession, pairs: Iterable[tuple[Occurrence, Occurrence]]) -> dict[str, Occurrence]:
    """Return to which session of the county's each start that lies ahead gives way, of all such pairs."""
    return {
        one.local_start: other for one, other in pairs if one.session == own.session and _is_ahead(one.starts_ms, world)
    }


def _told(turn: Turn, own: OwnSession, giving_way: Mapping[str, Occurrence]) -> OwnSession:
    """Owe the journal what is new of one session; return it as it is told then."""
    for start, other in giving_way.items():
        if start not in own.yields:
            ledger.append(turn, SessionYields(session=own.session, start=start, to=other.id, title=other.title))
    before = [start for start in own.yields if _is_ahead(own_sessions.start_ms(start, turn.world), turn.world)]
    for start in before:
        if start not in giving_way and start not in own.given_up:
            ledger.append(turn, SessionYields(session=own.session, start=start))
    return replace(own, yields=tuple(giving_way))


def yielded(own: OwnSession, body: SessionYields) -> OwnSession:
    """Return a session after an entry that says of one start whether it gives way."""
    others = tuple(start for start in own.yields if start != body.start)
    return replace(own, yields=(*others, body.start) if body.to else others)


def _is_ahead(starts_ms: int, world: World) -> bool:
    return starts_ms > world.now.wall_ms
