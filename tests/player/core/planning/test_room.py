"""What goes first to make room."""

from __future__ import annotations

from msgspec.structs import replace

from player.core.facts import GenerationFacts, StoredBlob, StoreFacts
from player.core.planning.room import evict, made_up, pinned, spare_bytes
from player.core.planning.situation import Situation
from playlists.documents import Blob, Course
from tests.player.core.box import generation
from tests.player.core.test_planner import DAY_MS, NOW_MS, forecast, ladder, occurrence

ALL = 1 << 50


def situation(facts: GenerationFacts, here: dict[str, bool], *done: str) -> Situation:
    store = StoreFacts({sha: StoredBlob(100, whole) for sha, whole in here.items()}, free_bytes=0)
    return Situation(facts, store, NOW_MS, frozenset(done), frozenset(), forecast())


def order(facts: GenerationFacts, here: dict[str, bool], *done: str) -> list[str]:
    """Return all that is here in the order in which it would go."""
    return list(evict(situation(facts, here, *done), frozenset(), ALL))


def offered(*courses: Course, **changes: object) -> GenerationFacts:
    return generation(courses={one.id: one for one in courses}, **{"occurrences": (), **changes})


def test_what_no_document_names_goes_first_then_the_oldest_course() -> None:
    facts = offered(ladder("old", (480, 100)), ladder("new", (480, 100), released="2026-03-01"))
    assert order(facts, {"new480": True, "old480": True, "f": True}) == ["f", "old480", "new480"]


def test_what_has_no_use_of_its_own_goes_before_any_course() -> None:
    newest = ladder("new", (240, 100), (480, 400), released="2026-03-01")
    film = newest.lessons[0].renditions[1]
    listed = replace(film, blob=Blob(sha256="new480", bytes=400, chunk_list="c" * 64))
    newest = replace(
        newest, lessons=(replace(newest.lessons[0], renditions=(newest.lessons[0].renditions[0], listed)),)
    )
    facts = offered(ladder("old", (480, 100)), newest)
    gone = order(facts, {"new240": True, "new480": True, "c" * 64: True, "old480": False})
    assert set(gone[:3]) == {"c" * 64, "new240", "old480"}
    assert gone[3] == "new480"


def test_large_goes_before_small_and_what_sessions_show_stays_longer() -> None:
    large, small = ladder("large", (480, 900)), ladder("small", (480, 100))
    assert order(offered(large, small), {"small480": True, "large480": True}) == ["large480", "small480"]
    shown = offered(large, small, occurrences=(occurrence("1", NOW_MS - 3 * DAY_MS, *["large"] * 12),))
    assert order(shown, {"small480": True, "large480": True}, "1") == ["small480", "large480"]


def test_what_may_still_be_made_up_goes_last() -> None:
    facts = offered(
        ladder("m", (480, 900)), ladder("new", (480, 10), released="2026-03-01"),
        occurrences=(occurrence("1", NOW_MS - 3 * DAY_MS, "m"), occurrence("2", NOW_MS - 9 * DAY_MS, "new")),
    )  # fmt: skip
    assert order(facts, {"m480": True, "new480": True}) == ["new480", "m480"]
    assert order(facts, {"m480": True, "new480": True}, "1") == ["m480", "new480"]
    assert made_up(situation(facts, {"m480": True, "new480": True})) == {"m480"}


def test_what_seems_to_have_been_missed_today_stays_while_the_time_is_not_trusted() -> None:
    hour_ms = DAY_MS // 24
    facts = offered(
        ladder("m", (480, 900)), ladder("n", (480, 900)),
        occurrences=(occurrence("1", NOW_MS - 8 * hour_ms, "m"), occurrence("2", NOW_MS - 2 * DAY_MS, "n")),
    )  # fmt: skip
    here = {"m480": True, "n480": True}
    doubtful = replace(situation(facts, here), trusted=False)
    assert pinned(doubtful, ()) == {"m480"}
    assert pinned(replace(doubtful, done=frozenset({"1"})), ()) == frozenset()
    assert pinned(situation(facts, here), ()) == frozenset()


def test_no_more_goes_than_is_needed_and_nothing_that_is_kept() -> None:
    facts = offered(ladder("old", (480, 100)), ladder("new", (480, 100), released="2026-03-01"))
    here = situation(facts, {"new480": True, "old480": True, "f": True})
    assert evict(here, frozenset({"f"}), 100) == ("old480",)
    assert evict(here, frozenset({"f"}), 101) == ("old480", "new480")
    assert evict(here, frozenset(), 0) == ()
    assert spare_bytes(here, frozenset({"f"})) == 200
