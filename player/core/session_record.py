"""What is written down of a session: its open row at the beginning, its entry at the end, and back from the row."""

from __future__ import annotations

from msgspec.structs import replace

from playlists.entries import Rating, SessionEnd, SessionHeld
from playlists.occurrences import Occurrence

from .facts import OpenSession
from .moment import Moment, Start


def row_of(occurrence: Occurrence) -> OpenSession:
    """Return the open row of a session that has not begun."""
    return OpenSession(
        session=occurrence.id, title=occurrence.title, form=occurrence.form, started=None,
        item=0, position_ms=0, expected=occurrence.expected,
    )  # fmt: skip


def held(row: OpenSession, now: Moment, how: SessionEnd) -> SessionHeld:
    """Return the entry that an open row becomes when it ends now; one that never began, begins with that."""
    start = Start.of(row.started or now, now)
    return SessionHeld(
        session=row.session, title=row.title, form=row.form, started_wall_ms=start.wall_ms,
        ended_wall_ms=start.wall_ms + row.lasts_ms if row.by_hand else now.wall_ms, ended=how,
        started_boot=start.boot, started_monotonic_ms=start.monotonic_ms, speaker=row.speaker,
        neighbour=row.neighbour, remarks=row.remarks, made_up=row.made_up, by_hand=row.by_hand,
    )  # fmt: skip


def rating(row: OpenSession) -> tuple[Rating, ...]:
    """Return the entry of what the audience thought, if it was asked."""
    if row.rating not in (1, 2, 3):
        return ()
    return (Rating(session=row.session, course=row.course, value=row.rating),)  # type: ignore[arg-type]


def with_added(occurrence: Occurrence, row: OpenSession) -> Occurrence:
    """Return a session with the lessons that were added to its programme."""
    items = (*occurrence.items, *row.added)
    return replace(occurrence, items=items) if row.added else occurrence


def occurrence_of(row: OpenSession) -> Occurrence:
    """Return what is left of a session that the plan no longer names: enough to count its heads."""
    starts_ms = row.started.wall_ms if row.started else 0
    return Occurrence(
        id=row.session, session=row.session.partition("@")[0] or "session", group="", title=row.title, playlist="",
        form=row.form, starts_ms=starts_ms, local_start="", gather_minutes=0, expected=row.expected,  # type: ignore[arg-type]
    )  # fmt: skip
