"""What is written can be read from five metres on an old set: its contrast (WCAG 2.2) with what lies under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from demo.screens.states import all_states
from player.screens import design as d
from player.screens.parts import FOCUSED, PLAIN
from player.screens.scene import Box, Colour, Mark, Text
from player.screens.view import view

STATES = all_states()
INK, ANY, DIM = 7.0, 4.5, 3.0  # of running words, of every other (levels AAA and AA), of dim and large ones (AA)


def luminance(colour: Colour) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def written(marks: Sequence[Mark], background: Colour) -> Iterator[tuple[Text, Colour]]:
    """Yield each text with the colour of what was painted last under its middle."""
    for at, mark in enumerate(marks):
        if isinstance(mark, Text) and mark.words:
            x, y = mark.x + mark.width / 2, mark.y + mark.size * mark.line_height / 2
            below = [one.fill for one in marks[:at] if isinstance(one, Box) and one.fill and holds(one, x, y)]
            yield mark, below[-1] if below else background


def holds(box: Box, x: float, y: float) -> bool:
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


def least(name: str, colour: Colour) -> float:
    """Return what is asked of a word; while the set rests its large words are dim, for the sake of the glass."""
    if name.startswith("resting"):
        return DIM
    return INK if colour in (d.INK, d.FOCUS_INK) else ANY


@pytest.mark.parametrize("name", STATES)
def test_every_word_stands_out_from_what_lies_under_it(name: str) -> None:
    scene = view(*STATES[name])
    layers = [(scene.marks, scene.background), *((one.marks, (0, 0, 0)) for one in scene.overlays)]
    faint = [
        (text.words, round(contrast(text.colour, fill), 1))
        for marks, background in layers
        for text, fill in written(marks, background)
        if contrast(text.colour, fill) < least(name, text.colour)
    ]
    assert faint == []


@pytest.mark.parametrize("tone", [PLAIN, FOCUSED], ids=["plain", "focused"])
def test_all_inks_of_a_panel_can_be_read_on_it(tone: object) -> None:
    for ink in ("ink", "quiet", "good", "busy", "warn"):
        assert contrast(getattr(tone, ink), getattr(tone, "fill")) >= (INK if ink == "ink" else 6.5), ink  # noqa: B009


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
