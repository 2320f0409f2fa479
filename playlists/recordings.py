"""What a recording of a live channel is called: on its box, and in the journal.

On the box a recording is ``<channel>@<start>``, such as ``province@2026-03-04T19:30`` in the village's wall time, and
its parts are lessons ``1``, ``2`` … of it. No course can have such a name. In an entry the course of a play is the
channel itself, so that it is counted by the channel's rules, and the lesson ``@<start>/<part>`` says the rest. Used by
player and county alike.
"""

from __future__ import annotations

from typing import Final

MARK: Final = "@"


def name_of(channel: str, start: str) -> str:
    """Return what the recording of a channel is called that begins at a wall time."""
    return f"{channel}{MARK}{start}"


def is_recording(course: str) -> bool:
    """Return whether this names a recording and no course."""
    return MARK in course


def in_entry(course: str, lesson: str) -> tuple[str, str]:
    """Return course and lesson as an entry names them."""
    channel, _, start = course.partition(MARK)
    return (channel, f"{MARK}{start}/{lesson}") if start else (course, lesson)


def on_the_box(course: str, lesson: str) -> tuple[str, str]:
    """Return course and lesson as the box names them: the reverse of `in_entry`."""
    if not lesson.startswith(MARK):
        return course, lesson
    start, _, part = lesson[1:].partition("/")
    return name_of(course, start), part


def start_of(lesson: str) -> str:
    """Return the start of the recording of which a play's entry shows a part; empty if it shows none."""
    return lesson[1:].partition("/")[0] if lesson.startswith(MARK) else ""
