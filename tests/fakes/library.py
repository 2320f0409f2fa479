"""A catalogue in memory: the `Library` of tests; one contract test runs on it and on the one over the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from player.core.initials import found_places
from player.core.library import Spelling
from playlists.documents import CatalogueEntry

WORDS: dict[Spelling, dict[str, str]] = {
    "pinyin": {"菇": "48", "想": "94264", "香": "94264", "香菇": "9426448", "相信": "94264946"},
    "strokes": {"木": "1234", "李": "1234521", "桂": "1234121121"},
}


def begins(keys: str) -> Callable[[str], bool]:
    """Return a test for what goes on after ``keys``."""
    return lambda key: key != keys and key.startswith(keys)


class FakeLibrary:
    """`player.core.library.Library` over a list of entries."""

    def __init__(self, entries: Iterable[CatalogueEntry] = ()) -> None:
        self._newest = sorted(entries, key=lambda one: (one.released, one.number, one.id), reverse=True)

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        depth = len(below)
        inside = [one for one in self._inside(below) if len(one.category) > depth]
        counts = Counter(one.category[depth] for one in inside)
        return sorted(counts.items(), key=lambda found: (-found[1], found[0]))

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        return self._inside(category)[offset : offset + limit]

    def count(self, category: tuple[str, ...]) -> int:
        return len(self._inside(category))

    def entry(self, course: str) -> CatalogueEntry | None:
        return next((one for one in self._newest if one.id == course), None)

    def by_number(self, number: int) -> CatalogueEntry | None:
        return next((one for one in self._newest if one.number == number), None)

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:
        numbered = [one for one in self._newest if digits and one.number == int(digits)][:1]
        named = found_places(digits, [one.initials for one in self._newest]) if digits else ()
        found = [*numbered, *(self._newest[place] for place in named if self._newest[place] not in numbered)]
        return len(found), found[offset : offset + limit]

    def words(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:
        known = WORDS[spelling]
        spelt, ahead = ([one for one, key in known.items() if test(key)] for test in (keys.__eq__, begins(keys)))
        return [*spelt, *ahead][offset : offset + limit] if keys else []

    def _inside(self, category: tuple[str, ...]) -> list[CatalogueEntry]:
        return [one for one in self._newest if one.category[: len(category)] == category]
