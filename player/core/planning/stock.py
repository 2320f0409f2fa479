"""What to do with line time that is left: the newest courses come to stay, though nobody planned or ordered them.

Newest first, as long as what they take fits beside all that is wanted; what is here counts, so the same courses stay
and nothing is fetched, evicted and fetched again. A lesson comes in the best rendition that is not more than its fair
share of line and room. Nothing is fetched while a busy or metered line has nothing to spare, nor for a box that
belongs to no site yet: windows and caps come with its plans, so nobody has said what its line may be used for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from playlists.documents import Course, Lesson

from .. import lessons
from .room import newest_first
from .situation import Situation
from .wants import Option, options_of

NEWEST: Final = 60  # courses that are looked at
FAIR_SHARE: Final = 20  # so many lessons share what is to spare
MOST: Final = 20  # lessons asked for at a time; the next plan asks for more


class Stock(msgspec.Struct, frozen=True):
    """``fetches`` come last of all; ``kept`` are films that are here and stay."""

    fetches: tuple[tuple[Course, Lesson, Option], ...] = ()
    kept: frozenset[str] = frozenset()


def stock(situation: Situation, needed: frozenset[str], line_bytes: float, room_bytes: int) -> Stock:
    """Return what to fetch beyond what is wanted.

    Args:
        situation: What there is.
        needed: Courses that sessions and orders see to.
        line_bytes: What the line may bring within a week beyond all that is wanted.
        room_bytes: What the store can hold beyond that, what may be evicted included.
    """
    fetches: list[tuple[Course, Lesson, Option]] = []
    kept = set[str]()
    line_bytes = line_bytes if situation.generation.box else 0
    share = min(line_bytes, room_bytes) / FAIR_SHARE
    for course, lesson, options in _newest(situation, needed):
        option = _chosen(options, share)
        room_bytes -= option.rendition.blob.bytes
        line_bytes -= option.left_bytes
        if room_bytes < 0 or line_bytes < 0 or len(fetches) == MOST:
            break
        if option.left_bytes:
            fetches.append((course, lesson, option))
        else:
            kept.add(option.rendition.blob.sha256)
    return Stock(tuple(fetches), frozenset(kept))


def _chosen(options: tuple[Option, ...], share: float) -> Option:
    """Return what is here, or the best that is no more than its share, or the smallest."""
    if not options[0].left_bytes:
        return options[0]
    return next((one for one in reversed(options) if one.left_bytes <= share), options[0])


def _newest(situation: Situation, needed: frozenset[str]) -> Iterator[tuple[Course, Lesson, tuple[Option, ...]]]:
    generation, best_height = situation.generation, situation.best_height
    for course in newest_first(generation)[:NEWEST]:
        for lesson in course.lessons if course.id not in needed | situation.unwanted else ():
            options = options_of(situation.store, lesson, best_height)
            if options and not lessons.stop_order(generation, course.id, lesson.id):
                yield course, lesson, options
