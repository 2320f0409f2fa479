"""A sound beside the picture, on the fake and on real VLC: to its end, hushed, ended by a film, never a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from player.core.media_effects import CloseMedia, HushSound, PauseMedia, PlaySound, ReplaceMediaChild, SetVolume
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress, SoundEnded
from tests.player.devices.media.benches import Bench, FakeBench, RealBench, open_film, wait_for, wait_for_sound


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    bench = FakeBench() if request.param == "fake" else RealBench(request.getfixturevalue("films"))
    yield bench
    bench.stop()


def ended(bench: Bench) -> list[int]:
    return [event.sound for event in bench.events if isinstance(event, SoundEnded)]


def test_a_sound_is_heard_to_its_end_and_then_another(bench: Bench) -> None:
    for sound in (1, 2):
        bench.perform(PlaySound(sound, "prompt", 50))
        bench.let_pass(600)
        assert sound not in ended(bench)
        assert wait_for_sound(bench, sound).why == ""
    assert ended(bench) == [1, 2]


def test_a_prompt_over_a_paused_film_leaves_the_film_where_it_is(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    bench.perform(PauseMedia(id=2, play=1, paused=True))
    still = wait_for(bench, MediaProgress, 1, lambda progress: progress.paused)
    bench.perform(PlaySound(3, "prompt", 50))
    bench.perform(SetVolume(4, 30))
    wait_for_sound(bench, 3)
    last = [event for event in bench.events if isinstance(event, MediaProgress)][-1]
    assert (last.paused, last.position_ms) == (True, still.position_ms)
    bench.perform(PauseMedia(id=5, play=1, paused=False))
    wait_for(bench, MediaProgress, 1, lambda p: not p.paused and p.position_ms > still.position_ms + 300)
    assert not any(isinstance(event, MediaEnded | MediaFailed) for event in bench.events)


def test_a_film_that_opens_ends_the_sound_without_a_word(bench: Bench) -> None:
    bench.perform(PlaySound(1, "prompt", 50))
    bench.let_pass(300)
    open_film(bench, "good", play=2)
    wait_for(bench, MediaProgress, 2, lambda progress: progress.pictures > 0)
    bench.let_pass(2_000)
    bench.perform(ReplaceMediaChild(3))
    bench.perform(HushSound(4, 1))
    bench.let_pass(500)
    assert ended(bench) == []


def test_a_hushed_sound_says_nothing_more_and_a_late_hush_leaves_the_next_one_alone(bench: Bench) -> None:
    bench.perform(PlaySound(1, "prompt", 50))
    bench.let_pass(200)
    bench.perform(HushSound(2, 1))
    bench.perform(PlaySound(3, "prompt", 50))
    bench.perform(HushSound(4, 1))
    wait_for_sound(bench, 3)
    assert ended(bench) == [3]


@pytest.mark.parametrize("name", ["missing", "random", "text", "empty"])
def test_what_is_no_sound_ends_at_once_and_a_film_is_shown_afterwards(bench: Bench, name: str) -> None:
    bench.perform(PlaySound(1, name, 50))
    wait_for_sound(bench, 1)
    open_film(bench, "good", play=2)
    assert wait_for(bench, MediaOpened, 2).has_video
    assert not any(isinstance(event, MediaFailed) for event in bench.events)


def test_closing_a_film_leaves_the_sound_that_follows_it(bench: Bench) -> None:
    open_film(bench, "good", play=1)
    wait_for(bench, MediaOpened, 1)
    bench.perform(CloseMedia(2, 1))
    bench.perform(PlaySound(3, "prompt", 50))
    assert wait_for_sound(bench, 3).why == ""


def test_a_sound_ends_with_the_child_that_played_it(bench: Bench) -> None:
    bench.perform(PlaySound(1, "good", 50))
    bench.let_pass(500)
    bench.perform(ReplaceMediaChild(2))
    assert "replaced" in wait_for_sound(bench, 1).why
