from __future__ import annotations

import itertools
import logging

import pytest
from msgspec.structs import replace

from player.core import playback
from player.core.actions import ContinueInterrupted, PlayLesson, StartSession
from player.core.effects import AppendEntry, KeepSession, Quit
from player.core.events import ClockJumped, FaultReported, Journaled, JournalFailed, QuitAsked, WokeUp
from player.core.facts import JournalFacts, OpenSession
from player.core.faults import CARD_FAILING, CLOCK_UNKNOWN
from player.core.media_effects import OpenMedia, SetVolume
from player.core.media_events import MediaOpened, MediaProgress
from player.core.table import UnknownPair
from player.core.worker_effects import RunFetch, RunSync
from player.core.worker_events import BindingAnswered, Evicted, FetchFinished, SyncFinished, UploadFinished
from player.step import step
from playlists.entries import Boot, ClockChange, FaultSeen, Health, SessionHeld
from tests.player.core.box import MINUTE_MS, NOW_MS, SESSION, NoLibrary, TestBox, began


def test_nothing_is_done_before_the_devices_are_up() -> None:
    box = TestBox()
    assert box.take(WokeUp()) == []
    assert box.wake.monotonic_ms is None


def test_a_start_is_recorded_once_and_the_county_is_asked() -> None:
    box = TestBox().start()
    assert box.bodies(Boot) == [Boot(version="1", clean=True)]
    assert len(box.all(RunSync)) == 1


@pytest.mark.parametrize(
    "late",
    [SyncFinished(77, None, error="x"), FetchFinished(77, error="x"), UploadFinished(77, 99), Journaled(77, 99),
     JournalFailed(77, "x"), BindingAnswered(77, code="123456"), Evicted(77, (), 0), MediaOpened(77, 1, True)],
)  # fmt: skip
def test_an_answer_that_nobody_waits_for_changes_nothing(late: object) -> None:
    box = TestBox().start()
    before = box.world
    assert box.take(late) == []  # type: ignore[arg-type]
    assert box.world == before


def test_an_unknown_pair_raises_in_tests_and_is_logged_in_production(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    monkeypatch.setattr(playback, "TABLE", {})
    with pytest.raises(UnknownPair):
        step(box.world, WokeUp(), box.now(), NoLibrary(), strict=True)
    with caplog.at_level(logging.ERROR):
        step(box.world, WokeUp(), box.now(), NoLibrary())
    assert "nothing is said about WokeUp" in caplog.text


def test_effect_ids_are_never_used_twice() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.show(20)
    box.wait(60 * MINUTE_MS, WokeUp())
    ids = [effect.id for effect in box.asked]
    assert len(set(ids)) == len(ids)


def test_entries_go_to_the_journal_one_after_the_other_in_order() -> None:
    box = TestBox(commits=False).start()
    box.take(FaultReported(CARD_FAILING, active=True))
    box.take(FaultReported(CARD_FAILING, active=False))
    assert len(box.all(AppendEntry)) == 1
    for seq in (1, 2, 3):
        box.take(Journaled(box.last(AppendEntry).id, seq))
    assert [type(one.body) for one in box.all(AppendEntry)] == [Boot, FaultSeen, FaultSeen]
    assert box.world.outbox.head == 3


def test_an_entry_that_failed_is_owed_and_nothing_overtakes_it() -> None:
    box = TestBox(commits=False).start()
    first = box.last(AppendEntry)
    box.take(JournalFailed(first.id, "disk full"))
    box.take(FaultReported(CARD_FAILING, active=True))
    assert len(box.all(AppendEntry)) == 1
    assert box.wake.monotonic_ms is not None
    box.wait(box.wake.monotonic_ms - box.monotonic_ms, WokeUp())
    assert box.last(AppendEntry) == first


def test_a_box_that_is_switched_off_tries_the_journal_once_more_at_once() -> None:
    box = TestBox(commits=False).start()
    first = box.last(AppendEntry)
    box.take(JournalFailed(first.id, "read-only file system"))
    box.take(QuitAsked())
    assert box.all(AppendEntry) == [first, first]


def test_a_fault_is_recorded_when_it_comes_and_when_it_goes_however_often_it_is_reported() -> None:
    box = TestBox().start()
    for active in (True, True, True, False, False):
        box.take(FaultReported(CARD_FAILING, active=active, detail="crc"))
    assert [(one.code, one.active) for one in box.bodies(FaultSeen)] == [(CARD_FAILING, True), (CARD_FAILING, False)]


def test_a_clock_that_was_set_is_recorded_and_its_fault_goes() -> None:
    box = TestBox(trust="unknown").start()
    assert CLOCK_UNKNOWN in box.world.faults
    box.trust, box.wall_ms = "trusted", NOW_MS + 86_400_000
    box.take(ClockJumped(86_400_000, "trusted"))
    assert CLOCK_UNKNOWN not in box.world.faults
    assert box.bodies(ClockChange) == [ClockChange(by_ms=86_400_000, trust="trusted")]


def test_a_clock_set_over_a_session_does_not_start_it_and_set_back_does_not_hold_it_twice() -> None:
    box = TestBox().start()
    box.wall_ms = SESSION.starts_ms + 3_600_000
    box.take(ClockJumped(7_200_000, "estimated"))
    assert box.world.session is None
    box.world = replace(box.world, done_sessions=frozenset({SESSION.id}))
    box.wall_ms = SESSION.starts_ms
    box.take(ClockJumped(-3_600_000, "trusted"))
    assert box.world.session is None


@pytest.mark.parametrize("pause_ms", [250, 900, 4_000, 6_000, 61_000])
def test_a_word_of_the_picture_that_needs_no_settling_leads_to_the_same_world_as_settling(
    pause_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = TestBox().start()
    box.press("ok", "ok")
    box.show(3)
    play, calm = box.last(OpenMedia).id, 0
    for number in range(4, 40):
        box.monotonic_ms += pause_ms
        box.wall_ms += pause_ms
        said = MediaProgress(play, number * 1_000, number * 25, paused=False)
        short = step(box.world, said, box.now(), NoLibrary(), strict=True)
        with monkeypatch.context() as patched:
            patched.setattr("player.step.is_calm", lambda *_: False)
            assert short == step(box.world, said, box.now(), NoLibrary(), strict=True)
        calm += short[0].due is box.world.due
        box.take(said)
        play = box.last(OpenMedia).id
    assert calm > 10 or pause_ms > 5_000


def test_health_is_recorded_soon_after_the_start_and_then_once_a_day() -> None:
    box = TestBox().start()
    for _ in range(26):
        box.wait(60 * MINUTE_MS, WokeUp())
    assert len(box.bodies(Health)) == 2


def test_an_idle_box_sleeps_for_minutes_and_its_wake_ups_lie_ahead() -> None:
    box = TestBox().start()
    box.take(SyncFinished(box.last(RunSync).id, None, checked=True))
    box.wait(20_000, WokeUp())
    assert box.wake.monotonic_ms is not None
    assert box.wake.monotonic_ms >= box.monotonic_ms + 5 * MINUTE_MS
    assert box.take(WokeUp()) == []


def test_a_session_that_takes_over_from_an_interrupted_one_keeps_its_row_once_that_one_is_closed() -> None:
    cut = OpenSession("winter@1", "冬训", "video", began(NOW_MS - 3_600_000), 0, 0)
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_session=cut))
    box.wait(45 * MINUTE_MS, WokeUp())
    box.commits = False
    box.wish(StartSession())
    assert not box.all(KeepSession)
    owed = box.last(AppendEntry)
    assert isinstance(owed.body, SessionHeld)
    assert owed.closes_session
    box.take(Journaled(owed.id, 9))
    assert box.last(KeepSession).row.session == SESSION.id


def test_what_a_power_cut_broke_off_is_offered_and_not_started() -> None:
    cut = OpenSession(SESSION.id, "春耕", "video", began(NOW_MS), 0, 10_000, 27, "playing", "c1", "one")
    box = TestBox().start(JournalFacts(head=5, acknowledged=5, open_session=cut))
    box.wait(70 * MINUTE_MS, WokeUp())
    assert not box.all(OpenMedia)
    box.wish(ContinueInterrupted())
    assert box.last(OpenMedia).from_ms == 10_000


def test_the_end_of_a_run_waits_for_the_journal_but_not_for_ever() -> None:
    box = TestBox(commits=False).start()
    box.take(QuitAsked())
    assert not box.all(Quit)
    assert box.wake.monotonic_ms is not None
    box.wait(box.wake.monotonic_ms - box.monotonic_ms, WokeUp())
    assert len(box.all(Quit)) == 1


def test_the_volume_is_set_at_the_start_and_stays_between_silence_and_full() -> None:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.show(2)
    box.press(*itertools.repeat("volume-up", 30))
    assert box.last(SetVolume).percent == 100
    box.press("mute")
    assert box.last(SetVolume).percent == 0


def test_a_lesson_that_is_not_here_is_refused_with_a_word() -> None:
    box = TestBox().start(store=TestBox().world.store)
    box.wish(PlayLesson("c1", "one"))
    assert not box.all(OpenMedia)
    assert box.world.notice is not None
    assert box.all(RunFetch) == []
