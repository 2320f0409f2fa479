"""The catalogue of the generation in force, answered from its ``index.sqlite``: the `Library` of views and step."""

from __future__ import annotations

from player.folders import BoxFolders
from playlists.documents import CatalogueEntry


class GenerationLibrary:
    """`player.core.library.Library`; used by the loop's thread alone. Looks at ``generations/current`` by itself."""

    def __init__(self, folders: BoxFolders) -> None:
        raise NotImplementedError

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        """Return the sub-categories directly below a category, with how many courses each holds."""
        raise NotImplementedError

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        """Return the courses of a category (and below), newest first."""
        raise NotImplementedError

    def count(self, category: tuple[str, ...]) -> int:
        """Return how many courses a category (and below) holds."""
        raise NotImplementedError

    def entry(self, course: str) -> CatalogueEntry | None:
        """Return the catalogue entry of a course id."""
        raise NotImplementedError

    def by_number(self, number: int) -> CatalogueEntry | None:
        """Return the catalogue entry with the number that villagers key in."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""
