"""The simulation's own parts: what they promise is what the rules rest on."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core import faults
from player.core.moment import Moment
from player.store.errors import StoreError
from playlists.targets import CHUNK_BYTES

from . import disk, line_seen, mishaps, nature, script
from .agenda import ALWAYS, DAY_MS, HOUR_MS, NEVER_MS, Agenda, Run
from .broken import Broken
from .clock import START_MS
from .disk import Partial
from .line import SLOT_MS, Capacity, Line
from .line_seen import LineFile, LineSeen
from .script import Name, parse
from .shrink import Shrinking
from .store import Store

# --- names and scripts


@pytest.mark.parametrize("text", ["17", "17/12.5", "17/12.5:3,40-42", "17:none", "17:0"])
def test_a_life_has_a_name_that_can_be_read_again(text: str) -> None:
    assert str(parse(text)) == text


def test_what_is_no_name_is_refused_with_an_example() -> None:
    with pytest.raises(ValueError, match=r"17/12\.5:3,40-42"):
        parse("seventeen")


def test_a_shorter_life_has_the_same_faults_under_the_same_numbers() -> None:
    faults = script.draw(17, 1)
    whole, short = script.kept(faults, Name(17)), script.kept(faults, Name(17, 9))
    assert 20 < len(short) < len(whole)
    assert whole[: len(short)] == short
    assert [number for number, _ in script.kept(faults, Name(17, 9, (1, 3)))] == [1, 3]


def test_every_kind_of_fault_is_drawn_and_can_happen() -> None:
    assert frozenset(script.EVERY_DAYS) == mishaps.KINDS


def test_a_fault_that_is_needed_is_all_that_is_left() -> None:
    class Fragile:
        """Fails on day 9 if a power cut comes before and the line is down after it."""

        def __init__(self, name: Name) -> None:
            self.script = script.kept(script.draw(name.seed, nature.draw(name.seed).trouble), name)
            self.agenda = Agenda()
            self.agenda.now = 9 * DAY_MS
            self.days = name.days

        def live(self) -> None:
            cuts = [fault.at_ms for _, fault in self.script if fault.kind == "power cut"]
            downs = [fault.at_ms for _, fault in self.script if fault.kind == "line down"]
            if self.days >= 9 and cuts and downs and min(cuts) < max(downs):
                raise Broken(5, "fell over")

    seed = next(seed for seed in range(50) if nature.draw(seed).trouble == 1)
    small = Shrinking(Fragile).shrink(Name(seed))  # type: ignore[arg-type]
    kinds = [fault.kind for _, fault in Fragile(small).script]
    assert sorted(kinds) == ["line down", "power cut"]
    assert 9 <= small.days < 10


# --- time


def test_what_belongs_to_a_run_ends_with_it_and_a_wake_up_comes_in_its_turn() -> None:
    agenda, run, told = Agenda(), Run(), []
    agenda.at(10, run, told.append, "first")
    agenda.at(30, run, told.append, "never")
    agenda.at(40, ALWAYS, told.append, "always")
    agenda.at(20, ALWAYS, setattr, run, "alive", False)
    agenda.wake_at = 15
    agenda.pump(100, lambda: told.append(agenda.now))
    assert told == ["first", 15, "always"]
    assert (agenda.now, agenda.wake_at) == (100, NEVER_MS)


# --- the line


@given(
    st.lists(st.floats(0, 2_000_000), min_size=3, max_size=8).filter(lambda rates: sum(rates) > 1_000),
    st.integers(0, SLOT_MS), st.integers(1, 50_000_000),
)  # fmt: skip
def test_bytes_have_come_when_the_line_says_so_and_not_a_moment_before(
    rates: list[float], start: int, length: int
) -> None:
    line = Capacity(rates)
    end = line.when(start, length)
    if end < NEVER_MS:
        assert line.brought(start, end) >= length - 1e-3
        assert line.brought(start, max(start, end - 3)) <= length
    else:
        assert line.brought(start, SLOT_MS * len(rates)) < length


def test_a_line_tells_when_it_falls_silent() -> None:
    line = Capacity([1_000, 0, 1_000])
    assert line.silent_from(0, SLOT_MS - 1) is None
    assert line.silent_from(5, 2 * SLOT_MS) == SLOT_MS
    assert line.silent_from(SLOT_MS + 7, SLOT_MS + 9) == SLOT_MS + 7


def test_a_worker_sees_the_line_by_the_hours_of_the_boxs_clock_and_leaves_out_pauses_for_the_cap() -> None:
    file, line = LineFile(lambda: ""), Line("adsl", 0)
    since, until, brought = HOUR_MS // 2, 2 * HOUR_MS, int(line.capacity(80_000).brought(HOUR_MS // 2, 2 * HOUR_MS))
    with line_seen.simulated():
        LineSeen(file, Moment(0, START_MS + since, "trusted", 1), since).flight(line, 80_000, since, until, brought)
        LineSeen(file, Moment(0, START_MS + until, "unknown", 1), until).flight(line, None, until, until + 1, 99)
    history = file.news()
    assert history is not None
    assert file.news() is None
    assert sum(history.brought_bytes) == pytest.approx(brought, abs=1)
    assert 0 < history.tried_s[0] < history.tried_s[1] < 3600 / 2
    assert history.brought_bytes[1] / history.tried_s[1] == pytest.approx(line.rate(since) * 1000, rel=0.5)
    assert sum(history.tried_s[2:]) == 0


def test_what_the_disk_does_not_take_of_the_line_is_written_later() -> None:
    refused = [faults.CARD_FAILING]
    file, line = LineFile(lambda: refused[0] if refused else ""), Line("adsl", 0)
    seen = LineSeen(file, Moment(0, START_MS, "trusted", 1), 0)
    with line_seen.simulated():
        seen.flight(line, None, 0, 60_000, None)
        with pytest.raises(StoreError):
            seen.end(60_000)
        refused.clear()
        seen.end(60_000)
    assert file.history.tried_s[0] == 60


# --- the disk


@given(st.integers(0, 2**32), st.lists(st.integers(1, 2 * CHUNK_BYTES), min_size=1, max_size=12))
def test_a_cut_keeps_every_verified_chunk_and_no_byte_comes_twice_without_need(seed: int, pieces: list[int]) -> None:
    chance, store, size = Random(seed), Store(1 << 30), 5 * CHUNK_BYTES + 77
    with disk.simulated():
        for length in pieces:
            gap = store.gap("a" * 64, size)
            if gap is None:
                break
            store.take("a" * 64, gap.start, min(length, gap.end - gap.start))
            if "a" * 64 in store.whole:
                break
            before = store.partials["a" * 64].verified_bytes
            store.cut(0, chance)
            assert store.partials["a" * 64].verified_bytes >= before


def test_bytes_that_are_here_may_not_come_again() -> None:
    with disk.simulated():
        blob = Partial("a" * 64, 3 * CHUNK_BYTES)
        blob.film.came(0, CHUNK_BYTES)
        with pytest.raises(Broken, match="came again"):
            blob.film.came(0, 1)
