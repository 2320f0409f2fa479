"""Recurrence rules (RFC 5545, section 3.3.10) in wall time, with bounds.

A session happens at most once a day, so rules by the hour and below are refused, and so is what could run
for ever without a result. ``UNTIL`` may be a date (that day included), wall time, or UTC as the standard
asks. Starts that a month does not have (the 31st, 29 February) are skipped, as the standard says. Caller:
`playlists.calendar`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
FIRST_YEAR, LAST_YEAR = 2000, 2100


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
    parsed = rrulestr(_normalised(rule, zone), dtstart=first)
    assert isinstance(parsed, rrule)
    for start in parsed:
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
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], zone)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _part(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if name not in PARTS or not equals or not value or any(sign.isspace() for sign in value):
        raise ValueError(f"{text!r} is not understood, allowed: {', '.join(PARTS)}")
    return name, value


def _require_a_day(parts: dict[str, str]) -> None:
    """Refuse days that no month has: the library would look for them until the year 9999."""
    months = [int(text) for text in parts.get("BYMONTH", "1").split(",")]
    days = [int(text) for text in parts.get("BYMONTHDAY", "1").split(",")]
    if not any(1 <= abs(day) <= _longest(month) for month, day in product(months, days)):
        raise ValueError(f"no month {parts.get('BYMONTH', '')} has a day {parts.get('BYMONTHDAY', '')}")


def _longest(month: int) -> int:
    if not 1 <= month <= 12:
        raise ValueError(f"BYMONTH is {month}, allowed: 1 to 12")
    return calendar.monthrange(2024, month)[1]


def _until(text: str, zone: ZoneInfo) -> str:
    if text.endswith("Z"):
        moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return moment.astimezone(zone).strftime("%Y%m%dT%H%M%S")
    return text if "T" in text else f"{text}T235959"
