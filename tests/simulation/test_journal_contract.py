"""The journal of the simulation does what the real one does with the same commands."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from player.core.facts import OpenPlay, OpenSession
from player.core.moment import Moment
from player.devices.journal_file import Append, Command, Keep
from player.devices.journal_file import JournalFile as RealJournal
from playlists.entries import Boot, HeadCount, SessionHeld, StopReceipt

from .journal import JournalFile

BOX = "b0" * 8


def _commands(chance: Random) -> list[Command]:
    now = Moment(1_000, 1_772_600_000_000, chance.choice(("trusted", "estimated", "unknown")), chance.randint(1, 3))  # type: ignore[arg-type]
    play = OpenPlay("c1", "l1", "a" * 64, 240, "menu", "", now, ((0, chance.randint(1, 9_000)),))
    group = OpenSession("s1", "春耕", "video", now, 0, chance.randint(0, 9_000))
    name = f"s{chance.randint(0, 10**9)}"
    heads = HeadCount(session=name, expected=0, present=3, members=1, villagers=2, on_leave=0)
    held = SessionHeld(
        session=name, title="春耕", form="video", started_wall_ms=now.wall_ms, ended_wall_ms=now.wall_ms, ended="held"
    )
    return [
        Append((Boot(version="1", clean=True),), now),
        Append((StopReceipt(stop=name),), now, closes_play=True),
        Append((heads, held), now, closes_session=True),
        Keep(play, now.wall_ms),
        Keep(group, now.wall_ms),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_rows_open_rows_and_what_a_start_needs_are_the_same(seed: int, tmp_path: Path) -> None:
    chance, real, simulated = Random(seed), RealJournal(tmp_path / "journal.db", BOX), JournalFile(BOX)
    for _ in range(30):
        batch = [chance.choice(_commands(chance)) for _ in range(chance.randint(1, 4))]
        assert simulated.write(batch) == real.write(batch)
    assert [(row.seq, row.data, row.hash) for row in simulated.rows] == list(real.rows_after(0))
    assert (simulated.open_play, simulated.open_session) == (real.open_play(), real.open_session())
    assert simulated.starts.done() == real.starts.done()
    assert simulated.starts.held() == real.starts.held()
    assert simulated.starts.receipts() == real.starts.receipts()
    simulated.verify()
    real.close()
