"""What the line may be used for: windows, scattered starts, and the month's allowance."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core import schedule, windows
from player.core.actions import SyncNow
from player.core.allowance import allowed_bytes
from player.core.backoff import scattered_ms
from player.core.events import Event, WokeUp
from player.core.facts import Spent
from player.core.moment import Moment
from player.core.sync import may_ask
from player.core.worker_effects import RunFetch, RunSync, RunUpload, StopFetch, WantedBlob
from player.core.worker_events import FetchProgressed, SyncFinished
from playlists.documents import Caps, Plan, Window
from tests.player.core.box import FILMS, NOW_MS, TestBox, generation, store

CHINA = 480
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NIGHT = (Window(start="22:00", end="06:00"),)  # NOW_MS is 5 March 2026, 16:40 in China
OPENS_MS = NOW_MS + 5 * HOUR_MS + 20 * MINUTE_MS
MARCH = (2026, 3)


def plan(**changes: Any) -> Plan:
    return Plan(group="county", issued="2026-03-01T00:00", **changes)


def boxes(count: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(count)]


def at(box: TestBox, wall_ms: int, event: Event) -> None:
    """Let a box meet an event at a wall time."""
    box.wait(wall_ms - box.wall_ms, event)


# --- windows


def windowed(**changes: Any) -> TestBox:
    facts = generation(plans=(plan(windows=NIGHT),), occurrences=())
    return TestBox().start(**({"generation": facts} | changes))


def test_outside_the_windows_the_county_is_neither_asked_nor_told_not_even_a_little() -> None:
    box = windowed()
    at(box, OPENS_MS - 1, WokeUp())
    assert not box.all(RunSync)
    assert not box.all(RunUpload)
    assert (box.wake.monotonic_ms or 0) > box.monotonic_ms
    at(box, OPENS_MS + windows.LATE_LONGEST_MS, WokeUp())
    assert len(box.all(RunSync)) == len(box.all(RunUpload)) == 1


def test_who_asks_for_news_outside_the_windows_is_answered_when_one_opens() -> None:
    box = windowed()
    box.world = replace(box.world, sync=replace(box.world.sync, next_monotonic_ms=1 << 60))
    box.wish(SyncNow())
    assert not box.all(RunSync)
    at(box, OPENS_MS + windows.LATE_LONGEST_MS, WokeUp())
    assert len(box.all(RunSync)) == 1


def test_a_box_that_does_not_know_the_time_or_was_never_told_anything_may_ask() -> None:
    unsure = TestBox(trust="unknown").start(generation=generation(plans=(plan(windows=NIGHT),), occurrences=()))
    assert len(unsure.all(RunSync)) == 1
    unsure.wait(6_000, WokeUp())
    assert not unsure.all(RunUpload)
    new = TestBox()
    new.world = replace(new.world, settings=replace(new.world.settings, windows=NIGHT))
    new.start(generation=None)
    assert len(new.all(RunSync)) == 1


def test_a_talk_is_told_when_its_window_closes_and_does_not_begin_just_before() -> None:
    box = windowed()
    at(box, OPENS_MS + HOUR_MS, WokeUp())
    assert box.last(RunSync).within_ms == box.last(RunUpload).within_ms == 7 * HOUR_MS
    late = windowed()
    at(late, OPENS_MS + 8 * HOUR_MS - 5_000, WokeUp())
    assert not late.all(RunSync)


def test_the_sites_own_windows_hold_instead_of_the_plans() -> None:
    box = TestBox()
    own = (Window(start="16:00", end="17:00"),)
    box.world = replace(box.world, settings=replace(box.world.settings, windows=own))
    box.start(store=store(), generation=generation(plans=(plan(windows=NIGHT),)))
    assert box.all(RunFetch)
    box.wait(21 * MINUTE_MS, WokeUp())
    assert box.all(StopFetch)


@pytest.mark.parametrize(
    ("given", "open_at", "closed_at"),
    [
        ((Window(start="00:00", end="00:00"),), (0, 600, 1439), ()),
        ((Window(start="00:00", end="12:00"), Window(start="12:00", end="00:00")), (0, 719, 720, 721), ()),
        ((Window(start="20:00", end="00:00"), Window(start="00:00", end="06:00")), (1430, 5, 359), (360, 1199)),
    ],
)
def test_windows_that_touch_are_one_and_have_one_beginning(
    given: tuple[Window, ...], open_at: tuple[int, ...], closed_at: tuple[int, ...]
) -> None:
    midnight = NOW_MS // 86_400_000 * 86_400_000 - CHINA * MINUTE_MS
    for minute in (*open_at, *closed_at):
        now = Moment(0, midnight + minute * MINUTE_MS, "trusted", 1)
        assert windows.is_open(given, now, CHINA, late=1.0) is (minute in open_at)
    now = Moment(0, midnight, "trusted", 1)
    assert (windows.next_change_ms(given, now, CHINA, late=1.0) is None) is not closed_at


@given(st.floats(0, 1), st.integers(0, 10_079), st.integers(0, 23), st.integers(0, 23))
def test_a_late_beginning_never_opens_what_is_closed(late: float, minute: int, start: int, end: int) -> None:
    window = (Window(days=(0, 3, 6), start=f"{start:02}:00", end=f"{end:02}:30"),)
    now = Moment(0, NOW_MS + minute * MINUTE_MS, "trusted", 1)
    assert not windows.is_open(window, now, CHINA, late) or windows.is_open(window, now, CHINA)


# --- three hundred boxes


def evenly(starts: list[int], spread_ms: int) -> bool:
    """Whether starts fill ten equal parts of a time, each with half to one and a half of its due."""
    parts = Counter(min(start * 10 // spread_ms, 9) for start in starts)
    due = len(starts) / 10
    return all(due / 2 <= parts[part] <= due * 1.5 for part in range(10))


def test_when_a_window_opens_three_hundred_boxes_come_spread_over_its_first_minutes() -> None:
    starts = []
    for name in boxes(300):
        box = windowed(store=store())
        box.world = replace(box.world, box_id=name)
        box.wait(1, WokeUp())
        assert box.wake.wall_ms is not None
        at(box, box.wake.wall_ms, WokeUp())
        assert box.all(RunSync)
        assert box.all(RunFetch)
        starts.append(box.wall_ms - OPENS_MS)
    assert evenly(starts, windows.LATE_LONGEST_MS)


def test_the_daily_refresh_of_boxes_that_came_up_together_is_spread_over_hours() -> None:
    day_ms = 24 * HOUR_MS
    starts = [day_ms - scattered_ms(day_ms, f"{name}/sync") for name in boxes(300)]
    assert evenly(starts, day_ms // 8)


# --- the month's allowance


def metered(monthly: int = 32_000_000, **spent: int) -> TestBox:
    facts = generation(plans=(plan(caps=Caps(monthly_bytes=monthly)),))
    return TestBox().start(generation=facts, store=replace(store(), spent=Spent(MARCH, spent)))


def test_everything_on_the_line_counts_and_a_used_up_allowance_stops_every_talk() -> None:
    box = metered(session=20_000_000, documents=11_000_000, journal=1_000_000)
    box.wait(HOUR_MS, WokeUp())
    assert not box.all(RunFetch)
    assert not box.all(RunSync)
    assert not box.all(RunUpload)


def test_the_last_quarter_is_for_sessions_and_the_very_last_part_for_documents_and_the_journal() -> None:
    assert metered(session=24_000_001).all(RunFetch)
    nearly = metered(session=31_000_001)
    nearly.wait(6_000, WokeUp())
    assert not nearly.all(RunFetch)
    assert nearly.all(RunSync)
    assert nearly.all(RunUpload)


def test_what_is_wished_for_leaves_the_order_when_its_part_is_used_up() -> None:
    box = metered(session=1)
    order = tuple(
        WantedBlob(sha, 9_000_000, None, purpose) for sha, purpose in zip(FILMS, ("stock", "session"), strict=True)
    )
    run = replace(box.world.transfers.run, effect=0)
    box.world = replace(box.world, transfers=replace(box.world.transfers, order=order, run=run, wanted=()))
    box.wait(1, WokeUp())
    fetch = box.last(RunFetch)
    assert [blob.purpose for blob in fetch.blobs] == ["stock", "session"]
    assert fetch.monthly_bytes == 32_000_000
    used = Spent(MARCH, {"stock": 24_000_000})
    box.take(FetchProgressed(fetch.id, FILMS[0], 1_000, False, 8 << 30, spent=used))
    assert [blob.purpose for blob in box.last(RunFetch).blobs] == ["session"]
    over = Spent(MARCH, {"stock": 24_000_000, "session": 7_000_000})
    box.take(FetchProgressed(fetch.id, FILMS[1], 1_000, False, 8 << 30, spent=over))
    assert box.all(StopFetch)
    assert (box.wake.monotonic_ms or 0) > box.monotonic_ms


def test_a_new_month_begins_with_the_whole_allowance() -> None:
    box = metered(session=32_000_000)
    april = schedule.next_month_ms(NOW_MS, CHINA)
    box.world = replace(box.world, generation=replace(box.world.generation, occurrences=()))
    box.wait(1, WokeUp())
    assert box.wake.wall_ms == april
    at(box, april, WokeUp())
    assert box.world.store.spent == Spent((2026, 4))
    assert box.all(RunFetch)
    assert box.all(RunSync)


def test_what_another_month_has_cost_does_not_count_and_a_late_word_of_it_neither() -> None:
    facts = generation(plans=(plan(caps=Caps(monthly_bytes=20_000_000)),))
    spent = Spent((2026, 2), {"session": 20_000_000})
    box = TestBox().start(store=replace(store(), spent=spent), generation=facts)
    assert box.all(RunFetch)
    box.take(SyncFinished(box.world.sync.effect, None, checked=True, spent=spent))
    assert box.world.store.spent == Spent(MARCH)
    ours = Spent(MARCH, {"documents": 700})
    box.take(FetchProgressed(box.last(RunFetch).id, FILMS[0], 1, False, 1, spent=ours))
    assert box.world.store.spent == ours


@given(st.integers(1, 1 << 50))
def test_each_purpose_may_use_at_least_as_much_as_the_one_that_matters_less(monthly: int) -> None:
    stock, session, journal = (allowed_bytes(monthly, one) for one in ("stock", "session", "journal"))
    assert 0 < stock <= session <= journal == monthly


def test_a_box_with_no_county_set_up_asks_nobody() -> None:
    box = TestBox()
    alone = replace(box.world.settings, has_files=False, has_api=False)
    box.world = replace(box.world, settings=alone)
    box.start(generation=None)
    box.wait(HOUR_MS, WokeUp())
    assert not any(box.all(kind) for kind in (RunSync, RunUpload, RunFetch))
    assert not may_ask(box.world)
