"""A small box for tests of the core: a course of two lessons, a session, and a world that has started."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from msgspec.structs import replace

from player.core.actions import Action
from player.core.effects import AppendEntry, Effect, Wake
from player.core.events import ButtonPressed, Event, Journaled, Started
from player.core.facts import GenerationFacts, JournalFacts, StoredBlob, StoreFacts
from player.core.keymap import read_keymap
from player.core.library import EmptyLibrary, Library
from player.core.media_effects import OpenMedia
from player.core.media_events import MediaOpened, MediaProgress
from player.core.moment import Moment
from player.core.settings import Settings
from player.core.settle import settle, wake
from player.core.turn import Turn
from player.core.wishes import grant
from player.core.world import World
from player.step import step
from playlists.documents import (
    Blob,
    Box,
    Course,
    Lesson,
    OrderAnswer,
    Plan,
    Policy,
    Rendition,
    Site,
    StopOrder,
)
from playlists.entries import ClockTrust
from playlists.occurrences import Occurrence, OccurrenceItem

KEYMAP_FILE = Path(__file__).parents[3] / "config" / "keymaps" / "contexts.yaml"
NOW_MS = 1_772_700_000_000
MINUTE_MS = 60_000
BOX = "b0b0"
E = TypeVar("E")


def blob(letter: str, size: int = 30_000_000) -> Blob:
    return Blob(sha256=letter * 64, bytes=size, chunk_list=("0" + letter) * 32)


def lesson(name: str, low: str, high: str, minutes: int = 5) -> Lesson:
    small = Rendition(height=240, bits_per_second=250_000, blob=blob(low, 5_000_000))
    large = Rendition(height=720, bits_per_second=1_800_000, blob=blob(high))
    return Lesson(id=name, title=f"课{name}", duration_ms=minutes * MINUTE_MS, renditions=(small, large))


COURSE = Course(
    id="c1", number=128, title="大棚蔬菜", category=("农业",), provider="虚构县", released="2026-03-01",
    poster=Blob(sha256="e" * 64, bytes=9_000), lessons=(lesson("one", "1", "2"), lesson("two", "3", "4")),
)  # fmt: skip
SESSION = Occurrence(
    id="spring@2026-03-05T19:30", session="spring", group="county", title="春耕", playlist="p", form="video",
    starts_ms=NOW_MS + 60 * MINUTE_MS, local_start="2026-03-05T19:30", gather_minutes=15, expected=27,
    items=(OccurrenceItem(course="c1", title="大棚蔬菜", lessons=("one", "two"), duration_ms=600_000),),
    duration_ms=10 * MINUTE_MS,
)  # fmt: skip
FILMS = ("2" * 64, "4" * 64)


def generation(*, stops: tuple[StopOrder, ...] = (), revoked: bool = False, **changes: Any) -> GenerationFacts:
    box = Box(id=BOX, public_key="0" * 64, site=Site(id="v1", name="虚构村"), revoked=revoked)
    plan = Plan(
        group="county", issued="2026-03-01T00:00", stops=stops, policy=Policy(refresh_minutes=60, upload_minutes=15)
    )
    facts = GenerationFacts(
        number=3, synced_wall_ms=NOW_MS - MINUTE_MS, stale=False, box=box, plans=(plan,), occurrences=(SESSION,),
        courses={"c1": COURSE}, course_count=1,
    )  # fmt: skip
    return replace(facts, **changes)


def granted(course: str) -> OrderAnswer:
    return OrderAnswer(order="o1", box=BOX, state="granted", course=course)


def store(*complete: str, **partial: int) -> StoreFacts:
    blobs = {sha: StoredBlob(1_000, True) for sha in complete}
    blobs |= {letter[1] * 64: StoredBlob(here, False) for letter, here in partial.items()}
    return StoreFacts(blobs, free_bytes=8 << 30, quota_bytes=4 << 30)


def began(wall_ms: int, trust: ClockTrust = "trusted") -> Moment:
    """Return an instant of an earlier boot."""
    return Moment(70_000, wall_ms, trust, 0)


class NoLibrary(EmptyLibrary):
    """A library of nothing: what the core decides does not rest on the catalogue."""


@dataclass
class TestBox:
    """Drives the real step in strict mode and keeps what it asked for."""

    __test__ = False
    trust: ClockTrust = "trusted"
    monotonic_ms: int = 100_000
    wall_ms: int = NOW_MS
    asked: list[Effect] = field(default_factory=list)
    wake: Wake = field(default_factory=Wake)
    seq: int = 0
    commits: bool = True
    library: Library = field(default_factory=NoLibrary)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        tables = yaml.safe_load(KEYMAP_FILE.read_text(encoding="utf-8"))
        settings = Settings(version="1", keymap=read_keymap(tables, KEYMAP_FILE.name))
        self.world = World(settings=settings, now=self.now())

    def now(self) -> Moment:
        return Moment(self.monotonic_ms, self.wall_ms, self.trust, 1)

    def take(self, event: Event) -> list[Effect]:
        """Take an event; the journal commits at once unless ``commits`` is False."""
        self.world, asked, self.wake = step(self.world, event, self.now(), self.library, strict=True)
        self._answer(asked)
        return list(asked)

    def wish(self, action: Action) -> None:
        """Do what a screen asks for, as a step does after a key."""
        turn = Turn(self.world, self.now(), self.library)
        grant(turn, action)
        settle(turn, self.world)
        self.world, self.wake = turn.world, wake(turn.world)
        self._answer(turn.effects())

    def _answer(self, asked: tuple[Effect, ...]) -> None:
        self.asked += asked
        for effect in asked:
            if isinstance(effect, AppendEntry) and self.commits:
                self.seq += 1 + len(effect.more)
                self.take(Journaled(effect.id, self.seq))

    def start(self, facts: JournalFacts | None = None, **changes: Any) -> TestBox:
        """Start with the course complete and the session an hour ahead."""
        given: dict[str, Any] = {"generation": generation(), "store": store(*FILMS)} | changes
        journal = facts or JournalFacts(head=0, acknowledged=0)
        self.seq = journal.head
        self.take(Started(journal, given["store"], given["generation"], BOX))
        return self

    def wait(self, milliseconds: int, event: Event) -> list[Effect]:
        """Let time pass, then take an event."""
        self.monotonic_ms += milliseconds
        self.wall_ms += milliseconds
        return self.take(event)

    def press(self, *buttons: Any) -> None:
        for button in buttons:
            self.wait(300, ButtonPressed(button))

    def all(self, kind: type[E]) -> list[E]:
        """Return all effects of a kind that were asked for."""
        return [one for one in self.asked if isinstance(one, kind)]

    def last(self, kind: type[E]) -> E:
        return self.all(kind)[-1]

    def bodies(self, kind: type[E]) -> list[E]:
        """Return all bodies of a kind that were given to the journal, each effect counted once."""
        effects = {one.id: one for one in self.all(AppendEntry)}.values()
        return [body for one in effects for body in (one.body, *one.more) if isinstance(body, kind)]

    def show(self, seconds: int) -> None:
        """Let the lesson that was opened last play on for so long, in steps of a second."""
        opened = self.last(OpenMedia)
        assert self.world.playback is not None
        if self.world.playback.state.value in ("opening", "recovering"):
            self.wait(100, MediaOpened(opened.id, 300_000, True))
        at, pictures = self.world.playback.position_ms, self.world.playback.pictures
        for second in range(1, seconds + 1):
            self.wait(1_000, MediaProgress(opened.id, at + second * 1_000, pictures + second * 25, False))
