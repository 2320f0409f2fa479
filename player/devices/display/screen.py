"""The display on X11: one window over the whole screen, a child of it for the moving picture, and above that opaque
windows for what lies over the picture. Used by the loop's thread alone.

    parent (menus) ── video (libVLC of a child process draws into it; shown while a scene has video)
                   └─ overlays (panel, notice)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from Xlib import X, Xatom
from Xlib.display import Display as Connection
from Xlib.error import ConnectionClosedError, DisplayError

from player.core.events import Button
from player.ports import Emit
from player.screens.scene import Overlay, Scene
from playlists.errors import FailedAttempt

from .board import Board
from .brush import Brush, FindBlob
from .fonts import Typeface
from .keyboard import Keyboard
from .windows import Pane

_MOST_OVERLAYS = 6
_Place = tuple[int, int, int, int]


class X11Display:
    """The television as an X11 screen; implements `player.ports.Display`.

    Args:
        buttons: Our button by X keysym name.
        find_blob: Where a poster's blob lies; None if it is not here.
        address: The X server, such as ``:0``; None for ``$DISPLAY``.
        size: Of a window on a desktop, in pixels; None for the whole screen.
        overscan_percent: What the television cuts off on each side.
    """

    def __init__(
        self,
        buttons: Mapping[str, Button],
        find_blob: FindBlob,
        *,
        address: str | None = None,
        size: tuple[int, int] | None = None,
        overscan_percent: int = 5,
    ) -> None:
        self._buttons, self._find_blob = buttons, find_blob
        self._overscan_percent = overscan_percent
        self._address, self._wanted_size = address, size
        self._connection: Connection | None = None
        self._keyboard: Keyboard | None = None
        self._overlays: dict[_Place, Pane] = {}
        self._shown: Scene | None = None

    @property
    def video_window_id(self) -> int:
        """The X11 id of the window for the moving picture; known once started."""
        assert self._connection is not None, "the display has not been started"
        return int(self._video.id)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels; known once started."""
        return self._brush.size

    def start(self, emit: Emit) -> None:
        """Open the windows and listen to the keyboard.

        Raises:
            FailedAttempt: There is no X server, it has no 24-bit picture, or no Chinese font is installed.
        """
        typeface = Typeface()
        self._connection = connection = self._connect()
        root = connection.screen().root
        geometry = root.get_geometry()
        size = self._wanted_size or (geometry.width, geometry.height)
        self._brush = Brush(size, typeface, self._find_blob, self._overscan_percent)
        self._window = self._open(root, size)
        self._pane = Pane(connection, self._window, Board(self._brush, None))
        self._video = self._child(0, 0, *size)
        self._prepare_screen()
        self._pane.set_mapped(True)
        connection.sync()
        self._keyboard = Keyboard(connection.get_display_name(), self._window.id, self._buttons, emit)
        self._keyboard.start()

    def show(self, scene: Scene) -> None:
        """Make the screen look like the scene."""
        if scene == self._shown:
            return
        self._shown = scene
        if not scene.video:
            self._pane.present(self._pane.board.paint(scene.background, scene.marks))
        self._show_overlays(scene.overlays if scene.video else ())
        self._show_video(scene.video)
        self._require().sync()  # python-xlib's flush may leave a part unsent until the next request

    def stop(self) -> None:
        """Close the windows and end the keyboard's thread."""
        if self._keyboard is not None:
            self._keyboard.stop()
        if self._connection is not None:
            with suppress(ConnectionClosedError, OSError):  # the server may have gone first
                self._connection.close()
        self._connection = self._keyboard = self._shown = None
        self._overlays.clear()

    def _require(self) -> Connection:
        assert self._connection is not None, "the display has not been started"
        return self._connection

    def _connect(self) -> Connection:
        address = self._address or os.environ.get("DISPLAY")
        if not address:
            raise FailedAttempt("open the television", "no X server: DISPLAY is not set")
        try:
            connection = Connection(address)
        except (DisplayError, OSError) as error:
            raise FailedAttempt("open the television", f"X server {address}: {error}") from error
        if connection.screen().root_depth != 24:
            depth = connection.screen().root_depth
            connection.close()
            raise FailedAttempt("open the television", f"X server has {depth} bits a pixel, 24 are needed", retry=False)
        return connection

    def _open(self, root: Any, size: tuple[int, int]) -> Any:
        window = root.create_window(
            0, 0, *size, 0, 24, X.InputOutput, X.CopyFromParent, background_pixel=0, border_pixel=0
        )
        window.set_wm_name("Yuanjiao")
        if self._wanted_size is None:
            atom = self._require().intern_atom
            window.change_property(
                atom("_NET_WM_STATE"), Xatom.ATOM, 32, [atom("_NET_WM_STATE_FULLSCREEN")], X.PropModeReplace
            )
        else:
            window.set_wm_normal_hints(
                flags=0x30, min_width=size[0], min_height=size[1], max_width=size[0], max_height=size[1]
            )
        return window

    def _child(self, x: int, y: int, width: int, height: int) -> Any:
        return self._window.create_window(
            x, y, width, height, 0, 24, X.InputOutput, X.CopyFromParent, background_pixel=0, border_pixel=0
        )

    def _prepare_screen(self) -> None:
        """No screen saver, no sleep of the television, no pointer."""
        connection = self._require()
        connection.set_screen_saver(0, 0, X.DefaultBlanking, X.DefaultExposures)
        if connection.has_extension("DPMS"):
            connection.dpms_disable()
        nothing = self._window.create_pixmap(1, 1, 1)
        pen = nothing.create_gc(foreground=0, background=0)
        nothing.fill_rectangle(pen, 0, 0, 1, 1)
        self._window.change_attributes(cursor=nothing.create_cursor(nothing, (0, 0, 0), (0, 0, 0), 0, 0))
        pen.free()
        nothing.free()

    def _show_video(self, visible: bool) -> None:
        if visible:
            self._video.map()
        else:
            self._video.unmap()

    def _show_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        wanted = {(one.x, one.y, one.width, one.height): one for one in overlays}
        for place, one in wanted.items():
            pane = self._overlays.get(place) or self._new_overlay(place)
            pane.present(pane.board.paint((0, 0, 0), one.marks))
            pane.set_mapped(True)
        for place, pane in self._overlays.items():
            if place not in wanted:
                pane.set_mapped(False)

    def _new_overlay(self, place: _Place) -> Pane:
        if len(self._overlays) >= _MOST_OVERLAYS:
            self._overlays.pop(next(iter(self._overlays))).close()
        board = Board(self._brush, place)
        pane = Pane(self._require(), self._child(*board.place), board)
        self._overlays[place] = pane
        return pane
