"""Sessions of `requests` as a box needs them: TLS as `player.workers.tls` says, no proxies of the environment.

With a `Toll` every request is refused once the month's allowance is used up, and what the connections cost is
counted. Names are called as `player.workers.dial` says. Callers: the workers that talk with the county; films come
over a `player.workers.wires.Wire`, which is leaner.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from player.workers.dial import AddressBook, dial
from player.workers.messages import Line
from player.workers.tls import box_context
from player.workers.toll import Toll

_CONNECT_LONGEST_S: Final = 30.0
_OPTIONS: Final = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


def open_session(line: Line, toll: Toll | None = None) -> requests.Session:
    """Return a session.

    Args:
        line: Whom to believe.
        toll: Counts what it costs.

    Raises:
        OSError: The authority's file cannot be read or is none.
    """
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update({"User-Agent": "yuanjiao", "Accept-Encoding": "identity"})
    book: AddressBook = {}
    session.mount("http://", _Adapter(None, toll, book))
    session.mount("https://", _Adapter(box_context(line), toll, book))
    if line.ca_file:
        session.verify = line.ca_file  # otherwise requests adds the public authorities
    return session


class _Adapter(HTTPAdapter):
    """An adapter with our socket options, TLS context and toll."""

    def __init__(self, context: ssl.SSLContext | None, toll: Toll | None, book: AddressBook) -> None:
        self._context, self._toll, self._book = context, toll, book
        super().__init__(pool_connections=4, pool_maxsize=4)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        if self._context is not None:
            named["ssl_context"] = self._context
        super().init_poolmanager(*arguments, socket_options=_OPTIONS, **named)
        self.poolmanager.pool_classes_by_scheme = _pools(self._toll, self._book)

    def send(self, *arguments: Any, **named: Any) -> requests.Response:
        if self._toll is not None:
            self._toll.require()
        return super().send(*arguments, **named)


def _pools(toll: Toll | None, book: AddressBook) -> dict[str, type[HTTPConnectionPool]]:
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
