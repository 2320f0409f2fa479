"""One VLC child as the player sees it: its process, and pipes that never hold up the player. Used by `device`."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import player

from .protocol import Command, ProtocolError, Report, decode_report, encode

_log = logging.getLogger(__name__)
_READ_BYTES = 1 << 16
_UNSENT_BYTES = 1 << 20  # more than that is not sent: the child has long been hanging
_LOG_LINES_A_MINUTE = 60
_CHECKOUT = Path(player.__file__).resolve().parent.parent


class BacklogError(Exception):
    """The child takes no commands any more."""


class StderrLog:
    """Writes a child's stderr to the log, so many lines a minute and no more."""

    def __init__(self) -> None:
        self._rest = b""
        self._minute = 0
        self._lines = 0

    def take(self, data: bytes) -> None:
        """Log the whole lines of what has come."""
        *lines, self._rest = (self._rest + data[-_READ_BYTES:]).split(b"\n")
        self._rest = self._rest[-_READ_BYTES:]
        for line in lines:
            self._line(line.decode(errors="replace").strip())

    def _line(self, text: str) -> None:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._lines = minute, 0
        self._lines += 1
        if text and self._lines <= _LOG_LINES_A_MINUTE:
            _log.info("VLC child: %s", text[:500])
        elif self._lines == _LOG_LINES_A_MINUTE + 1:
            _log.warning("VLC child says too much; the rest of this minute is left out")


class ChildProcess:
    """A running child. All pipes are non-blocking; the caller watches `stdout`, `stderr` and `wants_to_write`."""

    def __init__(self, spec: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "player.devices.media.child", spec],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal is for the player, which then ends its child
        )
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self.pid = self._process.pid
        self.stdin, self.stdout, self.stderr = (
            pipe.fileno() for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        for descriptor in (self.stdin, self.stdout, self.stderr):
            os.set_blocking(descriptor, False)
        self._unsent = b""
        self._unread = b""
        self._log = StderrLog()

    @property
    def wants_to_write(self) -> bool:
        """Whether commands wait for room in the pipe."""
        return bool(self._unsent)

    def send(self, command: Command) -> None:
        """Send a command, or keep it until the pipe has room.

        Raises:
            BacklogError: The child has not read for very long.
        """
        if len(self._unsent) > _UNSENT_BYTES:
            raise BacklogError("the VLC child reads no commands")
        self._unsent += encode(command)
        self.write()

    def write(self) -> None:
        """Send what there is room for; a dead child is noticed by its stdout."""
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            while self._unsent:
                self._unsent = self._unsent[os.write(self.stdin, self._unsent) :]

    def read(self) -> Iterator[Report]:
        """Yield the reports that have come.

        Raises:
            EOFError: The child is dead.
        """
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.stdout, _READ_BYTES)
            if not data:
                raise EOFError
            *lines, self._unread = (self._unread + data).split(b"\n")
            for line in lines:
                try:
                    yield decode_report(line)
                except ProtocolError as error:
                    _log.warning("%s", error)

    def read_stderr(self) -> bool:
        """Log what the child wrote; returns False when there will be no more."""
        try:
            data = os.read(self.stderr, _READ_BYTES)
        except BlockingIOError:
            return True
        self._log.take(data)
        return bool(data)

    def kill(self) -> str:
        """Kill it whatever it does, wait for its end, close the pipes, and return how it ended."""
        self._process.kill()
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # in the kernel's hands (a dying disk): nothing more can be done
            return "cannot be killed"
        finally:
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]  # all three are pipes
        return f"signal {-status}" if status < 0 else f"exit code {status}"


def _environment() -> dict[str, str]:
    """Return our environment, with the place this package was imported from on the child's path."""
    path = os.pathsep.join(filter(None, (str(_CHECKOUT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path}
