"""In which order things are fetched: readiness first where the line cannot be relied on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core.forecast import Forecast
from player.core.planning.choice import choose
from player.core.planning.order import BOLDEST, Fetch, better, in_order
from player.core.planning.reserve import Reserve
from player.core.planning.wants import Errand, Need, soonest_bytes
from tests.player.core.planning.test_choice import LADDER, ROOM, SIZES, errand, line
from tests.player.core.test_planner import NOW_MS, steady

HOUR_S = 3_600.0


def row(errands: list[Errand], forecast: Forecast) -> list[str]:
    return films(in_order(choose(errands, forecast, Reserve(), ROOM), forecast, Reserve()))


def films(fetches: list[Fetch]) -> list[str]:
    return [option.rendition.blob.sha256 for _, _, option in fetches]


def test_on_a_line_that_can_be_relied_on_the_aims_come_by_due_time() -> None:
    assert row([errand("b", 20, *LADDER), errand("a", 10, *LADDER)], line(20_000)) == ["a720", "b720"]


def test_where_a_bad_line_would_leave_a_session_without_films_the_smallest_come_first() -> None:
    unsure = Forecast(steady(20_000 / HOUR_S, outage_s=9.9 * HOUR_S), NOW_MS)
    assert row([errand("b", 20, *LADDER), errand("a", 10, *LADDER)], unsure) == ["a240", "b720", "a720"]


def test_a_lesson_that_many_sessions_show_puts_none_of_them_at_risk() -> None:
    often = [errand("a", 10 + hours, *LADDER) for hours in range(20)]
    assert row(often, line(2_000)) == ["a720"]


def test_a_session_that_can_be_shown_waits_for_nobody() -> None:
    unsure = Forecast(steady(20_000 / HOUR_S, outage_s=99 * HOUR_S), NOW_MS)
    ready = errand("a", 10, (240, 0), (720, 8_000))
    assert row([ready, errand("b", 20, *LADDER)], unsure) == ["b240", "a720", "b720"]


def test_within_a_session_a_lesson_that_cannot_be_shown_comes_before_a_better_picture_of_one_that_can() -> None:
    shown, missing = errand("a", 20, (240, 0), (720, 8_000)), errand("b", 20, (240, 1_000))
    both = replace(shown, needs=(*shown.needs, *missing.needs))
    assert row([both], line(20_000)) == ["b240", "a720"]
    choice = choose([both], None, Reserve(), ROOM)
    assert films(in_order(choice, None, Reserve())) == ["b240", "a720"]


def test_a_small_film_that_is_nearly_here_is_finished_before_a_better_one_is_begun() -> None:
    def begun(left_bytes: int) -> Errand:
        one = errand("a", 20, (240, 1_000), (720, 8_000))
        options = (replace(one.needs[0].options[0], left_bytes=left_bytes), one.needs[0].options[1])
        return replace(one, needs=(replace(one.needs[0], options=options),))

    assert row([begun(700)], line(20_000)) == ["a240", "a720"]
    assert row([begun(900)], line(20_000)) == ["a720"]
    assert row([errand("a", 20, (240, 700), (720, 8_000))], line(20_000)) == ["a720"]


def test_what_is_given_up_comes_last() -> None:
    assert row([errand("a", 1, (240, 5_000)), errand("b", 9, (240, 900))], line(1_000)) == ["b240", "a240"]


def test_the_more_is_asked_of_a_line_the_less_it_is_relied_on() -> None:
    easy = errand("a", 30, (240, 100), (720, 1_000))
    assert row([easy], line(100)) == ["a720"]
    many = [easy, *(errand(f"b{at}", 150, *LADDER) for at in range(9))]
    assert row(many, line(100))[:2] == ["a240", "b0240"]


def test_an_idle_line_brings_what_is_better_than_the_aims_if_it_may_arrive_in_time() -> None:
    one = [errand("a", 1, (240, 1_000), (720, 8_000))]
    brings = line(8_500)
    choice = choose(one, brings, Reserve(), ROOM)
    assert films(in_order(choice, brings, Reserve())) == ["a240"]
    assert films(better(choice, brings, 0, ROOM)) == ["a720"]
    assert films(better(choice, brings, 1_000, ROOM)) == []
    assert films(better(choice, brings, 0, 7_999)) == []


def test_while_nobody_can_say_what_the_line_brings_the_aims_come_by_start() -> None:
    choice = choose([errand("b", 2, *LADDER), errand("a", 1, *LADDER)], None, Reserve(), ROOM)
    assert films(in_order(choice, None, Reserve())) == ["a720", "b720"]


@given(
    st.lists(st.tuples(st.integers(1, 40), SIZES), max_size=5), st.integers(1, 40), st.sampled_from([0.0, 3.0, 30.0])
)
def test_every_errand_gets_a_film_and_a_better_one_never_puts_a_later_errand_at_risk(
    given_: list[tuple[int, list[int]]], rate: int, outage_hours: float
) -> None:
    errands = [
        errand(f"s{at}", hours, *zip((240, 360, 480, 720), sizes, strict=True))
        for at, (hours, sizes) in enumerate(given_)
    ]
    brings = Forecast(steady(rate / HOUR_S, outage_s=outage_hours * HOUR_S), NOW_MS)
    choice = choose(errands, brings, Reserve(), ROOM)
    fetches = in_order(choice, brings, Reserve())
    first: dict[tuple[str, str], int] = {}
    for at, (_, need, _) in enumerate(fetches):
        first.setdefault(need.key, at)
    assert set(first) == {need.key for one in errands for need in one.needs}
    for one in choice.kept:
        at = first[one.needs[0].key]
        before = sum(option.left_bytes for _, _, option in fetches[: at + 1])
        least = sum(soonest_bytes(other.needs) for other in choice.kept if other.due_ms <= one.due_ms)
        assert before <= max(least, BOLDEST * brings.safe_bytes(one.due_ms)) + 1e-6 or _is_soonest(fetches[: at + 1])


def _is_soonest(fetches: list[Fetch]) -> bool:
    def soonest(need: Need) -> str:
        return need.options[0].rendition.blob.sha256

    return all(option.rendition.blob.sha256 == soonest(need) for _, need, option in fetches)
