"""One life of a box from its name: site, county, box and people put together, and what the script lets happen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from player.core.schedule import gathers_ms
from player.core.world import World
from player.step import step
from playlists.chain import ChainStart, compare_head
from playlists.occurrences import Occurrence

from . import disk, line_seen, nature, script
from .agenda import ALWAYS, DAY_MS, HOUR_MS, MINUTE_MS, Agenda
from .box import Box, Step
from .broken import Broken
from .clock import START_MS, SiteClock
from .county import BOX_ID, County
from .figures import CLOSING_DAYS, Figures
from .inbox import Inbox
from .journal import JournalFile
from .line import Line
from .media import Truth
from .mishaps import Mishaps
from .people import People
from .readiness import AHEAD_MS
from .rules import LOOK_AFTER_MS, Rules
from .said import HOURS_BEFORE
from .script import Fault, Name
from .site import Generations, Site
from .store import Store

IN_PEACE_HOURS = 24  # at the end the line is good and nobody disturbs: the county hears everything
LATE_ENTRIES = 5  # of the last minutes


@dataclass(frozen=True)
class Outcome:
    """What became of a life."""

    name: Name
    days: float
    steps: int
    faults: Counter[str]
    pairs: Counter[tuple[str, str, type]]
    seen: Counter[str]
    effects: Counter[type]
    fetched_bytes: int
    needed_bytes: int
    entries: int


@dataclass
class Life:
    """A box from its name; `live` runs it."""

    name: Name
    take_step: Step = step
    trouble: float | None = None
    faults: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        name = self.name
        self.nature = nature.draw(name.seed)
        trouble = self.nature.trouble if self.trouble is None else self.trouble
        self.script: list[tuple[int, Fault]] = script.kept(script.draw(name.seed, trouble), name)
        self.agenda = Agenda()
        self.county = County(name.seed, self.nature)
        self.site = Site(
            agenda=self.agenda,
            clock=SiteClock(self.nature, self.agenda),
            line=Line(*self.nature.line),
            county=self.county,
            inbox=Inbox(BOX_ID),
            journal=JournalFile(BOX_ID),
            store=Store(self.nature.quota_bytes),
            generations=Generations(),
        )
        self.figures = Figures(self.site.inbox)
        self.rules = Rules(self.county, self.site.line)
        self.box = Box(name.seed, self.site, Truth(), self.rules, self.take_step)
        self.people = People(name.seed, self.box.press)
        self.box.people = self.people
        self._mishaps = Mishaps(self.box, self.people)

    @property
    def world(self) -> World:
        """The box's world."""
        return self.box.world

    def live(self) -> Outcome:
        """Live all days.

        Raises:
            Broken: A promise was not kept; or whatever else the box raises.
        """
        with disk.simulated(), line_seen.simulated():
            self._live()
        return self._outcome()

    def _live(self) -> None:
        agenda = self.agenda
        agenda.at(0, ALWAYS, self.box.switch_on)
        for _, fault in self.script:
            agenda.at(fault.at_ms, ALWAYS, self._happen, fault)
        agenda.at(self.county.bound_at_ms - START_MS, ALWAYS, self.county.bind)
        for at_ms in self.county.announced_ms.values():
            agenda.at(at_ms - START_MS, ALWAYS, self.county.announce)
        self.county.planned = self.rules.watch = self._watch
        for one in self.county.occurrences:
            self._watch(one)
        for day in CLOSING_DAYS:
            agenda.at(day * DAY_MS, ALWAYS, self.figures.close)
        agenda.pump(int(self.name.days * DAY_MS), self.box.wake)
        self._end_in_peace()

    def _happen(self, fault: Fault) -> None:
        self.box.history.append((self.agenda.now, fault))
        if self._mishaps.happen(fault.kind, fault.seed):
            self.faults[fault.kind] += 1

    def _watch(self, one: Occurrence) -> None:
        """Look whether a session begins as it should; whether it still stands in the plan is seen then."""
        starts, at = one.starts_ms - START_MS, self.agenda.at
        at(gathers_ms(one) - START_MS + 2_000, ALWAYS, self.rules.note_ready, self.box, one)
        at(starts - 800, ALWAYS, self.rules.note_other, self.box, one)
        for hours in HOURS_BEFORE:
            at(starts - hours * HOUR_MS, ALWAYS, self.rules.sayings.note, self.box, one, hours)
        at(starts - AHEAD_MS, ALWAYS, self.rules.sayings.weigh, self.box, one)
        at(starts, ALWAYS, self.rules.check_ready, self.box, one)
        at(starts + LOOK_AFTER_MS, ALWAYS, self.rules.check_minute, self.box, one)

    # --- the end

    def _end_in_peace(self) -> None:
        """Let everything heal and be told, then compare with the truth."""
        site = self.site
        self.agenda.forget(self.box.run)
        site.line.down = site.line.stalled = site.line.page = site.line.county_away = 0
        site.line.flat = True
        site.disk_full = site.disk_failing = site.disk_read_only = site.slow_ms = 0
        site.county.set_revoked(revoked=False)
        site.next_trouble.clear()
        if self.box.power and self.box.run.alive:
            self.box.cut_after, self.box.cut_when = None, ""
            self.box.writer.failing = self.box.writer.slow_ms = 0
            self.box.quit()
            self._pump(2 * MINUTE_MS)
        self.rules.records(self.box, ended=True)
        self.rules.dated(self.box)
        self.rules.allowance(self.box)
        site.journal.verify()
        self.box.switch_on()
        for _ in range(IN_PEACE_HOURS):
            self._pump(60 * MINUTE_MS)
            if len(site.journal.rows) - site.inbox.head <= LATE_ENTRIES:
                break
        self._compare_with_county()

    def _pump(self, milliseconds: int) -> None:
        self.agenda.pump(self.agenda.now + milliseconds, self.box.wake)

    def _compare_with_county(self) -> None:
        inbox, rows = self.site.inbox, self.site.journal.rows
        fault = compare_head(ChainStart.of_box(BOX_ID), rows, inbox.head, inbox.hashes[-1])
        if fault is not None:
            raise Broken(3, "the county's chain is another", fault)
        late = len(rows) - inbox.head
        if late > LATE_ENTRIES:
            raise Broken(3, "entries did not reach the county", f"{late} of {len(rows)}, after hours of peace")
        self.figures.compare(self.box.truth.by_month, self.rules.excused_ms(self.box))

    def _outcome(self) -> Outcome:
        store = self.site.store
        return Outcome(
            self.name, self.name.days, self.box.steps, self.faults,
            self.rules.pairs, self.rules.seen, self.rules.effects,
            store.fetched_bytes, store.needed_bytes, len(self.site.journal.rows),
        )  # fmt: skip
