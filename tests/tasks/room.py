"""Somebody with a remote control in front of a box: the real step and screens, every press counted.

A press that neither the bottom bar nor a number on the screen names is remembered: nobody could know of it. While a
film runs and nothing lies over it, the panel that was last seen over it counts.
"""

from __future__ import annotations

import re
from typing import Final, TypeVar

from player.core.events import Button
from player.core.facts import JournalFacts, StoreFacts
from player.core.world import World
from player.screens.scene import Scene, Text
from player.screens.view import view
from tests.player.core.box import TestBox

from . import village

T = TypeVar("T")
CAPS: Final = {
    "ok": "确定", "back": "返回", "home": "主页", "up": "▲", "down": "▼", "left": "◀", "right": "▶", "menu": "菜单",
    "red": "红", "green": "绿", "yellow": "黄", "blue": "蓝", "info": "信息", "stop": "停止",
}  # fmt: skip
_ARROWS: Final = frozenset("▲▼◀▶")


class Room:
    """A box at home, on the evening of a group session.

    Args:
        journal: What the journal says at start; default: an empty one.
        store: What is on the box.
    """

    def __init__(self, journal: JournalFacts | None = None, store: StoreFacts | None = None) -> None:
        self.box = TestBox(wall_ms=village.NOW_MS, library=village.SHELF)
        self.box.start(journal, generation=village.published(), store=store or village.stored())
        self.presses: list[str] = []
        self.unnamed: list[str] = []
        self._panel = self.scene()

    @property
    def world(self) -> World:
        """What the box has decided and believes."""
        return self.box.world

    def press(self, keys: str) -> None:
        """Press buttons one after the other; their names are separated by spaces."""
        buttons: list[Button] = keys.split()  # type: ignore[assignment]  # checked by the keymap
        for button in buttons:
            if not names(self._seen(), button):
                self.unnamed.append(f"{button} as press {len(self.presses) + 1}")
            self.presses.append(button)
            self.box.press(button)
            self._seen()

    def _seen(self) -> Scene:
        """Return what somebody knows of the screen."""
        scene = self.scene()
        if scene.video and not scene.overlays:
            return self._panel
        self._panel = scene
        return scene

    def show(self, seconds: int) -> None:
        """Let the lesson that was opened last play on."""
        self.box.show(seconds)

    def scene(self) -> Scene:
        """Return what is on the screen."""
        return view(self.world, village.SHELF)

    def reads(self) -> str:
        """Return all words on the screen."""
        return "\n".join(words_of(self.scene()))

    def entry(self, kind: type[T]) -> T:
        """Return the last durable entry of a kind.

        Raises:
            AssertionError: There is none.
        """
        bodies = self.box.bodies(kind)
        assert bodies, f"no {kind.__name__} in the journal"
        return bodies[-1]


def words_of(scene: Scene) -> list[str]:
    """Return the words of a scene, those over a moving picture too."""
    marks = [*scene.marks, *(mark for overlay in scene.overlays for mark in overlay.marks)]
    return [mark.words for mark in marks if isinstance(mark, Text)]


def names(scene: Scene, button: str) -> bool:
    """Return whether the screen says that a button does something: its cap in the bar, or its number somewhere."""
    return any(_names(words, button) for words in words_of(scene))


def _names(words: str, button: str) -> bool:
    if button.isdigit():
        span = re.fullmatch(r"(\d)–(\d)", words)
        return span[1] <= button <= span[2] if span else button in words.split() or words.startswith(f"{button}  ")
    cap = CAPS[button]
    return cap in words and set(words) <= _ARROWS if cap in _ARROWS else words == cap
