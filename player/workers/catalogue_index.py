"""``index.sqlite`` of a generation: the catalogue as the TV's menus ask for it, made once a refresh.

``entries`` holds every catalogue entry; ``listing`` the entries of every category and of all above it (the
empty path is the whole catalogue), newest first, by place, so that any page of a menu is one short read;
``categories`` the tree with counts; ``initials`` those of all titles, a line each, in the order of the whole
listing. A category's path is its names joined by the unit separator.
`player.devices.library` reads it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from playlists.documents import CatalogueEntry

SEPARATOR: Final = "\x1f"
_SCHEMA: Final = """
CREATE TABLE entries(
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_number ON entries(number);
CREATE TABLE listing(
    path TEXT NOT NULL,
    place INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (path, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE initials(titles TEXT NOT NULL) STRICT;
CREATE TABLE categories(
    parent TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    courses INTEGER NOT NULL,
    PRIMARY KEY (parent, place)
) STRICT, WITHOUT ROWID;
"""


def path_of(category: tuple[str, ...]) -> str:
    """Return the path of a category."""
    return SEPARATOR.join(category)


def build_index(entries: Iterable[CatalogueEntry]) -> bytes:
    """Return the database's bytes.

    Args:
        entries: The catalogue. Of two entries with the same id the newest counts.
    """
    newest = sorted(entries, key=lambda entry: (entry.released, entry.number, entry.id), reverse=True)
    known = {entry.id: entry for entry in reversed(newest)}
    ordered = [entry for entry in newest if known[entry.id] is entry]
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        rows = ((entry.id, entry.number, msgspec.json.encode(entry)) for entry in ordered)
        database.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
        counts = _list(database, ordered)
        titles = "\n".join(entry.initials.replace("\n", " ") for entry in ordered)
        database.execute("INSERT INTO initials VALUES (?)", (titles,))
        _plant(database, counts)
        database.execute("COMMIT")
        return database.serialize()
    finally:
        database.close()


def _list(database: sqlite3.Connection, ordered: list[CatalogueEntry]) -> Counter[tuple[str, ...]]:
    """Write the listing; return how many courses each category holds."""
    counts: Counter[tuple[str, ...]] = Counter()
    for entry in ordered:
        for depth in range(len(entry.category) + 1):
            category = entry.category[:depth]
            row = (path_of(category), counts[category], entry.id)
            database.execute("INSERT INTO listing VALUES (?, ?, ?)", row)
            counts[category] += 1
    return counts


def _plant(database: sqlite3.Connection, counts: Counter[tuple[str, ...]]) -> None:
    """Write the tree: the largest category first, equal ones by name."""
    places: Counter[tuple[str, ...]] = Counter()
    for category, count in sorted(counts.items(), key=lambda found: (-found[1], found[0])):
        if not category:
            continue
        parent = category[:-1]
        row = (path_of(parent), places[parent], category[-1], path_of(category), count)
        database.execute("INSERT INTO categories VALUES (?, ?, ?, ?, ?)", row)
        places[parent] += 1


def read_entries(path: Path) -> list[CatalogueEntry]:
    """Return all entries of an index, newest first.

    Raises:
        sqlite3.Error: It cannot be read.
    """
    query = "SELECT data FROM listing JOIN entries USING (id) WHERE path = '' ORDER BY place"
    with closing(_opened(path)) as database:
        return [msgspec.json.decode(data, type=CatalogueEntry) for (data,) in database.execute(query)]


def count_courses(path: Path) -> int:
    """Return how many courses an index lists.

    Raises:
        sqlite3.Error: It cannot be read.
    """
    with closing(_opened(path)) as database:
        return int(database.execute("SELECT count(*) FROM entries").fetchone()[0])


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
