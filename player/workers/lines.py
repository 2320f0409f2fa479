"""Sessions of `requests` as a box needs them: the county's own authority, no proxies of the environment.

Certificate dates are ignored only while the clock is unknown (X509_V_FLAG_NO_CHECK_TIME); chain and host
name are always checked. Callers: the workers.
"""

from __future__ import annotations

import socket
import ssl
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter

from player.workers.messages import Line

_NO_CHECK_TIME: Final = 0x200000
_BUFFER_SHORTEST_BYTES: Final = 16 << 10
_SocketOptions = list[tuple[int, int, int]]


def open_session(line: Line, *, bytes_per_s: float | None = None) -> requests.Session:
    """Return a session.

    Args:
        line: Whom to believe.
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
    session.mount("http://", _Adapter(options, None))
    session.mount("https://", _Adapter(options, _context(line)))
    if line.ca_file:
        session.verify = line.ca_file  # otherwise requests adds the public authorities
    return session


def _context(line: Line) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=line.ca_file or None)
    if not line.check_dates:
        context.verify_flags |= _NO_CHECK_TIME
    return context


class _Adapter(HTTPAdapter):
    """An adapter with our socket options and TLS context."""

    def __init__(self, options: _SocketOptions, context: ssl.SSLContext | None) -> None:
        self._options, self._context = options, context
        super().__init__(pool_connections=4, pool_maxsize=4)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        if self._context is not None:
            named["ssl_context"] = self._context
        super().init_poolmanager(*arguments, socket_options=self._options, **named)
