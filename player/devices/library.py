"""The catalogue of the generation in force, answered from its ``index.sqlite``: the `Library` of views and step.

It looks at ``generations/current`` with each question and goes over to a new generation by itself. An index
that is lost or was changed since it was accepted is not read: the newest whole generation answers, and
without one the catalogue is empty. Used by the loop's thread alone.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from player.core.initials import MOST_DIGITS, Titles
from player.core.library import Spelling
from player.devices.words import Words, words_folder
from player.folders import BoxFolders
from player.workers.catalogue_index import path_of
from playlists.documents import CatalogueEntry
from playlists.generation import CURRENT, INDEX, Generation, load

_log = logging.getLogger(__name__)
_entries = msgspec.json.Decoder(CatalogueEntry)


class GenerationLibrary:
    """`player.core.library.Library` over the disk; a question costs well under a millisecond.

    Args:
        folders: The box's.
        words: The folder of words by their spelling; None for the one that the program brings along.
    """

    def __init__(self, folders: BoxFolders, words: Path | None = None) -> None:
        self._root = folders.generations
        self._words = Words(words or words_folder())
        self._database: sqlite3.Connection | None = None
        self._seen: tuple[int, int] | None = None
        self._titles: Titles | None = None
        self._searched: dict[str, list[int]] = {}

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        """Return the sub-categories directly below a category, with how many courses each holds."""
        query = "SELECT name, courses FROM categories WHERE parent = ? ORDER BY place"
        return [(name, courses) for name, courses in self._rows(query, path_of(below))]

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        """Return the courses of a category (and below), newest first."""
        query = (
            "SELECT data FROM listing JOIN entries USING (id)"
            " WHERE path = ? AND place >= ? AND place < ? ORDER BY place"
        )
        return [_entries.decode(data) for (data,) in self._rows(query, path_of(category), offset, offset + limit)]

    def count(self, category: tuple[str, ...]) -> int:
        """Return how many courses a category (and below) holds."""
        ((places,),) = self._rows("SELECT max(place) FROM listing WHERE path = ?", path_of(category)) or [(None,)]
        return 0 if places is None else places + 1

    def entry(self, course: str) -> CatalogueEntry | None:
        """Return the catalogue entry of a course id."""
        return self._one("SELECT data FROM entries WHERE id = ?", course)

    def by_number(self, number: int) -> CatalogueEntry | None:
        """Return the catalogue entry with the number that villagers key in; of several the newest."""
        query = "SELECT data FROM entries JOIN listing USING (id) WHERE number = ? AND path = '' ORDER BY place LIMIT 1"
        return self._one(query, number)

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:
        """Return how many courses the digits name, and a part of them: first by number, then by initials."""
        if not digits:
            return 0, []
        places = self._places(digits)
        query = "SELECT data FROM listing JOIN entries USING (id) WHERE path = '' AND place = ?"
        wanted = (self._rows(query, place) for place in places[offset : offset + limit])
        return len(places), [_entries.decode(rows[0][0]) for rows in wanted if rows]

    def words(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:
        """Return a part of the words that keys spell, those wanted most first, then those that begin so."""
        return self._words.find(spelling, keys, offset, limit)

    def close(self) -> None:
        """Let go of the files."""
        self._words.close()
        self._let_go()

    def _let_go(self) -> None:
        """Let go of a generation's catalogue."""
        if self._database is not None:
            self._database.close()
            self._database = None
        self._titles, self._searched = None, {}

    def _places(self, digits: str) -> list[int]:
        """Return the places of what the digits name; the last answers are kept, for the picture and for going back."""
        self._follow()
        if digits not in self._searched:
            numbered = self.by_number(int(digits))
            own = self._rows("SELECT place FROM listing WHERE path = '' AND id = ?", numbered.id) if numbered else []
            first = [place for (place,) in own]
            found = self._ready_titles().named(digits)
            if len(self._searched) > MOST_DIGITS:
                self._searched.clear()
            self._searched[digits] = [*first, *(place for place in found if place not in first)]
        return self._searched[digits]

    def _ready_titles(self) -> Titles:
        """Return all titles, ready to be searched; they are kept, for every key of a search asks for them."""
        if self._titles is None:
            rows = self._rows("SELECT titles FROM initials")
            self._titles = Titles(rows[0][0].split("\n") if rows else [])
        return self._titles

    def _one(self, query: str, key: str | int) -> CatalogueEntry | None:
        rows = self._rows(query, key)
        return _entries.decode(rows[0][0]) if rows else None

    def _rows(self, query: str, *arguments: str | int) -> list[tuple[Any, ...]]:
        self._follow()
        if self._database is None:
            return []
        try:
            return self._database.execute(query, arguments).fetchall()
        except sqlite3.Error as error:
            _log.error("the catalogue cannot be read: %s", error)
            return []

    def _follow(self) -> None:
        """Go over to another generation if one has come into force."""
        seen = _stamp(self._root / CURRENT)
        if seen == self._seen and self._database is not None:
            return
        self._let_go()
        self._seen = seen
        generation = _with_sound_index(self._root)
        if generation is not None:
            address = f"{generation.path(INDEX).resolve().as_uri()}?mode=ro&immutable=1"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)


def _with_sound_index(root: Path) -> Generation | None:
    generation = load(root, check=[INDEX])
    return generation if generation is not None and INDEX in generation.manifest.files else None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
