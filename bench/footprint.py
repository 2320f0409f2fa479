"""Memory and processor, in the menu and while playing 720p. Peers: Kodi in its menu; mpv, cvlc and Kodi
playing the same file.

Memory is the proportional set size of all our processes together; the X server's is printed beside it.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import say
from bench.films import counted_film, seen
from bench.peers import KODI, PEERS, START_SECONDS, kodi, start_peer, wait_for_kodi
from bench.processes import cpu_percent, family, pss_megabytes
from bench.stage import Player, settle, wait_until
from demo.screen import VirtualScreen


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` watches for a shorter time."""
    seconds, samples = (3.0, 2) if quick else (10.0, 4)
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, VirtualScreen() as screen:
        folder = Path(name)
        film = counted_film(folder / "film.mp4", 1, 5, times=60)
        (folder / "box").mkdir()
        with Player(folder / "box", screen, [film]) as player:
            wait_until("the first picture", lambda: any(screen.rows(410, 540)))
            settle(screen, 2.0)
            idle = [pss_megabytes(family(player.pid))]
            cpu = [cpu_percent(player.pid, seconds) for _ in range(samples)]
            asking = [cpu_percent(player.pid, seconds, with_ended=True)]
            idle.append(pss_megabytes(family(player.pid)))
            processes = len(family(player.pid))
            county = "not reachable, asked again in the first minutes"
            say("footprint", "idle_with_workers_cpu_percent", asking, "percent", seconds=seconds, county=county)
            for key in ("0", "1", "2", "8", "Return"):
                screen.press(key)
                time.sleep(0.3)
            wait_until("the film", lambda: seen(screen))
            time.sleep(7)  # until the panel over the picture has gone
            playing = [pss_megabytes(family(player.pid))]
            busy = [cpu_percent(player.pid, seconds) for _ in range(samples)]
            playing.append(pss_megabytes(family(player.pid)))
        memory, processor = _kodi_idle(screen, folder / "kodi", seconds)
        say("footprint", "idle_pss_mb", idle, "MB", peer=KODI, peer_values=memory, processes=processes)
        say("footprint", "idle_cpu_percent", cpu, "percent", peer=KODI, peer_values=processor, seconds=seconds)
        for peer, command in PEERS.items():
            memory, processor = _peer(screen, command, film.path, seconds)
            say("footprint", "playing_720p_pss_mb", playing, "MB", peer=peer, peer_values=memory)
            say("footprint", "playing_720p_cpu_percent", busy, "percent", peer=peer, peer_values=processor)


def _kodi_idle(screen: VirtualScreen, home: Path, seconds: float) -> tuple[list[float], list[float]]:
    home.mkdir()
    with kodi(screen, home) as process:
        wait_for_kodi(screen)
        settle(screen)
        processor = [cpu_percent(process.pid, seconds)]
        return [pss_megabytes(family(process.pid))], processor


def _peer(screen: VirtualScreen, command: list[str], film: Path, seconds: float) -> tuple[list[float], list[float]]:
    with start_peer(screen, command, [film]) as peer:
        try:
            wait_until(f"the film in {command[0]}", lambda: seen(screen), START_SECONDS)
            time.sleep(2)
            processor = [cpu_percent(peer.pid, seconds)]
            return [pss_megabytes(family(peer.pid))], processor
        finally:
            peer.terminate()
