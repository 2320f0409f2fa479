"""The receiver: libVLC brings a stream of any kind as MPEG-TS to stdout, without decoding it, until it ends.

Started by `receiving` as ``python -m player.workers.live.receiver URL``; killed when it is silent. Nothing else speaks
on its stdout, and it ends with whoever started it.
"""

from __future__ import annotations

import sys
import threading
from typing import Final

import vlc

from player.workers.child import die_with_parent

_OPTIONS: Final = ("--quiet", "--no-xlib", "--no-lua", "--network-caching=1000", "--no-sout-smem-time-sync")
_SOUT: Final = ":sout=#std{access=file,mux=ts,dst=-}"


def main(url: str) -> int:
    """Bring the stream; return 0 when it ends, 1 when it cannot be had."""
    die_with_parent()
    ended = threading.Event()
    instance = vlc.Instance(*_OPTIONS)
    player = instance.media_player_new()
    medium = instance.media_new_location(url)
    for option in (_SOUT, ":sout-all", ":no-sout-display-video"):
        medium.add_option(option)
    events = player.event_manager()
    for kind in (vlc.EventType.MediaPlayerEndReached, vlc.EventType.MediaPlayerEncounteredError):
        events.event_attach(kind, lambda _: ended.set())
    player.set_media(medium)
    if player.play() < 0:
        return 1
    ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
