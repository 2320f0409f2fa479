"""The twelve tasks: from home to the goal, the keys that are pressed, and what must then be so.

``ideal`` is the fewest presses that could do it; a task has passed if its goal is reached within one and a half
times as many and every press was named on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from player.core import faults
from player.core.effects import RunCheck
from player.core.events import Checked, StickPut
from player.core.facts import InsideFacts, JournalFacts
from player.core.lives.picture import PlaybackState
from player.core.lives.session import SessionState
from player.core.media_effects import OpenMedia
from player.core.moment import Moment
from player.core.screens_shown import HomeScreen
from player.core.worker_effects import RunFetch
from player.core.worker_events import FetchFinished, FetchProgressed
from player.screens.agenda import listed
from playlists.entries import Correction, HeadCount, Order, SelfCheck, SessionHeld, SessionPlanned
from tests.tasks import village
from tests.tasks.room import Room

MOST_TIMES: Final = 1.5


class Task(msgspec.Struct, frozen=True):
    """One task.

    Args:
        name: What is to be done.
        ideal: The fewest presses that could do it.
        do: Prepares a room, presses the keys and checks the goal.
    """

    name: str
    ideal: int
    do: Callable[[], Room]


class Outcome(msgspec.Struct, frozen=True):
    """How a task went; ``why`` says what it failed by, and ``presses`` is None where its goal was not reached."""

    task: str
    ideal: int
    presses: int | None
    keys: str
    passed: bool
    why: str = ""


def attempt(task: Task) -> Outcome:
    """Do a task."""
    try:
        room = task.do()
    except AssertionError as failed:
        return Outcome(task.name, task.ideal, None, "", passed=False, why=f"goal not reached: {failed}")
    presses = len(room.presses)
    problems = [f"{one} is not named on the screen" for one in room.unnamed]
    if presses > MOST_TIMES * task.ideal:
        problems.append(f"more than {MOST_TIMES} times the ideal")
    return Outcome(task.name, task.ideal, presses, " ".join(room.presses), not problems, "; ".join(problems))


def continue_after_power_cut() -> Room:
    session, play = village.cut_in_the_second_lesson(Moment(0, village.NOW_MS, "trusted", 1))
    room = Room(JournalFacts(head=5, acknowledged=5, open_play=play, open_session=session, clean=False))
    room.press("ok")
    opened = room.box.last(OpenMedia)
    assert (opened.blob, opened.from_ms) == (play.blob, 12 * village.MINUTE_MS)
    room.show(2)
    assert room.world.session is not None
    assert room.world.session.state is SessionState.PLAYING
    return room


def start_tonights_session() -> Room:
    room = Room()
    room.press("ok ok")
    room.show(2)
    assert room.world.session is not None
    assert room.world.session.row.session == village.TONIGHT.id
    assert room.world.session.state is SessionState.PLAYING
    return room


def play_by_number() -> Room:
    room = Room()
    room.press("0 1 2 8 ok")
    room.show(2)
    assert playing(room) == village.BY_NUMBER.id
    return room


def find_by_category() -> Room:
    room = Room()
    room.press("2 1 3 ok")
    room.show(2)
    assert playing(room) == village.TOMATOES.id
    return room


def pause_back_and_go_on() -> Room:
    room = during_the_session(minutes=3)
    room.press("ok down ok")
    play = room.world.playback
    assert play is not None
    assert (play.state, play.position_ms, play.row.pauses) == (PlaybackState.PLAYING, 2 * village.MINUTE_MS, 1)
    return room


def finish_and_count() -> Room:
    room = during_the_session(minutes=3)
    room.press("home 2 ok 1 8 ok 9 ok ok")
    assert room.entry(SessionHeld).ended == "held"
    count = room.entry(HeadCount)
    assert (count.expected, count.present, count.members, count.villagers, count.on_leave) == (27, 27, 18, 9, 0)
    assert "已登记" in room.reads()
    return room


def correct_members() -> Room:
    count = HeadCount(session=village.LAST.id, expected=27, present=27, members=18, villagers=9, on_leave=0)
    room = Room(JournalFacts(head=9, acknowledged=9, records=(village.in_the_book(count, seq=8),)))
    room.press("7 ok 1 down 1 7 ok 1")
    corrected = room.box.bodies(Correction)
    assert [(one.seq, one.field, one.was, one.now) for one in corrected] == [
        (8, "members", 18, 17),
        (8, "villagers", 9, 10),
    ]
    assert all(one.reason for one in corrected)
    return room


def make_up_the_missed_one() -> Room:
    room = Room()
    generation = room.world.generation
    assert generation is not None
    missed = replace(generation, occurrences=(village.LAST, *generation.occurrences))
    room.box.world = replace(room.world, generation=missed)
    room.press("7 ok 1 ok")
    planned = room.entry(SessionPlanned)
    assert planned.made_up == village.LAST.id
    assert planned.starts > "2026-03-04T19:05"
    return room


def ask_by_initials() -> Room:
    room = Room()
    room.press("5 9 4 ok ok")
    assert room.entry(Order).course == village.MUSHROOMS.id
    return room


def plan_next_friday() -> Room:
    room = Room()
    room.press("1 0 ok right 3 ok ok")
    planned = room.entry(SessionPlanned)
    assert (planned.starts, planned.repeat) == ("2026-03-13T19:30", "once")
    assert any(one.local_start == planned.starts for one in listed(room.world))
    return room


def accept_the_stick() -> Room:
    room = Room()
    films = [lesson.renditions[0].blob for lesson in village.MUSHROOMS.lessons]
    room.box.take(StickPut("/run/media/usb", "usb", tuple(film.sha256 for film in films)))
    room.press("ok")
    copy = room.box.last(RunFetch)
    assert [one.sha256 for one in copy.blobs] == [film.sha256 for film in films]
    for film in films:
        room.box.take(FetchProgressed(copy.id, film.sha256, film.bytes, complete=True, free_bytes=4 << 30))
    room.box.take(FetchFinished(copy.id))
    assert "现在可以拔下 U 盘" in room.reads()
    room.press("ok")
    assert room.world.screens == (HomeScreen(),)
    assert all(room.world.store.blobs[film.sha256].complete for film in films)
    return room


def report_no_sound() -> Room:
    room = Room()
    room.press("4 1")
    room.box.take(Checked(room.box.last(RunCheck).id, InsideFacts(sound=True, cable=True, address=True, hottest_c=46)))
    room.press("2")
    assert faults.NOT_HEARD in room.reads()
    room.press("ok")
    assert room.entry(SelfCheck).codes == (faults.NOT_HEARD,)
    assert "已记下" in room.reads()
    return room


def read_how_many_are_due() -> Room:
    room = Room()
    assert "还差 2 次" in room.reads()
    return room


def during_the_session(*, minutes: int) -> Room:
    """Return a room in which tonight's session has been on for a while; what led there is not counted."""
    room = start_tonights_session()
    room.show(minutes * 60 - 2)
    room.presses.clear()
    room.unnamed.clear()
    return room


def playing(room: Room) -> str:
    """Return the course that is on the screen."""
    play = room.world.playback
    assert play is not None, "nothing plays"
    assert play.state is PlaybackState.PLAYING
    return play.row.course


TASKS: Final = (
    Task("after a power cut, continue the session", 1, continue_after_power_cut),
    Task("open tonight's session, start when people sit", 2, start_tonights_session),
    Task("play course 128 by its number", 5, play_by_number),
    Task("find greenhouse vegetables, third course, by category", 4, find_by_category),
    Task("while it plays: pause, back one minute, go on", 3, pause_back_and_go_on),
    Task("finish: expected accepted, 18 members, 9 villagers", 9, finish_and_count),
    Task("correct 18 to 17, with a reason", 9, correct_members),
    Task("arrange a made-up session with the proposed date", 5, make_up_the_missed_one),
    Task("ask for mushrooms by initials (9, 4)", 5, ask_by_initials),
    Task("plan next Friday 19:30 with a proposed course", 6, plan_next_friday),
    Task("a stick is put in: accept it, finish", 2, accept_the_stick),
    Task("no sound: self-check, read the code, report it", 3, report_no_sound),
    Task("see on home how many sessions are still due", 0, read_how_many_are_due),
)
