"""What one run is made of, and its devices: made from the settings, started in dependency order, stopped in reverse.

Nothing else knows which device stands behind a port. Called by `player.app`.
"""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

from player.configuration import Configuration, Mistake
from player.core import effects, media_effects, worker_effects
from player.core.effects import Effect
from player.core.events import Event
from player.devices.buttons import ButtonTables
from player.devices.cec import CecDevice
from player.devices.clock import BoxClock
from player.devices.clock_watch import ClockWatch
from player.devices.disk_pace import DiskPace
from player.devices.inside import InsideDevice
from player.devices.journal import JournalDevice, OpenedJournal
from player.devices.keys.device import KeysDevice
from player.devices.keys.table import numbered
from player.devices.line_watch import LineWatch
from player.devices.media.device import MediaDevice
from player.devices.media.settings import sound_is_there
from player.devices.preferences import Loaded, PreferencesDevice
from player.devices.sticks import StickWatch
from player.devices.store import StoreDevice
from player.devices.workers import CountyAddresses, WorkerLimits, WorkersDevice
from player.folders import BoxFolders
from player.ports import Device
from player.status import runtime_folder
from player.store.names import StoreNames
from player.store.recordings import film_path
from player.television import Television


@dataclass(frozen=True)
class Site:
    """What one run is made of.

    Args:
        configuration: The settings.
        mistakes: What is wrong with them; said on the television.
        windowless: Without a television.
        version: Of this program.
    """

    configuration: Configuration
    mistakes: Sequence[Mistake]
    windowless: bool
    version: str

    @property
    def folders(self) -> BoxFolders:
        """Where everything lies."""
        return BoxFolders(self.configuration.data)


@dataclass
class Equipment:
    """Makes and starts the devices of one run; the stack stops them."""

    site: Site
    stack: ExitStack
    events: queue.SimpleQueue[Event]
    television: Television
    buttons: ButtonTables
    chosen: Loaded
    clock_watch: ClockWatch | None = None

    def emit(self, event: Event) -> None:
        """Put an event on the queue; the clock listens for the county's time."""
        self.events.put(event)
        if self.clock_watch is not None:
            self.clock_watch.overheard(event)

    def devices(
        self, journal: OpenedJournal, clock: BoxClock, floor_ms: Callable[[], int]
    ) -> dict[type[Effect], Device]:
        """Start the devices and return which one does which effects.

        Args:
            journal: As it was opened.
            clock: The box's clock.
            floor_ms: Gives the newest signed time in the generation in force.
        """
        configuration, names = self.site.configuration, StoreNames(self.site.folders.store)
        pace = DiskPace(self.emit)
        writer = self._started(JournalDevice(journal, clock, pace.took))
        keeper = self._started(
            StoreDevice(names.root, quota_bytes=configuration.quota_bytes, reserve_bytes=configuration.reserve_bytes)
        )
        workers = self._started(self._workers(clock, pace))
        watch = self._started(LineWatch((*configuration.published, *filter(None, (configuration.api,)))))
        medium = self._started(self._medium(names))
        if configuration.kernel_devices:
            table = numbered(self.buttons.evdev, "config/keymaps/buttons.yaml")
            self._started(KeysDevice(table, lirc=configuration.lircd))
        self._started(StickWatch(folder=configuration.sticks_folder))
        inside = self._started(InsideDevice(_sound))
        chosen = self._started(PreferencesDevice(self.site.folders.preferences, self.chosen))
        television_set = self._started(CecDevice(enabled=configuration.cec))
        return {
            effects.SetClock: self._watch_clock(clock, floor_ms),
            **_all_of(effects.JournalEffect, writer),
            **_all_of(worker_effects.WorkerEffect, workers),
            **_all_of(worker_effects.LineEffect, watch),  # the watch over the line is no program of its own
            **dict.fromkeys((effects.RunScrub, effects.StopScrub), workers),
            **dict.fromkeys((effects.EvictBlobs, effects.RemoveRecording), keeper),
            effects.KeepPreferences: chosen,
            effects.RunCheck: inside,
            **_all_of(media_effects.TelevisionEffect, television_set),
            **_all_of(media_effects.MediaEffect, medium),
        }

    def _medium(self, names: StoreNames) -> MediaDevice:
        runtime = runtime_folder(self.site.configuration.data, os.environ)
        window = self.television.video_window_id
        return MediaDevice(self.site.configuration.media, partial(film_path, names), window, _sound, tones=runtime)

    def _started(self, device: Device) -> Device:
        device.start(self.emit)
        self.stack.callback(device.stop)
        return device

    def _workers(self, clock: BoxClock, pace: DiskPace) -> WorkersDevice:
        configuration = self.site.configuration
        county = CountyAddresses(
            configuration.published, configuration.api, configuration.ca_file, configuration.root_file
        )
        limits = WorkerLimits(
            quota_bytes=configuration.quota_bytes,
            reserve_bytes=configuration.reserve_bytes,
            newest_courses=configuration.newest_courses,
            ring_bytes=configuration.ring_bytes,
            phone_port=configuration.phone_port,
            utc_offset_minutes=configuration.utc_offset_minutes,
        )
        return WorkersDevice(self.site.folders, county, clock, version=self.site.version, limits=limits, pace=pace.took)

    def _watch_clock(self, clock: BoxClock, floor_ms: Callable[[], int]) -> Device:
        watch = ClockWatch(clock, floor_ms)
        self.clock_watch = watch
        return self._started(watch)


def _all_of(effects_of_a_kind: object, device: Device) -> dict[type[Effect], Device]:
    """Return that a device does every effect of a union."""
    return dict.fromkeys(get_args(effects_of_a_kind), device)


def _sound() -> bool:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return sound_is_there(Path("/dev/snd"), Path(runtime) if runtime else None)
