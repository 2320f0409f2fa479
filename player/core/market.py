"""Whether people of this site go to market on a day (赶集): told where a session is planned, never forbidden. Pure.

The county enters the market days; they come with the site's document. Called by `player.core.ways` and
`player.screens.plan_time`.
"""

from __future__ import annotations

from datetime import date

from playlists.market_days import is_market_day

from .world import World


def is_market(world: World, day: date) -> bool:
    """Return whether a market is held on a day."""
    box = world.generation.box if world.generation else None
    return any(is_market_day(market, day) for market in (box.site.markets if box else ()))
