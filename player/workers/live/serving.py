"""A live channel for the box's own picture: HTTP on the loopback, under an address that only the player is told.

``GET /<token>?behind=<ms>`` answers with MPEG-TS from so long ago and does not end. Nobody else on the box can guess
the token; nothing of it is reachable from the network.
"""

from __future__ import annotations

import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

_HEAD: Final = b"HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\nCache-Control: no-store\r\n\r\n"
_MISSING: Final = b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_REQUEST_LIMIT_BYTES: Final = 8192
_PATIENCE_S: Final = 5.0
_MOST: Final = 4  # the picture, and the one it replaces


class Serving:
    """Serves what ``read`` gives, each caller in a thread.

    Args:
        read: Yields the stream from so many ms ago on.
    """

    def __init__(self, read: Callable[[int], Iterator[bytes]]) -> None:
        self._read = read
        self._token = secrets.token_urlsafe(16)
        self._request = re.compile(rb"GET /%s\?behind=(\d{1,9}) HTTP/1\.[01]\r\n" % re.escape(self._token.encode()))
        self._places = threading.BoundedSemaphore(_MOST)
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True, name="serving").start()

    @property
    def url(self) -> str:
        """The address, to which ``?behind=<ms>`` is added."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/{self._token}"

    def close(self) -> None:
        """Let nobody in any more."""
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                caller, _ = self._socket.accept()
                if self._places.acquire(blocking=False):
                    threading.Thread(target=self._serve, args=(caller,), daemon=True).start()
                else:
                    caller.close()

    def _serve(self, caller: socket.socket) -> None:
        try:
            with caller, suppress(OSError):
                caller.settimeout(_PATIENCE_S)
                asked = self._request.match(caller.recv(_REQUEST_LIMIT_BYTES))
                if asked is None:
                    caller.sendall(_MISSING)
                    return
                caller.settimeout(None)  # a picture that is paused reads nothing for as long as people like
                caller.sendall(_HEAD)
                for part in self._read(int(asked[1])):
                    caller.sendall(part)
        finally:
            self._places.release()
