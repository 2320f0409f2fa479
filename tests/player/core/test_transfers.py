from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from player.core.actions import PlayLesson
from player.core.effects import EvictBlobs
from player.core.events import WokeUp
from player.core.facts import StoredBlob, StoreFacts
from player.core.faults import DISK_FULL
from player.core.forecast import LineHistory, observe
from player.core.transfers import DISK_FULL_MS, PLAN_HOLDS_MS
from player.core.windows import LATE_LONGEST_MS
from player.core.worker_effects import RunFetch, StopFetch
from player.core.worker_events import Evicted, FetchFinished, FetchProgressed, RoomMeasured, SyncFinished
from playlists.documents import Caps, Plan, Window
from tests.player.core.box import FILMS, NOW_MS, SESSION, TestBox, generation, granted, store
from tests.player.core.test_planner import course

FREE = 8 << 30


def plan(**changes: Any) -> Plan:
    return Plan(group="county", issued="2026-03-01T00:00", **changes)


def fetching(**changes: Any) -> tuple[TestBox, RunFetch]:
    box = TestBox().start(**({"store": store()} | changes))
    return box, box.last(RunFetch)


def test_what_is_wanted_is_fetched_at_once_in_the_planners_order() -> None:
    _, fetch = fetching()
    assert [blob.sha256 for blob in fetch.blobs][-1] == FILMS[1]


def test_a_running_worker_is_left_alone_while_it_does_what_the_plan_says() -> None:
    box, fetch = fetching()
    for blob in fetch.blobs[:3]:
        box.take(FetchProgressed(fetch.id, blob.sha256, blob.bytes, True, FREE))
    box.wait(30 * 60_000, WokeUp())
    assert len(box.all(RunFetch)) == 1
    assert box.world.transfers.outlooks[SESSION.id].percent(box.world.store) == 50


def test_a_new_plan_replaces_the_worker_and_its_late_end_is_dropped() -> None:
    box, fetch = fetching()
    more = generation(courses={"a": course("a", "a")}, occurrences=())
    box.take(SyncFinished(box.world.sync.effect, more))
    assert len(box.all(RunFetch)) == 2
    box.take(FetchFinished(fetch.id, error="killed"))
    assert box.world.transfers.run.effect == box.last(RunFetch).id
    assert not box.world.transfers.run.failures


def test_a_county_that_has_nothing_new_leads_to_no_new_plan() -> None:
    box, _ = fetching()
    order = box.world.transfers.order
    box.take(SyncFinished(box.world.sync.effect, generation(synced_wall_ms=NOW_MS), checked=True))
    assert box.world.generation
    assert box.world.generation.synced_wall_ms == NOW_MS
    assert box.world.transfers.order is order


def test_what_a_replaced_worker_has_verified_counts_all_the_same() -> None:
    box, fetch = fetching()
    box.take(SyncFinished(box.world.sync.effect, generation(occurrences=())))
    box.take(FetchProgressed(fetch.id, FILMS[0], 30_000_000, True, FREE))
    assert box.world.store.blobs[FILMS[0]].complete


def test_a_failed_fetch_is_tried_again_later_and_not_before_the_county_says() -> None:
    box, fetch = fetching()
    box.take(FetchFinished(fetch.id, error="reset", retry_after_s=900))
    assert box.world.transfers.run.next_monotonic_ms >= box.monotonic_ms + 900_000
    box.wait(899_000, WokeUp())
    assert len(box.all(RunFetch)) == 1
    box.wait(2_000, WokeUp())
    assert len(box.all(RunFetch)) == 2


def test_a_worker_that_says_done_without_bringing_anything_is_not_asked_in_a_circle() -> None:
    box, fetch = fetching()
    box.take(FetchFinished(fetch.id))
    assert len(box.all(RunFetch)) == 1
    assert box.world.transfers.run.failures == 1


def test_a_line_that_brings_something_in_every_run_is_not_made_to_wait_longer_and_longer() -> None:
    box, fetch = fetching()
    for megabytes in range(1, 6):
        box.take(FetchProgressed(fetch.id, FILMS[0], megabytes << 20, False, FREE))
        box.take(FetchFinished(fetch.id, error="the time of this run is over"))
        assert box.world.transfers.run.failures == 1
        box.wait(5_000, WokeUp())
        fetch = box.last(RunFetch)
    assert len(box.all(RunFetch)) == 6


def test_a_worker_that_was_killed_while_it_brought_something_is_started_again_at_once() -> None:
    box, fetch = fetching()
    box.take(FetchProgressed(fetch.id, FILMS[0], 1 << 20, False, FREE))
    box.take(FetchFinished(fetch.id, error="killed", cut_off=True))
    assert len(box.all(RunFetch)) == 2
    box.take(FetchFinished(box.last(RunFetch).id, error="killed", cut_off=True))
    assert len(box.all(RunFetch)) == 2  # it brought nothing: perhaps it is its own fault
    assert box.world.transfers.run.next_monotonic_ms > box.monotonic_ms


def test_a_full_disk_stops_the_line_is_told_and_is_tried_again_much_later() -> None:
    box, fetch = fetching()
    box.take(FetchFinished(fetch.id, error="no space left on device", disk_full=True))
    assert DISK_FULL in box.world.faults
    box.wait(DISK_FULL_MS - 1_000, WokeUp())
    assert len(box.all(RunFetch)) == 1
    box.wait(2_000, WokeUp())
    assert len(box.all(RunFetch)) == 2


def test_room_is_made_before_anything_is_fetched_into_it() -> None:
    full = StoreFacts({"f" * 64: StoredBlob(90_000_000, True)}, free_bytes=10_000_000)
    box = TestBox().start(store=full)
    evict = box.last(EvictBlobs)
    assert evict.blobs == ("f" * 64,)
    assert not box.all(RunFetch)
    box.take(Evicted(evict.id, evict.blobs, FREE))
    assert len(box.all(RunFetch)) == 1
    assert "f" * 64 not in box.world.store.blobs


def test_outside_the_windows_nothing_is_fetched_and_the_box_wakes_when_one_opens() -> None:
    # NOW_MS is 5 March 2026, 16:40 in China
    night = plan(windows=(Window(start="22:00", end="06:00"),))
    box = TestBox().start(store=store(), generation=generation(plans=(night,), occurrences=()))
    assert not box.all(RunFetch)
    opens = NOW_MS + (5 * 60 + 20) * 60_000
    assert box.wake.wall_ms is not None
    assert opens <= box.wake.wall_ms <= opens + LATE_LONGEST_MS
    box.wait(box.wake.wall_ms - NOW_MS, WokeUp())
    assert len(box.all(RunFetch)) == 1
    box.wait(8 * 3_600_000, WokeUp())
    assert len(box.all(StopFetch)) == 1


def test_with_windows_and_an_unknown_clock_the_line_stays_closed() -> None:
    night = plan(windows=(Window(start="00:00", end="00:00"),))
    box = TestBox(trust="unknown").start(store=store(), generation=generation(plans=(night,)))
    assert not box.all(RunFetch)


def test_the_cap_of_the_plans_holds() -> None:
    _, fetch = fetching(generation=generation(plans=(plan(caps=Caps(bits_per_second=300_000)),)))
    assert fetch.bits_per_second == 300_000


def test_a_revoked_box_fetches_nothing() -> None:
    box = TestBox().start(store=store(), generation=generation(revoked=True))
    assert not box.all(RunFetch)


def test_a_disk_that_lets_nothing_be_removed_is_not_asked_again_at_once() -> None:
    full = StoreFacts({"f" * 64: StoredBlob(90_000_000, True)}, free_bytes=10_000_000)
    box = TestBox().start(store=full)
    box.take(Evicted(box.last(EvictBlobs).id, (), 0))
    box.take(SyncFinished(box.world.sync.effect, None, error="no route"))
    assert len(box.all(EvictBlobs)) == 1
    assert not box.all(RunFetch)
    assert box.world.store.free_bytes == 10_000_000
    box.wait(DISK_FULL_MS, WokeUp())
    assert len(box.all(EvictBlobs)) == 2


def test_a_worker_ends_before_what_it_may_be_writing_is_removed() -> None:
    box, fetch = fetching(store=StoreFacts({}, free_bytes=FREE))
    box.take(FetchProgressed(fetch.id, FILMS[0], 20_000_000, False, 1_000))
    orders = plan(orders=(granted("a"),))
    box.take(
        SyncFinished(
            box.world.sync.effect,
            generation(courses={"a": course("a", "a", size=5_000)}, occurrences=(), plans=(orders,)),
        )
    )
    evict = box.last(EvictBlobs)
    assert FILMS[0] in evict.blobs
    assert box.asked.index(box.last(StopFetch)) < box.asked.index(evict)


def test_what_a_worker_has_seen_of_the_line_is_remembered() -> None:
    box, fetch = fetching()
    seen = observe(LineHistory(), 5, tried_s=60, brought_bytes=1_000_000)
    box.take(FetchFinished(fetch.id, error="reset", line=seen))
    assert box.world.store.line == seen
    box.wait(60_000, WokeUp())
    box.take(FetchFinished(box.last(RunFetch).id, error="no route"))
    assert box.world.store.line == seen


def test_what_is_seen_of_the_line_on_the_way_counts_though_the_run_is_replaced() -> None:
    box, fetch = fetching()
    seen = observe(LineHistory(), 5, tried_s=60, brought_bytes=1_000_000)
    box.take(FetchProgressed(fetch.id, fetch.blobs[0].sha256, 10, complete=False, free_bytes=1 << 30, line=seen))
    box.take(FetchProgressed(fetch.id, fetch.blobs[0].sha256, 20, complete=False, free_bytes=1 << 30))
    assert box.world.store.line == seen


def test_a_fetch_is_told_how_long_ago_the_one_before_has_failed() -> None:
    box, fetch = fetching()
    assert fetch.paused_ms == 0
    box.take(FetchFinished(fetch.id, error="silence"))
    box.wait(600_000, WokeUp())
    assert box.last(RunFetch).paused_ms == 600_000


# --- others write on the disk too


def test_what_others_take_of_the_reserve_the_store_gives_back_whatever_the_line_may_do() -> None:
    closed = generation(plans=(plan(windows=(Window(start="01:00", end="02:00"),)),), occurrences=())
    spare = StoreFacts({"d" * 64: StoredBlob(50_000_000, True), "f" * 64: StoredBlob(50_000_000, True)}, FREE, FREE)
    box = TestBox().start(generation=closed, store=spare)
    assert box.all(EvictBlobs) == []
    box.take(RoomMeasured(-40_000_000, 0))
    assert DISK_FULL in box.world.faults
    evict = box.last(EvictBlobs)
    assert len(evict.blobs) == 1
    box.take(Evicted(evict.id, evict.blobs, 10_000_000))
    assert box.all(EvictBlobs) == [evict]
    box.take(RoomMeasured(10_000_000, 5_000))
    assert DISK_FULL not in box.world.faults
    assert box.world.store.recordings_bytes == 5_000


def test_a_window_that_closes_while_room_is_made_stops_the_fetch() -> None:
    day = generation(plans=(plan(windows=(Window(start="06:00", end="17:00"),)),))  # it is 16:40
    spare = StoreFacts({"f" * 64: StoredBlob(50_000_000, True)}, FREE, FREE)
    box, _ = fetching(generation=day, store=spare)
    box.take(RoomMeasured(-40_000_000, 0))
    assert box.last(EvictBlobs).blobs == ("f" * 64,)
    assert box.all(StopFetch) == []
    box.wait(21 * 60_000, WokeUp())
    assert len(box.all(StopFetch)) == 1


def test_what_is_scheduled_is_not_given_back_and_the_full_disk_is_told() -> None:
    box = TestBox().start()
    box.take(RoomMeasured(-40_000_000, 0))
    assert box.all(EvictBlobs) == []
    assert DISK_FULL in box.world.faults
    assert set(FILMS) <= set(box.world.store.blobs)


def test_a_plan_is_made_again_after_an_hour_while_something_is_to_come() -> None:
    box, _ = fetching()
    ends_ms = box.world.transfers.plan_ends_monotonic_ms
    assert ends_ms == box.monotonic_ms + PLAN_HOLDS_MS
    box.wait(PLAN_HOLDS_MS, WokeUp())
    assert box.world.transfers.plan_ends_monotonic_ms == ends_ms + PLAN_HOLDS_MS
    whole = TestBox().start(store=store(*FILMS, "1" * 64, "3" * 64, "e" * 64))
    assert whole.world.transfers.plan_ends_monotonic_ms is None


def test_a_run_that_brought_nothing_leaves_the_plan_as_it_is() -> None:
    box, fetch = fetching()
    outlooks = box.world.transfers.outlooks
    box.take(FetchFinished(fetch.id, error="no route"))
    box.wait(3 * 60_000, WokeUp())
    again = box.last(RunFetch)
    assert again.id != fetch.id
    assert again.blobs == fetch.blobs
    assert box.world.transfers.outlooks is outlooks
    box.take(FetchProgressed(box.last(RunFetch).id, FILMS[0], 1 << 20, False, FREE))
    box.take(FetchFinished(box.last(RunFetch).id, error="reset"))
    assert box.world.transfers.outlooks is not outlooks


def test_what_people_have_begun_to_watch_since_the_plan_was_made_is_not_evicted() -> None:
    old, spare = course("old", "a", size=50_000_000), course("spare", "b", size=50_000_000, released="2026-02-01")
    night = plan(windows=(Window(start="22:00", end="06:00"),))
    facts = generation(courses={**generation().courses, "old": old, "spare": spare}, plans=(night,))
    full = StoreFacts({"a" * 64: StoredBlob(50_000_000, True), "b" * 64: StoredBlob(50_000_000, True)}, 25_000_000)
    late = replace(facts, occurrences=(replace(SESSION, starts_ms=NOW_MS + 20 * 3_600_000),))
    box = TestBox().start(store=full, generation=late)
    assert box.world.transfers.evict == ("a" * 64,)
    box.wish(PlayLesson("old", "l0"))
    box.wait((5 * 60 + 30) * 60_000, WokeUp())
    assert box.last(EvictBlobs).blobs == ("b" * 64,)
