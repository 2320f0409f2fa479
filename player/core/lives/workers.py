"""What the workers are about: fetching, asking, sending, comparing; and what the journal owes. States, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec
from msgspec.structs import replace

from ..outlook import Outlook
from ..worker_effects import WantedBlob


class WorkerRun(msgspec.Struct, frozen=True):
    """One kind of worker: the running effect's id (0 if none), and when it may run again (monotonic).

    ``failed_monotonic_ms`` is when it failed last, 0 if it did not; ``lost``: because nobody could be reached.
    ``percent`` is how much the running one has brought of all that it will bring, 0 while it has not said so.
    """

    effect: int = 0
    next_monotonic_ms: int = 0
    failures: int = 0
    error: str = ""
    failed_monotonic_ms: int = 0
    lost: bool = False
    percent: int = 0

    def paused_ms(self, now_ms: int) -> int:
        """Return how long ago it failed, 0 if it did not."""
        return now_ms - self.failed_monotonic_ms if self.failures and self.failed_monotonic_ms else 0


class LineWatch(msgspec.Struct, frozen=True):
    """The watch over a lost line: its effect (0: none), and how often in a row it was back for nothing."""

    effect: int = 0
    false_alarms: int = 0


class Transfers(msgspec.Struct, frozen=True):
    """What is to be fetched (``order``), what the running worker was given (``wanted``), and what it brought.

    ``evict`` is what must go before that. ``outlooks`` are what the plan expects of the coming sessions, by
    their ids. ``planned`` is False when the plan must be made again, ``plan_ends_monotonic_ms`` when it is too
    old, None if nothing is still to come. ``moving`` says that the running worker has brought something;
    ``stuck``, that no room could be made.
    """

    run: WorkerRun = WorkerRun()
    wanted: tuple[str, ...] = ()
    order: tuple[WantedBlob, ...] = ()
    fetched_bytes: int = 0
    outlooks: Mapping[str, Outlook] = msgspec.field(default_factory=dict)
    evict: tuple[str, ...] = ()
    evicting: int = 0
    planned: bool = False
    plan_ends_monotonic_ms: int | None = None
    moving: bool = False
    stuck: bool = False


class ScrubState(Enum):
    """The life of the comparison at rest."""

    RESTING = "resting"
    READING = "reading"  # a worker compares blobs


class Scrub(msgspec.Struct, frozen=True):
    """The comparison at rest: the running effect (0: none) and when the next part is due (monotonic).

    ``suspects`` could not be shown and are read as soon as nothing plays; ``spoilt`` were found bad and are to come
    again.
    """

    state: ScrubState = ScrubState.RESTING
    effect: int = 0
    next_monotonic_ms: int = 0
    suspects: tuple[str, ...] = ()
    spoilt: frozenset[str] = frozenset()

    def suspecting(self, blob: str) -> Scrub:
        """Return this with one suspect more."""
        return replace(self, suspects=tuple(dict.fromkeys((*self.suspects, blob))))


class Ledger(msgspec.Struct, frozen=True):
    """The entry on its way to the journal (0: none); after a failure, when it is tried again (monotonic)."""

    effect: int = 0
    retry_monotonic_ms: int | None = None
    failures: int = 0


class Outbox(msgspec.Struct, frozen=True):
    """How far the journal has gone and how much of it the county has."""

    head: int = 0
    acknowledged: int = 0
    run: WorkerRun = WorkerRun()
