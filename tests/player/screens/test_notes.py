"""The keys around a session: details, notes, rating, a lecture's card; digits do what the bar says."""

from __future__ import annotations

from demo.screens.sessions import noted
from demo.screens.states import all_states, session
from demo.screens.village import SHELF
from player.core.actions import Action, NoteSession, PutOff, RateSession, StopPlaying, WaitLonger
from player.core.lives.session import SessionState
from player.core.screens_shown import DetailsScreen, NoteScreen, NumberScreen, QuestionScreen, SessionScreen
from player.core.world import World
from player.core.writing import Writing
from player.screens.react import react
from player.screens.scene import Text
from player.screens.view import view

STATES = all_states()


def keyed(name: str, *intents: str) -> tuple[World, tuple[Action, ...]]:
    world, library = STATES[name]
    actions: tuple[Action, ...] = ()
    for intent in intents:
        world, actions = react(world, intent, library)
    return world, actions


def words(world: World) -> str:
    return "\n".join(mark.words for mark in view(world, SHELF).marks if isinstance(mark, Text))


def test_down_at_the_head_count_opens_the_details_and_back_returns() -> None:
    world, _ = keyed("heads", "down")
    assert isinstance(world.screen, DetailsScreen)
    world, _ = react(world, "back", SHELF)
    assert isinstance(world.screen, SessionScreen)


def test_one_key_goes_through_the_forms_and_the_ratings() -> None:
    assert keyed("session-details", "select")[1] == (NoteSession("form", "lecture"),)
    assert keyed("session-details", "digit-5")[1] == (NoteSession("rating", "3"),)
    assert keyed("session-details-joint", "digit-6")[1] == (NoteSession("rating", "2"),)


def test_a_speaker_is_written_and_kept_with_ok() -> None:
    world, _ = keyed("session-details", "digit-2")
    assert world.screen == NoteScreen("speaker")
    world, actions = keyed("session-note-speaker", "select", "select")
    assert isinstance(actions[0], NoteSession)
    assert (actions[0].field, len(actions[0].text)) == ("speaker", 1)
    assert isinstance(world.screen, DetailsScreen)
    assert world.note == Writing()


def test_what_stands_there_is_what_one_begins_with_and_blank_takes_it_away() -> None:
    world, _ = keyed("session-details-joint", "digit-2")
    assert world.note.text == "王技术员"
    for _letter in world.note.text:
        world, actions = react(world, "back", SHELF)
        assert actions == ()
    world, actions = react(world, "back", SHELF)
    assert actions == (NoteSession("speaker", ""),)


def test_the_other_villages_heads_are_figures_and_only_asked_for_with_a_village() -> None:
    assert "邻村人数" not in words(STATES["session-details"][0])
    world, actions = keyed("session-note-neighbours", "digit-4", "select")
    assert actions == (NoteSession("neighbours", "124"),)
    assert isinstance(world.screen, DetailsScreen)
    kept, _ = keyed("session-note-neighbours", "up")
    assert kept.note.method == "digits"
    assert kept.notice is not None


def test_a_lesson_more_is_offered_at_the_head_count_only() -> None:
    assert isinstance(keyed("session-details", "digit-6")[0].screen, NumberScreen)
    world, _ = keyed("session-talk", "digit-1")
    assert "加放" not in words(world)
    by_hand = noted(session(SessionState.COUNTING), by_hand=True)
    assert "加放" not in words(react(by_hand, "down", SHELF)[0])


def test_a_digit_on_the_closing_card_rates_and_is_seen() -> None:
    assert [keyed("closing", f"digit-{one}")[1] for one in "123"] == [
        (RateSession(3),),
        (RateSession(2),),
        (RateSession(1),),
    ]
    assert "大家觉得怎么样" in words(STATES["closing"][0])
    assert "评价：基本满意" in words(STATES["session-closing-rated"][0])


def test_ending_a_lecture_is_asked_and_putting_off_is_offered_for_films() -> None:
    world, _ = keyed("session-talk", "select")
    assert isinstance(world.screen, QuestionScreen)
    assert react(world, "digit-2", SHELF)[1] == (StopPlaying(),)
    assert keyed("question", "digit-3")[1] == (PutOff(),)


def test_waiting_is_offered_only_while_it_would_begin_by_itself() -> None:
    assert keyed("gathering-seconds", "digit-2")[1] == (WaitLonger(),)
    for name in ("gathering-clock-estimated", "gathering-tomorrow", "session-talk-gathers"):
        assert keyed(name, "digit-2")[1] == ()
        assert "再等一会" not in words(STATES[name][0])


def test_a_session_put_off_is_said_to_be_so() -> None:
    for name in ("session-put-off", "session-put-off-home"):
        assert "没有放完" in words(STATES[name][0])
        assert "断电" not in words(STATES[name][0])
