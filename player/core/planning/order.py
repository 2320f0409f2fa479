"""In which order things are fetched: by due time, but never so that a better picture puts readiness at risk.

Going through the errands by due time, the rendition aimed at is fetched at once if, after it, every later errand can
still be made showable even on a bad line: as slow as on the worst day of the week, with the longest outage at the end
(`Forecast.safe_bytes`), and of that only a part, the smaller the more is asked of the line (`_caution`). Where that is
not so, what makes the lesson showable soonest is fetched first and the aim after everything is secured. Then what was
given up, for the line may turn out better. For a session in danger people may ask that nothing else be tried: then
everything due until it comes in the smallest picture first.

Readiness that costs next to nothing is not waited for either: within an errand, lessons that cannot be shown yet come
before a better picture of one that can, and a small film that is nearly here is finished before a better one is begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from ..forecast import Forecast
from .choice import Choice
from .reserve import Reserve
from .wants import DAY_MS, Errand, Need, Option, first_needs, soonest_bytes

BOLDEST: Final = 0.6  # of what a bad line brings, so much is relied on when it is asked for little
SHYEST: Final = 0.25  # … and when it is asked for much
NEARLY_HERE: Final = 0.1  # of what the aim still takes: for so little a small film is finished before it
RELIED_ON: Final = 0.75  # in between: this, divided by what is asked for as a part of what the line brings
Fetch = tuple[Errand, Need, Option]


def in_order(choice: Choice, forecast: Forecast | None, reserve: Reserve, small_first_until_ms: int = 0) -> list[Fetch]:
    """Return what to fetch for what is wanted, each rendition once; nothing that is complete."""
    if forecast is None:
        return _once([(one, need, choice.aim(need)) for one in choice.kept for need in _to_be_shown_first(one.needs)])
    first, later = _secured(choice, forecast, _caution(choice, forecast, reserve), small_first_until_ms)
    last = [(one, need, need.options[0]) for one in choice.given_up for need in one.needs]
    return _once([*first, *later, *last])


def better(choice: Choice, forecast: Forecast, spent_bytes: int, room_bytes: int) -> list[Fetch]:
    """Return what is better than the aims and may arrive in time after all else, so that the line is not idle.

    Args:
        choice: The aims.
        forecast: What the line may bring.
        spent_bytes: What comes before.
        room_bytes: What the store can hold beyond that.
    """
    found: list[Fetch] = []
    for errand, needs in first_needs(choice.kept):
        most = forecast.expected_bytes(errand.due_ms)
        for need in needs:
            above = [one for one in need.options if one.quality > choice.aim(need).quality]
            for option in reversed(above):
                if option.left_bytes <= min(most - spent_bytes, room_bytes):
                    spent_bytes += option.left_bytes
                    room_bytes -= option.left_bytes
                    found.append((errand, need, option))
                    break
    return found


def _secured(
    choice: Choice, forecast: Forecast, caution: float, small_first_until_ms: int
) -> tuple[list[Fetch], list[Fetch]]:
    first: list[Fetch] = []
    later: list[Fetch] = []
    spent = 0
    news = first_needs(choice.kept)
    for (errand, needs), most in zip(news, _most_extra(news, forecast, caution), strict=True):
        for need in _to_be_shown_first(needs):
            soonest, aim = need.options[0], choice.aim(need)
            extra = aim.left_bytes - soonest.left_bytes
            if spent + extra <= most and errand.due_ms > small_first_until_ms:
                spent += extra
                if _is_nearly_here(soonest, aim):
                    first.append((errand, need, soonest))
                first.append((errand, need, aim))
            else:
                first.append((errand, need, soonest))
                later.append((errand, need, aim))
    return first, later


def _is_nearly_here(small: Option, aim: Option) -> bool:
    """Return whether a small film was begun and takes next to nothing beside the better one."""
    begun = 0 < small.left_bytes < small.rendition.blob.bytes
    return begun and small.left_bytes <= NEARLY_HERE * aim.left_bytes


def _to_be_shown_first(needs: Iterable[Need]) -> list[Need]:
    """Return the lessons of an errand, those first of which nothing can be shown yet: all are due at the same time."""
    return sorted(needs, key=lambda need: not need.options[0].left_bytes)


def _most_extra(news: Sequence[tuple[Errand, tuple[Need, ...]]], forecast: Forecast, caution: float) -> list[float]:
    """Return for each errand how many bytes beyond the soonest may be fetched by it and those before it."""
    soonest = [soonest_bytes(needs) for _, needs in news]
    slack = [
        caution * forecast.safe_bytes(errand.due_ms) - before if count else float("inf")
        for (errand, _), count, before in zip(news, soonest, accumulate(soonest), strict=True)
    ]
    return list(accumulate(reversed(slack), min))[::-1]


def _caution(choice: Choice, forecast: Forecast, reserve: Reserve) -> float:
    """Return which part of what a bad line brings may be relied on: the more is asked of the line, the less."""
    week_ms = forecast.now_ms + 7 * DAY_MS
    asked = sum(
        need.options[-1].rendition.blob.bytes
        for errand, needs in first_needs((*choice.kept, *choice.given_up))
        for need in needs
        if errand.due_ms <= week_ms
    )
    brings = forecast.expected_bytes(week_ms)
    return max(SHYEST, min(BOLDEST, RELIED_ON * brings / max(1.0, asked + reserve.most_bytes)))


def _once(row: list[Fetch]) -> list[Fetch]:
    seen = set()
    kept = []
    for errand, need, option in row:
        sha256 = option.rendition.blob.sha256
        if option.left_bytes and sha256 not in seen:
            seen.add(sha256)
            kept.append((errand, need, option))
    return kept
