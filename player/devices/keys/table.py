"""Which button a key is: `config/keymaps/buttons.yaml`, read into key numbers. Pure. Called by `player.app`."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from player.core.events import Button
from playlists.errors import BadData

from .codes import CODES

_BUTTONS = get_args(Button)


def read_buttons(tables: Any, where: str) -> dict[int, Button]:
    """Return the button of each key number.

    Args:
        tables: What the YAML holds; its part ``evdev`` says the kernel's name of a key → button.
        where: The file's name, for messages.

    Raises:
        BadData: Something in it is not known; all mistakes are named together.
    """
    table = tables.get("evdev") if isinstance(tables, Mapping) else None
    if not isinstance(table, Mapping):
        raise BadData(where, "evdev", "must be a mapping from key names to buttons")
    mistakes = [mistake for name, button in table.items() for mistake in _mistakes(str(name), button)]
    if mistakes:
        raise BadData(where, "", "; ".join(mistakes))
    return {CODES[name]: button for name, button in table.items()}


def _mistakes(name: str, button: Any) -> list[str]:
    found = []
    if name not in CODES:
        near = ", ".join(get_close_matches(name, CODES, 3)) or "KEY_OK, KEY_UP, …"
        found.append(f"{name}: no such key; allowed are names such as {near}")
    if button not in _BUTTONS:
        found.append(f"{name}: {button!r} is no button; allowed: {', '.join(_BUTTONS)}")
    return found
