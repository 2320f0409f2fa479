"""The moving picture and, while it is wanted, a panel over it: what plays, where we are, what the keys do.

The panel is there after every key, always while paused, and whenever the picture does not move: never a still or dark
screen without a word.
"""

from __future__ import annotations

from player.core import volume
from player.core.actions import Action, SeekBy, SkipLesson, StopPlaying, TogglePause, VolumeBy
from player.core.information import waiting
from player.core.language import N_, _
from player.core.library import Library
from player.core.lives.picture import Playback, PlaybackState
from player.core.lives.session import SessionState
from player.core.screens_shown import OptionsScreen, PlayingScreen
from player.core.session_now import is_running
from player.core.world import World

from . import design as d
from . import urgent
from .frame import Key, key_bar, said_now
from .parts import line, progress
from .question import ask_to_end
from .scene import Box, Mark, Overlay, Scene, Text
from .stack import Reaction, home, pop, push, turn
from .words import position

NEAR_MS, FAR_MS = 10_000, 60_000
LOUDER = 5
_HEIGHT = 208
BLACK = (0, 0, 0)
_STATES = {
    PlaybackState.OPENING: N_("正在打开"),
    PlaybackState.PLAYING: N_("正在播放"),
    PlaybackState.PAUSED: N_("已暂停"),
    PlaybackState.RECOVERING: N_("正在恢复，请稍等"),
}
WATCHING: dict[str, Action] = {  # what keys do over a film and over a live channel alike
    "select": TogglePause(),
    "pause": TogglePause(),
    "seek-back": SeekBy(-NEAR_MS),
    "seek-forward": SeekBy(NEAR_MS),
    "seek-back-far": SeekBy(-FAR_MS),
    "seek-forward-far": SeekBy(FAR_MS),
    "seek-back-held": SeekBy(-NEAR_MS, held=True),
    "seek-forward-held": SeekBy(NEAR_MS, held=True),
    "seek-back-far-held": SeekBy(-FAR_MS, held=True),
    "seek-forward-far-held": SeekBy(FAR_MS, held=True),
}
_ACTIONS: dict[str, Action] = {
    **WATCHING,
    "left": SeekBy(-NEAR_MS),
    "right": SeekBy(NEAR_MS),
    "down": SeekBy(-FAR_MS),
    "up": SeekBy(FAR_MS),
    "next": SkipLesson(1),
    "previous": SkipLesson(-1),
    "volume-up": VolumeBy(LOUDER),
    "volume-down": VolumeBy(-LOUDER),
}


def _top() -> int:
    return d.BOTTOM - _HEIGHT


def _left() -> int:
    return d.LEFT + d.PAD


def _width() -> int:
    return d.INNER - 2 * d.PAD


def view(world: World, library: Library) -> Scene:
    """Return the picture with what lies over it."""
    overlays, top = [], d.TOP
    if (notice := urgent.overlay(world)) is not None:
        overlays.append(notice)
        top += notice.height + d.GAP
    if panel_visible(world):
        overlays.append(Overlay(d.LEFT, _top(), d.INNER, _HEIGHT, _panel(world)))
    if words := said_now(world):
        overlays.append(Overlay(d.LEFT, top, d.INNER, 72, said(words, top)))
    return Scene(BLACK, (), video=True, overlays=tuple(overlays))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Pause, seek, volume; every key brings the panel. Leaving a session is asked first."""
    world = _with_panel(world)
    if intent == "mute" and world.playback:
        by = -world.volume_percent if world.volume_percent else volume.usual_percent(world)
        return world, (VolumeBy(by),)
    if intent in ("back", "stop", "home"):
        return _leave(world, intent)
    if intent == "menu":
        return push(world, OptionsScreen()), ()
    if intent == "digit-0" and world.playback:
        return world, (SeekBy(-world.playback.position_ms),)
    action = _ACTIONS.get(intent) if world.playback else None  # between two lessons there is nothing to move
    return world, (action,) if action else ()


def panel_visible(world: World) -> bool:
    """Return whether the panel is to be seen now."""
    playback = world.playback
    if playback is None or playback.state is not PlaybackState.PLAYING:
        return True
    return world.now.monotonic_ms < panel_until(world)


def panel_until(world: World) -> int:
    """Return the monotonic time in ms at which the panel goes away."""
    return world.screen.osd_until_monotonic_ms if isinstance(world.screen, PlayingScreen) else 0


def _with_panel(world: World) -> World:
    if not isinstance(world.screen, PlayingScreen):
        return world
    return turn(world, PlayingScreen(world.now.monotonic_ms + world.settings.osd_ms))


def _leave(world: World, intent: str) -> Reaction:
    if is_running(world):
        return push(world, ask_to_end(world)), ()
    return (home(world) if intent == "home" else pop(world)), (StopPlaying(),)


def _panel(world: World) -> tuple[Mark, ...]:
    playback = world.playback
    return (
        Box(d.LEFT, _top(), d.INNER, _HEIGHT, d.GROUND),
        *(_where(playback) if playback else ()),
        *_heading(world, playback),
        *key_bar(_keys(world), left=_left(), top=_top() + 140, ground=False),
    )


def _heading(world: World, playback: Playback | None) -> tuple[Mark, ...]:
    between = world.session is not None and world.session.state is SessionState.BETWEEN
    state = _("马上放下一课") if between or playback is None else _(_STATES.get(playback.state, ""))
    if is_running(world) and playback is not None and playback.state is PlaybackState.PAUSED:
        state = _("暂停讨论")
    title = playback.title if playback else (world.session.row.title if world.session else "")
    volume = _("音量 {percent}").format(percent=world.volume_percent) if world.volume_percent else _("静音")
    side = f"{state}  {volume}"
    room = d.words_width(side, d.BODY)
    paused = playback is not None and playback.state is PlaybackState.PAUSED
    left, width, top, colour = _left(), _width(), _top(), d.INK if paused else d.QUIET
    return (
        line(left, top + 12, width - room - d.PAD, title, d.ROW, d.INK, bold=True),
        line(left + width - room, top + 16, room, side, d.BODY, colour, bold=paused, align="right"),
    )


def _where(playback: Playback) -> tuple[Mark, ...]:
    elapsed, total = position(playback.position_ms), position(playback.duration_ms)
    share = playback.position_ms / playback.duration_ms if playback.duration_ms > 0 else 0.0
    width = 132
    return (
        line(_left(), _top() + 74, width, elapsed, d.BODY, d.INK),
        *progress(_left() + width, _top() + 88, _width() - 2 * width, min(share, 0.999)),
        line(_left() + _width() - width, _top() + 74, width, total, d.BODY, d.QUIET, align="right"),
    )


def _keys(world: World) -> tuple[Key, ...]:
    paused = world.playback is not None and world.playback.state is PlaybackState.PAUSED
    away = Key(N_("主页"), N_("结束")) if is_running(world) else Key(N_("主页"), N_("不看了"))
    ok = N_("收起") if waiting(world) else N_("继续") if paused else N_("暂停")
    keys = (Key(N_("确定"), ok), Key("◀▶", N_("退进 10 秒")), Key("▼▲", N_("退进 1 分钟")), Key(N_("菜单"), N_("更多")))
    return (*keys, away) if world.playback else (away,)


def said(words: str, top: int) -> tuple[Mark, ...]:
    """Return a notice that goes by itself as it lies over a picture. Also used by `live`."""
    return (
        Box(d.LEFT, top, d.INNER, 72, d.INK),
        Text(d.LEFT + d.PAD, top + 14, d.INNER - 2 * d.PAD, words, d.ROW - 4, d.GROUND, True, "centre"),
    )
