"""信息直播: the live channels that may be watched here, then what is to be read: notices, then the newest page.

0 leads to what is and was recorded of the channels.
"""

from __future__ import annotations

from player.core import information, live, live_cost
from player.core.actions import WatchLive
from player.core.information import Item
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import InformationScreen, ReadingScreen, RecordingsScreen
from player.core.world import World
from playlists.documents import LiveChannel

from . import design as d
from .frame import BACK, HOME, OK_OPENS, Key, page
from .parts import Pages, Row, message, rows
from .question import ask_to_watch
from .scene import Scene
from .stack import Reaction, push, turn
from .words import calendar_day, moment

TITLE = N_("信息直播")
_RECORDINGS = Key("0", N_("录制"))
_ROW_HEIGHT = 96  # at least, with its gap


def view(world: World, library: Library) -> Scene:
    """Return the list."""
    channels, items = live.listed(world), information.items(world)
    if not channels and not items:
        marks = message(_("现在没有信息"), [_("县远教办发布的通知、信息和直播会显示在这里")])
        return page(world, _(TITLE), marks, (_RECORDINGS, BACK, HOME))
    pages = _pages(world, len(channels) + len(items))
    every = [*(_channel(world, one) for one in channels), *(_row(world, one) for one in items)]
    shown = every[pages.first : pages.first + pages.size]
    marks = rows(shown, pages.at - pages.first, d.CONTENT_TOP, d.CONTENT_HEIGHT // pages.size)
    opens = Key(N_("确定"), N_("看直播")) if pages.at < len(channels) else OK_OPENS
    keys = (Key("▲▼", N_("选择")), opens, Key(pages.digits, N_("直达")), _RECORDINGS, BACK, HOME)
    return page(world, _(TITLE), marks, keys, aside=pages.words)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Move in the list, watch a channel, open what is to be read."""
    channels, items = live.listed(world), information.items(world)
    pages = _pages(world, len(channels) + len(items))
    if (moved := pages.moved(intent)) is not None:
        return turn(world, InformationScreen(moved)), ()
    if intent == "digit-0":
        return push(world, RecordingsScreen()), ()
    chosen = pages.at if intent == "select" else None
    if intent.startswith("digit-"):
        chosen = pages.row_of(int(intent[6:]))
    if chosen is None or not pages.count:
        return world, ()
    world = turn(world, InformationScreen(chosen))
    if chosen < len(channels):
        return _watch(world, channels[chosen])
    return push(world, ReadingScreen(items[chosen - len(channels)].key)), ()


def _watch(world: World, channel: LiveChannel) -> Reaction:
    """Watch a channel; where the line is short, after a question, unless it is received for a recording anyway."""
    free = world.recording is not None or live.why_not(world, channel)
    why = None if free else live_cost.reason_to_ask(world, channel)
    if why is not None:
        return push(world, ask_to_watch(world, channel, why)), ()
    return world, (WatchLive(channel.id),)


def title_of(one: Item) -> str:
    """Return what an item is called."""
    return _("紧急通知") if one.urgent else one.title


def _pages(world: World, count: int) -> Pages:
    focus = world.screen.focus if isinstance(world.screen, InformationScreen) else 0
    return Pages(count, d.rows_of(_ROW_HEIGHT), focus)


def _channel(world: World, channel: LiveChannel) -> Row:
    times = _("、").join(f"{one.start}–{one.end}" for one in channel.times)
    change = live.begins_ms(world, channel)
    if world.recording is not None and world.recording.channel.id == channel.id:
        return Row(channel.name, times or _("全天"), _("正在录"), title_lines=1)
    if live.is_on(world, channel):
        return Row(channel.name, times or _("全天"), _("正在直播"), title_lines=1)
    begins = _("{when} 开始").format(when=moment(world, change)) if change is not None else ""
    return Row(channel.name, times, begins, title_lines=1)


def _row(world: World, one: Item) -> Row:
    first = next((part.strip() for part in one.text.splitlines() if part.strip()), "")
    if one.urgent:
        return Row(title_of(one), first, _("通知"), warn=True, title_lines=1)
    return Row(one.title, first, calendar_day(world, one.since), title_lines=1)
