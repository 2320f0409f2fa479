"""停播码: what a right and a wrong one do, and what the power cannot undo."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from player.core.actions import PlayLesson, TryStopCode
from player.core.effects import AppendEntry
from player.core.events import Journaled, JournalFailed
from player.core.facts import GenerationFacts, JournalFacts, ToldStop, WrongCodes
from player.core.lessons import playable, stop_order
from player.core.lives.picture import PlaybackState
from player.core.lives.room import StopCodeState
from player.core.media_effects import CloseMedia, PauseMedia
from player.core.moment import Moment
from player.core.screens_shown import CourseScreen, HomeScreen, PlayingScreen, StatusScreen, StopCodeScreen
from player.core.stop_codes import LOCKED_MS, MOST_WRONG, TABLE, minutes_locked
from player.core.told_stops import DAYS_AFTER, days_to_try
from player.core.worker_effects import RunStopCode
from player.core.worker_events import StopCodeChecked
from playlists.documents import StopOrder
from playlists.entries import StopCode
from tests.player.core.box import FILMS, MINUTE_MS, NOW_MS, TestBox, generation

DAY_MS = 24 * 60 * MINUTE_MS
TODAY = "2026-03-05"  # of NOW_MS, in the county
TRY = TryStopCode(128, "12345678")


def county(*, signed_ms: int = NOW_MS - DAY_MS, key: str = "a" * 64, **changes: Any) -> GenerationFacts:
    facts = generation(signed_wall_ms=signed_ms, **changes)
    assert facts.box
    return replace(facts, box=replace(facts.box, telephone_key=key))


def bound(facts: JournalFacts | None = None, **changes: Any) -> TestBox:
    return TestBox().start(facts, generation=county(**changes))


def answer(box: TestBox, day: str = "", error: str = "") -> None:
    box.take(StopCodeChecked(box.last(RunStopCode).id, day, error))


def keyed_in(box: TestBox, day: str = "") -> TestBox:
    box.wish(TRY)
    answer(box, day)
    return box


def said(box: TestBox) -> str:
    return box.world.notice.words if box.world.notice else ""


def test_every_state_knows_every_event() -> None:
    kinds = {kind for _, kind in TABLE}
    assert set(TABLE) == {(state, kind) for state in StopCodeState for kind in kinds}


def test_a_right_code_stops_what_plays_at_once_and_is_an_entry() -> None:
    box = bound()
    box.wish(PlayLesson("c1", "one"))
    box.show(3)
    keyed_in(box, TODAY)
    assert box.last(CloseMedia)
    assert playable(box.world, "c1", "one") is None
    assert box.bodies(StopCode) == [StopCode(number=128, course="c1", day=TODAY, wrong=0)]
    assert said(box) == "《大棚蔬菜》已停播，已登记"


def test_the_screen_goes_away_with_a_right_code_and_stays_with_a_wrong_one() -> None:
    box = bound()
    box.world = replace(box.world, screens=(HomeScreen(), StatusScreen(), StopCodeScreen("128", keyed_number=True)))
    assert isinstance(keyed_in(box).world.screen, StopCodeScreen)
    assert keyed_in(box, TODAY).world.screens == (HomeScreen(), StatusScreen())


def test_nothing_is_called_recorded_before_it_is_durable_but_the_picture_ends_at_once() -> None:
    box = bound()
    box.commits = False
    keyed_in(box, TODAY)
    assert playable(box.world, "c1", "one") is None
    assert "已登记" not in said(box)
    box.take(JournalFailed(box.world.ledger.effect, "disk full"))
    box.commits = True
    for entry in [one for one in box.world.pending.values() if isinstance(one, AppendEntry)]:
        box.wait(70_000, Journaled(entry.id, box.seq + 1))
    assert playable(box.world, "c1", "one") is None


def test_a_session_shows_why_a_course_that_was_stopped_is_left_out() -> None:
    box = keyed_in(bound(), TODAY)
    stop = stop_order(box.world.generation, "c1", "two")
    assert stop is not None
    assert stop.reason == "县远教办电话通知"


def test_what_is_stopped_is_no_longer_fetched() -> None:
    box = TestBox().start(generation=county(), store=replace(bound().world.store, blobs={}))
    assert {blob.sha256 for blob in box.world.transfers.order} & set(FILMS)
    keyed_in(box, TODAY)
    assert not {blob.sha256 for blob in box.world.transfers.order} & set(FILMS)


def test_a_stop_outlives_the_power_until_plans_signed_later_decide() -> None:
    facts = JournalFacts(head=3, acknowledged=0, told_stops=(ToldStop("c1", TODAY),))
    assert playable(bound(facts).world, "c1", "one") is None
    assert playable(bound(facts, signed_ms=NOW_MS).world, "c1", "one") is None, (
        "signed that day: nobody knows the order"
    )
    assert playable(bound(facts, signed_ms=NOW_MS + DAY_MS).world, "c1", "one") is not None, "released again"
    order = StopOrder(id="stop-1", course="c1", issued="2026-03-05T09:00")
    later = bound(facts, signed_ms=NOW_MS + DAY_MS, stops=(order,))
    assert stop_order(later.world.generation, "c1", "one") == order


def test_a_code_that_is_older_than_the_plans_stops_nothing_says_so_and_costs_no_try() -> None:
    box = bound(signed_ms=NOW_MS)
    keyed_in(box, "2026-03-04")
    assert said(box) == "这个停播码是以前的，节目单已经更新过了，以节目单为准"
    assert stop_order(box.world.generation, "c1", "one") is None
    assert box.bodies(StopCode) == []
    assert box.world.stop_codes.told == ()
    keyed_in(box, TODAY)
    assert "已停播" in said(box)


def test_a_wrong_code_counts_and_five_shut_the_door_for_an_hour() -> None:
    box = bound()
    for _ in range(MOST_WRONG):
        assert minutes_locked(box.world) == 0
        keyed_in(box)
    assert [one.wrong for one in box.bodies(StopCode)] == [1, 2, 3, 4, 5]
    assert "一小时后" in said(box)
    before = len(box.all(RunStopCode))
    box.wish(TRY)
    assert len(box.all(RunStopCode)) == before
    assert "60 分钟" in said(box)
    box.monotonic_ms += LOCKED_MS
    box.wish(TRY)
    assert len(box.all(RunStopCode)) == before + 1
    answer(box)
    assert minutes_locked(box.world) == 0, "the sixth is the first of the next five"


def after_five(trust: str, passed_ms: int, boot: int) -> JournalFacts:
    last = Moment(50_000, NOW_MS - passed_ms, trust, boot)  # type: ignore[arg-type]
    return JournalFacts(head=5, acknowledged=0, wrong_codes=WrongCodes(MOST_WRONG, last))


@pytest.mark.parametrize(
    ("facts", "minutes"),
    [
        (after_five("trusted", 50 * MINUTE_MS, 0), 10),
        (after_five("trusted", 2 * LOCKED_MS, 0), 0),
        (after_five("trusted", -LOCKED_MS, 0), 60),  # the clock was set back
        (after_five("unknown", 2 * LOCKED_MS, 0), 60),
        (after_five("trusted", 2 * LOCKED_MS, 1), 60),  # the same boot: its own clock counts, 50 s ago
    ],
)
def test_no_power_cut_opens_the_door_earlier(facts: JournalFacts, minutes: int) -> None:
    assert minutes_locked(bound(facts).world) == minutes


def test_a_right_code_forgets_the_wrong_ones() -> None:
    box = keyed_in(keyed_in(bound()), TODAY)
    assert box.world.stop_codes.wrong == 0


def test_what_cannot_be_tried_says_why_and_costs_no_try() -> None:
    box = bound(key="")
    box.wish(TRY)
    assert "还没有开通" in said(box)
    box = bound()
    box.wish(TryStopCode(999, "12345678"))
    assert "没有课号为 999 的课件" in said(box)
    box.wish(TRY)
    box.wish(TRY)
    assert len(box.all(RunStopCode)) == 1
    assert said(box) == "正在核对，请稍等"
    answer(box, error="the key cannot be read")
    assert "请再试一次" in said(box)
    assert box.bodies(StopCode) == []


def test_a_late_word_of_the_worker_changes_nothing() -> None:
    box = keyed_in(bound())
    box.take(StopCodeChecked(box.last(RunStopCode).id, TODAY))
    assert playable(box.world, "c1", "one") is not None


def moment(trust: str, wall_ms: int = NOW_MS) -> Moment:
    return Moment(0, wall_ms, trust, 1)  # type: ignore[arg-type]


def test_the_days_of_a_week_around_are_tried_and_today_first() -> None:
    days = days_to_try(moment("trusted"), 0, (), "c1", 480)
    assert days[0] == TODAY
    assert (min(days), max(days), len(days)) == ("2026-02-26", "2026-03-12", 15)


def test_without_the_time_the_days_since_the_newest_signature_are_tried() -> None:
    days = days_to_try(moment("unknown", 0), NOW_MS, (), "c1", 480)
    assert (min(days), days[0], len(days)) == ("2026-03-04", TODAY, DAYS_AFTER + 2)


def test_a_code_that_was_used_is_of_no_more_use_for_that_course() -> None:
    used = (ToldStop("c1", TODAY),)
    assert min(days_to_try(moment("trusted"), 0, used, "c1", 480)) == "2026-03-06"
    assert min(days_to_try(moment("trusted"), 0, used, "c2", 480)) == "2026-02-26"


def test_from_over_the_picture_the_film_waits_for_the_code_and_a_right_one_leads_back_to_the_course() -> None:
    box = bound()
    box.world = replace(box.world, screens=(HomeScreen(), CourseScreen("c1")))
    box.wish(PlayLesson("c1", "one"))
    box.show(3)
    box.press("menu", "7")
    assert box.last(PauseMedia).paused
    box.press(*"04829137", "ok")
    assert (box.last(RunStopCode).number, box.last(RunStopCode).code) == (128, "04829137")
    box.take(StopCodeChecked(box.last(RunStopCode).id, TODAY))
    assert box.last(CloseMedia)
    assert box.world.screens == (HomeScreen(), CourseScreen("c1"))


def test_a_wrong_code_over_the_picture_leaves_the_film_where_it_waits() -> None:
    box = bound()
    box.wish(PlayLesson("c1", "one"))
    box.show(3)
    box.press("menu", "7", *"04829137", "ok")
    box.take(StopCodeChecked(box.last(RunStopCode).id, ""))
    box.press("back")
    assert box.world.playback is not None
    assert box.world.playback.state is PlaybackState.PAUSED
    assert isinstance(box.world.screen, PlayingScreen)
