"""Joint sessions (联合学习): the heads of the other village are booked for it. Pure.

Theory: where two villages share a screening the box of one counts both. Each village has the session and its own heads:
those of the guest are booked at the guest's site, and lead to the host's entry. If a guest's own box tells of a session
at the same time, its own word stands: the booked one is not counted, and both are shown as odd, for the two may be one.
Minutes stay with the site that showed them. Called by `county.figures.months`, `county.figures.oddities` and the page
of a site's month.
"""

from __future__ import annotations

from collections.abc import Sequence

from county.figures.evidence import Month, Session


def counted(month: Month) -> list[Session]:
    """Return the sessions at hosts that count here."""
    own = held(month)
    return [one for one in month.joint if not at_the_same_time(one, own)]


def held(month: Month) -> list[Session]:
    """Return the site's own sessions that took place."""
    return [one for one in month.sessions if one.ended != "skipped"]


def at_the_same_time(session: Session, others: Sequence[Session]) -> list[Session]:
    """Return those of other sessions that were on while this one was."""
    return [
        other
        for other in others
        if other is not session and other.started_ms < session.ended_ms and session.started_ms < other.ended_ms
    ]
