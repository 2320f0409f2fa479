"""Over the moving picture: the other lessons, from the start, subtitles, sound, speed, 停播码; a digit does it.

The picture goes on beside it; only while a 停播码 is keyed in it waits. In a group session the lessons are those of the
session.
"""

from __future__ import annotations

from typing import Final

import msgspec

from player.core import lessons
from player.core.actions import Action, SeekBy, SkipLesson, TogglePause, TunePlaying
from player.core.language import N_, _
from player.core.library import Library
from player.core.lives.picture import Playback, PlaybackState
from player.core.media_effects import Tuning
from player.core.screens_shown import OptionsScreen
from player.core.session_now import is_running
from player.core.world import World

from . import design as d
from . import playing, stop_code
from .frame import Key, key_bar
from .here import document
from .parts import Pages, Row, line, rows
from .scene import Box, Overlay, Scene
from .stack import Reaction, pop, turn

RATES: Final = {100: N_("正常"), 75: N_("慢一些"), 125: N_("快一些")}
STOP_CODE: Final = 6  # the row of the 停播码
_WIDTH: Final = 608
_INSIDE: Final = _WIDTH - 2 * d.PAD
_KEYS = (Key(N_("确定"), N_("更改")), Key(N_("返回"), N_("看节目")))


def view(world: World, library: Library) -> Scene:
    """Return the picture with the list at its right."""
    shown = [row for row, _action in _choices(world)]
    pages = _pages(world, len(shown))
    left, top = d.RIGHT - _WIDTH, d.BOTTOM - d.either(546, 496)
    marks = (
        Box(left, top, _WIDTH, d.BOTTOM - top, d.GROUND),
        line(left + d.PAD, top + d.either(8, 4), _INSIDE, _("播放选项"), d.ROW, d.INK, bold=True),
        *rows(shown, pages.at, top + d.either(60, 50), d.either(60, 55), x=left + d.PAD, width=_INSIDE),
        *key_bar(_KEYS, left=left + d.PAD, top=d.BOTTOM - 58, ground=False),
    )
    return Scene(playing.BLACK, (), video=True, overlays=(Overlay(left, top, _WIDTH, d.BOTTOM - top, marks),))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Do what a row says; what moves in the lessons leads back to the picture."""
    if intent in ("back", "menu"):
        return pop(world), ()
    if intent in ("home", "stop", "pause"):
        return playing.react(pop(world), intent, library)
    choices = _choices(world)
    pages = _pages(world, len(choices))
    if (moved := pages.moved(intent)) is not None:
        return turn(world, OptionsScreen(moved)), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None:
        return world, ()
    if chosen == STOP_CODE:
        return _to_stop(world)
    action = choices[chosen][1]
    leads_back = isinstance(action, SkipLesson | SeekBy)
    return (pop(world) if leads_back else turn(world, OptionsScreen(chosen))), (action,) if action else ()


def _to_stop(world: World) -> Reaction:
    """Somebody rings about what is on the screen: it waits until the digits are keyed in."""
    play = world.playback
    found = document(world, play.row.course) if play else None
    if play is None or found is None:
        return world, ()
    pausing = (TogglePause(),) if play.state is PlaybackState.PLAYING else ()
    return stop_code.begin(pop(world), found.number), pausing


def _pages(world: World, count: int) -> Pages:
    focus = world.screen.focus if isinstance(world.screen, OptionsScreen) else 0
    return Pages(count, count, focus)


def _choices(world: World) -> list[tuple[Row, Action | None]]:
    """Return each row with what it does; None where there is nothing to do."""
    play = world.playback
    return [
        (Row(_("下一课"), aside=_neighbour(world, 1)), SkipLesson(1)),
        (Row(_("上一课"), aside=_neighbour(world, -1)), SkipLesson(-1)),
        (Row(_("从头放")), SeekBy(-play.position_ms) if play else None),
        _subtitles(play),
        _sound(play),
        _rate(play),
        (Row(_("停播码"), aside=_("县里打电话来时用")), None),
    ]


def _neighbour(world: World, step: int) -> str:
    play, session = world.playback, world.session
    if is_running(world) and session is not None:
        at = session.row.item + step
        return session.lessons[at].title if 0 <= at < len(session.lessons) else _("没有了")
    found = lessons.neighbour(world, play.row.course, play.row.lesson, step) if play else None
    return found.title if found else _("没有了")


def _subtitles(play: Playback | None) -> tuple[Row, Action | None]:
    if play is None or not play.subtitles:
        return Row(_("字幕"), aside=_("这一课没有")), None
    shown = play.tuning.subtitles
    return Row(_("字幕"), aside=_("开") if shown else _("关")), _tuned(play.tuning, subtitles=not shown)


def _sound(play: Playback | None) -> tuple[Row, Action | None]:
    if play is None or len(play.sounds) < 2:
        return Row(_("声音"), aside=_("只有一种")), None
    at = play.tuning.sound % len(play.sounds)
    return Row(_("声音"), aside=play.sounds[at]), _tuned(play.tuning, sound=(at + 1) % len(play.sounds))


def _rate(play: Playback | None) -> tuple[Row, Action | None]:
    if play is None:
        return Row(_("速度")), None
    rates = list(RATES)
    at = rates.index(play.tuning.rate_percent) if play.tuning.rate_percent in RATES else 0
    following = rates[(at + 1) % len(rates)]
    return Row(_("速度"), aside=_(RATES[rates[at]])), _tuned(play.tuning, rate_percent=following)


def _tuned(tuning: Tuning, **changes: int) -> TunePlaying:
    return TunePlaying(msgspec.structs.replace(tuning, **changes))
