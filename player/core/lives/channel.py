"""A live channel as it is received and recorded. Their states, as data."""

from __future__ import annotations

from enum import Enum

import msgspec

from playlists.documents import LiveChannel

from ..worker_effects import RecordChannel


class Reception(msgspec.Struct, frozen=True):
    """The channel that is received: its worker's effect (0: none runs), and what that has said and been told.

    ``base`` is where the picture comes from, empty while nothing is served; ``kept_ms``, how far back one can go.
    """

    channel: LiveChannel
    worker: int = 0
    base: str = ""
    flows: bool = True
    kept_ms: int = 0
    watched: bool = False
    record: RecordChannel | None = None
    failures: int = 0
    retry_monotonic_ms: int = 0


class RecordingState(Enum):
    """The life of the recording that is under way."""

    STARTING = "starting"  # nothing has come yet
    RUNNING = "running"
    LOST = "lost"  # the signal is gone, or the worker; it is tried again until the end


class RunningRecording(msgspec.Struct, frozen=True):
    """The recording that is under way: whose plan, which of its times (wall ms), and what the worker was told."""

    plan: str
    name: str
    state: RecordingState
    channel: LiveChannel
    order: RecordChannel
    ends_ms: int
