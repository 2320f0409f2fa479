from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core.facts import GenerationFacts, StoredBlob, StoreFacts
from player.core.forecast import HOURS, Allowance, Forecast, LineHistory
from player.core.outlook import Risk
from player.core.planner import FetchPlan, plan
from player.core.planning.situation import Situation
from playlists.documents import Blob, Course, Lesson, Plan, Policy, Rendition, Sound, Sounds, StopOrder, Subtitles
from playlists.occurrences import Occurrence, OccurrenceItem
from tests.player.core.box import BOX, COURSE, FILMS, NOW_MS, SESSION, generation, granted, store

LISTS = ("01" * 32, "02" * 32, "03" * 32, "04" * 32)
POSTER = "e" * 64
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ROOMY = 8 << 30


def steady(bytes_per_s: float, tried_s: float = 1e9, outage_s: float = 0.0) -> LineHistory:
    """A line that always brought the same, and is well known."""
    return LineHistory((tried_s,) * HOURS, (tried_s * bytes_per_s,) * HOURS, outage_s=outage_s)


def forecast(bytes_per_s: float = 10_000_000, **changes: Any) -> Forecast:
    return Forecast(steady(bytes_per_s), NOW_MS, **changes)


def planned(facts: GenerationFacts, here: StoreFacts, **changes: Any) -> FetchPlan:
    given_: dict[str, Any] = {
        "wall_ms": NOW_MS, "done": frozenset(), "in_use": frozenset(), "forecast": forecast(),
    } | changes  # fmt: skip
    return plan(Situation(facts, here, **given_))


def course(name: str, *films: str, size: int = 1_000, released: str = "2026-01-01", height: int = 480) -> Course:
    lessons = tuple(
        Lesson(
            id=f"l{index}", title=film, duration_ms=60_000,
            renditions=(Rendition(height=height, bits_per_second=1, blob=Blob(sha256=film * 64, bytes=size)),),
        )
        for index, film in enumerate(films)
    )  # fmt: skip
    return Course(
        id=name, number=1, title=name, category=("x",), released=released, provider="x", lessons=lessons
    )  # fmt: skip


def ladder(name: str, *bytes_by_height: tuple[int, int], released: str = "2026-01-01") -> Course:
    """A course of one lesson in several renditions; a film's name is ``<name><height>``."""
    renditions = tuple(
        Rendition(height=height, bits_per_second=1, blob=Blob(sha256=f"{name}{height}", bytes=size))
        for height, size in bytes_by_height
    )
    lesson = Lesson(id="l", title=name, duration_ms=60_000, renditions=renditions)
    return Course(
        id=name, number=1, title=name, category=("x",), released=released, provider="x", lessons=(lesson,)
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
    assert wanted(planned(generation(), store())) == [POSTER, LISTS[1], FILMS[0], LISTS[3], FILMS[1]]


def test_each_blob_says_what_it_is_fetched_for() -> None:
    courses = {"c1": COURSE, "d": course("d", "d"), "new": course("new", "f")}
    plan = Plan(group="g", issued="2026-03-01T00:00", orders=(granted("d"),))
    made = planned(generation(courses=courses, plans=(plan,)), store())
    assert {blob.sha256: blob.purpose for blob in made.wanted} == {
        POSTER: "poster", LISTS[1]: "session", FILMS[0]: "session", LISTS[3]: "session", FILMS[1]: "session",
        "d" * 64: "order", "f" * 64: "stock",
    }  # fmt: skip


def test_what_is_to_be_heard_comes_after_all_that_is_needed_and_stays_though_there_is_no_room() -> None:
    prompt = Sound(duration_ms=3_000, blob=Blob(sha256="5" * 64, bytes=9_000))
    music = Sound(duration_ms=180_000, blob=Blob(sha256="6" * 64, bytes=1_200_000, chunk_list="7" * 64))
    unknown = Sound(duration_ms=3_000, blob=Blob(sha256="8" * 64, bytes=9_000))
    facts = generation(sounds=Sounds(prompts={"counting": prompt, "of-a-later-version": unknown}, music=(music,)))
    heard = ["5" * 64, "7" * 64, "6" * 64]
    made = planned(facts, store())
    assert wanted(made) == [POSTER, LISTS[1], FILMS[0], LISTS[3], FILMS[1], *heard]
    assert purposes(made, "sound") == heard
    full = replace(store(prompt.blob.sha256, music.blob.sha256, *FILMS, "9" * 64), free_bytes=-500)
    assert planned(facts, full).evict == ("9" * 64,)
    assert heard[0] not in planned(facts, replace(full, free_bytes=-(1 << 30))).evict


def test_subtitles_come_with_their_film_and_also_after_it() -> None:
    text = Subtitles(language="zh", blob=Blob(sha256="5" * 64, bytes=10))
    told = replace(COURSE, lessons=(replace(COURSE.lessons[0], subtitles=(text,)), COURSE.lessons[1]))
    facts = generation(courses={"c1": told})
    assert wanted(planned(facts, store()))[:4] == [POSTER, "5" * 64, LISTS[1], FILMS[0]]
    assert "5" * 64 in wanted(planned(facts, store(*FILMS)))


def test_the_earliest_session_comes_first_then_orders_then_new_courses() -> None:
    courses = {"a": course("a", "a"), "b": course("b", "b"), "d": course("d", "d"), "n": course("n", "f")}
    sessions = (occurrence("early", NOW_MS + HOUR_MS, "b"), occurrence("late", NOW_MS + 2 * HOUR_MS, "a"))
    plan = Plan(group="g", issued="2026-03-01T00:00", orders=(granted("d"),))
    facts = generation(courses=courses, occurrences=sessions, plans=(plan,))
    assert wanted(planned(facts, store())) == ["b" * 64, "a" * 64, "d" * 64, "f" * 64]


def purposes(plan: FetchPlan, what: str) -> list[str]:
    return [blob.sha256 for blob in plan.wanted if blob.purpose == what]


def test_what_is_done_over_stopped_or_complete_is_not_fetched_for_a_session() -> None:
    assert purposes(planned(generation(), store(), done=frozenset({SESSION.id})), "session") == []
    over = SESSION.starts_ms + 20 * 60_000
    assert purposes(planned(generation(), store(), wall_ms=over), "session") == []
    stop = StopOrder(id="s", course="c1", lesson="one", issued="2026-03-01T00:00")
    assert FILMS[0] not in wanted(planned(generation(stops=(stop,)), store()))
    assert FILMS[0] not in wanted(planned(generation(), store(FILMS[0])))


def test_with_an_unknown_clock_every_session_that_is_not_done_counts_in_the_best_rendition_that_has_room() -> None:
    assert FILMS[0] in wanted(planned(generation(), store(), wall_ms=None, forecast=None))
    small = replace(store(), free_bytes=20_000_000)
    assert "1" * 64 in wanted(planned(generation(), small, wall_ms=None, forecast=None))


def test_a_session_that_can_be_shown_waits_for_no_better_picture_than_the_line_can_bring_by_then() -> None:
    assert purposes(planned(generation(), store("1" * 64, "3" * 64), forecast=forecast(1_000)), "session") == []
    better = planned(generation(), store("1" * 64, "3" * 64))
    assert set(FILMS) <= set(wanted(better))


def test_the_policy_caps_the_height() -> None:
    plan = Plan(group="g", issued="2026-03-01T00:00", policy=Policy(best_height=480))
    assert wanted(planned(generation(plans=(plan,)), store())) == [POSTER, LISTS[0], "1" * 64, LISTS[2], "3" * 64]


def test_a_small_store_lowers_the_rendition_before_a_film_is_left_out() -> None:
    plan = planned(generation(), replace(store(), free_bytes=20_000_000))
    assert plan.left_out == 0
    assert {"1" * 64, "3" * 64} <= set(wanted(plan))


def test_better_pictures_leave_room_for_a_session_that_is_announced_for_this_evening() -> None:
    courses = {name: ladder(name, (240, 1_000), (720, 10_000)) for name in "abcd"}
    known = tuple(occurrence(name, NOW_MS + 14 * DAY_MS, name) for name in "abc")
    facts = generation(courses={name: courses[name] for name in "abc"}, occurrences=known)
    first = planned(facts, StoreFacts({}, 12_500))
    assert sorted(wanted(first)) == ["a240", "b240", "c240"]  # 720p of one of them would fit
    here = {blob.sha256: StoredBlob(blob.bytes, True) for blob in first.wanted}
    soon = generation(courses=courses, occurrences=(occurrence("d", NOW_MS + HOUR_MS, "d"), *known))
    then = planned(soon, StoreFacts(here, 12_500 - sum(blob.bytes for blob in first.wanted)))
    assert wanted(then)[:1] == ["d240"]
    assert then.outlooks["d"].risk is Risk.SAFE
    assert sorted(wanted(planned(facts, StoreFacts({}, 14_500)))) == ["a720", "b240", "c240"]


def test_an_order_that_was_granted_makes_room_for_a_session() -> None:
    courses = {"s": ladder("s", (240, 1_000), (720, 9_000)), "o": ladder("o", (240, 1_000), (720, 9_000))}
    granted_ = Plan(group="g", issued="2026-03-01T00:00", orders=(granted("o"),))
    facts = generation(courses=courses, plans=(granted_,), occurrences=(occurrence("s", NOW_MS + HOUR_MS, "s"),))
    full = StoreFacts({"o720": StoredBlob(9_000, True)}, free_bytes=500)
    found = planned(facts, full)
    assert (wanted(found), found.evict, found.outlooks["s"].crowded) == (["s240"], ("o720",), False)
    assert planned(facts, replace(full, free_bytes=5_000)).evict == ()
    after = planned(facts, StoreFacts({"s240": StoredBlob(1_000, True)}, free_bytes=8_500))
    assert wanted(after)[:1] == ["o240"]


def test_where_nothing_fits_the_plan_ends_where_the_room_ends() -> None:
    tiny = replace(store(), free_bytes=6_000_000)
    plan = planned(generation(), tiny)
    assert plan.left_out > 0
    assert sum(blob.bytes for blob in plan.wanted) <= tiny.free_bytes


def test_no_room_is_made_before_it_is_needed() -> None:
    blobs = {sha * 64: StoredBlob(1_000, True) for sha in ("a", "f")}
    assert planned(generation(), StoreFacts(blobs, free_bytes=ROOMY)).evict == ()


def test_what_plays_or_is_scheduled_or_ordered_is_never_evicted() -> None:
    blobs = {sha: StoredBlob(30_000_000, True) for sha in (*FILMS, "d" * 64, "f" * 64)}
    plan = Plan(group="g", issued="2026-03-01T00:00", orders=(granted("d"),))
    facts = generation(courses={"c1": COURSE, "d": course("d", "d")}, plans=(plan,))
    full = StoreFacts(blobs, free_bytes=-90_000_000)
    assert planned(facts, full, in_use=frozenset({"f" * 64})).evict == ()
    assert planned(facts, full).evict == ("f" * 64,)


def test_new_courses_come_newest_first_when_line_and_room_have_something_to_spare() -> None:
    courses = {
        name: course(name, name, size=1_000_000, released=f"2026-0{month}-01")
        for name, month in zip("abd", "213", strict=True)
    }
    facts = generation(courses=courses, occurrences=())
    assert purposes(planned(facts, store()), "stock") == ["d" * 64, "a" * 64, "b" * 64]
    assert purposes(planned(facts, replace(store(), free_bytes=2_500_000)), "stock") == ["d" * 64, "a" * 64]
    assert purposes(planned(facts, store(), forecast=forecast(1)), "stock") == []


def test_a_busy_or_metered_line_brings_no_stock() -> None:
    courses = {"c1": COURSE, "a": course("a", "a", size=1_000_000)}
    facts = generation(courses=courses)
    late = replace(facts, occurrences=(replace(SESSION, starts_ms=NOW_MS + 7 * DAY_MS - HOUR_MS),))
    busy = forecast(16)  # a week of it is less than the 10 MB of the session in 240p
    assert purposes(planned(late, store(), forecast=busy), "stock") == []
    metered = forecast(allowance=Allowance(10_500_000, NOW_MS + 20 * DAY_MS, 10_500_000))
    assert purposes(planned(facts, store(), forecast=metered), "stock") == []


def test_a_box_that_belongs_to_no_site_yet_brings_no_stock() -> None:
    facts = generation(courses={"new": course("new", "f")}, occurrences=())
    assert purposes(planned(facts, store()), "stock") == ["f" * 64]
    assert wanted(planned(replace(facts, box=None), store())) == []


def test_stock_that_is_here_stays_and_is_not_fetched_again_and_again() -> None:
    courses = {
        name: course(name, name, size=1_000_000, released=f"2026-0{month}-01")
        for name, month in zip("abd", "123", strict=True)
    }
    facts = generation(courses=courses, occurrences=())
    full = StoreFacts({"a" * 64: StoredBlob(1_000_000, True), "b" * 64: StoredBlob(1_000_000, True)}, 500_000)
    plan = planned(facts, full)
    assert (wanted(plan), plan.evict) == (["d" * 64], ("a" * 64,))
    after = StoreFacts({"d" * 64: StoredBlob(1_000_000, True), "b" * 64: StoredBlob(1_000_000, True)}, 500_000)
    assert (wanted(planned(facts, after)), planned(facts, after).evict) == ([], ())


# --- whatever the situation


HEIGHTS = (240, 360, 480, 720)
SIZES = st.integers(1, 2_000)


@st.composite
def courses(draw: st.DrawFn) -> dict[str, Course]:
    made = {}
    for name in "abcd":
        heights = sorted(draw(st.sets(st.sampled_from(HEIGHTS), min_size=1)))
        sizes = sorted(draw(st.lists(SIZES, min_size=len(heights), max_size=len(heights))))
        made[name] = ladder(name, *zip(heights, sizes, strict=True), released=f"2026-01-0{draw(st.integers(1, 9))}")
    return made


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    known = draw(courses())
    films = {one.blob.sha256: one.blob.bytes for c in known.values() for one in c.lessons[0].renditions} | {"f": 700}
    here = draw(st.dictionaries(st.sampled_from(sorted(films)), st.booleans()))
    blobs = {sha: StoredBlob(films[sha] if whole else films[sha] // 3, whole) for sha, whole in here.items()}
    starts = draw(st.lists(st.tuples(st.integers(-9, 40), st.sampled_from("abcdx")), max_size=8))
    given_ = [occurrence(f"{i}", NOW_MS + hours * 6 * HOUR_MS, name) for i, (hours, name) in enumerate(starts)]
    policy = Policy(best_height=draw(st.sampled_from(HEIGHTS)))
    orders = tuple(granted(name) for name in draw(st.sets(st.sampled_from("abcd"), max_size=2)))
    plan = Plan(group="g", issued="2026-03-01T00:00", policy=policy, orders=orders)
    rate = draw(st.sampled_from([0.0, 0.001, 0.01, 1.0]))
    line = Forecast(steady(rate, outage_s=draw(st.sampled_from([0.0, 40_000.0]))), NOW_MS) if rate else None
    ordered = tuple(sorted(given_, key=lambda one: one.starts_ms))
    return Situation(
        generation=generation(courses=known, occurrences=ordered, plans=(plan,)),
        store=StoreFacts(blobs, draw(st.integers(-500, 6_000))),
        wall_ms=NOW_MS if line else None,
        done=frozenset(draw(st.sets(st.sampled_from("01234567"), max_size=2))),
        in_use=frozenset(draw(st.sets(st.sampled_from(sorted(films)), max_size=2))),
        forecast=line,
    )  # fmt: skip


@given(situations())
def test_a_plan_keeps_within_the_room_and_within_policy_and_wants_each_blob_once(situation: Situation) -> None:
    made = plan(situation)
    blobs, room = situation.store.blobs, situation.store.free_bytes
    left = sum(situation.left_bytes(blob) for blob in made.wanted)
    assert left <= max(0, room + sum(blobs[sha].bytes_here for sha in made.evict))
    assert len(set(wanted(made))) == len(made.wanted)
    assert not any(situation.is_complete(sha) for sha in wanted(made))
    heights = {
        one.blob.sha256: one.height for c in situation.generation.courses.values() for one in c.lessons[0].renditions
    }
    assert all(heights[sha] <= situation.generation.policy.best_height for sha in wanted(made))


@given(situations())
def test_a_plan_evicts_nothing_that_is_in_use_or_wanted_or_the_best_that_a_session_or_an_order_has(
    situation: Situation,
) -> None:
    gone = set(plan(situation).evict)
    assert not gone & (situation.in_use | set(wanted(plan(situation))))
    ahead = {
        item.course
        for one in situation.generation.occurrences
        if one.id not in situation.done and (situation.wall_ms is None or one.starts_ms + one.duration_ms > NOW_MS)
        for item in one.items
    } | {order.course for order in situation.generation.orders}
    for name in ahead & situation.generation.courses.keys():
        renditions = situation.generation.courses[name].lessons[0].renditions
        here = [one for one in renditions if situation.is_complete(one.blob.sha256)]
        assert not here or here[-1].blob.sha256 not in gone


@given(situations())
def test_the_same_situation_gives_the_same_plan(situation: Situation) -> None:
    assert plan(situation) == plan(situation)


@given(situations())
def test_every_coming_session_has_an_outlook_and_no_other(situation: Situation) -> None:
    ahead = {
        one.id
        for one in situation.generation.occurrences
        if one.id not in situation.done and (situation.wall_ms is None or one.starts_ms + one.duration_ms > NOW_MS)
    }
    assert set(plan(situation).outlooks) == ahead


def test_an_order_of_another_box_is_none_of_ours() -> None:
    other = replace(granted("d"), box="c0c0")
    assert other.box != BOX
    plan = Plan(group="g", issued="2026-03-01T00:00", orders=(other,))
    facts = generation(courses={"d": course("d", "d", size=1_000_000)}, occurrences=(), plans=(plan,))
    assert purposes(planned(facts, store(), forecast=forecast(1)), "order") == []
