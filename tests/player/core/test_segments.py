from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from player.core.segments import LEAP_MS, LIMIT, begin, grow, shown, shown_ms


def test_a_leap_that_no_clock_explains_begins_a_new_segment() -> None:
    assert grow(((0, 5_000),), 9_000, 250) == ((0, 5_000), (9_000, 9_000))
    assert grow(((0, 5_000),), 6_900, 250) == ((0, 6_900),)


def test_going_back_is_shown_again_and_counts_again() -> None:
    segments = grow(begin(((0, 60_000),), 30_000), 45_000, 15_000)
    assert segments == ((0, 60_000), (30_000, 45_000))
    assert shown_ms(segments) == 75_000


def test_a_seek_over_a_seek_leaves_no_empty_segment() -> None:
    assert begin(begin(((0, 1_000),), 7_000), 9_000) == ((0, 1_000), (9_000, 9_000))
    assert shown(begin((), 9_000)) == ()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 600_000), st.integers(0, 10_000)), max_size=900))
def test_never_more_is_recorded_than_time_has_passed(moves: list[tuple[bool, int, int]]) -> None:
    segments, passed = begin((), 0), 0
    for seek, position, elapsed in moves:
        passed += elapsed
        segments = begin(segments, position) if seek else grow(segments, position, elapsed)
    assert shown_ms(segments) <= passed + LEAP_MS * len(moves)
    assert len(segments) <= LIMIT + 1
    assert all(start <= end for start, end in segments)
