"""The box of a life: its power, its devices, and the loop around the real `player.step`.

Everything that dies with the power is made anew at each start; what is on the disk lies in `Site`. A cut is possible
before and after every effect, and wherever else the script wants it (`cut_when`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import yaml

from player.core import effects, media_effects, worker_effects
from player.core.effects import Effect, Wake
from player.core.events import ButtonPressed, Event, QuitAsked, Started, WokeUp
from player.core.intents import Keymap
from player.core.keymap import read_keymap
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from player.core.settings import Settings
from player.core.world import World
from player.step import step
from tests.fakes.library import FakeLibrary

from .agenda import ALWAYS, NEVER_MS, Run
from .broken import Broken
from .county import BOX_ID
from .journal import Writer
from .media import Media, Truth
from .people import People
from .rules import Rules
from .site import Site
from .small_devices import SMALL, SmallDevices
from .voice import Voice
from .workers import Workers

KEYMAP_FILE = Path(__file__).parents[2] / "config" / "keymaps" / "contexts.yaml"
WORKER_EFFECTS = (
    worker_effects.RunSync, worker_effects.RunFetch, worker_effects.StopFetch, worker_effects.RunUpload,
    worker_effects.RunBinding, worker_effects.WatchLine, worker_effects.LeaveLine, effects.EvictBlobs,
    effects.RunScrub, effects.StopScrub, effects.RemoveRecording,
    worker_effects.RunLive, worker_effects.TellLive, worker_effects.StopLive,
)  # fmt: skip
JOURNAL_EFFECTS = (effects.AppendEntry, effects.KeepPlay, effects.KeepSession)
MEDIA_EFFECTS = (
    media_effects.OpenMedia, media_effects.PauseMedia, media_effects.SeekMedia, media_effects.CloseMedia,
    media_effects.ReplaceMediaChild,
)  # fmt: skip
MEDIA_EVENTS = (MediaOpened, MediaProgress, MediaEnded, MediaFailed)
Step = Callable[..., tuple[World, tuple[Effect, ...], Wake]]


def keymap() -> Keymap:
    return read_keymap(yaml.safe_load(KEYMAP_FILE.read_text(encoding="utf-8")), KEYMAP_FILE.name)


KEYMAP = keymap()


class Box:
    """The box. ``power`` says whether it is on; ``history`` holds the last things that happened, for whoever looks."""

    def __init__(self, seed: int, site: Site, truth: Truth, rules: Rules, take_step: Step = step) -> None:
        self.site, self.truth, self._rules, self._step = site, truth, rules, take_step
        self._chance = {
            name: Random(f"{seed}/{name}") for name in ("media", "writer", "workers", "power", "phone", "voice")
        }
        self._library = FakeLibrary(rules.catalogue())
        self.history: deque[tuple[int, object]] = deque(maxlen=60)
        self.power = False
        self.run = Run()
        self.run.alive = False
        self.steps = self.cuts = 0
        self.up_since_ms = 0
        self.cut_after: int | None = None  # the power goes after so many effects
        self.cut_when = ""
        self.people: People
        self.world: World
        self.media: Media
        self.voice: Voice
        self.writer: Writer
        self.workers: Workers
        self.small: SmallDevices

    # --- power

    def switch_on(self) -> None:
        """The power comes."""
        if not self.power:
            self.power = True
            self.site.disk_read_only = 0
            self.site.clock.memory.failing = bool(self.site.disk_failing)
            self.site.clock.boot()
            self._start()

    def _start(self) -> None:
        """The player starts."""
        site, agenda = self.site, self.site.agenda
        self.run, self.up_since_ms = Run(), agenda.now
        facts = site.journal.facts()
        site.journal.count_boot(f"boot {site.clock.boots}")
        site.clock.start(site.journal.boot, site.generations.signed_ms)
        self.media = Media(self._chance["media"], site.county, agenda, self.run, self.truth)
        self.media.emit, self.media.recordings = self.emit, site.store.recordings
        self.voice = Voice(self._chance["voice"], self.media, agenda, self.run, self.emit)
        self.writer = Writer(self._chance["writer"], site.journal, agenda, self.run, site.clock.now, self.emit)
        self.writer.failing, self.writer.slow_ms = site.journal_failing, site.slow_ms
        self.workers = Workers(self._chance["workers"], site, self.run, self.emit)
        self.small = SmallDevices(self._chance["phone"], site, self.run, self.take)
        quota = site.store.quota_bytes
        site.chosen = site.preferences
        settings = Settings(version="1", keymap=KEYMAP, quota_bytes=quota)
        self.world = World(settings, site.clock.now(), site.preferences)
        self._rules.started(self)
        self._rules.moved(site, on=True)
        if self.cut_when == "starting":
            self._cut_within(5_000)
        self.people.switched_on()
        if site.stick is not None:
            self.emit(site.stick.put)
        self.take(Started(facts, site.stored(), site.generations.facts, BOX_ID))

    def cut(self) -> None:
        """The power goes, now."""
        if not self.power:
            return
        self.history.append((self.site.agenda.now, "POWER CUT"))
        self.cuts += 1
        self._rules.cut(self)
        self.workers.receiver.off(cut=True)
        self._end()
        self.writer.cut()
        self.site.store.cut(self.site.agenda.now, self._chance["power"])
        self.site.clock.off()
        self.power = False
        off_ms = self._chance["power"].choice((5_000, 60_000, 600_000, 20_000_000))
        self.site.agenda.at(self.site.agenda.now + off_ms, ALWAYS, self.switch_on)

    def _end(self) -> None:
        self._rules.moved(self.site, on=False)
        self.media.off()
        self.workers.fetching.end()
        self.run.alive = False
        self.site.agenda.wake_at = NEVER_MS
        self.cut_after, self.cut_when = None, ""

    def quit(self) -> None:
        """The service is to end; systemd starts it again."""
        if self.power:
            self.take(QuitAsked())

    def _quit(self) -> None:
        self._rules.quits(self)
        self.workers.receiver.off(cut=False)
        self._end()
        self.writer.stop()
        self.site.clock.stop()
        self.site.agenda.at(self.site.agenda.now + 3_000, ALWAYS, self._start_again, self.run)

    def _start_again(self, ended: Run) -> None:
        if self.power and self.run is ended:
            self._start()

    def _cut_within(self, milliseconds: int) -> None:
        self.cut_when = ""
        at_ms = self.site.agenda.now + self._chance["power"].randint(0, milliseconds)
        self.site.agenda.at(at_ms, self.run, self.cut)

    def moved(self) -> None:
        """Line, disk or the county's mind has changed."""
        self._rules.moved(self.site, on=self.power and self.run.alive)

    # --- the loop

    def emit(self, event: Event) -> None:
        """Put an event on the queue."""
        self.site.agenda.at(self.site.agenda.now, self.run, self.take, event)

    def press(self, after_ms: int, button: Any, press: Any) -> None:
        """Somebody will press a button, if the box is still on by then."""
        event = ButtonPressed(button, press)
        self.site.agenda.at(self.site.agenda.now + after_ms, self.run, self.take, event)

    def wake(self) -> None:
        """The box's own wake-up has come."""
        self.take(WokeUp())

    def take(self, event: Event) -> None:
        """One turn of the loop: step, judge, perform, sleep."""
        if not isinstance(event, MEDIA_EVENTS) and self.media.play and (said := self.media.last_word()) is not None:
            self.take(said)
            if not self.run.alive:
                return
        now = self.site.clock.now()
        self.history.append((self.site.agenda.now, event))
        before, self.steps = self.world, self.steps + 1
        self._rules.before(self, event)
        self.world, asked, wake = self._step(before, event, now, self._library, strict=True)
        self._rules.after(self, before, event)
        self.people.watch(before, self.world)
        for effect in asked:
            self.history.append((self.site.agenda.now, effect))
            if self.cut_after is not None:
                self.cut_after -= 1
                if self.cut_after < 0:
                    self.cut()
                    return
            self._perform(effect)
            if not self.run.alive:
                return
        self.voice.must_be_alone()
        if self.workers.fetching.effect is not None:
            self._rules.at_rest(self)
        if self.cut_when:
            self._cut_at_work()
        self._sleep(wake)

    def _cut_at_work(self) -> None:
        workers, when = self.workers, self.cut_when
        if (when == "writing" and self.writer.writing) or (when == "signing" and self.writer.signing):
            self._cut_within(40)
        elif when == "fetching" and workers.fetching.flight is not None:
            self._cut_within(300_000)
        elif when == "talking" and workers.askers.talking:
            self._cut_within(3_000)

    def _sleep(self, wake: Wake) -> None:
        """Be woken when something is due; an alarm by the wall clock is of no use while nobody knows the time."""
        now, wait_ms = self.world.now, NEVER_MS
        if wake.monotonic_ms is not None:
            wait_ms = wake.monotonic_ms - now.monotonic_ms
        if wake.wall_ms is not None and now.trust != "unknown":
            wait_ms = min(wait_ms, wake.wall_ms - now.wall_ms)
        if wait_ms < -1_000:
            raise Broken(0, "a wake-up in the past", wake, now)
        self.site.agenda.wake_at = self.site.agenda.now + max(1, self.site.clock.true_wait_ms(wait_ms))

    def _perform(self, effect: Effect) -> None:
        self._rules.performing(self, effect)
        if isinstance(effect, JOURNAL_EFFECTS):
            self.writer.perform(effect)
        elif isinstance(effect, MEDIA_EFFECTS):
            if isinstance(effect, media_effects.OpenMedia):
                self.voice.off()
            self.media.perform(effect)
        elif isinstance(effect, media_effects.PlaySound | media_effects.HushSound):
            self.voice.perform(effect)
        elif isinstance(effect, WORKER_EFFECTS):
            self.workers.perform(effect)
        elif isinstance(effect, SMALL):
            self.small.perform(effect)
        elif isinstance(effect, effects.Quit):
            self._quit()
