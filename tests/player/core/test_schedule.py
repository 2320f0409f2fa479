from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from player.core import schedule, windows
from player.core.moment import Moment
from player.core.settings import Settings
from player.core.world import World
from playlists.documents import Window
from tests.player.core.box import MINUTE_MS, SESSION, generation

CHINA = 480


def at(wall_ms: int, trust: str = "trusted", **changes: object) -> World:
    world = World(settings=Settings(), now=Moment(0, wall_ms, trust, 1), generation=generation())  # type: ignore[arg-type]
    return replace(world, **changes)  # type: ignore[arg-type]


def test_a_session_is_due_from_its_gathering_until_its_length_has_passed() -> None:
    gathers, over = SESSION.starts_ms - 15 * MINUTE_MS, SESSION.starts_ms + 15 * MINUTE_MS
    assert schedule.due(at(gathers - 1)) is None
    assert schedule.due(at(gathers)) is SESSION
    assert schedule.due(at(over - 1)) is SESSION
    assert schedule.due(at(over)) is None


def test_nothing_is_due_while_the_clock_is_unknown_or_once_it_is_done() -> None:
    assert schedule.due(at(SESSION.starts_ms, "unknown")) is None
    assert schedule.next_wall_ms(at(0, "unknown")) is None
    assert schedule.due(at(SESSION.starts_ms, "estimated")) is SESSION
    assert schedule.due(at(SESSION.starts_ms, done_sessions=frozenset({SESSION.id}))) is None


@given(st.lists(st.integers(0, 10_000), max_size=12), st.integers(0, 11_000))
def test_the_next_wake_up_is_the_first_moment_at_which_what_is_due_changes(starts: list[int], minute: int) -> None:
    fields = {name: getattr(SESSION, name) for name in SESSION.__struct_fields__}
    made = [
        type(SESSION)(**fields | {"id": f"s{i}", "starts_ms": start * MINUTE_MS, "gather_minutes": i * 10})
        for i, start in enumerate(sorted(starts))
    ]
    facts = generation(occurrences=tuple(made))
    world = replace(at(minute * MINUTE_MS), generation=facts)
    edges = {
        moment
        for one in made
        for moment in (schedule.gathers_ms(one), one.starts_ms, schedule.over_ms(one))
        if moment > world.now.wall_ms
    }
    assert schedule.next_wall_ms(world) == min(edges, default=None)


def test_a_month_is_a_month_in_the_village() -> None:
    last_evening_utc = int(datetime(2026, 3, 31, 17, tzinfo=UTC).timestamp() * 1000)
    assert schedule.month(last_evening_utc, CHINA) == (2026, 4)


@given(st.integers(0, 4_000_000_000_000), st.sampled_from([0, 345, CHINA, -570]))
def test_the_next_month_begins_where_the_month_ends(wall_ms: int, offset: int) -> None:
    begins = schedule.next_month_ms(wall_ms, offset)
    assert wall_ms < begins
    assert schedule.month(begins - 1, offset) == schedule.month(wall_ms, offset) != schedule.month(begins, offset)


def moment(day: int, hour: int, minute: int = 0) -> Moment:
    """A moment of the week of Monday 2 March 2026, in China."""
    local = datetime(2026, 3, 2 + day, hour, minute, tzinfo=UTC).timestamp() * 1000
    return Moment(0, int(local) - CHINA * MINUTE_MS, "trusted", 1)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [(moment(0, 22), True), (moment(1, 3), True), (moment(1, 6), False), (moment(0, 21, 59), False),
     (moment(1, 22), False), (moment(6, 23), True)],
)  # fmt: skip
def test_a_window_past_midnight_belongs_to_the_day_on_which_it_begins(now: Moment, is_open: bool) -> None:
    nights = (Window(days=(0, 6), start="22:00", end="06:00"),)
    assert windows.is_open(nights, now, CHINA) is is_open


@given(st.integers(0, 10_080), st.integers(0, 23), st.integers(0, 23))
def test_nothing_opens_or_closes_before_the_moment_that_is_named(minute: int, start: int, end: int) -> None:
    window = (Window(days=(0, 2, 5), start=f"{start:02}:15", end=f"{end:02}:40"),)
    begin = moment(0, 0)
    now = replace(begin, wall_ms=begin.wall_ms + minute * MINUTE_MS)
    change = windows.next_change_ms(window, now, CHINA)
    assert change is not None
    state = windows.is_open(window, now, CHINA)
    for wall_ms in range(now.wall_ms, change, 7 * MINUTE_MS):
        assert windows.is_open(window, replace(now, wall_ms=wall_ms), CHINA) is state
