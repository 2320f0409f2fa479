"""The tables of buttons: which of our buttons a key of a remote control or keyboard is (config/keymaps/buttons.yaml).

Read once by `player.app`; the evdev reader and the window's keyboard each use their own table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from player.core.events import Button
from playlists.errors import BadData


class ButtonTables(msgspec.Struct, frozen=True):
    """Buttons by the name of an evdev key (``KEY_OK``) and of an X keysym (``Return``)."""

    evdev: Mapping[str, Button] = msgspec.field(default_factory=dict)
    x11: Mapping[str, Button] = msgspec.field(default_factory=dict)


def read_buttons(tables: Any, where: str) -> ButtonTables:
    """Make the tables of what a YAML file holds.

    Args:
        tables: A mapping with ``evdev`` and ``x11``, each from a key's name to a button.
        where: The file's name, for messages.

    Raises:
        BadData: Something in it is not known; all mistakes are named together.
    """
    problems: list[str] = []
    if not isinstance(tables, Mapping):
        raise BadData(where, "", "must be a mapping with the tables evdev and x11")
    problems += [f"{name}: no such table; allowed: evdev, x11" for name in tables if name not in ("evdev", "x11")]
    evdev, x11 = (_table(tables.get(name), name, problems) for name in ("evdev", "x11"))
    if problems:
        raise BadData(where, "", "; ".join(problems))
    return ButtonTables(evdev, x11)


def _table(keys: Any, name: str, problems: list[str]) -> dict[str, Button]:
    if not isinstance(keys, Mapping):
        problems.append(f"{name}: must be a table from keys to buttons")
        return {}
    allowed = get_args(Button)
    problems += [
        f"{name}.{key}: {button!r} is no button; allowed: {', '.join(allowed)}"
        for key, button in keys.items()
        if button not in allowed
    ]
    return {str(key): button for key, button in keys.items()}
