"""The virtual TV: a page on loopback with the live picture of a screen and a clickable remote control.

It is for trying the product in a browser on a machine without a TV. It listens on the loopback address only, and takes
key presses only from its own page (the Origin is checked).
"""

from __future__ import annotations

import io
import sys
import threading
import time
import zlib
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

import yaml
from PIL import Image

from demo.screen import VirtualScreen
from demo.stage import DemoFailed
from demo.stick import VirtualStick

PICTURES_PER_SECOND = 12
STILL_SECONDS = 2.0  # so often a page hears from us while the picture stands still
JPEG_QUALITY = 78


def keysyms() -> dict[str, str]:
    """Return an X keysym name for each button of the remote control, from the player's own key table."""
    table = yaml.safe_load(resources.files("config").joinpath("keymaps/buttons.yaml").read_text("utf-8"))
    names: dict[str, str] = {}
    for keysym, button in table["x11"].items():
        names.setdefault(str(button), str(keysym))
    return names


class VirtualTelevision:
    """Serves the page for one screen until `close`.

    Args:
        screen: The screen to show.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        first_steps: HTML that stands on the page below the television.

    Raises:
        OSError: The port is in use.
    """

    def __init__(self, screen: VirtualScreen, port: int = 0, first_steps: str = "") -> None:
        self.screen = screen
        self.stick: VirtualStick | None = None  # given when there is a box to put it in
        self._lock = threading.Lock()
        self._keysyms = keysyms()
        self.page = _page().replace(b"<!--first steps-->", first_steps.encode())
        self._server = _Server(("127.0.0.1", port), _Request)
        self._server.television = self
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, name="virtual-tv", daemon=True).start()

    def press(self, button: str) -> None:
        """Press a button of the remote control by its name, such as ``ok`` or ``volume-up``.

        Raises:
            KeyError: No such button.
        """
        with self._lock:
            self.screen.press(self._keysyms[button])

    def picture(self) -> Image.Image:
        """Return what is on the screen now."""
        with self._lock:
            return self.screen.picture()

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    television: VirtualTelevision

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away is no error; everything else is said as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def television(self) -> VirtualTelevision:
        assert isinstance(self.server, _Server)
        return self.server.television

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing: the terminal belongs to the demo."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/":
            self._answer("text/html; charset=utf-8", self.television.page)
        elif path == "/picture.jpeg":
            self._picture(query.removeprefix("after="))
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if self.headers.get("Origin", "").rstrip("/") + "/" != self.television.address:
            self.send_error(HTTPStatus.FORBIDDEN, "only from this page")
            return
        if self.path == "/stick":
            self._turn_stick()
            return
        try:
            self.television.press(self.path.removeprefix("/press/"))
        except KeyError:
            self.send_error(HTTPStatus.NOT_FOUND, "no such button")
            return
        self._answer("text/plain", b"ok")

    def _turn_stick(self) -> None:
        stick = self.television.stick
        if stick is None:
            self.send_error(HTTPStatus.NOT_FOUND, "no stick here yet")
            return
        try:
            stick.turn()
        except (DemoFailed, OSError) as error:
            self._answer("text/plain; charset=utf-8", str(error).encode(), status=HTTPStatus.CONFLICT)
            return
        self._answer("text/plain", b"ok")

    def _picture(self, seen: str) -> None:
        """Answer with the picture as soon as it is another one than ``seen``, or after a while with the same."""
        deadline = time.monotonic() + STILL_SECONDS
        while True:
            picture = self.television.picture()
            mark = f"{zlib.crc32(picture.tobytes()):08x}"
            if mark != seen or time.monotonic() > deadline:
                break
            time.sleep(1 / PICTURES_PER_SECOND)
        self._answer("image/jpeg", _jpeg(picture), mark)

    def _answer(self, kind: str, body: bytes, mark: str = "", status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Picture", mark)
        self.send_header("X-Stick", "in" if (stick := self.television.stick) and stick.is_in else "out")
        self.end_headers()
        self.wfile.write(body)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _page() -> bytes:
    return resources.files("demo").joinpath("remote.html").read_bytes()
