"""An information page, or a notice in full, in large letters, one leaf after the other.

Lines are broken here and not by the painter, so that no word is lost between two leaves: widths are estimated a little
too large rather than too small.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from player.core import information
from player.core.information import Item
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import ReadingScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .information import title_of
from .lines import all_lines, typeset
from .parts import line, message
from .scene import Mark, Scene
from .stack import Reaction, pop, turn
from .words import calendar_day

SIZE: Final = d.ROW
LINE_HEIGHT: Final = 54
_WIDE_LETTERS: Final = frozenset("MWmw@%&")
_ON: Final = frozenset({"down", "right", "select", "next"})
_BACK: Final = frozenset({"up", "left", "previous"})


def view(world: World, library: Library) -> Scene:
    """Return the leaf that is open."""
    one = _item(world)
    if one is None:
        marks = message(_("这条信息已经到期或撤下"), [_("按返回键看其他信息")])
        return page(world, _("信息"), marks, (BACK, HOME))
    leaves = _leaves(one.text, d.INNER, per_leaf())
    at = _at(world, len(leaves))
    marks = (*_text(leaves[at]), line(d.LEFT, d.CONTENT_BOTTOM - 44, d.INNER, _dates(world, one), d.BODY, d.QUIET))
    turns = (Key("▲▼", N_("翻页")), Key(N_("确定"), N_("下一页") if at + 1 < len(leaves) else N_("看完了")))
    keys = (*(turns if len(leaves) > 1 else turns[1:]), BACK, HOME)
    aside = _("第 {leaf} / {leaves} 页").format(leaf=at + 1, leaves=len(leaves)) if len(leaves) > 1 else ""
    return page(world, title_of(one), marks, keys, aside=aside)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Turn the leaves; OK on the last one goes back to the list."""
    one = _item(world)
    if one is None:
        return (pop(world) if intent == "select" else world), ()
    leaves = len(_leaves(one.text, d.INNER, per_leaf()))
    at = _at(world, leaves)
    if intent == "select" and at + 1 == leaves:
        return pop(world), ()
    step = 1 if intent in _ON else -1 if intent in _BACK else 0
    return turn(world, ReadingScreen(one.key, min(max(at + step, 0), leaves - 1))), ()


def _item(world: World) -> Item | None:
    key = world.screen.key if isinstance(world.screen, ReadingScreen) else ""
    return next((one for one in information.items(world) if one.key == key), None)


def _at(world: World, leaves: int) -> int:
    leaf = world.screen.leaf if isinstance(world.screen, ReadingScreen) else 0
    return min(max(leaf, 0), leaves - 1)


def _text(lines: tuple[str, ...]) -> tuple[Mark, ...]:
    top = d.CONTENT_TOP
    return tuple(
        line(d.LEFT, top + row * LINE_HEIGHT, d.INNER, words, SIZE, d.INK) for row, words in enumerate(lines) if words
    )


def _dates(world: World, one: Item) -> str:
    since = _("{day}发布").format(day=calendar_day(world, one.since)) if one.since else ""
    until = _("显示到{day}").format(day=calendar_day(world, one.until)) if one.until else ""
    return _("，").join(part for part in (since, until) if part)


def per_leaf() -> int:
    """Return how many lines stand on a leaf."""
    return (d.CONTENT_HEIGHT - 48) // LINE_HEIGHT


@lru_cache(maxsize=2)  # the picture is drawn again every minute, and a text may have thousands of letters
def _leaves(text: str, width: int, most: int) -> tuple[tuple[str, ...], ...]:
    """Return the lines of each leaf, at least one leaf; no leaf begins with an empty line."""
    lines = list(all_lines(typeset(_plain(text)), _measure, width))
    leaves = []
    while lines:
        leaves.append(tuple(lines[:most]))
        lines = lines[most:]
        while lines and not lines[0]:
            lines.pop(0)
    return tuple(leaves) or ((),)


def _plain(text: str) -> str:
    """Return a text without tabs and without more than one empty line at a time."""
    lines: list[str] = []
    for words in text.strip().splitlines():
        kept = " ".join(words.split("\t")).rstrip()
        if kept or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _measure(words: str) -> float:
    capitals = sum(letter in _WIDE_LETTERS or letter.isupper() for letter in words)
    return d.words_width(words, SIZE) + capitals * 0.35 * SIZE
