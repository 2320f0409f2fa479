"""What was chosen at the television holds at once, and is kept (`player.core.preferences`)."""

from __future__ import annotations

from .effects import KeepPreferences
from .preferences import Preferences
from .turn import Turn


def keep(turn: Turn, chosen: Preferences) -> None:
    """Choose so from now on."""
    if chosen != turn.world.preferences:
        turn.change(preferences=chosen)
        turn.issue(KeepPreferences, preferences=chosen)
