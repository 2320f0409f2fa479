"""The text field: what each key does in each state, and that no keys of any order break it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core.writing import (
    EVENTS,
    KEYS,
    METHODS,
    MOST_KEYS,
    MOST_LETTERS,
    OFFERED,
    TABLE,
    Method,
    Offer,
    Writing,
    WritingState,
    offer,
    pressed,
    with_method,
    with_text,
)
from tests.fakes.library import FakeLibrary

LIBRARY = FakeLibrary()
PHRASES = tuple(f"短语{number}" for number in range(1, 12))
INTENTS = [*(f"digit-{digit}" for digit in "0123456789"), *EVENTS[1:]]


def keyed(writing: Writing, *intents: str) -> Writing:
    for intent in intents:
        written = intent if not intent.isdigit() else f"digit-{intent}"
        writing = pressed(writing, written, offer(writing, LIBRARY, PHRASES))
    return writing


def test_every_pair_of_state_and_key_has_a_row() -> None:
    assert set(TABLE) == {(state, kind) for state in WritingState for kind in EVENTS}


def test_letters_spell_a_word_and_ok_takes_the_one_in_the_focus() -> None:
    spelt = keyed(Writing("大棚"), *"9426448")
    assert spelt.state is WritingState.SPELLING
    assert offer(spelt, LIBRARY, ()).words == ("香菇",)
    assert keyed(spelt, "select") == Writing("大棚香菇")


def test_arrows_move_the_focus_among_the_offers_and_stay_inside() -> None:
    spelt = keyed(Writing(), *"94264")
    assert offer(spelt, LIBRARY, ()).words == ("想", "香", "香菇", "相信")
    assert keyed(spelt, "right", "select").text == "香"
    assert keyed(spelt, *["right"] * 9, "select").text == "相信"
    assert keyed(spelt, "right", "left", "left", "select").text == "想"


def test_after_down_digits_choose_and_back_goes_on_spelling() -> None:
    choosing = keyed(Writing(), *"94264", "down")
    assert choosing.state is WritingState.CHOOSING
    assert keyed(choosing, "3") == Writing("香菇")
    assert keyed(choosing, "9") == choosing
    assert keyed(choosing, "back", "4").keys == "942644"


def test_one_chooses_only_where_something_is_offered() -> None:
    assert keyed(Writing(), *"99999", "down").state is WritingState.SPELLING


def test_a_page_holds_eight_and_the_next_one_follows() -> None:
    phrases = Writing(method="phrases")
    assert offer(phrases, LIBRARY, PHRASES) == Offer(PHRASES[:OFFERED], more=True)
    second = keyed(phrases, "right")
    assert offer(second, LIBRARY, PHRASES) == Offer(PHRASES[OFFERED:], more=False)
    assert keyed(second, "2").text == "短语10"
    assert keyed(second, "right") == second
    assert keyed(second, "left") == phrases


def test_a_ready_phrase_is_taken_by_its_digit_and_then_ok_finishes() -> None:
    assert keyed(Writing("西红柿", "phrases"), "3") == Writing("西红柿短语3")


def test_back_takes_away_the_last_key_then_the_last_letter() -> None:
    spelt = keyed(Writing("大棚"), *"94")
    assert keyed(spelt, "back") == Writing("大棚", keys="9")
    assert keyed(spelt, "back", "back") == Writing("大棚")
    assert keyed(spelt, "back", "back", "back") == Writing("大")


def test_held_back_takes_away_what_is_spelt_and_only_after_a_new_press_the_text() -> None:
    spelt = keyed(Writing("大棚香菇"), *"94")
    held = keyed(spelt, "back", "clear", "clear", "clear")
    assert (held.keys, held.text) == ("", "大棚香菇")
    assert keyed(held, "back", "clear", "clear").text == ""


def test_the_ways_to_write_follow_one_another_and_forget_what_was_spelt() -> None:
    writing, seen = keyed(Writing("大棚"), *"94"), []
    for _ in METHODS:
        writing = keyed(writing, "up")
        seen.append(writing.method)
        assert (writing.text, writing.keys) == ("大棚", "")
    assert seen == [*METHODS[1:], METHODS[0]]


def test_strokes_spell_with_five_keys_and_others_change_nothing() -> None:
    strokes = keyed(Writing(method="strokes"), *"123467890")
    assert strokes.keys == "1234"
    assert offer(strokes, LIBRARY, ()).words == ("木", "李", "桂")
    assert keyed(strokes, "select") == Writing("木", "strokes")


def test_digits_are_written_at_once() -> None:
    assert keyed(Writing("亩产", "digits"), *"1200").text == "亩产1200"


def test_a_letter_is_chosen_on_its_key_and_the_next_key_takes_it() -> None:
    letters = Writing(method="letters")
    assert offer(keyed(letters, "2"), LIBRARY, ()).words == ("a", "b", "c", "A", "B", "C")
    written = keyed(letters, "2", "right", "right", "right", "right", "2", "select", "0", "1", "select")
    assert written.text == "Ba ，"


def test_there_is_room_for_so_many_letters() -> None:
    full = with_text(Writing("大" * (MOST_LETTERS - 1)), "香菇")
    assert len(full.text) == MOST_LETTERS
    assert keyed(full, *"9426448", "select").text == full.text


@pytest.mark.parametrize("method", METHODS)
def test_what_is_no_key_of_the_field_changes_nothing(method: Method) -> None:
    writing = with_method(Writing("大棚"), method)
    assert pressed(writing, "green", Offer()) == writing


@given(st.lists(st.sampled_from(INTENTS), max_size=80), st.sampled_from(METHODS))
def test_any_keys_in_any_order_leave_a_field_that_holds(intents: list[str], method: Method) -> None:
    writing = replace(Writing(), method=method)
    for intent in intents:
        writing = pressed(writing, intent, offer(writing, LIBRARY, PHRASES))
        offered = offer(writing, LIBRARY, PHRASES)
        assert len(writing.text) <= MOST_LETTERS
        assert len(writing.keys) <= MOST_KEYS
        assert set(writing.keys) <= set(KEYS[writing.method])
        assert writing.focus == 0 or writing.focus - writing.first < len(offered.words)
        assert writing.state is not WritingState.CHOOSING or offered.words
