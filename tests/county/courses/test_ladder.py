"""Renditions: never larger than the source, never beyond what the oldest box decodes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from county.courses.ladder import frame_rate, steps_for
from county.courses.probe import Source


def source(width: int, height: int, rate: Fraction = Fraction(25)) -> Source:
    return Source(width, height, rate, 60_000, has_sound=True, interlaced=False)


@pytest.mark.parametrize(
    ("size", "heights"),
    [
        ((1920, 1080), [240, 360, 480, 720]),
        ((1280, 720), [240, 360, 480, 720]),
        ((720, 576), [240, 360, 480]),
        ((640, 360), [240, 360]),
        ((160, 120), [120]),
        ((1280, 536), [240, 360, 480, 720]),
        ((720, 1280), [240, 360, 480, 720]),
    ],
)
def test_a_film_gets_the_steps_it_can_fill(size: tuple[int, int], heights: list[int]) -> None:
    assert [step.height for step in steps_for(source(*size))] == heights


@given(st.integers(16, 8000), st.integers(16, 8000))
def test_no_rendition_is_larger_than_its_source_or_the_level_allows(width: int, height: int) -> None:
    for step in steps_for(source(width, height)):
        assert step.picture_width <= min(width, 1280)
        assert step.picture_height <= min(height, 720)
        assert step.picture_width % 2 == step.picture_height % 2 == 0


@given(st.fractions(Fraction(1, 10), Fraction(240)))
def test_the_frame_rate_is_the_source_s_halved_until_it_fits(rate: Fraction) -> None:
    found = frame_rate(source(640, 360, rate))
    assert found <= 30
    assert rate / found in {1, 2, 4, 8}
    assert found == rate or found > 15
