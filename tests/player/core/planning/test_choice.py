"""Which rendition is aimed at: what fits, what is given up, and what is kept for sessions not yet announced."""

from __future__ import annotations

from itertools import accumulate, product

from hypothesis import given
from hypothesis import strategies as st

from player.core.forecast import Forecast
from player.core.planning.choice import GIVEN_UP, TRUSTED, Choice, choose
from player.core.planning.reserve import Reserve
from player.core.planning.wants import Errand, Need, Option, quality_of, soonest_bytes
from tests.player.core.test_planner import HOUR_MS, NOW_MS, forecast, ladder

ROOM = 1 << 40
LADDER = ((240, 1_000), (360, 2_000), (480, 4_000), (720, 8_000))


def errand(name: str, hours: float, *bytes_by_height: tuple[int, int], purpose: str = "session") -> Errand:
    course = ladder(name, *bytes_by_height)
    lesson = course.lessons[0]
    options = tuple(Option(one.blob.bytes, quality_of(one.height), one) for one in lesson.renditions)
    return Errand(name, purpose, NOW_MS + int(hours * HOUR_MS), (Need(course, lesson, options, 1.0),))  # type: ignore[arg-type]


def line(bytes_an_hour: float) -> Forecast:
    return forecast(bytes_an_hour / 3600)


def heights(choice: Choice) -> list[int]:
    return [choice.aim(one.needs[0]).rendition.height for one in choice.kept]


def test_a_line_that_brings_enough_brings_the_best() -> None:
    two = [errand("a", 1, *LADDER), errand("b", 2, *LADDER)]
    assert heights(choose(two, line(9_000), Reserve(), ROOM)) == [720, 720]


def test_what_is_left_over_goes_where_it_is_worth_most_and_first_to_what_is_due_first() -> None:
    two = [errand("a", 1, *LADDER), errand("b", 1, *LADDER)]
    assert heights(choose(two, line(3_400), Reserve(), ROOM)) == [360, 240]
    assert heights(choose(two, line(4_600), Reserve(), ROOM)) == [360, 360]
    assert heights(choose(two, line(7_000), Reserve(), ROOM)) == [480, 360]


def test_what_is_due_early_is_bound_by_what_the_line_brings_by_then() -> None:
    early, late = errand("a", 1, *LADDER), errand("b", 20, *LADDER)
    assert heights(choose([late, early], line(1_200), Reserve(), ROOM)) == [240, 720]


def test_an_early_session_does_not_take_what_a_later_one_needs_to_be_ready() -> None:
    early, late = errand("a", 1, *LADDER), errand("b", 2, (240, 7_000))
    assert heights(choose([early, late], line(5_000), Reserve(), ROOM)) == [360, 240]


def test_the_largest_session_is_given_up_so_that_most_are_ready() -> None:
    three = [errand("a", 1, (240, 3_000)), errand("b", 2, (240, 900)), errand("c", 3, (240, 900))]
    choice = choose(three, line(900), Reserve(), ROOM)
    assert [one.id for one in choice.kept] == ["b", "c"]
    assert [one.id for one in choice.given_up] == ["a"]


def test_an_order_is_given_up_before_a_session() -> None:
    order = errand("o", 1, (240, 500), purpose="order")
    choice = choose([order, errand("a", 2, (240, 2_000))], line(1_000), Reserve(), ROOM)
    assert [one.id for one in choice.given_up] == ["o"]


def test_the_room_bounds_the_aims_and_alone_does_so_while_the_clock_is_unknown() -> None:
    two = [errand("a", 1, *LADDER), errand("b", 1, *LADDER)]
    assert heights(choose(two, line(99_000), Reserve(), 3_000)) == [360, 240]
    assert heights(choose(two, None, Reserve(), 16_000)) == [720, 720]
    assert heights(choose(two, None, Reserve(), 3_000)) == [360, 240]


def test_a_lesson_of_two_sessions_costs_the_line_once() -> None:
    twice = [errand("a", 1, *LADDER), errand("a", 2, *LADDER)]
    assert heights(choose(twice, line(9_000), Reserve(), 8_000)) == [720, 720]


def test_sessions_that_show_one_lesson_are_all_kept_and_given_up_only_as_far_as_that_helps() -> None:
    often = [errand("a", hours, (240, 1_000)) for hours in (2, 3, 4, 5)]
    assert len(choose(often, line(600), Reserve(), ROOM).kept) == 4
    other = errand("b", 5, (240, 4_000))
    choice = choose([*often, other], line(600), Reserve(), ROOM)
    assert [one.needs[0].course.id for one in choice.given_up] == ["b"]
    late = [errand("a", hours, (240, 1_000)) for hours in (4, 4.5)]
    smaller = choose([*late, errand("b", 5, (240, 800))], line(250), Reserve(), ROOM)
    assert [one.needs[0].course.id for one in smaller.given_up] == ["b"]
    seldom = [errand("a", 1, (240, 1_000)), errand("a", 5, (240, 1_000))]
    assert [one.due_ms - NOW_MS for one in choose(seldom, line(600), Reserve(), ROOM).kept] == [5 * HOUR_MS]


def test_what_is_usual_and_not_yet_announced_has_its_share() -> None:
    usual = Reserve(((NOW_MS + HOUR_MS, 1.0),), ((0.55, 1_000.0), (0.75, 2_000.0), (0.9, 4_000.0), (1.0, 8_000.0)))
    one = [errand("a", 1, *LADDER)]
    assert heights(choose(one, line(5_000), Reserve(), ROOM)) == [480]
    assert heights(choose(one, line(5_000), usual, ROOM)) == [360]
    assert heights(choose(one, line(20_000), usual, ROOM)) == [720]


SIZES = st.lists(st.integers(1, 60), min_size=4, max_size=4, unique=True).map(sorted)


@given(st.lists(st.tuples(st.integers(1, 20), SIZES), max_size=5), st.integers(1, 40))
def test_the_aims_and_all_that_is_kept_fit_by_every_due_time(given_: list[tuple[int, list[int]]], rate: int) -> None:
    """The interval condition: what is due by then fits into what the line brings by then."""
    errands = [
        errand(f"s{at}", hours, *zip((240, 360, 480, 720), sizes, strict=True))
        for at, (hours, sizes) in enumerate(given_)
    ]
    brings = line(rate)
    choice = choose(errands, brings, Reserve(), ROOM)
    least = accumulate(soonest_bytes(one.needs) for one in choice.kept)
    assert all(
        total <= GIVEN_UP * brings.expected_bytes(one.due_ms) for one, total in zip(choice.kept, least, strict=True)
    )
    for one in choice.kept:
        if choice.aim(one.needs[0]) is not one.needs[0].options[0]:
            due = [other for other in choice.kept if other.due_ms <= one.due_ms]
            total = sum(choice.aim(other.needs[0]).left_bytes for other in due)
            assert total <= TRUSTED * brings.expected_bytes(one.due_ms) + 1e-6


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 30)), max_size=6), st.integers(1, 12))
def test_no_other_set_of_sessions_is_larger_than_the_one_kept(given_: list[tuple[int, int]], rate: int) -> None:
    errands = [errand(f"s{at}", hours, (240, size)) for at, (hours, size) in enumerate(given_)]
    brings = line(rate)

    def fits(chosen: list[Errand]) -> bool:
        row = sorted(chosen, key=lambda one: one.due_ms)
        sums = accumulate(soonest_bytes(one.needs) for one in row)
        return all(total <= GIVEN_UP * brings.expected_bytes(one.due_ms) for one, total in zip(row, sums, strict=True))

    kept = choose(errands, brings, Reserve(), ROOM).kept
    sets = product((False, True), repeat=len(errands))
    most = max(sum(taken) for taken in sets if fits([one for one, is_in in zip(errands, taken, strict=True) if is_in]))
    assert fits(list(kept))
    assert len(kept) == most
