"""Moving in a lesson by key: one step a press, larger ones the longer a key is held, and never more than can be shown.

A remote control repeats a held key up to thirty times a second, and a box may need a quarter of a second to show
another place. Pure; called by `playback`.
"""

from __future__ import annotations

from typing import Final

EVERY_MS: Final = 250  # between two steps of a held key
LET_GO_MS: Final = 700  # no repeat for so long: the key was let go, though nobody has seen it
_FASTER: Final = ((1_500, 1), (4_000, 3))  # held for less than so long: so many steps at once
_FASTEST: Final = 6


def step_ms(by_ms: int, *, held_ms: int) -> int:
    """Return how far a key goes that has been held for so long."""
    return by_ms * next((times for until_ms, times in _FASTER if held_ms < until_ms), _FASTEST)
