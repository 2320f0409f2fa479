"""Which prompt is heard when: at its step, once, never while a film sounds; and music while people gather."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import playback, sounds
from player.core.actions import (
    ConfirmHeads,
    ContinueInterrupted,
    EditHeads,
    LeaveSession,
    PlayLesson,
    SetPreferences,
    StartCheck,
    StartSession,
    StopPlaying,
    TogglePause,
    VolumeBy,
)
from player.core.effects import KeepPreferences
from player.core.events import QuitAsked, WokeUp
from player.core.facts import GenerationFacts, JournalFacts
from player.core.lives.picture import Sounding, SoundState
from player.core.media_effects import CloseMedia, HushSound, OpenMedia, PlaySound, PlayTone, SetVolume
from player.core.media_events import MediaEnded, MediaFailed, MediaProgress, SoundEnded
from player.core.screens_shown import CheckScreen, HomeScreen
from player.core.sounds import LATE_MS, MUSIC_MS, STILL_COUNTING_MS
from player.core.turn import Turn
from player.core.worker_events import SyncFinished
from playlists.documents import Blob, Plan, Sound, Sounds, StopOrder
from playlists.sound_steps import STEPS
from tests.player.core.box import FILMS, MINUTE_MS, NOW_MS, SESSION, NoLibrary, TestBox, generation, store
from tests.player.core.test_session import GATHERS, gathering

PROMPTS = {
    step: Sound(duration_ms=3_000, blob=Blob(sha256=f"5{at}" * 32, bytes=9_000)) for at, step in enumerate(STEPS)
}
MUSIC = tuple(Sound(duration_ms=60_000, blob=Blob(sha256=letter * 64, bytes=90_000)) for letter in "67")
STEP_OF = {sound.blob.sha256: step for step, sound in PROMPTS.items()} | {one.blob.sha256: "music" for one in MUSIC}
HERE = store(*FILMS, *STEP_OF)
SPOKEN = Sounds(prompts=dict(PROMPTS))
ALL = Sounds(prompts=dict(PROMPTS), music=MUSIC)
STOP = StopOrder(id="stop1", course="c1", lesson="one", reason="内容有误", issued="2026-03-05T00:00")


def county(told: Sounds = SPOKEN, **changes: Any) -> GenerationFacts:
    return generation(sounds=told, **changes)


def started(told: Sounds = SPOKEN, **changes: Any) -> TestBox:
    return TestBox().start(**{"generation": county(told), "store": HERE} | changes)


def gathered(told: Sounds = SPOKEN, **changes: Any) -> TestBox:
    return gathering(**{"generation": county(told), "store": HERE} | changes)


def heard(box: TestBox) -> list[str]:
    """Return the steps of all that was begun, in order."""
    return [STEP_OF[one.blob] for one in box.all(PlaySound)]


def over(box: TestBox, after_ms: int = 3_000, why: str = "") -> None:
    """Let the sound that is on come to its end."""
    box.wait(after_ms, SoundEnded(box.world.sounding.effect, why))


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(SoundState, sounds.EVENTS)))
def test_every_pair_of_state_and_event_has_a_row(state: SoundState, kind: type) -> None:
    box = started()
    turn = Turn(replace(box.world, sounding=Sounding(state, 5, "5" * 64)), box.now(), NoLibrary())
    sounds.follow_event(turn, SoundEnded(5) if kind is SoundEnded else WokeUp())
    assert turn.world.sounding.state is SoundState.SILENT


def test_a_session_is_spoken_of_from_gathering_to_its_registration_each_step_once() -> None:
    box = gathered()
    assert heard(box) == ["gathering"]
    over(box)
    assert box.wake.wall_ms == SESSION.starts_ms - MINUTE_MS
    box.wait(14 * MINUTE_MS - 3_000, WokeUp())
    assert heard(box) == ["gathering", "soon"]
    over(box)
    box.wait(MINUTE_MS, WokeUp())
    box.show(5)
    box.wish(TogglePause())
    over(box)
    box.wish(TogglePause())
    box.show(5)
    box.wish(TogglePause())
    box.wish(StopPlaying())
    over(box)
    box.press("2", "7")
    box.wish(ConfirmHeads())
    assert heard(box) == ["gathering", "soon", "paused", "counting", "registered"]


def test_a_film_ends_the_sound_in_the_step_in_which_it_opens_and_nothing_is_heard_over_it() -> None:
    box = gathered()
    box.wish(StartSession())
    kinds = [type(one) for one in box.asked]
    assert kinds.index(HushSound) > kinds.index(OpenMedia)
    assert box.last(HushSound).sound == box.last(PlaySound).id
    box.show(100)
    assert heard(box) == ["gathering"]


def test_a_film_that_goes_on_hushes_what_was_said_over_its_pause() -> None:
    box = gathered()
    box.wish(StartSession())
    box.show(5)
    box.wish(TogglePause())
    assert heard(box)[-1] == "paused"
    box.wish(TogglePause())
    assert box.last(HushSound).sound == box.last(PlaySound).id
    assert box.world.sounding.state is SoundState.SILENT


def test_a_lesson_from_the_menu_is_paused_without_a_word() -> None:
    box = started()
    box.wish(PlayLesson("c1", "one"))
    box.show(5)
    box.wish(TogglePause())
    assert heard(box) == []


def test_a_session_that_gathers_while_a_lesson_plays_is_spoken_of_when_the_lesson_has_ended() -> None:
    box = started()
    box.wait(GATHERS - 10_000, WokeUp())
    box.wish(PlayLesson("c1", "one"))
    box.show(20)
    assert box.world.session is not None
    assert heard(box) == []
    box.wish(StopPlaying())
    assert heard(box) == ["gathering"]


def test_whoever_leaves_the_card_and_comes_back_is_not_told_again() -> None:
    box = gathered()
    over(box)
    box.wish(LeaveSession())
    box.press("1")
    box.wait(MINUTE_MS, WokeUp())
    assert heard(box) == ["gathering"]


def test_what_has_not_come_is_said_and_what_comes_meanwhile_too() -> None:
    bare = store(*STEP_OF)
    box = gathered(store=bare)
    assert heard(box) == ["not-ready"]
    over(box)
    box.world = replace(box.world, store=HERE)
    box.wait(1_000, WokeUp())
    assert heard(box) == ["not-ready", "gathering"]


def test_after_a_power_cut_people_are_told_how_to_go_on() -> None:
    box = gathered()
    box.wish(StartSession())
    box.show(5)
    row = box.world.session.row if box.world.session else None
    again = started(facts=JournalFacts(head=9, acknowledged=9, open_session=row))
    assert heard(again) == ["interrupted"]
    over(again)
    again.wait(60_000, WokeUp())
    again.wish(ContinueInterrupted())
    assert heard(again) == ["interrupted"]


def test_a_head_count_that_nobody_touches_is_spoken_of_once_more_and_no_more() -> None:
    box = gathered()
    box.wish(StartSession())
    box.show(5)
    box.wish(StopPlaying())
    over(box)
    assert box.wake.monotonic_ms is not None
    box.wait(30_000, WokeUp())
    box.press("2")
    box.wait(STILL_COUNTING_MS - 1_000, WokeUp())
    assert heard(box)[-1] == "counting"
    box.wait(1_000, WokeUp())
    assert heard(box)[-1] == "still-counting"
    over(box)
    box.wish(EditHeads("7"))
    box.wait(10 * STILL_COUNTING_MS, WokeUp())
    assert heard(box) == ["gathering", "counting", "still-counting"]


def test_what_plays_and_is_withdrawn_is_said_to_be() -> None:
    box = started()
    box.wish(PlayLesson("c1", "one"))
    box.show(5)
    plan = Plan(group="county", issued="2026-03-06T00:00", stops=(STOP,))
    facts = county(plans=(plan,), number=4)
    box.take(SyncFinished(_sync(box), facts))
    assert heard(box) == ["stopped"]
    box.wait(1_000, WokeUp())
    assert heard(box) == ["stopped"]


def _sync(box: TestBox) -> int:
    return box.world.sync.effect


def test_a_lesson_that_cannot_be_shown_is_said_to_be() -> None:
    box = started()
    box.wish(PlayLesson("c1", "one"))
    for _ in range(playback.MAX_RECOVERIES + 1):
        box.wait(100, MediaFailed(box.last(OpenMedia).id, "broken"))
    assert heard(box) == ["failed"]


def test_another_step_takes_the_place_of_what_is_being_said() -> None:
    box = gathered()
    box.wish(StartSession())
    box.show(5)
    box.wish(TogglePause())
    box.wish(StopPlaying())
    assert heard(box) == ["gathering", "paused", "counting"]
    assert box.all(HushSound)[-1].sound == box.all(PlaySound)[-2].id


def test_what_is_begun_is_said_to_its_end_though_people_go_on() -> None:
    box = gathered()
    box.wish(LeaveSession())
    assert box.world.sounding.state is SoundState.SPEAKING
    assert box.all(HushSound) == []


def test_music_plays_piece_after_piece_while_people_gather_and_stops_when_they_start() -> None:
    box = gathered(ALL)
    over(box)
    assert heard(box) == ["gathering", "music"]
    over(box, 60_000)
    assert [one.blob for one in box.all(PlaySound)[1:]] == [one.blob.sha256 for one in MUSIC]
    box.wish(StartSession())
    assert box.last(HushSound).sound == box.last(PlaySound).id
    box.show(5)
    assert len(box.all(PlaySound)) == 3


def test_music_gives_way_to_what_is_said_and_goes_on_after_it() -> None:
    box = gathered(ALL)
    over(box)
    box.wait(14 * MINUTE_MS - 3_000, WokeUp())
    assert heard(box)[-1] == "soon"
    over(box)
    assert heard(box)[-1] == "music"
    box.wait(MINUTE_MS, WokeUp())
    assert box.world.sounding.state is SoundState.SILENT


def test_nobody_hears_music_long_before_the_session() -> None:
    early = replace(SESSION, gather_minutes=120, starts_ms=NOW_MS + 60 * MINUTE_MS)
    box = started(generation=county(ALL, occurrences=(early,)))
    assert box.world.session is not None
    over(box)
    assert heard(box) == ["gathering"]
    assert box.wake.wall_ms == early.starts_ms - MUSIC_MS
    box.wait(60 * MINUTE_MS - MUSIC_MS - 3_000, WokeUp())
    assert heard(box) == ["gathering", "music"]


def test_while_nobody_knows_the_time_music_plays_for_half_an_hour() -> None:
    box = TestBox(trust="unknown").start(generation=county(ALL), store=HERE)
    box.press("ok")
    assert box.world.session is not None
    over(box)
    assert heard(box) == ["gathering", "music"]
    for _ in range(40):
        if box.world.sounding.state is SoundState.MUSIC:
            over(box, 60_000)
    assert box.world.sounding.state is SoundState.SILENT
    assert heard(box).count("music") == 30


@pytest.mark.parametrize("why", ["the file cannot be read", ""])
def test_a_file_that_is_no_sound_is_silence_and_is_not_tried_again(why: str) -> None:
    box = gathered(ALL)
    over(box)
    faults = dict(box.world.faults)
    for _ in range(5):
        box.wait(50, SoundEnded(box.world.sounding.effect, why))
    assert heard(box) == ["gathering", "music", "music"]
    assert box.world.faults == faults
    assert box.world.notice is None


def test_what_is_not_here_is_silence() -> None:
    box = gathered(ALL, store=store(*FILMS))
    assert heard(box) == []
    assert (box.world.sounding, box.world.notice) == (Sounding(), None)


def test_a_sound_that_never_ends_is_hushed_and_the_next_step_is_heard() -> None:
    box = gathered()
    assert box.wake.monotonic_ms == box.monotonic_ms + 3_000 + LATE_MS
    box.wait(3_000 + LATE_MS, WokeUp())
    assert box.last(HushSound).sound == box.last(PlaySound).id
    assert box.world.sounding.state is SoundState.SILENT


def test_it_is_as_loud_as_the_box_and_follows_the_keys() -> None:
    box = gathered()
    assert box.last(PlaySound).volume_percent == box.world.volume_percent
    box.wish(VolumeBy(-30))
    assert box.last(SetVolume).percent == box.world.volume_percent
    over(box)
    box.wait(14 * MINUTE_MS - 3_000, WokeUp())
    assert box.last(PlaySound).volume_percent == box.world.volume_percent


def test_whoever_switches_prompts_or_music_off_hears_none_at_once_and_after() -> None:
    box = gathered(ALL)
    box.wish(SetPreferences(replace(box.world.preferences, prompts=False)))
    assert box.last(HushSound).sound == box.all(PlaySound)[0].id
    assert heard(box) == ["gathering", "music"]
    box.wish(SetPreferences(replace(box.world.preferences, music=False)))
    assert box.world.sounding.state is SoundState.SILENT
    kept = box.last(KeepPreferences).preferences
    assert (kept.prompts, kept.music) == (False, False)
    box.wait(14 * MINUTE_MS, WokeUp())
    assert heard(box) == ["gathering", "music"]


def test_what_is_stopped_while_it_is_heard_is_hushed() -> None:
    box = gathered(ALL)
    over(box)
    assert heard(box)[-1] == "music"
    box.take(SyncFinished(_sync(box), county(Sounds(prompts=dict(PROMPTS), music=MUSIC[1:]), number=4)))
    assert box.last(HushSound).sound == box.all(PlaySound)[1].id
    assert [one.blob for one in box.all(PlaySound)[2:]] == [MUSIC[1].blob.sha256]


def test_the_tone_of_the_self_check_is_heard_alone() -> None:
    box = started(ALL)
    box.world = replace(box.world, screens=(HomeScreen(), CheckScreen()))
    box.wait(GATHERS - 1_000, WokeUp())
    box.wish(StartCheck())
    tone = box.last(PlayTone).id
    box.wait(1_000, WokeUp())
    assert box.world.session is not None
    assert heard(box) == []
    box.wait(1_400, MediaEnded(tone, 2_400, 0))
    assert heard(box) == ["gathering"]
    assert box.asked.index(box.last(CloseMedia)) < box.asked.index(box.last(PlaySound))


def test_a_box_that_is_switched_off_is_silent() -> None:
    box = gathered(ALL)
    box.take(QuitAsked())
    assert box.last(HushSound).sound == box.last(PlaySound).id


def test_a_late_word_about_an_earlier_sound_changes_nothing() -> None:
    box = gathered()
    before = box.world.sounding
    box.wait(100, SoundEnded(before.effect - 1))
    assert box.world.sounding == before


def test_words_of_the_picture_do_not_begin_a_prompt_anew() -> None:
    box = gathered()
    box.wish(StartSession())
    box.show(5)
    box.wish(TogglePause())
    play = box.last(OpenMedia).id
    for _ in range(10):
        box.wait(250, MediaProgress(play, 5_000, 125, True))
    assert heard(box) == ["gathering", "paused"]
