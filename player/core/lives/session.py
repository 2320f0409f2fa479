"""The group session (集中学习) that is on: its states, as data."""

from __future__ import annotations

from enum import Enum

import msgspec

from playlists.occurrences import Occurrence

from ..facts import HeadCountDraft, OpenSession


class SessionState(Enum):
    """The life of a group session (集中学习)."""

    GATHERING = "gathering"
    PLAYING = "playing"
    BETWEEN = "between"  # one lesson has ended, the next opens
    HOLDING = "holding"  # a lecture or a visit: nothing need be on the screen
    COUNTING = "counting"  # head count (清点人数)
    CONFIRMING = "confirming"  # waiting for the journal's commit of the sign-off
    CLOSING = "closing"  # 已登记: the closing card


class SessionLesson(msgspec.Struct, frozen=True):
    """One lesson of a running session, with the blob chosen for it; None if nothing of it is here."""

    course: str
    lesson: str
    title: str
    duration_ms: int
    blob: str | None
    height: int


class GroupSession(msgspec.Struct, frozen=True):
    """The session that is on; ``commit`` is the journal effect of its sign-off, ``by_hand``: opened before its time."""

    occurrence: Occurrence
    state: SessionState
    lessons: tuple[SessionLesson, ...]
    row: OpenSession
    draft: HeadCountDraft
    entered_monotonic_ms: int
    commit: int = 0
    by_hand: bool = False
