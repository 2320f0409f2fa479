"""The words that the television offers: whole, in order, and every common character can be written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest
from pypinyin import Style, lazy_pinyin

from config.words.make import (
    HERE,
    IN_THE_VILLAGE,
    MANY_LINES,
    STROKE,
    ahead,
    by_pinyin,
    by_strokes,
    digits_of,
    encoded,
    read_village,
)
from player.core.library import Spelling
from player.devices.words import Words

SPELLINGS: tuple[Spelling, ...] = ("pinyin", "strokes")
LINE = re.compile("[0-9]+\\*?\t([^0-9a-z]+[0-9a-z])+")


@cache
def lines(spelling: Spelling) -> list[str]:
    return (HERE / f"{spelling}.txt").read_text("utf-8").splitlines()


def common_characters() -> Iterator[str]:
    """The 3,755 characters of the first level of GB 2312."""
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            if (row, cell) < (0xD7, 0xFA):
                yield bytes((row, cell)).decode("gb2312")


@pytest.fixture(scope="module")
def words() -> Iterator[Words]:
    opened = Words(HERE)
    yield opened
    opened.close()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_lines_are_sorted_and_of_one_form(spelling: Spelling) -> None:
    found = lines(spelling)
    assert [line[:60] for line in found if not LINE.fullmatch(line)] == []
    assert found == sorted(found)
    assert len({line.split("\t")[0] for line in found}) == len(found)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_beginning_that_many_share_has_a_line_of_its_own(spelling: Spelling) -> None:
    all_keys = [line.split("\t")[0] for line in lines(spelling)]
    keys = [key for key in all_keys if not key.endswith("*")]
    shared: defaultdict[str, int] = defaultdict(int)
    for key in keys:
        for length in range(1, len(key) + 1):
            shared[key[:length]] += 1
    assert {f"{start}*" for start, count in shared.items() if count > MANY_LINES} == set(all_keys) - set(keys)


def test_every_common_character_can_be_written_by_its_reading_and_by_its_strokes(words: Words) -> None:
    characters = list(common_characters())
    assert len(characters) == 3755
    unread = [one for one in characters if one not in words.find("pinyin", digits_of(lazy_pinyin(one)[0]), 0, 999)]
    assert unread == []
    written = {one for line in lines("strokes") for one in re.findall("[^0-9a-z\t*]", line)}
    assert set(characters) - written == set()


def test_a_villagers_words_are_among_the_first_offers(words: Words) -> None:
    village = read_village(HERE / "village.txt")
    assert len(village) == len(set(village)) > 100
    spelt = {word: digits_of("".join(lazy_pinyin(word, style=Style.NORMAL))) for word in village}
    assert [word for word, keys in spelt.items() if word not in words.find("pinyin", keys, 0, 4)] == []


def test_initials_alone_find_what_is_wanted_most(words: Words) -> None:
    for keys, word in {"94": "中国", "947": "西红柿", "224": "病虫害", "8359": "土地流转"}.items():
        assert word in words.find("pinyin", keys, 0, 24), word


def test_strokes_find_a_character_and_what_begins_so(words: Words) -> None:
    assert words.find("strokes", "1234", 0, 2) == ["木", "本"]
    assert words.find("strokes", "2512", 0, 1) == ["中"]


def test_all_readings_of_a_character_lead_to_it(words: Words) -> None:
    for reading in ("zhang", "chang"):
        assert "长" in words.find("pinyin", digits_of(reading), 0, 40)


def test_the_maker_weighs_a_reading_by_the_words_that_have_it() -> None:
    table = by_pinyin({"银行": 900, "行走": 100}, {"行": 1000, "银": 900, "走": 100}, ["行"], frozenset({"银行"}))
    assert table[digits_of("hang")]["行"] == pytest.approx(900)
    assert table[digits_of("xing")]["行"] == pytest.approx(100)
    assert table[digits_of("yinhang")] == {"银行": IN_THE_VILLAGE}
    assert table[digits_of("xz")] == {"行走": 50}


def test_the_maker_knows_the_five_strokes_and_gives_beginnings_their_lines() -> None:
    assert len(STROKE) == 26
    assert by_strokes({"木": "jfsl", "中": "fcjf"}) == {"1234": ["木"], "2512": ["中"]}
    table = {f"9{number:03}": {"字": float(number)} for number in range(MANY_LINES + 1)}
    assert dict(ahead(table)) == {"9*": encoded({"字": float(MANY_LINES)})}
