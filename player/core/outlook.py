"""What is to be expected of a coming session: the record that the planner makes and screens and journal tell from."""

from __future__ import annotations

from enum import Enum

import msgspec

from playlists.documents import Rendition

from .facts import StoreFacts


class Risk(Enum):
    """How likely a session is late."""

    SAFE = "safe"
    UNSURE = "unsure"
    DANGER = "danger"


class Outlook(msgspec.Struct, frozen=True):
    """What is expected of a session.

    ``films`` are the renditions it will be shown from, as far as known now; ``ready_wall_ms`` is when they are
    expected to be here, 0 if that is not before it starts or nobody can say. ``unknown`` counts what of it has no
    document, or no rendition within policy.
    """

    session: str
    films: tuple[Rendition, ...] = ()
    ready_wall_ms: int = 0
    risk: Risk = Risk.SAFE
    unknown: int = 0

    @property
    def height(self) -> int:
        """The lowest height among its films, 0 if there are none."""
        return min((film.height for film in self.films), default=0)

    def percent(self, store: StoreFacts) -> int:
        """Return how much of the films is here, in percent; 100 only when all of it is."""
        here = sum(_here(store, film) for film in self.films)
        needed = sum(film.blob.bytes for film in self.films)
        return 100 if self.is_ready(store) else min(99, here * 100 // max(1, needed))

    def is_ready(self, store: StoreFacts) -> bool:
        """Return whether all of it can be shown now."""
        complete = (store.blobs.get(film.blob.sha256) for film in self.films)
        return bool(self.films) and not self.unknown and all(blob and blob.complete for blob in complete)


def _here(store: StoreFacts, film: Rendition) -> int:
    stored = store.blobs.get(film.blob.sha256)
    return 0 if stored is None else film.blob.bytes if stored.complete else stored.bytes_here
