"""A player that does nothing but write its journal, for tests that kill it: prints each number once it is durable.

``python -m tests.fakes.journal_writer FOLDER``
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from player.core.effects import AppendEntry, KeepPlay
from player.core.events import Event, Journaled
from player.core.facts import OpenPlay
from player.core.moment import Moment
from player.devices.journal import JournalDevice, open_journal
from playlists.entries import StopReceipt

FINGERPRINT = "ab" * 16


class StandingClock:
    """A clock that shows what it is told."""

    def __init__(self, boot: int = 1) -> None:
        self.moment = Moment(monotonic_ms=5, wall_ms=1_790_000_000_000, trust="trusted", boot=boot)

    def now(self) -> Moment:
        return self.moment

    def wants_county(self) -> bool:
        return self.moment.trust != "trusted"


def open_play(second: int) -> OpenPlay:
    return OpenPlay("c1", "l1", "0" * 64, 720, "menu", "", StandingClock().moment, ((0, second * 1000),))


def main(folder: Path) -> None:
    opened = open_journal(folder / "journal.sqlite", folder / "acknowledged.json", FINGERPRINT)
    device = JournalDevice(opened, StandingClock(opened.boot))

    def emit(event: Event) -> None:
        if isinstance(event, Journaled):
            sys.stdout.write(f"{event.seq}\n")
            sys.stdout.flush()

    device.start(emit)
    for number in range(1, 1_000_000):
        device.perform(KeepPlay(2 * number, open_play(number)))
        device.perform(AppendEntry(2 * number + 1, StopReceipt(stop=f"stop-{opened.boot}-{number}")))
        time.sleep(0.0005)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
