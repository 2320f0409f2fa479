"""Searching titles by the pinyin initials of their characters, keyed in on digits as on a telephone (T9). Pure.

The county writes the initials of a title (``dpxgzp``), with the other readings of a character that has several after a
space. A digit means any of its letters, and also the letters that many people in the country say for one another: n
and l, f and h, r and l. What fits without that comes first, and titles that begin so before those that contain it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

LETTERS: Final = {
    "2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz",
}  # fmt: skip
ALIKE: Final = {"n": "l", "l": "nr", "f": "h", "h": "f", "r": "l"}
MOST_DIGITS: Final = 12
_DIGIT_OF: Final = str.maketrans({letter: digit for digit, letters in LETTERS.items() for letter in letters})


def found_places(digits: str, titles: Sequence[str]) -> list[int]:
    """Return the places of the titles that the digits name; see `Titles.named`."""
    return Titles(titles).named(digits)


class Titles:
    """The initials of all titles, made ready once so that each key of a search costs little.

    Args:
        initials: In the order in which equals are to be listed.
    """

    def __init__(self, initials: Sequence[str]) -> None:
        self._initials = initials
        self._keyed = [f" {one.translate(_DIGIT_OF)}" for one in initials]  # each reading behind a space

    def named(self, digits: str) -> list[int]:
        """Return the places of the titles that the digits name, the best first, each once."""
        keyed, beginning = self._keyed, f" {digits}"
        holding = [place for place, title in enumerate(keyed) if digits in title]
        first = [place for place in holding if beginning in keyed[place]]
        return [*first, *_without(holding, first), *self._alike(digits, holding)]

    def _alike(self, digits: str, found: list[int]) -> list[int]:
        """Return the places of the titles that the digits name only by sounds that people take for one another."""
        loose = "".join(f"[{digit}{_with_alike(LETTERS.get(digit, ''))}]" for digit in digits)
        if not any(letter in ALIKE for digit in digits for letter in LETTERS.get(digit, "")):
            return []
        anywhere, beginning = re.compile(loose), re.compile(rf"(?:^|\s){loose}")
        left = _without(range(len(self._initials)), found)
        holding = [place for place in left if anywhere.search(self._initials[place])]
        first = [place for place in holding if beginning.search(self._initials[place])]
        return [*first, *_without(holding, first)]


def _without(places: Iterable[int], others: list[int]) -> list[int]:
    gone = set(others)
    return [place for place in places if place not in gone]


def _with_alike(letters: str) -> str:
    return letters + "".join(ALIKE.get(letter, "") for letter in letters)
