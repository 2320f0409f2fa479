"""学习遥控器: which key to press now, what the last one was, and all that were asked. `player.core.learning` decides.

Keys of the remote that is taught never come here. Whoever has another one, a keyboard or a telephone, may leave.
"""

from __future__ import annotations

from typing import Final

from player.core.language import N_, _
from player.core.learning import ORDER, WAIT_MS
from player.core.library import Library
from player.core.lives.room import Learning, LearningState
from player.core.preferences import SCAN_CODES, LearntButton
from player.core.world import World

from . import design as d
from .frame import Key, page
from .parts import line
from .scene import Box, Mark, Scene, Text
from .stack import Reaction

TITLE: Final = N_("学习遥控器")
NAMES: Final[dict[LearntButton, str]] = {
    "ok": N_("确定"), "back": N_("返回"), "up": "▲", "down": "▼", "left": "◀", "right": "▶",
    "home": N_("主页"), "menu": N_("菜单"), **{digit: digit for digit in ORDER if digit.isdigit()},
    "play-pause": N_("播放/暂停"), "stop": N_("停止"), "volume-up": N_("音量 +"), "volume-down": N_("音量 −"),
    "mute": N_("静音"),
}  # fmt: skip
_ACROSS: Final = 6


def view(world: World, library: Library) -> Scene:
    """Return what to press now."""
    learning = world.learning or Learning()
    marks = (*_prompt(learning), *_last(learning), *_chips(learning))
    leaving = Key(_("等 {n} 秒").format(n=WAIT_MS // 1000), N_("退出，不改"))
    ok, back = ("ok" in learning.keys.values(), "back" in learning.keys.values())
    confirming = learning.state is LearningState.CONFIRMING
    keys = (
        Key(N_("确定"), N_("保存") if confirming else N_("跳过") if ok else N_("先按它")),
        *((Key(N_("返回"), N_("上一个键")),) if back else ()),
        leaving,
    )
    aside = "" if confirming else f"{learning.asked + 1} / {len(ORDER)}"
    return page(world, _(TITLE), marks, keys, aside=aside)


def react(world: World, intent: str, library: Library) -> Reaction:
    """Nothing: what has no number leads away (`player.screens.react`), all else is taught."""
    return world, ()


def name(button: str) -> str:
    """Return what a button is called."""
    return _(NAMES.get(button, button))  # type: ignore[call-overload]  # a button that is not taught


def code_words(code: int) -> str:
    """Return a key's number as it is read over the telephone."""
    return f"0x{code - SCAN_CODES:X}" if code >= SCAN_CODES else str(code)


def _prompt_height() -> int:
    return d.either(168, 120)


def _prompt(learning: Learning) -> tuple[Mark, ...]:
    if learning.state is LearningState.CONFIRMING:
        what, which = _("都问完了。试试新学的键，好用就按"), name("ok")
    else:
        what, which = _("请按新遥控器上的"), name(ORDER[learning.asked])
    top, tall = d.CONTENT_TOP, _prompt_height()
    figure = d.fitting(which, d.INNER // 2, d.FIGURE, d.CLOCK)
    wide = d.words_width(which, figure)
    room = d.INNER - wide - 5 * d.PAD
    size = d.fitting(what, room, d.LEAD, d.ROW, d.BODY)
    lines = d.lines_needed(what, size, room)
    return (
        Box(d.LEFT, top, d.INNER, tall, d.PANEL, d.RADIUS),
        Text(d.LEFT + 2 * d.PAD, top + (tall - int(lines * size * 1.35)) // 2, room, what, size, d.INK, lines=lines),
        line(
            d.RIGHT - wide - 2 * d.PAD, top + (tall - int(figure * 1.35)) // 2, wide, which, figure, d.FOCUS,
            bold=True, align="right",
        ),
    )  # fmt: skip


def _last(learning: Learning) -> tuple[Mark, ...]:
    """Return what the last key was: its number, and what became of it."""
    words, colour = _("先按“确定”，再按“返回”。遥控器上没有的键，按“确定”跳过。"), d.QUIET
    if learning.heard:
        code, means = code_words(learning.heard), learning.keys.get(learning.heard, learning.means)
        if learning.means:
            words = _("刚才的键（代码 {code}）是“{name}”").format(code=code, name=name(learning.means))
        elif means:
            words, colour = _("刚才的键（代码 {code}）学成了“{name}”").format(code=code, name=name(means)), d.GOOD
        else:
            words, colour = _("刚才的键（代码 {code}）没有意思").format(code=code), d.WARN
    top, size = d.CONTENT_TOP + _prompt_height() + d.either(8, 2), d.fitting(words, d.INNER, d.BODY, d.least())
    return (line(d.LEFT, top, d.INNER, words, size, colour),)


def _chips(learning: Learning) -> tuple[Mark, ...]:
    gap, pitch = d.either(10, 6), d.either(66, 52)
    width, top = (d.INNER - gap * (_ACROSS - 1)) // _ACROSS, d.CONTENT_TOP + _prompt_height() + d.either(60, 42)
    size = min(d.fitting(name(button), width, d.BODY, d.least()) for button in ORDER)
    learnt, marks = set(learning.keys.values()), list[Mark]()
    for index, button in enumerate(ORDER):
        x, y = d.LEFT + index % _ACROSS * (width + gap), top + index // _ACROSS * pitch
        asked = index == learning.asked and learning.state is LearningState.ASKING
        fill = d.FOCUS if asked else d.GOOD_DARK if button in learnt else d.PANEL
        ink = d.FOCUS_INK if asked else d.GOOD if button in learnt else d.QUIET
        words_top = y + (pitch - gap - int(size * 1.35)) // 2
        marks.append(Box(x, y, width, pitch - gap, fill, 8))
        marks.append(line(x, words_top, width, name(button), size, ink, bold=button in learnt, align="centre"))
    return tuple(marks)
