from __future__ import annotations

import pytest
from msgspec.structs import replace

from demo.screens.village import NOW_MS
from player.core import information
from player.core.sync import now as ask_now
from player.core.turn import Turn
from player.core.worker_events import SyncFinished
from player.core.world import World
from playlists.documents import Page, Plan
from tests.player.core.box import NoLibrary, TestBox, generation

DAY_MS = 24 * 3_600_000
MARCH_4 = NOW_MS - (19 * 60 + 5) * 60_000  # midnight in the village


def world(*pages: Page, plans: tuple[Plan, ...] = (), wall_ms: int = NOW_MS) -> World:
    box = TestBox(wall_ms=wall_ms).start(generation=generation(pages=(pages,), plans=plans))
    return box.world


def plan(group: str, notice: str, until: str | None = None) -> Plan:
    return Plan(group=group, issued="2026-03-01T00:00", notice=notice, notice_until=until)


def page(name: str, **dates: str) -> Page:
    return Page(id=name, title=name, text="…", **dates)


def keys(of: World) -> list[str]:
    return [one.key for one in information.items(of)]


@pytest.mark.parametrize(
    ("wall_ms", "seen"), [(MARCH_4 - 1, False), (MARCH_4, True), (MARCH_4 + 2 * DAY_MS - 1, True),
                          (MARCH_4 + 2 * DAY_MS, False)]
)  # fmt: skip
def test_a_page_is_shown_from_its_first_day_to_the_end_of_its_last(wall_ms: int, seen: bool) -> None:
    assert bool(keys(world(page("a", since="2026-03-04", until="2026-03-05"), wall_ms=wall_ms))) is seen


def test_the_newest_page_comes_first_and_notices_before_all_pages() -> None:
    pages = (page("old"), page("new", since="2026-03-03"), page("newer", since="2026-03-04"))
    assert keys(world(*pages, plans=(plan("county", "大风"),))) == ["notice/county", "0/newer", "0/new", "0/old"]


def test_pages_of_one_name_from_county_and_site_are_two() -> None:
    facts = generation(pages=((page("a"),), (page("a"),)))
    assert keys(TestBox().start(generation=facts).world) == ["0/a", "1/a"]


def test_a_day_that_no_calendar_has_counts_as_none() -> None:
    assert keys(world(page("a", since="2026-02-31", until="2026-13-01"))) == ["0/a"]


def test_a_notice_ends_at_its_minute() -> None:
    plans = (plan("county", "大风", "2026-03-04T19:30"),)
    assert information.next_wall_ms(world(plans=plans)) == NOW_MS + 25 * 60_000
    assert information.waiting(world(plans=plans, wall_ms=NOW_MS + 25 * 60_000 - 1))
    assert information.waiting(world(plans=plans, wall_ms=NOW_MS + 25 * 60_000)) is None


def test_a_notice_without_an_end_or_of_nothing_but_spaces() -> None:
    assert information.waiting(world(plans=(plan("county", "大风"),)))
    assert information.waiting(world(plans=(plan("county", " \n "),))) is None


def test_put_away_the_next_notice_follows_and_both_can_still_be_read() -> None:
    both = world(plans=(plan("county", "大风"), plan("site-v1", "停电")))
    once = information.put_away(both)
    seen = information.waiting(once)
    assert seen is not None
    assert seen.words == "停电"
    twice = information.put_away(once)
    assert information.waiting(twice) is None
    assert information.put_away(twice) == twice
    assert keys(twice) == ["notice/county", "notice/site-v1"]


def test_other_words_in_the_same_place_are_another_notice_and_what_is_gone_is_forgotten() -> None:
    box = TestBox().start(generation=generation(plans=(plan("county", "大风"),)))
    box.world = information.put_away(box.world)
    turn = Turn(box.world, box.now(), NoLibrary())
    ask_now(turn)
    box.world = turn.world
    effect = next(iter(box.world.pending))
    box.take(SyncFinished(effect, generation(plans=(plan("county", "暴雨"),)), ""))
    seen = information.waiting(box.world)
    assert seen is not None
    assert seen.words == "暴雨"
    assert box.world.put_away == frozenset()


def test_while_the_clock_is_unknown_what_is_surely_over_is_gone_and_what_may_not_have_begun_waits() -> None:
    pages = (page("over", until="2026-03-03"), page("later", since="2026-03-05"), page("plain", until="2026-03-04"))
    held = world(*pages)
    unknown = replace(held, now=replace(held.now, trust="unknown"))
    assert keys(unknown) == ["0/plain"]
