"""Plain choices of repetition and the RFC 5545 rules behind them, both ways. Pure.

``once``, ``weekly``, ``fortnightly`` and ``monthly`` (the n-th or last such weekday of a month). Times are wall
time without zone. Called by the form and the list of sessions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.rrule import rrulestr

CHOICES = (("once", "一次"), ("weekly", "每周"), ("fortnightly", "每两周"), ("monthly", "每月"))
NTHS = ((1, "第一个"), (2, "第二个"), (3, "第三个"), (4, "第四个"), (-1, "最后一个"))
WEEKDAYS = tuple(enumerate(("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")))
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HEADS = {"weekly": "FREQ=WEEKLY", "fortnightly": "FREQ=WEEKLY;INTERVAL=2", "monthly": "FREQ=MONTHLY"}


@dataclass(frozen=True)
class Repetition:
    """How a session repeats; ``nth`` counts only for ``monthly``, ``until`` is the last day or None."""

    kind: str = "once"
    nth: int = 1
    weekday: int = 0
    until: date | None = None


def rule_of(repetition: Repetition) -> str:
    """Return the RRULE of a repetition; empty for once."""
    if repetition.kind == "once":
        return ""
    nth = str(repetition.nth) if repetition.kind == "monthly" else ""
    parts = [_HEADS[repetition.kind], f"BYDAY={nth}{_DAYS[repetition.weekday]}"]
    if repetition.until:
        parts.append(f"UNTIL={repetition.until:%Y%m%d}T235959")
    return ";".join(parts)


def repetition_of(rule: str) -> Repetition | None:
    """Return the plain choice that a rule came from, or None for a rule that is none of them."""
    if not rule:
        return Repetition()
    fields = dict(part.partition("=")[::2] for part in rule.split(";"))
    until = fields.pop("UNTIL", "")
    by_day = fields.pop("BYDAY", "")
    head = ";".join(f"{key}={value}" for key, value in fields.items())
    kind = next((kind for kind, known in _HEADS.items() if known == head), None)
    if kind is None or by_day[-2:] not in _DAYS:
        return None
    number = by_day[:-2]
    if (kind == "monthly" and number not in {"1", "2", "3", "4", "-1"}) or (kind != "monthly" and number):
        return None
    last = datetime.strptime(until[:8], "%Y%m%d").date() if until else None  # noqa: DTZ007
    return Repetition(kind, int(number or 1), _DAYS.index(by_day[-2:]), last)


def in_words(rule: str) -> str:
    """Return a rule as people say it, such as ``每月第二个星期五``."""
    found = repetition_of(rule)
    if found is None:
        return f"按规则 {rule}"
    if found.kind == "once":
        return "一次"
    nth = dict(NTHS)[found.nth] if found.kind == "monthly" else ""
    head = dict(CHOICES)[found.kind]
    end = f"，到{found.until.month}月{found.until.day}日为止" if found.until else ""
    return f"{head}{nth}{WEEKDAYS[found.weekday][1]}{end}"


def first_start(repetition: Repetition, day: date, at: time) -> datetime | None:
    """Return the first start on ``day`` or later, or None when there is none before ``until``."""
    begin = datetime.combine(day, at)
    rule = rule_of(repetition)
    return rrulestr(rule, dtstart=begin).after(begin, inc=True) if rule else begin
