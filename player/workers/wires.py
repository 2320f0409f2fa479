"""A way to a source that one call uses at a time, and that another thread can hang up.

It keeps its connection for the next call; a call that was hung up takes its wire with it. It speaks HTTP by the
standard library alone: a fetch worker is often started and lives long, and `requests` would make its start half as long
again, and the whole of it too (docs/adr/0013). What the library raises is the caller's to judge. Callers: the fetch
worker.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Final
from urllib.parse import quote, urlsplit

from player.workers.dial import AddressBook, dial
from player.workers.messages import Line
from player.workers.tls import box_context
from player.workers.toll import Connection, Toll

CONNECT_S: Final = 8.0
SILENCE_S: Final = 30.0  # the fetch worker doubts a call much earlier; this ends what even it has forgotten
_BUFFER_SHORTEST_BYTES: Final = 16 << 10
_LEFT_AS_IT_IS: Final = "!#$%&'()*+,/:;=?@[]~"


class Wire:
    """A connection to one server, made when it is needed.

    Args:
        base_url: The server; what follows its name and port means nothing here.
        line: Whom to believe.
        toll: Counts what it costs; whether a call may be paid is asked before, by the fetch worker.
        book: Who answered last; shared by all wires.
        bytes_per_s: The cap, None for none. With one, the kernel's receive buffer is kept to half a second of it;
            otherwise a server on a fast line would run megabytes ahead of the cap.

    Raises:
        OSError: The authority's file cannot be read or is none.
    """

    def __init__(
        self, base_url: str, line: Line, toll: Toll, book: AddressBook, bytes_per_s: float | None = None
    ) -> None:
        parts = urlsplit(base_url)
        self._context = box_context(line) if parts.scheme == "https" else None
        self._host, self._port = parts.hostname or "", parts.port or (443 if self._context else 80)
        self._http = HTTPConnection(self._host, self._port)
        self._http.default_port = 443 if self._context else 80  # that one is not named in the head
        self._toll, self._book = toll, book
        self._options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        if bytes_per_s is not None:
            buffer_bytes = max(_BUFFER_SHORTEST_BYTES, int(bytes_per_s / 2))
            self._options.append((socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes))
        self._connection: Connection | None = None
        self._hung_up = False

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[HTTPResponse]:
        """Ask for an address of this server; the connection is kept if the answer was read to its end.

        Raises:
            OSError: No connection, or it broke; `TimeoutError` after silence, `socket.gaierror` without a name.
            HTTPException: What came is no HTTP.
        """
        if self._http.sock is not None and _has_word(self._http.sock):
            self._http.close()  # it was closed meanwhile, or says more than was asked
        if self._http.sock is None:
            self._http.sock = self._called()
        whole = False
        try:
            self._http.request("GET", _target(url), headers={"User-Agent": "yuanjiao", **headers})
            with self._http.getresponse() as answer:
                yield answer
                whole = answer.isclosed() or answer.length == 0
        finally:
            if not whole:
                self._http.close()

    def hang_up(self) -> None:
        """End whatever goes on."""
        self._hung_up = True
        if self._connection is not None:
            self._connection.hang_up()

    def _called(self) -> socket.socket:
        """Return a connection, counted; in the thread that uses the wire."""
        called = dial(self._host, self._port, timeout_s=CONNECT_S, options=self._options, book=self._book)
        called.settimeout(CONNECT_S)
        if self._context is not None:
            called = self._context.wrap_socket(called, server_hostname=self._host)
        called.settimeout(SILENCE_S)
        self._connection = self._toll.watch(called)
        if self._hung_up:
            self._connection.hang_up()
        return called


def _has_word(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


def _target(url: str) -> str:
    """Return what stands in the request's first line (RFC 9112, section 3.2.1), in letters that may stand there."""
    parts = urlsplit(url)
    text = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(text, safe=_LEFT_AS_IT_IS)
