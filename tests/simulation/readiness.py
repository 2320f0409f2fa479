"""What a modest box would have had ready: the measure of "a session whose course could have been fetched is ready".

The modest box stands at the same site: it learns of a session when the real one does, has power, line, windows and disk
when the real one has, and brings the smallest films, earliest session first, at `SPEED` of what the line carries. What
it has ready `AHEAD_MS` before a session begins, the real one must have too. It knows nothing of retries, pauses after
failures or better films; the slack is for those. A chunk that the card has lost it must fetch again like the real one.
"""

from __future__ import annotations

from collections.abc import Iterator

from player.core.facts import GenerationFacts
from player.core.lessons import documents
from player.core.moment import Moment
from player.core.windows import is_open, next_change_ms
from playlists.documents import Lesson, Window
from playlists.occurrences import Occurrence
from playlists.targets import CHUNK_BYTES

from .agenda import HOUR_MS
from .clock import START_MS
from .films import lowest_bytes
from .line import Capacity
from .nature import Nature
from .store import Store

SPEED = 1 / 1.5
AHEAD_MS = HOUR_MS
ROOM = 0.7  # of the quota; the rest is for what was shown of late, for orders and posters
OFFSET_MINUTES = 480
Key = tuple[str, str]


class ModestBox:
    """What it has brought by now. `advance` first, then change what holds from now on."""

    def __init__(self, nature: Nature, capacity: Capacity) -> None:
        self._capacity, self._room_bytes = capacity, int(nature.quota_bytes * ROOM)
        self._now_ms = 0
        self._here: dict[Key, int] = {}  # when it had come
        self._left: dict[Key, float] = {}  # bytes still to come, of what was begun
        self._wanted: list[tuple[int, Key, int]] = []  # when it is needed, what, how large
        self._windows: tuple[Window, ...] = ()
        self.useful = False  # line, power and disk are there
        self.carried_bytes = 0.0  # what the line could have brought until now

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        before, self._now_ms = self._now_ms, now_ms
        if not self.useful:
            return
        for from_ms, to_ms in self._open(before, now_ms):
            brought = self._capacity.brought(from_ms, to_ms)
            self.carried_bytes += brought
            self._fetch(brought * SPEED, to_ms)

    def _open(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches of time within the windows."""
        while from_ms < to_ms:
            now = Moment(0, START_MS + from_ms, "trusted", 1)
            change_ms = next_change_ms(self._windows, now, OFFSET_MINUTES)
            until_ms = to_ms if change_ms is None else min(to_ms, change_ms - START_MS)
            if is_open(self._windows, now, OFFSET_MINUTES):
                yield from_ms, until_ms
            from_ms = until_ms

    def _fetch(self, budget: float, at_ms: int) -> None:
        room = self._room_bytes
        for _, key, size in self._wanted:
            room -= size
            if budget <= 0 or room < 0:
                return
            if key not in self._here:
                left = self._left.get(key, size)
                self._left[key] = left - min(left, budget)
                budget -= left
                if budget >= 0:
                    self._here[key] = at_ms

    def learn(self, generation: GenerationFacts) -> None:
        """A generation has come into force at the real box."""
        self._windows = generation.windows
        wanted: dict[Key, tuple[int, Key, int]] = {}
        for one in generation.occurrences:
            if one.starts_ms > START_MS + self._now_ms:
                for key, lesson in _lessons(generation, one):
                    wanted.setdefault(key, (one.starts_ms, key, lowest_bytes(lesson)))
        self._wanted = sorted(wanted.values())
        gone = self._here.keys() - wanted.keys()
        for key in gone:  # room is made of what nobody needs any more
            del self._here[key]
            self._left.pop(key, None)

    def lose_chunk(self, course: str, lesson: str) -> None:
        """The card has lost a chunk of this lesson."""
        if self._here.pop((course, lesson), None) is not None:
            self._left[course, lesson] = CHUNK_BYTES

    def had(self, generation: GenerationFacts, one: Occurrence) -> bool:
        """Return whether it had everything of a session, some time before the session."""
        by_ms = one.starts_ms - START_MS - AHEAD_MS
        keys = [key for key, _ in _lessons(generation, one)]
        return bool(keys) and all(self._here.get(key, by_ms + 1) <= by_ms for key in keys)


def is_here(generation: GenerationFacts, one: Occurrence, store: Store) -> bool:
    """Return whether every lesson of a session can be shown from what is on the disk."""
    films = [lesson.renditions for _, lesson in documents(generation, one)]
    return bool(films) and all(any(store.is_whole(film.blob.sha256) for film in lesson) for lesson in films)


def _lessons(generation: GenerationFacts, one: Occurrence) -> Iterator[tuple[Key, Lesson]]:
    for course, lesson in documents(generation, one):
        yield (course.id, lesson.id), lesson
