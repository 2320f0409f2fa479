"""The journal on the box's disk: SQLite in WAL with synchronous=FULL, and one thread that writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from player.core.effects import Effect
from player.core.facts import JournalFacts
from player.ports import Clock, Emit


@dataclass(frozen=True)
class OpenedJournal:
    """What the journal said when it was opened.

    Args:
        path: Where it lies.
        facts: For the core's `Started`.
        boot: This start's number, counted by the journal; the clock port is made with it.
        damaged: Why an earlier file was put aside under another name; empty if all was well.
    """

    path: Path
    facts: JournalFacts
    boot: int
    damaged: str = ""


def open_journal(
    path: Path, acknowledged: Path, fingerprint: str, *, wall_ms: int, utc_offset_minutes: int = 480
) -> OpenedJournal:
    """Open or make the journal, count this boot, and say what it holds.

    Raises:
        OSError: The disk cannot be written at all.
    """
    raise NotImplementedError


class JournalDevice:
    """Does `AppendEntry`, `KeepPlay` and `KeepSession`; `perform` never waits for the disk."""

    def __init__(self, opened: OpenedJournal, clock: Clock) -> None:
        raise NotImplementedError

    def start(self, emit: Emit) -> None:
        """Begin to write."""

    def perform(self, effect: Effect) -> None:
        """Put an entry or an open row on the writer's queue, stamped with this instant."""

    def stop(self) -> None:
        """Write what is queued, note the clean end, close."""
