"""A live channel: the picture, and while it is wanted or stands still, what it is, how far behind, what the keys do."""

from __future__ import annotations

from player.core.actions import Action, SeekBy, StopPlaying
from player.core.language import N_, _
from player.core.library import Library
from player.core.live import behind_ms, kept_ms
from player.core.lives.picture import Live, LiveState
from player.core.screens_shown import LiveScreen
from player.core.world import World

from . import design as d
from . import plan_recording, urgent
from .frame import BACK, HOME, Key, key_bar, page, said_now
from .parts import line, message, progress
from .playing import BLACK, WATCHING, said
from .scene import Box, Mark, Overlay, Scene
from .stack import Reaction, home, pop, turn
from .words import position

TO_NOW_MS = 24 * 3_600_000
_HEIGHT = 208
_STATES = {
    LiveState.STARTING: N_("正在连接，请稍等"),
    LiveState.OPENING: N_("正在打开"),
    LiveState.WATCHING: N_("直播"),
    LiveState.PAUSED: N_("已暂停"),
    LiveState.LOST: N_("信号中断，正在重新连接"),
}
_ACTIONS: dict[str, Action] = {**WATCHING, "digit-0": SeekBy(TO_NOW_MS)}


def view(world: World, library: Library) -> Scene:
    """Return the picture with what lies over it."""
    live = world.live
    if live is None:
        return page(world, _("直播"), message(_("直播已结束"), []), (BACK, HOME))
    overlays, top = [], d.TOP
    if (notice := urgent.overlay(world)) is not None:
        overlays.append(notice)
        top += notice.height + d.GAP
    if panel_visible(world):
        overlays.append(Overlay(d.LEFT, d.BOTTOM - _HEIGHT, d.INNER, _HEIGHT, _panel(world, live)))
    if words := said_now(world):
        overlays.append(Overlay(d.LEFT, top, d.INNER, 72, said(words, top)))
    return Scene(BLACK, (), video=True, overlays=tuple(overlays))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Pause, go back in what is kept, record, leave; every key brings the words."""
    if intent == "menu" and world.live is not None:
        return plan_recording.begin_with(world, world.live.channel), ()
    if intent in ("back", "stop", "home", "menu"):
        left = home(world) if intent == "home" else pop(world)
        return left, (StopPlaying(),) if world.live else ()
    if isinstance(world.screen, LiveScreen):
        world = turn(world, LiveScreen(world.now.monotonic_ms + world.settings.osd_ms))
    action = _ACTIONS.get(intent) if world.live else None
    return world, (action,) if action else ()


def panel_visible(world: World) -> bool:
    """Return whether the words are to be seen now."""
    live = world.live
    return live is None or live.state is not LiveState.WATCHING or world.now.monotonic_ms < panel_until(world)


def panel_until(world: World) -> int:
    """Return the monotonic time in ms at which the words go away."""
    return world.screen.osd_until_monotonic_ms if isinstance(world.screen, LiveScreen) else 0


def next_second(world: World) -> int | None:
    """Return the monotonic time in ms at which a paused picture is a second further behind; None if it moves."""
    live, now_ms = world.live, world.now.monotonic_ms
    if live is None or live.state is not LiveState.PAUSED:
        return None
    return now_ms + 1_000 - behind_ms(live, now_ms, kept_ms(world)) % 1_000


def _panel(world: World, live: Live) -> tuple[Mark, ...]:
    volume = _("音量 {percent}").format(percent=world.volume_percent) if world.volume_percent else _("静音")
    recorded = world.recording is not None and world.recording.channel.id == live.channel.id
    state = _("正在录") if recorded and live.state is LiveState.WATCHING else _(_STATES[live.state])
    side = f"{state}  {volume}"
    room = d.words_width(side, d.BODY)
    lost = live.state is LiveState.LOST
    left, width, top, colour = d.LEFT + d.PAD, d.INNER - 2 * d.PAD, d.BOTTOM - _HEIGHT, d.WARN if lost else d.QUIET
    return (
        Box(d.LEFT, top, d.INNER, _HEIGHT, d.GROUND),
        line(left, top + 12, width - room - d.PAD, live.channel.name, d.ROW, d.INK, bold=True),
        line(left + width - room, top + 16, room, side, d.BODY, colour, bold=lost, align="right"),
        *_where(world, live, left, width, top + 74),
        *key_bar(_keys(world, live), left=left, top=top + 140, ground=False),
    )


def _where(world: World, live: Live, left: int, width: int, top: int) -> tuple[Mark, ...]:
    """Return how far behind the channel the picture is, within what is kept."""
    if live.state is LiveState.STARTING:
        return ()
    kept = kept_ms(world)
    behind = behind_ms(live, world.now.monotonic_ms, kept)
    words = _("比直播晚 {time}").format(time=position(behind)) if behind >= 1_000 else _("正在直播")
    said_in = d.words_width(words, d.BODY) + d.PAD
    share = 1 - behind / kept if kept > 0 else 1.0
    return (
        line(left, top, said_in, words, d.BODY, d.INK),
        *progress(left + said_in, top + 14, width - said_in, min(max(share, 0.0), 1.0)),
    )


def _keys(world: World, live: Live) -> tuple[Key, ...]:
    away = Key(N_("主页"), N_("不看了"))
    if live.state not in (LiveState.WATCHING, LiveState.PAUSED):
        return (away,)
    ok = N_("继续") if live.state is LiveState.PAUSED else N_("暂停")
    back = (Key("◀▶", N_("退进 10 秒")), Key("▼▲", N_("退进 1 分钟")))
    behind = behind_ms(live, world.now.monotonic_ms, kept_ms(world)) >= 1_000
    more = Key("0", N_("回到直播")) if behind else Key(N_("菜单"), N_("录制"))  # there is room for one of them
    return (Key(N_("确定"), ok), *back, more, away)
