"""Occurrences: the sessions of a box's plans, each at its moment, as the player reads them.

`playlists.calendar` makes them in the sync worker, which alone knows recurrence and time zones; the player
reads ``calendar.json`` of its generation and needs neither.
"""

from __future__ import annotations

from playlists.documents import Count, Document, Identifier, Record, SessionForm, Title, Words


class OccurrenceItem(Record, frozen=True, kw_only=True):
    """The lessons of one course to show, in order."""

    course: Identifier
    title: str
    lessons: tuple[Identifier, ...]
    duration_ms: Count


class Occurrence(Record, frozen=True, kw_only=True):
    """One group session at one moment.

    ``id`` is ``<session id>@<local start>``, such as ``spring@2026-03-06T19:30``: it stays the same however
    often the plan is issued. ``starts_ms`` is when the first lesson begins, in ms since 1970 UTC; people
    gather from ``gather_minutes`` before. ``missing`` names what the playlist asks for and no accepted
    document offers, ``withdrawn`` what a stop order took out; both as ``course`` or ``course/lesson``, or
    ``playlist <id>``.
    """

    id: str
    session: Identifier
    group: Identifier
    title: Title
    playlist: str
    form: SessionForm
    starts_ms: int
    local_start: str
    gather_minutes: Count
    expected: Count
    items: tuple[OccurrenceItem, ...] = ()
    duration_ms: Count = 0
    missing: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    small_first: bool = False


class Problem(Record, frozen=True, kw_only=True):
    """A part of a plan that could not be carried out, in words for the log and the county."""

    group: str
    session: str
    what: Words


class Calendar(Document, frozen=True, kw_only=True):
    """``calendar.json`` of a generation: all occurrences of a span of time, in order of their start."""

    from_ms: int
    to_ms: int
    occurrences: tuple[Occurrence, ...] = ()
    problems: tuple[Problem, ...] = ()
