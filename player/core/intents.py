"""What a person means by a key, and where: the vocabulary between remote controls and screens.

A `Keymap` turns (context, button, press) into an intent; `player.screens.react` turns an intent into
navigation and actions. Digits stay digits: a screen says what they do (a tile on home, a row in a list, a
figure in a form).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from .events import Button, Press

Intent = Literal[
    "up", "down", "left", "right", "select", "back", "home", "menu",
    "digit-0", "digit-1", "digit-2", "digit-3", "digit-4", "digit-5", "digit-6", "digit-7", "digit-8", "digit-9",
    "pause", "seek-back", "seek-forward", "seek-back-far", "seek-forward-far",
    "seek-back-held", "seek-forward-held", "seek-back-far-held", "seek-forward-far-held", "next", "previous", "stop",
    "volume-up", "volume-down", "mute", "info", "red", "green", "yellow", "blue",
    "clear",
]  # fmt: skip

Context = Literal[
    "home",  # 主页
    "list",  # categories, courses, lessons, sessions: rows or tiles
    "number",  # a course number is keyed in
    "search",  # digits name a course by its initials or number
    "text",  # digits spell words
    "playing",  # a moving picture
    "gathering",  # the card before a session, or "continue after the power cut"
    "heads",  # the head count form
    "card",  # something to read: closing card, status, a wait
    "question",  # yes or no
    "fault",  # a lesson that cannot be shown
]


class Keymap(msgspec.Struct, frozen=True):
    """What keys mean: read from ``config/keymaps/contexts.yaml`` by `player.core.keymap.read_keymap`."""

    intents: Mapping[tuple[Context, Button, Press], Intent] = msgspec.field(default_factory=dict)
