"""The catalogue without the courses that were stopped by telephone: the county's own will follow when a line is there.

That seldom holds, and then a few courses are concerned: so a page is cut out of the list from its beginning, and
nothing is kept. Called by the screens.
"""

from __future__ import annotations

from playlists.documents import CatalogueEntry

from .facts import GenerationFacts
from .library import Library, Spelling


def listed(generation: GenerationFacts | None, library: Library) -> Library:
    """Return what may be listed."""
    told = frozenset(stop.course for stop in generation.told) if generation else frozenset()
    return _Listed(library, told) if told else library


class _Listed:
    """A library without some courses."""

    def __init__(self, library: Library, without: frozenset[str]) -> None:
        self._library, self._without = library, without
        found = (library.entry(course) for course in without)
        self._gone = [entry for entry in found if entry is not None]

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        """Return the sub-categories directly below a category, with how many courses each holds."""
        left = [(name, courses - self._gone_from((*below, name))) for name, courses in self._library.categories(below)]
        return [(name, courses) for name, courses in left if courses > 0]

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        """Return the courses of a category (and below), newest first."""
        upto = offset + limit + self._gone_from(category)
        return self._allowed(self._library.courses(category, 0, upto))[offset : offset + limit]

    def count(self, category: tuple[str, ...]) -> int:
        """Return how many courses a category (and below) holds."""
        return self._library.count(category) - self._gone_from(category)

    def entry(self, course: str) -> CatalogueEntry | None:
        """Return the catalogue entry of a course id."""
        return None if course in self._without else self._library.entry(course)

    def by_number(self, number: int) -> CatalogueEntry | None:
        """Return the catalogue entry with the number that villagers key in."""
        found = self._library.by_number(number)
        return None if found is None or found.id in self._without else found

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:
        """Return how many courses the digits name, and a part of them."""
        total, _ = self._library.search(digits, 0, 0)
        left = self._allowed(self._library.search(digits, 0, total)[1])
        return len(left), left[offset : offset + limit]

    def words(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:
        """Return a part of the words that keys spell."""
        return self._library.words(spelling, keys, offset, limit)

    def _gone_from(self, category: tuple[str, ...]) -> int:
        return sum(entry.category[: len(category)] == category for entry in self._gone)

    def _allowed(self, entries: list[CatalogueEntry]) -> list[CatalogueEntry]:
        return [entry for entry in entries if entry.id not in self._without]
