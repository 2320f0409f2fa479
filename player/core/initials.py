"""Searching titles by the pinyin initials of their characters, keyed in on digits as on a telephone (T9). Pure.

The county writes the initials of a title (``dpxgzp``), with the other readings of a character that has several after a
space. A digit means any of its letters, and also the letters that many people in the country say for one another: n
and l, f and h, r and l. What fits without that comes first, and titles that begin so before those that contain it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

LETTERS: Final = {
    "2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz",
}  # fmt: skip
ALIKE: Final = {"n": "l", "l": "nr", "f": "h", "h": "f", "r": "l"}
MOST_DIGITS: Final = 12


def found_places(digits: str, titles: Sequence[str]) -> list[int]:
    """Return the places of the titles that the digits name, the best first, each once.

    Args:
        digits: What was keyed in.
        titles: The initials of all titles, in the order in which equals are to be listed.
    """
    found: list[int] = []
    patterns = [re.compile(pattern) for pattern in _patterns(digits)]
    left = [place for place, title in enumerate(titles) if patterns[-1].search(title)]  # no other finds more
    for pattern in patterns:
        fitting = {place for place in left if pattern.search(titles[place])}
        found += (place for place in left if place in fitting)
        left = [place for place in left if place not in fitting]
    return found


def _patterns(digits: str) -> tuple[str, ...]:
    exact = "".join(f"[{digit}{LETTERS.get(digit, '')}]" for digit in digits)
    loose = "".join(f"[{digit}{_with_alike(LETTERS.get(digit, ''))}]" for digit in digits)
    return (rf"(?:^|\s){exact}", exact, rf"(?:^|\s){loose}", loose)


def _with_alike(letters: str) -> str:
    return letters + "".join(ALIKE.get(letter, "") for letter in letters)
