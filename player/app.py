"""The composition root: settings become devices, devices and the core become a running box.

Started in dependency order, stopped in reverse. The television comes first, so that whatever fails later can be said
on it; the devices are made by `player.equipment`. Called by `player.command`.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import queue
import signal
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from player.configuration import load_tables
from player.core import faults
from player.core.events import Event, FaultReported, QuitAsked, Started, WokeUp
from player.core.keymap import read_keymap
from player.core.library import EmptyLibrary
from player.core.moment import Moment
from player.core.screens_shown import FaultScreen, HomeScreen
from player.core.settings import Settings
from player.core.world import World
from player.devices.buttons import ButtonTables, read_buttons
from player.devices.clock import BoxClock, SystemTime, system_time
from player.devices.clock_memory import ClockMemory
from player.devices.generation import load_generation
from player.devices.journal import OpenedJournal, open_journal
from player.devices.library import GenerationLibrary
from player.devices.preferences import Loaded, load_preferences
from player.devices.store import scan_store
from player.devices.wake import WallAlarm
from player.devices.workers import box_fingerprint
from player.equipment import Equipment, Site
from player.loop import Loop
from player.screens.view import next_change, view
from player.sd_notify import Notifier
from player.status import StatusFile, make_private, runtime_folder
from player.step import step
from player.store.errors import UNWRITABLE
from player.store.names import StoreNames
from player.television import Television, television
from playlists import generation as generations
from playlists.errors import FailedAttempt, YuanjiaoError

_log = logging.getLogger(__name__)
_HALT_S: Final = 20.0  # how long a fault that ends the run stays on the screen before the next attempt


def run(site: Site) -> int:
    """Run the box until it is asked to quit; return the exit code.

    Raises:
        FailedAttempt: There is no television, or another player has this data folder.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    asked = threading.Event()

    def quit_asked(*_: object) -> None:
        asked.set()
        events.put(QuitAsked())

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, quit_asked)
    with ExitStack() as stack:
        settings = _settings(site)
        buttons = read_buttons(load_tables("keymaps/buttons.yaml"), "config/keymaps/buttons.yaml")
        tv = television(
            StoreNames(site.folders.store),
            buttons.x11,
            windowless=site.windowless,
            size=site.configuration.television_size,
            overscan_percent=site.configuration.safe_area_percent,
        )
        tv.start(events.put)
        stack.callback(tv.stop)
        time = system_time()
        wrong = (FaultScreen(faults.CONFIG_WRONG),) if site.mistakes else ()
        now = Moment(time.monotonic_ms(), time.wall_ms(), "unknown", 0)
        chosen = load_preferences(site.folders.preferences)
        world = World(settings, now, chosen.preferences, screens=(HomeScreen(), *wrong))
        tv.show(view(world, EmptyLibrary()))
        try:
            loop = _Builder(site, stack, events, tv, buttons, time, chosen).loop(world)
        except (OSError, YuanjiaoError) as error:
            if isinstance(error, FailedAttempt) and not error.retry:
                raise
            _log.exception("the box cannot start")
            return _halt(tv, world, error, asked)
        gc.enable()  # `player.command` has put it off until everything is imported
        loop.run()
        return 0


def _settings(site: Site) -> Settings:
    configuration = site.configuration
    return Settings(
        version=site.version,
        safe_area_percent=configuration.safe_area_percent,
        osd_ms=configuration.panel_ms,
        quota_bytes=configuration.quota_bytes,
        reserve_bytes=configuration.reserve_bytes,
        volume_percent=configuration.volume_percent,
        wishes=configuration.wishes,
        phrases=configuration.phrases,
        keymap=read_keymap(load_tables("keymaps/contexts.yaml"), "config/keymaps/contexts.yaml"),
        utc_offset_minutes=configuration.utc_offset_minutes,
        windows=configuration.windows,
        caps=configuration.caps,
        has_files=bool(configuration.published),
        has_api=bool(configuration.api),
    )


def _halt(tv: Television, world: World, error: Exception, asked: threading.Event) -> int:
    """Say on the television why the box cannot start; systemd starts it again afterwards."""
    code = faults.CARD_READ_ONLY if isinstance(error, OSError) else faults.CARD_FAILING
    told = World(
        world.settings,
        world.now,
        world.preferences,
        started=True,
        faults={code: str(error)},
        screens=(FaultScreen(code),),
    )
    tv.show(view(told, EmptyLibrary()))
    asked.wait(_HALT_S)
    return 1


@dataclass
class _Builder:
    """Opens what a run stands on, and puts the loop and its devices together; the stack closes them in reverse."""

    site: Site
    stack: ExitStack
    events: queue.SimpleQueue[Event]
    television: Television
    buttons: ButtonTables
    time: SystemTime
    chosen: Loaded

    def loop(self, world: World) -> Loop:
        """Return the loop, with everything started around it.

        Raises:
            OSError: The data folder or the runtime folder cannot be used.
            YuanjiaoError: The box has no key, or the store cannot be read.
        """
        runtime = runtime_folder(self.site.configuration.data, os.environ)
        make_private(runtime)
        self.site.folders.make()
        self._claim()
        fingerprint = box_fingerprint(self.site.folders)
        journal = self._journal(fingerprint)
        clock = BoxClock(journal.boot, self._floor_ms(), ClockMemory(self.site.folders.known_time), self.time)
        self._say_started(fingerprint, journal)
        equipment = Equipment(self.site, self.stack, self.events, self.television, self.buttons, self.chosen)
        devices = equipment.devices(journal, clock, self._floor_ms)
        alarm = WallAlarm(lambda: self.events.put(WokeUp()), clock.system_offset_ms)
        alarm.start()
        self.stack.callback(alarm.stop)
        notifier = Notifier(os.environ)
        notifier.ready()
        self.stack.callback(notifier.stopping)
        status = StatusFile(runtime)
        self.stack.callback(status.remove)
        library = GenerationLibrary(self.site.folders)
        self.stack.callback(library.close)
        return Loop(
            world=world,
            step=step,
            view=view,
            next_change=next_change,
            clock=clock,
            library=library,
            devices=devices,
            display=self.television,
            alarm=alarm,
            watchdog=notifier,
            watch=status.watch,
            events=self.events,
        )

    def _claim(self) -> None:
        """Keep other players away from this data folder; on a card that has turned read-only, by what lies there."""
        path = self.site.folders.root / "player.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            if error.errno not in UNWRITABLE or not path.exists():
                raise
            descriptor = os.open(path, os.O_RDONLY)
        lock = self.stack.enter_context(os.fdopen(descriptor, "rb"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            why = f"another player runs on {self.site.folders.root}"
            raise FailedAttempt("start", why, retry=False) from error

    def _journal(self, fingerprint: str) -> OpenedJournal:
        folders = self.site.folders
        return open_journal(folders.journal, folders.acknowledged, fingerprint, self.time.boot_id)

    def _floor_ms(self) -> int:
        """Return the newest signed time in the generation in force."""
        generation = generations.load(self.site.folders.generations, check=())
        return generation.manifest.accepted.signed_ms if generation else 0

    def _say_started(self, fingerprint: str, journal: OpenedJournal) -> None:
        store = scan_store(
            self.site.folders.store,
            quota_bytes=self.site.configuration.quota_bytes,
            reserve_bytes=self.site.configuration.reserve_bytes,
        )
        generation = load_generation(self.site.folders)
        self.events.put(Started(journal.facts, store, generation, fingerprint))
        if self.site.mistakes:
            told = " · ".join(one.told(self.chosen.preferences.language) for one in self.site.mistakes)
            self.events.put(FaultReported(faults.CONFIG_WRONG, active=True, detail=told))
