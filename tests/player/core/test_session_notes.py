"""What people do around a session: notes, waiting, putting off, more lessons, lectures, and entering one afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from player.core import heads, session, session_now
from player.core.actions import (
    ConfirmHeads,
    ContinueInterrupted,
    EditHeads,
    EnterSession,
    NoteSession,
    OpenGathering,
    PlayLesson,
    PutOff,
    RateSession,
    StartSession,
    StopPlaying,
    WaitLonger,
)
from player.core.effects import AppendEntry, KeepSession
from player.core.events import QuitAsked, WokeUp
from player.core.facts import JournalFacts, OpenSession, SessionRecord
from player.core.lives.session import GroupSession, SessionState
from player.core.media_effects import OpenMedia
from player.core.media_events import MediaEnded
from player.core.screens_shown import PlayingScreen, SessionScreen
from player.core.session_notes import noted
from playlists.entries import HeadCount, Rating, SessionHeld
from tests.player.core.box import FILMS, MINUTE_MS, NOW_MS, SESSION, TestBox, generation
from tests.player.core.test_session import counting, gathering, lecture, running

S = SessionState
COUNT = HeadCount(session="s", expected=30, present=25, members=11, villagers=14, on_leave=2)


def current(box: TestBox) -> GroupSession:
    assert box.world.session is not None
    return box.world.session


def row(**changes: Any) -> OpenSession:
    return replace(OpenSession("s@1", "t", "video", None, 0, 0), **changes)


# --- notes


def test_what_was_noted_goes_into_the_journal_with_the_sign_off() -> None:
    box = counting()
    for field, text in (
        ("form", "lecture"), ("speaker", "王技术员"), ("neighbour", "白云村"), ("neighbours", "12"),
        ("remarks", "看了大棚"), ("rating", "2"),
    ):  # fmt: skip
        box.wish(NoteSession(field, text))
    box.wish(ConfirmHeads())
    (held,) = box.bodies(SessionHeld)
    assert (held.form, held.speaker, held.neighbour, held.remarks) == ("lecture", "王技术员", "白云村", "看了大棚")
    assert box.bodies(HeadCount)[0].neighbours == 12
    assert [one.value for one in box.bodies(Rating)] == [2]
    assert sum(isinstance(one, AppendEntry) and one.closes_session for one in box.asked) == 1


def test_notes_made_before_the_beginning_are_kept_and_cost_no_row() -> None:
    box = gathering()
    box.wish(NoteSession("speaker", "王技术员"))
    assert box.all(KeepSession) == []
    box.wish(StartSession())
    assert box.last(KeepSession).row.speaker == "王技术员"


def test_a_power_cut_at_the_head_count_loses_no_figure_and_no_note() -> None:
    box = counting()
    box.wish(EditHeads("2"))
    box.wish(EditHeads("9"))
    box.wish(NoteSession("remarks", "下雨"))
    kept = box.last(KeepSession).row
    again = TestBox().start(JournalFacts(head=4, acknowledged=0, open_session=kept))
    again.wish(ContinueInterrupted())
    assert (current(again).state, current(again).draft.present) == (S.COUNTING, "29")
    assert current(again).row.remarks == "下雨"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("form", "film"),
        ("rating", "5"),
        ("neighbours", "-1"),
        ("neighbours", "9999"),
        ("neighbours", "十"),
        ("title", "x"),
    ],
)
def test_a_note_that_nobody_can_mean_changes_nothing(field: str, text: str) -> None:
    before = row(neighbour="白云村", neighbours=3)
    assert noted(before, field, text) == before


def test_without_another_village_there_are_no_heads_of_it() -> None:
    joint = noted(noted(row(), "neighbour", "白云村"), "neighbours", "12")
    assert joint.neighbours == 12
    assert noted(joint, "neighbour", " ").neighbours == 0
    assert noted(row(), "neighbours", "12").neighbours == 0


def test_the_rating_can_be_given_after_the_sign_off_and_mended() -> None:
    box = counting()
    box.wish(ConfirmHeads())
    box.wish(RateSession(1))
    box.wish(RateSession(3))
    assert [one.value for one in box.bodies(Rating)] == [1, 3]
    assert current(box).row.rating == 3


# --- proposals


def test_the_next_count_is_proposed_from_the_last_one() -> None:
    box = TestBox().start(
        JournalFacts(head=9, acknowledged=9, records=(SessionRecord("s", count=COUNT, count_seq=8),)),
        generation=generation(occurrences=(replace(SESSION, expected=0),)),
    )
    box.wait(45 * MINUTE_MS, WokeUp())
    draft = current(box).draft
    assert (draft.expected, draft.present, draft.members, draft.villagers) == ("30", "30", "11", "19")


def test_the_rest_follows_what_is_keyed_in_until_somebody_keys_it_in() -> None:
    draft = heads.propose(30, COUNT)
    for key in "25":
        draft = heads.edit(draft, key)
    assert (draft.members, draft.villagers) == ("11", "14")
    draft = heads.edit(heads.edit(heads.edit(draft, "next"), "1"), "2")
    assert (draft.members, draft.villagers) == ("12", "13")
    draft = heads.edit(heads.edit(draft, "next"), "9")
    assert (draft.members, draft.villagers) == ("12", "9")
    assert heads.check(draft) is not None


def test_more_members_than_heads_are_not_proposed() -> None:
    assert heads.propose(8, COUNT).members == ""
    draft = heads.edit(heads.propose(30, COUNT), "8")
    assert (draft.present, draft.members, draft.villagers) == ("8", "", "")


# --- waiting, putting off, more


def test_waiting_moves_the_beginning_and_not_beyond_the_sessions_time() -> None:
    box = gathering()
    box.wish(WaitLonger())
    box.wait(15 * MINUTE_MS, WokeUp())
    assert current(box).state is S.GATHERING
    box.wish(WaitLonger())
    assert box.world.notice is not None
    box.wait(10 * MINUTE_MS, WokeUp())
    assert current(box).state is S.BETWEEN


def test_the_box_wakes_at_the_minute_that_people_let_a_session_wait_for() -> None:
    box = gathering()
    box.wish(WaitLonger())
    box.wait(15 * MINUTE_MS, WokeUp())
    assert current(box).state is S.GATHERING
    assert box.world.due.wall_ms == current(box).occurrence.starts_ms > SESSION.starts_ms


def test_what_is_put_off_goes_on_tomorrow_at_the_same_second_and_is_one_session() -> None:
    box = running()
    box.wish(PutOff())
    assert box.world.session is None
    assert box.world.interrupted is not None
    kept = box.last(KeepSession).row
    assert (kept.put_off, kept.position_ms) == (True, 10_000)
    box.take(QuitAsked())
    tomorrow = TestBox(wall_ms=NOW_MS + 25 * 3_600_000).start(JournalFacts(head=9, acknowledged=9, open_session=kept))
    tomorrow.wish(ContinueInterrupted())
    assert tomorrow.last(OpenMedia).from_ms == 10_000
    assert not current(tomorrow).row.put_off
    tomorrow.show(3)
    tomorrow.wish(StopPlaying())
    tomorrow.wish(ConfirmHeads())
    (held,) = tomorrow.bodies(SessionHeld)
    assert (held.session, held.ended) == (SESSION.id, "held")


def test_a_session_put_off_goes_on_when_it_is_opened_from_the_list_and_is_recorded_once() -> None:
    box = running()
    box.wish(PutOff())
    box.wish(OpenGathering(SESSION.id))
    assert current(box).state is S.BETWEEN
    assert box.last(OpenMedia).from_ms == 10_000
    box.show(2)
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    assert [one.ended for one in box.bodies(SessionHeld)] == ["held"]


def test_a_lesson_can_be_added_at_the_head_count_and_outlives_a_cut() -> None:
    box = counting()
    box.wish(PlayLesson("c1", "two"))
    assert current(box).state is S.BETWEEN
    assert box.last(OpenMedia).blob == FILMS[1]
    assert isinstance(box.world.screen, PlayingScreen)
    box.show(2)
    kept = box.last(KeepSession).row
    again = TestBox().start(JournalFacts(head=4, acknowledged=0, open_session=kept))
    again.wish(ContinueInterrupted())
    assert again.last(OpenMedia).blob == FILMS[1]
    again.show(299)
    again.take(MediaEnded(again.last(OpenMedia).id, 300_000, 9_000))
    assert current(again).state is S.COUNTING


# --- lectures and visits


def test_a_lecture_shows_nothing_begins_by_hand_and_its_heads_are_counted() -> None:
    box = lecture()
    assert current(box).state is S.HOLDING
    assert isinstance(box.world.screen, SessionScreen)
    assert box.all(OpenMedia) == []
    assert box.last(KeepSession).row.stage == "holding"
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    assert [one.form for one in box.bodies(SessionHeld)] == ["lecture"]


def test_a_lecture_never_begins_by_itself() -> None:
    talk = replace(SESSION, form="lecture", items=(), duration_ms=90 * MINUTE_MS)
    box = gathering(generation=generation(occurrences=(talk,)))
    box.wait(20 * MINUTE_MS, WokeUp())
    assert current(box).state is S.GATHERING
    box.wait(90 * MINUTE_MS, WokeUp())
    assert box.world.session is None
    assert box.bodies(SessionHeld) == []


def test_a_lecture_goes_on_after_a_power_cut_and_is_counted_when_all_have_gone() -> None:
    kept = lecture().last(KeepSession).row
    box = TestBox().start(JournalFacts(head=4, acknowledged=0, open_session=kept))
    box.wish(ContinueInterrupted())
    assert current(box).state is S.HOLDING
    assert session.deadline(box.world) is not None
    box.wait(session_now.COUNT_WITHIN_MS, WokeUp())
    assert current(box).state is S.COUNTING


# --- afterwards


def test_a_session_held_without_the_box_is_entered_with_its_own_time() -> None:
    box = TestBox().start()
    box.wish(EnterSession("", "field-visit", "2026-03-03T09:30", made_up="old@2026-03-01T19:30"))
    assert current(box).state is S.COUNTING
    for key in ("1", "2"):
        box.wish(EditHeads(key))
    box.wish(ConfirmHeads())
    (held,) = box.bodies(SessionHeld)
    starts_ms = NOW_MS - 2 * 86_400_000 - 430 * MINUTE_MS
    assert (held.started_wall_ms, held.ended_wall_ms) == (starts_ms, starts_ms + 90 * MINUTE_MS)
    assert (held.form, held.by_hand, held.made_up) == ("field-visit", True, "old@2026-03-01T19:30")
    assert box.bodies(HeadCount)[0].present == 12
    assert box.world.held_this_month == 1


def test_nothing_is_entered_for_the_future_or_over_a_session_that_is_on() -> None:
    box = TestBox().start()
    box.wish(EnterSession("", "lecture", "2026-03-06T09:30"))
    assert box.world.session is None
    assert box.world.notice is not None
    running_box = running()
    before = current(running_box)
    running_box.wish(EnterSession("", "lecture", "2026-03-03T09:30"))
    assert current(running_box).row.session == before.row.session
