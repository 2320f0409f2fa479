"""A remote control behind lircd: the socket on which the daemon says every key that it has decoded (lircd(8)).

Each key is one line: code, repeat count in hex, the key's name, the remote's name. What stands between BEGIN and END
is the daemon speaking about itself. Letting go of a key is not said. Used by `device`.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from .codes import CODES
from .remote import Stroke

_LINE_BYTES = 256  # PACKET_SIZE of lircd: no line is longer


class LircRemote:
    """A connection to lircd; `read` never blocks."""

    def __init__(self, connection: socket.socket) -> None:
        self.name = "lircd"
        self._connection = connection
        self._begun = b""
        self._aside = False  # between BEGIN and END

    @property
    def descriptor(self) -> int:
        """What becomes readable when a key was pressed."""
        return self._connection.fileno()

    def read(self) -> Iterator[Stroke]:
        """Yield the strokes that have come.

        Raises:
            OSError: The daemon has gone, or it speaks another language.
        """
        with contextlib.suppress(BlockingIOError):
            data = self._connection.recv(4096)
            if not data:
                raise OSError("lircd has gone")
            *lines, self._begun = (self._begun + data).split(b"\n")
            for line in lines:
                yield from self._strokes(line.split())
            if len(self._begun) > _LINE_BYTES:
                raise OSError("this is not lircd")

    def _strokes(self, words: list[bytes]) -> Iterator[Stroke]:
        if words in ([b"BEGIN"], [b"END"]):
            self._aside = words == [b"BEGIN"]
        elif not self._aside and len(words) >= 3:
            code = CODES.get(words[2].decode(errors="replace"))
            if code is not None:
                yield Stroke(code, "press" if words[1].strip(b"0") == b"" else "repeat")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def open_lirc(path: Path) -> LircRemote:
    """Connect to lircd.

    Args:
        path: Its socket, such as ``/run/lirc/lircd``.

    Raises:
        OSError: Nobody listens there.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
        connection.setblocking(False)
    except OSError:
        connection.close()
        raise
    return LircRemote(connection)
