"""One worker process seen from the player: started with a spec, read line by line in a thread, ended when asked.

The kernel ends a worker with the *thread* that started it (PR_SET_PDEATHSIG), so only long-lived threads may start
one. Its stderr is the player's own, and so the log; nothing of it can fill a pipe. Called by
`player.devices.workers`.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from player.workers.messages import LiveWanted, Message, Progress, Result, Spec, decode_message, encode_line

TERMINATE_S: Final = 2.0
_log = logging.getLogger(__name__)


class Child:
    """A running worker.

    Args:
        name: Which, as in ``python -m player.workers NAME``.
        spec: What it shall do.
        progressed: Called with each line that is not the result, in the reader's thread.
        ended: Called once, in the reader's thread: with the result, or with why there is none.

    Raises:
        OSError: It could not be started.
        ValueError: The spec cannot be told in JSON; nothing was started.
    """

    def __init__(
        self,
        name: str,
        spec: Spec,
        progressed: Callable[[Progress], None],
        ended: Callable[[Result | None, str], None],
    ) -> None:
        line = encode_line(spec)
        self.name = name
        self._progressed, self._ended = progressed, ended
        self._process = subprocess.Popen(
            [sys.executable, "-m", "player.workers", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._thread = threading.Thread(target=self._read, name=f"worker-{name}", daemon=True)
        self._thread.start()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            _log.warning("worker %s ended before it read its spec", name)

    def tell(self, wanted: LiveWanted) -> None:
        """Say what it is wanted for from now on; one that has ended meanwhile hears nothing."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode_line(wanted))
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):  # ended, or just being put away by its reader
            _log.warning("worker %s ended before it heard what it is wanted for", self.name)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def terminate(self) -> None:
        """Ask it to end; returns at once."""
        self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Wait for its end and for what is said of it; return whether it has come."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def end(self) -> None:
        """End it, by force if it does not hear."""
        self.terminate()
        if not self.wait(TERMINATE_S):
            self._process.kill()
            self._thread.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        result: Result | None = None
        for line in self._process.stdout:
            message = self._understood(line)
            if isinstance(message, Progress):
                self._progressed(message)
            elif message is not None:
                result = message
        status = self._process.wait()
        self._process.stdout.close()
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._ended(result, "" if result else _in_words(self.name, status))

    def _understood(self, line: bytes) -> Message | None:
        try:
            return decode_message(line)
        except msgspec.DecodeError:
            _log.warning("worker %s said %r", self.name, line[:200])
            return None


def _in_words(name: str, status: int) -> str:
    if status == -signal.SIGALRM:
        return f"worker {name} took too long and was ended"
    if status < 0:
        return f"worker {name} was ended by {signal.Signals(-status).name}"
    return f"worker {name} ended with status {status} and no result; the log says why"
