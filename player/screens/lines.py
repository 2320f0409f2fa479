"""Breaking words into lines as Chinese is set: between any two ideographs, but never before a closing mark or after
an opening one (kinsoku); Latin words and figures stay whole. What does not fit ends with an ellipsis.

Pure; the caller gives the function that measures: the brush knows the glyphs, a screen estimates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

Measure = Callable[[str], float]

NOT_FIRST: Final = frozenset("，。、！？；：）］｝…》」』】”’〉〕·・～—,.!?;:)]}%~")
NOT_LAST: Final = frozenset("（［《「『【“‘〈〔｛([{¥$#")
ELLIPSIS: Final = "…"
_SHORTEST_LAST_LINE: Final = 0.2  # of the width: a single ideograph does not stand alone if it can be helped
_FULL_WIDTH: Final = {",": "，", ":": "：", ";": "；", "!": "！", "?": "？"}


def typeset(words: str) -> str:
    """Return words with full-width marks after ideographs, as Chinese is set, whatever keyboard they were typed on."""
    before = " " + words
    return "".join(
        _FULL_WIDTH.get(letter, letter) if _ideographic(previous) else letter
        for previous, letter in zip(before, words, strict=False)
    )


def break_lines(words: str, measure: Measure, width: float, most: int) -> tuple[str, ...]:
    """Return the lines of a text.

    Args:
        words: The text; a newline forces a new line.
        measure: How wide a piece of text is.
        width: How wide a line may be, in the unit of ``measure``.
        most: How many lines there may be, at least 1.
    """
    lines = _broken(words, measure, width, most)
    shortest = width * _SHORTEST_LAST_LINE
    if len(lines) == 1 or measure(lines[-1]) >= shortest:
        return lines
    for narrower in (0.93, 0.86, 0.8):
        again = _broken(words, measure, width * narrower, most)
        if len(again) == len(lines) and measure(again[-1]) >= shortest:
            return again
    return lines


def all_lines(words: str, measure: Measure, width: float) -> tuple[str, ...]:
    """Return all lines of a long text, however many; a newline forces a new line."""
    return _broken(words, measure, width, len(words) + 1)


def _broken(words: str, measure: Measure, width: float, most: int) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in words.split("\n"):
        lines += _paragraph(paragraph, measure, width, most + 1 - len(lines))
        if len(lines) > most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], _shortened(lines[most - 1] + lines[most], measure, width)]
    return tuple(lines)


def pieces(words: str) -> list[str]:
    """Return the parts of a paragraph between which a line may break; joined they are the paragraph."""
    found: list[str] = []
    for letter in words:
        if found and _sticks(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _sticks(before: str, letter: str) -> bool:
    if letter in NOT_FIRST or letter.isspace() or before[-1] in NOT_LAST or unicodedata.combining(letter):
        return True
    return not before[-1].isspace() and not _ideographic(before[-1]) and not _ideographic(letter)


def _ideographic(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _paragraph(words: str, measure: Measure, width: float, most: int) -> list[str]:
    lines, line = [], ""
    for piece in pieces(words):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line:
            lines.append(line.rstrip())
        if len(lines) >= most:
            return lines
        line = piece.lstrip()
        while line and measure(line.rstrip()) > width:
            head = _fitting(line, measure, width)
            lines.append(head)
            line = line[len(head) :]
            if len(lines) >= most:
                return lines
    return [*lines, line.rstrip()]


def _fitting(words: str, measure: Measure, width: float) -> str:
    """Return the longest beginning that fits, at least one letter."""
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(words[:middle]) <= width else (low, middle - 1)
    return words[:low]


def _shortened(words: str, measure: Measure, width: float) -> str:
    room = max(0.0, width - measure(ELLIPSIS))
    head = _fitting(words, measure, room).rstrip()
    while head and (head[-1] in NOT_LAST or head[-1] in NOT_FIRST):
        head = head[:-1]
    return head + ELLIPSIS
