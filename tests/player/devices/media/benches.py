"""The same handles on the fake and on the real medium, for the contract test."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from player.core.effects import Effect
from player.core.events import Event
from player.core.media_effects import OpenMedia
from player.core.media_events import SoundEnded
from player.devices.media.device import MediaDevice
from player.devices.media.settings import MediaSettings
from tests.fakes.media import FakeMedia, Film

E = TypeVar("E")


class Bench(Protocol):
    """A medium whose events can be waited for."""

    events: list[Event]

    def perform(self, effect: Effect) -> None: ...
    def let_pass(self, milliseconds: int) -> None: ...


def wait_for(bench: Bench, kind: type[E], play: int, suits: Callable[[E], bool] = lambda _: True) -> E:
    """Return the first event of a kind about a play, however long (20 s at most) it takes."""
    waited_ms = 0
    while waited_ms < 20_000:
        for event in bench.events:
            if isinstance(event, kind) and event.play == play and suits(event):  # type: ignore[attr-defined]
                return event
        bench.let_pass(20)
        waited_ms += 20
    raise AssertionError(f"no {kind.__name__} of {play}; there were {bench.events[-10:]}")


def open_film(bench: Bench, film: str, play: int, from_ms: int = 0, **more: Any) -> None:
    bench.perform(OpenMedia(id=play, blob=film, from_ms=from_ms, volume_percent=50, **more))


def wait_for_sound(bench: Bench, sound: int) -> SoundEnded:
    """Return the end of a sound, however long (20 s at most) it takes."""
    for _ in range(1_000):
        for event in bench.events:
            if isinstance(event, SoundEnded) and event.sound == sound:
                return event
        bench.let_pass(20)
    raise AssertionError(f"sound {sound} does not end; there were {bench.events[-10:]}")


class FakeBench:
    """The fake, which knows the same films by their names."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        no_film = Film(broken="nothing in it can be shown; it is no film")
        self.media = FakeMedia(
            {
                "good": Film(6_000),
                "two-sounds": Film(6_000, sounds=("普通话", "方言")),
                "no-sound": Film(6_000),
                "no-picture": Film(6_000, has_video=False),
                "prompt": Film(1_500, has_video=False),
                "truncated": Film(6_000, ends_at_ms=3_000),
                "random": no_film,
                "text": no_film,
                "no-index": no_film,
                "empty": Film(broken="the file is empty"),
            }
        )
        self.media.start(self.events.append)

    def perform(self, effect: Effect) -> None:
        self.media.perform(effect)

    def let_pass(self, milliseconds: int) -> None:
        self.media.advance(milliseconds)

    def stop(self) -> None:
        self.media.stop()


class RealBench:
    """The device with a VLC child."""

    def __init__(self, films: Path, window: int = 0, **settings: Any) -> None:
        self.events: list[Event] = []
        self.device = MediaDevice(
            MediaSettings(**settings), lambda blob: films / blob, window, lambda: False, silence_s=1.0
        )
        self.device.start(self.events.append)

    def perform(self, effect: Effect) -> None:
        self.device.perform(effect)

    def let_pass(self, milliseconds: int) -> None:
        time.sleep(milliseconds / 1000)

    def stop(self) -> None:
        self.device.stop()
