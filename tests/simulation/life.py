"""One life of a box: power, time, people, and the loop around the real `player.step`."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from random import Random

import yaml

from player.core import binding, effects, playback, schedule, session
from player.core.events import ButtonPressed, ClockJumped, Event, QuitAsked, Started, WokeUp
from player.core.intents import Keymap
from player.core.keymap import context_of, intent_for, read_keymap
from player.core.lessons import of_session
from player.core.moment import Moment
from player.core.world import SessionState, Settings, World
from player.screens.react import react
from player.screens.view import view
from player.step import step
from playlists.documents import CatalogueEntry
from playlists.entries import ClockTrust
from playlists.occurrences import Occurrence

from . import rules
from .county import BOX_ID, DAY_MS, START_MS, Broken, County
from .disk import Disk
from .hardware import Line, Media, Workers, Writer

KEYMAP_FILE = Path(__file__).parents[2] / "config" / "keymaps" / "contexts.yaml"
TABLES = {"playback": playback.TABLE, "session": session.TABLE, "binding": binding.TABLE}
LOOK_EVERY = 15  # the scene of every so many steps is judged
Step = Callable[..., tuple[World, tuple[effects.Effect, ...], effects.Wake]]


def keymap() -> Keymap:
    return read_keymap(yaml.safe_load(KEYMAP_FILE.read_text(encoding="utf-8")), KEYMAP_FILE.name)


class Catalogue:
    """The library of a simulated box."""

    def __init__(self, county: County) -> None:
        self._entries = [
            CatalogueEntry(
                id=one.id, number=one.number, title=one.title, category=one.category, minutes=5,
                lessons=len(one.lessons), released=one.released,
            )
            for one in county.courses.values()
        ]  # fmt: skip

    def categories(self, below: tuple[str, ...]) -> list[tuple[str, int]]:
        return [] if below else [("农业", len(self._entries))]

    def courses(self, category: tuple[str, ...], offset: int, limit: int) -> list[CatalogueEntry]:
        return self._entries[offset : offset + limit]

    def count(self, category: tuple[str, ...]) -> int:
        return len(self._entries)

    def entry(self, course: str) -> CatalogueEntry | None:
        return next((one for one in self._entries if one.id == course), None)

    def by_number(self, number: int) -> CatalogueEntry | None:
        return next((one for one in self._entries if one.number == number), None)

    def search(self, digits: str, offset: int, limit: int) -> tuple[int, list[CatalogueEntry]]:
        return 0, []


class Life:
    """A box from a seed. `live` runs it; `faults`, `pairs` and `history` say what it went through."""

    cut_chance = 0.0005  # that the power goes after one of a step's effects

    def __init__(self, seed: int, days: int, take_step: Step = step) -> None:
        self.seed, self.days, self.step = seed, days, take_step
        self.rng = Random(seed)
        self.county = County(self.rng, days)
        self.disk, self.line = Disk(), Line(self.rng)
        self.time, self.steps, self.cuts = 0, 0, 0
        self.faults: Counter[str] = Counter()
        self.pairs: Counter[tuple[object, type]] = Counter()
        self.history: deque[tuple[int, object]] = deque(maxlen=40)
        self._queue: list[tuple[int, int, int, Callable[[], None]]] = []
        self._order = count()
        self._keymap, self.library = keymap(), Catalogue(self.county)
        self._error_ms, self._trust = 0, "unknown"
        self._clock_set_at = self._up_since = self._booted_at = 0
        self._power, self._run, self._ready = False, 0, set[str]()
        self._began: dict[str, int] = {}  # sessions, and when they really began
        self._shown_ms = self._excused_ms = 0
        self._with_battery = self.rng.random() < 0.5

    # --- time

    def wall(self) -> int:
        """The true time."""
        return START_MS + self.time

    def now(self) -> Moment:
        wall = self.wall() + self._error_ms
        trust: ClockTrust = self._trust  # type: ignore[assignment]
        return Moment(self.time - self._booted_at + 20_000, wall, trust, self.disk.journal.boot)

    def later(self, milliseconds: int, do: Callable[[], None]) -> None:
        """Do something in this run of the box; a power cut forgets it."""
        self._push(milliseconds, self._run, do)

    def outside(self, milliseconds: int, do: Callable[[], None]) -> None:
        """Do something to the box, whatever happens to it meanwhile."""
        self._push(milliseconds, -1, do)

    def _push(self, milliseconds: int, run: int, do: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.time + max(0, milliseconds), next(self._order), run, do))

    def live(self) -> None:
        """Live all days; raise `rules.Broken`, or whatever the box raises, when a promise is broken."""
        self.outside(0, self._boot)
        self.line.up = self.rng.random() < 0.7
        for do, mean_ms in self._fate():
            self._again(do, mean_ms)
        for one in self.county.occurrences:
            self.outside(schedule.gathers_ms(one) - START_MS + 1_500, lambda one=one: self._note_ready(one))
            self.outside(one.starts_ms - START_MS - 500, lambda one=one: self._note_other(one))
            self.outside(one.starts_ms - START_MS + 1_500, lambda one=one: self._check_minute(one))
        self._pump(self.days * DAY_MS)
        self._finish()

    def _pump(self, until: int) -> None:
        while self._queue and self._queue[0][0] <= until:
            self.time, _, run, do = heapq.heappop(self._queue)
            if run in (-1, self._run):
                do()
        self.time = until

    def _finish(self) -> None:
        """End in peace: everything sealed, then compare with the truth."""
        self._queue = [one for one in self._queue if one[2] == self._run]
        heapq.heapify(self._queue)
        if self._power:
            self.writer.sick = False
            self.take(QuitAsked())
            self._pump(self.time + 120_000)
        self.check_records(ended=True)

    # --- what happens to it

    def _fate(self) -> Iterator[tuple[Callable[[], None], int]]:
        yield self._cut, DAY_MS * 3
        yield self._line_changes, DAY_MS // 3
        yield self._clock_changes, DAY_MS * 9
        yield self._person, DAY_MS
        yield self._disk_sick, DAY_MS * 10
        yield self._restart, DAY_MS * 12
        yield lambda: self.county.change_mind(self.wall()), DAY_MS * 6

    def _again(self, do: Callable[[], None], mean_ms: int) -> None:
        def run() -> None:
            do()
            self._again(do, mean_ms)

        self.outside(int(self.rng.expovariate(1 / mean_ms)) + 1, run)

    def note(self, fault: str) -> None:
        self.faults[fault] += 1
        self.history.append((self.time, fault))

    def _line_changes(self) -> None:
        self.line.up = not self.line.up or self.rng.random() < 0.6
        if not self.line.up:
            self.note("line down")
            self.outside(self.rng.randint(60_000, 20_000_000), lambda: setattr(self.line, "up", True))

    def _clock_changes(self) -> None:
        if self._power:
            by = self.rng.choice((-1, 1)) * self.rng.choice((5_000, 600_000, 3_600_000, 30_000_000))
            self.note("clock set wrong")
            self._set_clock(self._error_ms + by, "estimated")

    def _set_clock(self, error_ms: int, trust: str) -> None:
        by = error_ms - self._error_ms
        if by or trust != self._trust:
            self._error_ms, self._trust, self._clock_set_at = error_ms, trust, self.time
            self.emit(ClockJumped(by, trust))  # type: ignore[arg-type]

    def _hear_county(self, wall_ms: int) -> None:
        if self._trust != "trusted":
            self._set_clock(0, "trusted")

    def _disk_sick(self) -> None:
        if self._power:
            self.writer.sick = True
            writer = self.writer
            self.outside(self.rng.randint(1_000, 200_000), lambda: setattr(writer, "sick", False))

    def _restart(self) -> None:
        if self._power:
            self.note("service restarted")
            self.emit(QuitAsked())

    def _cut(self) -> None:
        if self._power:
            self.note("power cut")
            self.cuts += 1
            self._excused_ms += rules.CUT_COSTS_MS if self.media.play else 0
            self._off()
            if not self._with_battery:
                self._forget_time()
            self.outside(self.rng.choice((5_000, 60_000, 600_000, 20_000_000)), self._boot)

    def _off(self) -> None:
        self.media.off()
        self._shown_ms += self.media.shown_ms
        self._excused_ms += self.media.excused
        self.workers.off()
        self.disk.cut(self.rng)
        self._power, self._run = False, self._run + 1

    def _forget_time(self) -> None:
        self._trust = "unknown"
        self._error_ms = (self.disk.generation.synced_wall_ms if self.disk.generation else START_MS) - self.wall()

    def _boot(self) -> None:
        if self._power:
            return
        self._power, self._run, self._up_since = True, self._run + 1, self.time
        self._booted_at, self._clock_set_at = self.time, self.time
        self.disk.journal.boot += 1
        if self._with_battery and self._trust != "unknown":
            self._trust = "estimated"
        self.media = Media(self.rng, self.county, lambda: self.time, self.later, self.emit, self.note)
        self.writer = Writer(self.rng, self.disk, self.now, self.later, self.emit, self.note)
        self.workers = Workers(
            self.rng, self.disk, self.county, self.line, self.wall, self._hear_county, self.later, self.emit, self.note
        )
        settings = Settings(version="1", keymap=self._keymap)
        self.world = World(settings=settings, now=self.now())
        self._wake_token = 0
        self.check_records(ended=False)
        self.press("ok", after_ms=self.rng.randint(1, 90_000))
        self.take(Started(self.disk.journal.facts(), self.disk.store.facts(), self.disk.generation, BOX_ID))

    # --- the loop

    def emit(self, event: Event) -> None:
        self.later(0, lambda: self.take(event))

    def take(self, event: Event) -> None:
        """One turn of the loop: step, check, perform, sleep."""
        self.history.append((self.time, event))
        self._count_pairs(event)
        before = self.world
        self.world, asked, wake = self.step(self.world, event, self.now(), self.library, strict=True)
        self.steps += 1
        self._note_start(before)
        if self.steps % LOOK_EVERY == 0 or self.world.screens is not before.screens:
            rules.says_something(self.world, view(self.world, self.library))
        cut_after = self.rng.randint(0, len(asked)) if asked and self.rng.random() < self.cut_chance else None
        for effect in asked[:cut_after]:
            self._perform(effect)
        if cut_after is not None:
            self._cut()
            return
        if self._power:
            rules.nothing_outside_the_windows(self.world, fetching=self.workers.fetching is not None)
            self._people(before)
            self._sleep(wake)

    def _sleep(self, wake: effects.Wake) -> None:
        self._wake_token += 1
        token, now = self._wake_token, self.now()
        waits = [wake.monotonic_ms - now.monotonic_ms] if wake.monotonic_ms is not None else []
        waits += [wake.wall_ms - now.wall_ms] if wake.wall_ms is not None else []
        if waits:
            if min(waits) <= -1_000:
                raise Broken(f"a wake-up in the past: {wake} at {now}")
            self.later(max(1, min(waits)), lambda: self.take(WokeUp()) if token == self._wake_token else None)

    def _perform(self, effect: effects.Effect) -> None:
        self.history.append((self.time, effect))
        match effect:
            case effects.OpenMedia():
                rules.nothing_unsigned_or_stopped(self.world, effect, self.county, self.disk)
                self.media.open(effect)
            case effects.PauseMedia():
                self.media.pause(effect)
            case effects.SeekMedia():
                self.media.seek(effect)
            case effects.CloseMedia():
                self.media.close(effect)
            case effects.ReplaceMediaChild():
                self.media.replace(effect)
            case effects.AppendEntry() | effects.KeepPlay() | effects.KeepSession():
                self.writer.perform(effect)
            case _:
                self._perform_work(effect)

    def _perform_work(self, effect: effects.Effect) -> None:
        match effect:
            case effects.RunSync():
                self.workers.sync(effect)
            case effects.RunBinding():
                self.workers.bind(effect)
            case effects.RunUpload():
                self.workers.upload(effect)
            case effects.RunFetch():
                rules.no_byte_twice(self.world, effect, self.disk)
                self.workers.fetch(effect)
            case effects.StopFetch():
                self.workers.stop(effect)
            case effects.EvictBlobs():
                flight = self.workers.flight
                rules.evicts_nothing_needed(self.world, effect, flight.sha256 if flight else "")
                self.note("eviction")
                self.workers.evict(effect)
            case effects.Quit():
                self._off()
                self.disk.journal.clean = True
                self.outside(3_000, self._boot)

    def _count_pairs(self, event: Event) -> None:
        kinds: list[type] = [type(event)]
        if isinstance(event, ButtonPressed):
            intent = intent_for(self._keymap, context_of(self.world), event.button, event.press)
            kinds += [type(action) for action in react(self.world, intent, self.library)[1]] if intent else []
        play, group = self.world.playback, self.world.session
        for state in (play and play.state, group and group.state, self.world.binding.state):
            for kind in kinds if state is not None else ():
                self.pairs[state, kind] += 1

    # --- people

    def press(self, *buttons: str, after_ms: int = 0) -> None:
        for index, button in enumerate(buttons):
            self.later(after_ms + 700 * index, lambda button=button: self.take(ButtonPressed(button)))

    def _person(self) -> None:
        """Somebody plays with the remote control, with more or less purpose."""
        if self._power:
            favourites = (
                "ok",
                "ok",
                "ok",
                "down",
                "right",
                "back",
                "home",
                "1",
                "2",
                "3",
                "0",
                "next",
                "stop",
                "left",
                "red",
            )
            self.press(*(self.rng.choice(favourites) for _ in range(self.rng.randint(1, 25))))

    def _people(self, before: World) -> None:
        """What people do when a card asks them something."""
        group, old = self.world.session, before.session
        state = group.state if group else None
        if state is not (old.state if old else None):
            if state is SessionState.GATHERING:
                self._at_the_gathering()
            elif state is SessionState.PLAYING and self.rng.random() < 0.2:
                self.press(
                    "ok", "ok", "left", *(["stop", "right", "ok"] if self.rng.random() < 0.3 else []), after_ms=20_000
                )
            elif state is SessionState.COUNTING and self.rng.random() < 0.9:
                self.press(
                    "home",
                    "ok",
                    "9",
                    "ok",
                    "4",
                    "ok",
                    "5",
                    "ok",
                    "1",
                    "ok",
                    "ok",
                    after_ms=self.rng.randint(2_000, 90_000),
                )
        play, was = self.world.playback, before.playback
        if play and (was is None or play.state is not was.state) and self.rng.random() < 0.1:
            keys = ("ok", "ok", "left", "right", "down", "next", "previous", "stop", "back", "home", "volume-up")
            self.press(self.rng.choice(keys), self.rng.choice(keys), after_ms=self.rng.choice((1, 50, 3_000)))
        if self.world.interrupted is not None and not before.started and self.rng.random() < 0.8:
            self.press("ok", after_ms=self.rng.randint(1_000, 60_000))

    def _at_the_gathering(self) -> None:
        chance = self.rng.random()
        if chance < 0.3:
            self.press("ok", after_ms=self.rng.randint(1_000, 400_000))
        elif chance < 0.4:
            self.press("back", after_ms=5_000)
        elif chance < 0.45:
            self.press("0", "right", "ok", after_ms=5_000)

    # --- promises

    def _note_start(self, before: World) -> None:
        """Remember when a session really began; once more if the power went before that was kept."""
        group, old = self.world.session, before.session
        if group and group.row.started == self.world.now and not (old and old.row.started):
            self._began[group.row.session] = self.wall()

    def _is_settled(self, one: Occurrence) -> bool:
        gathers = schedule.gathers_ms(one) - START_MS
        known = abs(self._error_ms) < 500 and self._trust == "trusted" and self._clock_set_at < gathers
        listed = self._power and self.world.generation and one in self.world.generation.occurrences
        return bool(listed and known and self._up_since < gathers and not self.world.quitting)

    def _note_ready(self, one: Occurrence) -> None:
        """At its gathering: nothing else is on, and something of it can be shown."""
        if self._power and self.world.session and self.world.session.occurrence.id == one.id and self._is_settled(one):
            self._ready.add(one.id)

    def _note_other(self, one: Occurrence) -> None:
        """Just before its minute: the one before is still on, and its heads may be counted in peace."""
        if self._power and self.world.session and self.world.session.occurrence.id != one.id:
            self._ready.discard(one.id)

    def _check_minute(self, one: Occurrence) -> None:
        if one.id in self._ready and self._is_settled(one) and any(x.blob for x in of_session(self.world, one)):
            self.faults["(sessions started on their minute)"] += 1
            rules.started_on_its_minute(self.world, one)

    def check_records(self, *, ended: bool) -> None:
        shown, excused = self._shown_ms, self._excused_ms
        if self._power:
            shown, excused = shown + self.media.shown_ms, excused + self.media.excused
        rules.recorded_once(self.disk, shown, excused, ended=ended)
        if ended:
            rules.dated_as_it_was(self.disk, self._began)
            self.disk.journal.verify()
            self.county.compare(self.disk.journal.rows)
