"""Figures follow what is taken in: drawn from real entries on both databases, and never from a half of them."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction

from county.figures.models import SiteMonth
from county.figures.months import draw_touched, fresh_months
from county.figures.rules import Rules
from county.inbox.models import Touched
from county.inbox.taking import take
from county.places.models import Site
from playlists.entries import ClockChange, Correction, SessionHeld
from tests.county.inbox.test_concurrency import at_once
from tests.county.world import NOW, WALL_MS, County, TestBox, heads, play

RULES = Rules()
MINUTE_MS = 60_000
SITE, OTHER = "site-clear-spring", "site-willow-bay"
MARCH = "2026-03"


def held(began_ms: int = WALL_MS, **changes: object) -> SessionHeld:
    usual = {"session": "spring@2026-03-06T19:30", "title": "春耕", "form": "video", "started_wall_ms": began_ms,
             "ended_wall_ms": began_ms + 90 * MINUTE_MS, "ended": "held"}  # fmt: skip
    return SessionHeld(**(usual | changes))  # type: ignore[arg-type]


def march(site: str = SITE, rules: Rules = RULES, month: str = MARCH) -> SiteMonth | None:
    return fresh_months(month, [SITE, OTHER], rules, NOW).filter(site=site).first()


def test_a_months_figures_are_drawn_from_what_was_taken_in(any_county: County) -> None:
    box = TestBox().bound(any_county)
    menu = {"why": "menu", "session": ""}
    box.say(play(), play(lesson="lesson-2", segments=((0, 30_000),)), play(**menu, started_wall_ms=WALL_MS + 10**7))
    take(box.say(play(course="course-9", **menu, segments=((0, 240_000),)), held(), heads()).envelope(), NOW)
    row = march()
    assert row is not None
    assert (row.sessions, row.person_times, row.plays, row.corrections) == (1, 27, 4, 0)
    assert (row.effective_ms, row.effective_in_sessions_ms, row.shown_ms) == (840_000, 600_000, 1_470_000)
    assert march(OTHER) is None
    assert march(month="2026-02") is None


def test_a_correction_and_a_late_play_change_the_figures(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), held(), heads())
    take(box.envelope(), NOW)
    before = march()
    assert before is not None
    box.say(Correction(seq=3, field="present", was=27, now=26, reason="数错"))
    take(box.say(play(course="course-9", session="", why="menu")).envelope(first=4), NOW)
    after = march()
    assert after is not None
    assert (before.person_times, after.person_times) == (27, 0)  # 18 and 9 are no longer what was present
    assert (after.corrections, after.oddities["HEADS"]) == (1, 1)
    assert (before.effective_ms, after.effective_ms) == (600_000, 1_200_000)


def test_a_session_without_plays_leaves_the_month_in_which_it_was_not(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say_at(held(form="lecture"), 1, 2 * 3_600_000, WALL_MS + 90 * MINUTE_MS, "estimated")
    take(box.envelope(), NOW)
    before = march()
    back_ms = -10 * 86_400_000
    box.say_at(ClockChange(by_ms=back_ms, trust="trusted"), 1, 2 * 3_600_000, WALL_MS + back_ms, "trusted")
    take(box.envelope(first=2), NOW)
    february, after = march(month="2026-02"), march()
    assert [row and row.sessions for row in (before, february, after)] == [1, 1, 0]


def test_figures_by_other_rules_are_drawn_anew(any_county: County) -> None:
    take(TestBox().bound(any_county).say(play(), play(started_wall_ms=WALL_MS + 10**7)).envelope(), NOW)
    assert [getattr(march(rules=rules), "effective_ms", None) for rules in (RULES, Rules(same_day="every"), RULES)] == [
        600_000, 1_200_000, 600_000,
    ]  # fmt: skip


def test_nothing_is_drawn_twice_without_need(any_county: County) -> None:
    take(TestBox().bound(any_county).say(play()).envelope(), NOW)
    draw_touched(RULES, NOW)
    assert not Touched.objects.exists()
    SiteMonth.objects.update(plays=99)
    row = march()
    assert row is not None
    assert row.plays == 99


def test_a_clock_that_was_set_during_a_play_is_odd(any_county: County) -> None:
    box = TestBox().bound(any_county)
    for by_ms, at_ms in ((7_200_000, 500_000), (-400, 800_000)):
        box.say_at(ClockChange(by_ms=by_ms, trust="trusted"), 1, at_ms, WALL_MS, "trusted")
    for boot, began_ms in ((1, WALL_MS), (1, WALL_MS + 10**7), (2, WALL_MS + 2 * 10**7)):
        body = play(started_wall_ms=began_ms, lesson=f"lesson-{began_ms}")
        box.say_at(body, boot, 900_000 + began_ms - WALL_MS, began_ms + 600_000, "trusted")
    take(box.envelope(), NOW)
    row = march()
    assert row is not None
    assert (row.oddities, row.odd_ms, row.effective_ms) == ({"CLOCK": 1}, 600_000, 1_800_000)


def test_heads_of_the_months_before_are_looked_at_for_who_always_writes_the_same(any_county: County) -> None:
    box = TestBox().bound(any_county)
    for number in range(4):
        name, began_ms = f"s{number}", WALL_MS - (3 - number) * 14 * 86_400_000
        box.say(play(session=name, started_wall_ms=began_ms), held(began_ms, session=name), heads(session=name))
    take(box.envelope(), NOW)
    row = march()
    assert row is not None
    assert row.oddities.get("SAME") == 1


def test_a_batch_that_is_being_taken_in_while_figures_are_drawn_is_not_forgotten(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play())
    take(box.envelope(), NOW)
    late = box.say(play(lesson="lesson-2")).envelope(first=2)
    taken = threading.Event()

    def take_slowly() -> None:
        with transaction.atomic():
            take(late, NOW)
            taken.set()
            threading.Event().wait(0.5)  # the drawing begins before this commits

    def draw() -> None:
        assert taken.wait(30)
        march()

    at_once([take_slowly, draw])
    row = march()
    assert row is not None
    assert row.effective_ms == 1_200_000


def test_a_county_of_many_sites_is_drawn_in_parts(any_county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("county.figures.months.AT_ONCE", 1)
    willow = Site.objects.get(pk=OTHER)
    for site in (any_county.site, willow):
        take(TestBox().bound(any_county, site).say(play(), held(), heads()).envelope(), NOW)
    rows = fresh_months(MARCH, [SITE, OTHER], RULES, NOW)
    assert [(row.site_id, row.effective_ms, row.person_times) for row in rows.order_by("site")] == [
        (SITE, 600_000, 27), (OTHER, 600_000, 27),
    ]  # fmt: skip


def test_heads_of_a_neighbour_are_booked_for_it_and_follow_corrections(any_county: County) -> None:
    box = TestBox().bound(any_county)
    take(box.say(play(), held(neighbour="柳湾村"), heads(neighbours=12)).envelope(), NOW)
    host, guest = march(), march(OTHER)
    assert host is not None
    assert guest is not None
    assert (host.sessions, host.person_times, host.joint) == (1, 27, 0)
    assert (guest.sessions, guest.person_times, guest.joint, guest.joint_person_times) == (1, 12, 1, 12)
    assert (guest.plays, guest.effective_ms, guest.oddities) == (0, 0, {})
    box.say(Correction(seq=3, field="neighbours", was=12, now=15, reason="漏数"))
    take(box.envelope(first=4), NOW)
    corrected = march(OTHER)
    assert corrected is not None
    assert corrected.person_times == 15
    box.say(held(ended="skipped", neighbour=""))  # the same session, told anew without a neighbour
    take(box.envelope(first=5), NOW)
    gone = march(OTHER)
    assert gone is not None
    assert (gone.sessions, gone.person_times) == (0, 0)


def test_what_a_guest_tells_itself_is_not_counted_twice_and_is_odd(any_county: County) -> None:
    willow = Site.objects.get(pk=OTHER)
    own = TestBox().bound(any_county, willow)
    same = held(WALL_MS + 10 * MINUTE_MS, session="own@1")
    take(
        own.say(play(session="own@1"), same, heads(session="own@1", present=9, members=4, villagers=5)).envelope(), NOW
    )
    host = TestBox().bound(any_county).say(play(), held(neighbour="柳湾"), heads(neighbours=12))
    take(host.envelope(), NOW)
    guest = march(OTHER)
    assert guest is not None
    assert (guest.sessions, guest.person_times, guest.joint) == (1, 9, 0)
    assert (guest.oddities["TWICE"], guest.sessions_odd) == (2, 2)


def test_a_neighbour_that_the_register_does_not_know_is_odd_at_the_host(any_county: County) -> None:
    take(TestBox().bound(any_county).say(play(), held(neighbour="白云村"), heads(neighbours=12)).envelope(), NOW)
    host = march()
    assert host is not None
    assert (host.person_times, host.oddities["NO_VILLAGE"], host.sessions_odd) == (27, 1, 1)


def test_sessions_entered_by_hand_are_counted_apart_and_need_no_plays(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say(held(by_hand=True), heads(), held(WALL_MS + 10**8, session="s@2"), heads(session="s@2"))
    take(box.envelope(), NOW)
    row = march()
    assert row is not None
    assert (row.sessions, row.by_hand, row.oddities) == (2, 1, {"EMPTY": 1})


def test_a_live_play_that_comes_late_has_its_month_drawn_anew(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play())
    take(box.envelope(), NOW)
    before = march()
    box.say(play(why="live", session="", course="province", lesson="live", started_wall_ms=WALL_MS + 10**7))
    take(box.envelope(first=2), NOW)
    after = march()
    assert before is not None
    assert after is not None
    assert (before.plays, after.plays, after.shown_ms) == (1, 2, 1_200_000)
    assert before.effective_ms == after.effective_ms == 600_000


def test_figures_of_an_earlier_version_of_the_program_are_drawn_anew(
    any_county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(TestBox().bound(any_county).say(play()).envelope(), NOW)
    march()
    SiteMonth.objects.update(plays=99)
    monkeypatch.setattr("county.figures.rules.DRAWN_BY", 10**6)
    row = march()
    assert row is not None
    assert row.plays == 1
