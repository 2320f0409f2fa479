"""Tasks of every day beside the twelve, done and counted in the same way."""

from __future__ import annotations

from typing import Final

from player.core.facts import JournalFacts
from playlists.entries import HeadCount, SessionHeld
from tests.tasks import village
from tests.tasks.room import Room
from tests.tasks.twelve import Task, during_the_session


def enter_what_was_held_without_the_box() -> Room:
    room = Room()
    room.press("7 1 1 ok ok 1 8 ok 9 ok ok ok")
    held, count = room.entry(SessionHeld), room.entry(HeadCount)
    assert (held.form, held.by_hand, held.ended) == ("lecture", True, "held")
    assert (count.expected, count.present, count.members, count.villagers) == (27, 18, 9, 9)
    assert "已登记" in room.reads()
    return room


def put_off_until_tomorrow() -> Room:
    room = during_the_session(minutes=3)
    room.press("home 3")
    assert room.world.session is None
    assert room.world.interrupted is not None
    assert room.world.interrupted.position_ms == 3 * village.MINUTE_MS
    assert "接着放" in room.reads()
    return room


def find_by_initials_and_play() -> Room:
    room = Room()
    room.press("5 2 7 ok ok")
    room.show(2)
    assert room.world.playback is not None
    assert room.world.playback.row.course == village.PEPPERS.id
    return room


def read_the_page_for_the_book() -> Room:
    count = HeadCount(session=village.LAST.id, expected=27, present=27, members=None, villagers=None, on_leave=0)
    room = Room(JournalFacts(head=9, acknowledged=9, records=(village.in_the_book(count, seq=8),)))
    room.press("7 ok")
    assert "应到 27　实到 27　请假 0" in room.reads()
    return room


def write_in_large_letters() -> Room:
    room = Room()
    room.press("9 4")
    assert room.world.preferences.large_type
    return room


MORE: Final = (
    Task("enter a lecture that was held without the box yesterday", 12, enter_what_was_held_without_the_box),
    Task("stop for today, go on tomorrow", 2, put_off_until_tomorrow),
    Task("find a course by initials (2, 7) and play it", 5, find_by_initials_and_play),
    Task("read the last session's page for the paper book", 2, read_the_page_for_the_book),
    Task("have larger letters", 2, write_in_large_letters),
)
