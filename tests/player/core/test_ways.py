"""What helps a session in danger: only what the planner expects to help, with its figures."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from player.core.actions import FindWays, MoveSession, PlanSession, SmallFirst
from player.core.basis import basis
from player.core.effects import KeepPreferences
from player.core.facts import JournalFacts, StoreFacts
from player.core.outlook import OnStick, Risk, Ways
from player.core.own_sessions import OWN
from player.core.screens_shown import WaysScreen
from player.core.ways import ways
from playlists.documents import Course, MarketDays
from playlists.entries import Readiness, SessionCancelled, SessionPlanned
from playlists.occurrences import Occurrence
from tests.player.core.box import COURSE, NOW_MS, TestBox, generation, store
from tests.player.core.test_planner import DAY_MS, HOUR_MS, ladder, occurrence, steady

STARTS_MS = NOW_MS + 24 * HOUR_MS
LADDER = ladder("a", (240, 36_000), (480, 90_000), (720, 360_000))
DAY_S = 86_400


def box_with(share: float, *, courses: dict[str, Course] | None = None, here: StoreFacts | None = None) -> TestBox:
    """A box whose line brings in the day until the session so many times the smallest picture of course ``a``."""
    facts = generation(courses=courses or {"a": LADDER}, occurrences=(occurrence("s", STARTS_MS, "a"),))
    known = replace(here or store(), line=steady(36_000 * share / DAY_S))
    return TestBox().start(JournalFacts(0, 0, endangered=frozenset({"s"})), generation=facts, store=known)


def session(box: TestBox) -> Occurrence:
    assert box.world.generation is not None
    return next(one for one in box.world.generation.occurrences if one.id == "s")


def found(box: TestBox) -> Ways:
    return ways(box.world, session(box))


def test_the_smallest_picture_first_is_a_way_where_it_ends_the_danger() -> None:
    box = box_with(4.4)
    assert box.world.transfers.outlooks["s"].risk is Risk.UNSURE
    way = found(box)
    assert (way.height, way.smaller_height) == (480, 240)
    assert NOW_MS < way.smaller_wall_ms < way.ready_wall_ms <= STARTS_MS


def test_it_is_none_where_the_planner_takes_the_smallest_already() -> None:
    assert found(box_with(0.9)).smaller_height == 0


def test_chosen_it_holds_until_the_session_and_a_better_picture_comes_after_it() -> None:
    box = box_with(4.4)
    way = found(box)
    box.wish(SmallFirst("s"))
    outlook = box.world.transfers.outlooks["s"]
    assert (outlook.height, outlook.ready_wall_ms, outlook.risk) == (240, way.smaller_wall_ms, Risk.SAFE)
    assert [blob.sha256 for blob in box.world.transfers.order] == ["a240", "a480"]
    assert box.last(KeepPreferences).preferences.small_first_until_ms == STARTS_MS
    assert found(box).smaller_height == 0
    box.wish(SmallFirst("gone"))
    assert box.world.preferences.small_first_until_ms == STARTS_MS


def test_the_county_may_ask_for_it_too_three_days_before() -> None:
    box = box_with(4.4)
    assert box.world.generation is not None
    asked = replace(box.world.generation, occurrences=(replace(session(box), small_first=True),))
    assert basis(replace(box.world, generation=asked)).small_first_until_ms == STARTS_MS
    assert ways(replace(box.world, generation=asked), session(box)).height == 240
    later = replace(asked, occurrences=(replace(session(box), small_first=True, starts_ms=NOW_MS + 4 * DAY_MS),))
    assert basis(replace(box.world, generation=later)).small_first_until_ms == 0


def test_another_time_is_the_first_at_the_same_hour_for_which_it_would_be_ready() -> None:
    box = box_with(0.9)
    way = found(box)
    assert way.later_wall_ms == STARTS_MS + DAY_MS  # 36 kB are there after 1.11 days, with a margin after 1.59
    assert STARTS_MS < way.ready_wall_ms < way.later_wall_ms
    assert found(box_with(0.5)).later_wall_ms == STARTS_MS + 2 * DAY_MS


def test_it_is_no_market_day_and_not_at_the_time_of_another_session() -> None:
    box = box_with(0.9)
    other = occurrence("t", STARTS_MS + DAY_MS + 5 * 60_000, "a")
    assert box.world.generation is not None
    taken = replace(box.world.generation, occurrences=(session(box), other))
    assert ways(replace(box.world, generation=taken), session(box)).later_wall_ms == STARTS_MS + 2 * DAY_MS
    assert box.world.generation.box is not None
    site = replace(box.world.generation.box.site, markets=(MarketDays(calendar="week", days=(6, 7)),))  # it is Friday
    market = replace(box.world.generation, box=replace(box.world.generation.box, site=site))
    assert ways(replace(box.world, generation=market), session(box)).later_wall_ms == STARTS_MS + 3 * DAY_MS


def test_what_other_sessions_need_before_that_time_comes_first() -> None:
    box = box_with(0.9)
    assert box.world.generation is not None
    both = {"a": LADDER, "b": ladder("b", (240, 30_000))}
    other = occurrence("t", STARTS_MS + 20 * HOUR_MS, "b")
    facts = replace(box.world.generation, courses=both, occurrences=(session(box), other))
    later = ways(replace(box.world, generation=facts), session(box)).later_wall_ms
    assert later == STARTS_MS + 2 * DAY_MS  # 66 kB are there with a margin after 2.9 days, 36 kB after 1.6


def test_where_nobody_can_say_no_time_is_named() -> None:
    silent = found(box_with(0))
    assert (silent.ready_wall_ms, silent.later_wall_ms, silent.smaller_height) == (0, 0, 0)
    without = found(box_with(0.9, courses={"b": COURSE}))
    assert (without.later_wall_ms, without.left_bytes, without.on_stick) == (0, 0, (OnStick("a"),))


def test_a_stick_has_to_bring_what_is_left_of_each_course() -> None:
    way = found(box_with(0.9, here=store()))
    assert way.on_stick == (OnStick("a", 1, 36_000),)
    assert way.left_bytes == 36_000
    assert found(box_with(0.9, here=store("a240"))).on_stick == ()


def test_without_room_only_that_is_said() -> None:
    way = found(box_with(0.9, here=replace(store(), free_bytes=20_000, quota_bytes=20_000)))
    assert (way.crowded, way.later_wall_ms, way.smaller_height, way.left_bytes) == (True, 0, 0, 36_000)
    assert not found(box_with(0.9)).crowded


def test_a_session_of_ones_own_whose_course_has_not_come_names_it() -> None:
    box = box_with(0.9)
    mine = replace(session(box), group=OWN, title="山羊", items=(), missing=("c9",))
    assert box.world.generation is not None
    facts = replace(box.world.generation, occurrences=(mine,))
    assert ways(replace(box.world, generation=facts), mine).on_stick == (OnStick("山羊"),)


def test_the_county_is_told_the_same() -> None:
    known = replace(store(), line=steady(36_000 * 0.9 / DAY_S))
    facts = generation(courses={"a": LADDER}, occurrences=(occurrence("s", STARTS_MS, "a"),))
    box = TestBox().start(generation=facts, store=known)
    (told,) = box.bodies(Readiness)
    way = found(box)
    assert (told.left_bytes, told.late_wall_ms, told.later_wall_ms, told.smaller_height) == (
        36_000, way.ready_wall_ms, STARTS_MS + DAY_MS, 0,
    )  # fmt: skip


def test_people_who_ask_see_it_and_nothing_is_shown_of_a_session_that_is_gone() -> None:
    box = box_with(4.4)
    box.wish(FindWays("gone"))
    assert not isinstance(box.world.screen, WaysScreen)
    box.wish(FindWays("s"))
    assert box.world.screen == WaysScreen(found(box))


# --- a session of the village's own takes place at another time


@pytest.fixture
def own() -> TestBox:
    """A box with a weekly session of its own, from tomorrow on."""
    box = TestBox().start()
    box.wish(PlanSession("c1", "video", "2026-03-06T19:30", "weekly", "missed@2026-02-27T19:30"))
    return box


def starts(box: TestBox) -> list[str]:
    assert box.world.generation is not None
    return [one.local_start for one in box.world.generation.occurrences if one.group == OWN][:2]


def first(box: TestBox) -> str:
    assert box.world.generation is not None
    return next(one.id for one in box.world.generation.occurrences if one.group == OWN)


def test_only_that_occurrence_is_moved_and_it_still_makes_up_for_what_was_missed(own: TestBox) -> None:
    own.wish(MoveSession(first(own), "2026-03-08T19:30"))
    assert starts(own) == ["2026-03-08T19:30", "2026-03-13T19:30"]
    assert own.bodies(SessionPlanned)[-1].made_up == "missed@2026-02-27T19:30"
    assert own.bodies(SessionPlanned)[-1].repeat == "once"


def test_both_entries_are_one_transaction(own: TestBox) -> None:
    own.commits = False
    own.wish(MoveSession(first(own), "2026-03-08T19:30"))
    assert starts(own) == ["2026-03-06T19:30", "2026-03-13T19:30"]
    entries: list[Any] = [effect for effect in own.asked if hasattr(effect, "more")]
    assert isinstance(entries[-1].more[0], SessionCancelled)
    assert entries[-1].more[0].start == "2026-03-06T19:30"


def test_it_is_not_moved_to_a_time_that_is_taken_or_over(own: TestBox) -> None:
    own.wish(MoveSession(first(own), "2026-03-13T19:30"))
    assert own.world.notice is not None
    assert "已经安排了" in own.world.notice.words
    own.wish(MoveSession(first(own), "2026-03-01T19:30"))
    own.wish(MoveSession("spring@2026-03-05T19:30", "2026-03-09T19:30"))  # the county's: not ours to move
    assert starts(own) == ["2026-03-06T19:30", "2026-03-13T19:30"]
