"""Other players, to compare with in the same run."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from demo.screen import VirtualScreen

PEERS = {
    "mpv --vo=x11": ["mpv", "--vo=x11", "--ao=null", "--fullscreen", "--really-quiet", "--no-config"],
    "cvlc --vout=xcb_x11": ["cvlc", "--vout=xcb_x11", "--aout=dummy", "--fullscreen", "--quiet", "--play-and-exit"],
}


def start_peer(screen: VirtualScreen, command: list[str], films: list[Path]) -> subprocess.Popen[bytes]:
    """Start another player on the screen with these films as its playlist."""
    environment = os.environ | {"DISPLAY": screen.name}
    if command[0] == "cvlc" and os.geteuid() == 0:  # VLC does not run as root
        for path in (films[0].parent, *films):
            path.chmod(0o755)
        command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
        environment["HOME"] = tempfile.gettempdir()
    files = [str(film) for film in films]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*command, *files], env=environment, stdout=quiet, stderr=quiet)
