from __future__ import annotations

from datetime import date, timedelta

import pytest

from playlists.documents import MarketDays
from playlists.market_days import farmers_day, is_market_day

SPRING_FESTIVALS = (  # the first day of the farmers' year
    "2008-02-07", "2015-02-19", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
    "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03",
)  # fmt: skip
MID_AUTUMNS = ("2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25")  # the fifteenth of a month


@pytest.mark.parametrize("day", SPRING_FESTIVALS)
def test_the_farmers_year_begins_with_a_first_day_after_a_last_one(day: str) -> None:
    first = date.fromisoformat(day)
    assert farmers_day(first) == 1
    assert farmers_day(first - timedelta(days=1)) in (29, 30)


@pytest.mark.parametrize("day", MID_AUTUMNS)
def test_the_moon_is_full_in_the_middle_of_autumn(day: str) -> None:
    assert farmers_day(date.fromisoformat(day)) == 15


def test_months_have_29_or_30_days_and_none_is_left_out() -> None:
    day, number = date(2026, 2, 17), 1
    for _ in range(3_000):
        day += timedelta(days=1)
        following = farmers_day(day)
        assert following == number + 1 or (following == 1 and number in (29, 30)), day
        number = following


def test_a_market_is_held_by_the_farmers_month_the_common_one_or_the_week() -> None:
    third = date(2026, 2, 19)  # a Thursday, the third of the farmers' month
    farmers = MarketDays(calendar="farmers", days=(3, 6, 9))
    assert is_market_day(farmers, third)
    assert not is_market_day(farmers, third + timedelta(days=1))
    assert is_market_day(MarketDays(calendar="common", days=(9,)), third)
    assert is_market_day(MarketDays(calendar="common", days=(0,)), date(2026, 3, 30))
    assert is_market_day(MarketDays(calendar="week", days=(4,)), third)


def test_a_market_is_held_every_so_many_days_before_and_after_a_day() -> None:
    market, known = MarketDays(calendar="count", days=(6,), first="2026-03-06"), date(2026, 3, 6)
    held = [day for day in range(-13, 14) if is_market_day(market, known + timedelta(days=day))]
    assert held == [-12, -6, 0, 6, 12]
    for odd in (MarketDays(calendar="count", days=(5,)), MarketDays(calendar="count", days=(0,), first="2026-03-06"),
                MarketDays(calendar="count", days=(5,), first="2026-02-30")):  # fmt: skip
        assert not is_market_day(odd, known)
