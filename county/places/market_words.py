"""Market days as people write them (农历逢三六九；每 6 天 2026-03-06), and back. Pure.

Several rules are parted by ``；``. Digits may be Chinese; what a day of the month ends in is one digit. Called by
`county.places.markets`.
"""

from __future__ import annotations

import re
from datetime import date

from county.errors import Refused
from playlists.documents import MarketDays

EXAMPLES = "例如：农历 3 6 9；公历 1 6；星期六；每 6 天 2026-03-06（从这一天数起，逢龙街等按属相的填每 12 天）"
MOST_RULES = 5
_DIGITS = {word: figure for figure, words in enumerate(("零〇十", *"一二三四五六七八九")) for word in words}
_FARMERS, _COMMON, _WEEK = ("农历", "旧历", "阴历"), ("公历", "阳历", "新历"), ("星期", "周", "礼拜")
_FIGURE, _BETWEEN, _SUNDAY, _EVERY, _DAY = "一二三四五六七八九十零〇", "逢初和，、", "日天", "每", "天"
_MONTHLY = re.compile(rf"({'|'.join(_FARMERS + _COMMON)})([\s\d,{_FIGURE}{_BETWEEN}]+)")
_WEEKLY = re.compile(rf"{_EVERY}?(?:{'|'.join(_WEEK)})([\s1-7,{_FIGURE[:6]}{_SUNDAY}{_BETWEEN}]+)")
_COUNTED = re.compile(rf"{_EVERY}?\s*(\d{{1,2}}|[{_FIGURE}])\s*{_DAY}\D*?(\d{{4}}-\d{{1,2}}-\d{{1,2}})\D*")
_WEEKDAYS = "一二三四五六日"


def read_market_days(words: str) -> tuple[MarketDays, ...]:
    """Return the rules that were typed; none for nothing.

    Raises:
        Refused: A rule is not understood; the message names it.
    """
    ends = str.maketrans(dict.fromkeys((";", "。", "\n"), "；"))
    parts = [part.strip() for part in words.translate(ends).split("；") if part.strip()]
    if len(parts) > MOST_RULES:
        raise Refused(f"赶集日最多 {MOST_RULES} 条")
    return tuple(_rule(part) for part in parts)


def market_words(rules: tuple[MarketDays, ...]) -> str:
    """Return rules in words that `read_market_days` reads."""
    return "；".join(_words(one) for one in rules)


def _rule(part: str) -> MarketDays:
    if match := _MONTHLY.fullmatch(part):
        days = _figures(match[2])
        if days is not None:
            return MarketDays(calendar="farmers" if match[1] in _FARMERS else "common", days=days)
    if match := _WEEKLY.fullmatch(part):
        days = _figures(match[1].replace("日", "七").replace("天", "七"))
        if days is not None:
            return MarketDays(calendar="week", days=days)
    if match := _COUNTED.fullmatch(part):
        every, first = 10 if match[1] == "十" else int(_DIGITS.get(match[1], match[1])), _day(match[2])
        if first is not None and 2 <= every <= 60:
            return MarketDays(calendar="count", days=(every,), first=first.isoformat())
    raise Refused(f"看不懂赶集日“{part}”。{EXAMPLES}")


def _figures(text: str) -> tuple[int, ...] | None:
    """Return the figures of a list, each once, in order; None if there is none, or one of several digits."""
    parts = re.findall(rf"\d+|[{_FIGURE}]", text)
    if not parts or any(len(part) > 1 and part != "10" for part in parts):
        return None
    return tuple(sorted({int(part) % 10 if part.isdigit() else _DIGITS[part] for part in parts}))


def _day(text: str) -> date | None:
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        return None


def _words(rule: MarketDays) -> str:
    if rule.calendar == "count":
        return f"每 {rule.days[0]} 天 {rule.first}"
    if rule.calendar == "week":
        return "星期" + "、".join(_WEEKDAYS[day - 1] for day in rule.days)
    return ("农历 " if rule.calendar == "farmers" else "公历 ") + " ".join(map(str, rule.days))
