"""The lines of villages differ as they should, and a seed always gives the same one."""

from __future__ import annotations

from statistics import fmean, pstdev

import pytest

from tests.fakes.lines import KINDS, SLOTS_A_DAY, SLOTS_A_WEEK, line, scaled


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_is_a_site_and_a_longer_line_begins_with_the_shorter(kind: str) -> None:
    weeks = line(kind, 3, 2)
    assert len(weeks) == 2 * SLOTS_A_WEEK
    assert weeks[:SLOTS_A_WEEK] == line(kind, 3, 1)
    assert weeks != line(kind, 4, 2)
    assert min(weeks) >= 0 < fmean(weeks)


def dead(kind: str) -> float:
    slots = [slot for seed in range(12) for slot in line(kind, seed, 2)]
    return sum(slot < 100 for slot in slots) / len(slots)


def test_a_village_line_is_away_longest_and_3g_is_dead_for_a_part_of_its_time() -> None:
    assert 0.12 < dead("3g") < 0.4
    assert 0.25 < dead("village") < 0.6
    assert dead("adsl") < 0.06


def by_hour(kind: str, first: int, last: int, days: range) -> float:
    slots = [line(kind, seed, 4) for seed in range(12)]
    span = SLOTS_A_DAY // 24
    return fmean(
        slot
        for one in slots
        for week in range(4)
        for day in days
        for slot in one[week * SLOTS_A_WEEK + day * SLOTS_A_DAY :][first * span : last * span]
    )


def test_an_evening_is_slow_on_a_fixed_line_and_a_school_day_on_the_shared_satellite() -> None:
    assert by_hour("adsl", 20, 22, range(7)) < 0.5 * by_hour("adsl", 2, 6, range(7))
    assert by_hour("satellite", 9, 16, range(5)) < 0.5 * by_hour("satellite", 9, 16, range(5, 7))


def test_3g_wavers_more_than_a_fixed_line_does_at_night() -> None:
    def wavering(kind: str) -> float:
        nights = [line(kind, seed, 1)[day * SLOTS_A_DAY :][12:60] for seed in range(12) for day in range(7)]
        alive = [[slot for slot in night if slot > 100] for night in nights]
        return fmean(pstdev(night) / fmean(night) for night in alive if len(night) > 10)

    assert wavering("3g") > 2 * wavering("adsl")


def test_a_line_keeps_its_shape_when_it_is_scaled() -> None:
    slots = line("adsl", 1, 1)
    twice = scaled(slots, 2 * fmean(slots))
    assert fmean(twice) == pytest.approx(2 * fmean(slots))
    assert twice[7] == pytest.approx(2 * slots[7])
