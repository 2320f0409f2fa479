"""Key → changed picture: in the menu, and on the panel over the moving picture.

From the write of the key press to the X server's socket to the changed pixels in its frame buffer, seen by this
process; with 5,000 courses in the catalogue. Peer of the menu: Kodi, on the same screen, by the same keys. It moves its
focus over several pictures; the first of them counts.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from Xlib import X

from bench.figures import say
from bench.films import counted_film, seen
from bench.peers import KODI, KODI_MENU, kodi, wait_for_kodi
from bench.stage import COURSES, Player, settle, wait_until
from demo.screen import VirtualScreen

VOLUME = (980, 490, 1216, 540)  # the words of state and volume on the panel over the picture


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` takes fewer key presses."""
    presses = 30 if quick else 120
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, VirtualScreen() as screen:
        folder = Path(name)
        film = counted_film(folder / "film.mp4", 1, 5, times=20)
        (folder / "box").mkdir()
        with Player(folder / "box", screen, [film]):
            wait_until("the first picture", lambda: any(screen.rows(410, 540)))
            settle(screen)
            home = (0, 130, 1280, 620)
            keys = ["Down", "Right", "Right", "Right", "Left", "Left", "Left", "Up"]
            ours = _latencies(screen, keys, home, presses)
            for key in ("2", "1"):
                screen.press(key)
                time.sleep(0.4)
            settle(screen)
            rows = _latencies(screen, ["Down"] * 30 + ["Up"] * 30, home, presses)
            say("remote", "menu_key_to_picture_ms", rows, "ms", screen="course list", courses=COURSES)
            for key in ("Home", "5"):
                screen.press(key)
                time.sleep(0.4)
            settle(screen)
            keys = ["7", "7", "BackSpace", "BackSpace"]
            say("remote", "search_key_to_results_ms", _latencies(screen, keys, home, presses), "ms", courses=COURSES)
            for key in ("Home", "0", "1", "2", "8", "Return"):
                screen.press(key)
                time.sleep(0.3)
            wait_until("the film", lambda: seen(screen))
            time.sleep(1)
            volume = ["XF86AudioLowerVolume"] * 5 + ["XF86AudioRaiseVolume"] * 5
            say("remote", "osd_key_to_picture_ms", _latencies(screen, volume, VOLUME, presses), "ms", over="720p video")
        theirs = _kodi(screen, folder, presses)
        say("remote", "menu_key_to_picture_ms", ours, "ms", peer=KODI, peer_values=theirs, screen="home")


def _kodi(screen: VirtualScreen, folder: Path, presses: int) -> list[float]:
    """Return how long Kodi's menu takes to answer, in ms."""
    home = folder / "kodi"
    home.mkdir()
    with kodi(screen, home):
        wait_for_kodi(screen)
        settle(screen)
        return _latencies(screen, ["Down"] * 4 + ["Up"] * 4, KODI_MENU, presses)


def _latencies(screen: VirtualScreen, keys: list[str], region: tuple[int, int, int, int], presses: int) -> list[float]:
    """Press the keys in turn and return how long each took to change the region, in ms."""
    values = []
    for index in range(presses):
        key = keys[index % len(keys)]
        before = screen.region(*region)
        began = time.perf_counter()
        screen.key(key)
        wait_until(f"a change after {key}", partial(_differs, screen, region, before), 3)
        values.append((time.perf_counter() - began) * 1000)
        screen.key(key, X.KeyRelease)
        time.sleep(0.13)
    return values


def _differs(screen: VirtualScreen, region: tuple[int, int, int, int], before: bytes) -> bool:
    return screen.region(*region) != before
