"""Lines to be read or copied: a name at the left, its words beside it, wrapped; more than a leaf of them is turned.

Few lines are written large, so that they can be copied from the back of the room. Lines are broken here and not by the
painter, so that no word is lost between two leaves. Used by the page of the record book and by that of an order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from player.core.language import N_, _

from . import design as d
from .frame import Key
from .lines import all_lines, typeset
from .parts import line
from .scene import Mark

TURNS: Final = Key("▲▼", N_("翻页"))
_SIZES: Final = (d.LEAD, d.ROW, d.BODY)
Line = tuple[str, str]  # a name, empty below its first line, and words


class Leaf(msgspec.Struct, frozen=True):
    """What can be seen at once, and how large it is written."""

    lines: tuple[Line, ...]
    size: int


def leaves_of(entries: Iterable[Line]) -> list[Leaf]:
    """Return the leaves of entries, each a name with its words; what has no words is left out. At least one leaf."""
    said = [(name, words) for name, words in entries if words]
    for size in _SIZES:
        lines = tuple(piece for name, words in said for piece in _wrapped(name, words, size))
        most = d.CONTENT_HEIGHT // _height(size)
        if len(lines) <= most:
            return [Leaf(lines, size)]
    return [Leaf(lines[first : first + most], size) for first in range(0, len(lines), most)]


def leaf_marks(leaf: Leaf) -> tuple[Mark, ...]:
    """Return the marks of one leaf."""
    return tuple(mark for row, one in enumerate(leaf.lines) for mark in _line(row, *one, leaf.size))


def leaf_words(at: int, leaves: Sequence[object]) -> str:
    """Return ``第 1 / 3 页``, or nothing for a single leaf."""
    return _("第 {leaf} / {leaves} 页").format(leaf=at + 1, leaves=len(leaves)) if len(leaves) > 1 else ""


def turned(at: int, intent: str, leaves: Sequence[object]) -> int:
    """Return the leaf after a key; the ends are not joined."""
    step = {"down": 1, "right": 1, "up": -1, "left": -1}.get(intent, 0)
    return min(max(at + step, 0), len(leaves) - 1)


def _height(size: int) -> int:
    return size * 3 // 2


def _label(size: int) -> int:
    """Return the width that a name has, with the gap beside it."""
    return size * 20 // 3


def _wrapped(name: str, words: str, size: int) -> list[Line]:
    width = d.INNER - _label(size)
    lines = all_lines(typeset(words), lambda piece: d.words_width(piece, size), width)
    return [(name if row == 0 else "", part) for row, part in enumerate(lines)]


def _line(row: int, name: str, words: str, size: int) -> tuple[Mark, ...]:
    top, label = d.CONTENT_TOP + row * _height(size), _label(size)
    return (
        line(d.LEFT, top, label - d.GAP, name, size, d.QUIET),
        line(d.LEFT + label, top, d.INNER - label, words, size, d.INK),
    )
