"""What the line may be used for: windows, cap and monthly allowance, from the plans and the site's own settings.

Windows: those nearest to the site hold, and the site's own settings are nearest of all. Caps and allowances:
the smallest holds. For whom how much of an allowance is kept, `allowance` says.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from playlists.documents import Window

from . import schedule, windows
from .allowance import allowed_bytes
from .backoff import share
from .facts import LinePurpose
from .forecast import Allowance, Forecast
from .world import World

TALK_SHORTEST_MS: Final = 15_000


def is_open(world: World) -> bool:
    """Return whether the windows let the line be used now."""
    known = _windows(world)
    return not known or windows.is_open(known, world.now, world.settings.utc_offset_minutes, _late(world))


def has_windows(world: World) -> bool:
    """Return whether there are windows at all."""
    return bool(_windows(world))


def next_change_ms(world: World) -> int | None:
    """Return when a window opens or closes for this box, in wall ms."""
    known = _windows(world)
    if not known:
        return None
    return windows.next_change_ms(known, world.now, world.settings.utc_offset_minutes, _late(world))


def open_for_ms(world: World) -> int | None:
    """Return how long the window that is open stays so; None if nothing closes it."""
    change = next_change_ms(world) if is_open(world) else None
    return None if change is None else change - world.now.wall_ms


def may_talk(world: World, purpose: LinePurpose) -> bool:
    """Return whether a short exchange with the county may begin: it must end before the window does."""
    if not may_spend(world, purpose) or not is_open(world):
        return False
    change_ms = next_change_ms(world)
    return change_ms is None or change_ms - world.now.wall_ms >= TALK_SHORTEST_MS


def bits_per_second(world: World) -> int | None:
    """Return the cap of the line, None for none."""
    told = world.generation.caps.bits_per_second if world.generation else None
    return _smaller(world.settings.caps.bits_per_second, told)


def monthly_bytes(world: World) -> int | None:
    """Return the allowance of a month, None if it is not metered."""
    told = world.generation.caps.monthly_bytes if world.generation else None
    return _smaller(world.settings.caps.monthly_bytes, told)


def may_spend(world: World, purpose: LinePurpose) -> bool:
    """Return whether the month's allowance has something left for this."""
    monthly = monthly_bytes(world)
    return monthly is None or world.store.spent.total_bytes < allowed_bytes(monthly, purpose)


def forecast(world: World) -> Forecast | None:
    """Return what the line may bring to sessions from now on; None while the clock is unknown: then nobody can say."""
    if not schedule.is_known(world.now):
        return None
    box, zone, cap = (
        world.generation and world.generation.box,
        world.settings.utc_offset_minutes,
        bits_per_second(world),
    )
    no_line = not world.settings.has_files or bool(box and box.revoked)
    return Forecast(
        None if no_line else world.store.line,
        world.now.wall_ms,
        utc_offset_minutes=zone,
        open_shares=windows.open_shares(_windows(world), _late(world)),
        cap_bytes_per_s=cap / 8 if cap else None,
        allowance=_allowance(world),
    )


def _allowance(world: World) -> Allowance | None:
    monthly = monthly_bytes(world)
    if monthly is None:
        return None
    allowed = allowed_bytes(monthly, "session")
    ends_ms = schedule.next_month_ms(world.now.wall_ms, world.settings.utc_offset_minutes)
    return Allowance(allowed - world.store.spent.total_bytes, ends_ms, allowed)


def _windows(world: World) -> tuple[Window, ...]:
    return world.settings.windows or (world.generation.windows if world.generation else ())


def _smaller(own: int | None, told: int | None) -> int | None:
    return min(own, told) if own and told else own or told


def _late(world: World) -> float:
    """Return by which share of what is allowed this box begins its windows late."""
    return _share_of(world.box_id)


@lru_cache(maxsize=2)  # asked in every step, and it never changes
def _share_of(box_id: str) -> float:
    return share(f"{box_id}/window")
