"""One call for a part of a blob, in a thread of its own: it says what comes, and can be hung up at any moment.

What it says goes into the inbox of the fetch worker, whose one thread alone writes and decides. The inbox is short:
a call does not run ahead of the disk or the cap. Callers: the fetch worker.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import msgspec

from player.workers.crew import Effort
from player.workers.ranges import Part
from player.workers.wires import Wire

_LOOK_AGAIN_S: Final = 0.5


class Answered(msgspec.Struct, frozen=True):
    """The head of the answer was right; the bytes from ``start`` on follow."""

    pull: Pull
    start: int


class Came(msgspec.Struct, frozen=True):
    """The next bytes."""

    pull: Pull
    data: bytes


class Ended(msgspec.Struct, frozen=True):
    """The call is over; ``error`` says why if it brought not all."""

    pull: Pull
    error: Exception | None


Word = Answered | Came | Ended
Inbox = queue.Queue[Word]
Ask = Callable[[], AbstractContextManager[Part]]


class Pull(threading.Thread):
    """The call.

    Args:
        effort: What the crew knows of it.
        wire: The way it takes; None for a folder.
        ask: Asks the source.
        inbox: Where it says what comes.
    """

    def __init__(self, effort: Effort, wire: Wire | None, ask: Ask, inbox: Inbox) -> None:
        super().__init__(name=f"pull-{effort.start}", daemon=True)
        self.effort, self.wire = effort, wire
        self._ask, self._inbox = ask, inbox
        self.gone = False

    def run(self) -> None:
        """Ask, and pass on what comes."""
        error: Exception | None = None
        try:
            with self._ask() as part:
                self._say(Answered(self, part.start))
                for data in part.pieces:
                    self._say(Came(self, data))
                    if self.gone:
                        return
        except Exception as caught:  # noqa: BLE001 - the thread's top: the worker's own thread judges it
            error = caught
        self._say(Ended(self, error))

    def hang_up(self) -> None:
        """End it; it says nothing more."""
        self.gone = True
        if self.wire is not None:
            self.wire.hang_up()

    def _say(self, word: Word) -> None:
        while not self.gone:
            try:
                self._inbox.put(word, timeout=_LOOK_AGAIN_S)
            except queue.Full:
                continue
            return
