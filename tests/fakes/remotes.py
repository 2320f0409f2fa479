"""Remote controls that can be plugged in and pulled out: files in a folder, and sockets that carry input_event."""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Collection
from pathlib import Path

from player.devices.keys.codes import CODES
from player.devices.keys.remote import Remote


class FakeRemotes:
    """Stands where ``/dev/input`` and `player.devices.keys.remote.open_remote` stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.forbidden: set[str] = set()
        self.opened: list[str] = []
        self._ends: dict[str, tuple[socket.socket, socket.socket, bool]] = {}

    def open(self, path: Path, wanted: Collection[int]) -> Remote | None:
        assert CODES["KEY_OK"] in wanted
        if path.name in self.forbidden:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        _, ours, is_remote = self._ends[path.name]
        self.opened.append(path.name)
        return Remote(ours.detach(), f"fake {path.name}") if is_remote else None

    def plug(self, name: str, *, is_remote: bool = True) -> None:
        hand, ours = socket.socketpair()
        ours.setblocking(False)
        self._ends[name] = (hand, ours, is_remote)
        (self.folder / name).touch()

    def pull(self, name: str) -> None:
        self._ends.pop(name)[0].close()
        (self.folder / name).unlink()

    def press(self, name: str, key: str, *values: int) -> None:
        """Send a key: 1 is down, 2 held, 0 up; the synchronisation report follows as from the kernel."""
        for value in values:
            event = struct.pack("@llHHi", 0, 0, 1, CODES[key], value) + struct.pack("@llHHi", 0, 0, 0, 0, 0)
            self._ends[name][0].send(event)

    def scan(self, name: str, code: int, *, at_ms: int, key: int = 0) -> None:
        """Send the code that a receiver has heard, and the kernel's key for it if there is one."""
        when = divmod(at_ms, 1000)
        events = [(4, 4, code), *([(1, key, 1)] if key else []), (0, 0, 0)]
        packed = (struct.pack("@llHHI", when[0], when[1] * 1000, *event) for event in events)
        self._ends[name][0].send(b"".join(packed))
