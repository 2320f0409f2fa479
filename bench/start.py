"""Start → home, OK → first frame, gap between the lessons of a session.

Start and OK end when the picture is seen in the screen's frame buffer by this process. The gap is read from the numbers
in the pictures: from when the last picture of a lesson has gone, or has had its time, to when the first of the next is
seen. Peers: mpv and cvlc with the same files as a playlist; Kodi from its start to its menu, after a first start that
sets it up.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from Xlib import X

from bench.figures import say
from bench.films import FRAME_MS, counted_film, seen
from bench.peers import KODI, PEERS, START_SECONDS, kodi, start_peer, wait_for_kodi
from bench.stage import Player, settle, wait_until
from demo.screen import VirtualScreen
from tests.fakes.box import FilmFile

KODI_ENTRIES = (70, 240, 300, 660)  # what Kodi's menu says below the entry in focus
TILES = (410, 540)  # rows of the home screen that show only the tiles


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` takes fewer repetitions."""
    starts, oks, lessons = (5, 6, 6) if quick else (15, 25, 24)
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, VirtualScreen() as screen:
        folder = Path(name)
        films = [counted_film(folder / f"{number}.mp4", number, 1.6) for number in range(1, lessons + 1)]
        (folder / "box").mkdir()
        player = Player(folder / "box", screen, films)
        ours = _start_to_home(player, screen, starts)
        say("start", "start_to_home_ms", ours, "ms", peer=KODI, peer_values=_kodi_starts(screen, folder, starts // 2))
        with player:
            _home(screen)
            _ok_to_first_frame(screen, oks)
            gaps = _session_gaps(screen, lessons)
        for peer, command in PEERS.items():
            if peer == KODI:
                continue  # where there is no sound card it stays on the last picture of its first film
            theirs = _peer_gaps(screen, command, films)
            say("start", "gap_between_lessons_ms", gaps, "ms", peer=peer, peer_values=theirs)


def _home(screen: VirtualScreen) -> bytes:
    """Wait for the home screen and return what is seen of its tiles."""
    wait_until("the first picture", lambda: any(screen.rows(*TILES)))
    settle(screen)
    return screen.rows(*TILES)


def _start_to_home(player: Player, screen: VirtualScreen, count: int) -> list[float]:
    with player:
        home = _home(screen)
    values = []
    for _ in range(count):
        wait_until("the empty screen", lambda: not any(screen.rows(*TILES)))
        began = time.perf_counter()
        with player:
            wait_until("home", lambda: screen.rows(*TILES) == home)
            values.append((time.perf_counter() - began) * 1000)
    return values


def _kodi_starts(screen: VirtualScreen, folder: Path, count: int) -> list[float]:
    """Return how long Kodi takes from its start to its menu, in ms."""
    (folder / "kodi").mkdir()
    with kodi(screen, folder / "kodi"):
        wait_for_kodi(screen)
        settle(screen)
        menu = screen.region(*KODI_ENTRIES)
    values = []
    for _ in range(count):
        wait_until("the empty screen", lambda: not any(screen.rows(*TILES)))
        began = time.perf_counter()
        with kodi(screen, folder / "kodi"):
            wait_until("Kodi's menu", lambda: screen.region(*KODI_ENTRIES) == menu, START_SECONDS)
            values.append((time.perf_counter() - began) * 1000)
    return values


def _ok_to_first_frame(screen: VirtualScreen, count: int) -> None:
    """Open the course's page by the catalogue, then again and again OK on its first lesson, and back."""
    for key in ("Home", "3", "1"):
        screen.press(key)
        time.sleep(0.4)
    settle(screen)
    values = []
    for _ in range(count):
        time.sleep(0.3)
        began = time.perf_counter()
        screen.key("Return")
        wait_until("the first frame", lambda: seen(screen) is not None)
        values.append((time.perf_counter() - began) * 1000)
        screen.key("Return", X.KeyRelease)
        screen.press("XF86AudioStop")
        wait_until("the course page again", lambda: seen(screen) is None)
        settle(screen, 0.3)
    say("start", "ok_to_first_frame_ms", values, "ms")


def _session_gaps(screen: VirtualScreen, lessons: int) -> list[float]:
    for key in ("Home", "1", "1", "Return"):
        screen.press(key)
        time.sleep(0.4)
    return _gaps(screen, lessons, lambda: None)


def _peer_gaps(screen: VirtualScreen, command: list[str], films: list[FilmFile]) -> list[float]:
    with start_peer(screen, command, [film.path for film in films]) as peer:
        try:
            return _gaps(screen, len(films), peer.poll)
        finally:
            peer.terminate()


def _gaps(screen: VirtualScreen, lessons: int, ended: Callable[[], int | None]) -> list[float]:
    """Watch a series of films and return the gap before each but the first, in ms."""
    gaps: list[float] = []
    last = wait_until("the first film", lambda: seen(screen), START_SECONDS)
    over = time.perf_counter() + FRAME_MS / 1000  # when the last picture seen has had its time
    deadline = time.monotonic() + lessons * 3 + 10
    while len(gaps) < lessons - 1 and time.monotonic() < deadline and ended() is None:
        now, moment = seen(screen), time.perf_counter()
        if now is None:
            over = min(over, moment)
        elif now != last:
            if now[0] != last[0]:
                gaps.append(max(0.0, moment - over) * 1000)
            last, over = now, moment + FRAME_MS / 1000
        time.sleep(0.0005)
    return gaps
