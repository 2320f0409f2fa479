"""Shows five black pictures to nobody and ends: what libVLC loads for that stays in the page cache.

So the first lesson after a boot opens as quickly as the second, without the memory that keeping it all loaded would
cost. Started by `child` as ``python -m player.devices.media.warming``, when nothing is on.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import vlc

from .settings import PLAIN_OPTIONS

_FILM = Path(__file__).with_name("warm.mp4")
_LONGEST_S = 10.0


def main() -> None:
    """Show the film until its first picture is there."""
    os.nice(10)
    instance = vlc.Instance(*PLAIN_OPTIONS, "--vout=dummy", "--aout=dummy", "--avcodec-hw=none")
    if instance is None:
        return
    shown = threading.Event()
    player = instance.media_player_new()
    player.event_manager().event_attach(vlc.EventType.MediaPlayerVout, lambda _: shown.set())
    player.set_media(instance.media_new_path(str(_FILM)))
    player.play()
    shown.wait(_LONGEST_S)
    os._exit(0)  # nothing here needs tidying up


if __name__ == "__main__":
    main()
