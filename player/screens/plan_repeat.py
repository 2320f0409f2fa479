"""How often something that is planned happens: a row of choices, one in focus. For 安排学习 and 安排录制."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from player.core.language import N_, _
from playlists.entries import Repeat

from . import design as d
from .parts import card, line, tone
from .scene import Mark

_WORDS: Final[dict[Repeat, str]] = {
    "once": N_("一次"), "weekly": N_("每周"), "fortnightly": N_("每两周"), "monthly": N_("每月"),
}  # fmt: skip


def choice(focus: Repeat, offered: Sequence[Repeat], top: int) -> tuple[Mark, ...]:
    """Return the row."""
    width, tall = (d.INNER - d.GAP * (len(offered) - 1)) // len(offered), d.either(104, 80)
    names = [f"{index + 1}  {_(_WORDS[repeat])}" for index, repeat in enumerate(offered)]
    size = min(d.fitting(name, width - d.GAP, d.ROW, d.BODY, d.least()) for name in names)
    marks: list[Mark] = []
    for index, repeat in enumerate(offered):
        x, focused = d.LEFT + index * (width + d.GAP), repeat == focus
        colours = tone(focused)
        words_top = top + (tall - int(size * 1.35)) // 2
        marks += (
            card(x, top, width, tall, focused=focused),
            line(x, words_top, width, names[index], size, colours.ink, bold=focused, align="centre"),
        )
    return tuple(marks)


def chosen(focus: Repeat, offered: Sequence[Repeat], intent: str) -> Repeat | None:
    """Return what a key chooses; None if it chooses nothing."""
    if intent in ("left", "up", "right", "down"):
        step = 1 if intent in ("right", "down") else -1
        return offered[(offered.index(focus) + step) % len(offered)]
    if intent.startswith("digit-") and 1 <= int(intent[6:]) <= len(offered):
        return offered[int(intent[6:]) - 1]
    return None
