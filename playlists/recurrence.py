"""Recurrence rules (RFC 5545, section 3.3.10) in wall time, with bounds.

A session happens at most once a day, so rules by the hour and below are refused. ``UNTIL`` may be a date (that
day included), wall time, or UTC as the standard asks. Starts that a month does not have (the 31st, 29 February)
are skipped, as the standard says.

A rule that matches no day at all is searched by the library up to the year 9999. So rules are worked out
`CYCLES_YEARS` later than they are meant, near that end: after 400 years the calendar is the same to the weekday.
Callers: `playlists.calendar`, the county when a session is saved.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

_WEEKDAY: Final = re.compile("([+-]?[0-9]{1,2})?(?:MO|TU|WE|TH|FR|SA|SU)")
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
FIRST_YEAR, LAST_YEAR = 2000, 2100
CYCLES_YEARS: Final = 19 * 400


def starts_of(rule: str, first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the starts of a rule in order, as wall times without zone; without a rule only the first.

    Args:
        rule: ``FREQ=WEEKLY;BYDAY=FR`` or the like; may be empty.
        first: The first start, wall time.
        zone: The zone of the wall time, for an ``UNTIL`` in UTC.

    Raises:
        ValueError: The rule is not understood or not allowed; says which part and what is.
    """
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise ValueError(f"the year {first.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    if not rule:
        yield first
        return
    parsed = rrulestr(_normalised(rule, zone), dtstart=first.replace(year=first.year + CYCLES_YEARS))
    assert isinstance(parsed, rrule)
    for late in parsed:
        start = late.replace(year=late.year - CYCLES_YEARS)
        if start.year > LAST_YEAR:
            return
        yield start


def _normalised(rule: str, zone: ZoneInfo) -> str:
    parts = dict(_part(text) for text in rule.removeprefix("RRULE:").split(";"))
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"FREQ is {parts.get('FREQ', 'missing')}, allowed: {', '.join(FREQUENCIES)}")
    if "BYSETPOS" in parts and parts["FREQ"] in {"DAILY", "WEEKLY"}:
        raise ValueError("BYSETPOS is allowed with MONTHLY and YEARLY only")
    for name in {"INTERVAL", "COUNT"} & parts.keys():
        if not parts[name].isascii() or not parts[name].isdigit() or int(parts[name]) < 1:
            raise ValueError(f"{name} is {parts[name]}, allowed: 1 or more")
    _require_a_day(parts)
    _require_weekdays(parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], zone)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _part(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if name not in PARTS or not equals or not value or any(sign.isspace() for sign in value):
        raise ValueError(f"{text!r} is not understood, allowed: {', '.join(PARTS)}")
    return name, value


def _require_a_day(parts: dict[str, str]) -> None:
    """Refuse days that no month has."""
    months = [int(text) for text in parts.get("BYMONTH", "1").split(",")]
    days = [int(text) for text in parts.get("BYMONTHDAY", "1").split(",")]
    if not any(1 <= abs(day) <= _longest(month) for month, day in product(months, days)):
        raise ValueError(f"no month {parts.get('BYMONTH', '')} has a day {parts.get('BYMONTHDAY', '')}")


def _require_weekdays(parts: dict[str, str]) -> None:
    """Refuse numbers of weekdays that no month or year has: the library fails on them."""
    most = 53 if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts else 5
    for text in parts.get("BYDAY", "MO").split(","):
        found = _WEEKDAY.fullmatch(text)
        if not found or (found[1] and not 1 <= abs(int(found[1])) <= most):
            raise ValueError(f"BYDAY is {text}, allowed: MO to SU, before it a number up to {most}")


def _longest(month: int) -> int:
    if not 1 <= month <= 12:
        raise ValueError(f"BYMONTH is {month}, allowed: 1 to 12")
    return calendar.monthrange(2024, month)[1]


def _until(text: str, zone: ZoneInfo) -> str:
    if text.endswith("Z"):
        until = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone)
    else:
        until = datetime.strptime(text if "T" in text else f"{text}T235959", "%Y%m%dT%H%M%S")  # noqa: DTZ007
    year = min(until.year, LAST_YEAR + 1) + CYCLES_YEARS  # nothing is wanted after the last year
    return f"{year}{until:%m%dT%H%M%S}"
