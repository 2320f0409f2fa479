"""What follows from what the clock port believes.

The port (`player.devices.clock`) says how late it is and how far that may be believed. Every step compares the time
with that of the last one: where the wall clock has not gone on as the monotonic clock did, or is believed otherwise,
it was set. Then what is owed to the journal is told by the new clock, the change is recorded and 时间未校准 is shown or
taken away; everything that depends on the time looks at it anew in every step.

    unknown ◄──► estimated ◄──► trusted: any of the three after any other

An instant of this boot is told anew whenever it is asked for: monotonic time does not change (`told`).
"""

from __future__ import annotations

from msgspec.structs import replace

from playlists.entries import Body, ClockChange, Play, SessionHeld

from . import faults, ledger, months, session_running, transfers, troubles
from .actions import SetTime
from .effects import AppendEntry, SetClock
from .events import TimeRefused
from .language import _
from .moment import Moment
from .turn import Turn

WORTH_RECORDING_MS = 2_000


def notice(turn: Turn, before: Moment) -> None:
    """See whether the clock was set since the last step, or is believed otherwise."""
    now = turn.now
    by_ms = (now.wall_ms - before.wall_ms) - (now.monotonic_ms - before.monotonic_ms)
    if abs(by_ms) < WORTH_RECORDING_MS and now.trust == before.trust:
        return
    _tell_what_is_owed(turn, by_ms)
    ledger.append(turn, ClockChange(by_ms=by_ms, trust=now.trust))
    session_running.tell_start(turn)
    months.tell_starts(turn)
    transfers.forget_plan(turn)
    tell(turn)


def set_by_hand(turn: Turn, wish: SetTime) -> None:
    """Somebody in the room reads a watch; whom nobody has to ask where the time is trusted."""
    if turn.now.trust == "trusted":
        turn.say(_("时间已经校准，不用设置"))
    else:
        turn.say(_("时间已设置，接上网络后会自动校准"))
        turn.issue(SetClock, wall_ms=wish.wall_ms, monotonic_ms=turn.now.monotonic_ms)


def refused(turn: Turn, event: TimeRefused) -> None:  # noqa: ARG001
    """The port knows better."""
    turn.say(_("时间没有设成：它比本机收到的节目还早，或者太晚"))


def tell(turn: Turn) -> None:
    """Show 时间未校准 while the clock is unknown."""
    troubles.set_active(turn, faults.CLOCK_UNKNOWN, active=turn.now.trust == "unknown")


def _tell_what_is_owed(turn: Turn, by_ms: int) -> None:
    """Entries not yet durable are stamped anew when they are written: their wall times must follow."""
    owed = {entry.id: _moved(entry, by_ms) for entry in ledger.owed(turn.world)}
    turn.change(pending={**turn.world.pending, **owed})


def _moved(entry: AppendEntry, by_ms: int) -> AppendEntry:
    return replace(entry, body=_shifted(entry.body, by_ms), more=tuple(_shifted(body, by_ms) for body in entry.more))


def _shifted(body: Body, by_ms: int) -> Body:
    if isinstance(body, SessionHeld) and body.by_hand:
        return body  # people have said when it was
    if isinstance(body, SessionHeld):
        body = replace(body, ended_wall_ms=body.ended_wall_ms + by_ms)
    if isinstance(body, Play | SessionHeld) and not body.started_boot:
        return replace(body, started_wall_ms=body.started_wall_ms + by_ms)
    return body
