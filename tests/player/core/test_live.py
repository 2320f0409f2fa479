"""A live channel's life: what may be shown, what people can do with it, and what happens when the signal goes."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import live
from player.core.actions import PlayLesson, SeekBy, StartSession, StopPlaying, TogglePause, WatchLive
from player.core.effects import KeepPlay
from player.core.events import QuitAsked, WokeUp
from player.core.facts import GenerationFacts, JournalFacts, OpenPlay, Spent, StoreFacts
from player.core.lives.picture import Live, LiveState
from player.core.media_effects import CloseMedia, OpenMedia, OpenStream, PauseMedia, ReplaceMediaChild
from player.core.media_events import (
    LiveFinished,
    LiveFlows,
    LiveServed,
    MediaEnded,
    MediaFailed,
    MediaOpened,
    MediaProgress,
)
from player.core.quiet import is_busy, is_quiet
from player.core.screens_shown import CoursesScreen, HomeScreen, LiveScreen
from player.core.turn import Turn
from player.core.worker_effects import RunFetch, RunLive, RunSync, StopFetch, StopLive
from player.core.worker_events import SyncFinished
from playlists.documents import Caps, LiveChannel, Plan, Window
from playlists.entries import Play
from tests.player.core.box import FILMS, MINUTE_MS, NOW_MS, SESSION, NoLibrary, TestBox, began, generation, store

CHANNEL = LiveChannel(id="province", name="省远教直播", url="http://live.example/1.m3u8")
EVENING = replace(CHANNEL, id="evening", times=(Window(start="16:00", end="17:00"),))  # NOW_MS is 16:40 there
BASE = "http://127.0.0.1:9/token"
S = LiveState


def county(*channels: LiveChannel, **changes: Any) -> GenerationFacts:
    return generation(channels=channels or (CHANNEL, EVENING), **changes)


def started(channel: str = "province", **start: Any) -> TestBox:
    box = TestBox().start(**{"generation": county()} | start)
    box.wish(WatchLive(channel))
    return box


def on(box: TestBox) -> Live:
    assert box.world.live is not None
    return box.world.live


def worker(box: TestBox) -> int:
    assert box.world.reception is not None
    return box.world.reception.worker


def watching(seconds: int = 10, channel: str = "province", **start: Any) -> TestBox:
    box = started(channel, **start)
    box.wait(3_000, LiveServed(worker(box), BASE))
    box.take(LiveFlows(worker(box), flows=True, kept_ms=300_000))
    box.wait(900, MediaOpened(on(box).play, 0, True))
    see(box, seconds)
    return box


def see(box: TestBox, seconds: int) -> None:
    pictures = on(box).pictures
    for second in range(1, seconds + 1):
        box.wait(1_000, MediaProgress(on(box).play, second * 1_000, pictures + second * 25, False))


def in_state(state: LiveState) -> TestBox:
    box = started() if state is S.STARTING else watching()
    if state is S.OPENING:
        box.wish(SeekBy(-10_000))
    elif state is S.PAUSED:
        box.wish(TogglePause())
    elif state is S.LOST:
        box.take(MediaEnded(on(box).play, 0, 9))
    assert on(box).state is state
    return box


def event_of(kind: type, box: TestBox) -> Any:
    play, effect = on(box).play, worker(box)
    return {
        LiveServed: LiveServed(effect, BASE), LiveFlows: LiveFlows(effect, True, 90_000),
        LiveFinished: LiveFinished(effect, "killed"), MediaOpened: MediaOpened(play, 0, True),
        MediaProgress: MediaProgress(play, 99_000, 9_999, False), MediaEnded: MediaEnded(play, 0, 9),
        MediaFailed: MediaFailed(play, "died"), WokeUp: WokeUp(), TogglePause: TogglePause(),
        SeekBy: SeekBy(-10_000), StopPlaying: StopPlaying(),
    }[kind]  # fmt: skip


AFTER = {
    **{(state, LiveFinished): S.LOST for state in S},
    **{(state, StopPlaying): None for state in S},
    **{(state, kind): S.LOST for state in (S.OPENING, S.WATCHING, S.PAUSED) for kind in (MediaEnded, MediaFailed)},
    (S.STARTING, LiveServed): S.OPENING, (S.LOST, LiveServed): S.OPENING, (S.OPENING, MediaOpened): S.WATCHING,
    (S.WATCHING, TogglePause): S.PAUSED, (S.PAUSED, TogglePause): S.WATCHING, (S.WATCHING, SeekBy): S.OPENING,
    (S.PAUSED, SeekBy): S.OPENING,
}  # fmt: skip


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(LiveState, live.EVENTS)))
def test_every_pair_of_state_and_event_leads_where_the_table_says(state: LiveState, kind: type) -> None:
    box = in_state(state)
    turn = Turn(box.world, box.now(), NoLibrary())
    live.follow(live.TABLE, state, turn, event_of(kind, box))
    after = turn.world.live
    assert (after.state if after else None) is AFTER.get((state, kind), state)


# --- what may be shown


def test_only_what_the_list_names_is_received() -> None:
    box = started("somewhere-else")
    assert not box.all(RunLive)
    assert box.world.notice is not None
    assert "已停播" in box.world.notice.words


def test_a_channel_that_the_county_stops_is_neither_listed_nor_shown_any_longer() -> None:
    box = watching()
    plan = Plan(group="county", issued="2026-03-01T00:00", stopped_channels=("province",))
    asked = box.last(RunSync)
    assert asked.id in box.world.pending
    box.take(SyncFinished(asked.id, county(plans=(plan,)), checked=True))
    assert box.world.live is None
    assert [one.id for one in live.listed(box.world)] == ["evening"]
    assert box.world.notice is not None
    assert "已停播" in box.world.notice.words
    assert box.bodies(Play)[0].ended == "stopped"


def test_a_revoked_box_shows_no_channel() -> None:
    assert live.listed(TestBox().start(generation=county(revoked=True)).world) == ()


def test_outside_its_times_a_channel_is_not_shown_and_at_their_end_it_stops() -> None:
    box = watching(channel="evening")
    assert box.wake.wall_ms is not None
    box.wait(20 * MINUTE_MS, WokeUp())
    assert box.world.live is None
    assert box.bodies(Play)[0].ended == "finished"
    box.wish(WatchLive("evening"))
    assert box.world.live is None
    assert box.world.notice is not None
    assert "现在没有节目" in box.world.notice.words


def test_while_the_time_is_unknown_no_times_forbid() -> None:
    box = TestBox(trust="unknown", wall_ms=NOW_MS + 3 * 3_600_000).start(generation=county())
    box.wish(WatchLive("evening"))
    assert box.last(RunLive).url == EVENING.url


def test_when_the_months_allowance_is_used_up_no_channel_begins_and_the_one_that_is_on_ends() -> None:
    plan = Plan(group="county", issued="2026-03-01T00:00", caps=Caps(monthly_bytes=1_000))
    spent = Spent((2026, 3), {"order": 900})
    box = started(generation=county(plans=(plan,)), store=replace(store(*FILMS), spent=spent))
    assert not box.all(RunLive)
    box = watching()
    box.take(LiveFinished(worker(box), "used-up"))
    assert box.world.live is None
    assert box.world.notice is not None
    assert "流量" in box.world.notice.words


def test_what_comes_by_multicast_may_be_watched_though_the_allowance_is_used_up() -> None:
    plan = Plan(group="county", issued="2026-03-01T00:00", caps=Caps(monthly_bytes=1_000))
    spent = Spent((2026, 3), {"order": 900})
    facts = county(replace(CHANNEL, url="udp://@239.1.2.3:5004"), plans=(plan,))
    assert started(generation=facts, store=replace(store(*FILMS), spent=spent)).all(RunLive)


def test_what_a_channel_has_cost_is_known_while_it_is_watched() -> None:
    box = watching()
    box.take(LiveFlows(worker(box), flows=True, kept_ms=1, spent=Spent((2026, 3), {"live": 700})))
    assert box.world.store.spent.by_purpose == {"live": 700}
    box.take(LiveFinished(worker(box), "used-up", Spent((2026, 3), {"live": 900})))
    assert box.world.store.spent.by_purpose == {"live": 900}


@pytest.mark.parametrize(("url", "told"), [(CHANNEL.url, True), ("udp://@239.1.2.3:5004", False)])
def test_when_the_lines_window_closes_a_channel_goes_on_and_that_is_said_once(url: str, told: bool) -> None:
    plan = Plan(group="county", issued="2026-03-01T00:00", windows=(Window(start="16:00", end="16:50"),))
    box = watching(generation=county(replace(CHANNEL, url=url), plans=(plan,)))
    assert box.world.due.wall_ms is not None
    assert box.world.due.wall_ms <= NOW_MS + 10 * MINUTE_MS
    box.wait(10 * MINUTE_MS, WokeUp())
    assert ("下载时段已过" in (box.world.notice.words if box.world.notice else "")) == told
    box.wait(20_000, WokeUp())
    assert box.world.notice is None
    assert box.world.live is not None


# --- watching


def test_the_channel_is_received_once_and_the_picture_comes_from_the_box_itself() -> None:
    box = watching()
    assert [one.url for one in box.all(RunLive)] == [CHANNEL.url]
    assert [one.url for one in box.all(OpenStream)] == [f"{BASE}?behind=0"]
    assert isinstance(box.world.screen, LiveScreen)


def test_a_pause_falls_behind_and_a_minute_back_and_0_move_within_what_is_kept() -> None:
    box = watching()
    box.press("ok")
    assert box.last(PauseMedia).paused
    box.wait(60_000, LiveFlows(worker(box), flows=True, kept_ms=300_000))
    box.press("ok")
    assert not box.last(PauseMedia).paused
    assert on(box).behind_ms == 60_300
    box.press("down")
    assert box.last(OpenStream).url == f"{BASE}?behind=120300"
    box.wait(900, MediaOpened(on(box).play, 0, True))
    for _ in range(9):
        box.press("down")
        box.wait(900, MediaOpened(on(box).play, 0, True))
    assert on(box).behind_ms == 300_000
    box.press("0")
    assert box.last(OpenStream).url == f"{BASE}?behind=0"


def test_at_the_channels_own_time_there_is_nothing_ahead() -> None:
    box = watching()
    box.press("right")
    assert len(box.all(OpenStream)) == 1
    assert box.world.notice is not None
    assert "现在的直播" in box.world.notice.words


def test_a_pause_longer_than_what_is_kept_goes_on_with_the_oldest() -> None:
    box = watching()
    box.press("ok")
    box.wait(20 * MINUTE_MS, LiveFlows(worker(box), flows=True, kept_ms=300_000))
    box.press("ok")
    assert on(box).behind_ms == 300_000


def test_what_was_watched_is_one_play_with_its_pause_and_a_cut_costs_a_second_and_a_half() -> None:
    box = watching(10)
    assert [one.row.why for one in box.all(KeepPlay)] == ["live"] * len(box.all(KeepPlay))
    assert box.last(KeepPlay).row.segments[0][1] >= 8_000
    box.press("ok")
    box.wait(5_000, WokeUp())
    box.press("ok")
    see(box, 5)
    box.press("home")
    (play,) = box.bodies(Play)
    assert (play.course, play.why, play.ended, play.pauses) == ("province", "live", "stopped", 1)
    assert 14_000 <= play.segments[0][1] <= 15_000
    assert play.paused_ms == 5_300
    assert box.world.live is None
    assert len(box.all(StopLive)) == 1
    assert box.last(CloseMedia)


def test_the_pause_in_which_it_ends_counts_and_so_does_one_that_breaks_off_or_is_sought_from() -> None:
    box = watching(10)
    box.press("ok")
    box.wait(60_000, WokeUp())
    box.press("left")
    box.wait(900, MediaOpened(on(box).play, 0, True))
    box.press("ok")
    box.wait(30_000, MediaEnded(on(box).play, 0, 9))
    box.wait(live.WAITS_MS[0], WokeUp())
    box.wait(900, MediaOpened(on(box).play, 0, True))
    box.press("ok")
    box.wait(5_000, WokeUp())
    box.press("home")
    (play,) = box.bodies(Play)
    assert (play.pauses, play.paused_ms) == (3, 60_300 + 30_000 + 5_300)


def test_a_channel_of_which_nothing_was_seen_leaves_no_entry() -> None:
    box = started()
    box.press("back")
    assert box.world.live is None
    assert not box.bodies(Play)


def test_after_a_power_cut_it_is_recorded_and_no_lesson_is_remembered() -> None:
    row = OpenPlay("province", "live", "", 0, "live", "", began(0), ((0, 90_000),))
    box = TestBox().start(JournalFacts(head=4, acknowledged=4, open_play=row))
    assert [(one.course, one.ended) for one in box.bodies(Play)] == [("province", "cut")]
    assert box.world.left_off == {}


# --- the signal


def test_a_picture_that_stands_still_is_told_and_opened_again() -> None:
    box = watching()
    box.wait(live.STALL_MS, WokeUp())
    assert on(box).state is S.LOST
    box.wait(live.WAITS_MS[0], WokeUp())
    assert on(box).state is S.OPENING
    assert len(box.all(OpenStream)) == 2


def test_without_bytes_nothing_is_opened_until_they_come_again() -> None:
    box = watching()
    box.take(LiveFlows(worker(box), flows=False, kept_ms=300_000))
    box.wait(live.STALL_MS, WokeUp())
    for _ in range(40):
        box.wait(5_000, WokeUp())
    assert on(box).state is S.LOST
    assert len(box.all(OpenStream)) == 1
    box.take(LiveFlows(worker(box), flows=True, kept_ms=300_000))
    assert on(box).state is S.OPENING


def test_a_picture_that_cannot_be_opened_gets_a_new_child_after_two_attempts_and_ever_longer_waits() -> None:
    box = watching()
    waits = []
    for _ in range(6):
        box.take(MediaFailed(on(box).play, "died"))
        waits.append(on(box).retry_monotonic_ms - box.monotonic_ms)
        box.wait(waits[-1], WokeUp())
    assert waits == [1_000, 2_000, 5_000, 10_000, 10_000, 10_000]
    assert len(box.all(ReplaceMediaChild)) == 5


def test_a_worker_that_ends_is_started_again() -> None:
    box = watching()
    box.take(LiveFinished(worker(box), "killed"))
    box.wait(live.WAITS_MS[0], WokeUp())
    assert len(box.all(RunLive)) == 2
    assert on(box).state is S.LOST
    box.wait(2_000, LiveServed(worker(box), BASE))
    assert on(box).state is S.OPENING


def test_late_words_of_an_earlier_picture_or_worker_change_nothing() -> None:
    box = watching()
    old = on(box)
    box.press("left")
    before = on(box)
    for late in (MediaEnded(old.play, 0, 9), MediaFailed(old.play, "x"), LiveFinished(worker(box) + 900, "x")):
        box.take(late)
    assert on(box) == before


# --- beside everything else


def test_a_lesson_takes_its_place_and_it_takes_a_lessons() -> None:
    box = watching()
    box.wish(PlayLesson("c1", "one"))
    assert box.world.live is None
    assert box.last(OpenMedia).blob == FILMS[0]
    box.show(10)
    box.wish(WatchLive("province"))
    assert on(box).state is S.STARTING
    assert isinstance(box.world.screen, LiveScreen)
    assert [play.why for play in box.bodies(Play)] == ["live", "menu"]


def test_a_session_that_is_due_is_said_and_takes_its_place_when_it_starts() -> None:
    box = watching(generation=county(occurrences=(SESSION,)))
    box.wait(46 * MINUTE_MS, WokeUp())
    assert box.world.session is not None
    assert isinstance(box.world.screen, LiveScreen)
    box.wish(StartSession())
    assert box.world.live is None
    assert box.last(OpenMedia).blob == FILMS[0]


def test_the_end_of_the_run_seals_it() -> None:
    box = watching()
    box.take(QuitAsked())
    assert [play.ended for play in box.bodies(Play)] == ["cut"]


def test_while_it_is_on_nothing_reads_the_disk_through() -> None:
    box = watching(store=StoreFacts())
    assert not is_quiet(box.world)
    assert is_busy(box.world)


def test_when_nobody_has_pressed_a_key_for_hours_it_ends() -> None:
    box = watching(generation=county(CHANNEL, occurrences=()))
    box.press("volume-up")
    assert on(box)
    box.wait(live.IDLE_MS - 1, WokeUp())
    assert on(box)
    box.wait(1, WokeUp())
    assert box.world.live is None
    assert [play.ended for play in box.bodies(Play)] == ["stopped"]


def test_whatever_takes_its_place_on_the_screen_ends_it() -> None:
    box = watching()
    box.world = replace(box.world, screens=(HomeScreen(), CoursesScreen(())))
    box.take(WokeUp())
    assert box.world.live is None


def missing(purpose: str) -> TestBox:
    """A box that fetches something for this purpose while a channel is on."""
    facts = county(occurrences=(SESSION,) if purpose == "session" else ())
    box = TestBox().start(generation=facts, store=store())
    assert {blob.purpose for blob in box.last(RunFetch).blobs} >= {purpose}
    box.wish(WatchLive("province"))
    return box


def test_what_nobody_waits_for_gives_way_to_a_channel_on_the_same_line_and_goes_on_after_it() -> None:
    box = missing("stock")
    assert box.last(StopFetch)
    fetched = len(box.all(RunFetch))
    box.press("home")
    box.wait(60_000, WokeUp())
    assert len(box.all(RunFetch)) > fetched


def test_what_a_session_needs_is_fetched_all_the_same() -> None:
    assert not missing("session").all(StopFetch)
