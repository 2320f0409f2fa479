"""The numbers on the pictures of counted films are read right, also while the next picture is being drawn."""

from __future__ import annotations

from typing import cast

import pytest

from bench.films import BITS, CELL, GROUND, TOP, seen
from demo.screen import VirtualScreen

READS = BITS + 1  # pixels that are looked at for one number


class Drawing:
    """A screen whose picture is replaced by the next one after so many pixels were read."""

    def __init__(self, before: int, after: int, reads: int) -> None:
        self._before, self._after, self._left = before, after, reads

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        self._left -= 1
        assert y == TOP + CELL // 2
        bit = x // CELL - 8
        code = 1 << 8 | (self._before if self._left >= 0 else self._after)
        if not 0 <= bit < BITS:
            return GROUND
        return (255, 255, 255) if code >> (BITS - 1 - bit) & 1 else (0, 0, 0)


@pytest.mark.parametrize("reads", range(3 * READS))
def test_a_picture_that_changes_while_it_is_read_is_the_one_before_or_the_one_after(reads: int) -> None:
    screen = cast(VirtualScreen, Drawing(31, 32, reads))
    assert seen(screen) in {(1, 31), (1, 32)}
