"""Lines are broken as Chinese is set."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from player.screens.lines import ELLIPSIS, NOT_FIRST, NOT_LAST, break_lines, pieces, typeset


def measure(words: str) -> float:
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WFA" else 1.0 for letter in words)


def test_chinese_breaks_between_any_two_ideographs() -> None:
    assert break_lines("大棚蔬菜病虫害", measure, 8, 3) == ("大棚蔬菜", "病虫害")


def test_a_closing_mark_never_begins_a_line() -> None:
    assert break_lines("大棚蔬菜。病虫害", measure, 8, 3) == ("大棚蔬", "菜。病虫", "害")


def test_an_opening_mark_never_ends_a_line() -> None:
    assert break_lines("大棚蔬《病虫害》", measure, 8, 3) == ("大棚蔬", "《病虫", "害》")


def test_figures_and_latin_words_stay_whole() -> None:
    assert break_lines("共有12345株 Tomato 苗", measure, 8, 4) == ("共有", "12345株", "Tomato", "苗")


def test_what_does_not_fit_ends_with_an_ellipsis_after_no_mark() -> None:
    assert break_lines("大棚蔬菜，病虫害防控", measure, 12, 1) == ("大棚蔬菜…",)


def test_a_last_ideograph_does_not_stand_alone_if_earlier_lines_can_spare_some() -> None:
    assert break_lines("关机一分钟再开报出代码", measure, 20, 2) == ("关机一分钟再开报出", "代码")


def test_a_word_longer_than_a_line_is_cut_rather_than_lost() -> None:
    assert break_lines("abcdefghij", measure, 4, 5) == ("abcd", "efgh", "ij")


def test_a_newline_begins_a_new_line() -> None:
    assert break_lines("供课单位\n云岭县", measure, 20, 2) == ("供课单位", "云岭县")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80), st.integers(6, 60), st.integers(1, 4))
def test_lines_are_never_too_many_nor_too_wide_and_lose_nothing_but_spaces(words: str, width: int, most: int) -> None:
    lines = break_lines(words, measure, width, most)
    assert 1 <= len(lines) <= most
    assert all(measure(line) <= width for line in lines)
    whole = "".join(lines)
    if not whole.endswith(ELLIPSIS):
        assert "".join(whole.split()) == "".join(words.split())


@given(st.text(st.sampled_from("大棚蔬，。《》“”ab 1"), max_size=60))
def test_no_piece_begins_with_a_closing_or_ends_with_an_opening_mark(words: str) -> None:
    found = pieces(words)
    assert "".join(found) == words
    assert not any(piece[0] in NOT_FIRST for piece in found[1:])
    assert not any(piece[-1] in NOT_LAST for piece in found[:-1])


def test_marks_typed_on_a_latin_keyboard_are_set_full_width_after_ideographs_only() -> None:
    assert typeset("网断了,请看:10:30 a,b 课件?") == "网断了，请看：10:30 a,b 课件？"
    assert typeset("") == ""
