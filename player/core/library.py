"""The read models that screens and decisions may query: catalogue, record book, and words by their spelling.

`player.devices.library` answers from SQLite, `tests.fakes.library` from dictionaries; one contract test
runs on both.
"""

from __future__ import annotations

from typing import Literal, Protocol

from playlists.documents import CatalogueEntry

Spelling = Literal["pinyin", "strokes"]  # how digits spell a word


class Library(Protocol):
    """The catalogue of the generation in force, and the words that a text may be written with."""

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        """Return the sub-categories directly below a category, with how many courses each holds."""

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        """Return the courses of a category (and below), newest first."""

    def count(self, category: tuple[str, ...]) -> int:
        """Return how many courses a category (and below) holds."""

    def entry(self, course: str) -> CatalogueEntry | None:
        """Return the catalogue entry of a course id."""

    def by_number(self, number: int) -> CatalogueEntry | None:
        """Return the catalogue entry with the number that villagers key in."""

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:
        """Return how many courses the digits name, and a part of them: by number, then by initials (`initials`)."""

    def words(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:
        """Return a part of the words that keys spell, those wanted most first, then those that begin so."""


class EmptyLibrary:
    """A catalogue without courses: for the pictures before the devices are up."""

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:  # noqa: ARG002
        """Return none."""
        return []

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:  # noqa: ARG002
        """Return none."""
        return []

    def count(self, category: tuple[str, ...]) -> int:  # noqa: ARG002
        """Return 0."""
        return 0

    def entry(self, course: str) -> CatalogueEntry | None:  # noqa: ARG002
        """Return None."""
        return None

    def by_number(self, number: int) -> CatalogueEntry | None:  # noqa: ARG002
        """Return None."""
        return None

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:  # noqa: ARG002
        """Return none."""
        return 0, []

    def words(self, spelling: Spelling, keys: str, offset: int, limit: int) -> list[str]:  # noqa: ARG002
        """Return none."""
        return []
