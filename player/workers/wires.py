"""A way to a source that one call uses at a time, and that another thread can hang up.

It keeps its connection for the next call; a call that was hung up takes its wire with it. Callers: the fetch worker.
"""

from __future__ import annotations

import socket

from player.workers.dial import AddressBook
from player.workers.lines import open_session
from player.workers.messages import Line
from player.workers.toll import Connection, Toll


class Wire:
    """A session with one connection.

    Args:
        line: Whom to believe.
        toll: Counts what it costs; whether a call may be paid is asked before, by the fetch worker.
        book: Who answered last; shared by all wires.
        bytes_per_s: The cap, None for none.
    """

    def __init__(self, line: Line, toll: Toll, book: AddressBook, bytes_per_s: float | None = None) -> None:
        self._toll = toll
        self._connection: Connection | None = None
        self._hung_up = False
        self.session = open_session(line, self, bytes_per_s=bytes_per_s, book=book)

    def watch(self, opened: socket.socket) -> None:
        """A connection was made, in the thread that uses the wire."""
        self._connection = self._toll.watch(opened)
        if self._hung_up:
            self._connection.hang_up()

    def require(self) -> None:
        """Let every request go out."""

    def hang_up(self) -> None:
        """End whatever goes on."""
        self._hung_up = True
        if self._connection is not None:
            self._connection.hang_up()
