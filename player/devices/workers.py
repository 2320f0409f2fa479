"""Runs the player's workers: one child process a task, its lines turned into events.

One long-lived thread starts and ends children, for they live no longer than the thread that started them;
each child has a reader. A run of the same kind replaces the one before. A child that crashes, is killed or
takes too long gives an answer like any other: its effect is finished with an error, and what it had verified
stays. After a sync the generation in force is read again, also when nothing was new: it knows when the
county was asked last.
"""

from __future__ import annotations

import logging
import queue
import re
import shutil
import threading
from collections.abc import Callable
from typing import Final

import msgspec

from player.core.effects import Effect, RunScrub, StopScrub
from player.core.events import Event
from player.core.facts import GenerationFacts
from player.core.worker_effects import RunFetch, RunLive, RunPhone, StopFetch, StopLive, StopPhone, TellLive
from player.core.worker_events import FetchFinished, FetchProgressed
from player.devices.generation import load_generation
from player.devices.workers_answers import Run, answer, progress
from player.devices.workers_child import Child
from player.devices.workers_specs import CountyAddresses, Specs, WorkerLimits
from player.folders import BoxFolders
from player.ports import Emit, TimeKeeper
from player.store.line_history import read_history, written_ns
from player.store.names import StoreNames
from player.workers.messages import FetchProgress, IdentityResult, IdentitySpec, Progress, Result
from playlists.acknowledged import read_acknowledged
from playlists.errors import FailedAttempt

__all__ = ["CountyAddresses", "WorkerLimits", "WorkersDevice", "box_fingerprint"]

IDENTITY_S: Final = 10.0
Stop = StopFetch | StopPhone | StopScrub | StopLive
_ENDS: Final[dict[type, type]] = {StopFetch: RunFetch, StopPhone: RunPhone, StopScrub: RunScrub, StopLive: RunLive}
_FINGERPRINT: Final = re.compile("[0-9a-f]{32}")
_log = logging.getLogger(__name__)


class WorkersDevice:
    """Does the effects that run a worker, each in a child process, and those that end one."""

    def __init__(
        self,
        folders: BoxFolders,
        county: CountyAddresses,
        clock: TimeKeeper,
        *,
        version: str,
        limits: WorkerLimits | None = None,
        pace: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._folders, self._pace = folders, pace
        self._specs = Specs(folders, county, clock, version, limits or WorkerLimits())
        self._queue: queue.SimpleQueue[Run | Stop | TellLive | None] = queue.SimpleQueue()
        self._children: dict[type[Run], Child] = {}
        self._line_told_ns = 0
        self._thread = threading.Thread(target=self._work, name="workers")

    def start(self, emit: Emit) -> None:
        """Begin to work."""
        self._emit = emit
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Start a child for the effect; a running one of its kind is replaced."""
        if not isinstance(effect, Run | Stop | TellLive):
            raise TypeError(effect)
        self._queue.put(effect)

    def stop(self) -> None:
        """End all children and their threads."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _work(self) -> None:
        shutil.rmtree(self._folders.ring, ignore_errors=True)  # a power cut may have left a gigabyte of a live channel
        while (effect := self._queue.get()) is not None:
            if isinstance(effect, TellLive):
                self._tell(effect)
                continue
            kind = _ENDS.get(type(effect)) or type(effect)
            if kind in self._children:
                self._children.pop(kind).end()
            if not isinstance(effect, Stop):
                self._begin(effect)
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            child.end()

    def _tell(self, effect: TellLive) -> None:
        if RunLive in self._children:
            self._children[RunLive].tell(self._specs.wanted(effect))

    def _begin(self, run: Run) -> None:
        def progressed(said: Progress) -> None:
            if isinstance(said, FetchProgress) and said.sync_s is not None:
                self._pace(said.sync_s)
            self._emit(self._with_line(progress(run, said, self._generation)))

        def ended(result: Result | None, why: str) -> None:
            for event in answer(run, result, why, self._acknowledged(), self._generation):
                self._emit(self._with_line(event))

        try:
            name, spec = self._specs.of(run)
            self._children[type(run)] = Child(name, spec, progressed, ended)
        except (OSError, ValueError) as error:  # one that cannot be told what to do does not end the others
            _log.error("a worker cannot be started: %s", error)
            ended(None, f"a worker cannot be started: {error}")

    def _with_line(self, event: Event) -> Event:
        """Add to the words of a fetch what is new of the line, and to its end all, also if it was killed.

        A run may be replaced by every plan for hours: what is learnt must not wait for the end of one.
        """
        names = StoreNames(self._folders.store)
        if isinstance(event, FetchProgressed):
            before, self._line_told_ns = self._line_told_ns, written_ns(names)
            if self._line_told_ns == before:
                return event
        elif not isinstance(event, FetchFinished):
            return event
        return msgspec.structs.replace(event, line=read_history(names))

    def _generation(self) -> GenerationFacts | None:
        return load_generation(self._folders)

    def _acknowledged(self) -> int:
        try:
            fingerprint = self._folders.fingerprint.read_text()
        except OSError:
            return 0
        return read_acknowledged(self._folders.acknowledged, fingerprint).head


def box_fingerprint(folders: BoxFolders) -> str:
    """Return this box's id; at the first start of all a worker makes its key (blocks up to ten seconds).

    Raises:
        FailedAttempt: The key can be neither read nor made.
    """
    known = _kept_fingerprint(folders)
    if known:
        return known
    answers: list[tuple[Result | None, str]] = []
    spec = IdentitySpec(limit_s=IDENTITY_S, key_file=str(folders.key), fingerprint_file=str(folders.fingerprint))
    child = Child("identity", spec, lambda _: None, lambda result, why: answers.append((result, why)))
    if not child.wait(IDENTITY_S):
        child.end()
    result, why = answers[0]
    if not isinstance(result, IdentityResult) or result.error:
        raise FailedAttempt("make the box's key", result.error if isinstance(result, IdentityResult) else why)
    return result.fingerprint


def _kept_fingerprint(folders: BoxFolders) -> str:
    """Return the fingerprint beside the key; empty if either is missing."""
    try:
        text = folders.fingerprint.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if _FINGERPRINT.fullmatch(text) and folders.key.is_file() else ""
