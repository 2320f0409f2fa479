"""What is to be expected of each coming session: from which films it will be shown, when they are here, how sure it is.

The expectation follows the order in which things are fetched. It promises a little less than the line brings on
average (`PROMISED`). A session is in danger if it would be late on a line that brings clearly less than expected, and
safe only if it would be in time on a much worse one; in between it stays what it was, so that nobody is alarmed by
every hour's weather. What the store has no room for does not come, however good the line is; nor is there anything to
come of a session whose lessons have all been stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from playlists.documents import Rendition
from playlists.occurrences import Occurrence

from ..forecast import Forecast
from ..outlook import Outlook, Risk
from .order import Fetch
from .situation import Situation
from .wants import Errand

PROMISED: Final = 0.85
IN_DANGER: Final = 0.7
SAFE: Final = 0.5


def outlooks(
    situation: Situation,
    sessions: Iterable[tuple[Occurrence, Errand]],
    row: Iterable[Fetch],
    left_out: frozenset[str] = frozenset(),
) -> dict[str, Outlook]:
    """Return what is expected of each coming session, by its id; blobs that are left out have no room."""
    first: dict[tuple[str, str], tuple[int, Rendition]] = {}
    ahead = 0
    for _, need, option in row:
        ahead += option.left_bytes
        first.setdefault(need.key, (ahead, option.rendition))
    return {one.id: _outlook(situation, one, errand, first, left_out) for one, errand in sessions}


def _outlook(
    situation: Situation,
    one: Occurrence,
    errand: Errand,
    first: dict[tuple[str, str], tuple[int, Rendition]],
    left_out: frozenset[str],
) -> Outlook:
    found = [
        first[need.key] if need.options[0].left_bytes and need.key in first else (0, need.options[0].rendition)
        for need in errand.needs
    ]
    courses = situation.generation.courses
    unknown = len(one.missing) + sum(item.course not in courses for item in one.items) + errand.lacking
    ahead = max((count for count, _ in found), default=0)
    films = tuple(film for _, film in found)
    crowded = any(film.blob.sha256 in left_out for film in films)
    if unknown or crowded or (one.items and not films):
        return Outlook(one.id, films, Risk.DANGER, unknown=unknown, ahead_bytes=ahead, crowded=crowded)
    forecast = situation.forecast
    if forecast is None:
        return Outlook(one.id, films, Risk.UNSURE, ahead_bytes=ahead)
    ready_ms = (forecast.when_ms(ahead / PROMISED) or 0) if ahead else forecast.now_ms
    in_time, late = (ready_ms, 0) if ready_ms <= one.starts_ms else (0, ready_ms)
    return Outlook(one.id, films, _risk(forecast, one.starts_ms, ahead), in_time, late_wall_ms=late, ahead_bytes=ahead)


def _risk(forecast: Forecast, starts_ms: int, ahead: int) -> Risk:
    brings = forecast.expected_bytes(starts_ms)
    if ahead > IN_DANGER * brings:
        return Risk.DANGER
    return Risk.SAFE if ahead <= SAFE * brings else Risk.UNSURE
