from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.chain import ChainFault, ChainStart, StoredEntry, compare_head, verify_chain
from playlists.journal import genesis, next_hash
from tests.playlists import samples
from tests.playlists.samples import BOX

START = ChainStart.of_box(BOX)

places = st.integers(1, 8)


def faults(rows: list[StoredEntry]) -> list[tuple[int, str]]:
    return [(fault.seq, fault.kind) for fault in verify_chain(START, rows).faults]


def renumbered(rows: list[StoredEntry]) -> list[StoredEntry]:
    return [replace(row, seq=place) for place, row in enumerate(rows, start=1)]


@given(st.integers(0, 8))
def test_a_chain_that_nobody_touched_holds(length: int) -> None:
    rows = samples.chain(length)
    report = verify_chain(START, rows)
    assert (report.entries, report.head, report.faults) == (length, length, ())
    assert report.head_hash == (rows[-1].hash if rows else genesis(BOX))


def test_a_chain_of_another_box_does_not_hold() -> None:
    assert faults(samples.chain(3, "f" * 32)) == [(1, "edited")]


@given(places)
def test_an_edited_entry_is_found_where_it_is_and_nowhere_else(place: int) -> None:
    rows = samples.chain(8)
    rows[place - 1] = replace(rows[place - 1], data=samples.encoded(place, "other"))
    assert faults(rows) == [(place, "edited")]


@given(places)
def test_an_edit_that_covers_itself_with_a_new_hash_is_found_at_the_next_entry(place: int) -> None:
    rows = samples.chain(9)
    data = samples.encoded(place, "other")
    previous = rows[place - 2].hash if place > 1 else genesis(BOX)
    rows[place - 1] = StoredEntry(place, data, next_hash(previous, data))
    assert faults(rows) == [(place + 1, "edited")]


@given(places, st.integers(0, 255))
def test_an_entry_with_a_flipped_bit_is_found(place: int, bit: int) -> None:
    rows = samples.chain(8)
    data = bytearray(rows[place - 1].data)
    data[bit % len(data)] ^= 1 << (bit % 8)
    rows[place - 1] = replace(rows[place - 1], data=bytes(data))
    assert place in {seq for seq, _ in faults(rows)}


def test_a_changed_hash_is_told_from_a_changed_entry() -> None:
    rows = samples.chain(5)
    rows[2] = replace(rows[2], hash=bytes(32))
    assert verify_chain(START, rows).faults == (ChainFault(3, "edited", "its stored hash was changed"),)


@given(places, st.booleans())
def test_a_removed_entry_is_found_whether_the_rest_was_renumbered_or_not(place: int, renumber: bool) -> None:
    rows = samples.chain(9)
    del rows[place - 1]
    assert faults(renumbered(rows) if renumber else rows) == [(place, "removed")]


def test_several_removed_entries_are_one_finding() -> None:
    rows = samples.chain(9)
    del rows[2:5]
    report = verify_chain(START, rows)
    assert [(fault.seq, fault.problem) for fault in report.faults] == [(3, "entries 3 to 5 are gone before entry 6")]


@given(places)
def test_an_inserted_entry_is_found_and_the_rest_still_counts(place: int) -> None:
    rows = samples.chain(9)
    forged = StoredEntry(0, samples.encoded(place, "forged"), bytes(32))
    rows.insert(place - 1, forged)
    report = verify_chain(START, renumbered(rows))
    assert [(fault.seq, fault.kind) for fault in report.faults] == [(place, "inserted")]
    assert report.head == 9


@given(places)
def test_two_entries_that_changed_places_are_found(place: int) -> None:
    rows = samples.chain(9)
    rows[place - 1], rows[place] = rows[place], rows[place - 1]
    assert set(faults(renumbered(rows))) == {(place, "moved"), (place + 1, "moved")}


def test_an_entry_kept_under_another_number_is_found() -> None:
    rows = samples.chain(4)
    rows[3] = replace(rows[3], seq=40)
    assert faults(rows) == [(40, "moved")]


def test_a_missing_end_is_found_by_what_the_county_acknowledged() -> None:
    rows = samples.chain(5)
    assert faults(rows[:3]) == []
    assert compare_head(START, rows, 4, rows[3].hash) is None
    assert compare_head(START, [], 0, genesis(BOX)) is None
    gone = compare_head(START, rows[:3], 4, rows[3].hash)
    assert gone is not None
    assert (gone.seq, gone.kind) == (3, "end")


def test_a_journal_written_anew_is_found_by_what_the_county_acknowledged() -> None:
    other = compare_head(START, samples.chain(5), 4, bytes(32))
    assert other is not None
    assert "not the entry" in other.problem


@pytest.mark.parametrize("junk", [b"", b"\x90", b"junk" * 100])
def test_unreadable_bytes_are_a_finding_and_no_crash(junk: bytes) -> None:
    rows = samples.chain(4)
    rows[1] = replace(rows[1], data=junk)
    assert faults(rows) == [(2, "edited")]
