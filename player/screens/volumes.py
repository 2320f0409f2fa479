"""音量: how loud by day, at night, and at most. Left and right change it; what is chosen is heard at once."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from player.core import volume
from player.core.actions import SetPreferences, VolumeBy
from player.core.language import N_, _
from player.core.library import Library
from player.core.preferences import Preferences
from player.core.screens_shown import VolumesScreen
from player.core.world import World

from . import design as d
from .frame import BACK, HOME, Key, page
from .parts import card, line, progress, tone
from .scene import Mark, Scene
from .stack import Reaction, turn

_STEP: Final = 5
_LEAST_MOST: Final = 10  # `player.core.preferences.Loudest`
_DAY, _NIGHT, _MOST = range(3)
_ROWS: Final = 3


def view(world: World, library: Library) -> Scene:
    """Return the three volumes."""
    focus = _focus(world)
    names = (
        (_("白天"), _("{hour}:00 起").format(hour=volume.DAY_BEGINS_HOUR)),
        (_("夜间"), _("{hour}:00 起").format(hour=volume.NIGHT_BEGINS_HOUR)),
        (_("最大"), _("再按也不会更响")),
    )
    marks: list[Mark] = []
    for row, (name, about) in enumerate(names):
        marks += _row(row, name, about, _percent(world, row), focused=row == focus)
    marks.append(line(d.LEFT, _top(_ROWS) + d.either(8, 0), d.INNER, _now(world), d.ROW, d.QUIET, align="centre"))
    keys = (Key("▲▼", N_("选择")), Key("◀▶", N_("小一点、大一点")), Key("1–3", N_("直达")), BACK, HOME)
    return page(world, _("音量"), marks, keys)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Up and down choose a volume, left and right change it."""
    focus = _focus(world)
    if intent in ("up", "down"):
        return turn(world, VolumesScreen((focus + (1 if intent == "down" else -1)) % _ROWS)), ()
    if intent in ("digit-1", "digit-2", "digit-3"):
        return turn(world, VolumesScreen(int(intent[6:]) - 1)), ()
    if intent in ("left", "right"):
        return _changed(world, focus, _STEP if intent == "right" else -_STEP)
    return world, ()


def _focus(world: World) -> int:
    return world.screen.focus % _ROWS if isinstance(world.screen, VolumesScreen) else 0


def _percent(world: World, row: int) -> int:
    return (volume.day_percent(world), volume.night_percent(world), world.preferences.most_percent)[row]


def _changed(world: World, row: int, by: int) -> Reaction:
    """Keep the new volume; that of this part of the day holds at once."""
    percent = min(100, max(_LEAST_MOST if row == _MOST else 0, _percent(world, row) + by))
    chosen = _with(world.preferences, row, percent)
    heard = volume.usual_percent(replace(world, preferences=chosen))
    change = heard - world.volume_percent
    louder = (VolumeBy(change),) if change and heard != volume.usual_percent(world) else ()
    return world, (SetPreferences(chosen), *louder)


def _with(chosen: Preferences, row: int, percent: int) -> Preferences:
    if row == _DAY:
        return replace(chosen, day_percent=percent)
    return replace(chosen, night_percent=percent) if row == _NIGHT else replace(chosen, most_percent=percent)


def _now(world: World) -> str:
    percent = world.volume_percent
    return _("现在的音量 {percent}").format(percent=percent) if percent else _("现在是静音")


def _top(row: int) -> int:
    return d.CONTENT_TOP + row * d.either(136, 106)


def _row(row: int, name: str, about: str, percent: int, *, focused: bool) -> tuple[Mark, ...]:
    colours, y, left, tall = tone(focused), _top(row), d.LEFT + 72, d.either(120, 98)
    named = max(320, d.words_width(about, d.BODY))
    bar = left + named + 32
    return (
        card(d.LEFT, y, d.INNER, tall, focused=focused),
        line(d.LEFT + 8, y + (tall - 48) // 2, 48, str(row + 1), d.ROW, colours.quiet, bold=True, align="centre"),
        line(left, y + d.either(12, 4), named, name, d.ROW, colours.ink, bold=True),
        line(left, y + d.either(64, 52), named, about, d.BODY, colours.quiet),
        *progress(bar, y + tall // 2 - 12, d.RIGHT - 184 - bar, percent / 100, focused=focused, height=24),
        line(
            d.RIGHT - 160,
            y + (tall - 75) // 2,
            160 - d.PAD,
            str(percent),
            d.CLOCK,
            colours.ink,
            bold=True,
            align="right",
        ),
    )
