"""What the core may rely on, on the fake and on real VLC, without a screen and on one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display

from player.core.media_effects import CloseMedia, PauseMedia, ReplaceMediaChild, SeekMedia, SetVolume, TuneMedia, Tuning
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from tests.player.devices.media.benches import Bench, FakeBench, RealBench, open_film, wait_for
from tests.player.devices.media.conftest import SIX_SECONDS


def _window(display: Display) -> int:
    root = display.screen().root
    window = root.create_window(0, 0, 320, 240, 0, 24, X.InputOutput, X.CopyFromParent)
    window.map()
    display.sync()
    return int(window.id)


@pytest.fixture(params=["fake", "windowless", "window"])
def bench(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    films: Path = request.getfixturevalue("films")
    if request.param == "windowless":
        real = RealBench(films)
        yield real
        real.stop()
        return
    name = request.getfixturevalue("screen")
    monkeypatch.setenv("DISPLAY", name)
    display = Display(name)
    real = RealBench(films, window=_window(display))
    yield real
    real.stop()
    display.close()


def test_a_film_is_opened_shown_and_ended(bench: Bench) -> None:
    open_film(bench, "good", play=1, from_ms=4_000)
    opened = wait_for(bench, MediaOpened, 1)
    assert opened.has_video
    assert abs(opened.duration_ms - SIX_SECONDS) < 100
    moving = wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > 0)
    assert 4_000 <= moving.position_ms <= SIX_SECONDS
    ended = wait_for(bench, MediaEnded, 1)
    assert ended.pictures >= moving.pictures
    assert SIX_SECONDS - 300 <= ended.position_ms <= SIX_SECONDS + 100


def test_progress_comes_about_four_times_a_second(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    before = sum(isinstance(event, MediaProgress) for event in bench.events)
    bench.let_pass(2_000)
    assert 5 <= sum(isinstance(event, MediaProgress) for event in bench.events) - before <= 9


def test_a_pause_holds_the_picture_and_going_on_moves_it(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    bench.perform(PauseMedia(id=2, play=1, paused=True))
    first = wait_for(bench, MediaProgress, 1, lambda progress: progress.paused)
    bench.let_pass(700)
    last = bench.events[-1]
    assert isinstance(last, MediaProgress)
    assert last.paused
    assert last.position_ms == first.position_ms
    bench.perform(PauseMedia(id=3, play=1, paused=False))
    wait_for(bench, MediaProgress, 1, lambda p: not p.paused and p.position_ms > first.position_ms + 300)


def test_a_pause_ordered_while_opening_holds(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    bench.perform(PauseMedia(id=2, play=1, paused=True))
    bench.let_pass(1_500)
    last = [event for event in bench.events if isinstance(event, MediaProgress)][-1]
    assert last.paused
    assert last.position_ms < 500


def test_a_seek_goes_there(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    bench.perform(SeekMedia(id=2, play=1, position_ms=4_500))
    there = wait_for(bench, MediaProgress, 1, lambda progress: progress.position_ms >= 4_500)
    assert there.position_ms < 5_300
    ended = wait_for(bench, MediaEnded, 1)
    assert abs(ended.position_ms - SIX_SECONDS) < 300


def test_nothing_is_said_of_a_closed_film(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    bench.perform(CloseMedia(id=2, play=1))
    bench.let_pass(300)
    said = len(bench.events)
    bench.let_pass(800)
    assert len(bench.events) == said


def test_the_next_film_takes_the_place_of_the_first(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaProgress, 1)
    open_film(bench, "no-sound", play=2, from_ms=5_000)
    wait_for(bench, MediaOpened, 2)
    switched = len(bench.events)
    wait_for(bench, MediaEnded, 2)
    assert all(event.play == 2 for event in bench.events[switched:])  # type: ignore[union-attr]


def test_a_film_can_be_shown_again_after_its_end(bench: Bench) -> None:
    open_film(bench, "good", play=1, from_ms=5_500)
    wait_for(bench, MediaEnded, 1)
    bench.perform(SetVolume(id=2, percent=30))
    open_film(bench, "good", play=3, from_ms=5_500)
    wait_for(bench, MediaEnded, 3)


def test_a_film_without_sound_is_shown(bench: Bench) -> None:
    open_film(bench, "no-sound", play=1, from_ms=5_000)
    assert wait_for(bench, MediaOpened, 1).has_video
    assert wait_for(bench, MediaEnded, 1).pictures > 0


def test_sound_without_a_picture_is_said_to_be_that(bench: Bench) -> None:
    open_film(bench, "no-picture", play=1)
    assert not wait_for(bench, MediaOpened, 1).has_video


def test_a_truncated_film_ends_early_or_fails(bench: Bench) -> None:
    open_film(bench, "truncated", play=1, from_ms=1_500)
    try:
        position_ms = wait_for(bench, MediaEnded, 1).position_ms
    except AssertionError:
        wait_for(bench, MediaFailed, 1)
    else:
        assert position_ms < SIX_SECONDS - 1_000


@pytest.mark.parametrize("film", ["missing", "empty", "random", "text", "no-index"])
def test_what_is_no_film_fails_with_a_reason(bench: Bench, film: str) -> None:
    open_film(bench, film, play=1)
    assert "file" in (why := wait_for(bench, MediaFailed, 1).why) or "film" in why


def test_after_a_bad_film_a_good_one_is_shown(bench: Bench) -> None:
    open_film(bench, "random", play=1)
    wait_for(bench, MediaFailed, 1)
    open_film(bench, "good", play=2)
    wait_for(bench, MediaOpened, 2)


def test_a_replaced_child_goes_on_at_the_same_second(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    reached = wait_for(bench, MediaProgress, 1, lambda progress: progress.position_ms > 800)
    bench.perform(ReplaceMediaChild(id=2))
    open_film(bench, "good", play=3, from_ms=reached.position_ms)
    wait_for(bench, MediaOpened, 3)
    first = wait_for(bench, MediaProgress, 3)
    assert abs(first.position_ms - reached.position_ms) < 1_000


def pace(bench: Bench, play: int) -> float:
    """Return how many milliseconds of the film pass in one of the clock's, over about a second and a half."""
    began = len(bench.events)
    bench.let_pass(1_500)
    said = [event for event in bench.events[began:] if isinstance(event, MediaProgress) and event.play == play]
    return (said[-1].position_ms - said[0].position_ms) / (250 * (len(said) - 1))


def test_a_film_is_shown_slower_and_the_next_one_at_its_own_pace_again(bench: Bench) -> None:
    open_film(bench, "good", play=1, tuning=Tuning(rate_percent=75))
    wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > 0)
    assert pace(bench, 1) < 0.9
    bench.perform(TuneMedia(id=2, play=1, tuning=Tuning(rate_percent=125)))
    bench.let_pass(300)
    assert pace(bench, 1) > 1.1
    open_film(bench, "good", play=3)
    wait_for(bench, MediaProgress, 3, lambda progress: progress.pictures > 0)
    assert 0.85 < pace(bench, 3) < 1.15


def test_the_sound_tracks_are_named_and_another_is_chosen_while_the_film_goes_on(bench: Bench) -> None:
    open_film(bench, "two-sounds", play=1)
    sounds = wait_for(bench, MediaOpened, 1).sounds
    assert [name[:2] for name in sounds] == ["普通", "方言"]
    bench.perform(TuneMedia(id=2, play=1, tuning=Tuning(sound=1)))
    before = wait_for(bench, MediaProgress, 1).position_ms
    wait_for(bench, MediaProgress, 1, lambda progress: progress.position_ms > before + 1_000)


def test_a_place_among_sounds_that_a_film_does_not_have_changes_nothing(bench: Bench) -> None:
    open_film(bench, "good", play=1, from_ms=5_000, tuning=Tuning(sound=7, subtitles=False))
    wait_for(bench, MediaEnded, 1)


def test_subtitles_that_are_no_subtitles_do_not_hold_up_the_film(bench: Bench) -> None:
    for play, text in enumerate(("random", "missing", "empty"), 1):
        open_film(bench, "good", play=play, from_ms=5_000, subtitles=text)
        assert wait_for(bench, MediaEnded, play).pictures > 0


def test_a_held_keys_four_places_a_second_are_all_reached(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    for number, place_ms in enumerate((1_000, 2_000, 3_000, 4_000, 3_000, 2_000, 5_000)):
        bench.perform(SeekMedia(id=10 + number, play=1, position_ms=place_ms))
        bench.let_pass(250)
    last = [event for event in bench.events if isinstance(event, MediaProgress)][-1]
    assert 5_000 <= last.position_ms <= SIX_SECONDS
    assert abs(wait_for(bench, MediaEnded, 1).position_ms - SIX_SECONDS) < 300


def test_subtitles_are_seen_and_can_be_put_away(films: Path, screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    display = Display(screen)
    window = _window(display)
    bench = RealBench(films, window=window)

    def brightest(milliseconds: int = 1_200) -> int:
        """Return the brightest point of the lower half of a black film within so long."""
        found = 0
        for _ in range(milliseconds // 100):
            lower = display.create_resource_object("window", window).get_image(0, 120, 320, 120, X.ZPixmap, 0xFFFFFFFF)
            found = max(found, *lower.data[1::4])  # green
            bench.let_pass(100)
        return found

    try:
        open_film(bench, "two-sounds", play=1, subtitles="subtitles")
        wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > 0)
        assert brightest() > 200
        bench.perform(TuneMedia(id=2, play=1, tuning=Tuning(subtitles=False)))
        bench.let_pass(300)
        assert brightest(800) < 60
        bench.perform(TuneMedia(id=3, play=1, tuning=Tuning(subtitles=True)))
        assert brightest(2_200) > 200
    finally:
        bench.stop()
        display.close()
