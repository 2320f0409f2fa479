"""The site of a simulated box: what is on its disk and outside it, and what outlives every run of the player."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from player.core import faults, schedule
from player.core.effects import RunScrub
from player.core.events import Event
from player.core.facts import GenerationFacts, LinePurpose, Spent, StoreFacts
from player.core.preferences import Preferences
from player.core.worker_effects import RunBinding, RunFetch, RunSync, RunUpload
from player.devices.workers_answers import answer
from player.workers.messages import Result
from playlists.generation import Accepted

from .agenda import Agenda, Run
from .clock import SiteClock
from .county import County
from .inbox import Inbox
from .journal import JournalFile
from .line import Line
from .line_seen import LineFile
from .sticks import Stick
from .store import Month, Store

OFFSET_MINUTES = 480
Asked = RunSync | RunUpload | RunBinding | RunFetch | RunScrub


@dataclass
class Generations:
    """The generation on the disk: its documents, what was believed for it, and when it was made."""

    facts: GenerationFacts | None = None
    accepted: Accepted | None = None
    made_ms: int = 0

    @property
    def signed_ms(self) -> int:
        """The newest signed time."""
        return self.accepted.signed_ms if self.accepted else 0


@dataclass
class Site:
    """What the workers work with, and what outlives them. ``next_trouble`` waits for the next occasion."""

    agenda: Agenda
    clock: SiteClock
    line: Line
    county: County
    inbox: Inbox
    journal: JournalFile
    store: Store
    generations: Generations
    line_file: LineFile = field(init=False)
    disk_full: int = 0
    disk_failing: int = 0
    disk_read_only: int = 0
    slow_ms: int = 0
    next_trouble: list[str] = field(default_factory=list)
    preferences: Preferences = field(default_factory=Preferences)  # on the disk
    chosen: Preferences = field(default_factory=Preferences)  # what people said last; until a start also unkept
    stick: Stick | None = None
    old_envelope: tuple[tuple[bytes, ...], bytes] | None = None
    spent_bytes: Counter[Month] = field(default_factory=Counter)  # the truth
    unsure_bytes: int = 0  # counted for another month, or for none

    def __post_init__(self) -> None:
        self.line_file = LineFile(lambda: self.disk_fault)

    def pay(self, purpose: LinePurpose, length: int) -> Spent:
        """Count what has passed over the line."""
        now = self.clock.now()
        month = schedule.month(now.wall_ms, OFFSET_MINUTES) if now.trust != "unknown" else None
        true_month = schedule.month(self.clock.true_ms(), OFFSET_MINUTES)
        self.spent_bytes[true_month] += length
        self.unsure_bytes += length if month != true_month else 0
        return self.store.meter.add(self.agenda.now, month, purpose, length)

    def stored(self) -> StoreFacts:
        """Return what a start finds in the store."""
        return self.store.facts(self.line_file.history)

    def is_next(self, trouble: str) -> bool:
        """Return whether the script wants this to go wrong now."""
        if trouble in self.next_trouble:
            self.next_trouble.remove(trouble)
            return True
        return False

    @property
    def journal_failing(self) -> int:
        """Why the journal cannot be written: so many reasons."""
        return self.disk_full + self.disk_failing + self.disk_read_only

    @property
    def card_fault(self) -> str:
        """What the disk answers to whoever wants to write; empty if it writes."""
        if self.disk_read_only:
            return faults.CARD_READ_ONLY
        return faults.CARD_FAILING if self.disk_failing else ""

    @property
    def disk_fault(self) -> str:
        """The same of a file that must grow."""
        return self.card_fault or (faults.DISK_FULL if self.disk_full else "")


@dataclass(frozen=True)
class Workplace:
    """What a worker of one run of the box works with: the site, the run that it dies with, and whom it tells."""

    chance: Random
    site: Site
    run: Run
    emit: Callable[[Event], None]

    @property
    def now(self) -> int:
        """The moment, in ms since the life began."""
        return self.site.agenda.now

    def after(self, milliseconds: int, do: Callable[..., None], *arguments: object) -> None:
        """Do something later, if the run still lasts."""
        self.site.agenda.at(self.now + milliseconds, self.run, do, *arguments)

    def answer(self, effect: Asked, result: Result) -> list[Event]:
        """Return the events that a worker's last word gives, as the product says."""
        return answer(effect, result, "", self.site.journal.acknowledged, self.generation)

    def generation(self) -> GenerationFacts | None:
        """Return the generation in force."""
        return self.site.generations.facts
