"""Records of a box that did not know the time get their date when it has learnt it, however the entries came."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from county.inbox.models import BoxHealth, Head, HeadCount, Play, SessionReadiness, SessionRecord, StopReceipt, Touched
from county.inbox.taking import take
from county.places.models import Box
from playlists.dating import Dating
from playlists.entries import Boot, ClockChange, ClockTrust, Correction, Health, Readiness, SessionHeld
from playlists.journal import decode_entry
from tests.county.world import NOW, WALL_MS, County, TestBox, heads, play

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def held(began_ms: int, **changes: object) -> SessionHeld:
    usual = {"session": "s@2026-03-02T19:30", "title": "春耕", "form": "video", "started_wall_ms": began_ms,
             "ended_wall_ms": began_ms + HOUR_MS, "ended": "held"}  # fmt: skip
    return SessionHeld(**(usual | changes))  # type: ignore[arg-type]


def months() -> list[tuple[str, str]]:
    return sorted(Touched.objects.values_list("site_id", "month"))


def test_a_play_of_an_unset_clock_is_dated_when_its_box_has_learnt_the_time(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say_at(play(started_wall_ms=1_000), 1, HOUR_MS, 700_000, "unknown")
    take(box.envelope(), NOW)
    row = Play.objects.get()
    assert (row.started_ms, row.trust, row.took_ms, Head.objects.get().undated) == (1_000, "unknown", 699_000, 1)
    assert months() == []
    box.say_at(ClockChange(by_ms=WALL_MS, trust="trusted"), 1, 2 * HOUR_MS, WALL_MS, "trusted")
    take(box.envelope(first=2), NOW)
    row = Play.objects.get()
    assert (row.started_ms, row.trust, row.took_ms) == (WALL_MS - HOUR_MS - 699_000, "trusted", 699_000)
    assert Head.objects.get().undated is None
    assert months() == [("site-clear-spring", "2026-03")]


def test_a_play_that_moves_to_another_month_touches_both(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say_at(play(started_wall_ms=WALL_MS), 1, HOUR_MS, WALL_MS + 5, "estimated")
    take(box.envelope(), NOW)
    Touched.objects.all().delete()
    box.say_at(ClockChange(by_ms=-3 * DAY_MS, trust="trusted"), 1, HOUR_MS, WALL_MS - 3 * DAY_MS, "trusted")
    take(box.envelope(first=2), NOW)
    assert months() == [("site-clear-spring", "2026-02"), ("site-clear-spring", "2026-03")]


def test_a_session_in_two_parts_keeps_both_and_is_dated_anew(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say_at(held(WALL_MS, ended="cut"), 1, HOUR_MS, WALL_MS + HOUR_MS, "trusted")
    box.say_at(held(5_000), 2, HOUR_MS, 5_000 + HOUR_MS, "unknown")
    take(box.envelope(), NOW)
    record = SessionRecord.objects.get()
    assert (record.started_ms, record.ended, record.trust) == (WALL_MS, "held", "unknown")
    box.say_at(ClockChange(by_ms=1, trust="trusted"), 2, 2 * HOUR_MS, WALL_MS + DAY_MS, "trusted")
    take(box.envelope(first=3), NOW)
    record = SessionRecord.objects.get()
    assert (record.started_ms, record.ended_ms) == (WALL_MS, WALL_MS + DAY_MS - HOUR_MS)
    assert (record.trust, len(record.parts), record.ended) == ("trusted", 2, "held")


def test_what_broke_off_with_the_power_began_in_the_boot_that_it_names(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say_at(Boot(version="1", clean=False), 4, 0, 10, "unknown")
    box.say_at(ClockChange(by_ms=1, trust="trusted"), 4, HOUR_MS, WALL_MS, "trusted")
    cut = play(started_wall_ms=99, ended="cut", started_boot=4, started_monotonic_ms=HOUR_MS // 2)
    box.say_at(cut, 5, 1_000, WALL_MS + DAY_MS, "trusted")
    take(box.envelope(first=1, last=1), NOW)
    take(box.envelope(first=2, last=2), NOW)
    take(box.envelope(first=3), NOW)
    row = Play.objects.get()
    assert (row.started_ms, row.trust, row.took_ms) == (WALL_MS - HOUR_MS // 2, "trusted", None)


def test_a_boot_that_never_learnt_the_time_is_not_looked_at_for_ever(any_county: County) -> None:
    box = TestBox().bound(any_county)
    box.say_at(play(started_wall_ms=7), 1, HOUR_MS, 7 + HOUR_MS, "unknown")
    take(box.envelope(), NOW)
    assert Head.objects.get().undated == 1
    box.say_at(Boot(version="1", clean=False), 2, 0, WALL_MS, "trusted")
    take(box.envelope(first=2), NOW)
    assert Head.objects.get().undated is None
    assert Play.objects.get(seq=1).trust == "unknown"


def test_absurd_times_are_kept_without_a_month(any_county: County) -> None:
    box = TestBox().bound(any_county)
    for boot, (wall_ms, began_ms) in enumerate([(2**62, -(2**62)), (-(2**63), 2**62), (0, 2**62)], 1):
        box.say_at(play(started_wall_ms=began_ms), boot, 2**63 - 1, wall_ms, "trusted")
        box.say_at(held(began_ms, session=f"s{boot}"), boot, 2**63 - 1, wall_ms, "unknown")
    assert take(box.envelope(), NOW).set_aside == ()
    assert (Play.objects.count(), SessionRecord.objects.count(), months()) == (3, 3, [])


@dataclass(frozen=True)
class Life:
    """A box's entries, and the places at which its journal is cut into batches."""

    box: TestBox
    cuts: list[int]


@st.composite
def lives(draw: st.DrawFn) -> Life:
    box, now = TestBox(), WALL_MS
    for boot in range(1, draw(st.integers(1, 4)) + 1):
        now += draw(st.integers(1, 20 * DAY_MS))
        booted = now
        for _ in range(draw(st.integers(1, 4))):
            now += draw(st.integers(1, DAY_MS))
            trust: ClockTrust = draw(st.sampled_from(["trusted", "estimated", "unknown"]))
            wall_ms = now if trust == "trusted" else draw(st.integers(1, 2 * WALL_MS))
            began_ms = wall_ms - draw(st.integers(0, HOUR_MS))
            kinds = (
                play(started_wall_ms=began_ms),
                held(began_ms, session=f"s{boot}"),
                ClockChange(by_ms=1, trust=trust),
            )
            box.say_at(draw(st.sampled_from(kinds)), boot, now - booted, wall_ms, trust)
    return Life(box, sorted(draw(st.sets(st.integers(1, max(1, len(box.raws) - 1))))))


def test_however_a_journal_is_cut_into_batches_its_plays_get_the_dates_of_the_whole(county: County) -> None:
    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(lives())
    def check(life: Life) -> None:
        box = life.box.bound(county)
        first = 1
        for last in [*[cut for cut in life.cuts if cut < len(box.raws)], len(box.raws)]:
            take(box.envelope(first, last), NOW)
            first = last + 1
        entries = [decode_entry(raw, "entry") for raw in box.raws]
        dating = Dating(entries)
        for row in Play.objects.filter(box=box.id):
            entry = entries[row.seq - 1]
            dated = dating.told(entry, entry.wall_ms - (row.took_ms or 0))
            if dated.trust == "trusted" or dated.not_after_ms is None:
                assert (row.started_ms, row.trust) == (dated.wall_ms, dated.trust)
            assert row.trust == dated.trust

    check()


def test_states_keep_the_newest_word_in_whatever_order_they_come(any_county: County) -> None:
    def ready(percent: int) -> Readiness:
        return Readiness(session="s@1", percent=percent, height=360, ready_wall_ms=WALL_MS + HOUR_MS, in_danger=True)

    def health(generation: int) -> Health:
        return Health(version=f"1.{generation}", generation=generation, free_bytes=1, stored_bytes=2, fetched_bytes=3)

    box = TestBox().bound(any_county).say(ready(20), health(1), ready(62), health(2), heads(), health(3), ready(80))
    take(box.envelope(first=3, last=4), NOW)
    take(box.envelope(first=1, last=2), NOW)
    row = SessionReadiness.objects.get()
    assert (row.percent, row.height, row.ready_ms, row.in_danger) == (62, 360, WALL_MS + HOUR_MS, True)
    assert (BoxHealth.objects.get().generation, row.at_ms) == (2, WALL_MS + 3)
    take(box.envelope(), NOW)
    assert SessionReadiness.objects.get().percent == 80
    assert (BoxHealth.objects.get().version, Box.objects.get().version) == ("1.3", "1.3")
    assert not StopReceipt.objects.exists()


@pytest.mark.parametrize("blank", ["present", "expected", "on_leave"])
def test_a_correction_to_nothing_changes_only_what_may_be_blank(any_county: County, blank: str) -> None:
    changes = [Correction(seq=1, field=field, was=1, now=None, reason="填错") for field in (blank, "members")]
    take(TestBox().bound(any_county).say(heads(), *changes).envelope(), NOW)
    count = HeadCount.objects.get()
    assert (getattr(count, blank), count.members, len(count.corrections)) == (getattr(heads(), blank), None, 1)
