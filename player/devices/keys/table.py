"""The key numbers of the buttons' table: the kernel speaks in numbers, people in names. Called by `player.app`."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from player.core.events import Button
from playlists.errors import BadData

from .codes import CODES


def numbered(table: Mapping[str, Button], where: str) -> dict[int, Button]:
    """Return the button of each key number.

    Args:
        table: The ``evdev`` table of `player.devices.buttons`: the kernel's name of a key → button.
        where: The file's name, for messages.

    Raises:
        BadData: There are no such keys; all are named together.
    """
    if unknown := [name for name in table if name not in CODES]:
        near = (f"{name}: no such key; did you mean {', '.join(_near(name))}?" for name in unknown)
        raise BadData(where, "evdev", "; ".join(near))
    return {CODES[name]: button for name, button in table.items()}


def _near(name: str) -> list[str]:
    return get_close_matches(name, CODES, 3) or ["KEY_OK", "KEY_UP"]
