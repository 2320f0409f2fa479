"""The child's end of its pipes, and its tie to the player's life. Used by `child`."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal

from .protocol import Progress, Report, encode

_PR_SET_PDEATHSIG = 1
_BACKLOG_BYTES = 1 << 16


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when the player's thread that started it ends.

    Raises:
        SystemExit: The player is gone already.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


def claim_stdout() -> int:
    """Return a file descriptor that reports go to; whatever libraries print goes to stderr from now on."""
    reports = os.dup(1)
    os.dup2(2, 1)
    os.set_blocking(reports, False)
    os.set_blocking(2, False)  # a full log pipe loses lines; it must never hold up the picture
    return reports


class Reports:
    """Says reports on a pipe that may be full: progress is then dropped, the rest is kept until there is room."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._backlog = b""

    def say(self, report: Report) -> None:
        """Send a report, or keep it; never blocks."""
        self.flush()
        if isinstance(report, Progress) and self._backlog:
            return
        if len(self._backlog) < _BACKLOG_BYTES:
            self._backlog += encode(report)
        self.flush()

    def flush(self) -> None:
        """Send what there is room for."""
        with contextlib.suppress(BlockingIOError):
            while self._backlog:
                self._backlog = self._backlog[os.write(self._descriptor, self._backlog) :]
