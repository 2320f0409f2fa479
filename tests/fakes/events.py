"""Collects what devices emit, and waits for what a test expects; keeps every wait short and bounded."""

from __future__ import annotations

import threading
import time
from typing import TypeVar

from player.core.events import Event

Kind = TypeVar("Kind")


class Events:
    """An `Emit` that remembers."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        self._news = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._news:
            self.all.append(event)
            self._news.notify_all()

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Return the events of one kind so far."""
        with self._news:
            return [event for event in self.all if isinstance(event, kind)]

    def wait(self, kind: type[Kind], count: int = 1, seconds: float = 20) -> list[Kind]:
        """Return the events of a kind as soon as there are ``count`` of them."""
        until = time.monotonic() + seconds
        with self._news:
            while len(found := [event for event in self.all if isinstance(event, kind)]) < count:
                assert self._news.wait(until - time.monotonic()), f"{count} {kind.__name__} expected, saw {self.all}"
            return found
