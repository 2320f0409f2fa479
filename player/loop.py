"""The loop: one queue, one thread. It takes an event, steps, hands out effects, shows what has changed, and sleeps.

Devices and foreign threads only put events on the queue. The loop decides nothing: `player.step` does. It sleeps until
the next event or wake-up, never by a tick; only a watchdog that wants signs of life makes it wake more often. A fault
of our own in one step costs that event, is logged and counted, and the box goes on. Called by `player.app`.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Mapping
from typing import Protocol

from player.core.effects import Effect, Quit, Wake
from player.core.events import ClockJumped, Event, WokeUp
from player.core.library import Library
from player.core.moment import Moment
from player.core.world import World
from player.inflight import InFlight
from player.ports import Clock, Device, Display
from player.screens.scene import Scene

_log = logging.getLogger(__name__)
_AFTER_FAULT_MS = 1_000
_AT_ONCE = 50  # so many events at most before the screen is brought up to date
Step = Callable[[World, Event, Moment, Library], tuple[World, tuple[Effect, ...], Wake]]


class Alarm(Protocol):
    """Wakes by the wall clock."""

    def set(self, wall_ms: int | None) -> None:
        """Wake then, or not at all."""

    def again(self) -> None:
        """The clock was set."""


class Watchdog(Protocol):
    """Wants signs of life."""

    @property
    def pet_every_ms(self) -> int | None:
        """How often, None if never."""

    def pet(self) -> None:
        """Give one."""


class Loop:
    """The thread that owns the world.

    Args:
        world: The world to begin with.
        step: `player.step.step`.
        view: Makes the scene of a world.
        next_change: Tells at which wall time, in ms, that scene changes though nothing happens.
        clock: The only source of time.
        library: The read models.
        devices: Which device does which kind of effect.
        display: The TV.
        alarm: For wake-ups by the wall clock.
        watchdog: systemd's, or one that wants nothing.
        watch: Is shown every world, such as by `player.status`.
        events: The queue.
    """

    def __init__(
        self,
        *,
        world: World,
        step: Step,
        view: Callable[[World, Library], Scene],
        next_change: Callable[[World], int | None],
        clock: Clock,
        library: Library,
        devices: Mapping[type[Effect], Device],
        display: Display,
        alarm: Alarm,
        watchdog: Watchdog,
        watch: Callable[[World, int], None],
        events: queue.SimpleQueue[Event],
    ) -> None:
        self.world = world
        self.faults = 0  # exceptions of our own so far
        self._step, self._clock, self._library = step, clock, library
        self._view, self._next_change = view, next_change
        self._devices, self._display, self._alarm, self._watchdog = devices, display, alarm, watchdog
        self._watch = watch
        self._queue = events
        self._in_flight = InFlight()
        self._wake_ms: int | None = None
        self._scene: Scene | None = None
        self._petted_ms = 0
        self._complained: list[str] = []
        self._quit = False

    def run(self) -> None:
        """Work until the core says `Quit`."""
        while not self._quit:
            event = self._next_event()
            for _ in range(_AT_ONCE):
                if event is None or self._quit:
                    break
                self._take(event)
                event = None if self._queue.empty() else self._queue.get()
            if event is not None and not self._quit:
                self._take(event)
            self._show()
            self._watch(self.world, self.faults)
            self._pet()

    # --- when

    def _next_event(self) -> Event | None:
        now_ms = self._clock.now().monotonic_ms
        pauses = [] if self._wake_ms is None else [self._wake_ms - now_ms]
        if self._watchdog.pet_every_ms is not None:
            pauses.append(self._watchdog.pet_every_ms // 2)
        try:
            return self._queue.get(timeout=max(0, min(pauses)) / 1000 if pauses else None)
        except queue.Empty:
            due = self._wake_ms is not None and self._clock.now().monotonic_ms >= self._wake_ms
            return WokeUp() if due else None

    def _sleep_until(self, wake: Wake, now: Moment) -> None:
        wakes = [] if wake.monotonic_ms is None else [wake.monotonic_ms]
        if (change_ms := self._next_change(self.world)) is not None:
            wakes.append(now.monotonic_ms + max(0, change_ms - now.wall_ms))
        self._wake_ms = min(wakes, default=None)
        self._alarm.set(None if now.trust == "unknown" else wake.wall_ms)

    # --- what

    def _take(self, event: Event) -> None:
        now = self._clock.now()
        self._in_flight.answered(event)
        if isinstance(event, ClockJumped):
            self._alarm.again()
        try:
            self.world, effects, wake = self._step(self.world, event, now, self._library)
        except Exception:  # noqa: BLE001 - the thread's top: the event is lost, the box goes on
            self._fault("the event %s is left out", event)
            self._wake_ms = now.monotonic_ms + _AFTER_FAULT_MS  # what was due may fail again: not without a pause
            return
        for effect in effects:
            self._perform(effect, now)
        self._sleep_until(wake, now)

    def _perform(self, effect: Effect, now: Moment) -> None:
        if isinstance(effect, Quit):
            self._quit = True
            return
        self._in_flight.began(effect, now.monotonic_ms)
        try:
            self._devices[type(effect)].perform(effect)
        except Exception:  # noqa: BLE001 - as above; the effect stays in flight and becomes overdue
            self._fault("%s was not done", effect)

    def _show(self) -> None:
        try:
            scene = self._view(self.world, self._library)
            if scene != self._scene:
                self._display.show(scene)
                self._scene = scene
        except Exception:  # noqa: BLE001 - as above; the last picture stays
            self._fault("the screen is not up to date: %s", self.world.screen)

    def _fault(self, message: str, about: object) -> None:
        self.faults += 1
        _log.exception(message, about)

    def _pet(self) -> None:
        every_ms = self._watchdog.pet_every_ms
        now_ms = self._clock.now().monotonic_ms
        overdue = self._in_flight.overdue(now_ms)
        if overdue != self._complained:
            self._complained = overdue
            if overdue:
                _log.error("stuck: %s", "; ".join(overdue))
        if every_ms is not None and not overdue and now_ms - self._petted_ms >= every_ms // 2:
            self._petted_ms = now_ms
            self._watchdog.pet()
