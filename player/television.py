"""The television of a run: an X11 screen, or none. Used by `player.app`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from player.core.events import Button
from player.ports import Display, Emit
from player.screens.scene import Scene
from player.store.names import StoreNames


class Television(Display, Protocol):
    """A display with a life, and perhaps a window for the moving picture."""

    @property
    def video_window_id(self) -> int:
        """The X11 window for libVLC, 0 for none."""

    def start(self, emit: Emit) -> None:
        """Come up; the window's keyboard is heard from now on."""

    def stop(self) -> None:
        """Go."""


class NoTelevision:
    """``--windowless``: nothing is shown, the picture plays unseen; for servers and tests."""

    video_window_id = 0

    def start(self, emit: Emit) -> None:
        """Do nothing."""

    def show(self, scene: Scene) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


def television(
    names: StoreNames,
    buttons: Mapping[str, Button],
    *,
    windowless: bool,
    size: tuple[int, int] | None,
    overscan_percent: int = 5,
) -> Television:
    """Return the television, not yet started.

    Args:
        names: Where posters lie.
        buttons: Our button by X keysym name.
        windowless: Whether to have none.
        size: Of a window on a desktop, in pixels; None for the whole screen.
        overscan_percent: What the television cuts off on each side.
    """
    if windowless:
        return NoTelevision()
    from player.devices.display.screen import X11Display  # noqa: PLC0415 - pygame only where there is a television

    def find_blob(sha256: str) -> Path | None:
        path = names.media(sha256)
        return path if path.exists() else None

    return X11Display(buttons, find_blob, size=size, overscan_percent=overscan_percent)
