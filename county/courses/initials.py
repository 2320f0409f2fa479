"""The pinyin initials of titles, by which courses are searched on the digits of a remote control."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, product
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

READINGS: Final = 3  # of one title
LONGEST: Final = 200


def initials_of(title: str) -> str:
    """Return the pinyin initials of a title, as searched by the remote: 食用菌栽培 → syjzp.

    Where a character is read in several ways (长, 重, 调), the likeliest reading comes first and the others follow,
    after spaces, up to `READINGS` in all.
    """
    likeliest = _letters(lazy_pinyin(title, style=Style.FIRST_LETTER))
    each = pinyin(title, style=Style.FIRST_LETTER, heteronym=True)
    if len(title) > 40:
        return likeliest[:LONGEST]
    readings = islice(product(*(dict.fromkeys(_letters([one]) for one in ways) for ways in each)), 8 * READINGS)
    variants = dict.fromkeys([likeliest, *("".join(reading) for reading in readings)])
    return " ".join(islice(variants, READINGS))[:LONGEST]


def _letters(syllables: Iterable[str]) -> str:
    return "".join(letter for letter in "".join(syllables).lower() if letter.isascii() and letter.isalnum())
