"""Recording a live channel at a set time: planned, begun, cut, ended, shown and deleted, whatever happens meanwhile."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import planner, recorded, recording, recordings
from player.core.actions import (
    CancelRecording,
    DeleteRecording,
    PlanRecording,
    PlanSession,
    PlayLesson,
    StartSession,
    StopRecording,
    WatchLive,
)
from player.core.effects import EvictBlobs, RemoveRecording
from player.core.events import QuitAsked, WokeUp
from player.core.facts import (
    GenerationFacts,
    JournalFacts,
    PlannedRecording,
    RecordedPart,
    RecordingResult,
    Spent,
    StoredRecording,
    StoreFacts,
)
from player.core.lives.channel import RecordingState, RunningRecording
from player.core.lives.picture import LiveState
from player.core.media_effects import OpenMedia
from player.core.media_events import (
    LiveFinished,
    LiveFlows,
    LiveServed,
    MediaEnded,
    RecordGrew,
    RecordingRemoved,
    RecordStopped,
)
from player.core.reception import WAITS_MS
from player.core.turn import Turn
from player.core.worker_effects import RunFetch, RunLive, RunSync, StopFetch, StopLive, TellLive
from player.core.worker_events import SyncFinished
from playlists.documents import Caps, LiveChannel, Plan, Window
from playlists.entries import Play, Readiness, Recorded, RecordingCancelled, RecordingPlanned
from playlists.entries import RecordingDeleted as Deleted
from tests.player.core.box import BOX, FILMS, MINUTE_MS, NOW_MS, SESSION, NoLibrary, TestBox, generation, store

CHANNEL = LiveChannel(id="province", name="省远教直播", url="http://live.example/1.m3u8")
OTHER = LiveChannel(id="county", name="县农技直播", url="udp://@239.1.2.3:5004")
EVENING = replace(OTHER, id="evening", times=(Window(start="19:00", end="21:00"),))
START = "2026-03-05T17:00"  # the tests begin on Thursday, 5 March 2026, at 16:40 in China
START_MS = NOW_MS + 20 * MINUTE_MS
NAME = f"province@{START}"
WISH = PlanRecording("province", START, 30)
HOUR_MS, DAY_MS = 60 * MINUTE_MS, 24 * 60 * MINUTE_MS
S = RecordingState


def county(*channels: LiveChannel, **changes: Any) -> GenerationFacts:
    return generation(**{"channels": channels or (CHANNEL, OTHER, EVENING), "occurrences": ()} | changes)


def planned(wish: PlanRecording = WISH, *, trust: Any = "trusted", **start: Any) -> TestBox:
    box = TestBox(trust=trust).start(**{"generation": county()} | start)
    box.wish(wish)
    return box


def on(box: TestBox) -> RunningRecording:
    assert box.world.recording is not None
    return box.world.recording


def worker(box: TestBox) -> int:
    assert box.world.reception is not None
    return box.world.reception.worker


def grew(box: TestBox, minutes: float, part: int = 1, *, began_ms: int = START_MS) -> RecordGrew:
    length = int(minutes * MINUTE_MS)
    return RecordGrew(worker(box), NAME, part, began_ms, length, length // 4)


def running(**start: Any) -> TestBox:
    """A box that has recorded for ten minutes."""
    box = planned(**start)
    box.wait(20 * MINUTE_MS, WokeUp())
    box.wait(10 * MINUTE_MS, grew(box, 10))
    return box


def done(**start: Any) -> TestBox:
    box = running(**start)
    box.wait(20 * MINUTE_MS, grew(box, 30))
    assert box.world.recording is None
    return box


def said(box: TestBox) -> str:
    return box.world.notice.words if box.world.notice else ""


def results(box: TestBox) -> list[tuple[str, int]]:
    return [(one.ended, one.length_ms // MINUTE_MS) for one in box.bodies(Recorded)]


def kept(*parts: RecordedPart, **changes: Any) -> StoredRecording:
    parts = parts or (RecordedPart(1, START_MS, 10 * MINUTE_MS, 150_000_000),)
    return replace(StoredRecording(BOX, "province", "省远教直播", START, 30, parts), **changes)


def holding(*parts: RecordedPart, **changes: Any) -> StoreFacts:
    return replace(store(*FILMS), recordings={NAME: kept(*parts, **changes)})


# --- planning


def test_a_plan_is_promised_only_when_it_is_durable_and_its_time_wakes_the_box() -> None:
    box = TestBox().start(generation=county())
    box.commits = False
    box.wish(WISH)
    assert box.world.planned_recordings == ()
    assert "已安排" not in said(box)
    box = planned()
    (body,) = box.bodies(RecordingPlanned)
    assert (body.channel, body.title, body.starts, body.minutes) == ("province", "省远教直播", START, 30)
    assert "已安排录“省远教直播”" in said(box)
    assert box.wake.wall_ms == START_MS


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (replace(WISH, channel="nowhere"), "已停播"),
        (replace(WISH, starts="2026-03-05T15:00"), "已经过了"),
        (PlanRecording("county", "2026-03-05T17:20", 60), "已经安排录“省远教直播”，一次只能录一个"),
        (PlanRecording("county", "2026-03-05T16:50", 15, "weekly"), "已经安排录"),
        (PlanRecording("evening", "2026-03-05T18:00", 60), "这个时间没有节目"),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_is_planned(wish: PlanRecording, why: str) -> None:
    box = planned()
    box.wish(wish)
    assert why in said(box)
    assert len(box.bodies(RecordingPlanned)) == 1


def test_while_the_time_is_unknown_nothing_is_planned_and_nothing_begins() -> None:
    plan = PlannedRecording("p", "province", "省远教直播", START, 30, "once")
    box = TestBox(trust="unknown", wall_ms=START_MS)
    box.start(JournalFacts(head=1, acknowledged=1, planned_recordings=(plan,)), generation=county())
    assert box.world.recording is None
    box.wish(replace(WISH, channel="county"))
    assert "时间未校准" in said(box)
    box.trust = "estimated"
    box.take(WokeUp())
    assert on(box).name == NAME


def test_times_beside_each_other_and_a_session_at_the_same_time_are_no_clash() -> None:
    box = planned(generation=county(occurrences=(SESSION,)))
    box.wish(PlanRecording("county", "2026-03-05T17:30", 240))
    assert len(box.world.planned_recordings) == 2
    time = recordings.times(box.world)[1]
    assert recordings.session_then(box.world, time) == SESSION


def test_a_weekly_plan_has_a_time_each_week_and_one_of_them_can_be_given_up() -> None:
    box = planned(replace(WISH, repeat="weekly"))
    starts = [one.starts for one in recordings.times(box.world)]
    assert starts == [f"2026-03-{day:02}T17:00" for day in (5, 12, 19, 26)] + ["2026-04-02T17:00"]
    (plan,) = box.world.planned_recordings
    box.wish(CancelRecording(plan.plan, "2026-03-12T17:00"))
    assert [one.starts for one in recordings.times(box.world)] == [starts[0], *starts[2:]]
    box.wish(CancelRecording(plan.plan, starts[2], all_of_it=True))
    assert box.world.planned_recordings == ()
    assert [one.start for one in box.bodies(RecordingCancelled)] == ["2026-03-12T17:00", ""]


def test_there_is_a_limit_and_what_is_over_does_not_count() -> None:
    over = tuple(PlannedRecording(f"o{n}", "county", "", f"2026-03-01T0{n % 9}:00", 30, "once") for n in range(50))
    coming = tuple(
        PlannedRecording(f"c{n}", "county", "", f"2026-03-06T{n:02}:00", 30, "once") for n in range(recordings.MOST)
    )
    told = {recordings.name_of(one.channel, one.starts): one for one in over}
    journal = JournalFacts(
        head=1, acknowledged=1, planned_recordings=(*over, *coming[:-1]),
        recorded=tuple(RecordingResult("county", "", one.starts, 30, 0, "missed") for one in told.values()),
    )  # fmt: skip
    box = TestBox().start(journal, generation=county())
    box.wish(WISH)
    box.wish(replace(WISH, starts="2026-03-07T17:00"))
    assert len(box.bodies(RecordingPlanned)) == 1
    assert "太多" in said(box)


# --- at its time


def test_at_its_time_the_channel_is_received_and_recorded_though_nobody_watches() -> None:
    box = planned()
    box.wait(20 * MINUTE_MS, WokeUp())
    run = box.last(RunLive)
    assert (run.url, run.watched) == (CHANNEL.url, False)
    assert run.record is not None
    assert (run.record.channel, run.record.starts, run.record.minutes) == ("province", START, 30)
    assert run.record.most_bytes >= box.world.store.free_bytes > 0
    assert on(box).state is S.STARTING
    box.wait(1_000, grew(box, 0.1))
    assert on(box).state is S.RUNNING
    assert box.wake.wall_ms == START_MS + 30 * MINUTE_MS


def test_at_its_end_it_is_sealed_once_the_plan_is_done_and_nothing_is_received_any_more() -> None:
    box = done()
    assert results(box) == [("complete", 30)]
    assert len(box.all(StopLive)) == 1
    assert box.world.planned_recordings == ()
    box.wait(MINUTE_MS, WokeUp())
    assert len(box.all(RunLive)) == 1
    assert box.world.reception is None


def test_what_the_worker_said_last_counts_though_it_was_stopped() -> None:
    box = running()
    last = grew(box, 10.5)
    box.wish(StopRecording())
    box.take(last)
    assert box.world.store.recordings[NAME].length_ms == int(10.5 * MINUTE_MS)


def test_after_a_power_cut_it_goes_on_as_the_same_recording() -> None:
    box = running()
    facts = JournalFacts(head=9, acknowledged=9, planned_recordings=box.world.planned_recordings)
    again = TestBox(wall_ms=box.wall_ms + 2 * MINUTE_MS).start(facts, generation=county(), store=holding())
    assert on(again).name == NAME
    again.take(replace(grew(again, 5, part=2, began_ms=again.wall_ms), recording=NAME))
    again.wait(18 * MINUTE_MS, WokeUp())
    (body,) = again.bodies(Recorded)
    assert (body.ended, body.length_ms, body.parts) == ("complete", 15 * MINUTE_MS, 2)


def test_what_was_cut_and_whose_time_is_over_keeps_what_it_has_and_says_so() -> None:
    plan = PlannedRecording("p", "province", "省远教直播", START, 30, "once")
    facts = JournalFacts(head=9, acknowledged=9, planned_recordings=(plan,))
    box = TestBox(wall_ms=START_MS + HOUR_MS).start(facts, generation=county(), store=holding())
    assert results(box) == [("missed", 10)]
    assert NAME in box.world.generation.recordings  # type: ignore[union-attr]
    box.wait(MINUTE_MS, WokeUp())
    assert len(box.bodies(Recorded)) == 1


def test_only_a_trusted_clock_says_that_something_was_missed() -> None:
    plan = PlannedRecording("p", "province", "省远教直播", START, 30, "once")
    facts = JournalFacts(head=9, acknowledged=9, planned_recordings=(plan,))
    box = TestBox(wall_ms=START_MS + DAY_MS, trust="estimated").start(facts, generation=county())
    assert results(box) == []
    box.wall_ms, box.trust = START_MS + MINUTE_MS, "trusted"
    box.take(WokeUp())
    assert on(box).name == NAME


def test_a_clock_that_was_ahead_lets_it_wait_for_its_time() -> None:
    box = running(trust="estimated")
    box.wall_ms, box.trust = START_MS - 10 * MINUTE_MS, "trusted"
    box.take(WokeUp())
    assert box.world.recording is None
    assert results(box) == []
    box.wait(10 * MINUTE_MS, WokeUp())
    assert on(box).name == NAME


def test_a_lost_line_is_waited_for_until_the_end() -> None:
    box = running()
    box.take(LiveFlows(worker(box), flows=False, kept_ms=0))
    assert on(box).state is S.LOST
    box.wait(MINUTE_MS, WokeUp())
    box.take(grew(box, 2, part=2))
    assert on(box).state is S.RUNNING
    waits = []
    for _ in range(5):
        box.take(LiveFinished(worker(box), "killed"))
        assert on(box).state is S.LOST
        waits.append(box.world.reception.retry_monotonic_ms - box.monotonic_ms)  # type: ignore[union-attr]
        box.wait(waits[-1], WokeUp())
        assert box.last(RunLive).record == on(box).order
    assert waits == [*WAITS_MS, WAITS_MS[-1]]
    assert results(box) == []


@pytest.mark.parametrize(
    ("end", "how", "words"),
    [
        (RecordStopped(0, NAME, "no space left", "C01"), "full", "存储空间不够"),
        (RecordStopped(0, NAME, "Input/output error", "C03"), "failed", "写不进去"),
        (LiveFinished(0, "used-up"), "used-up", "流量"),
    ],
)
def test_what_takes_no_more_ends_it_with_what_it_has_and_says_why(end: Any, how: str, words: str) -> None:
    box = running()
    box.take(replace(end, effect=worker(box)))
    assert results(box) == [(how, 10)]
    assert words in said(box)
    box.wait(MINUTE_MS, WokeUp())
    assert box.world.recording is None


def test_people_stop_it_and_keep_what_there_is() -> None:
    box = running()
    box.wish(StopRecording())
    assert results(box) == [("stopped", 10)]
    assert NAME in box.world.generation.recordings  # type: ignore[union-attr]
    box.wait(MINUTE_MS, WokeUp())
    assert box.world.recording is None


def test_a_plan_that_is_given_up_while_it_runs_ends_it() -> None:
    box = running()
    box.wish(CancelRecording(on(box).plan, START))
    assert results(box) == [("stopped", 10)]


def test_a_channel_that_the_county_takes_off_ends_it_and_what_there_is_is_not_shown_until_it_comes_back() -> None:
    box = running()
    synced(box, county(OTHER))
    assert results(box) == [("taken-off", 10)]
    assert "已停播" in said(box)
    assert NAME in box.world.store.recordings
    assert recorded.shown(box.world) == {}
    box.wish(PlayLesson(NAME, "1"))
    assert not box.all(OpenMedia)
    synced(box, county())
    assert list(recorded.shown(box.world)) == [NAME]


def synced(box: TestBox, facts: GenerationFacts) -> None:
    box.wait(2 * HOUR_MS, WokeUp()) if box.last(RunSync).id not in box.world.pending else None
    box.take(SyncFinished(box.last(RunSync).id, facts, checked=True))


def test_while_nobody_knows_which_channels_there_are_nothing_is_given_up() -> None:
    plan = PlannedRecording("p", "province", "省远教直播", START, 30, "once")
    facts = JournalFacts(head=9, acknowledged=9, planned_recordings=(plan,))
    for unknown in (None, replace(county(), channels=(), partial=True)):
        box = TestBox(wall_ms=START_MS).start(facts, generation=unknown)
        assert box.world.recording is None
        assert results(box) == []
        box.take(SyncFinished(box.last(RunSync).id, county(), checked=True))
        assert on(box).name == NAME


def test_without_allowance_nothing_begins_and_it_is_said_once() -> None:
    plan = Plan(group="county", issued="2026-03-01T00:00", caps=Caps(monthly_bytes=1_000))
    spent = replace(store(*FILMS), spent=Spent((2026, 3), {"order": 900}))
    box = planned(generation=county(plans=(plan,)), store=spent)
    box.wait(20 * MINUTE_MS, WokeUp())
    assert results(box) == [("used-up", 0)]
    assert not box.all(RunLive)


def test_of_times_that_overlap_by_a_changed_clock_the_first_is_recorded_and_then_the_rest_of_the_other() -> None:
    plans = tuple(
        PlannedRecording(one.id, one.id, one.name, starts, 30, "once")
        for one, starts in ((CHANNEL, START), (OTHER, "2026-03-05T17:10"))
    )
    box = TestBox().start(JournalFacts(head=1, acknowledged=1, planned_recordings=plans), generation=county())
    box.wait(35 * MINUTE_MS, WokeUp())
    assert on(box).name == NAME
    box.wait(15 * MINUTE_MS, WokeUp())
    assert on(box).channel == OTHER
    assert [one.url for one in box.all(RunLive)] == [CHANNEL.url, OTHER.url]


def test_the_end_of_the_run_seals_nothing_for_it_goes_on_after_the_next_start() -> None:
    box = running()
    box.take(QuitAsked())
    assert results(box) == []


# --- beside the picture


def test_a_window_that_closes_says_nothing_of_a_channel_that_is_recorded_as_well() -> None:
    plan = Plan(group="county", issued="2026-03-01T00:00", windows=(Window(start="16:00", end="17:15"),))
    box = running(generation=county(plans=(plan,)))
    box.wish(WatchLive("province"))
    box.wait(6 * MINUTE_MS, WokeUp())
    assert box.world.live is not None
    assert "下载时段已过" not in said(box)


def test_one_reception_serves_recording_and_picture_and_neither_breaks_the_other() -> None:
    box = running()
    box.wish(WatchLive("province"))
    assert len(box.all(RunLive)) == 1
    assert box.last(TellLive).watched
    assert box.last(TellLive).record == on(box).order
    box.take(LiveServed(worker(box), "http://127.0.0.1:9/x"))
    assert box.world.live is not None
    assert box.world.live.state is LiveState.OPENING
    box.press("home")
    assert not box.last(TellLive).watched
    assert not box.all(StopLive)
    assert on(box)


def test_a_recording_that_begins_and_ends_while_its_channel_is_watched_does_not_touch_the_picture() -> None:
    box = planned()
    box.wish(WatchLive("province"))
    box.take(LiveServed(worker(box), "http://127.0.0.1:9/x"))
    box.wait(20 * MINUTE_MS, WokeUp())
    assert box.last(TellLive).record == on(box).order
    box.wait(30 * MINUTE_MS, WokeUp())
    assert box.world.recording is None
    assert box.last(TellLive) == replace(box.last(TellLive), watched=True, record=None)
    assert box.world.live is not None
    assert len(box.all(RunLive)) == 1
    assert not box.all(StopLive)


def test_another_channel_that_is_watched_gives_way_and_none_other_can_be_watched_meanwhile() -> None:
    box = planned()
    box.wish(WatchLive("county"))
    box.wait(20 * MINUTE_MS, WokeUp())
    assert box.world.live is None
    assert "到时间录“省远教直播”" in said(box)
    assert [one.url for one in box.all(RunLive)] == [OTHER.url, CHANNEL.url]
    box.wish(WatchLive("county"))
    assert box.world.live is None
    assert "正在录“省远教直播”" in said(box)


def test_a_session_is_held_while_it_records() -> None:
    box = running(generation=county(occurrences=(replace(SESSION, starts_ms=START_MS + 15 * MINUTE_MS),)))
    box.wish(StartSession())
    box.show(10)
    assert on(box).state is S.RUNNING
    assert box.world.session is not None


def test_what_nobody_waits_for_gives_way_on_the_line() -> None:
    box = planned(store=store())
    fetched = len(box.all(RunFetch))
    box.wait(20 * MINUTE_MS, WokeUp())
    assert box.last(StopFetch)
    box.wish(StopRecording())
    box.wait(MINUTE_MS, WokeUp())
    assert len(box.all(RunFetch)) > fetched


# --- room


def test_what_it_takes_is_counted_and_makes_others_give_way_but_never_a_recording() -> None:
    many = replace(store("2" * 64, "4" * 64, "9" * 64), free_bytes=10_000_000)
    box = planned(store=many)
    box.wait(20 * MINUTE_MS, WokeUp())
    box.take(replace(grew(box, 1), bytes=10_000_500))
    assert box.world.store.recordings_bytes == 10_000_500
    evicted = {sha for one in box.all(EvictBlobs) for sha in one.blobs}
    assert evicted
    assert not any("@" in sha for sha in evicted)


def test_room_is_made_a_good_piece_at_a_time_not_at_every_word_of_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans: list[Any] = []
    real = planner.plan
    monkeypatch.setattr(planner, "plan", lambda situation: plans.append(situation) or real(situation))
    box = planned(store=replace(store(*FILMS), free_bytes=1_000_000))
    box.wait(20 * MINUTE_MS, WokeUp())
    before = len(plans)
    for megabytes in range(1, 200):
        box.take(replace(grew(box, 1), bytes=megabytes << 20))
    assert box.world.store.free_bytes < -190_000_000
    assert 1 <= len(plans) - before <= 2 + 200 // 64


def test_the_rate_of_a_channel_is_that_of_its_last_recordings() -> None:
    box = TestBox().start(generation=county(), store=holding())
    assert recordings.bits_per_second(box.world, "province") == 2_000_000
    assert recordings.bits_per_second(box.world, "county") == recordings.USUAL_BITS_PER_SECOND
    fuller = RecordedPart(2, START_MS, 10 * MINUTE_MS, 450_000_000)
    box = TestBox().start(generation=county(), store=holding(*kept().parts, fuller))
    assert recordings.bytes_needed(box.world, "province", 60) == 4_000_000 // 8 * 3_600


# --- afterwards


def test_it_is_played_like_a_lesson_and_its_place_is_remembered_and_counted_for_the_channel() -> None:
    box = TestBox().start(generation=county(), store=holding())
    box.wish(PlayLesson(NAME, "1"))
    assert box.last(OpenMedia).blob == f"{NAME}/1"
    box.show(60)
    box.press("home")
    (play,) = box.bodies(Play)
    assert (play.course, play.lesson, play.why, play.blob, play.height) == ("province", f"@{START}/1", "menu", "", 0)
    assert box.world.left_off == {f"{NAME}/1": 60_000}
    box.wish(PlayLesson(NAME, "1"))
    assert box.last(OpenMedia).from_ms == 55_000


def test_a_recording_that_cannot_be_shown_is_no_suspect_of_the_comparison() -> None:
    box = TestBox().start(generation=county(), store=holding())
    box.wish(PlayLesson(NAME, "1"))
    for _ in range(3):
        box.take(MediaEnded(box.last(OpenMedia).id, 0, 0))
    assert [one.ended for one in box.bodies(Play)] == ["failed"]
    assert box.world.scrub.suspects == ()


def test_the_county_stops_a_recording_that_is_on() -> None:
    box = TestBox().start(generation=county(), store=holding())
    box.wish(PlayLesson(NAME, "1"))
    box.show(10)
    box.take(SyncFinished(box.last(RunSync).id, county(OTHER), checked=True))
    assert [one.ended for one in box.bodies(Play)] == ["stopped"]
    assert "已停播" in said(box)


def test_gaps_are_told_and_crumbs_left_out() -> None:
    parts = (
        RecordedPart(1, START_MS, 10 * MINUTE_MS, 9_000), RecordedPart(2, START_MS + 11 * MINUTE_MS, 900, 9),
        RecordedPart(3, START_MS + 14 * MINUTE_MS, 5 * MINUTE_MS, 9_000), RecordedPart(4, 0, MINUTE_MS, 9_000),
    )  # fmt: skip
    course = recorded.course(NAME, kept(*parts))
    assert course.title == "省远教直播 3月5日 17:00 录像"
    assert [(one.id, one.title) for one in course.lessons] == [
        ("1", "第 1 段"), ("3", "第 2 段（前面断了 4 分钟）"), ("4", "第 3 段（前面断了一下）"),
    ]  # fmt: skip


def test_what_another_box_recorded_or_is_being_recorded_is_not_shown() -> None:
    stranger = TestBox().start(generation=county(), store=holding(box="another"))
    assert stranger.world.store.recordings == {}
    assert recorded.shown(stranger.world) == {}
    assert recorded.shown(running().world) == {}


def test_a_session_is_planned_with_it_and_held_and_nothing_is_fetched_or_feared_for_it() -> None:
    box = TestBox().start(generation=county(), store=holding())
    box.wish(PlanSession(NAME, "video", "2026-03-06T19:30"))
    (one,) = box.world.generation.occurrences  # type: ignore[union-attr]
    assert (one.missing, one.duration_ms) == ((), 10 * MINUTE_MS)
    assert all("@" not in blob.sha256 for run in box.all(RunFetch) for blob in run.blobs)
    box.wait(26 * HOUR_MS + 40 * MINUTE_MS, WokeUp())
    assert not box.bodies(Readiness)
    assert box.world.session is not None
    box.wish(StartSession())
    assert box.last(OpenMedia).blob == f"{NAME}/1"
    box.show(20)
    box.wish(DeleteRecording(NAME))
    assert "正在放" in said(box)
    assert all(NAME not in run.courses for run in box.all(RunSync))


def test_people_delete_it_and_nothing_else_does() -> None:
    box = done()
    box.wish(DeleteRecording(NAME))
    asked = box.last(RemoveRecording)
    assert asked.recording == NAME
    box.take(RecordingRemoved(asked.id, NAME, 5 << 30))
    assert box.world.store.recordings == {}
    assert box.world.store.free_bytes == 5 << 30
    assert box.world.recorded[NAME].deleted
    assert NAME not in box.world.generation.recordings  # type: ignore[union-attr]
    assert [(one.channel, one.starts) for one in box.bodies(Deleted)] == [("province", START)]
    box.wish(DeleteRecording(NAME))
    assert len(box.all(RemoveRecording)) == 1


def test_a_disk_that_refuses_to_delete_is_told_and_it_stays() -> None:
    box = done()
    box.wish(DeleteRecording(NAME))
    box.take(RecordingRemoved(box.last(RemoveRecording).id, NAME, 0, "Read-only file system"))
    assert NAME in box.world.store.recordings
    assert "没有成功" in said(box)


def test_what_is_being_recorded_cannot_be_deleted() -> None:
    box = running()
    box.wish(DeleteRecording(NAME))
    assert not box.all(RemoveRecording)
    assert "正在录" in said(box)


# --- the table


def in_state(state: RecordingState) -> TestBox:
    box = planned()
    box.wait(20 * MINUTE_MS, WokeUp())
    if state is not S.STARTING:
        box.take(grew(box, 1))
    if state is S.LOST:
        box.take(LiveFlows(worker(box), flows=False, kept_ms=0))
    assert on(box).state is state
    return box


def event_of(kind: type, box: TestBox) -> Any:
    effect = worker(box)
    return {
        RecordGrew: grew(box, 2), RecordStopped: RecordStopped(effect, NAME, "full", "C01"),
        LiveFlows: LiveFlows(effect, flows=False, kept_ms=0), LiveFinished: LiveFinished(effect, "killed"),
        StopRecording: StopRecording(),
    }[kind]  # fmt: skip


AFTER = {
    **{(state, RecordGrew): S.RUNNING for state in S},
    **{(state, LiveFinished): S.LOST for state in S},
    **{(state, kind): None for state in S for kind in (RecordStopped, StopRecording)},
    (S.RUNNING, LiveFlows): S.LOST,
}


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(RecordingState, recording.EVENTS)))
def test_every_pair_of_state_and_event_leads_where_the_table_says(state: RecordingState, kind: type) -> None:
    box = in_state(state)
    turn = Turn(box.world, box.now(), NoLibrary())
    recording.follow(recording.TABLE, state, turn, event_of(kind, box))
    after = turn.world.recording
    assert (after.state if after else None) is AFTER.get((state, kind), state)
