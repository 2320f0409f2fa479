"""The workers of a simulated box, as effects start and end them: those that ask the county (`asking`), the one that
fetches (`fetching`), the one that receives a channel (`channel`), and here the watch over the line, the comparison at
rest, and the store's keeper.

What their results mean is the product's own word (`player.devices.workers_answers`). A killed worker leaves what it had
written. What the script wants to go wrong waits in `Site.next_trouble` for the next occasion.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from player.core.effects import EvictBlobs, RemoveRecording, RunScrub, StopScrub
from player.core.events import Event
from player.core.media_events import RecordingRemoved
from player.core.worker_effects import (
    LeaveLine,
    RunBinding,
    RunFetch,
    RunLive,
    RunSync,
    RunUpload,
    StopFetch,
    StopLive,
    TellLive,
    WatchLine,
)
from player.core.worker_events import Evicted, LineBack
from player.devices.workers_answers import progress
from player.workers.messages import BlobBad, ScrubResult

from .agenda import Run
from .asking import Askers
from .channel import Receiver
from .county import BOX_ID
from .fetching import Fetching
from .site import Site, Workplace

LOOK_MS = (5_000, 60_000)  # the first pause of the watch over a dead line, and the longest


class Workers:
    """The workers of one run of the box."""

    def __init__(self, chance: Random, site: Site, run: Run, emit: Callable[[Event], None]) -> None:
        self._place = Workplace(chance, site, run, emit)
        self._chance, self._site, self._emit = chance, site, emit
        self.fetching = Fetching(self._place)
        self.askers = Askers(self._place, lambda: self.fetching.effect is not None)
        self.receiver = Receiver(self._place, BOX_ID)
        self._scrubbing = 0
        self._watching = 0

    def perform(self, effect: object) -> None:
        """Start a worker, or end one."""
        match effect:
            case RunFetch():
                self.fetching.begin(effect)
            case RunSync():
                self.askers.sync(effect)
            case RunUpload():
                self.askers.upload(effect)
            case RunBinding():
                self.askers.bind(effect)
            case RunScrub():
                self._scrubbing = effect.id
                self._place.after(self._chance.randint(1_000, 40_000), self._scrub, effect)
            case WatchLine():
                self._watching = effect.id
                self._look(effect, LOOK_MS[0])
            case EvictBlobs():
                self._place.after(self._chance.randint(5, 200), self._evict, effect)
            case _:
                self._do_more(effect)

    def _do_more(self, effect: object) -> None:
        match effect:
            case RunLive() | TellLive() | StopLive():
                self.receiver.perform(effect)
            case RemoveRecording():
                self._place.after(500, self._remove, effect)
            case StopFetch() | StopScrub() | LeaveLine():
                self._leave(effect)

    def _leave(self, effect: StopFetch | StopScrub | LeaveLine) -> None:
        match effect:
            case StopFetch():
                self.fetching.end()
            case StopScrub():
                self._scrubbing = 0
            case LeaveLine():
                self._watching = 0

    # --- the comparison at rest

    def _scrub(self, effect: RunScrub) -> None:
        """Compare what was asked for; a worker that was ended has done a part of it."""
        store, ended = self._site.store, self._scrubbing != effect.id
        for blob in effect.blobs[: len(effect.blobs) // 2 if ended else None]:
            here = store.compare(blob.sha256)
            if here is not None:
                self._emit(progress(effect, BlobBad(blob=blob.sha256, bytes_here=here), self._place.generation))
        if not ended:
            self._scrubbing = 0
            for event in self._place.answer(effect, ScrubResult()):
                self._emit(event)

    # --- the watch over a dead line

    def _look(self, effect: WatchLine, pause_ms: int) -> None:
        """Look after a pause whether somebody takes a call."""
        self._place.after(self._chance.randint(pause_ms // 2, pause_ms), self._call, effect, pause_ms)

    def _call(self, effect: WatchLine, pause_ms: int) -> None:
        if self._watching != effect.id:
            return
        if self._site.line.carries(self._place.now):
            self._watching = 0
            self._emit(LineBack(effect.id))
        else:
            self._look(effect, min(pause_ms * 3 // 2, LOOK_MS[1]))

    # --- the store's keeper

    def _remove(self, effect: RemoveRecording) -> None:
        site = self._site
        refused = "refused" if site.card_fault else ""
        if not refused:
            site.store.recordings.pop(effect.recording, None)
        self._emit(RecordingRemoved(effect.id, effect.recording, site.store.free_bytes, refused))

    def _evict(self, effect: EvictBlobs) -> None:
        site = self._site
        if site.card_fault or site.is_next("nothing can be removed"):
            self._emit(Evicted(effect.id, (), 0))
            return
        for sha in effect.blobs:
            site.store.evict(sha)
        self._emit(Evicted(effect.id, effect.blobs, site.store.free_bytes))
