"""设置: what people choose at this box with the remote control; each row says what holds now.

A row either opens a page of its own or changes at once. Everything is kept by one action (`SetPreferences`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from player.core import volume
from player.core.actions import Action, LearnKeys, SetPreferences
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.preferences import LANGUAGES, Language, Preferences
from player.core.screens_shown import LearnScreen, PictureTestScreen, Screen, SettingsScreen, VolumesScreen
from player.core.world import World
from playlists.documents import Sounds

from . import design as d
from . import time_by_hand
from .frame import BACK, HOME, Key, page
from .parts import Pages, Row, rows
from .question import ask_to_forget
from .scene import Scene
from .stack import Reaction, push, turn
from .words import clock_known, is_trusted, time_of_day

TITLE: Final = N_("设置")
_ROW_HEIGHT = 62  # at least, with its gap
_LANGUAGES: Final[dict[Language, str]] = {"zh_CN": "中文", "en": "English"}  # each in its own words
Changed = Callable[[Preferences], Preferences]


class Choice(msgspec.Struct, frozen=True):
    """A row: what it is, what holds now, and what OK does: open a screen, asking for something, or choose the other."""

    title: str
    now: str
    opens: Screen | None = None
    change: Changed | None = None
    asks: Action | None = None


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    choices = _choices(world)
    pages = Pages(len(choices), d.rows_of(_ROW_HEIGHT), _focus(world))
    shown = [Row(one.title, aside=one.now) for one in choices[pages.first : pages.first + pages.size]]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    does = N_("打开") if choices[pages.at].opens else N_("更改")
    keys = (Key("▲▼", N_("选择")), Key(N_("确定"), does), Key(pages.digits, N_("直达")), BACK, HOME)
    return page(world, _(TITLE), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Open a row's page, or change what it says."""
    choices = _choices(world)
    pages = Pages(len(choices), d.rows_of(_ROW_HEIGHT), _focus(world))
    if (moved := pages.moved(intent)) is not None:
        return turn(world, SettingsScreen(moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    world, choice = turn(world, SettingsScreen(chosen)), choices[chosen]
    if choice.opens is not None:
        return push(world, choice.opens), (choice.asks,) if choice.asks else ()
    return world, (SetPreferences(choice.change(world.preferences)),) if choice.change else ()


def _focus(world: World) -> int:
    return world.screen.focus if isinstance(world.screen, SettingsScreen) else 0


def _choices(world: World) -> tuple[Choice, ...]:
    chosen = world.preferences
    taught = len(chosen.keys)
    learnt = counted("学过 {n} 个键", taught) if taught else ""
    heard = world.generation.sounds if world.generation else Sounds()
    day, night = volume.day_percent(world), volume.night_percent(world)
    return (
        Choice(_("音量"), _("白天 {day} · 夜间 {night}").format(day=day, night=night), opens=VolumesScreen()),
        Choice(_("画面测试"), "", opens=PictureTestScreen()),
        Choice(_("语言 Language"), _languages(chosen), change=_other_language),
        Choice(_("大字"), _on(chosen.large_type), change=lambda one: replace(one, large_type=not one.large_type)),
        Choice(_("设置时间"), _clock(world), opens=time_by_hand.proposed(world)),
        Choice(_("语音提示"), _heard(chosen.prompts, bool(heard.prompts)), change=_prompts),
        Choice(_("等候音乐"), _heard(chosen.music, bool(heard.music)), change=_music),
        Choice(_("学习遥控器"), learnt, opens=LearnScreen(), asks=LearnKeys()),
        *((Choice(_("忘掉学过的键"), "", opens=ask_to_forget()),) if taught else ()),
    )


def _clock(world: World) -> str:
    if not clock_known(world):
        return _("时间未校准")
    now = time_of_day(world, world.now.wall_ms)
    return _("{time} 已自动校准").format(time=now) if is_trusted(world) else _("{time} 估计").format(time=now)


def _heard(on: bool, any_sent: bool) -> str:
    """Return whether recordings are heard, and why they are not all the same."""
    return _on(on) if any_sent or not on else _("{on}，县里还没有发来").format(on=_on(on))


def _prompts(chosen: Preferences) -> Preferences:
    return replace(chosen, prompts=not chosen.prompts)


def _music(chosen: Preferences) -> Preferences:
    return replace(chosen, music=not chosen.music)


def _on(on: bool) -> str:
    return _("开") if on else _("关")


def _languages(chosen: Preferences) -> str:
    """Return the language that holds, and then the other, so that nobody is lost in one that he cannot read."""
    return " / ".join(_LANGUAGES[one] for one in (chosen.language, _next_language(chosen)))


def _other_language(chosen: Preferences) -> Preferences:
    return replace(chosen, language=_next_language(chosen))


def _next_language(chosen: Preferences) -> Language:
    return LANGUAGES[(LANGUAGES.index(chosen.language) + 1) % len(LANGUAGES)]
