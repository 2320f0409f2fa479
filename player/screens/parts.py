"""The parts every screen is made of: one list, one tile grid, one card, one progress bar, one badge, one field.

Each is a pure function from data and a place to marks. Called by the screens; `frame` adds header, notice and key bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from player.core.language import _

from . import design as d
from .here import Here
from .scene import Box, Colour, Mark, Poster, Text

POSTER_PLATE: Final = (58, 76, 106)


class Tone(msgspec.Struct, frozen=True):
    """The colours of a panel: its fill and what is written on it."""

    fill: Colour
    ink: Colour
    quiet: Colour
    good: Colour
    busy: Colour
    warn: Colour
    track: Colour


PLAIN: Final = Tone(d.PANEL, d.INK, d.QUIET, d.GOOD, d.BUSY, d.WARN, d.TRACK)
FOCUSED: Final = Tone(d.FOCUS, d.FOCUS_INK, d.FOCUS_QUIET, d.GOOD_DARK, d.BUSY_DARK, d.WARN_DARK, (196, 148, 40))


def tone(focused: bool) -> Tone:
    """Return the colours of a panel with or without the focus."""
    return FOCUSED if focused else PLAIN


def card(x: int, y: int, width: int, height: int, *, focused: bool = False) -> Box:
    """Return a panel."""
    return Box(x, y, width, height, tone(focused).fill, d.RADIUS)


def line(
    x: int, y: int, width: int, words: str, size: int, colour: Colour, *, bold: bool = False, align: str = "left"
) -> Text:
    """Return one line of words."""
    return Text(x, y, width, words, size, colour, bold, align)  # type: ignore[arg-type]  # a Literal


def progress(x: int, y: int, width: int, share: float, *, focused: bool = False, height: int = 14) -> tuple[Mark, ...]:
    """Return a bar filled to a share of 0 to 1."""
    colours = tone(focused)
    track = Box(x, y, width, height, colours.track, height // 2)
    filled = int(width * min(1.0, max(0.0, share)))
    if filled < height:
        return (track,)
    return (track, Box(x, y, filled, height, colours.good if share >= 1 else colours.busy, height // 2))


def state_colour(here: Here, focused: bool) -> Colour:
    """Return the colour in which the words of a `Here` are written."""
    colours = tone(focused)
    if here.stopped is not None:
        return colours.warn
    if here.share >= 1:
        return colours.good
    return colours.busy if here.share > 0 else colours.quiet


class Row(msgspec.Struct, frozen=True):
    """A row of a list.

    Args:
        title: What it is; up to two lines in a tall row.
        detail: A quiet line below; it gives way to a title of two lines.
        aside: Words at the right, such as how long it is.
        here: What is here of it, right of or below ``aside``; None if that says nothing.
        poster: The SHA-256 of a picture; empty for a plain plate, None for no picture at all.
        warn: Whether ``aside`` is a warning.
        title_lines: How many lines the title may take; with 1 the detail always stays.
    """

    title: str
    detail: str = ""
    aside: str = ""
    here: Here | None = None
    poster: str | None = None
    warn: bool = False
    title_lines: int = 2


class Pages(msgspec.Struct, frozen=True):
    """Which page of a long list is shown: rows ``first`` to ``first + size - 1`` of ``count``."""

    count: int
    size: int
    focus: int

    @property
    def at(self) -> int:
        """The focused row, kept inside a list that may have become shorter."""
        return min(max(self.focus, 0), max(self.count - 1, 0))

    @property
    def first(self) -> int:
        """The first row shown."""
        return self.at // self.size * self.size

    @property
    def words(self) -> str:
        """``第 2 / 25 页``, or nothing for a single page."""
        total = -(-self.count // self.size)
        return _("第 {page} / {total} 页").format(page=self.first // self.size + 1, total=total) if total > 1 else ""

    @property
    def digits(self) -> str:
        """The digits that open a row of this page: ``1–4``, or ``1`` for a single row."""
        shown = min(self.size, self.count - self.first)
        return f"1–{shown}" if shown > 1 else "1"

    def moved(self, intent: str) -> int | None:
        """Return the row focused after an arrow key, or None if the intent is none; the ends are joined."""
        if self.count == 0:
            return None
        steps = {"up": -1, "down": 1}
        if intent in steps:
            return (self.at + steps[intent]) % self.count
        if intent == "right":
            return min(self.first + self.size, self.count - 1) if self.first + self.size < self.count else self.at
        if intent == "left":
            return max(self.first - self.size, 0)
        return None

    def row_of(self, digit: int) -> int | None:
        """Return the row that a digit opens on this page, or None."""
        row = self.first + digit - 1
        return row if 1 <= digit <= self.size and row < self.count else None


def rows(
    shown: Sequence[Row],
    focus: int,
    top: int,
    height: int,
    *,
    x: int | None = None,
    width: int | None = None,
    numbered: bool = True,
) -> tuple[Mark, ...]:
    """Return the list: rows one below the other, each ``height`` points high with its gap.

    Args:
        shown: The rows of this page.
        focus: Which of them is focused, from 0; -1 for none.
        top: Where the first begins.
        height: Height of a row together with the gap below it.
        x: Its left edge; None for that of the content.
        width: Its width; None for that of the content.
        numbered: Whether a digit opens a row.
    """
    x, width = d.LEFT if x is None else x, d.INNER if width is None else width
    marks: list[Mark] = []
    for index, row in enumerate(shown):
        number = str(index + 1) if numbered else ""
        marks += _row(row, number, index == focus, x, top + index * height, width, height - 8)
    return tuple(marks)


def _row(row: Row, number: str, focused: bool, x: int, y: int, width: int, height: int) -> list[Mark]:
    colours = tone(focused)
    marks: list[Mark] = [card(x, y, width, height, focused=focused)]
    left, right = x + d.PAD, x + width - d.PAD
    if number:
        marks.append(_centred(x + 8, y, 48, height, number, d.ROW, colours.quiet, bold=True, align="centre"))
        left = x + 72
    if row.poster is not None:
        plate = (left, y + 8, (height - 16) * 16 // 9, height - 16)
        marks.append(Poster(*plate, row.poster, 6) if row.poster else Box(*plate, POSTER_PLATE, 6))
        left += plate[2] + d.PAD
    taken, words_right = _right_words(row, focused, right, y, height)
    return marks + words_right + _row_words(row, left, y, right - taken - left, height, colours)


def _right_words(row: Row, focused: bool, right: int, y: int, height: int) -> tuple[int, list[Mark]]:
    """Return how wide the words at the right are, and their marks: one above the other in a tall row."""
    colours = tone(focused)
    words = [(row.aside, colours.warn if row.warn else colours.quiet)] if row.aside else []
    if row.here:
        words.append((row.here.words, state_colour(row.here, focused)))
    widths = [min(d.words_width(said, d.BODY), 300) for said, _ in words]
    if not words:
        return 0, []
    if height >= 100 or len(words) == 1:
        room, each = max(widths), (height - 16) // len(words)
        places = [(right - room, room, y + 8 + index * each, each) for index in range(len(words))]
    else:
        room = sum(widths) + d.PAD * (len(words) - 1)
        places = [
            (right - sum(widths[i:]) - d.PAD * (len(words) - 1 - i), widths[i], y, height) for i in range(len(words))
        ]
    marks: list[Mark] = [
        _centred(x, top, width, tall, said, d.BODY, colour, align="right")
        for (said, colour), (x, width, top, tall) in zip(words, places, strict=True)
    ]
    return room + d.PAD, marks


def _row_words(row: Row, x: int, y: int, width: int, height: int, colours: Tone) -> list[Mark]:
    lines = d.lines_needed(row.title, d.ROW, width, row.title_lines) if height >= 100 else 1
    title_height, detail_height = int(lines * d.ROW * 1.25), int(d.BODY * 1.3)
    detail = row.detail if row.detail and title_height + detail_height <= height else ""
    top = y + (height - title_height - (detail_height if detail else 0)) // 2
    marks: list[Mark] = [Text(x, top, width, row.title, d.ROW, colours.ink, lines=lines, line_height=1.25)]
    if detail:
        marks.append(Text(x, top + title_height, width, detail, d.BODY, colours.quiet, line_height=1.3))
    return marks


def _centred(
    x: int,
    y: int,
    width: int,
    height: int,
    words: str,
    size: int,
    colour: Colour,
    *,
    bold: bool = False,
    align: str = "left",
) -> Text:
    top = y + (height - int(size * 1.35)) // 2
    return line(x, top, width, words, size, colour, bold=bold, align=align)


def tiles(names: Mapping[int, str], focus: int, top: int, height: int, across: int) -> tuple[Mark, ...]:
    """Return the tile grid: rows of ``across`` tiles, each with its digit.

    Args:
        names: What each tile is called, by the digit that opens it.
        focus: Which of them is focused, from 0; -1 for none.
        top: Where the first row begins.
        height: Height of a tile together with the gap below it.
        across: How many stand side by side.
    """
    gap, named = _tile_gap(), d.either(56, 50)
    width, tall = (d.INNER - gap * (across - 1)) // across, height - gap
    size = min(tile_size(name, across) for name in names.values())
    marks: list[Mark] = []
    for index, (digit, name) in enumerate(names.items()):
        x, y = d.LEFT + index % across * (width + gap), top + index // across * height
        colours = tone(index == focus)
        marks += (
            card(x, y, width, tall, focused=index == focus),
            _centred(x + 8, y, 40, tall, str(digit), d.LEAD, colours.quiet, bold=True, align="centre"),
            _centred(x + named, y, width - named - 4, tall, name, size, colours.ink, bold=True),
        )
    return tuple(marks)


def _tile_gap() -> int:
    return d.either(d.GAP, d.GAP // 2)


def tile_size(name: str, across: int) -> int:
    """Return the size at which a name fits a tile of a grid."""
    width = (d.INNER - _tile_gap() * (across - 1)) // across - d.either(60, 54)
    return d.fitting(name, width, d.ROW, d.BODY, d.least())


def field_height() -> int:
    """Return the height of a field of a form of figures."""
    return d.either(208, 164)


def form_field(
    x: int, y: int, width: int, name: str, figure: str, *, focused: bool, fixed: bool = False
) -> tuple[Mark, ...]:
    """Return one field of a form of figures: its name above, its figure large; a ``fixed`` one cannot be typed into."""
    colours, height = tone(focused), field_height()
    box = Box(
        x,
        y,
        width,
        height,
        d.GROUND if fixed else colours.fill,
        d.RADIUS,
        d.RAISED if fixed else None,
        3 if fixed else 0,
    )
    shown = figure + ("_" if focused and not figure else "") or "–"
    named = d.fitting(name, width - 8, d.ROW, d.BODY)
    size = d.fitting(shown, width - 12, d.FIGURE, d.CLOCK)  # a word may stand there too
    return (
        box,
        line(x, y + d.either(20, 8), width, name, named, colours.quiet, align="centre"),
        line(
            x,
            y + d.either(76, 48) + (d.FIGURE - size) // 2,
            width,
            shown,
            size,
            colours.ink if figure or focused else colours.quiet,
            bold=True,
            align="centre",
        ),
    )


def message(title: str, lines: Sequence[str], *, top: int | None = None, colour: Colour = d.INK) -> tuple[Mark, ...]:
    """Return words in the middle of an otherwise empty screen: what is so, and what to do."""
    top = d.CONTENT_TOP + d.either(96, 32) if top is None else top
    marks: list[Mark] = [Text(d.LEFT, top, d.INNER, title, d.TITLE, colour, True, "centre", 2)]
    below = top + (160 if d.words_width(title, d.TITLE) > d.INNER else 88)
    width = d.INNER - d.either(128, 0)
    for words in lines:
        rows = d.lines_needed(words, d.ROW, width)
        marks.append(
            Text(d.LEFT + (d.INNER - width) // 2, below, width, words, d.ROW, d.QUIET, align="centre", lines=rows)
        )
        below += 4 + 48 * rows
    return tuple(marks)
