"""The county is told once that a session may not be ready, and once that the danger is over."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from player.core.events import WokeUp
from player.core.facts import JournalFacts, StoreFacts
from player.core.forecast import LineHistory
from player.core.readiness import WARNED_MS, in_danger
from player.core.worker_effects import RunFetch
from player.core.worker_events import FetchFinished, FetchProgressed, SyncFinished
from playlists.documents import Plan, Window
from playlists.entries import Readiness
from tests.player.core.box import NOW_MS, SESSION, TestBox, generation, store
from tests.player.core.test_planner import steady

HOUR_MS = 3_600_000
SLOW, UNSURE, FAST = 40.0, 65.0, 1_000.0  # bytes a second: 10 MB in 48 hours are 58


def session_in(milliseconds: int, **changes: Any) -> Any:
    return generation(occurrences=(replace(SESSION, starts_ms=NOW_MS + milliseconds),), **changes)


def box_with(bytes_per_s: float, milliseconds: int = WARNED_MS, **changes: Any) -> TestBox:
    here = replace(store(), line=steady(bytes_per_s))
    return TestBox().start(**({"store": here, "generation": session_in(milliseconds)} | changes))


def hour_passes(box: TestBox, bytes_per_s: float) -> None:
    """The worker ends with what it has seen of the line, and the plan is made again."""
    line: LineHistory = steady(bytes_per_s)
    box.wait(HOUR_MS, FetchFinished(box.last(RunFetch).id, error="its time is over", line=line))
    box.wait(HOUR_MS, WokeUp())


def told(box: TestBox) -> list[bool]:
    return [entry.in_danger for entry in box.bodies(Readiness)]


def test_a_session_in_danger_is_told_once_with_what_is_expected_of_it() -> None:
    box = box_with(SLOW)
    [entry] = box.bodies(Readiness)
    assert (entry.session, entry.percent, entry.height, entry.ready_wall_ms) == (SESSION.id, 0, 240, 0)
    assert in_danger(box.world, box.world.generation.occurrences[0])  # type: ignore[union-attr]
    hour_passes(box, SLOW)
    assert told(box) == [True]


def test_one_that_lies_more_than_two_days_ahead_is_told_when_they_have_begun() -> None:
    box = box_with(SLOW, WARNED_MS + HOUR_MS)
    assert told(box) == []
    hour_passes(box, SLOW)
    assert told(box) == [True]


def test_between_danger_and_safety_nothing_is_said() -> None:
    box = box_with(UNSURE * 1.3)
    assert told(box) == []
    hour_passes(box, SLOW)
    assert told(box) == [True]
    hour_passes(box, UNSURE * 1.3)
    assert told(box) == [True]
    hour_passes(box, FAST)
    assert told(box) == [True, False]
    hour_passes(box, SLOW)
    assert told(box) == [True, False, True]


def test_when_all_of_it_has_come_the_danger_is_over() -> None:
    box = box_with(SLOW)
    fetch = box.last(RunFetch)
    for blob in fetch.blobs:
        box.take(FetchProgressed(fetch.id, blob.sha256, blob.bytes, True, 8 << 30))
    box.take(FetchFinished(fetch.id))
    assert told(box) == [True, False]
    assert box.bodies(Readiness)[-1].percent == 100
    assert not box.world.endangered


def test_a_session_that_was_taken_out_is_not_spoken_of_again() -> None:
    box = box_with(SLOW)
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=()), checked=True))
    assert told(box) == [True]
    assert not box.world.endangered


def test_what_was_told_before_a_restart_is_not_told_again() -> None:
    facts = JournalFacts(head=0, acknowledged=0, endangered=frozenset({SESSION.id}))
    here = replace(store(), line=steady(SLOW))
    box = TestBox().start(facts, store=here, generation=session_in(WARNED_MS))
    assert told(box) == []
    hour_passes(box, FAST)
    assert told(box) == [False]


def test_a_box_that_does_not_know_the_time_tells_nothing_and_forgets_nothing() -> None:
    facts = JournalFacts(head=0, acknowledged=0, endangered=frozenset({SESSION.id}))
    here = replace(store(), line=steady(SLOW))
    box = TestBox(trust="unknown").start(facts, store=here, generation=session_in(WARNED_MS))
    assert told(box) == []
    assert box.world.endangered == {SESSION.id}


def test_outside_its_windows_a_box_tells_as_well() -> None:
    night = Plan(group="g", issued="2026-03-01T00:00", windows=(Window(start="03:00", end="03:10"),))
    box = TestBox().start(store=StoreFacts(free_bytes=8 << 30), generation=session_in(HOUR_MS, plans=(night,)))
    assert not box.all(RunFetch)
    assert told(box) == [True]
