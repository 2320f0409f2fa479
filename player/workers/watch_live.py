"""The live worker: ``python -m player.workers watch_live``; see `player.workers.live`."""

from player.workers.live.watching import main

__all__ = ["main"]
