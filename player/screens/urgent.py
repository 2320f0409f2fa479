"""紧急通知: the county's urgent notice, a line on home and over the moving picture until it ends or OK puts it away.

What was put away, and what does not fit on the line, is read in full at 信息直播. Only there and on home and over the
picture is it seen: who types or counts heads is not disturbed.
"""

from __future__ import annotations

from player.core import information
from player.core.language import N_, _
from player.core.world import World

from . import design as d
from .frame import Key, key_bar
from .parts import line
from .scene import Box, Mark, Overlay, Text

SIZE = d.BODY
LINE_HEIGHT = 42
_OK = Key(N_("确定"), N_("知道了"))


def strip(world: World, top: int, most_lines: int) -> tuple[Mark, ...]:
    """Return the notice that is to be seen as a strip across the screen; nothing if there is none.

    Args:
        world: Says which.
        top: Where it begins.
        most_lines: How many lines it may take; one that is longer ends with an ellipsis.
    """
    seen = information.waiting(world)
    if seen is None:
        return ()
    label, words, left = _("通知"), " ".join(seen.words.split()), d.LEFT + d.PAD
    labelled = d.words_width(label, SIZE) + d.PAD
    keyed = d.words_width(_(_OK.key) + _(_OK.does), SIZE) + 48
    width = d.INNER - 2 * d.PAD - labelled - keyed
    lines = d.lines_needed(words, SIZE, width, most_lines)
    height = 12 + LINE_HEIGHT * lines
    middle = top + (height - 56) // 2
    return (
        Box(d.LEFT, top, d.INNER, height, d.WARN_DARK, d.RADIUS if most_lines == 1 else 0),
        line(left, middle + 8, labelled, label, SIZE, d.FOCUS, bold=True),
        Text(left + labelled, top + 5, width, words, SIZE, d.INK, True, lines=lines, line_height=LINE_HEIGHT / SIZE),
        *key_bar((_OK,), left=d.RIGHT - d.PAD - keyed + 8, top=middle, ground=False),
    )


def overlay(world: World) -> Overlay | None:
    """Return the notice as it lies over the moving picture."""
    marks = strip(world, d.TOP, 2)
    return Overlay(d.LEFT, d.TOP, d.INNER, marks[0].height, marks) if marks and isinstance(marks[0], Box) else None
