"""Sessions that the village plans at its television: promised when durable, held like the county's, given up again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import own_sessions, schedule
from player.core.actions import CancelSession, LeaveSession, OpenGathering, PlanSession, StartSession, SyncNow
from player.core.effects import AppendEntry
from player.core.events import Journaled, WokeUp
from player.core.facts import JournalFacts, OwnSession
from player.core.lives.session import SessionState
from player.core.media_effects import OpenMedia
from player.core.own_sessions import DAYS_AFTER, MOST, OWN, starts_of
from player.core.screens_shown import SessionScreen
from player.core.worker_effects import RunSync
from player.core.worker_events import SyncFinished
from playlists.documents import StopOrder
from playlists.entries import SessionCancelled, SessionPlanned, SessionYields
from playlists.occurrences import Occurrence
from tests.player.core.box import COURSE, FILMS, MINUTE_MS, NOW_MS, SESSION, TestBox, generation, store

DAY_MS = 24 * 60 * MINUTE_MS
TOMORROW = "2026-03-06T19:30"  # the tests begin on Thursday, 5 March 2026, at 16:40 in China
TOMORROW_MS = NOW_MS + DAY_MS + 170 * MINUTE_MS
FRIDAY = PlanSession("c1", "video", TOMORROW)


def planned(wish: PlanSession = FRIDAY, **changes: Any) -> TestBox:
    box = TestBox().start(**changes)
    box.wish(wish)
    return box


def own(box: TestBox) -> list[Occurrence]:
    assert box.world.generation is not None
    return [one for one in box.world.generation.occurrences if one.group == OWN]


def test_a_plan_becomes_a_session_among_the_countys_with_the_lessons_of_its_course() -> None:
    box = planned()
    assert box.bodies(SessionPlanned)[0].starts == TOMORROW
    (one,) = own(box)
    assert (one.starts_ms, one.local_start, one.title) == (TOMORROW_MS, TOMORROW, COURSE.title)
    assert one.items[0].lessons == ("one", "two")
    assert box.world.generation is not None
    assert [found.id for found in box.world.generation.occurrences] == [SESSION.id, one.id]
    assert "已安排" in (box.world.notice.words if box.world.notice else "")


def test_it_is_promised_only_when_the_journal_holds_it() -> None:
    box = TestBox().start()
    box.commits = False
    box.wish(FRIDAY)
    assert own(box) == []
    effect = next(one for one in box.all(AppendEntry) if isinstance(one.body, SessionPlanned))
    box.commits = True
    box.take(Journaled(effect.id, 9))
    assert len(own(box)) == 1


def test_it_gathers_and_starts_on_its_minute() -> None:
    box = planned()
    box.world = replace(box.world, done_sessions=frozenset({SESSION.id}))
    box.wait(TOMORROW_MS - NOW_MS - 15 * MINUTE_MS, WokeUp())
    assert isinstance(box.world.screen, SessionScreen)
    box.wait(15 * MINUTE_MS, WokeUp())
    assert box.last(OpenMedia).blob == FILMS[0]


def test_what_it_needs_is_fetched() -> None:
    box = TestBox().start(generation=generation(occurrences=()), store=store())
    assert {one.sha256: one.purpose for one in box.world.transfers.order}[FILMS[0]] == "stock"
    box.wish(FRIDAY)
    assert {one.sha256: one.purpose for one in box.world.transfers.order}[FILMS[0]] == "session"


def test_it_outlives_a_restart_and_every_new_generation() -> None:
    kept = OwnSession("own-1", COURSE.title, "c1", "video", TOMORROW, "once")
    box = TestBox().start(JournalFacts(head=3, acknowledged=3, own_sessions=(kept,)))
    assert [one.session for one in own(box)] == ["own-1"]
    assert box.world.sync.effect
    box.take(SyncFinished(box.world.sync.effect, generation(number=4), checked=True))
    assert box.world.generation is not None
    assert box.world.generation.number == 4
    assert [one.session for one in own(box)] == ["own-1"]


def test_the_county_is_asked_for_its_course_too() -> None:
    kept = OwnSession("own-1", COURSE.title, "c1", "video", TOMORROW, "once")
    lecture = OwnSession("own-2", "讲座", "", "lecture", TOMORROW, "once")
    box = TestBox().start(JournalFacts(head=3, acknowledged=3, own_sessions=(kept, lecture)))
    assert box.last(RunSync).courses == ("c1",)


def test_what_was_held_long_ago_asks_for_nothing_and_is_in_nobodys_way() -> None:
    days = [f"2025-{1 + number // 28:02}-{1 + number % 28:02}T19:30" for number in range(MOST)]
    past = tuple(OwnSession(f"own-{day}", COURSE.title, "c9", "video", day, "once") for day in days)
    box = TestBox().start(JournalFacts(head=3, acknowledged=3, own_sessions=past))
    assert box.last(RunSync).courses == ()
    box.wish(FRIDAY)
    assert len(own(box)) == 1


def test_so_many_sessions_ahead_are_enough_until_some_are_cancelled() -> None:
    ahead = [OwnSession(f"own-{number}", COURSE.title, "c1", "video", TOMORROW, "once") for number in range(MOST)]
    weekly = [*ahead[1:], replace(ahead[0], starts="2026-02-27T19:30", repeat="weekly")]
    for found, enough in ((ahead, True), (weekly, True), (ahead[1:], False)):
        box = TestBox().start(JournalFacts(head=3, acknowledged=3, own_sessions=tuple(found)))
        assert ("太多" in own_sessions.hindrance(box.world, replace(FRIDAY, starts="2026-03-08T19:30"))) == enough


def test_two_plans_have_two_names_that_a_document_could_bear() -> None:
    box = planned()
    box.wish(PlanSession("c1", "video", "2026-03-07T19:30"))
    names = {one.session for one in box.world.own_sessions}
    assert len(names) == 2
    assert all(len(name) <= 64 and name.replace("-", "").isalnum() for name in names)


def test_nothing_is_planned_in_the_past_without_a_clock_or_over_another_session() -> None:
    for wish, said in (
        (replace(FRIDAY, starts="2026-03-05T16:00"), "已经过了"),
        (replace(FRIDAY, starts="2026-03-05T17:45"), "县里安排了《春耕》"),
    ):
        box = planned(wish)
        assert own(box) == []
        assert said in (box.world.notice.words if box.world.notice else "")
    box = planned()
    box.wish(replace(FRIDAY, starts="2026-03-06T19:35"))
    assert len(own(box)) == 1
    assert "已经安排了" in (box.world.notice.words if box.world.notice else "")
    unknown = TestBox(trust="unknown").start()
    unknown.wish(FRIDAY)
    assert own(unknown) == []


def test_a_session_of_the_county_at_the_same_time_wins_and_it_is_said_which() -> None:
    box = planned()
    (one,) = own(box)
    county = replace(SESSION, id="late@2026-03-06T19:35", starts_ms=TOMORROW_MS + 5 * MINUTE_MS, title="夜校")
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=(SESSION, county)), checked=True))
    assert own(box) == []
    assert own_sessions.yielding(box.world) == [(one, county)]


def countys(box: TestBox, *occurrences: Occurrence) -> None:
    if not box.world.sync.effect:
        box.wish(SyncNow())
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=(SESSION, *occurrences)), checked=True))


def test_the_county_is_told_once_that_a_session_gives_way_and_once_that_it_no_longer_does() -> None:
    box = planned(replace(FRIDAY, repeat="weekly"))
    name = box.bodies(SessionPlanned)[0].session
    county = replace(SESSION, id="late@2026-03-06T19:35", starts_ms=TOMORROW_MS + 5 * MINUTE_MS, title="夜校")
    countys(box, county)
    told = SessionYields(session=name, start=TOMORROW, to=county.id, title="夜校")
    assert box.bodies(SessionYields) == [told]
    countys(box, replace(county, expected=3))
    assert box.bodies(SessionYields) == [told]
    countys(box, replace(county, starts_ms=TOMORROW_MS + 3 * DAY_MS))
    assert box.bodies(SessionYields)[1:] == [SessionYields(session=name, start=TOMORROW)]
    assert len(own(box)) > 1


def test_of_what_is_over_or_was_cancelled_nothing_is_told() -> None:
    kept = OwnSession("own-1", COURSE.title, "c1", "video", TOMORROW, "once", yields=("2026-03-01T19:30", TOMORROW))
    cancelled = replace(kept, given_up=(TOMORROW,))
    box = TestBox().start(JournalFacts(head=3, acknowledged=3, own_sessions=(cancelled,)))
    assert box.bodies(SessionYields) == []
    box = TestBox().start(JournalFacts(head=3, acknowledged=3, own_sessions=(kept,)))
    assert box.bodies(SessionYields) == [SessionYields(session="own-1", start=TOMORROW)]


def test_while_the_time_is_unknown_nothing_is_told_and_then_it_is() -> None:
    kept = OwnSession("own-1", COURSE.title, "c1", "video", TOMORROW, "once", yields=(TOMORROW,))
    box = TestBox(trust="unknown").start(JournalFacts(head=3, acknowledged=3, own_sessions=(kept,)))
    assert box.bodies(SessionYields) == []
    box.trust = "trusted"
    box.take(WokeUp())
    assert box.bodies(SessionYields) == [SessionYields(session="own-1", start=TOMORROW)]


def test_giving_up_one_of_many_leaves_the_others_and_all_ends_them() -> None:
    box = planned(replace(FRIDAY, repeat="weekly"))
    first, *rest = own(box)
    box.wish(OpenGathering(first.id))
    box.wish(CancelSession())
    assert box.world.session is None
    assert box.last(AppendEntry).body == SessionCancelled(session=first.session, start=TOMORROW)
    assert own(box) == rest
    box.wish(OpenGathering(rest[0].id))
    box.wish(CancelSession(all_of_it=True))
    assert own(box) == []
    assert box.world.own_sessions == ()
    assert box.world.session is None


def test_the_card_of_a_session_that_has_begun_to_gather_goes_when_it_is_given_up() -> None:
    box = planned()
    box.world = replace(box.world, done_sessions=frozenset({SESSION.id}))
    box.wait(TOMORROW_MS - NOW_MS - 5 * MINUTE_MS, WokeUp())
    assert box.world.session is not None
    box.wish(CancelSession())
    assert box.world.session is None
    box.wait(5 * MINUTE_MS, WokeUp())
    assert box.all(OpenMedia) == []


def test_a_session_of_the_county_cannot_be_given_up() -> None:
    box = TestBox().start()
    box.wish(OpenGathering(SESSION.id))
    box.wish(CancelSession())
    assert box.bodies(SessionCancelled) == []
    assert schedule.find(box.world, SESSION.id) is not None


def test_a_stopped_or_lost_course_is_told_and_shows_nothing() -> None:
    stop = StopOrder(id="s", course="c1", issued="2026-03-01T00:00")
    box = planned(generation=generation(stops=(stop,)))
    assert (own(box)[0].items, own(box)[0].withdrawn) == ((), ("c1",))
    assert box.world.generation is not None
    without = own_sessions.merged(box.world, replace(box.world.generation, courses={}))
    assert [one.missing for one in without.occurrences if one.group == OWN] == [("c1",)]


def test_the_weeks_ahead_move_on_with_the_days() -> None:
    box = planned(replace(FRIDAY, repeat="weekly"))
    before = own(box)[-1].starts_ms
    box.wait(8 * DAY_MS, WokeUp())
    assert own(box)[-1].starts_ms > before
    assert own(box)[-1].starts_ms <= box.wall_ms + (DAYS_AFTER + 1) * DAY_MS


def test_it_can_be_begun_by_hand_like_any_other() -> None:
    box = planned()
    (one,) = own(box)
    box.world = replace(box.world, done_sessions=frozenset({SESSION.id}))
    box.wait(DAY_MS, WokeUp())
    box.wish(OpenGathering(one.id))
    box.wish(StartSession())
    assert box.world.session is not None
    assert box.world.session.state is SessionState.BETWEEN
    box.wish(LeaveSession())


@pytest.mark.parametrize(
    ("repeat", "starts", "expected"),
    [
        ("once", "2026-03-06", ["03-06"]),
        ("weekly", "2026-03-06", ["03-06", "03-13", "03-20", "03-27", "04-03", "04-10", "04-17", "04-24"]),
        ("fortnightly", "2026-03-06", ["03-06", "03-20", "04-03", "04-17"]),
        ("monthly", "2026-03-13", ["03-13", "04-10", "05-08", "06-12"]),  # every second Friday
        ("monthly", "2026-01-30", ["01-30", "02-27", "03-27", "04-24", "05-29", "06-26", "07-31"]),  # the fifth or last
    ],
)
def test_repetition_keeps_the_weekday(repeat: Any, starts: str, expected: list[str]) -> None:
    one = OwnSession("own-1", "t", "c1", "video", f"{starts}T19:30", repeat)
    last = date(2026, int(expected[-1][:2]), int(expected[-1][3:]))
    found = list(starts_of(one, date(2026, 1, 1), last))
    assert [f"{start:%m-%d}" for start in found] == expected
    assert {f"{start:%H:%M}" for start in found} == {"19:30"}
