"""Market days (赶集): when few have time to learn. They are told where a session is planned, never forbidden.

A place holds its market on days of the farmers' calendar (农历逢三、六、九), of the common one, or of the week. Of the
farmers' calendar only the day of the month is needed, and a month begins with the day of the new moon in China's time;
so no table of years is kept, the new moon is worked out (J. Meeus, Astronomical Algorithms, chapter 49, without the
small planetary terms: within a minute). Other places count: every fifth day, or by the twelve beasts (逢龙街).
Pure. Called by `player.core.market` and `county.places.markets`.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from playlists.documents import MarketDays

MONTH_DAYS: Final = 29.530588861  # a mean month of the moon
_FIRST: Final = 2451550.09766  # Julian day of the first new moon of 2000, in dynamical time
_DAY_ZERO: Final = 1721424.5  # Julian day at which the day before 1 January of the year 1 began
_CHINA_DAYS: Final = 8 / 24
_DYNAMICAL_DAYS: Final = 70 / 86_400  # dynamical time is so far ahead of ours in these decades


def is_market_day(market: MarketDays, day: date) -> bool:
    """Return whether the market is held on a day."""
    if market.calendar == "week":
        return day.isoweekday() in market.days
    if market.calendar == "count":
        return _is_counted(market, day)
    number = farmers_day(day) if market.calendar == "farmers" else day.day
    return number % 10 in {one % 10 for one in market.days}


def _is_counted(market: MarketDays, day: date) -> bool:
    try:
        apart = (day - date.fromisoformat(market.first or "")).days
    except ValueError:  # a document of a county that knows more, or less
        return False
    return any(every and apart % every == 0 for every in market.days)


@lru_cache(maxsize=64)
def farmers_day(day: date) -> int:
    """Return the day of the month in the farmers' calendar, 1 to 30."""
    guess = round((day.toordinal() + _DAY_ZERO - _FIRST) / MONTH_DAYS) + 1
    begins = next(begin for k in range(guess, guess - 4, -1) if (begin := new_moon(k)) <= day)
    return (day - begins).days + 1


def new_moon(number: int) -> date:
    """Return the day in China of a new moon, counted from the first one of the year 2000."""
    k, century = number, number / 1236.85
    mean = _FIRST + MONTH_DAYS * k + 0.00015437 * century**2
    sun = math.radians(2.5534 + 29.10535670 * k)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * century**2)
    latitude = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * century**2)
    node = math.radians(124.7746 - 1.56375588 * k)
    e = 1 - 0.002516 * century
    terms = (
        (-0.40720, moon), (0.17241 * e, sun), (0.01608, 2 * moon), (0.01039, 2 * latitude), (0.00739 * e, moon - sun),
        (-0.00514 * e, moon + sun), (0.00208 * e * e, 2 * sun), (-0.00111, moon - 2 * latitude),
        (-0.00057, moon + 2 * latitude), (0.00056 * e, 2 * moon + sun), (-0.00042, 3 * moon),
        (0.00042 * e, sun + 2 * latitude), (0.00038 * e, sun - 2 * latitude), (-0.00024 * e, 2 * moon - sun),
        (-0.00017, node),
    )  # fmt: skip
    julian = mean + sum(size * math.sin(angle) for size, angle in terms) - _DYNAMICAL_DAYS + _CHINA_DAYS
    return date(1, 1, 1) + timedelta(days=math.floor(julian - _DAY_ZERO) - 1)
