"""Sessions of `requests` as a box needs them: the county's own authority, no proxies of the environment.

Chain and host name are always checked. The dates of certificates are judged by the box's time, which OpenSSL does
not know: it goes by the operating system's clock, and that may stand at 1970 while the box has long heard better.
So OpenSSL is told to leave them (X509_V_FLAG_NO_CHECK_TIME) and they are compared here (RFC 5280, section 4.1.2.5);
while the box's clock is unknown they are not.

With a `Toll` every request is refused once the month's allowance is used up, and what the connections cost is
counted. Names are called as `player.workers.dial` says. Callers: the workers.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from typing import Any, Final, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from player.workers.dial import AddressBook, dial
from player.workers.messages import Line

_NO_CHECK_TIME: Final = 0x200000
_CONNECT_LONGEST_S: Final = 30.0
_BUFFER_SHORTEST_BYTES: Final = 16 << 10
_SocketOptions = list[tuple[int, int, int]]


class Watcher(Protocol):
    """Is told of each connection, and asked before each request; a `Toll`, for one."""

    def watch(self, opened: socket.socket) -> object:
        """A connection was made."""

    def require(self) -> None:
        """A request is about to go out; may refuse it."""


def open_session(
    line: Line,
    toll: Watcher | None = None,
    *,
    bytes_per_s: float | None = None,
    book: AddressBook | None = None,
) -> requests.Session:
    """Return a session.

    Args:
        line: Whom to believe.
        toll: Counts what it costs.
        book: Remembers who answered; may be shared by sessions.
        bytes_per_s: With a cap, the kernel's receive buffer is kept to half a second of it; otherwise a
            server on a fast line would run megabytes ahead of the cap.

    Raises:
        OSError: The authority's file cannot be read or is none.
    """
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update({"User-Agent": "yuanjiao", "Accept-Encoding": "identity"})
    options: _SocketOptions = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if bytes_per_s is not None:
        options.append((socket.SOL_SOCKET, socket.SO_RCVBUF, max(_BUFFER_SHORTEST_BYTES, int(bytes_per_s / 2))))
    book = {} if book is None else book
    session.mount("http://", _Adapter(options, None, toll, book))
    session.mount("https://", _Adapter(options, _context(line), toll, book))
    if line.ca_file:
        session.verify = line.ca_file  # otherwise requests adds the public authorities
    return session


class _DatedSocket(ssl.SSLSocket):
    """A connection whose certificates are judged by the box's time."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        if isinstance(self.context, _DatedContext) and self.context.wall_ms:
            for certificate in (self.getpeercert() or {}, *self.context.get_ca_certs()):
                _require_valid(certificate, self.context.wall_ms / 1000)


class _DatedContext(ssl.SSLContext):
    """TLS by which `_DatedSocket` knows the box's time; 0 if there is none."""

    sslsocket_class = _DatedSocket
    wall_ms = 0


def _context(line: Line) -> ssl.SSLContext:
    context = _DatedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= _NO_CHECK_TIME
    context.wall_ms = line.wall_ms
    if line.ca_file:
        context.load_verify_locations(line.ca_file)
    return context


def _require_valid(certificate: Mapping[str, Any], now_s: float) -> None:
    begins, ends = (ssl.cert_time_to_seconds(certificate[key]) for key in ("notBefore", "notAfter"))
    if not begins <= now_s <= ends:
        dates = f"{certificate['notBefore']} to {certificate['notAfter']}"
        raise ssl.SSLCertVerificationError(f"a certificate is valid from {dates}, and this box's time is another")


class _Adapter(HTTPAdapter):
    """An adapter with our socket options, TLS context and toll."""

    def __init__(
        self, options: _SocketOptions, context: ssl.SSLContext | None, toll: Watcher | None, book: AddressBook
    ) -> None:
        self._options, self._context, self._toll, self._book = options, context, toll, book
        super().__init__(pool_connections=4, pool_maxsize=4)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        if self._context is not None:
            named["ssl_context"] = self._context
        super().init_poolmanager(*arguments, socket_options=self._options, **named)
        self.poolmanager.pool_classes_by_scheme = _pools(self._toll, self._book)

    def send(self, *arguments: Any, **named: Any) -> requests.Response:
        if self._toll is not None:
            self._toll.require()
        return super().send(*arguments, **named)


def _pools(toll: Watcher | None, book: AddressBook) -> dict[str, type[HTTPConnectionPool]]:
    """Return pools whose connections are called by `dial` and watched by the toll."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _called(self, book)

        def connect(self) -> None:
            super().connect()
            if toll is not None:
                toll.watch(self.sock)

    class Secured(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _called(self, book)

        def connect(self) -> None:
            super().connect()
            if toll is not None:
                toll.watch(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecuredPool(HTTPSConnectionPool):
        ConnectionCls = Secured

    return {"http": PlainPool, "https": SecuredPool}


def _called(connection: HTTPConnection, book: AddressBook) -> socket.socket:
    """Call a server, with the errors that urllib3 expects."""
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else _CONNECT_LONGEST_S
    options = [(level, name, value) for level, name, value in connection.socket_options or () if isinstance(value, int)]
    host, port = connection.host, connection.port
    try:
        called = dial(host, port, timeout_s=timeout, options=options, book=book)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"nobody at {host} took the call in {timeout} s") from error
    except OSError as error:
        raise NewConnectionError(connection, f"{host} cannot be called: {error}") from error
    called.settimeout(timeout)
    return called
