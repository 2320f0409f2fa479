"""The dialogue: one question, two answers; the safe one is focused. Asked before what cannot be undone."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from player.core.actions import Action, SkipSession, StopPlaying
from player.core.language import N_, _
from player.core.library import Library
from player.core.screens_shown import QuestionScreen
from player.core.world import PlaybackState, World

from . import design as d
from .frame import BACK, HOME, Key, key_bar, page
from .parts import card, line, tone
from .scene import Box, Mark, Overlay, Scene, Text
from .stack import Reaction, home, pop, turn


class Choice(msgspec.Struct, frozen=True):
    """What an action's question says and does."""

    no: str
    yes: str
    action: Action
    to_home: bool = False


END_SESSION: Final = "end-session"
SKIP_SESSION: Final = "skip-session"
CHOICES: Final[dict[str, Choice]] = {
    END_SESSION: Choice(N_("继续播放"), N_("结束，清点人数"), StopPlaying()),
    SKIP_SESSION: Choice(N_("还是要开"), N_("这次不开"), SkipSession(), to_home=True),
}
_KEYS = (Key("◀▶", N_("选择")), Key(N_("确定"), N_("就这样")), Key("1 2", N_("直选")), BACK, HOME)
_WIDTH, _TOP, _HEIGHT = 960, 152, 424
_LEFT = (1280 - _WIDTH) // 2


def ask_to_end(world: World) -> QuestionScreen:
    """Return the question before a running session is ended; what it is about stands on a second line."""
    title = world.session.row.title if world.session else ""
    return QuestionScreen(_("现在结束，开始清点人数吗？") + f"\n{title}", END_SESSION)


def ask_to_skip(world: World) -> QuestionScreen:
    """Return the question before a session is recorded as not held."""
    title = world.session.row.title if world.session else ""
    return QuestionScreen(_("这次不开了吗？不开就不算次数。") + f"\n{title}", SKIP_SESSION)


def view(world: World, library: Library) -> Scene:
    """Return the dialogue; a moving picture goes on behind it."""
    if world.playback is None or world.playback.state is PlaybackState.FAILED:
        return page(world, _("请选择"), _dialogue(_screen(world), 20), _KEYS)
    left, top, height = d.LEFT, d.BAR_TOP - 8, d.BOTTOM - d.BAR_TOP + 16
    keys = (Box(left, top, d.INNER, height, d.BAR), *key_bar(_KEYS, left=left + d.PAD, ground=False))
    overlays = (
        Overlay(_LEFT, _TOP, _WIDTH, _HEIGHT, _dialogue(_screen(world), 0)),
        Overlay(left, top, d.INNER, height, keys),
    )
    return Scene((0, 0, 0), video=True, overlays=overlays)


def _dialogue(screen: QuestionScreen, radius: int) -> tuple[Mark, ...]:
    asked, _line, about = screen.question.partition("\n")
    choice = CHOICES.get(screen.action)
    answers = (_(choice.no), _(choice.yes)) if choice else (_("返回"),)
    marks: list[Mark] = [
        Box(_LEFT, _TOP, _WIDTH, _HEIGHT, d.PANEL, radius, d.RAISED, 3),
        Text(_LEFT + 48, _TOP + 36, _WIDTH - 96, asked, d.LEAD, d.INK, True, "centre", 2, 1.3),
        Text(_LEFT + 48, _TOP + 156, _WIDTH - 96, about, d.ROW, d.QUIET, align="centre", lines=2, line_height=1.3),
    ]
    width = (_WIDTH - 96 - d.GAP * (len(answers) - 1)) // len(answers)
    for index, words in enumerate(answers):
        x = _LEFT + 48 + index * (width + d.GAP)
        marks += _answer(x, width, f"{index + 1}  {words}", index == screen.focus)
    return tuple(marks)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Left and right choose, OK or a digit decides; back means no."""
    screen = _screen(world)
    if intent in ("left", "up"):
        return turn(world, replace(screen, focus=0)), ()
    if intent in ("right", "down"):
        return turn(world, replace(screen, focus=1 if screen.action in CHOICES else 0)), ()
    if intent in ("digit-1", "back") or (intent == "select" and screen.focus == 0):
        return pop(world), ()
    if intent in ("digit-2", "select"):
        return _yes(world, CHOICES.get(screen.action))
    return world, ()


def _screen(world: World) -> QuestionScreen:
    return world.screen if isinstance(world.screen, QuestionScreen) else QuestionScreen("", "")


def _yes(world: World, choice: Choice | None) -> Reaction:
    if choice is None:
        return pop(world), ()
    return (home(world) if choice.to_home else pop(world)), (choice.action,)


def _answer(x: int, width: int, words: str, focused: bool) -> tuple[Mark, ...]:
    y = _TOP + _HEIGHT - 152
    colours = tone(focused)
    outline = card(x, y, width, 104, focused=focused)
    plain = replace(outline, fill=d.RAISED) if not focused else outline
    return (plain, line(x, y + 26, width, words, d.ROW, colours.ink, bold=True, align="centre"))
