"""The solver's optimum against every choice there is, tried one by one."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from bench.prefetch.optimum import optimum
from bench.prefetch.villages import MONDAY_MS, SLOT_MS, Announced, Village
from player.core.planning.wants import quality_of
from playlists.documents import Blob, Course, Lesson, Rendition
from playlists.occurrences import Occurrence

MEGABYTE = 1_000_000
SLOTS = 40


def session(name: str, known: int, starts: int, *lessons: tuple[tuple[int, int], ...]) -> Announced:
    """A session of lessons, each with its renditions as (height, megabytes); times in slots."""
    films = tuple(_lesson(f"{name}{at}", at + 1, renditions) for at, renditions in enumerate(lessons))
    course = Course(id=name, number=1, title="", category=(), provider="", released="2026-03-01", lessons=films)
    occurrence = Occurrence(
        id=name, session=name, group="g", title="", playlist="p", form="video", starts_ms=at_slot(starts),
        local_start="", gather_minutes=0, expected=0, items=(), duration_ms=sum(one.duration_ms for one in films),
    )  # fmt: skip
    return Announced(occurrence, course, at_slot(known))


def _lesson(name: str, minutes: int, ladder: tuple[tuple[int, int], ...]) -> Lesson:
    films = tuple(
        Rendition(height=height, bits_per_second=1, blob=Blob(sha256=f"{name}-{height}", bytes=size * MEGABYTE))
        for height, size in ladder
    )
    return Lesson(id=name, title="", duration_ms=minutes * 60_000, renditions=films)


def at_slot(slot: int) -> int:
    return MONDAY_MS + slot * SLOT_MS


def village(slots: list[int], *sessions: Announced) -> Village:
    carries = tuple(float(one * MEGABYTE) for one in slots)
    return Village(carries, sessions, MONDAY_MS, at_slot(len(slots)))


def can_be_carried_out(place: Village, chosen: list[tuple[Announced, int]]) -> bool:
    """Fetch slot by slot, what is due first first: if that is late, everything is."""
    left = {one.occurrence.id: size for one, size in chosen}
    by_due = sorted((one for one, _ in chosen), key=lambda one: one.occurrence.starts_ms)
    for slot, carries in enumerate(place.slots):
        if any(left[one.occurrence.id] > 0 for one in by_due if one.occurrence.starts_ms <= at_slot(slot)):
            return False
        room = carries
        for one in by_due:
            if one.known_ms <= at_slot(slot):
                piece = min(room, left[one.occurrence.id])
                left[one.occurrence.id] -= piece
                room -= piece
    return not any(left.values())


def by_trying_all(place: Village) -> tuple[int, float]:
    """Return the most sessions that can be ready, and their quality at best."""
    choices = [
        [None, *product(*(range(len(lesson.renditions)) for lesson in one.course.lessons))] for one in place.sessions
    ]
    best = (0, 0.0)
    for choice in product(*choices):
        quality, chosen = 0.0, []
        for one, films in zip(place.sessions, choice, strict=True):
            if films is not None:
                taken = [lesson.renditions[at] for lesson, at in zip(one.course.lessons, films, strict=True)]
                chosen.append((one, sum(film.blob.bytes for film in taken)))
                for lesson, film in zip(one.course.lessons, taken, strict=True):
                    quality += quality_of(film.height) * lesson.duration_ms / one.occurrence.duration_ms
        if (len(chosen), quality) > best and can_be_carried_out(place, chosen):
            best = len(chosen), quality
    return best


def test_readiness_comes_before_quality() -> None:
    place = village([1] * 10, session("a", 0, 10, ((240, 5), (720, 10))), session("b", 0, 10, ((240, 5), (720, 10))))
    best = optimum(place)
    assert (best.ready, best.quality, best.proven) == (2, pytest.approx(1.1), True)


def test_nothing_comes_before_it_is_announced_nor_after_its_start() -> None:
    late = session("a", 6, 10, ((240, 4), (480, 5)))
    assert optimum(village([1] * 20, late)).quality == pytest.approx(0.55)
    assert optimum(village([1] * 6 + [0] * 14, late)).ready == 0


def test_no_sessions_are_no_mistake() -> None:
    assert optimum(village([1] * 5)).sessions == 0


@pytest.mark.parametrize("seed", range(30))
def test_it_is_what_trying_all_choices_gives(seed: int) -> None:
    rng = Random(seed)
    sessions = []
    for at in range(rng.randint(1, 4)):
        known = rng.randrange(SLOTS - 5)
        starts = rng.randint(known + 1, SLOTS - 1)
        ladder = lambda: tuple(zip((240, 480, 720), sorted(rng.sample(range(1, 25), 3)), strict=True))  # noqa: E731
        sessions.append(session(f"s{at}", known, starts, *(ladder() for _ in range(rng.randint(1, 2)))))
    place = village([rng.choice((0, 1, 1, 2)) for _ in range(SLOTS)], *sessions)
    best = optimum(place, gap=0.0)
    assert best.proven
    assert (best.ready, pytest.approx(best.quality, abs=1e-5)) == by_trying_all(place)
