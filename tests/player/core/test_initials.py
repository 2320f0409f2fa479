"""What digits find: initials, other readings, and the sounds that people take for one another."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from player.core.initials import ALIKE, LETTERS, found_places

TITLES = ["syjzp", "dpxgzp", "xgjg", "nzw", "lyjs", "fcyf zcyf", "3ddy", ""]


def found(digits: str) -> list[str]:
    return [TITLES[place] for place in found_places(digits, TITLES)]


def keyed(initials: str) -> str:
    digit_of = {letter: digit for digit, letters in LETTERS.items() for letter in letters}
    return "".join(digit_of.get(letter, letter) for letter in initials)


def test_a_title_that_begins_so_comes_before_one_that_contains_it() -> None:
    assert keyed("xg") == "94"
    assert found("94") == ["xgjg", "dpxgzp", "fcyf zcyf"]  # the last as if its f were an h


def test_sounds_that_people_take_for_one_another_are_found_behind_the_others() -> None:
    assert found(keyed("nzw")) == ["nzw"]
    assert found(keyed("lzw")) == ["nzw"]
    assert found(keyed("hc")) == ["fcyf zcyf"]
    assert found(keyed("ryjs")) == ["lyjs"]


def test_another_reading_of_a_character_is_found_and_counts_as_a_beginning() -> None:
    assert found(keyed("zcyf")) == ["fcyf zcyf"]


def test_digits_of_a_title_are_keyed_in_as_they_are() -> None:
    assert found("33") == ["3ddy"]


def test_what_nothing_fits_finds_nothing() -> None:
    assert found("99999") == []
    assert found_places("9", []) == []


@given(
    st.lists(st.text("abcdefghijklmnopqrstuvwxyz", max_size=9), max_size=30),
    st.text("23456789", min_size=1, max_size=4),
)
def test_every_title_that_contains_the_letters_is_found_once(titles: list[str], digits: str) -> None:
    places = found_places(digits, titles)
    assert len(places) == len(set(places))
    assert {place for place, title in enumerate(titles) if digits in keyed(title)} <= set(places)


@given(
    st.lists(st.text("abfhlnrwxyz3 ", max_size=9), max_size=20),
    st.text("123456789", min_size=1, max_size=4),
)
def test_the_order_is_beginnings_then_the_rest_then_likewise_what_sounds_alike(titles: list[str], digits: str) -> None:
    sounds = {letter: letter + ALIKE.get(letter, "") for letter in "abcdefghijklmnopqrstuvwxyz"}
    exact = "".join(f"[{digit}{LETTERS.get(digit, '')}]" for digit in digits)
    loose = "".join(f"[{digit}{''.join(sounds[one] for one in LETTERS.get(digit, ''))}]" for digit in digits)
    patterns = (rf"(?:^|\s){exact}", exact, rf"(?:^|\s){loose}", loose)
    ranks = {
        place: next((rank for rank, pattern in enumerate(patterns) if re.search(pattern, title)), None)
        for place, title in enumerate(titles)
    }
    wanted = sorted((rank, place) for place, rank in ranks.items() if rank is not None)
    assert found_places(digits, titles) == [place for _, place in wanted]
