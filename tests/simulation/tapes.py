"""What must hold of recordings of live channels, judged beside the other rules (`rules`).

A recording is removed only when somebody at the television says so; nothing is received or shown of a channel that the
county does not name; and one that nothing has disturbed from its start to its end is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.core.effects import EvictBlobs, RemoveRecording
from player.core.events import ButtonPressed, ClockJumped, Event
from player.core.media_effects import OpenMedia
from player.core.own_sessions import start_ms
from player.core.recorded import shown
from player.core.worker_effects import RunLive, TellLive
from player.core.world import World
from playlists.recordings import is_recording

from .agenda import MINUTE_MS
from .broken import Broken
from .channel import TICK_MS
from .clock import START_MS

if TYPE_CHECKING:
    from .box import Box
    from .site import Site

SLACK_MS = 2 * TICK_MS  # until the worker says how far it is, and at the end


class Tapes:
    """Judges the recordings of one life."""

    def __init__(self) -> None:
        self._event: Event | None = None
        self._disturbed_ms = 0  # when people, power, line, disk or clock changed something last
        self._told: dict[str, int] = {}  # how much of each the box has said to be on the disk
        self.whole = 0

    def before(self, box: Box, event: Event) -> None:
        """An event has come."""
        self._event = event
        if isinstance(event, ButtonPressed | ClockJumped):
            self.disturbed(box.site)

    def disturbed(self, site: Site) -> None:
        """Something has changed that may have cost a recording."""
        self._disturbed_ms = site.agenda.now

    def after(self, box: Box, before: World) -> None:
        """A step was made: what is said to be recorded is on the disk, and what ended undisturbed is whole."""
        world = box.world
        if world.store.recordings is not before.store.recordings:
            for name, one in world.store.recordings.items():
                on_disk = box.site.store.recordings.get(name)
                if on_disk is None or on_disk.length_ms < one.length_ms:
                    raise Broken(5, "a recording is shorter on the disk than the box says", name)
        if world.recorded is not before.recorded:
            for name, result in world.recorded.items():
                if name not in before.recorded and before.started and result.ended in ("complete", "missed"):
                    self._ended(box, name, result.length_ms, result.minutes * MINUTE_MS, result.starts)

    def _ended(self, box: Box, name: str, length_ms: int, planned_ms: int, starts: str) -> None:
        clock, since_ms = box.site.clock, start_ms(starts, box.world) - START_MS
        calm = not box.site.line.down and not box.site.disk_fault
        right = calm and clock.now().trust == "trusted" and abs(clock.error_ms()) < 500 and clock.set_at_ms < since_ms
        if not right or self._disturbed_ms >= since_ms or box.up_since_ms >= since_ms:
            return
        if length_ms < planned_ms - SLACK_MS:
            raise Broken(5, "nothing disturbed a recording and it is not whole", name, f"{length_ms} of {planned_ms}")
        self.whole += 1

    def performing(self, box: Box, effect: RemoveRecording | RunLive | TellLive) -> None:
        """An effect is about to be done."""
        if isinstance(effect, RemoveRecording):
            if not isinstance(self._event, ButtonPressed):
                raise Broken(5, "a recording was removed and nobody had said so", effect.recording)
            return
        channels = box.world.generation.channels if box.world.generation else ()
        if effect.record is not None and effect.record.channel not in {one.id for one in channels}:
            raise Broken(1, "a channel was recorded that the county does not name", effect.record.channel)

    def evicting(self, effect: EvictBlobs) -> None:
        """Room is about to be made."""
        if any(is_recording(blob) for blob in effect.blobs):
            raise Broken(5, "a recording was to be evicted", effect.blobs)

    def opening(self, box: Box, effect: OpenMedia) -> None:
        """A recording is about to be shown."""
        name = effect.blob.rpartition("/")[0]
        if name not in shown(box.world) or name not in box.site.store.recordings:
            raise Broken(1, "a recording was opened that may not be shown, or is not here", effect.blob)
