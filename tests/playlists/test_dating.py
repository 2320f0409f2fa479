"""Entries dated afterwards: against the truth of invented boxes whose clocks are wrong in every way."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from playlists.dating import Dated, Dating, date
from playlists.entries import ClockTrust, Entry, SessionHeld
from playlists.journal import make_entry

DAY_MS = 86_400_000
TRUE_MS = 1_772_800_000_000


@dataclass(frozen=True)
class Told:
    """An entry and when it was really written."""

    entry: Entry
    true_ms: int


def entry(seq: int, boot: int, monotonic_ms: int, wall_ms: int, trust: ClockTrust) -> Entry:
    return make_entry(held(), seq=seq, boot=boot, monotonic_ms=monotonic_ms, wall_ms=wall_ms, trust=trust)


def held(began_ms: int = 0, **earlier: int) -> SessionHeld:
    told = {"session": "s", "title": "春耕", "form": "video", "ended_wall_ms": 0, "ended": "held"}
    return SessionHeld(started_wall_ms=began_ms, **told, **earlier)  # type: ignore[arg-type]


@st.composite
def lives(draw: st.DrawFn) -> list[Told]:
    """A box from boot to boot: trusted is always right, estimated off by hours, unknown means nothing."""
    told: list[Told] = []
    now = TRUE_MS
    for boot in range(1, draw(st.integers(1, 5)) + 1):
        now += draw(st.integers(1, 40 * DAY_MS))
        booted, error = now, draw(st.integers(-5, 5)) * 3_600_000
        for _ in range(draw(st.integers(1, 5))):
            now += draw(st.integers(0, DAY_MS))
            trust: ClockTrust = draw(st.sampled_from(["trusted", "estimated", "unknown"]))
            wall = {"trusted": now, "estimated": now + error, "unknown": draw(st.integers(0, 2 * TRUE_MS))}[trust]
            told.append(Told(entry(len(told) + 1, boot, now - booted, wall, trust), now))
    return told


def dates(told: list[Told]) -> list[Dated]:
    return date([one.entry for one in told])


@given(lives())
def test_whatever_a_boot_learns_dates_all_its_entries(told: list[Told]) -> None:
    known = {one.entry.boot for one in told if one.entry.trust == "trusted"}
    for one, dated in zip(told, dates(told), strict=True):
        assert (dated.trust == "trusted") == (one.entry.boot in known)
        if dated.trust == "trusted":
            assert dated.wall_ms == one.true_ms


@given(lives())
def test_the_truth_lies_within_the_bounds_and_so_does_the_date(told: list[Told]) -> None:
    for one, dated in zip(told, dates(told), strict=True):
        for at in (one.true_ms, dated.wall_ms):
            assert dated.not_before_ms is None or at >= dated.not_before_ms
            assert dated.not_after_ms is None or at <= dated.not_after_ms


@given(lives())
def test_trust_never_falls_and_a_date_that_is_trusted_stays(told: list[Told]) -> None:
    whole = dates(told)
    for length in range(len(told) + 1):
        for early, late in zip(dates(told[:length]), whole, strict=False):
            assert early.trust != "trusted" or (early.wall_ms, early.trust) == (late.wall_ms, late.trust)
            assert early.trust == "unknown" or late.trust != "unknown"


@given(lives(), st.data())
def test_missing_entries_make_no_date_wrong(told: list[Told], data: st.DataObject) -> None:
    kept = [one for one in told if data.draw(st.booleans())]
    for one, dated in zip(kept, dates(kept), strict=True):
        assert dated.trust != "trusted" or dated.wall_ms == one.true_ms


@given(lives(), st.data())
def test_what_an_entry_tells_of_an_earlier_moment_is_dated_with_it(told: list[Told], data: st.DataObject) -> None:
    dating = Dating([one.entry for one in told])
    for one in told:
        ago = data.draw(st.integers(0, one.entry.monotonic_ms))
        dated = dating.started(one.entry, held(one.entry.wall_ms - ago))
        if dating.entry(one.entry).trust == "trusted":
            assert (dated.wall_ms, dated.trust) == (one.true_ms - ago, "trusted")


def test_no_entries_have_no_dates() -> None:
    assert date([]) == []


def test_a_session_that_a_power_cut_broke_off_began_in_the_boot_that_it_names() -> None:
    first = [entry(1, 7, 1_000, 50, "unknown"), entry(2, 7, 2_000, TRUE_MS, "trusted")]
    body = held(70, started_boot=7, started_monotonic_ms=1_500)
    last = entry(3, 8, 9_000, TRUE_MS + DAY_MS, "trusted")
    assert Dating([*first, last]).started(last, body) == Dated(TRUE_MS - 500, "trusted")
    unheard = Dating([last]).started(last, body)
    assert unheard.trust == "unknown"


def test_in_a_boot_of_weeks_the_last_word_before_it_dates_what_happened() -> None:
    """A quartz that loses five seconds a day is set right every day; a month later it would be wrong by minutes."""
    told = [entry(day, 1, day * DAY_MS, TRUE_MS + day * DAY_MS + day * 5_000, "trusted") for day in range(1, 31)]
    began = replace(held(0), started_boot=1, started_monotonic_ms=20 * DAY_MS + 3_600_000)
    late = make_entry(began, seq=31, boot=2, monotonic_ms=60_000, wall_ms=TRUE_MS + 32 * DAY_MS, trust="trusted")
    dating = Dating([*told, late])
    assert dating.started(late, began).wall_ms == TRUE_MS + 20 * DAY_MS + 3_600_000 + 100_000
    early = replace(began, started_monotonic_ms=3_600_000)
    assert dating.started(late, early).wall_ms == TRUE_MS + 3_600_000 + 5_000


def test_of_two_estimates_the_later_counts_for_what_was_unknown() -> None:
    typed = [
        entry(1, 1, 0, 5, "unknown"),
        entry(2, 1, 10, TRUE_MS - DAY_MS, "estimated"),
        entry(3, 1, 20, TRUE_MS, "estimated"),
    ]
    assert [one.wall_ms for one in date(typed)] == [TRUE_MS - 20, TRUE_MS - DAY_MS, TRUE_MS]


def test_a_number_that_comes_again_is_another_boot() -> None:
    before = entry(1, 3, 500, TRUE_MS, "trusted")
    after = entry(2, 3, 100, 0, "unknown")
    assert date([before, after])[1] == Dated(TRUE_MS, "unknown", not_before_ms=TRUE_MS)


def test_an_estimate_that_contradicts_what_is_certain_is_moved_to_the_nearest_that_does_not() -> None:
    early = entry(1, 1, 0, TRUE_MS, "trusted")
    slow = entry(2, 2, 0, TRUE_MS - DAY_MS, "estimated")
    later = entry(3, 3, DAY_MS, TRUE_MS + 3 * DAY_MS, "trusted")
    fast = replace(slow, wall_ms=TRUE_MS + 9 * DAY_MS)
    assert date([early, slow, later])[1].wall_ms == TRUE_MS
    assert date([early, fast, later])[1].wall_ms == TRUE_MS + 2 * DAY_MS
