"""A television that remembers what it was shown."""

from __future__ import annotations

from player.screens.scene import Scene


class FakeDisplay:
    """The display port without a screen."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []
        self.broken = False

    def show(self, scene: Scene) -> None:
        if self.broken:
            raise OSError("the cable is out")
        self.scenes.append(scene)
