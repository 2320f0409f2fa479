from __future__ import annotations

import itertools
from typing import Any

import pytest

from player.core import playback, session_now
from player.core.actions import PlayLesson, SeekBy, StopPlaying, TogglePause, TunePlaying
from player.core.effects import AppendEntry, KeepPlay
from player.core.events import Journaled, WokeUp
from player.core.faults import NO_PICTURE, PICTURE_STUCK
from player.core.lives.picture import Playback, PlaybackState
from player.core.media_effects import CloseMedia, OpenMedia, PauseMedia, ReplaceMediaChild, SeekMedia, Tuning
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from player.core.screens_shown import PlayingScreen
from player.core.turn import Turn
from playlists.entries import BLOB_DIGITS, Play
from tests.player.core.box import FILMS, NoLibrary, TestBox


def playing(seconds: int = 20) -> TestBox:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    box.show(seconds)
    return box


def current(box: TestBox) -> Playback:
    assert box.world.playback is not None
    return box.world.playback


def in_state(state: PlaybackState) -> TestBox:
    box = TestBox().start()
    box.wish(PlayLesson("c1", "one"))
    if state is PlaybackState.OPENING:
        return box
    if state is PlaybackState.FAILED:
        for _ in range(3):
            box.take(MediaFailed(current(box).play, "no such file"))
        return box
    box.show(20)
    if state is PlaybackState.PAUSED:
        box.wish(TogglePause())
    elif state is PlaybackState.RECOVERING:
        box.take(MediaFailed(current(box).play, "died"))
    elif state is PlaybackState.ENDING:
        box.commits = False
        box.wish(StopPlaying())
    return box


def event_of(kind: type, box: TestBox) -> Any:
    play = current(box).play
    made: dict[type, Any] = {
        MediaOpened: MediaOpened(play, 300_000, True),
        MediaProgress: MediaProgress(play, 30_000, 9_999, False),
        MediaEnded: MediaEnded(play, 30_000, 9_999),
        MediaFailed: MediaFailed(play, "died"),
        WokeUp: WokeUp(),
        Journaled: Journaled(current(box).seal, 99),
        SeekBy: SeekBy(-10_000),
        TunePlaying: TunePlaying(Tuning(rate_percent=75)),
        TogglePause: TogglePause(),
        StopPlaying: StopPlaying(),
    }
    return made[kind]


P = PlaybackState
AFTER = {  # what each pair leads to where it does not stay; gone is None
    (P.OPENING, MediaOpened): P.PLAYING, (P.OPENING, MediaEnded): P.RECOVERING, (P.OPENING, MediaFailed): P.RECOVERING,
    (P.OPENING, StopPlaying): P.ENDING, (P.PLAYING, MediaEnded): P.RECOVERING, (P.PLAYING, MediaFailed): P.RECOVERING,
    (P.PLAYING, TogglePause): P.PAUSED, (P.PLAYING, StopPlaying): P.ENDING, (P.PAUSED, MediaEnded): P.RECOVERING,
    (P.PAUSED, MediaFailed): P.RECOVERING, (P.PAUSED, TogglePause): P.PLAYING, (P.PAUSED, StopPlaying): P.ENDING,
    (P.RECOVERING, MediaOpened): P.PLAYING, (P.RECOVERING, MediaEnded): P.RECOVERING,
    (P.RECOVERING, MediaFailed): P.RECOVERING, (P.RECOVERING, StopPlaying): P.ENDING, (P.ENDING, Journaled): None,
    (P.FAILED, StopPlaying): None,
}  # fmt: skip


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(PlaybackState, playback.EVENTS)))
def test_every_pair_of_state_and_event_leads_where_the_table_says(state: PlaybackState, kind: type) -> None:
    box = in_state(state)
    turn = Turn(box.world, box.now(), NoLibrary())
    playback.follow(playback.TABLE, state, turn, event_of(kind, box))
    after = turn.world.playback
    assert (after.state if after else None) is AFTER.get((state, kind), state)


def test_the_best_rendition_that_is_complete_is_opened_and_the_picture_is_on_top() -> None:
    box = playing(0)
    assert box.last(OpenMedia).blob == FILMS[0]
    assert isinstance(box.world.screen, PlayingScreen)


def test_the_open_row_grows_with_the_picture_and_is_kept_at_the_first_word_after_a_second_and_a_half() -> None:
    box = playing(21)  # there is a word every second
    kept = [one.row.segments for one in box.all(KeepPlay)]
    assert kept == [((0, second * 1_000),) for second in range(0, 21, 2)]


def test_what_was_shown_is_sealed_once_with_its_pauses_and_the_screen_goes_back() -> None:
    box = playing(20)
    box.wish(TogglePause())
    assert box.last(PauseMedia).paused
    box.wait(7_000, WokeUp())
    box.wish(TogglePause())
    box.show(5)
    box.wish(StopPlaying())
    (play,) = box.bodies(Play)
    assert (play.segments, play.pauses, play.paused_ms, play.ended) == (((0, 25_000),), 1, 7_000, "stopped")
    assert box.world.playback is None
    assert len(box.all(CloseMedia)) == 1
    assert not isinstance(box.world.screen, PlayingScreen)


def test_a_seek_begins_a_new_segment_and_keeps_the_row() -> None:
    box = playing(20)
    box.wish(SeekBy(-15_000))
    assert box.last(SeekMedia).position_ms == 5_000
    box.show(10)
    box.wish(StopPlaying())
    assert box.bodies(Play)[0].segments == ((0, 20_000), (5_000, 15_000))


def test_an_end_at_the_end_is_finished() -> None:
    box = playing(298)
    box.wait(500, MediaEnded(current(box).play, 299_500, 7_000))
    (play,) = box.bodies(Play)
    assert (play.ended, play.segments) == ("finished", ((0, 299_500),))


def test_a_file_that_ends_far_too_early_is_reopened_at_the_same_second_and_then_given_up() -> None:
    box = playing(30)
    for _ in range(3):
        box.take(MediaEnded(current(box).play, 30_000, 700))
    assert [one.from_ms for one in box.all(OpenMedia)] == [0, 30_000, 30_000]
    assert len(box.all(ReplaceMediaChild)) == 2
    assert current(box).state is PlaybackState.FAILED
    assert PICTURE_STUCK in box.world.faults
    assert [one.ended for one in box.bodies(Play)] == ["failed"]


def test_what_was_shown_before_an_early_end_counts() -> None:
    box = playing(20)
    box.wait(600, MediaEnded(current(box).play, 20_600, 20 * 25 + 15))
    assert current(box).state is PlaybackState.RECOVERING
    assert current(box).row.segments == ((0, 20_600),)


def test_an_early_end_after_a_stall_adds_nothing() -> None:
    box = playing(20)
    box.wait(600, MediaEnded(current(box).play, 20_600, 20 * 25))
    assert current(box).row.segments == ((0, 20_000),)


def test_random_bytes_that_vlc_calls_ended_at_once_fail_with_a_page_that_people_can_leave() -> None:
    box = in_state(PlaybackState.OPENING)
    for _ in range(3):
        box.wait(30, MediaEnded(current(box).play, 0, 0))
    assert current(box).state is PlaybackState.FAILED
    assert NO_PICTURE in box.world.faults
    box.press("ok")
    assert box.world.playback is None


def test_sound_without_a_picture_is_no_play() -> None:
    box = in_state(PlaybackState.OPENING)
    for _ in range(3):
        box.take(MediaOpened(current(box).play, 300_000, False))
    assert current(box).why_failed == "没有画面"


def test_a_frozen_position_is_noticed_after_five_seconds_though_nothing_is_reported() -> None:
    box = playing(20)
    assert box.wake.monotonic_ms == box.monotonic_ms + playback.STALL_MS
    box.wait(playback.STALL_MS, WokeUp())
    assert current(box).state is PlaybackState.RECOVERING
    assert box.last(OpenMedia).from_ms == 20_000


def test_seeking_in_a_frozen_picture_puts_its_notice_off_once_only() -> None:
    box = playing(60)
    box.wait(3_000, WokeUp())
    box.wish(SeekBy(-10_000))
    box.wait(3_000, WokeUp())
    box.wish(SeekBy(-10_000))
    assert current(box).state is PlaybackState.PLAYING
    box.wait(playback.STALL_MS - 3_000, WokeUp())
    assert current(box).state is PlaybackState.RECOVERING
    assert box.last(OpenMedia).from_ms == 40_000


def test_a_position_that_moves_without_pictures_is_a_stall_too() -> None:
    box = playing(20)
    pictures = current(box).pictures
    for second in range(21, 27):
        box.wait(1_000, MediaProgress(box.last(OpenMedia).id, second * 1_000, pictures, False))
    assert current(box).state is PlaybackState.RECOVERING


def test_opening_too_long_is_given_a_new_child() -> None:
    box = in_state(PlaybackState.OPENING)
    box.wait(playback.OPENING_MS, WokeUp())
    assert current(box).state is PlaybackState.RECOVERING


def test_a_pause_survives_the_death_of_the_child() -> None:
    box = in_state(PlaybackState.PAUSED)
    box.take(MediaFailed(current(box).play, "died"))
    box.wait(900, MediaOpened(current(box).play, 300_000, True))
    assert current(box).state is PlaybackState.PAUSED
    assert box.last(PauseMedia).play == current(box).play


def test_late_words_of_a_replaced_child_change_nothing() -> None:
    box = playing(20)
    old = current(box).play
    box.take(MediaFailed(old, "died"))
    before = current(box)
    for late in (MediaProgress(old, 40_000, 9, False), MediaEnded(old, 299_999, 9), MediaFailed(old, "again")):
        box.take(late)
    assert current(box) == before


def test_steady_minutes_forgive_earlier_trouble() -> None:
    box = playing(20)
    box.take(MediaFailed(current(box).play, "died"))
    box.show(70)
    assert current(box).recoveries == 0


def test_a_lesson_that_never_showed_a_picture_leaves_no_entry_when_it_is_left() -> None:
    box = in_state(PlaybackState.OPENING)
    box.wish(StopPlaying())
    assert not box.bodies(Play)


def test_no_row_is_kept_while_the_seal_of_the_last_play_is_owed() -> None:
    box = playing(20)
    box.commits = False
    box.wish(PlayLesson("c1", "two"))
    kept = len(box.all(KeepPlay))
    box.show(12)
    assert len(box.all(KeepPlay)) == kept
    assert sum(one.closes_play for one in box.all(AppendEntry)) == 1


def test_another_lesson_takes_the_place_without_closing_in_between() -> None:
    box = playing(20)
    box.wish(PlayLesson("c1", "two"))
    assert not box.all(CloseMedia)
    assert not session_now.is_running(box.world)


def test_a_sealed_play_names_its_film_by_the_beginning_of_the_digest() -> None:
    box = playing()
    box.wish(StopPlaying())
    (play,) = box.bodies(Play)
    assert play.blob == FILMS[0][:BLOB_DIGITS]


def test_a_play_that_began_while_the_last_seal_was_on_its_way_is_kept_when_that_is_durable() -> None:
    box = playing()
    box.commits = False
    box.wish(PlayLesson("c1", "two"))
    box.wait(100, MediaOpened(box.last(OpenMedia).id, 300_000, True))
    assert box.last(KeepPlay).row.lesson == "one"
    box.take(Journaled(box.last(AppendEntry).id, box.seq + 1))
    assert box.last(KeepPlay).row.lesson == "two"
