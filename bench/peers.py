"""Other players, to compare with in the same run."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from demo.screen import VirtualScreen

KODI = "kodi"
PEERS = {
    "mpv --vo=x11": ["mpv", "--vo=x11", "--ao=null", "--fullscreen", "--really-quiet", "--no-config"],
    "cvlc --vout=xcb_x11": ["cvlc", "--vout=xcb_x11", "--aout=dummy", "--fullscreen", "--quiet", "--play-and-exit"],
    KODI: [KODI, "--standalone", "--windowing=x11", "--gl-interface=glx"],
}
_THERE_AND_BACK = ("Down", "Down", "Up", "Up")
KODI_MENU = (0, 160, 308, 700)  # where the entries of its menu stand
START_SECONDS = 60.0  # Kodi, on a machine without a graphics card


def start_peer(screen: VirtualScreen, command: list[str], films: Sequence[Path]) -> subprocess.Popen[bytes]:
    """Start another player on the screen with these films as its playlist."""
    environment = os.environ | {"DISPLAY": screen.name}
    if command[0] == "cvlc" and os.geteuid() == 0:  # VLC does not run as root
        for path in (films[0].parent, *films):
            path.chmod(0o755)
        command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
        environment["HOME"] = tempfile.gettempdir()
    if command[0] == KODI:
        environment["HOME"] = str(films[0].parent)
        command = [_kodi_itself(), *command[1:]]
    return _start(command, films, environment)


@contextmanager
def kodi(screen: VirtualScreen, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let Kodi run until the block ends; ``home`` keeps its settings from start to start."""
    command = [_kodi_itself(), *PEERS[KODI][1:]]
    with _start(command, (), os.environ | {"DISPLAY": screen.name, "HOME": str(home)}) as process:
        try:
            yield process
        finally:
            process.kill()  # in order it takes seconds, which nobody measures


def wait_for_kodi(screen: VirtualScreen) -> None:
    """Wait until Kodi's menu answers keys, and rests; its splash does not.

    Raises:
        TimeoutError: It did not.
    """
    deadline, answered = time.monotonic() + START_SECONDS, 0
    while answered < 2 * len(_THERE_AND_BACK):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kodi's menu: not seen within {START_SECONDS} s")
        before = screen.region(*KODI_MENU)
        screen.press(_THERE_AND_BACK[answered % len(_THERE_AND_BACK)])
        time.sleep(0.5)
        answered = answered + 1 if screen.region(*KODI_MENU) != before else 0


def _kodi_itself() -> str:
    """Return the program behind the script ``kodi``, which would start it again whenever it is ended."""
    return str(next(Path("/usr/lib").glob("*/kodi/kodi.bin")))


def _start(command: list[str], films: Sequence[Path], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*command, *map(str, films)], env=environment, stdout=quiet, stderr=quiet)
