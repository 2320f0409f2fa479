"""What watching a live channel costs the line, and whether people are asked first. Pure.

A channel by multicast costs nothing. One over the box's own line is received at the channel's rate, whatever windows
and cap say, for it cannot wait and cannot be slowed. So while a window is closed, and where there is a cap or a monthly
allowance, it begins only when people have read what it costs and said yes; else it begins at once. A window that closes
while people watch does not end it: they are told. The allowance ends it all the same (`allowance`). Callers: the life
of a channel (`live`), and the screens that offer it.
"""

from __future__ import annotations

from typing import Literal

from playlists.documents import LiveChannel

from . import limits
from .allowance import allowed_bytes
from .world import World

Reason = Literal["closed", "metered", "capped"]


def is_over_line(channel: LiveChannel) -> bool:
    """Return whether it comes over the box's own line, and not by multicast."""
    return channel.url.startswith(("http", "rtsp"))


def reason_to_ask(world: World, channel: LiveChannel) -> Reason | None:
    """Return what people should know before it begins; the gravest alone, None if nothing."""
    if not is_over_line(channel):
        return None
    if not limits.is_open(world):
        return "closed"
    if limits.monthly_bytes(world) is not None:
        return "metered"
    return "capped" if limits.bits_per_second(world) is not None else None


def left_bytes(world: World) -> int | None:
    """Return how much of the month's allowance may still go to live channels; None if the line is not metered."""
    monthly = limits.monthly_bytes(world)
    return None if monthly is None else max(0, allowed_bytes(monthly, "live") - world.store.spent.total_bytes)
