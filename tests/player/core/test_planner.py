from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core import planner
from player.core.facts import GenerationFacts, StoredBlob, StoreFacts
from player.core.planner import FetchPlan
from playlists.documents import Blob, Course, Lesson, Plan, Policy, Rendition, StopOrder
from playlists.occurrences import Occurrence, OccurrenceItem
from tests.player.core.box import COURSE, FILMS, NOW_MS, SESSION, generation, granted, store

LISTS = ("01" * 32, "02" * 32, "03" * 32, "04" * 32)
POSTER = "e" * 64


def planned(facts: GenerationFacts, here: StoreFacts, **changes: Any) -> FetchPlan:
    given_: dict[str, Any] = {
        "wall_ms": NOW_MS, "done": frozenset(), "in_use": frozenset(),
    } | changes  # fmt: skip
    return planner.plan(facts, here, **given_)


def course(name: str, *films: str, size: int = 1_000, released: str = "2026-01-01") -> Course:
    lessons = tuple(
        Lesson(
            id=f"l{index}", title=film, duration_ms=60_000,
            renditions=(Rendition(height=480, bits_per_second=1, blob=Blob(sha256=film * 64, bytes=size)),),
        )
        for index, film in enumerate(films)
    )  # fmt: skip
    return Course(
        id=name, number=1, title=name, category=("x",), released=released, provider="x", lessons=lessons
    )  # fmt: skip


def occurrence(name: str, starts_ms: int, *courses: str) -> Occurrence:
    items = tuple(OccurrenceItem(course=one, title=one, lessons=(), duration_ms=60_000) for one in courses)
    return Occurrence(
        id=name, session="s", group="g", title="t", playlist="p", form="video", starts_ms=starts_ms, local_start="",
        gather_minutes=5, expected=0, items=items, duration_ms=60_000,
    )  # fmt: skip


def wanted(plan: FetchPlan) -> list[str]:
    return [blob.sha256 for blob in plan.wanted]


def test_poster_and_chunk_lists_come_before_the_films_and_films_in_the_order_of_the_session() -> None:
    plan = planned(generation(), store())
    assert wanted(plan) == [POSTER, LISTS[1], FILMS[0], LISTS[3], FILMS[1]]
    assert plan.height == 720


def test_the_earliest_session_comes_first_then_orders_then_posters_of_the_catalogue() -> None:
    courses = {"c1": COURSE, "a": course("a", "a"), "b": course("b", "b"), "d": course("d", "d")}
    sessions = (occurrence("early", NOW_MS + 1_000, "b"), occurrence("late", NOW_MS + 9_000, "a"))
    plan = Plan(group="g", issued="2026-03-01T00:00", orders=(granted("d"),))
    facts = generation(courses=courses, occurrences=sessions, plans=(plan,))
    assert wanted(planned(facts, store())) == ["b" * 64, "a" * 64, "d" * 64, POSTER]


def test_what_is_done_over_stopped_or_complete_is_not_wanted() -> None:
    assert wanted(planned(generation(), store(), done=frozenset({SESSION.id}))) == [POSTER]
    assert wanted(planned(generation(), store(), wall_ms=SESSION.starts_ms + 20 * 60_000)) == [POSTER]
    stop = StopOrder(id="s", course="c1", lesson="one", issued="2026-03-01T00:00")
    assert FILMS[0] not in wanted(planned(generation(stops=(stop,)), store()))
    assert FILMS[0] not in wanted(planned(generation(), store(FILMS[0])))


def test_with_an_unknown_clock_every_session_that_is_not_done_counts() -> None:
    assert FILMS[0] in wanted(planned(generation(), store(), wall_ms=None))


def test_a_lower_rendition_that_is_complete_is_good_enough() -> None:
    assert FILMS[0] not in wanted(planned(generation(), store("1" * 64)))


def test_the_policy_caps_the_height() -> None:
    plan = Plan(group="g", issued="2026-03-01T00:00", policy=Policy(best_height=480))
    assert planned(generation(plans=(plan,)), store()).height == 240


def test_a_small_store_lowers_the_rendition_of_all_before_a_film_is_left_out() -> None:
    small = replace(store(), free_bytes=20_000_000)
    plan = planned(generation(), small)
    assert (plan.height, plan.left_out) == (240, 0)
    assert "1" * 64 in wanted(plan)


def test_where_nothing_fits_the_plan_ends_where_the_room_ends() -> None:
    tiny = replace(store(), free_bytes=6_000_000)
    plan = planned(generation(), tiny)
    assert plan.left_out > 0
    assert sum(blob.bytes for blob in plan.wanted) <= tiny.free_bytes


def test_room_is_made_by_what_nobody_names_first_and_then_by_what_is_oldest() -> None:
    courses = {"c1": COURSE, "old": course("old", "a"), "new": course("new", "b", released="2026-03-03")}
    blobs = {sha * 64: StoredBlob(30_000_000, True) for sha in ("a", "b", "f")}
    here = StoreFacts(blobs, free_bytes=10_000_000)
    plan = planned(generation(courses=courses), here)
    assert plan.evict == ("f" * 64, "a" * 64)


def test_what_plays_or_is_scheduled_or_ordered_is_never_evicted() -> None:
    blobs = {sha: StoredBlob(30_000_000, True) for sha in (*FILMS, "f" * 64)}
    here = StoreFacts(blobs, free_bytes=0)
    assert planned(generation(), here, in_use=frozenset({"f" * 64})).evict == ()


def test_readiness_is_told_in_bytes_and_percent_and_is_whole_only_when_all_is_here() -> None:
    half = planner.readiness(generation(), store(b2=15_000_000), SESSION, 720)
    assert (half.here_bytes, half.needed_bytes, half.percent, half.ready) == (15_000_000, 60_000_000, 25, False)
    whole = planner.readiness(generation(), store(*FILMS), SESSION, 720)
    assert (whole.percent, whole.ready) == (100, True)
    assert not planner.readiness(generation(courses={}), store(*FILMS), SESSION, 720).ready


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50)), max_size=8),
    st.dictionaries(st.sampled_from("abcdf"), st.booleans(), max_size=5),
    st.integers(0, 6_000),
)
def test_a_plan_keeps_within_the_room_and_never_wants_what_it_evicts(
    sessions: list[tuple[str, int]], here: dict[str, bool], free: int
) -> None:
    courses = {name: course(name, name) for name in "abcd"}
    given_ = tuple(occurrence(f"{i}", NOW_MS + at * 1_000, name) for i, (name, at) in enumerate(sessions))
    blobs = {name * 64: StoredBlob(1_000 if whole else 400, whole) for name, whole in here.items()}
    facts = generation(courses=courses, occurrences=tuple(sorted(given_, key=lambda one: one.starts_ms)))
    plan = planned(facts, StoreFacts(blobs, free))
    evicted = set(plan.evict)
    assert not evicted & {name * 64 for name, _ in sessions}
    left = sum(blob.bytes - (blobs[blob.sha256].bytes_here if blob.sha256 in blobs else 0) for blob in plan.wanted)
    gained = sum(blobs[sha].bytes_here for sha in evicted)
    assert left <= free + gained
    assert len(set(wanted(plan))) == len(plan.wanted)
