import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from playlists.command import main
from playlists.entries import HeadCount
from playlists.journal import encode_entry, entry_id, make_entry, next_hash
from playlists.journal_schema import SCHEMA
from tests.playlists import samples
from tests.playlists.samples import BOX


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A journal of six entries, open as the player has it."""
    with closing(sqlite3.connect(tmp_path / "journal.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(SCHEMA)
        database.execute("INSERT INTO meta VALUES ('fingerprint', ?)", (BOX,))
        rows = [(row.seq, row.data, row.hash) for row in samples.chain(6)]
        database.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
        yield database


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["journal", arguments[0], str(tmp_path / "journal.sqlite"), *arguments[1:]])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_entries_are_shown_as_readable_json(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    body = HeadCount(session="春耕@1", expected=30, present=27, members=18, villagers=9, on_leave=3)
    data = encode_entry(make_entry(body, seq=7, boot=2, monotonic_ms=5, wall_ms=1_772_000_000_123, trust="unknown"))
    journal.execute("INSERT INTO entries VALUES (7, ?, ?)", (data, next_hash(samples.chain(6)[-1].hash, data)))
    code, text = run(tmp_path, capsys, "show")
    lines = [json.loads(line) for line in text.splitlines()]
    assert (code, len(lines)) == (0, 7)
    assert lines[6]["kind"] == "heads"
    assert (lines[6]["present"], lines[6]["trust"]) == (27, "unknown")
    assert lines[6]["time"] == "2026-02-25T06:13:20.123+00:00"
    assert lines[6]["id"] == str(entry_id(BOX, 7))
    assert "春耕@1" in text


def test_a_journal_begun_anew_after_damage_says_where_it_goes_on(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    acknowledged = samples.chain(6)[2].hash
    journal.execute("DELETE FROM entries WHERE seq <= 3")
    assert run(tmp_path, capsys, "verify")[0] == 1
    journal.execute("INSERT INTO meta VALUES ('base_seq', 3), ('base_hash', ?)", (acknowledged,))
    code, text = run(tmp_path, capsys, "verify", "--acknowledged", f"3:{acknowledged.hex()}")
    assert code == 0, text
    assert "goes on behind entry 3" in text
    assert "3 entries" in text
    code, text = run(tmp_path, capsys, "verify")
    assert (code, "entries 1 to 3 are not in this file" in text) == (1, True)
    assert "cannot be compared" in run(tmp_path, capsys, "verify", "--acknowledged", f"2:{acknowledged.hex()}")[1]
    journal.execute("DELETE FROM entries WHERE seq = 4")
    code, text = run(tmp_path, capsys, "verify")
    assert (code, "PROBLEM entry 4: removed" in text) == (1, True)
    journal.execute("DELETE FROM entries")
    assert "end 3:" in run(tmp_path, capsys, "verify")[1]


def test_unreadable_and_unknown_entries_are_shown_as_they_are(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.execute("UPDATE entries SET data = x'ff00' WHERE seq = 2")
    journal.execute(
        "UPDATE entries SET data = x'96030101cfffffffffffffffffa77472757374656492a3666f6fc40101' WHERE seq = 3"
    )
    _, text = run(tmp_path, capsys, "show")
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[1]["data"] == "ff00"
    assert (lines[2]["kind"], lines[2]["fields"]) == ("foo", ["01"])
    assert lines[2]["time"] == f"{(1 << 64) - 1} ms"


def test_a_chain_that_nobody_touched_holds(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(tmp_path, capsys, "verify")
    assert code == 0
    assert "6 entries" in text
    assert "the chain holds" in text


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("UPDATE entries SET data = (SELECT data FROM entries WHERE seq = 5) WHERE seq = 4", "entry 4"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE seq = 4", "entry 4: edited"),
        ("DELETE FROM entries WHERE seq = 3", "entry 3: removed"),
        ("DELETE FROM entries WHERE seq = 1", "entry 1: removed"),
        ("UPDATE entries SET seq = 99 WHERE seq = 2", "entry 99: moved"),
    ],
)
def test_a_touched_chain_is_reported_with_the_place(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str], change: str, finding: str
) -> None:
    journal.execute(change)
    code, text = run(tmp_path, capsys, "verify")
    assert code == 1
    assert f"PROBLEM {finding}" in text


def test_a_lost_end_is_reported_against_the_acknowledgement(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.execute("DELETE FROM entries WHERE seq > 4")
    hashes = [row.hash.hex() for row in samples.chain(6)]
    assert run(tmp_path, capsys, "verify", "--acknowledged", f"4:{hashes[3]}")[0] == 0
    code, text = run(tmp_path, capsys, "verify", "--acknowledged", f"6:{hashes[5]}")
    assert code == 1
    assert "entry 4: end" in text


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 100])
def test_what_is_no_journal_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "journal.sqlite").write_bytes(content)
    code, text = run(tmp_path, capsys, "verify")
    assert code == 2
    assert "journal.sqlite: is no journal" in text


def test_looking_at_a_journal_changes_nothing(
    tmp_path: Path, journal: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    run(tmp_path, capsys, "verify")
    run(tmp_path, capsys, "show")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
