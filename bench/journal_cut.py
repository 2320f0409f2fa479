"""What a power cut costs, and what it costs to make it cost little.

A real player shows a film whose pictures are numbered; at a random moment it is killed (SIGKILL), started again, and
the entry that it then seals is compared with the last picture that was on the screen. The kernel writes on after a
kill; that what was committed survives the power itself is SQLite's promise with ``synchronous=FULL``.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.figures import say
from bench.films import FRAME_MS, counted_film, seen
from bench.stage import Player, wait_until
from demo.screen import VirtualScreen
from player.core import playback
from player.core.facts import OpenPlay
from player.core.moment import Moment
from player.devices.journal_file import Append, JournalFile, Keep
from playlists.entries import Play
from playlists.journal import decode_body, decode_entry

FILM_S, TIMES = 5, 12
PERIOD = round(FILM_S * 1000 / FRAME_MS)  # so many pictures, then the numbers come again
WATCHED_S = (1.5, 4.5)
OPENS_S = 6
HOUR_S = 3600


def cut_loss(*, quick: bool) -> None:
    """Print how many seconds of film are missing from the entry after a cut, and how often the journal is written."""
    cuts, seed = (3, 1) if quick else (30, 2)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, VirtualScreen() as screen:
        folder = Path(name)
        film = counted_film(folder / "film.mp4", 1, FILM_S, times=TIMES)
        (folder / "box").mkdir()
        player = Player(folder / "box", screen, [film])
        player.start()
        journal = folder / "box" / "data" / "journal.sqlite"
        losses: list[float] = []
        commits: list[float] = []
        for _ in range(cuts):
            shown_ms, per_hour = _watch(player, journal, chance.uniform(*WATCHED_S))
            _kill(player)
            player.start()
            losses.append((shown_ms - _sealed_ms(journal, len(losses) + 1)) / 1000)
            commits.append(per_hour)
        player.stop()
    worst, least = round(max(losses), 3), round(min(losses), 3)
    say("journal", "cut_loss_s", losses, "s", worst=worst, least=least, seed=seed)
    say("journal", "box_commits_per_hour_of_playing", commits, "commits/h")


def commits(*, quick: bool) -> None:
    """Print how many durable transactions a second the journal makes on this disk, and what one writes."""
    count = 150 if quick else 1_000
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-", dir=Path.cwd()) as name:
        file = JournalFile(Path(name) / "journal.sqlite", "ab" * 16)
        moment = Moment(1, 1, "trusted", 1)
        row = OpenPlay("course-128", "lesson-1", "0" * 64, 720, "session", "spring@2026-03-06T19:30", moment, ((0, 1),))
        for what, command in (
            ("entry", Append((playback.entry(row, moment, "cut"),), moment)),
            ("open row", Keep(row, 1)),
        ):
            written, rates = _written_bytes(), []
            for _ in range(5):
                began = time.perf_counter()
                for _ in range(count // 5):
                    file.write([command])
                rates.append(count // 5 / (time.perf_counter() - began))
            each = (_written_bytes() - written) / count
            say("journal", "box_commits_per_s", rates, "commits/s", of=what)
            say("journal", "box_bytes_per_commit", [each], "bytes", of=what)
        file.close()


def _watch(player: Player, journal: Path, seconds: float) -> tuple[float, float]:
    """Open the film and watch it; return to which ms of it was shown and the journal's commits an hour meanwhile."""
    screen = player.screen
    wait_until("the first picture", lambda: any(screen.rows(410, 540)))
    _, last = wait_until("the film", lambda: _opened(screen), 4 * OPENS_S)
    shown, began = last, time.monotonic()
    with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as database:
        first_version = version = _version(database)
        changes = 0
        while time.monotonic() < began + seconds:
            if now := seen(screen):
                shown, last = shown + (now[1] - last) % PERIOD, now[1]
            if (found := _version(database)) != version:
                changes, version = changes + 1, found
            time.sleep(0.005)
    assert version >= first_version
    return (shown + 1) * FRAME_MS, changes / (time.monotonic() - began) * HOUR_S


def _opened(screen: VirtualScreen) -> tuple[int, int] | None:
    """Press what opens the film and wait for it; keys of a player that has just begun may come too early."""
    for key in ("Home", "0", "1", "2", "8", "Return"):
        screen.press(key)
        time.sleep(0.25)
    until = time.monotonic() + OPENS_S
    while (found := seen(screen)) is None and time.monotonic() < until:
        time.sleep(0.005)
    return found


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA data_version").fetchone()[0])


def _kill(player: Player) -> None:
    os.kill(player.pid, signal.SIGKILL)
    player.stop()
    wait_until("an empty screen", lambda: seen(player.screen) is None)


def _sealed_ms(journal: Path, count: int) -> int:
    """Return to which ms of the film the entry reaches that was sealed as number ``count`` of all plays."""

    def look() -> tuple[tuple[int, int], ...] | None:
        with closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT data FROM entries ORDER BY seq").fetchall()
        bodies = [decode_body(decode_entry(data, "entry"), "entry") for (data,) in rows]
        plays = [body for body in bodies if isinstance(body, Play)]
        return plays[-1].segments or ((0, 0),) if len(plays) == count else None

    return wait_until("the sealed play", look)[-1][1]


def _written_bytes() -> int:
    """Return what this process has given to the disk (proc(5), io)."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes:"))
