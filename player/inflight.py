"""Which effects are in flight, and whether a device is stuck with one. Pure. Used by `player.loop`.

The watchdog of systemd is petted only while nothing is overdue: a player whose journal, worker or picture hangs must
not look healthy. The deadlines are far beyond what the devices allow themselves, so that they only catch a device that
has forgotten an effect.
"""

from __future__ import annotations

from typing import Final

from player.core.effects import AppendEntry, Effect, EvictBlobs, RemoveRecording, RunScrub, StopScrub
from player.core.events import Event, Journaled, JournalFailed
from player.core.media_effects import CloseMedia, OpenMedia, ReplaceMediaChild
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, RecordingRemoved
from player.core.worker_effects import RunBinding, RunCarry, RunFetch, RunStopCode, RunSync, RunUpload, StopFetch
from player.core.worker_events import (
    BindingAnswered,
    CarryFinished,
    Evicted,
    FetchFinished,
    ScrubFinished,
    StopCodeChecked,
    SyncFinished,
    UploadFinished,
)

DEADLINES_MS: Final[dict[type[Effect], int]] = {
    AppendEntry: 120_000,  # a dying card may take a minute for one write
    OpenMedia: 60_000,
    RunSync: 1_800_000,
    RunFetch: 2 * 3_600_000,
    RunUpload: 300_000,
    RunCarry: 300_000,
    RunBinding: 180_000,
    RunStopCode: 60_000,
    EvictBlobs: 600_000,
    RemoveRecording: 600_000,
    RunScrub: 4 * 3_600_000,
}
_MEDIA: Final = (OpenMedia, CloseMedia, ReplaceMediaChild)
_FETCH: Final = (RunFetch, StopFetch)
_SYNC: Final = (RunSync,)
_SCRUB: Final = (RunScrub, StopScrub)


class InFlight:
    """The effects that a device still owes an answer."""

    def __init__(self) -> None:
        self._since: dict[int, tuple[type[Effect], int]] = {}

    def began(self, effect: Effect, now_ms: int) -> None:
        """An effect was handed to its device; of media, fetches and comparisons only the last one counts."""
        for family in (_MEDIA, _FETCH, _SCRUB, _SYNC):
            if isinstance(effect, family):
                self._since = {key: value for key, value in self._since.items() if value[0] not in family}
        if type(effect) in DEADLINES_MS:
            self._since[effect.id] = (type(effect), now_ms)

    def answered(self, event: Event) -> None:
        """An event came; if it answers an effect, that one is no longer in flight."""
        match event:
            case MediaOpened(play=effect) | MediaEnded(play=effect) | MediaFailed(play=effect):
                self._since.pop(effect, None)
            case (
                Journaled(effect=effect)
                | JournalFailed(effect=effect)
                | SyncFinished(effect=effect)
                | FetchFinished(effect=effect)
                | UploadFinished(effect=effect)
                | CarryFinished(effect=effect)
                | BindingAnswered(effect=effect)
                | StopCodeChecked(effect=effect)
                | Evicted(effect=effect)
                | RecordingRemoved(effect=effect)
                | ScrubFinished(effect=effect)
            ):
                self._since.pop(effect, None)

    def overdue(self, now_ms: int) -> list[str]:
        """Return what is late, in words for the log."""
        return [
            f"{kind.__name__} {effect} for {(now_ms - since_ms) // 1000} s"
            for effect, (kind, since_ms) in self._since.items()
            if now_ms - since_ms > DEADLINES_MS[kind]
        ]
