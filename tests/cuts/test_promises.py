"""Every promise sees what breaks it: a defect is planted, and it must be named."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from player.core.facts import OpenPlay
from player.core.moment import Moment
from player.devices.journal_file import Append, JournalFile, Keep
from player.folders import BoxFolders
from player.store.marks import Marks
from player.store.names import StoreNames
from playlists.acknowledged import Acknowledged, write_acknowledged
from playlists.entries import Body, HeadCount, Play, SessionHeld
from playlists.generation import Accepted
from playlists.generation_writer import GenerationWriter
from playlists.stored_journal import read_journal
from playlists.targets import CHUNK_BYTES
from tests.cuts import promises
from tests.cuts.promises import Broken, Seen

NOW = Moment(1_000, 1_772_700_000_000, "trusted", 1)
BOX = "ab" * 16
SESSION = "spring@2026-03-06T19:30"


def play(*segments: tuple[int, int], ended: str = "cut", lesson: str = "one") -> Play:
    return Play(
        course="c1", lesson=lesson, blob="ab" * 8, height=480, why="session", session=SESSION,
        started_wall_ms=NOW.wall_ms, segments=segments, paused_ms=0, pauses=0, ended=ended,
    )  # fmt: skip


HEADS = HeadCount(session=SESSION, expected=27, present=27, members=18, villagers=9, on_leave=0)
HELD = SessionHeld(
    session=SESSION, title="春耕", form="video", started_wall_ms=NOW.wall_ms, ended_wall_ms=NOW.wall_ms, ended="held"
)


@pytest.fixture
def folders(tmp_path: Path) -> BoxFolders:
    made = BoxFolders(tmp_path / "box")
    made.make()
    made.fingerprint.write_text(BOX)
    return made


def write(folders: BoxFolders, *bodies: Body, on: OpenPlay | None = None) -> None:
    file = JournalFile(folders.journal, BOX)
    file.write([Append((body,), NOW) for body in bodies])
    if on is not None:
        file.write([Keep(on, NOW.wall_ms)])
    file.close()


def change(folders: BoxFolders, statement: str) -> None:
    with closing(sqlite3.connect(folders.journal)) as database, database:
        database.execute(statement)


def test_a_sound_journal_is_believed_and_remembered(folders: BoxFolders) -> None:
    seen = Seen()
    assert promises.journal(folders, seen) == []
    write(folders, play((0, 5_000)))
    assert len(promises.journal(folders, seen)) == 1
    write(folders, HEADS, HELD)
    assert len(promises.journal(folders, seen)) == seen.head == 3


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda folders: change(folders, "DELETE FROM entries WHERE seq = 1"), "journal verify"),
        (lambda folders: change(folders, "UPDATE entries SET data = x'80' WHERE seq = 2"), "journal verify"),
        (lambda folders: change(folders, "DELETE FROM entries WHERE seq = 3"), "lost or changed"),
        (lambda folders: folders.journal.unlink(), "gone"),
        (
            lambda folders: write_acknowledged(folders.acknowledged, Acknowledged(BOX, 3, "00" * 32)),
            "journal verify",
        ),
    ],
)
def test_a_journal_that_lost_or_changed_something_is_named(
    folders: BoxFolders, spoil: Callable[[BoxFolders], None], named: str
) -> None:
    seen = Seen()
    write(folders, play((0, 5_000)), HEADS, HELD)
    promises.journal(folders, seen)
    spoil(folders)
    with pytest.raises(Broken, match=named):
        promises.journal(folders, seen)


def test_a_generation_that_goes_back_or_breaks_is_named(folders: BoxFolders) -> None:
    def publish(**roles: int) -> Path:
        writer = GenerationWriter(folders.generations)
        writer.write("pages/all.json", b"{}")
        return writer.publish(Accepted(roles=roles, signed_ms=1, expires_ms=2), source="x", synced_ms=1).folder

    seen = Seen()
    promises.generation(folders, seen)
    publish(snapshot=5)
    promises.generation(folders, seen)
    folder = publish(snapshot=4)
    with pytest.raises(Broken, match="older roles"):
        promises.generation(folders, seen)
    (folder / "pages" / "all.json").write_bytes(b"!")
    (folders.generations / "1" / "pages" / "all.json").write_bytes(b"!")
    with pytest.raises(Broken, match="no generation"):
        promises.generation(folders, seen)


def test_blobs_and_marks_that_lie_are_named(tmp_path: Path) -> None:
    names, data = StoreNames(tmp_path / "store"), b"x" * (CHUNK_BYTES + 100)
    sha256 = hashlib.sha256(data).hexdigest()
    for place in (tmp_path / "published" / "media" / sha256[:2], names.partials, names.media(sha256).parent):
        place.mkdir(parents=True)
    (tmp_path / "published" / "media" / sha256[:2] / sha256).write_bytes(data)
    marks = Marks(len(data))
    marks.verify(1)
    marks.keep_piece(0, 50)
    names.partial(sha256).write_bytes(b"x" * 50 + bytes(CHUNK_BYTES - 50) + b"x" * 100)
    names.marks(sha256).write_bytes(marks.encode())
    promises.store(names.root, tmp_path / "published", Seen())
    marks.keep_piece(0, 51)
    names.marks(sha256).write_bytes(marks.encode())
    with pytest.raises(Broken, match="chunk 0 claims 51 bytes"):
        promises.store(names.root, tmp_path / "published", Seen())
    names.media(sha256).write_bytes(data[:-1])
    with pytest.raises(Broken, match="is not its content"):
        promises.store(names.root, tmp_path / "published", Seen())


def test_published_versions_may_rise_but_not_fall() -> None:
    seen = Seen()
    promises.published_versions({"pages": 3}, seen)
    promises.published_versions({"pages": 4, "plans-00": 1}, seen)
    with pytest.raises(Broken, match=r"plans-00.*\(1, None\)"):
        promises.published_versions({"pages": 4}, seen)


@pytest.mark.parametrize(
    ("bodies", "named"),
    [
        ([HEADS, HEADS], "2 entries: head count"),
        ([HELD, HELD], "2 entries: end"),
        ([play((0, 5_000)), play((0, 2_000))], "went on -5000 ms away"),
        ([play((0, 5_000)), play(), play((9_000, 9_500))], "went on 4000 ms away"),
        ([play((0, 5_000), (0, 6_000), ended="finished")], "jumped from 5000 to 0 ms"),
    ],
)
def test_a_session_that_is_told_wrongly_is_named(folders: BoxFolders, bodies: list[Body], named: str) -> None:
    write(folders, *bodies)
    with pytest.raises(Broken, match=named):
        promises.sessions_once(list(read_journal(folders.journal).entries))


def test_a_session_that_was_cut_twice_and_went_on_is_told_rightly(folders: BoxFolders) -> None:
    write(folders, play((0, 5_000)), play(), play((5_100, 9_000)), play((0, 10), lesson="two"), HEADS, HELD)
    promises.sessions_once(list(read_journal(folders.journal).entries))


@pytest.mark.parametrize(("began", "named"), [(5_000, ""), (0, "cut at 5000 ms and goes on at 0 ms")])
def test_a_lesson_that_goes_on_elsewhere_is_named(folders: BoxFolders, began: int, named: str) -> None:
    on = OpenPlay("c1", "one", "ab" * 32, 480, "session", SESSION, NOW, ((began, began),))
    write(folders, play((0, 5_000)), play(), on=on)
    if not named:
        promises.goes_on(folders)
        return
    with pytest.raises(Broken, match=named):
        promises.goes_on(folders)


def held(folders: BoxFolders, **changes: Any) -> dict[str, Any]:
    entries = read_journal(folders.journal).entries
    usual = {
        "head": len(entries),
        "hash": entries[-1].hash.hex(),
        "entries": {str(row.seq): row.data.hex() for row in entries},
        "plays": [1],
        "heads": [SESSION],
        "sessions": [SESSION],
        "doubts": [],
    }
    return usual | changes


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, ""),
        ({"doubts": ["fork 3"]}, "doubts: .'fork 3'"),
        ({"entries": {"1": "80"}}, "entries .1. that the box does not have so"),
        ({"entries": {"9": "80"}}, "entries .9. that the box does not have so"),
        ({"hash": "00" * 32}, "chain at entry 3"),
        ({"head": 2}, "chain at entry 2"),
        ({"entries": {}}, "holds 0 entries"),
        ({"plays": []}, "counts the plays"),
        ({"plays": [1, 1]}, "counts the plays"),
        ({"heads": [SESSION, SESSION]}, "has heads of"),
        ({"sessions": []}, "has sessions of"),
    ],
)
def test_a_county_that_holds_something_else_is_named(folders: BoxFolders, changes: dict[str, Any], named: str) -> None:
    write(folders, play((0, 5_000)), HEADS, HELD)
    entries = list(read_journal(folders.journal).entries)
    if not named:
        promises.county_holds(held(folders), entries, all_of_it=True)
        return
    with pytest.raises(Broken, match=named):
        promises.county_holds(held(folders, **changes), entries, all_of_it=True)
