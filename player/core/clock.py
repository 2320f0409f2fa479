"""What follows from what the clock port believes.

`unknown` after a start without a battery, `estimated` from the box's own clock, `trusted` once chrony or the county
(over TLS) has spoken. The port owns the offset over the monotonic clock and the floor, the newest signed time; it
overhears the county's time in the workers' answers and says `ClockJumped`. Here a jump is recorded and 时间未校准 is
shown; everything that depends on the time looks at it anew in every step.

    unknown ──ClockJumped──► estimated or trusted ──ClockJumped──► any of the three
"""

from __future__ import annotations

from playlists.entries import ClockChange

from . import faults, ledger, troubles
from .events import ClockJumped
from .turn import Turn

WORTH_RECORDING_MS = 2_000


def jumped(turn: Turn, event: ClockJumped) -> None:
    """The wall clock was set, or is believed otherwise than before."""
    if abs(event.by_ms) >= WORTH_RECORDING_MS:
        ledger.append(turn, ClockChange(by_ms=event.by_ms, trust=event.trust))
    tell(turn)


def tell(turn: Turn) -> None:
    """Show 时间未校准 while the clock is unknown."""
    troubles.set_active(turn, faults.CLOCK_UNKNOWN, active=turn.now.trust == "unknown")
