"""The television set on the HDMI cable: switched on and to standby by CEC, through ``cec-ctl`` of v4l-utils.

The kernel's adapter is claimed anew before every message, for sets forget us when their input is switched; claiming it
at the start also lets the set's own remote control reach `keys`. A box without an adapter is normal and said once. What
a set answers is not believed and not waited for. Made by `player.equipment`.
"""

from __future__ import annotations

import logging
import queue
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Final

from player.core.effects import Effect
from player.core.media_effects import RestTelevision, WakeTelevision
from player.ports import Emit

_log = logging.getLogger(__name__)
TIMEOUT_S: Final = 10.0
NAME: Final = "Yuanjiao"  # CEC carries up to 14 ASCII letters
_ADDRESS: Final = re.compile(r"Physical Address\s*:\s*([0-9a-f](?:\.[0-9a-f]){3})")
_NOWHERE: Final = "f.f.f.f"


class CecDevice:
    """Does `WakeTelevision` and `RestTelevision`, in a thread of its own.

    Args:
        folder: Where the kernel's adapters are (``cec0``, …).
        program: What speaks with them.
        enabled: Whether the site wants it.
    """

    def __init__(self, folder: Path = Path("/dev"), program: str = "cec-ctl", *, enabled: bool = True) -> None:
        self._folder, self._program, self._enabled = folder, program, enabled
        self._queue: queue.SimpleQueue[Effect | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="cec", daemon=True)

    def start(self, emit: Emit) -> None:  # noqa: ARG002 - nothing of what a set says is believed
        """Claim the adapters, if there are any."""
        if self._enabled and not self._adapters():
            _log.info("the television set cannot be switched from here: no CEC adapter")
        elif self._enabled and shutil.which(self._program) is None:
            _log.warning("the television set cannot be switched from here: %s is not installed", self._program)
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Put a message on the queue."""
        if not isinstance(effect, WakeTelevision | RestTelevision):
            raise TypeError(effect)
        self._queue.put(effect)

    def stop(self) -> None:
        """End, after a message that is on its way."""
        self._queue.put(None)
        self._thread.join(TIMEOUT_S)

    # --- in the thread

    def _work(self) -> None:
        try:
            for adapter in self._adapters():
                self._claim(adapter)
            while (effect := self._queue.get()) is not None:
                for adapter in self._adapters():
                    self._send(adapter, effect)
        except Exception:  # noqa: BLE001 - a thread top
            _log.exception("the television set is not switched any more")

    def _adapters(self) -> list[Path]:
        return sorted(self._folder.glob("cec[0-9]*")) if self._enabled else []

    def _send(self, adapter: Path, effect: Effect) -> None:
        address = self._claim(adapter)
        if address == _NOWHERE:
            return
        if isinstance(effect, RestTelevision):
            self._run(adapter, "--to", "0", "--standby")
            return
        self._run(adapter, "--to", "0", "--image-view-on")
        self._run(adapter, "--active-source", f"phys-addr={address}")

    def _claim(self, adapter: Path) -> str:
        """Speak as a playback device; return our place on the cable, `_NOWHERE` if nothing is at its end."""
        said = self._run(adapter, "--playback", "--osd-name", NAME)
        found = _ADDRESS.search(said)
        return found[1] if found else _NOWHERE

    def _run(self, adapter: Path, *arguments: str) -> str:
        try:
            command = [self._program, "--device", str(adapter), *arguments]
            ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.warning("%s: %s", adapter, error)
            return ""
        if ran.returncode:
            _log.info("%s: %s", adapter, (ran.stderr or ran.stdout).strip()[-200:])
        return ran.stdout
