"""What the box believes of the time.

`unknown` after a start without a battery, `estimated` from the box's own clock, `trusted` once chrony or
the county (over TLS) has spoken. The clock port owns the offset; here is only what follows. A signed time
is a floor: whatever the clock says, it is not earlier than the newest document. That floor does not make
the time known.
"""

from __future__ import annotations

from playlists.entries import ClockChange

from . import faults, ledger, troubles
from .effects import SetClock
from .events import ClockJumped
from .turn import Turn

WORTH_RECORDING_MS = 2_000


def jumped(turn: Turn, event: ClockJumped) -> None:
    """The wall clock was set: record it, and let everything that depends on it look again."""
    if abs(event.by_ms) >= WORTH_RECORDING_MS:
        ledger.append(turn, ClockChange(by_ms=event.by_ms, trust=event.trust))
    tell(turn)


def tell(turn: Turn) -> None:
    """Show 时间未校准 while the clock is unknown."""
    troubles.set_active(turn, faults.CLOCK_UNKNOWN, active=turn.now.trust == "unknown")


def heard(turn: Turn, county_wall_ms: int | None) -> None:
    """Take the county's time, unless a better source has set the clock already."""
    if county_wall_ms is not None and turn.now.trust != "trusted":
        turn.issue(SetClock, wall_ms=county_wall_ms, trust="trusted")


def keep_floor(turn: Turn, signed_wall_ms: int) -> None:
    """Put a clock that is behind a signed time forward to it; what time it is stays unknown."""
    if turn.now.wall_ms < signed_wall_ms and turn.now.trust != "trusted":
        turn.issue(SetClock, wall_ms=signed_wall_ms, trust="unknown")
