"""What is to be expected of a coming session, and what would help it: records that screens and journal tell from.

The planner makes the one (`player.core.planning.expectation`), `player.core.ways` asks it for the other.
"""

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

    ``films`` are the renditions it will be shown from, as far as known now; ``risk`` is `Risk.UNSURE` while nobody can
    say, for the clock is unknown. ``ready_wall_ms`` is when they are
    expected to be here, 0 if that is not before it starts or nobody can say. ``unknown`` counts what of it has no
    document, or no rendition within policy. ``late_wall_ms`` is when they are expected if that is too late, and
    ``ahead_bytes`` what the line brings before all of it is here, other things first. ``crowded``: the store has no
    room for all of it, so it does not come.
    """

    session: str
    films: tuple[Rendition, ...]
    risk: Risk
    ready_wall_ms: int = 0
    unknown: int = 0
    late_wall_ms: int = 0
    ahead_bytes: int = 0
    crowded: bool = False

    @property
    def height(self) -> int:
        """The lowest height among its films, 0 if there are none."""
        return min((film.height for film in self.films), default=0)

    def percent(self, store: StoreFacts) -> int:
        """Return how much of the films is here, in percent; 100 only when all of it is."""
        here = sum(here_bytes(store, film) for film in self.films)
        needed = sum(film.blob.bytes for film in self.films)
        return 100 if self.is_ready(store) else min(99, here * 100 // max(1, needed))

    def is_ready(self, store: StoreFacts) -> bool:
        """Return whether all of it can be shown now."""
        complete = (store.blobs.get(film.blob.sha256) for film in self.films)
        return bool(self.films) and not self.unknown and all(blob and blob.complete for blob in complete)


class OnStick(msgspec.Struct, frozen=True):
    """A course that a stick would have to bring; ``number`` is 0 and ``left_bytes`` too if its document is not here."""

    title: str
    number: int = 0
    left_bytes: int = 0


class Ways(msgspec.Struct, frozen=True):
    """The ways out for a session in danger; a way that would not help is empty.

    Args:
        session: The occurrence's id.
        percent: How much of it is here.
        height: The rendition that it will be shown in, as things stand; 0 if nobody can say.
        ready_wall_ms: When all of it is expected as things stand, 0 if nobody can say.
        on_stick: What a stick would have to bring.
        smaller_height: Fetched in this rendition first, it is out of danger; 0 if that does not help.
        smaller_wall_ms: When it would then be ready.
        later_wall_ms: The first other start, at the same time of day, for which it would be ready.
        crowded: The store has no room for it: neither line nor stick helps before something is deleted.
    """

    session: str
    percent: int = 0
    height: int = 0
    ready_wall_ms: int = 0
    on_stick: tuple[OnStick, ...] = ()
    smaller_height: int = 0
    smaller_wall_ms: int = 0
    later_wall_ms: int = 0
    crowded: bool = False

    @property
    def left_bytes(self) -> int:
        """What is still to come, as far as documents say."""
        return sum(course.left_bytes for course in self.on_stick)


def here_bytes(store: StoreFacts, film: Rendition) -> int:
    """Return how much of a film is here."""
    stored = store.blobs.get(film.blob.sha256)
    return 0 if stored is None else film.blob.bytes if stored.complete else stored.bytes_here
