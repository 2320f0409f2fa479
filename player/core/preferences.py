"""What people at the television have chosen (设置): one small value, kept on the box, there before the first picture.

It holds what is chosen with the remote control; what an operator decides is `config/player.yaml`. It is changed by one
action, `SetPreferences`: the world has the new value at once, the disk soon after. No telephone may change it. Read by
screens and lives as ``world.preferences``; kept by `player.devices.preferences`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, get_args

import msgspec
from msgspec import Meta

Language = Literal["zh_CN", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Percent = Annotated[int, Meta(ge=0, le=100)]
Loudest = Annotated[int, Meta(ge=10, le=100)]  # a box that can never be heard is a fault, not a choice
SCAN_CODES: Final = 1 << 32  # from here on: the code of a remote's key that the kernel has no number for (MSC_SCAN)
KeyNumber = Annotated[int, Meta(ge=1, lt=1 << 33)]  # linux/input-event-codes.h
LearntButton = Literal[
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "up", "down", "left", "right", "ok", "back", "home", "menu", "play-pause", "stop",
    "volume-up", "volume-down", "mute",
]  # fmt: skip


class Preferences(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is chosen at this box.

    Args:
        language: Of the screens.
        large_type: Larger letters, fewer rows.
        day_percent: The volume by day; None as `config/player.yaml` says.
        night_percent: Likewise at night.
        most_percent: The volume is never turned up further.
        kept_courses: What the store does not remove by itself (保留), by id.
        unwanted_courses: What was deleted by hand, and does not come again as mere stock.
        small_first_until_ms: What is due until this wall time comes in the smallest picture first (先下最低清晰度).
        keys: What a remote control was taught: our button by the kernel's key number, stronger than the tables.
        prompts: Whether recorded words are heard at the main steps.
        music: Whether there is music while people gather.
    """

    language: Language = "zh_CN"
    large_type: bool = False
    day_percent: Percent | None = None
    night_percent: Percent | None = None
    most_percent: Loudest = 100
    keys: dict[KeyNumber, LearntButton] = {}
    kept_courses: tuple[str, ...] = ()
    unwanted_courses: tuple[str, ...] = ()
    small_first_until_ms: int = 0
    prompts: bool = True
    music: bool = True


def decoded(data: bytes) -> Preferences:
    """Return what a file of preferences says; what it does not name is as at first.

    Raises:
        msgspec.MsgspecError: It is no such file.
        UnicodeDecodeError: Likewise.
    """
    return msgspec.json.decode(data, type=Preferences)


def encoded(preferences: Preferences) -> bytes:
    """Return the file: JSON that a person can read."""
    known: dict[str, Any] = {"format": 1, **msgspec.to_builtins(preferences, str_keys=True)}
    return msgspec.json.format(msgspec.json.encode(known), indent=2) + b"\n"
