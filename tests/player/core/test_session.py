from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import schedule, session, session_now, session_running
from player.core.actions import (
    ConfirmHeads,
    ContinueInterrupted,
    EditHeads,
    LeaveSession,
    NoteSession,
    OpenGathering,
    PlayLesson,
    PutOff,
    RateSession,
    SkipLesson,
    SkipSession,
    StartSession,
    StopPlaying,
    TogglePause,
    WaitLonger,
)
from player.core.effects import AppendEntry, KeepSession
from player.core.events import ClockJumped, Journaled, JournalFailed, QuitAsked, WokeUp
from player.core.facts import JournalFacts, OpenPlay, OpenSession
from player.core.faults import JOURNAL_UNWRITABLE
from player.core.lives.session import SessionState
from player.core.media_effects import CloseMedia, OpenMedia
from player.core.media_events import MediaEnded, MediaFailed
from player.core.screens_shown import PlayingScreen, SessionScreen
from player.core.turn import Turn
from player.core.worker_events import SyncFinished
from playlists.documents import StopOrder
from playlists.entries import Boot, HeadCount, Play, SessionHeld, StopReceipt
from tests.player.core.box import FILMS, MINUTE_MS, NOW_MS, SESSION, NoLibrary, TestBox, began, generation, store

S = SessionState
GATHERS = 45 * MINUTE_MS  # from the start of the tests
STOP = StopOrder(id="stop1", course="c1", lesson="one", reason="内容有误", issued="2026-03-05T00:00")


def gathering(**changes: Any) -> TestBox:
    box = TestBox().start(**changes)
    box.wait(GATHERS, WokeUp())
    return box


def running(**changes: Any) -> TestBox:
    box = gathering(**changes)
    box.wait(15 * MINUTE_MS, WokeUp())
    box.show(10)
    return box


def counting() -> TestBox:
    box = running()
    box.wish(StopPlaying())
    return box


def in_state(state: SessionState) -> TestBox:
    if state is S.GATHERING:
        return gathering()
    if state is S.BETWEEN:
        box = gathering()
        box.wish(StartSession())
        return box
    if state is S.PLAYING:
        return running()
    if state is S.HOLDING:
        return lecture()
    box = counting()
    if state in (S.CONFIRMING, S.CLOSING):
        box.commits = state is S.CLOSING
        box.wish(ConfirmHeads())
    return box


def lecture() -> TestBox:
    """Return a box at which a lecture goes on."""
    talk = replace(SESSION, form="lecture", items=(), duration_ms=90 * MINUTE_MS)
    box = gathering(generation=generation(occurrences=(talk,)))
    box.wish(StartSession())
    return box


def state_of(box: TestBox) -> SessionState | None:
    return box.world.session.state if box.world.session else None


AFTER = {
    (S.GATHERING, StartSession): S.BETWEEN, (S.GATHERING, SkipSession): None, (S.PLAYING, SkipLesson): S.BETWEEN,
    (S.PLAYING, StopPlaying): S.COUNTING, (S.BETWEEN, StopPlaying): S.COUNTING, (S.CLOSING, LeaveSession): None,
    (S.COUNTING, ConfirmHeads): S.CONFIRMING, (S.CONFIRMING, Journaled): S.CLOSING,
    (S.HOLDING, StopPlaying): S.COUNTING,
    (S.PLAYING, PutOff): None, (S.BETWEEN, PutOff): None, (S.HOLDING, PutOff): None,
    (S.COUNTING, PlayLesson): S.BETWEEN,
}  # fmt: skip
EVENTS: dict[type, Any] = {
    StartSession: StartSession(), LeaveSession: LeaveSession(), SkipSession: SkipSession(), SkipLesson: SkipLesson(1),
    StopPlaying: StopPlaying(), EditHeads: EditHeads("7"), ConfirmHeads: ConfirmHeads(),
    NoteSession: NoteSession("speaker", "王技术员"), WaitLonger: WaitLonger(), PutOff: PutOff(),
    RateSession: RateSession(3),
    PlayLesson: PlayLesson("c1", "two"),
}  # fmt: skip


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(SessionState, session.EVENTS)))
def test_every_pair_of_state_and_event_leads_where_the_table_says(state: SessionState, kind: type) -> None:
    box = in_state(state)
    assert state_of(box) is state
    assert box.world.session is not None
    turn = Turn(box.world, box.now(), NoLibrary())
    session.follow_event(turn, Journaled(box.world.session.commit, 9) if kind is Journaled else EVENTS[kind])
    after = turn.world.session.state if turn.world.session else None
    assert after is AFTER.get((state, kind), state)


def test_the_card_appears_by_itself_and_the_session_starts_at_its_minute() -> None:
    box = TestBox().start()
    assert box.wake.wall_ms == SESSION.starts_ms - 15 * MINUTE_MS
    box.wait(GATHERS, WokeUp())
    assert isinstance(box.world.screen, SessionScreen)
    assert box.wake.wall_ms == SESSION.starts_ms
    box.wait(15 * MINUTE_MS, WokeUp())
    assert box.last(OpenMedia).blob == FILMS[0]
    assert isinstance(box.world.screen, PlayingScreen)


def test_ok_on_the_card_starts_when_people_sit() -> None:
    box = gathering()
    box.press("ok")
    assert state_of(box) is S.BETWEEN


def test_the_next_lesson_opens_in_the_same_step_in_which_the_last_one_ended() -> None:
    box = running()
    first = box.last(OpenMedia).id
    box.show(287)
    asked = box.wait(500, MediaEnded(first, 299_900, 7_000))
    kinds = [type(one) for one in asked]
    assert kinds.index(KeepSession) < kinds.index(AppendEntry) < kinds.index(OpenMedia)
    assert CloseMedia not in kinds
    assert box.last(OpenMedia).blob == FILMS[1]


def test_a_whole_session_by_remote_ends_in_one_transaction_and_the_closing_card() -> None:
    box = running()
    box.press("stop", "right", "ok")
    assert state_of(box) is S.COUNTING
    box.press("ok", "1", "8", "ok", "9", "ok", "ok")
    effect = next(one for one in box.all(AppendEntry) if isinstance(one.body, HeadCount))
    assert effect.closes_session
    assert effect.body == HeadCount(session=SESSION.id, expected=27, present=27, members=18, villagers=9, on_leave=0)
    assert [one.ended for one in box.bodies(SessionHeld)] == ["held"]
    assert state_of(box) is S.CLOSING
    assert box.world.held_this_month == 1
    assert SESSION.id in box.world.done_sessions
    box.press("ok")
    assert box.world.session is None


def test_registered_is_said_only_when_the_journal_has_it() -> None:
    box = counting()
    box.commits = False
    box.wish(ConfirmHeads())
    assert state_of(box) is S.CONFIRMING
    owed = box.last(AppendEntry)
    box.take(JournalFailed(owed.id, "read-only file system"))
    assert JOURNAL_UNWRITABLE in box.world.faults
    assert box.wake.monotonic_ms is not None
    box.wait(61_000, WokeUp())
    assert [one.id for one in box.all(AppendEntry)].count(owed.id) == 2
    box.take(Journaled(owed.id, 50))
    assert state_of(box) is S.CLOSING
    assert JOURNAL_UNWRITABLE not in box.world.faults


def test_a_lesson_that_is_not_here_is_skipped_with_a_word() -> None:
    box = gathering(store=store(FILMS[1]))
    box.wish(StartSession())
    assert box.last(OpenMedia).blob == FILMS[1]
    assert box.world.notice is not None
    assert "跳过" in box.world.notice.words


def test_with_nothing_here_the_card_stays_and_the_session_starts_when_a_lesson_arrives() -> None:
    box = running_nothing()
    assert state_of(box) is S.GATHERING
    box.world = replace(box.world, store=store(FILMS[0]))
    box.wait(1_000, WokeUp())
    assert state_of(box) is S.BETWEEN


def running_nothing() -> TestBox:
    box = gathering(store=store())
    box.wait(15 * MINUTE_MS, WokeUp())
    box.press("ok")
    return box


def test_a_broken_lesson_gives_way_to_the_next_one() -> None:
    box = running()
    for _ in range(3):
        assert box.world.playback is not None
        box.take(MediaFailed(box.world.playback.play, "no such codec"))
    assert box.last(OpenMedia).blob == FILMS[1]
    assert [one.ended for one in box.bodies(Play)] == ["failed"]


def test_after_a_power_cut_one_key_goes_on_at_the_same_second() -> None:
    play = OpenPlay("c1", "two", FILMS[1], 720, "session", SESSION.id, began(NOW_MS - 200_000), ((0, 95_000),))
    row = OpenSession(SESSION.id, "春耕", "video", began(NOW_MS - 600_000), 1, 0, 27, "playing", "c1", "two")
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_play=play, open_session=row, clean=False))
    assert [one.ended for one in box.bodies(Play)] == ["cut"]
    assert box.bodies(Boot) == [Boot(version="1", clean=False)]
    assert box.world.interrupted is not None
    box.press("ok")
    assert box.last(OpenMedia).from_ms == 95_000
    assert box.last(OpenMedia).blob == FILMS[1]
    assert box.world.interrupted is None
    box.show(3)
    box.wish(StopPlaying())
    box.wish(ConfirmHeads())
    assert len(box.bodies(SessionHeld)) == 1
    assert box.bodies(SessionHeld)[0].started_wall_ms == NOW_MS - 600_000


def test_a_second_power_cut_before_somebody_continues_does_not_lose_the_place() -> None:
    play = OpenPlay("c1", "two", FILMS[1], 720, "session", SESSION.id, began(NOW_MS - 200_000), ((0, 95_000),))
    row = OpenSession(SESSION.id, "春耕", "video", began(NOW_MS - 600_000), 1, 0, 27, "playing", "c1", "two")
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_play=play, open_session=row, clean=False))
    writes = [one for one in box.asked if isinstance(one, KeepSession | AppendEntry)]
    assert isinstance(writes[0], KeepSession), "the place is kept before the row that knew it is closed"
    again = TestBox().start(JournalFacts(head=7, acknowledged=5, open_session=writes[0].row, clean=False))
    again.press("ok")
    assert again.last(OpenMedia).from_ms == 95_000


def test_a_cut_between_two_lessons_goes_on_with_the_next_one() -> None:
    play = OpenPlay("c1", "one", FILMS[0], 720, "session", SESSION.id, began(NOW_MS), ((0, 299_000),))
    row = OpenSession(SESSION.id, "春耕", "video", began(NOW_MS), 1, 0, 27, "playing", "c1", "two")
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_play=play, open_session=row))
    box.wish(ContinueInterrupted())
    assert (box.last(OpenMedia).blob, box.last(OpenMedia).from_ms) == (FILMS[1], 0)


def test_a_cut_in_the_head_count_goes_on_with_the_head_count() -> None:
    row = OpenSession(SESSION.id, "春耕", "video", began(NOW_MS), 1, 0, 27, "counting")
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_session=row))
    box.wish(ContinueInterrupted())
    assert state_of(box) is S.COUNTING


def test_an_interrupted_session_that_nobody_continues_is_recorded_as_cut() -> None:
    row = OpenSession(SESSION.id, "春耕", "video", began(NOW_MS - 100), 0, 0)
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_session=row))
    box.wait(session_running.CUT_AFTER_MS, WokeUp())
    assert [one.ended for one in box.bodies(SessionHeld)] == ["cut"]
    assert any(one.closes_session for one in box.all(AppendEntry))


def test_with_an_unknown_clock_nothing_starts_by_itself_but_people_can() -> None:
    box = TestBox(trust="unknown").start()
    box.wait(60 * MINUTE_MS, WokeUp())
    assert box.world.session is None
    box.wish(OpenGathering(SESSION.id))
    box.wait(60 * MINUTE_MS, WokeUp())
    assert state_of(box) is S.GATHERING
    box.wish(StartSession())
    assert state_of(box) is S.BETWEEN


def test_next_weeks_session_is_not_held_by_a_slip_of_the_thumb() -> None:
    far = replace_start(SESSION.starts_ms + 7 * 24 * 60 * MINUTE_MS)
    box = TestBox().start(generation=generation(occurrences=(far,)))
    box.wish(OpenGathering(far.id))
    box.wish(StartSession())
    assert state_of(box) is S.GATHERING


def replace_start(starts_ms: int, name: str = "later@1") -> Any:
    fields = {field: getattr(SESSION, field) for field in SESSION.__struct_fields__}
    return type(SESSION)(**fields | {"starts_ms": starts_ms, "id": name})


def test_a_session_missed_by_more_than_its_length_is_not_started_but_can_be_opened() -> None:
    box = TestBox(wall_ms=SESSION.starts_ms + 16 * MINUTE_MS).start()
    assert box.world.session is None
    box.wish(OpenGathering(SESSION.id))
    assert state_of(box) is S.GATHERING


def test_who_comes_late_with_the_power_gets_a_minute_to_sit_down() -> None:
    box = TestBox(wall_ms=SESSION.starts_ms + 3 * MINUTE_MS).start()
    assert state_of(box) is S.GATHERING
    assert box.wake.monotonic_ms is not None
    box.wait(schedule.LATE_GATHERING_MS - 1, WokeUp())
    assert state_of(box) is S.GATHERING
    box.wait(1, WokeUp())
    assert state_of(box) is S.BETWEEN


def test_of_two_overlapping_sessions_the_second_gathers_after_the_first() -> None:
    second = replace_start(SESSION.starts_ms + 5 * MINUTE_MS, "second@1")
    box = running(generation=generation(occurrences=(SESSION, second)))
    box.wait(6 * MINUTE_MS, WokeUp())
    assert box.world.session is not None
    assert box.world.session.row.session == SESSION.id
    box.wish(StopPlaying())
    assert state_of(box) is S.COUNTING
    box.wish(ConfirmHeads())
    box.wish(LeaveSession())
    assert box.world.session is not None
    assert box.world.session.row.session == "second@1"


def test_heads_that_nobody_counts_do_not_keep_the_next_session_away() -> None:
    second = replace_start(SESSION.starts_ms + 5 * MINUTE_MS, "second@1")
    box = running(generation=generation(occurrences=(SESSION, second)))
    box.wish(StopPlaying())
    box.wait(session_now.COUNT_BEFORE_NEXT_MS, WokeUp())
    assert box.world.session is not None
    assert box.world.session.row.session == "second@1"
    assert [one.session for one in box.bodies(SessionHeld)] == [SESSION.id]


def test_an_on_demand_lesson_gets_a_line_and_gives_way_at_the_minute() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "two"))
    box.show(5)
    box.wait(GATHERS - 5_100, WokeUp())
    assert isinstance(box.world.screen, PlayingScreen)
    assert box.world.notice is not None
    box.wait(15 * MINUTE_MS, WokeUp())
    assert state_of(box) is S.BETWEEN
    assert [one.why for one in box.bodies(Play)] == ["menu"]


def test_a_stop_order_ends_the_lesson_with_a_word_and_is_receipted_once() -> None:
    box = running()
    effect = box.world.sync.effect
    box.take(SyncFinished(effect, generation(stops=(STOP,))))
    assert box.world.notice is not None
    assert "停播" in box.world.notice.words
    assert box.last(OpenMedia).blob == FILMS[1]
    box.wait(3_600_000, WokeUp())
    box.take(SyncFinished(box.world.sync.effect, generation(stops=(STOP,), number=4)))
    assert box.bodies(StopReceipt) == [StopReceipt(stop="stop1")]


def test_a_revoked_box_stops_what_is_going_on() -> None:
    box = running()
    box.take(SyncFinished(box.world.sync.effect, generation(revoked=True)))
    assert box.world.session is None
    assert [one.ended for one in box.bodies(SessionHeld)] == ["cut"]


def test_a_cancelled_session_leaves_the_screen_with_a_word() -> None:
    box = gathering()
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=())))
    assert box.world.session is None
    assert box.world.notice is not None


def test_skipped_is_recorded_and_not_gathered_again() -> None:
    box = gathering()
    box.wish(SkipSession())
    box.wait(1_000, WokeUp())
    assert [one.ended for one in box.bodies(SessionHeld)] == ["skipped"]
    assert box.world.session is None


def test_heads_that_nobody_counts_at_all_leave_the_session_held() -> None:
    box = counting()
    box.wait(session_now.COUNT_WITHIN_MS, WokeUp())
    assert box.world.session is None
    assert [one.ended for one in box.bodies(SessionHeld)] == ["held"]
    assert not box.bodies(HeadCount)


def test_a_lesson_that_was_paused_and_left_gives_way_to_the_next_session() -> None:
    later = replace(SESSION, id="other", session="other", starts_ms=SESSION.starts_ms + 60 * MINUTE_MS)
    box = running(generation=generation(occurrences=(SESSION, later)))
    box.wish(TogglePause())
    box.wait(5 * MINUTE_MS, WokeUp())
    assert box.world.session is not None
    assert box.world.session.state is SessionState.PLAYING
    box.wait(later.starts_ms - 15 * MINUTE_MS - box.wall_ms, WokeUp())
    assert box.world.session.state is SessionState.COUNTING
    box.wait(session_now.COUNT_BEFORE_NEXT_MS, WokeUp())
    assert box.world.session.occurrence.id == "other"
    assert [one.ended for one in box.bodies(SessionHeld)] == ["held"]


def test_a_lesson_that_was_paused_and_left_for_the_night_leads_to_the_head_count() -> None:
    box = running()
    box.wish(TogglePause())
    box.wait(session_now.COUNT_BEFORE_NEXT_MS, WokeUp())
    assert box.wake.monotonic_ms is not None
    box.wait(session_now.COUNT_WITHIN_MS - session_now.COUNT_BEFORE_NEXT_MS, WokeUp())
    assert box.world.session is not None
    assert box.world.session.state is SessionState.COUNTING
    assert [one.ended for one in box.bodies(Play)] == ["stopped"]


def test_the_end_of_the_service_keeps_the_second_and_seals_the_play() -> None:
    box = running()
    box.commits = False
    asked = box.take(QuitAsked())
    assert box.last(KeepSession).row.position_ms == 10_000
    assert [one.body.ended for one in asked if isinstance(one, AppendEntry) and isinstance(one.body, Play)] == ["cut"]
    assert "Quit" not in [type(one).__name__ for one in box.asked]
    box.take(Journaled(box.last(AppendEntry).id, 99))
    assert type(box.asked[-1]).__name__ == "Quit"


def test_a_session_begun_without_knowing_the_time_can_be_continued_after_the_time_is_heard() -> None:
    row = OpenSession(SESSION.id, SESSION.title, "video", began(86_400_000, "unknown"), 0, 60_000)
    box = TestBox(trust="unknown", wall_ms=90_000_000).start(JournalFacts(head=0, acknowledged=0, open_session=row))
    box.trust, box.wall_ms = "trusted", NOW_MS
    box.take(ClockJumped(NOW_MS, "trusted"))
    assert box.world.interrupted == row
    begun = TestBox(trust="unknown").start()
    begun.wish(OpenGathering(SESSION.id))
    begun.wish(StartSession())
    assert begun.last(KeepSession).row.started.trust == "unknown"


def test_a_box_revoked_while_people_gather_takes_the_card_away() -> None:
    box = TestBox().start()
    box.wish(OpenGathering(SESSION.id))
    box.take(SyncFinished(box.world.sync.effect, generation(revoked=True)))
    assert box.world.session is None
    assert not box.bodies(SessionHeld)


def test_heads_can_still_be_counted_on_a_box_that_is_revoked_meanwhile() -> None:
    box = TestBox().start()
    box.wish(OpenGathering(SESSION.id))
    box.wish(StartSession())
    box.show(5)
    box.wish(StopPlaying())
    box.take(SyncFinished(box.world.sync.effect, generation(revoked=True)))
    assert box.world.session is not None
    assert box.world.session.state is SessionState.COUNTING


def test_a_sign_off_that_the_journal_cannot_write_does_not_keep_the_next_session_away() -> None:
    later = replace(SESSION, id="other", session="other", starts_ms=SESSION.starts_ms + 60 * MINUTE_MS)
    box = TestBox().start(generation=generation(occurrences=(SESSION, later)))
    box.wish(OpenGathering(SESSION.id))
    box.wish(StartSession())
    box.show(5)
    box.wish(StopPlaying())
    box.commits = False
    box.wish(ConfirmHeads())
    box.wait(later.starts_ms - box.wall_ms, WokeUp())
    assert box.world.session is not None
    assert box.world.session.occurrence.id == "other"
    assert len([one for one in box.world.pending.values() if isinstance(one, AppendEntry)]) > 0


def test_a_sign_off_that_waits_for_the_journal_does_not_keep_the_box_awake() -> None:
    box = TestBox().start()
    box.wish(OpenGathering(SESSION.id))
    box.wish(StartSession())
    box.show(5)
    box.wish(StopPlaying())
    box.commits = False
    box.wish(ConfirmHeads())
    box.take(SyncFinished(box.world.sync.effect, None, error="no route"))
    assert session.deadline(box.world) == box.monotonic_ms + session_now.COUNT_BEFORE_NEXT_MS
    box.wait(13 * 60 * MINUTE_MS, WokeUp())
    assert box.world.session is not None
    assert box.world.session.state is SessionState.CONFIRMING
    assert session.deadline(box.world) is None
