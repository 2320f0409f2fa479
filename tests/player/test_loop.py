"""The loop with a step of our own: what it hands out, when it wakes, what it survives, when it pets."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from player.core.effects import AppendEntry, Effect, KeepPlay, Quit, Wake
from player.core.events import ButtonPressed, ClockJumped, Event, Journaled, QuitAsked, WokeUp
from player.core.library import Library
from player.core.media_effects import OpenMedia, SetVolume
from player.core.media_events import MediaOpened
from player.core.moment import Moment
from player.core.settings import Settings
from player.core.world import World
from player.loop import Loop
from player.ports import Emit
from player.screens.scene import Scene
from playlists.entries import Boot
from tests.fakes.clock import FakeClock
from tests.fakes.display import FakeDisplay

APPEND = AppendEntry(7, Boot(version="1", clean=True))


@dataclass
class Recorder:
    """A device that does nothing but remember."""

    effects: list[Effect] = field(default_factory=list)
    refuses: bool = False

    def start(self, emit: Emit) -> None: ...
    def stop(self) -> None: ...

    def perform(self, effect: Effect) -> None:
        if self.refuses:
            raise OSError("no such device")
        self.effects.append(effect)


@dataclass
class FakeAlarm:
    moments: list[int | None] = field(default_factory=list)
    looked_again: int = 0

    def set(self, wall_ms: int | None) -> None:
        self.moments.append(wall_ms)

    def again(self) -> None:
        self.looked_again += 1


@dataclass
class FakeWatchdog:
    pet_every_ms: int | None = None
    pets: int = 0

    def pet(self) -> None:
        self.pets += 1


class Box:
    """A loop whose step is a table from events to effects."""

    def __init__(self) -> None:
        self.clock, self.display = FakeClock(), FakeDisplay()
        self.device, self.alarm, self.watchdog = Recorder(), FakeAlarm(), FakeWatchdog()
        self.answers: dict[type[Event], tuple[Effect, ...]] = {QuitAsked: (Quit(1),)}
        self.wake = Wake()
        self.change_ms: int | None = None
        self.taken: list[Event] = []
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.before_step: Callable[[Event], None] = lambda event: None
        self.loop = Loop(
            world=World(Settings(), self.clock.now()),
            step=self.step,
            view=lambda world, _: Scene((0, 0, world.volume_percent)),
            next_change=lambda world: self.change_ms,
            clock=self.clock,
            library=None,  # type: ignore[arg-type]  # the step here asks nothing of it
            devices=dict.fromkeys((OpenMedia, SetVolume, AppendEntry, KeepPlay), self.device),
            display=self.display,
            alarm=self.alarm,
            watchdog=self.watchdog,
            watch=lambda world, faults: None,
            events=self.events,
        )

    def step(self, world: World, event: Event, now: Moment, library: Library) -> tuple[World, tuple[Effect, ...], Wake]:
        self.taken.append(event)
        self.before_step(event)
        effects = self.answers.get(type(event), ())
        louder = world.volume_percent + isinstance(event, ButtonPressed)
        return replace(world, now=now, volume_percent=louder), effects, self.wake

    def run(self, *events: Event) -> None:
        for event in events:
            self.events.put(event)
        self.events.put(QuitAsked())
        self.loop.run()


def test_effects_go_to_the_device_of_their_kind_in_order() -> None:
    box = Box()
    box.answers[WokeUp] = (OpenMedia(2, "b", 0, 50), SetVolume(3, 40))
    box.run(WokeUp())
    assert box.device.effects == [OpenMedia(2, "b", 0, 50), SetVolume(3, 40)]


def test_the_screen_is_painted_when_the_scene_has_changed_and_only_then() -> None:
    box = Box()
    box.run(ButtonPressed("up"), ButtonPressed("up"), WokeUp(), WokeUp())
    assert [scene.background[2] for scene in box.display.scenes] == [82]


def test_events_after_quit_are_not_taken() -> None:
    box = Box()
    box.events.put(QuitAsked())
    box.run(WokeUp())
    assert box.taken == [QuitAsked()]


def test_a_fault_in_a_step_costs_that_event_only_and_is_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()

    def fail(event: Event) -> None:
        if isinstance(event, WokeUp):
            raise ZeroDivisionError

    box.before_step = fail
    box.run(WokeUp(), ButtonPressed("up"))
    assert box.loop.faults == 1
    assert box.loop.world.volume_percent == 81
    assert "WokeUp" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_fault_at_what_is_due_is_not_tried_again_without_a_pause() -> None:
    box = Box()
    box.wake = Wake(monotonic_ms=box.clock.monotonic_ms)

    def fail(event: Event) -> None:
        if isinstance(event, WokeUp):
            threading.Timer(0.05, box.events.put, (QuitAsked(),)).start()
            raise ZeroDivisionError

    box.before_step = fail
    box.events.put(ButtonPressed("up"))
    box.loop.run()
    assert box.taken == [ButtonPressed("up"), WokeUp(), QuitAsked()]


def test_a_device_or_a_screen_that_fails_does_not_stop_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()
    box.device.refuses = box.display.broken = True
    box.answers[WokeUp] = (SetVolume(3, 40),)
    box.run(WokeUp())
    assert box.loop.faults == 2
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def test_it_wakes_at_the_monotonic_moment_asked_for() -> None:
    box = Box()
    box.wake = Wake(monotonic_ms=box.clock.monotonic_ms + 40)
    box.events.put(ButtonPressed("up"))

    def pass_time(event: Event) -> None:
        if isinstance(event, WokeUp):
            box.events.put(QuitAsked())
        else:
            threading.Timer(0.01, box.clock.advance, (50,)).start()

    box.before_step = pass_time
    box.loop.run()
    assert box.taken == [ButtonPressed("up"), WokeUp(), QuitAsked()]


def test_it_wakes_when_the_picture_changes_by_itself() -> None:
    box = Box()
    box.change_ms = box.clock.wall_ms + 30
    box.events.put(ButtonPressed("up"))

    def pass_time(event: Event) -> None:
        if isinstance(event, WokeUp):
            box.events.put(QuitAsked())
        threading.Timer(0.005, box.clock.advance, (40,)).start()

    box.before_step = pass_time
    box.loop.run()
    assert WokeUp() in box.taken


def test_the_wall_moment_goes_to_the_alarm_unless_the_clock_is_unknown() -> None:
    box = Box()
    box.wake = Wake(wall_ms=5_000)
    box.run(ButtonPressed("up"))
    assert set(box.alarm.moments) == {5_000}
    unknown = Box()
    unknown.clock.trust = "unknown"
    unknown.wake = Wake(wall_ms=5_000)
    unknown.run(ButtonPressed("up"))
    assert set(unknown.alarm.moments) == {None}


def test_a_jump_of_the_clock_makes_the_alarm_look_again() -> None:
    box = Box()
    box.run(ClockJumped(60_000, "trusted"))
    assert box.alarm.looked_again == 1


def test_the_watchdog_is_petted_by_the_loop_itself() -> None:
    box = Box()
    box.watchdog.pet_every_ms = 20
    box.events.put(ButtonPressed("up"))
    threading.Timer(0.3, box.events.put, (QuitAsked(),)).start()
    stop = threading.Event()

    def pass_time() -> None:
        while not stop.wait(0.005):
            box.clock.advance(5)

    threading.Thread(target=pass_time).start()
    box.loop.run()
    stop.set()
    assert box.watchdog.pets >= 5


def test_no_pet_while_a_device_is_stuck_and_again_when_it_has_answered(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()
    box.watchdog.pet_every_ms = 1_000
    box.answers[WokeUp] = (APPEND,)
    late: list[tuple[Event, int]] = []

    def pass_time(event: Event) -> None:
        late.append((event, box.watchdog.pets))
        box.clock.advance(130_000 if isinstance(event, WokeUp) else 2_000)

    box.before_step = pass_time
    for event in (WokeUp(), ButtonPressed("up"), Journaled(7, 1), ButtonPressed("up")):
        box.events.put(event)
        threading.Timer(0.05, box.events.put, (QuitAsked(),)).start()
        box.loop._quit = False
        box.loop.run()
    pets_before_answer = next(pets for event, pets in late if isinstance(event, Journaled))
    assert pets_before_answer <= 1
    assert box.watchdog.pets > pets_before_answer
    assert "stuck: AppendEntry 7" in caplog.text


def test_an_opened_film_is_no_longer_in_flight() -> None:
    box = Box()
    box.answers[WokeUp] = (OpenMedia(2, "b", 0, 50),)
    box.run(WokeUp(), MediaOpened(2, 1_000, has_video=True))
    assert box.loop._in_flight.overdue(box.clock.monotonic_ms + 10**9) == []
