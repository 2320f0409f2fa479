"""Damaged journals: real SQLite files with real bytes overwritten, put aside and gone on from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from player.core.facts import JournalFacts, ToldStop
from player.core.moment import Moment
from player.devices.journal import open_journal
from player.devices.journal_file import Append, JournalFile
from playlists.entries import Body, Order, Play, SessionHeld, StopCode, StopReceipt
from tests.fakes.journal_writer import FINGERPRINT

WALL_MS = 1_790_000_000_000
PAGE = 4096


def played(lesson: str) -> Play:
    return Play(
        course="c", lesson=lesson, blob="b", height=240, why="menu", session="", started_wall_ms=0,
        segments=((0, 90_000),), paused_ms=0, pauses=0, ended="stopped",
    )  # fmt: skip


def held(session: str) -> SessionHeld:
    return SessionHeld(
        session=session, title="t", form="video", started_wall_ms=WALL_MS, ended_wall_ms=WALL_MS + 60_000, ended="held"
    )


def filled(folder: Path, bodies: list[Body]) -> Path:
    path = folder / "journal.sqlite"
    file = JournalFile(path, FINGERPRINT)
    file.write([Append((body,), Moment(5, WALL_MS, "trusted", 1)) for body in bodies])
    file.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def root_pages(path: Path, table: str) -> set[int]:
    """Return the pages of a table, as its own inner pages name them (SQLite file format, section 1.6)."""
    data = path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        ((root,),) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    page = data[(root - 1) * PAGE : root * PAGE]
    if page[0] not in (2, 5):  # the whole table is one leaf
        return {root}
    cells = int.from_bytes(page[3:5])
    places = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n]) for n in range(cells)]
    return {int.from_bytes(page[at : at + 4]) for at in places} | {int.from_bytes(page[8:12])}


def overwrite(path: Path, at: int, with_bytes: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(with_bytes)


def in_table(path: Path, table: str, word: bytes) -> int:
    """Return where a word stands in the pages of a table."""
    data = path.read_bytes()
    for page in sorted(root_pages(path, table)):
        at = data.find(word, (page - 1) * PAGE, page * PAGE)
        if at >= 0:
            return at
    raise AssertionError(f"{word!r} is not in {table}")


def rescued(path: Path) -> JournalFacts:
    """Spoil the last entry, so that the file is put aside, and return what the next start knows."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE entries SET data = x'91c1' WHERE seq = (SELECT max(seq) FROM entries)")
        database.commit()
    found = open_journal(path, path.parent / "acknowledged.json", FINGERPRINT)
    assert found.damaged
    assert list(path.parent.glob("journal.damaged-1.sqlite"))
    return found.facts


SMALL: list[Body] = [
    *(held(f"meeting-{n}") for n in range(5)),
    *(StopReceipt(stop=f"halt-{n}") for n in range(5)),
    *(StopCode(number=n, course=f"course-{n}", day=f"2026-09-2{n}", wrong=0) for n in range(5)),
    *(Order(order=f"wish-{n}", course=f"course-{n}", wish="") for n in range(5)),
    *(played(f"lesson-{n}") for n in range(5)),
    StopReceipt(stop="last"),
]
KNOWN: dict[str, tuple[bytes, Callable[[JournalFacts], set[str]]]] = {
    "sessions": (b"meeting-", lambda facts: set(facts.done_sessions)),
    "receipts": (b"halt-", lambda facts: set(facts.receipts)),
    "told_stops": (b"course-", lambda facts: {one.course for one in facts.told_stops}),
    "orders": (b"wish-", lambda facts: {one.order for one in facts.orders}),
    "left_off": (b"c/lesson-", lambda facts: set(facts.left_off)),
}


@pytest.mark.parametrize("table", KNOWN)
def test_a_rotten_word_of_a_table_costs_its_own_row_and_not_the_rest(table: str, tmp_path: Path) -> None:
    path = filled(tmp_path, SMALL)
    prefix, names = KNOWN[table]
    overwrite(path, in_table(path, table, prefix + b"1"), b"\xff\xfe")
    whole = {f"{prefix.decode()}{n}" for n in (0, 2, 3, 4)}
    assert whole <= names(rescued(path))


def test_an_intact_file_beside_a_damaged_entry_is_taken_over_whole(tmp_path: Path) -> None:
    facts = rescued(filled(tmp_path, SMALL))
    for prefix, names in KNOWN.values():
        assert {f"{prefix.decode()}{n}" for n in range(5)} <= names(facts)
    assert facts.left_off == {f"c/lesson-{n}": 90_000 for n in range(5)}
    assert list(facts.left_off) == [f"c/lesson-{n}" for n in range(5)]
    assert facts.told_stops == tuple(ToldStop(f"course-{n}", f"2026-09-2{n}") for n in range(5))
    assert len(facts.held) == 5


def test_a_trust_that_is_no_word_any_more_leaves_the_session_done_and_undated(tmp_path: Path) -> None:
    path = filled(tmp_path, [held("meeting-1"), StopReceipt(stop="last")])
    overwrite(path, in_table(path, "sessions", b"trusted"), b"tru\xffted")
    overwrite(path, in_table(path, "boots", b"trusted"), b"tru\xffted")
    facts = rescued(path)
    assert "meeting-1" in facts.done_sessions
    assert [one.trust for one in facts.held] == ["unknown"]


def test_a_page_in_the_middle_of_a_table_that_cannot_be_read_costs_what_stood_on_it(tmp_path: Path) -> None:
    bodies: list[Body] = [Order(order=f"wish-{n:04}", course="c" * 60, wish="") for n in range(400)]
    path = filled(tmp_path, [*bodies, StopReceipt(stop="last")])
    pages = sorted(root_pages(path, "orders"))
    assert len(pages) > 4
    overwrite(path, (pages[len(pages) // 2] - 1) * PAGE, b"\xaa" * PAGE)
    facts = rescued(path)
    kept = {one.order for one in facts.orders}
    assert "wish-0399" in kept
    with closing(sqlite3.connect(path)) as database:
        count, first = database.execute('SELECT count(*), min("order") FROM orders').fetchone()
    assert first == "wish-0000"
    assert 400 - PAGE // 60 <= count < 400


@pytest.mark.parametrize("spoilt", [{1}, {1, 3}])
def test_a_number_that_has_become_something_else_costs_its_row(spoilt: set[int], tmp_path: Path) -> None:
    path = filled(tmp_path, SMALL)
    for number in spoilt:
        at = in_table(path, "left_off", f"c/lesson-{number}".encode())
        assert path.read_bytes()[at - 1] == 3  # the place is an integer of three bytes …
        overwrite(path, at - 1, b"\x00")  # … and now no number any more
    assert set(rescued(path).left_off) == {f"c/lesson-{n}" for n in {0, 1, 2, 3, 4} - spoilt}


def test_the_entry_before_a_page_that_cannot_be_read_is_not_lost(tmp_path: Path) -> None:
    path = filled(tmp_path, [StopReceipt(stop=f"{n:04}" + "x" * 50) for n in range(400)])
    pages = sorted(root_pages(path, "entries"))
    assert len(pages) > 4
    spoilt = pages[len(pages) // 2]
    page = path.read_bytes()[(spoilt - 1) * PAGE : spoilt * PAGE]
    with closing(sqlite3.connect(path)) as database:
        on_it = [seq for seq, data in database.execute("SELECT seq, data FROM entries") if data in page]
    overwrite(path, (spoilt - 1) * PAGE, b"\xaa" * PAGE)
    found = open_journal(path, tmp_path / "acknowledged.json", FINGERPRINT)
    assert found.damaged
    assert found.facts.head == min(on_it) - 1
