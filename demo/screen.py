"""A TV without a TV: an X server in memory, its picture, and key presses to it.

Used by the demo, the end-to-end tests and the benches. Keys go through the X server's XTEST extension, so the player
meets them as it would meet a keyboard.
"""

from __future__ import annotations

import os
import subprocess
import time
from types import TracebackType
from typing import Self

from PIL import Image
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

SIZE = (1280, 720)
START_SECONDS = 15.0


class VirtualScreen:
    """An Xvfb of its own, or a display that is already there.

    Args:
        size: Width and height in pixels.

    Raises:
        RuntimeError: The X server did not start.
    """

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        read_end, write_end = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{size[0]}x{size[1]}x24"]
            + ["-nolisten", "tcp", "-noreset"],
            pass_fds=(write_end,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb did not start (exit code {self._server.wait(5)})")
        self.name = f":{number}"
        self._display = Display(self.name)
        self.size = size

    def picture(self) -> Image.Image:
        """Return what is on the screen now."""
        root = self._display.screen().root
        raw = root.get_image(0, 0, *self.size, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", self.size, raw.data, "raw", "BGRX")

    def press(self, keysym: str, hold_s: float = 0.02) -> None:
        """Press and release the key of an X keysym name, such as ``Return`` or ``XF86Back``.

        Raises:
            ValueError: No such key on this keyboard.
        """
        code = self._display.keysym_to_keycode(_keysym(keysym))
        if not code:
            raise ValueError(f"no key for {keysym!r} on display {self.name}")
        xtest.fake_input(self._display, X.KeyPress, code)
        self._display.sync()
        time.sleep(hold_s)
        xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def close(self) -> None:
        """End the X server."""
        self._display.close()
        self._server.terminate()
        self._server.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _keysym(name: str) -> int:
    value = XK.string_to_keysym(name)
    if not value:
        XK.load_keysym_group("xf86")
        value = XK.string_to_keysym(name.replace("XF86", "XF86_", 1))
    if not value:
        raise ValueError(f"{name!r} is not the name of a key")
    return int(value)
