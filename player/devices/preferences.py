"""The file of what was chosen at the television (`player.core.preferences`): read at start, replaced as a whole.

A file that cannot be understood is set aside under another name and said; the box then begins with what holds for
everybody. Writing waits for the disk in a thread of its own; of several changes the last one counts. Made by
`player.equipment`.
"""

from __future__ import annotations

import logging
import queue
import threading
from pathlib import Path
from typing import Final

import msgspec

from player.core import faults
from player.core.effects import Effect, KeepPreferences
from player.core.events import FaultReported
from player.core.preferences import Preferences, decoded, encoded
from player.ports import Emit
from player.store.errors import store_error
from playlists.files import write_durably

_log = logging.getLogger(__name__)
_MOST_BYTES: Final = 64 << 10


class Loaded(msgspec.Struct, frozen=True):
    """What was chosen; ``problem`` says why the file was set aside, empty if it was not."""

    preferences: Preferences
    problem: str = ""


def load_preferences(path: Path) -> Loaded:
    """Return what was chosen before; what holds for everybody if nothing was, or nobody can tell."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        return Loaded(decoded(data))
    except FileNotFoundError:
        return Loaded(Preferences())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        problem = f"{path.name}: {error}"
        _log.error("the choices made at the television are lost: %s", problem)
        _set_aside(path)
        return Loaded(Preferences(), problem)


def _set_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.unreadable")
    try:
        path.rename(aside)
    except OSError as error:
        _log.warning("%s stays where it is: %s", path, error)


class PreferencesDevice:
    """Does `KeepPreferences`, in a thread of its own.

    Args:
        path: The file.
        loaded: What `load_preferences` has found.
    """

    def __init__(self, path: Path, loaded: Loaded) -> None:
        self._path, self._loaded = path, loaded
        self._queue: queue.SimpleQueue[Preferences | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="preferences", daemon=True)
        self._failing = ""

    def start(self, emit: Emit) -> None:
        """Begin; say it if what was chosen before is lost."""
        self._emit = emit
        if self._loaded.problem:
            emit(FaultReported(faults.CHOICES_LOST, active=True, detail=self._loaded.problem))
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Put it on the queue."""
        if not isinstance(effect, KeepPreferences):
            raise TypeError(effect)
        self._queue.put(effect.preferences)

    def stop(self) -> None:
        """End when everything is on the disk."""
        self._queue.put(None)
        self._thread.join()

    # --- in the thread

    def _work(self) -> None:
        while (newest := self._queue.get()) is not None:
            while not self._queue.empty():
                later = self._queue.get()
                if later is None:
                    self._keep(newest)
                    return
                newest = later
            self._keep(newest)

    def _keep(self, preferences: Preferences) -> None:
        try:
            write_durably(self._path, encoded(preferences), mode=0o600)
        except OSError as error:
            failure = store_error(f"keeping {self._path.name}", error)
            _log.warning("%s", failure)
            self._report(failure.fault, str(failure))
        else:
            self._report("", "")

    def _report(self, code: str, detail: str) -> None:
        """Say a fault of the disk when it comes; it goes when something could be written again."""
        if self._failing and self._failing != code:
            self._emit(FaultReported(self._failing, active=False))
        if code and self._failing != code:
            self._emit(FaultReported(code, active=True, detail=detail))
        self._failing = code
