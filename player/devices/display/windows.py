"""Windows of the X server that show boards. What a board holds is kept in the server as the window's background, so the
server itself repaints what was covered, even while this process is busy.
"""

from __future__ import annotations

from typing import Any, Final

import pygame
from Xlib import X
from Xlib.display import Display as Connection

from .board import Board

STRIP_BYTES: Final = 250_000  # python-xlib speaks the protocol without BIG-REQUESTS: 256 kB a request


class Pane:
    """A board in a window.

    Args:
        connection: To the X server.
        window: Its window, as large as the board.
        board: What it shows.
    """

    def __init__(self, connection: Connection, window: Any, board: Board) -> None:
        self.window, self.board = window, board
        self._connection = connection
        self._pixmap = window.create_pixmap(*board.surface.get_size(), 24)
        self._pen = self._pixmap.create_gc()
        self.mapped = False

    def present(self, areas: list[pygame.Rect]) -> None:
        """Bring these rectangles of the board to the server and onto the window."""
        if not areas:
            return
        for area in areas:
            self._send(area)
        self.window.change_attributes(background_pixmap=self._pixmap)
        for area in areas:
            self.window.clear_area(area.x, area.y, area.width, area.height)

    def set_mapped(self, mapped: bool) -> None:
        """Show or hide the window; shown, it lies above its siblings."""
        if mapped == self.mapped:
            return
        self.mapped = mapped
        if mapped:
            self.window.configure(stack_mode=X.Above)
            self.window.map()
        else:
            self.window.unmap()

    def close(self) -> None:
        """Give window and picture back to the server."""
        self.window.destroy()
        self._pixmap.free()
        self._pen.free()

    def _send(self, area: pygame.Rect) -> None:
        rows = max(1, STRIP_BYTES // (area.width * 4))
        for top in range(area.top, area.bottom, rows):
            part = pygame.Rect(area.left, top, area.width, min(rows, area.bottom - top))
            data = pygame.image.tobytes(self.board.surface.subsurface(part), "BGRA")
            self._pixmap.put_image(self._pen, part.x, part.y, part.width, part.height, X.ZPixmap, 24, 0, data)
            self._connection.flush()
