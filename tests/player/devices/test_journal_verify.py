"""Whatever is done to a real journal file, `yuanjiao journal verify` finds it and says where.

The files are those of the player's own journal with the county's acknowledgement beside them. Damage is a pair of a
kind and a place; every kind is done at any place.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.moment import Moment
from player.devices.journal_file import Append, JournalFile
from player.folders import BoxFolders
from playlists.acknowledged import Acknowledged, write_acknowledged
from playlists.command import main
from playlists.entries import FaultSeen
from playlists.journal import decode_entry, encode_entry, genesis, make_entry, next_hash
from tests.fakes.journal_writer import FINGERPRINT

LENGTH = 12
ACKNOWLEDGED = 9
OTHER_BOX = "f" * 64

Rows = list[tuple[int, bytes, bytes]]


def body(text: str) -> FaultSeen:
    return FaultSeen(code="E1", active=True, detail=text)


def make_journal(folder: Path, fingerprint: str = FINGERPRINT, length: int = LENGTH) -> BoxFolders:
    """A box's folder with a journal of ``length`` entries, of which the county holds the first `ACKNOWLEDGED`."""
    folders = BoxFolders(folder)
    folders.make()
    folders.fingerprint.write_text(fingerprint)
    file = JournalFile(folders.journal, fingerprint)
    for seq in range(1, length + 1):
        file.write([Append((body(f"fault {seq}"),), Moment(seq * 1_000, 1_772_000_000_000 + seq, "trusted", 1))])
    held = list(file.rows_after(0))[ACKNOWLEDGED - 1][2]
    file.close()
    write_acknowledged(folders.acknowledged, Acknowledged(fingerprint, ACKNOWLEDGED, held.hex()))
    return folders


@pytest.fixture(scope="module")
def untouched() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_journal(Path(folder)).root


@pytest.fixture(scope="module")
def of_another_box() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_journal(Path(folder), OTHER_BOX).journal


@dataclass
class Copy:
    """A copy of the box's folder that may be damaged."""

    folders: BoxFolders

    def rows(self) -> Rows:
        with closing(sqlite3.connect(self.folders.journal)) as database:
            return database.execute("SELECT seq, data, hash FROM entries ORDER BY seq").fetchall()

    def put(self, rows: Rows) -> None:
        """Replace all entries."""
        with closing(sqlite3.connect(self.folders.journal)) as database, database:
            database.execute("DELETE FROM entries")
            database.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)

    def execute(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folders.journal)) as database, database:
            database.execute(statement, values)

    def verify(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[tuple[int, str]], str]:
        """The exit code, every problem as number and kind, and all that was printed."""
        code = main(["journal", "verify", str(self.folders.journal), *arguments])
        text = capsys.readouterr().out
        problems = [line.split(" ", 3)[2:] for line in text.splitlines() if line.startswith("PROBLEM")]
        return code, [(int(seq.rstrip(":")), rest.split(":")[0]) for seq, rest in problems], text


@pytest.fixture
def copy(untouched: Path) -> Iterator[Callable[[], Copy]]:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)

        def make() -> Copy:
            target = made / "box"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(untouched, target)
            return Copy(BoxFolders(target))

        yield make


# --- kinds of damage: (rows, place from 0) → rows; all are local to the place unless said otherwise


def forged(seq: int, text: str = "forged") -> bytes:
    return encode_entry(make_entry(body(text), seq=seq, boot=1, monotonic_ms=1, wall_ms=1, trust="trusted"))


def before(rows: Rows, place: int) -> bytes:
    return rows[place - 1][2] if place else genesis(FINGERPRINT)


def edited_body(rows: Rows, place: int) -> Rows:
    seq, _, link = rows[place]
    return [*rows[:place], (seq, forged(seq), link), *rows[place + 1 :]]


def edited_body_and_its_hash(rows: Rows, place: int) -> Rows:
    seq, data = rows[place][0], forged(rows[place][0])
    return [*rows[:place], (seq, data, next_hash(before(rows, place), data)), *rows[place + 1 :]]


def flipped_bit(rows: Rows, place: int) -> Rows:
    seq, data, link = rows[place]
    at = hashlib.sha256(data).digest()[0] % len(data)
    return [*rows[:place], (seq, data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :], link), *rows[place + 1 :]]


def edited_hash(rows: Rows, place: int) -> Rows:
    seq, data, link = rows[place]
    return [*rows[:place], (seq, data, hashlib.sha256(link).digest()), *rows[place + 1 :]]


def nonsense(rows: Rows, place: int) -> Rows:
    seq, _, link = rows[place]
    return [*rows[:place], (seq, b"\xff\x00", link), *rows[place + 1 :]]


def swapped(rows: Rows, place: int) -> Rows:
    other = place + 1 if place + 1 < len(rows) else place - 1
    changed = list(rows)
    changed[place], changed[other] = (rows[place][0], *rows[other][1:]), (rows[other][0], *rows[place][1:])
    return changed


def swapped_contents(rows: Rows, place: int) -> Rows:
    other = place + 1 if place + 1 < len(rows) else place - 1
    changed = list(rows)
    changed[place] = (rows[place][0], rows[other][1], rows[place][2])
    changed[other] = (rows[other][0], rows[place][1], rows[other][2])
    return changed


def renumbered(rows: Rows, place: int) -> Rows:
    return [*rows[:place], *[(seq + 1, data, link) for seq, data, link in rows[place:]]]


def removed(rows: Rows, place: int) -> Rows:
    return rows[:place] + rows[place + 1 :]


def removed_and_closed_up(rows: Rows, place: int) -> Rows:
    return [(index, data, link) for index, (_, data, link) in enumerate(removed(rows, place), 1)]


def inserted(rows: Rows, place: int) -> Rows:
    data = forged(place + 1)
    more = [*rows[:place], (0, data, next_hash(before(rows, place), data)), *rows[place:]]
    return [(index, data, link) for index, (_, data, link) in enumerate(more, 1)]


def repeated(rows: Rows, place: int) -> Rows:
    more = [*rows[:place], rows[place], *rows[place:]]
    return [(index, data, link) for index, (_, data, link) in enumerate(more, 1)]


def local_kinds() -> list[Callable[[Rows, int], Rows]]:
    return [
        edited_body, edited_body_and_its_hash, flipped_bit, edited_hash, nonsense, swapped, swapped_contents,
        renumbered, removed, removed_and_closed_up, inserted, repeated,
    ]  # fmt: skip


# The last entry has none behind it that shows these; only an acknowledgement of it would.
UNSEEN_AT_THE_END = (edited_body_and_its_hash, removed, removed_and_closed_up)


def local_damage(length: int) -> st.SearchStrategy[tuple[Callable[[Rows, int], Rows], int]]:
    pairs = st.tuples(st.sampled_from(local_kinds()), st.integers(0, length - 1))
    return pairs.filter(lambda pair: pair[0] not in UNSEEN_AT_THE_END or pair[1] < length - 1)


def test_a_journal_that_nobody_touched_holds(copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]) -> None:
    code, problems, text = copy().verify(capsys)
    assert (code, problems) == (0, [])
    assert f"compared with entry {ACKNOWLEDGED}, which acknowledged.json beside it" in text


def test_any_damage_is_found_where_it_was_done(copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]) -> None:
    @given(local_damage(LENGTH))
    def check(damage: tuple[Callable[[Rows, int], Rows], int]) -> None:
        kind, place = damage
        touched = copy()
        touched.put(kind(touched.rows(), place))
        code, problems, text = touched.verify(capsys)
        assert code == 1, text
        # A row is found itself, or by the link of the one after it; and the acknowledged entry besides.
        near = [seq for seq, what in problems if what != "end"]
        assert any(abs(seq - (place + 1)) <= 1 for seq in near), text

    check()


def test_damage_to_two_places_is_found_at_both(copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]) -> None:
    kinds = st.sampled_from([edited_body, edited_hash, flipped_bit, nonsense])

    @given(kinds, kinds, st.integers(0, 3), st.integers(6, LENGTH - 1))
    def check(one: Callable[[Rows, int], Rows], other: Callable[[Rows, int], Rows], first: int, second: int) -> None:
        touched = copy()
        touched.put(other(one(touched.rows(), first), second))
        found = {seq for seq, what in touched.verify(capsys)[1] if what != "end"}
        assert {first + 1, second + 1} <= found

    check()


def test_a_tail_that_was_cut_off_is_found_up_to_the_acknowledged_entry(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]
) -> None:
    @given(st.integers(0, LENGTH - 1))
    def check(left: int) -> None:
        touched = copy()
        touched.put(touched.rows()[:left])
        code, problems, text = touched.verify(capsys)
        assert (code, problems) == ((1, [(left, "end")]) if left < ACKNOWLEDGED else (0, [])), text
        touched.folders.acknowledged.unlink()
        code, _, text = touched.verify(capsys)
        assert (code, "only the county can tell" in text) == (0, True)

    check()


def test_a_chain_hashed_anew_from_the_damage_on_is_found_by_the_acknowledged_entry(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]
) -> None:
    @given(st.integers(0, ACKNOWLEDGED - 1))
    def check(place: int) -> None:
        touched = copy()
        rows = edited_body(touched.rows(), place)
        honest = rows[ACKNOWLEDGED - 1][2].hex()
        for index in range(place, LENGTH):
            rows[index] = (*rows[index][:2], next_hash(before(rows, index), rows[index][1]))
        touched.put(rows)
        code, problems, text = touched.verify(capsys)
        assert (code, problems) == (1, [(ACKNOWLEDGED, "end")]), text
        # Whoever wrote the journal anew can write its companion anew; what the county shows, he cannot.
        write_acknowledged(
            touched.folders.acknowledged, Acknowledged(FINGERPRINT, ACKNOWLEDGED, rows[ACKNOWLEDGED - 1][2].hex())
        )
        assert touched.verify(capsys)[0] == 0
        assert touched.verify(capsys, "--acknowledged", f"{ACKNOWLEDGED}:{honest}")[0] == 1

    check()


def test_first_entries_that_were_removed_are_found_although_the_file_claims_to_begin_behind_them(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]
) -> None:
    @given(st.integers(1, LENGTH - 1), st.booleans())
    def check(gone: int, acknowledged: bool) -> None:
        touched = copy()
        rows = touched.rows()
        touched.put(rows[gone:])
        touched.execute("UPDATE meta SET value = ? WHERE key = 'base_seq'", gone)
        touched.execute("UPDATE meta SET value = ? WHERE key = 'base_hash'", rows[gone - 1][2])
        if not acknowledged:
            touched.folders.acknowledged.unlink()
        code, problems, text = touched.verify(capsys)
        # A file is begun anew behind what the county holds, and only there.
        rightful = acknowledged and gone <= ACKNOWLEDGED
        assert code == (0 if rightful else 1), text
        assert rightful or (1, "removed") in problems

    check()


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("UPDATE meta SET value = ? WHERE key = 'fingerprint'", OTHER_BOX),
        ("UPDATE meta SET value = ? WHERE key = 'base_seq'", 3),
        ("UPDATE meta SET value = ? WHERE key = 'base_hash'", bytes(32)),
    ],
)
def test_an_edited_beginning_is_found(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str], change: str, value: object
) -> None:
    touched = copy()
    if "base_hash" in change:
        touched.execute("UPDATE meta SET value = 1 WHERE key = 'base_seq'")
        touched.put(touched.rows()[1:])
    touched.execute(change, value)
    code, problems, text = touched.verify(capsys)
    assert code == 1, text
    assert min(seq for seq, _ in problems) <= 4


def test_a_journal_without_the_name_of_its_box_is_none(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]
) -> None:
    touched = copy()
    touched.execute("DELETE FROM meta WHERE key = 'fingerprint'")
    assert touched.verify(capsys)[0] == 2


def test_the_journal_of_another_box_is_found(
    copy: Callable[[], Copy], of_another_box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    touched = copy()
    shutil.copy(of_another_box, touched.folders.journal)
    code, problems, text = touched.verify(capsys)
    assert code == 1
    assert (1, "other") in problems
    assert f"this is box {FINGERPRINT}" in text


@pytest.mark.parametrize("content", [b"", b"{", b'{"fingerprint":"x","head":9,"hash":"zz"}', b"\xff\xfe"])
def test_a_broken_acknowledgement_is_said_and_not_used(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    touched = copy()
    touched.folders.acknowledged.write_bytes(content)
    code, _, text = touched.verify(capsys)
    assert code == 0
    assert "what lies beside the journal is not used" in text
    assert "only the county can tell" in text


def test_an_acknowledgement_of_another_box_is_said_and_not_used(
    copy: Callable[[], Copy], capsys: pytest.CaptureFixture[str]
) -> None:
    touched = copy()
    write_acknowledged(touched.folders.acknowledged, Acknowledged(OTHER_BOX, 4, "00" * 32))
    code, _, text = touched.verify(capsys)
    assert (code, f"is of box {OTHER_BOX}" in text) == (0, True)


def test_every_kind_of_damage_really_damages(copy: Callable[[], Copy]) -> None:
    rows = copy().rows()
    assert decode_entry(rows[4][1], "entry").seq == 5
    assert all(kind(rows, place) != rows for kind in local_kinds() for place in range(LENGTH))
