"""A virtual X11 screen for tests: its pixels can be looked at, its keys pressed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest


@contextmanager
def virtual_screen(size: str = "1280x720") -> Iterator[str]:
    """Run Xvfb and yield its DISPLAY."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


class Viewer:
    """Somebody in front of the screen."""

    def __init__(self, name: str) -> None:
        self._display = Display(name)
        self._root = self._display.screen().root

    def sees(self) -> bytes:
        """Return the pixels of the upper half, where no panel lies over the picture."""
        geometry = self._root.get_geometry()
        image = self._root.get_image(0, 0, geometry.width, geometry.height // 2, X.ZPixmap, 0xFFFFFFFF)
        return bytes(image.data)

    def sees_movement(self, within_s: float = 10) -> bool:
        """Tell whether the picture changes at least three times."""
        seen = {self.sees()}
        for _ in range(int(within_s / 0.1)):
            time.sleep(0.1)
            seen.add(self.sees())
            if len(seen) > 3:
                return True
        return False

    def press(self, *keys: str) -> None:
        """Press keys by their X names."""
        for name in keys:
            code = self._display.keysym_to_keycode(XK.string_to_keysym(name))
            for what in (X.KeyPress, X.KeyRelease):
                xtest.fake_input(self._display, what, code)
            self._display.sync()
            time.sleep(0.15)

    def close(self) -> None:
        """Go away."""
        self._display.close()
