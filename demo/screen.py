"""A TV without a TV: an X server in memory, its picture, and key presses to it.

Used by the demo, the end-to-end tests and the benches. Keys go through the X server's XTEST extension, so the player
meets them as it would meet a keyboard. The picture is read from the frame buffer that Xvfb keeps as a file in the
XWD format, so that looking costs the server nothing.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

SIZE = (1280, 720)
XWD_COLOUR_BYTES = 12


class VirtualScreen:
    """An X server of its own.

    Args:
        size: Width and height in pixels.

    Raises:
        RuntimeError: The X server did not start.
    """

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        self.size = size
        self._folder = tempfile.TemporaryDirectory(prefix="yuanjiao-screen-")
        self._server, self.name = _start_server(size, self._folder.name)
        self._display = Display(self.name)
        with (Path(self._folder.name) / "Xvfb_screen0").open("rb") as file:
            self._frame = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header_bytes, *_rest = fields = struct.unpack(">25I", self._frame[:100])
        self._pixels, self._line_bytes = header_bytes + fields[19] * XWD_COLOUR_BYTES, fields[12]

    def picture(self) -> Image.Image:
        """Return what is on the screen now."""
        raw = self._frame[self._pixels : self._pixels + self._line_bytes * self.size[1]]
        return Image.frombytes("RGB", self.size, raw, "raw", "BGRX", self._line_bytes)

    def rows(self, top: int, bottom: int) -> bytes:
        """Return the raw pixels of some rows: the quickest way to see that something has changed."""
        start = self._pixels + top * self._line_bytes
        return self._frame[start : start + (bottom - top) * self._line_bytes]

    def region(self, left: int, top: int, right: int, bottom: int) -> bytes:
        """Return the raw pixels of a rectangle; over the screen's whole width that costs least."""
        if (left, right) == (0, self.size[0]) and self._line_bytes == right * 4:
            return self.rows(top, bottom)
        starts = range(
            self._pixels + top * self._line_bytes, self._pixels + bottom * self._line_bytes, self._line_bytes
        )
        return b"".join(self._frame[start + left * 4 : start + right * 4] for start in starts)

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Return red, green and blue of one pixel."""
        blue, green, red = self.region(x, y, x + 1, y + 1)[:3]
        return red, green, blue

    def press(self, keysym: str, hold_s: float = 0.02) -> None:
        """Press and release the key of an X keysym name, such as ``Return`` or ``XF86Back``.

        Raises:
            ValueError: No such key on this keyboard.
        """
        self.key(keysym, X.KeyPress)
        time.sleep(hold_s)
        self.key(keysym, X.KeyRelease)

    def key(self, keysym: str, event: int = X.KeyPress) -> None:
        """Press a key, or release it with ``X.KeyRelease``.

        Raises:
            ValueError: No such key on this keyboard.
        """
        code = self._display.keysym_to_keycode(number_of(keysym))
        if not code:
            raise ValueError(f"no key for {keysym!r} on display {self.name}")
        xtest.fake_input(self._display, event, code)
        self._display.flush()

    def close(self) -> None:
        """End the X server."""
        self._display.close()
        self._frame.close()
        self._server.terminate()
        self._server.wait(10)
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _start_server(size: tuple[int, int], folder: str) -> tuple[subprocess.Popen[bytes], str]:
    read_end, write_end = os.pipe()
    screen = ["-screen", "0", f"{size[0]}x{size[1]}x24", "-fbdir", folder]
    server = subprocess.Popen(
        [
            "setpriv",
            "--pdeathsig",
            "TERM",
            "--",
            "Xvfb",
            "-displayfd",
            str(write_end),
            *screen,
            "-nolisten",
            "tcp",
            "-noreset",
        ],
        pass_fds=(write_end,),
        start_new_session=True,  # Ctrl-C in the terminal is not for it
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    if not number:
        raise RuntimeError(f"Xvfb did not start (exit code {server.wait(5)})")
    return server, f":{number}"


def number_of(name: str) -> int:
    """Return the number of a keysym.

    Raises:
        ValueError: X knows no such name.
    """
    value = XK.string_to_keysym(name)
    if not value:
        XK.load_keysym_group("xf86")
        value = XK.string_to_keysym(name if name.startswith("XF86_") else name.replace("XF86", "XF86_", 1))
    if not value:
        raise ValueError(f"{name!r} is not the name of a key")
    return int(value)
