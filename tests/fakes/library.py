"""A catalogue in memory: the `Library` of tests; one contract test runs on it and on the one over the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from player.core.initials import found_places
from playlists.documents import CatalogueEntry


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

    def _inside(self, category: tuple[str, ...]) -> list[CatalogueEntry]:
        return [one for one in self._newest if one.category[: len(category)] == category]
