"""Looks whether anybody takes a call again, while the line is lost: a connection now and then, and no process.

Published servers are called first, then the county's box API; one that takes the call is enough. The pauses grow from
seconds to a minute, scattered; when the kernel says that a link or a route has changed (rtnetlink(7)), it looks at
once. While nothing is to be watched the thread sleeps. Made by `player.equipment`.
"""

from __future__ import annotations

import logging
import queue
import random
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from player.core.effects import Effect
from player.core.worker_effects import LeaveLine, WatchLine
from player.core.worker_events import LineBack
from player.ports import Emit

FIRST_S: Final = 5.0
LONGEST_S: Final = 60.0
GROWTH: Final = 1.5
CALL_S: Final = 5.0
SETTLED_S: Final = 1.0  # after a change of the network: addresses and names come a moment later
_LINK, _IPV4_ROUTE, _IPV6_ROUTE = 0x1, 0x40, 0x400  # groups of rtnetlink(7)
_ENOUGH_BYTES: Final = 65_536
_log = logging.getLogger(__name__)


def network_changes() -> socket.socket:
    """Return a socket that becomes readable when a link or a route changes.

    Raises:
        OSError: The kernel has none for us.
    """
    opened = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
    opened.bind((0, _LINK | _IPV4_ROUTE | _IPV6_ROUTE))
    return opened


def takes_a_call(address: str) -> bool:
    """Return whether somebody takes a call at a base URL; blocks for some seconds."""
    with suppress(OSError, ValueError):  # the latter for an address that is none
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=CALL_S):
            return True
    return False


class LineWatch:
    """Does `WatchLine` and `LeaveLine`.

    Args:
        addresses: Base URLs; folders among them are left out.
        changes: Opens what tells of changes of the network.
    """

    def __init__(self, addresses: Iterable[str], changes: Callable[[], socket.socket] = network_changes) -> None:
        self._addresses = [one for one in addresses if one.startswith(("http://", "https://"))]
        self._open_changes = changes
        self._orders: queue.SimpleQueue[WatchLine | LeaveLine | None] = queue.SimpleQueue()
        self._bell, self._ear = socket.socketpair()
        self._watching: WatchLine | None = None
        self._due_s = self._pause_s = 0.0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self, emit: Emit) -> None:
        """Begin to listen for orders."""
        self._emit = emit
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Watch, or leave."""
        if not isinstance(effect, WatchLine | LeaveLine):
            raise TypeError(effect)
        self._order(effect)

    def stop(self) -> None:
        """End; a call that is on its way is not waited for long."""
        if self._thread.is_alive():
            self._order(None)
            self._thread.join(CALL_S)

    def _order(self, order: WatchLine | LeaveLine | None) -> None:
        self._orders.put(order)
        self._bell.send(b"!")

    def _run(self) -> None:
        changes = self._changes()
        heard = [self._ear] if changes is None else [self._ear, changes]
        while not self._stopping:
            wait_s = None if self._watching is None else max(0.0, self._due_s - time.monotonic())
            ready = select.select(heard, [], [], wait_s)[0]
            if self._ear in ready:
                self._ear.recv(_ENOUGH_BYTES)
                self._take_orders()
            if changes in ready:
                self._network_changed(changes)
            if self._watching is not None and time.monotonic() >= self._due_s:
                self._look(self._watching)

    def _changes(self) -> socket.socket | None:
        try:
            return self._open_changes()
        except OSError as error:
            _log.warning("changes of the network go unnoticed: %s", error)
            return None

    def _take_orders(self) -> None:
        while not self._orders.empty():
            order = self._orders.get()
            self._stopping |= order is None
            self._watching = order if isinstance(order, WatchLine) else None
            self._pause_s = FIRST_S
            self._due_s = time.monotonic() + self._scattered_s()

    def _network_changed(self, changes: socket.socket | None) -> None:
        assert changes is not None
        with suppress(OSError):  # more than it could hold: a change all the same
            changes.recv(_ENOUGH_BYTES)
        self._due_s = min(self._due_s, time.monotonic() + SETTLED_S)
        self._pause_s = FIRST_S

    def _look(self, order: WatchLine) -> None:
        if any(takes_a_call(address) for address in self._addresses):
            self._watching = None
            self._emit(LineBack(order.id))
            return
        self._due_s = time.monotonic() + self._scattered_s()
        self._pause_s = min(self._pause_s * GROWTH, LONGEST_S)

    def _scattered_s(self) -> float:
        return self._pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - so that boxes do not call together
