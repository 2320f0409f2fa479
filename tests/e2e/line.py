"""A line between box and county that can break before the county's answers, while what the box says still arrives.

It forwards TCP on loopback and reads only the types of TLS records (RFC 8446, section 5.1): a client's first record of
application data ends its handshake, the second begins its request.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

APPLICATION_DATA = 23
HEADER_BYTES = 5
SILENCE_S = 3  # of the county: then its answer has come, whatever else it said before


class Line:
    """Forwards to ``port`` until `close`; with ``answers_lost`` set, it breaks after a request was answered."""

    def __init__(self) -> None:
        self.port = 0
        self.answers_lost = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more calls."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                box, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(box,), daemon=True).start()

    def _connect(self, box: socket.socket) -> None:
        with box, suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as county:
            county.settimeout(None)
            asked = threading.Event()
            threading.Thread(target=self._down, args=(county, box, asked), daemon=True).start()
            self._up(box, county, asked)

    def _up(self, box: socket.socket, county: socket.socket, asked: threading.Event) -> None:
        data_records = 0
        while header := _exactly(box, HEADER_BYTES):
            data_records += header[0] == APPLICATION_DATA
            if data_records > 1:
                asked.set()
            county.sendall(header + _exactly(box, int.from_bytes(header[3:])))

    def _down(self, county: socket.socket, box: socket.socket, asked: threading.Event) -> None:
        with suppress(OSError):
            while data := county.recv(65536):
                if self.answers_lost and asked.is_set():
                    county.settimeout(SILENCE_S)
                else:
                    box.sendall(data)
        with suppress(OSError):
            box.shutdown(socket.SHUT_RDWR)


def _exactly(box: socket.socket, count: int) -> bytes:
    """Return so many bytes, or none when the box has hung up."""
    data = b""
    while len(data) < count:
        part = box.recv(count - len(data))
        if not part:
            return b""
        data += part
    return data
