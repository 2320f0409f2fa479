"""What the calls of a worker cost: read off the sockets, counted by month and purpose, refused beyond the allowance.

The kernel knows what a TCP connection has sent and received (tcp(7), TCP_INFO): with TLS, heads, repeats and
the headers of packets, as the carrier counts, near enough. What a folder or a stick brings costs nothing.
Callers: the workers, and the connections of `player.workers.lines`.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from player.core.allowance import allowed_bytes
from player.core.facts import LinePurpose, Spent
from player.store.errors import on_the_disk
from player.store.meter import Meter
from player.store.names import StoreNames
from player.workers.messages import Line
from player.workers.wall import WallTime
from playlists.errors import FailedAttempt

PACKET_HEAD_BYTES: Final = 52  # IPv4 and TCP with time stamps
_RECEIVED, _SEGMENTS, _SENT, _LENGTH = 128, 136, 200, 208  # offsets in struct tcp_info of linux/tcp.h


class UsedUp(FailedAttempt):
    """The month's allowance has nothing left for this."""

    def __init__(self) -> None:
        super().__init__("use the line", "the month's allowance is used up", retry=False)


class Toll:
    """Counts for one purpose at a time. It holds connections open until it has counted them: `pay` soon.

    Args:
        meter: Where it is kept; None if nobody wants to know.
        purpose: What the bytes are for; may be changed on the way, after `pay`.
        monthly_bytes: The allowance, None if the line is not metered.
    """

    def __init__(self, meter: Meter | None, purpose: LinePurpose, monthly_bytes: int | None = None) -> None:
        self.purpose = purpose
        self._meter, self._monthly_bytes = meter, monthly_bytes
        self._connections: list[Connection] = []
        self._lock = threading.Lock()  # a refresh uses several connections at once
        self.spent: Spent | None = None

    def watch(self, opened: socket.socket) -> Connection:
        """Count what passes over a connection from its beginning."""
        connection = Connection(opened)
        with self._lock:
            self._connections.append(connection)
        return connection

    def pay(self) -> None:
        """Count what has passed since the last time.

        Raises:
            StoreError: The meter cannot be written.
        """
        with self._lock:
            passed = sum(one.new_bytes() for one in self._connections)
            self._connections = [one for one in self._connections if not one.ended]
            if self._meter is not None and (passed or self.spent is None):
                with on_the_disk("counting"):
                    self.spent = self._meter.add(self.purpose, passed)

    def left_bytes(self) -> int | None:
        """Return what may still be spent for this purpose; None if there is no limit."""
        if self._monthly_bytes is None or self.spent is None:
            return None
        return max(0, allowed_bytes(self._monthly_bytes, self.purpose) - self.spent.total_bytes)

    def require(self) -> None:
        """Count, and let nothing begin that may not be paid.

        Raises:
            UsedUp: Nothing is left.
        """
        self.pay()
        if self.left_bytes() == 0:
            raise UsedUp


@contextmanager
def paying(line: Line, purpose: LinePurpose) -> Iterator[Toll]:
    """Count what passes over the line inside; nothing is counted where there is no store."""
    if not line.store:
        yield Toll(None, purpose)
        return
    with closing(Meter(StoreNames(Path(line.store)), WallTime(line).month)) as meter:
        toll = Toll(meter, purpose, line.monthly_bytes)
        toll.pay()
        try:
            yield toll
        finally:
            toll.pay()


class Connection:
    """A second hold on a connection: it can still be asked, and ended, when a library has the first."""

    def __init__(self, opened: socket.socket) -> None:
        self._theirs = opened
        self._ours = socket.socket(fileno=os.dup(opened.fileno()))
        self._counted_bytes = 0

    def new_bytes(self) -> int:
        """Return what has passed since the last time; after the library has closed it, for the last time."""
        closed = self._theirs.fileno() < 0
        before, self._counted_bytes = self._counted_bytes, max(self._counted_bytes, _passed_bytes(self._ours))
        if closed:
            self._ours.close()
        return self._counted_bytes - before

    def hang_up(self) -> None:
        """End it, whoever waits for it in whatever thread, and let the other side know at once."""
        with suppress(OSError):
            self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._ours.shutdown(socket.SHUT_RDWR)

    @property
    def ended(self) -> bool:
        """Whether nothing more can pass."""
        return self._ours.fileno() < 0


def _passed_bytes(connection: socket.socket) -> int:
    """Return what has passed over a connection both ways; 0 if the kernel does not say."""
    with suppress(OSError):
        said = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LENGTH)
        if len(said) >= _LENGTH:
            (received,) = struct.unpack_from("Q", said, _RECEIVED)
            (sent,) = struct.unpack_from("Q", said, _SENT)
            return int(received + sent + PACKET_HEAD_BYTES * sum(struct.unpack_from("II", said, _SEGMENTS)))
    return 0
