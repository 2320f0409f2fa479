"""The frame around every screen: title and clock above, a notice when there is one, and the key bar below.

The key bar says what the keys do here; a screen cannot be built without it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from player.core.language import N_, _
from player.core.world import World

from . import design as d
from .parts import line
from .scene import Box, Mark, Scene, Text
from .words import clock_known, time_of_day


class Key(msgspec.Struct, frozen=True):
    """One key and what it does here: words marked with `N_`, which the key bar translates."""

    key: str
    does: str


OK_PLAYS = Key(N_("确定"), N_("播放"))
OK_OPENS = Key(N_("确定"), N_("打开"))
BACK = Key(N_("返回"), N_("上一页"))
HOME = Key(N_("主页"), N_("回主页"))
_PLAIN = (HOME, BACK, Key("▲▼", N_("选择")), Key("▲▼◀▶", N_("选择")))  # keys that say themselves what they do


def page(world: World, title: str, marks: Sequence[Mark], keys: Sequence[Key], *, aside: str = "") -> Scene:
    """Return a full screen.

    Args:
        world: For the clock and the notice.
        title: Written at the top left; empty when the marks bring their own.
        marks: What lies between header and key bar.
        keys: For the key bar, most useful first.
        aside: Words in the header left of the clock, such as the page of a list.
    """
    header = _header(world, title, aside) if title else ()
    return Scene(d.GROUND, (*header, *marks, *notice(world), *key_bar(keys)))


def _header(world: World, title: str, aside: str) -> tuple[Mark, ...]:
    clock = time_of_day(world, world.now.wall_ms) if clock_known(world) else _("时间未校准")
    clock_width = d.words_width(clock, d.LEAD)
    aside_right = d.RIGHT - clock_width - d.PAD
    aside_width = d.words_width(aside, d.BODY)
    return (
        line(d.LEFT, d.TOP, aside_right - aside_width - d.PAD - d.LEFT, title, d.TITLE, d.INK, bold=True),
        line(aside_right - aside_width, d.TOP + 12, aside_width, aside, d.BODY, d.QUIET, align="right"),
        line(d.RIGHT - clock_width, d.TOP + 4, clock_width, clock, d.LEAD, d.QUIET, align="right"),
    )


def notice(world: World) -> tuple[Mark, ...]:
    """Return the notice line above the key bar while there is one."""
    said = said_now(world)
    if not said:
        return ()
    top, height = d.BAR_TOP - 72, 64
    return (
        Box(d.LEFT, top, d.INNER, height, d.INK, d.RADIUS),
        Text(d.LEFT + d.PAD, top + 10, d.INNER - 2 * d.PAD, said, d.ROW - 4, d.GROUND, True, "centre"),
    )


def said_now(world: World) -> str:
    """Return the words of the notice that is to be seen now, or nothing."""
    current = world.notice
    return current.words if current and world.now.monotonic_ms < current.until_monotonic_ms else ""


def key_bar(
    keys: Sequence[Key], *, left: int | None = None, top: int | None = None, ground: bool = True
) -> tuple[Mark, ...]:
    """Return the bar of keys; what does not fit into the safe area is left out from the end but one.

    Before a key, the words beside home, back and the arrows are left out: these say themselves what they do; and large
    type gives way to ordinary. The last key, home or back, is never left out. In a panel the bar ends before its edge.
    """
    left, top = d.LEFT if left is None else left, d.BAR_TOP if top is None else top
    fitting, size, gap = _fitting(keys, d.RIGHT - (d.PAD if left > d.LEFT else 0) - left)
    marks: list[Mark] = [Box(0, top, d.WIDTH, d.HEIGHT - top, d.BAR)] if ground else []
    x = left
    for key in fitting:
        marks += _key(key, x, top, size)
        x += _key_width(key, size) + gap
    return tuple(marks)


def _fitting(keys: Sequence[Key], room: int) -> tuple[list[Key], int, int]:
    """Return the keys that fit, with their words translated, their size and the gap between them."""
    shown, size, gap = list(keys), d.BODY, d.PAD
    for plain in _PLAIN:
        if not _fit(shown, room, size, gap):
            shown = [Key(key.key, "") if key == plain else key for key in shown]
    if not _fit(shown, room, size, gap):
        gap = d.PAD // 2
    if d.is_large() and not _fit(shown, room, size, gap):
        size, gap = d.least(), d.PAD // 3
    while len(shown) > 1 and not _fit(shown, room, size, gap):
        shown.pop(-2)
    return [_said(key) for key in shown], size, gap


def _fit(keys: Sequence[Key], room: int, size: int, gap: int) -> bool:
    return sum(_key_width(_said(key), size) for key in keys) + gap * (len(keys) - 1) <= room


def _said(key: Key) -> Key:
    return Key(_(key.key), _(key.does))


def _key(key: Key, x: int, top: int, size: int) -> list[Mark]:
    cap, words_top = d.words_width(key.key, size) + 20, top + 7 + (42 - int(size * 1.35)) // 2
    return [
        Box(x, top + 7, cap, 42, d.RAISED, 8),
        line(x, words_top, cap, key.key, size, d.INK, bold=True, align="centre"),
        line(x + cap + 10, words_top, d.words_width(key.does, size), key.does, size, d.QUIET),
    ]


def _key_width(key: Key, size: int) -> int:
    words = 10 + d.words_width(key.does, size) if key.does else 0
    return d.words_width(key.key, size) + 20 + words
