"""The television's one text field: what is written, what is being spelt, what is offered, and what the digits mean.

`player.core.writing` says what keys do; a screen that needs text draws this and hands the keys on.
"""

from __future__ import annotations

from typing import Final

from player.core.initials import LETTERS
from player.core.language import N_, _
from player.core.writing import MARKS, MOST_LETTERS, OFFERED, Method, Offer, Writing, WritingState

from . import design as d
from .frame import Key
from .parts import card, line, tone
from .scene import Box, Mark, Text

NAMES: Final[dict[Method, str]] = {
    "pinyin": N_("拼音"),
    "strokes": N_("笔画"),
    "digits": N_("数字"),
    "letters": N_("字母标点"),
    "phrases": N_("常用语"),
}
_STROKES: Final = {"1": N_("一 横"), "2": N_("丨 竖"), "3": N_("丿 撇"), "4": N_("丶 点捺"), "5": N_("乛 折")}
_HOW: Final[dict[Method, tuple[str, str]]] = {
    "pinyin": (N_("香 XIANG：按 9 4 2 6 4"), N_("也可以只按每个字的第一个字母，中国按 9 4")),
    "strokes": (N_("木：横竖撇点，按 1 2 3 4"), N_("按平时写字的先后")),
    "digits": (N_("按数字键，直接写数字"), ""),
    "letters": (N_("B：先按 2，再选 B"), N_("标点在 1 键上，空格在 0 键上")),
    "phrases": (N_("本机没有常用语"), N_("按返回键换输入法")),
}
_ACROSS = 4


def _field_height() -> int:
    return d.either(120, 112)


def _spelt_top() -> int:
    return d.CONTENT_TOP + _field_height() + d.either(8, 4)


def _spelt_height() -> int:
    return d.either(60, 54)


def _offer_top() -> int:
    return _spelt_top() + _spelt_height() + d.either(8, 4)


def _cell_height() -> int:
    """Return the height of a cell with its gap."""
    return d.either(88, 70)


def _legend_top() -> int:
    return _offer_top() + 2 * _cell_height() + d.either(8, 0)


def field(writing: Writing, offered: Offer) -> tuple[Mark, ...]:
    """Return the text field over the whole content of a page."""
    return (*_text(writing), *_spelt(writing), *_offers(writing, offered), *_legend(writing.method))


def count_words(writing: Writing) -> str:
    """Return how much is written of how much may be, once there is something."""
    return _("{n} / {most} 字").format(n=len(writing.text), most=MOST_LETTERS) if writing.text else ""


def field_keys(writing: Writing, offered: Offer, *, done: str) -> tuple[Key, ...]:
    """Return what the keys do now.

    Args:
        writing: The text in the making.
        offered: What is offered.
        done: What OK does when nothing is being spelt.
    """
    another = Key("▲", N_("换输入法"))
    if writing.state is WritingState.CHOOSING:
        back = Key(N_("返回"), N_("换输入法") if writing.method == "phrases" else N_("接着按"))
        choose = (
            (Key(f"1–{len(offered.words)}", N_("选")), Key("◀▶", N_("翻页")), Key(N_("确定"), N_("选亮的")))
            if offered.words
            else ()
        )
        return (*choose, back)
    if writing.state is WritingState.SPELLING:
        choose = (Key(N_("确定"), N_("选")), Key("◀▶", N_("换")), Key("▼", N_("按数字选"))) if offered.words else ()
        return (Key(_digits(writing.method), N_("接着按")), *choose, Key(N_("返回"), N_("删除")))
    finish = (Key(N_("确定"), done),) if writing.text else ()
    return (
        Key(_digits(writing.method), N_("输入")),
        *finish,
        another,
        Key(N_("返回"), N_("删除") if writing.text else N_("上一页")),
    )


def _digits(method: Method) -> str:
    return {"pinyin": "2–9", "strokes": "1–5"}.get(method, "0–9")


def _text(writing: Writing) -> tuple[Mark, ...]:
    idle = writing.state is WritingState.IDLE
    words = writing.text + ("_" if idle else "")
    frame = (d.FOCUS, 4) if idle else (d.RAISED, 3)
    width = d.INNER - 2 * d.PAD
    small = d.lines_needed(words, d.ROW, width, 9) > 2  # all that may be written is to be seen
    size, lines, line_height = (d.BODY, 3, 1.2) if small else (d.ROW, 2, 1.4)
    return (
        Box(d.LEFT, d.CONTENT_TOP, d.INNER, _field_height(), d.PANEL, d.RADIUS, *frame),
        Text(d.LEFT + d.PAD, d.CONTENT_TOP + 4, width, words, size, d.INK, lines=lines, line_height=line_height),
    )


def _spelt(writing: Writing) -> tuple[Mark, ...]:
    name = _(NAMES[writing.method])
    width = d.words_width(name, d.ROW) + 2 * d.PAD
    left = d.LEFT + width + d.PAD
    return (
        Box(d.LEFT, _spelt_top(), width, _spelt_height(), d.RAISED, d.RADIUS),
        line(d.LEFT, _spelt_top() + 5, width, name, d.ROW, d.INK, bold=True, align="centre"),
        line(left, _spelt_top() - 2, d.RIGHT - left, " ".join(writing.keys), d.TITLE, d.FOCUS, bold=True),
    )


def _offers(writing: Writing, offered: Offer) -> tuple[Mark, ...]:
    if not offered.words:
        first, second = (_(words) for words in _HOW[writing.method])
        if writing.keys:
            first, second = _("没有这样的字"), _("按返回键删掉一个数字再试")
        return (
            line(d.LEFT, _offer_top() + 14, d.INNER, first, d.LEAD, d.INK, align="centre"),
            line(d.LEFT, _offer_top() + d.either(92, 74), d.INNER, second, d.ROW, d.QUIET, align="centre"),
        )
    choosing = writing.state is WritingState.CHOOSING
    focus = writing.focus - writing.first
    size = min(d.fitting(word, _cell_width() - 64, d.LEAD, d.ROW, d.BODY) for word in offered.words)
    shown = enumerate(offered.words)
    return tuple(mark for at, word in shown for mark in _cell(at, word, size, focused=at == focus, numbered=choosing))


def _cell_width() -> int:
    return (d.INNER - 12 * (_ACROSS - 1)) // _ACROSS


def _cell(at: int, word: str, size: int, *, focused: bool, numbered: bool) -> tuple[Mark, ...]:
    width, tall = _cell_width(), _cell_height() - d.either(12, 8)
    x = d.LEFT + at % _ACROSS * (width + 12)
    y = _offer_top() + at // _ACROSS * _cell_height()
    colours = tone(focused)
    number = str(at + 1) if numbered else ""
    return (
        card(x, y, width, tall, focused=focused),
        line(x + 12, y + (tall - 48) // 2, 24, number, d.ROW, colours.quiet if focused else d.FOCUS, bold=True),
        line(x + 32, y + (tall - int(size * 1.35)) // 2, width - 64, word, size, colours.ink, align="centre"),
    )


def _legend(method: Method) -> tuple[Mark, ...]:
    """What the digits of the remote control stand for: few have it printed on them."""
    if method in ("digits", "phrases"):
        return ()
    stand_for = _STROKES if method == "strokes" else {digit: letters.upper() for digit, letters in LETTERS.items()}
    if method == "letters":
        stand_for = {"1": MARKS[: d.either(3, 2)], **stand_for}
    width = (d.INNER - 12 * (len(stand_for) - 1)) // len(stand_for)
    height, words = d.CONTENT_BOTTOM - _legend_top(), [f"{digit} {_(what)}" for digit, what in stand_for.items()]
    size = min(d.fitting(one, width, d.BODY, d.least()) for one in words)
    marks: list[Mark] = []
    for index, (digit, what) in enumerate(stand_for.items()):
        x = d.LEFT + index * (width + 12)
        marks.append(card(x, _legend_top(), width, height))
        marks += _low_legend(x, width, words[index], size) if d.is_large() else _tall_legend(x, width, digit, _(what))
    return tuple(marks)


def _tall_legend(x: int, width: int, digit: str, what: str) -> tuple[Mark, ...]:
    top = _legend_top()
    return (
        line(x, top + 8, width, digit, d.ROW, d.FOCUS, bold=True, align="centre"),
        line(x, top + 58, width, what, d.BODY, d.INK, align="centre"),
    )


def _low_legend(x: int, width: int, words: str, size: int) -> tuple[Mark, ...]:
    top = _legend_top() + (d.CONTENT_BOTTOM - _legend_top() - int(size * 1.35)) // 2
    return (line(x, top, width, words, size, d.INK, bold=True, align="centre"),)


assert _ACROSS * 2 == OFFERED, "two rows of cells hold one page"
