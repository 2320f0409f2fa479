"""A session on one day: what the calendar of a generation holds and the player schedules by.

`playlists.calendar` makes them (it needs dateutil); this file is all that the player imports.
"""

from __future__ import annotations

from .documents import PlaylistItem, Record, SessionForm


class Occurrence(Record, frozen=True, kw_only=True):
    """One occurrence of a group session.

    ``id`` is ``<session id>@<local start>`` (UID and RECURRENCE-ID of RFC 5545). ``lessons`` are the pairs of
    course and lesson id in order; courses whose document is not published stand in ``missing``.
    """

    id: str
    session: str
    group: str
    title: str
    playlist: str
    starts_wall_ms: int
    duration_ms: int
    gather_minutes: int = 15
    expected: int = 0
    form: SessionForm = "video"
    items: tuple[PlaylistItem, ...] = ()
    lessons: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
