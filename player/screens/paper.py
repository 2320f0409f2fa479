"""Lines to be read or copied: a name at the left, its words beside it, wrapped; more than a leaf of them is turned.

Lines are broken here and not by the painter, so that no word is lost between two leaves. Used by the page of the record
book and by that of an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from player.core.language import N_, _

from . import design as d
from .frame import Key
from .lines import all_lines, typeset
from .parts import line
from .scene import Mark

LINE_HEIGHT: Final = 46
LABEL_WIDTH: Final = 200
TURNS: Final = Key("▲▼", N_("翻页"))
Line = tuple[str, str]  # a name, empty below its first line, and words


def leaves_of(entries: Iterable[Line]) -> list[list[Line]]:
    """Return the leaves of entries, each a name with its words; what has no words is left out. At least one leaf."""
    lines = [piece for name, words in entries if words for piece in _wrapped(name, words)]
    size = d.CONTENT_HEIGHT // LINE_HEIGHT
    return [lines[first : first + size] for first in range(0, len(lines), size)] or [[]]


def leaf_marks(leaf: Sequence[Line]) -> tuple[Mark, ...]:
    """Return the marks of one leaf."""
    return tuple(mark for row, (name, words) in enumerate(leaf) for mark in _line(row, name, words))


def leaf_words(at: int, leaves: Sequence[object]) -> str:
    """Return ``第 1 / 3 页``, or nothing for a single leaf."""
    return _("第 {leaf} / {leaves} 页").format(leaf=at + 1, leaves=len(leaves)) if len(leaves) > 1 else ""


def turned(at: int, intent: str, leaves: Sequence[object]) -> int:
    """Return the leaf after a key; the ends are not joined."""
    step = {"down": 1, "right": 1, "up": -1, "left": -1}.get(intent, 0)
    return min(max(at + step, 0), len(leaves) - 1)


def _wrapped(name: str, words: str) -> list[Line]:
    width = d.INNER - LABEL_WIDTH
    lines = all_lines(typeset(words), lambda piece: d.words_width(piece, d.BODY), width)
    return [(name if row == 0 else "", part) for row, part in enumerate(lines)]


def _line(row: int, name: str, words: str) -> tuple[Mark, ...]:
    top = d.CONTENT_TOP + row * LINE_HEIGHT
    return (
        line(d.LEFT, top, LABEL_WIDTH - d.GAP, name, d.BODY, d.QUIET),
        line(d.LEFT + LABEL_WIDTH, top, d.INNER - LABEL_WIDTH, words, d.BODY, d.INK),
    )
