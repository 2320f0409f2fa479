"""Faults come and go: each is shown while it lasts, and recorded once when it comes and once when it goes."""

from __future__ import annotations

from playlists.entries import FaultSeen

from . import ledger
from .turn import Turn

OWED_LIMIT = 100  # while the journal cannot be written, faults do not pile up before the plays


def show(turn: Turn, code: str, detail: str = "") -> None:
    """Let a fault be seen; it is recorded once, however often it is reported."""
    known = code in turn.world.faults
    if turn.world.faults.get(code) != detail:
        turn.change(faults={**turn.world.faults, code: detail})
    if not known:
        _record(turn, code, detail, active=True)


def clear(turn: Turn, code: str) -> None:
    """A fault has gone."""
    if code in turn.world.faults:
        turn.change(faults={key: value for key, value in turn.world.faults.items() if key != code})
        _record(turn, code, "", active=False)


def set_active(turn: Turn, code: str, *, active: bool, detail: str = "") -> None:
    """Show or clear."""
    if active:
        show(turn, code, detail)
    else:
        clear(turn, code)


def _record(turn: Turn, code: str, detail: str, *, active: bool) -> None:
    if len(turn.world.pending) < OWED_LIMIT:
        ledger.append(turn, FaultSeen(code=code, active=active, detail=detail[:200]))
