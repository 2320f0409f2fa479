"""Words by the digits that spell them, out of the files of ``config/words``: for the television's text field.

A file is sorted lines, ``keys<TAB>word weight word weight …``; what stands in it says ``config/words/README.md``. It is
mapped, not read: a question touches a few of its pages, and the player's memory holds none of it. A file that is not
there answers with nothing. Used by `player.devices.library`, in the loop's thread.
"""

from __future__ import annotations

import logging
import mmap
import re
from collections.abc import Iterator
from importlib import resources
from itertools import chain, islice
from pathlib import Path
from typing import Final

from player.core.library import Spelling

_log = logging.getLogger(__name__)
_WORD: Final = re.compile(r"([^0-9a-z]+)([0-9a-z])")
_MOST_LINES: Final = 1_000  # the maker of the files gives a line of its own to what more begin with


def words_folder() -> Path:
    """Return where the files lie."""
    return Path(str(resources.files("config") / "words"))


class WordTable:
    """One file of words.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._data: mmap.mmap | bytes = b""
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            _log.error("no words: %s: %s", path, error)

    def find(self, keys: str, offset: int, limit: int) -> list[str]:
        """Return a part of the words that keys spell, then of those that begin so, each once."""
        if not keys.isascii() or not keys.isdigit():
            return []
        found = dict.fromkeys(chain(self._spelt(keys), self._ahead(keys)))
        return list(islice(found, offset, offset + limit))

    def close(self) -> None:
        """Let go of the file."""
        if isinstance(self._data, mmap.mmap):
            self._data.close()
        self._data = b""

    def _spelt(self, keys: str) -> list[str]:
        """Return the words that keys spell in full."""
        key, words = next(self._lines(keys), ("", ""))
        return [word for word, _ in _WORD.findall(words)] if key == keys else []

    def _ahead(self, keys: str) -> list[str]:
        """Return the words that keys only begin, those wanted most first."""
        weighed: list[tuple[str, str]] = []
        for key, words in islice(self._lines(keys), _MOST_LINES):
            if key == f"{keys}*":
                return [word for word, _ in _WORD.findall(words)]
            if not key.startswith(keys):
                break
            if key != keys and not key.endswith("*"):
                weighed += _WORD.findall(words)
        return [word for word, _ in sorted(weighed, key=lambda found: found[1], reverse=True)]

    def _lines(self, keys: str) -> Iterator[tuple[str, str]]:
        """Yield key and words of the lines from the first that is not before ``keys``."""
        at = self._place(keys.encode())
        while at < len(self._data):
            end = self._data.find(b"\n", at)
            key, _, words = self._data[at:end].decode().partition("\t")
            yield key, words
            at = end + 1

    def _place(self, keys: bytes) -> int:
        """Return where the first line begins that is not before ``keys``: by halving, as in a dictionary."""
        low, high = 0, len(self._data)
        while low < high:
            start = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._data.find(b"\n", start)
            if self._data[start:end] < keys:
                low = end + 1
            else:
                high = start
        return low


class Words:
    """All files of words, each opened when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[Spelling, WordTable] = {}

    def find(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:
        """Return a part of the words that keys spell."""
        if spelling not in self._tables:
            self._tables[spelling] = WordTable(self._folder / f"{spelling}.txt")
        return self._tables[spelling].find(keys, offset, limit)

    def close(self) -> None:
        """Let go of the files."""
        for table in self._tables.values():
            table.close()
        self._tables.clear()
