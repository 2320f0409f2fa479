"""What is expected of a session: how much is here, when all of it is, how sure that is."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from player.core.facts import StoredBlob, StoreFacts
from player.core.forecast import Forecast
from player.core.outlook import Outlook, Risk
from player.core.planner import plan
from player.core.planning.situation import Situation
from playlists.documents import Plan, Policy, StopOrder
from tests.player.core.box import generation, store
from tests.player.core.test_planner import DAY_MS, HOUR_MS, NOW_MS, ROOMY, forecast, ladder, occurrence

COURSES = {"a": ladder("a", (240, 36_000), (720, 360_000)), "b": ladder("b", (240, 36_000))}


def outlook(
    bytes_per_s: float, *courses: str, here: StoreFacts | None = None, hours: float = 1, **changes: Any
) -> Outlook:
    facts = generation(
        courses=COURSES, occurrences=(occurrence("s", NOW_MS + int(hours * HOUR_MS), *(courses or "a")),), **changes
    )
    situation = Situation(facts, here or store(), NOW_MS, frozenset(), frozenset(), forecast(bytes_per_s))
    return plan(situation).outlooks["s"]


def test_it_names_the_films_and_when_they_are_expected() -> None:
    found = outlook(1_000)
    assert (found.height, found.risk, found.unknown) == (720, Risk.SAFE, 0)
    assert NOW_MS + 400_000 < found.ready_wall_ms < NOW_MS + 500_000
    assert [film.blob.sha256 for film in found.films] == ["a720"]


def test_a_slow_line_lowers_the_rendition_and_says_so_by_its_height() -> None:
    assert outlook(30).height == 240


def test_it_is_in_danger_when_a_line_somewhat_worse_than_expected_would_be_late() -> None:
    risks = {rate: outlook(rate, "b").risk for rate in (12.0, 16.0, 25.0)}
    assert risks == {12.0: Risk.DANGER, 16.0: Risk.UNSURE, 25.0: Risk.SAFE}
    assert outlook(5).ready_wall_ms == 0


def test_what_has_no_document_or_no_rendition_within_policy_is_in_danger_whatever_the_line_brings() -> None:
    assert (outlook(1e6, "a", "x").unknown, outlook(1e6, "a", "x").risk) == (1, Risk.DANGER)
    low = Plan(group="g", issued="2026-03-01T00:00", policy=Policy(best_height=144))
    assert (outlook(1e6, plans=(low,)).unknown, outlook(1e6, plans=(low,)).risk) == (1, Risk.DANGER)


def test_a_session_whose_lessons_have_all_been_stopped_is_in_danger_and_not_expected_at_any_hour() -> None:
    stops = Plan(group="g", issued="2026-03-01T00:00", stops=(StopOrder(id="s", course="b", reason="r", issued=""),))
    found = outlook(1e6, "b", plans=(stops,))
    assert (found.films, found.risk, found.ready_wall_ms) == ((), Risk.DANGER, 0)
    assert outlook(1e6, "a", "b", plans=(stops,)).risk is Risk.SAFE


def test_what_the_store_has_no_room_for_is_in_danger_whatever_the_line_brings() -> None:
    found = outlook(1e6, "b", here=replace(store(), free_bytes=30_000))
    assert (found.crowded, found.risk, found.ready_wall_ms, found.late_wall_ms) == (True, Risk.DANGER, 0, 0)
    found = outlook(1e6, "b", here=replace(store(), free_bytes=40_000))
    assert (found.crowded, found.risk) == (False, Risk.SAFE)


def test_what_comes_before_it_counts() -> None:
    facts = generation(
        courses=COURSES,
        occurrences=(occurrence("s", NOW_MS + HOUR_MS, "b"), occurrence("t", NOW_MS + 2 * HOUR_MS, "a")),
    )
    made = plan(Situation(facts, store(), NOW_MS, frozenset(), frozenset(), forecast(15))).outlooks
    assert 0 < made["s"].ready_wall_ms < made["t"].ready_wall_ms


def test_percent_and_readiness_are_those_of_the_store_as_it_is_now() -> None:
    found = outlook(1_000)
    assert found.percent(StoreFacts({"a720": StoredBlob(90_000, False)}, ROOMY)) == 25
    assert found.percent(StoreFacts({"a720": StoredBlob(360_000, False)}, ROOMY)) == 99
    whole = StoreFacts({"a720": StoredBlob(360_000, True)}, ROOMY)
    assert (found.percent(whole), found.is_ready(whole)) == (100, True)
    assert not outlook(1_000, "a", "x").is_ready(whole)
    assert not Outlook("nothing", (), Risk.DANGER).is_ready(whole)


def test_what_is_here_is_what_will_be_shown_though_a_better_one_is_on_its_way() -> None:
    found = outlook(1_000, here=StoreFacts({"a240": StoredBlob(36_000, True)}, ROOMY))
    assert (found.height, found.ready_wall_ms, found.risk) == (240, NOW_MS, Risk.SAFE)


def test_while_the_clock_is_unknown_nobody_can_say_when() -> None:
    facts = generation(courses=COURSES, occurrences=(occurrence("s", NOW_MS + HOUR_MS, "a"),))
    found = plan(Situation(facts, store(), None, frozenset(), frozenset(), None)).outlooks["s"]
    assert (found.ready_wall_ms, found.height, found.risk) == (0, 720, Risk.UNSURE)
    nothing = generation(courses={}, occurrences=facts.occurrences)
    found = plan(Situation(nothing, store(), None, frozenset(), frozenset(), None)).outlooks["s"]
    assert (found.unknown, found.risk) == (1, Risk.DANGER)


def test_without_a_line_every_session_that_is_not_here_is_in_danger() -> None:
    facts = generation(courses=COURSES, occurrences=(occurrence("s", NOW_MS + 30 * DAY_MS, "a"),))
    none = Forecast(None, NOW_MS)
    assert plan(Situation(facts, store(), NOW_MS, frozenset(), frozenset(), none)).outlooks["s"].risk is Risk.DANGER
    here = StoreFacts({"a240": StoredBlob(36_000, True)}, ROOMY)
    assert plan(Situation(facts, here, NOW_MS, frozenset(), frozenset(), none)).outlooks["s"].risk is Risk.SAFE
