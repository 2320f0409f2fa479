"""The remote control: reads every remote and keyboard of the kernel and lircd, also those that come later.

One thread sleeps on the devices and on the folders they appear in. Those of the kernel are grabbed, so that no console
and no X server hears the same key again. Without a folder or without rights it says so once and is quiet. Made by
`player.app`.
"""

from __future__ import annotations

import errno
import logging
import os
import selectors
import threading
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from player.core.effects import Effect
from player.core.events import Button, ButtonPressed, FaultReported, UnknownKey
from player.core.faults import REMOTE_MISSING
from player.ports import Emit

from .inotify import FolderWatch
from .lirc import LircRemote, open_lirc
from .remote import Remote, open_remote

_log = logging.getLogger(__name__)
_AGAIN_S, _AGAIN_TIMES = 0.5, 4  # a daemon that starts makes its socket a moment before it listens
Opener = Callable[[Path, Collection[int]], Remote | None]


class KeysDevice:
    """Emits `ButtonPressed` and `UnknownKey`; does no effects.

    Args:
        buttons: The button of each key number.
        folder: Where the kernel's devices appear.
        open_device: Opens one of them; tests put something else here.
        missing_after_s: A box without any remote for so long reports that fault.
        lirc: The socket of lircd; None if it is not to be asked.
    """

    def __init__(
        self,
        buttons: Mapping[int, Button],
        folder: Path = Path("/dev/input"),
        open_device: Opener = open_remote,
        missing_after_s: float = 10.0,
        lirc: Path | None = None,
    ) -> None:
        self._buttons = buttons
        self._folder = folder
        self._open_device = open_device
        self._missing_after_s = missing_after_s
        self._lirc = lirc
        self._tries_left = 0  # to reach an lircd whose socket is there
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._selector = selectors.DefaultSelector()
        self._remotes: dict[Path, Remote | LircRemote] = {}
        self._complained: set[tuple[Path, int | None]] = set()
        self._missing: bool | None = None  # as last reported

    def start(self, emit: Emit) -> None:
        """Begin to listen, if there is anything to listen to."""
        self._emit = emit
        watches = [watch for watch in (self._watch(self._folder), self._watch_lirc()) if watch is not None]
        if watches:
            self._thread = threading.Thread(target=self._run, args=(watches,), name="keys", daemon=True)
            self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Never called."""
        raise TypeError(f"not an effect of the keys: {effect!r}")

    def stop(self) -> None:
        """Let go of all devices."""
        self._stopping = True
        os.eventfd_write(self._bell, 1)
        if self._thread is not None:
            self._thread.join()
        os.close(self._bell)

    def _watch(self, folder: Path) -> FolderWatch | None:
        try:
            return FolderWatch(folder)
        except OSError as error:
            _log.warning("no remote control: %s: %s", folder, error.strerror)
            return None

    def _watch_lirc(self) -> FolderWatch | None:
        """Most boxes have no lircd; then its folder is missing, and nothing is wrong."""
        return self._watch(self._lirc.parent) if self._lirc and self._lirc.parent.is_dir() else None

    # --- in the thread

    def _run(self, watches: list[FolderWatch]) -> None:
        try:
            self._selector.register(self._bell, selectors.EVENT_READ)
            for watch in watches:
                self._selector.register(watch.descriptor, selectors.EVENT_READ, watch)
            self._listen()
        except Exception:  # noqa: BLE001 - a thread top: said in the log and on the screen
            _log.exception("the thread of the remote controls has ended by a fault of its own")
            self._emit(FaultReported(REMOTE_MISSING, active=True, detail="the player's own fault"))
        finally:
            for remote in self._remotes.values():
                remote.close()
            for watch in watches:
                watch.close()
            self._selector.close()

    def _listen(self) -> None:
        patience_ends = time.monotonic() + self._missing_after_s
        self._look_around()
        while not self._stopping:
            ready = self._selector.select(self._pause_s(patience_ends))
            for key, _ in ready:
                if isinstance(key.data, Path):
                    self._read(key.data)
                elif isinstance(key.data, FolderWatch):
                    key.data.clear()
                    self._tries_left = _AGAIN_TIMES
                    self._look_around()
            if not ready and self._tries_left:
                self._tries_left -= 1
                self._look_around()
            if not self._remotes and time.monotonic() >= patience_ends:
                self._say_missing(missing=True)

    def _pause_s(self, patience_ends: float) -> float | None:
        """Return how long to sleep if nothing happens; None for ever."""
        if self._tries_left:
            return _AGAIN_S
        waits = not self._remotes and not self._missing
        return max(0.0, patience_ends - time.monotonic()) if waits else None

    def _look_around(self) -> None:
        for path in sorted(self._folder.glob("event*")):
            if path not in self._remotes:
                self._open(path)
        if self._lirc is not None and self._lirc not in self._remotes and self._lirc.exists():
            self._open(self._lirc)
        if self._lirc is None or self._lirc in self._remotes or not self._lirc.exists():
            self._tries_left = 0
        if self._remotes:
            self._say_missing(missing=False)

    def _open(self, path: Path) -> None:
        try:
            is_lirc = path == self._lirc
            remote = open_lirc(path) if is_lirc else self._open_device(path, self._buttons.keys())
        except OSError as error:
            if (path, error.errno) not in self._complained and error.errno != errno.ENOENT:
                self._complained.add((path, error.errno))
                _log.warning("%s cannot be used: %s", path, error.strerror)
            return
        if remote is not None:
            _log.info("remote control or keyboard: %s (%s)", remote.name, path)
            self._remotes[path] = remote
            self._selector.register(remote.descriptor, selectors.EVENT_READ, path)

    def _read(self, path: Path) -> None:
        remote = self._remotes[path]
        try:
            for stroke in remote.read():
                button = self._buttons.get(stroke.code)
                known = ButtonPressed(button, stroke.press, stroke.code) if button else None
                self._emit(known or UnknownKey(stroke.code, stroke.press))
        except OSError:
            _log.warning("%s (%s) has been unplugged", remote.name, path)
            self._selector.unregister(remote.descriptor)
            self._remotes.pop(path).close()
            self._complained = {key for key in self._complained if key[0] != path}

    def _say_missing(self, *, missing: bool) -> None:
        if missing != bool(self._missing):
            self._emit(FaultReported(REMOTE_MISSING, active=missing))
        self._missing = missing
