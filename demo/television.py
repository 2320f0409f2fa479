"""The virtual TV: a page on loopback with the live picture of a screen and a clickable remote control.

It is for trying the product in a browser on a machine without a TV. It listens on the loopback address only, and takes
key presses only from its own page (the Origin is checked).
"""

from __future__ import annotations

import io
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

import yaml
from PIL import Image

from demo.screen import VirtualScreen

PICTURES_PER_SECOND = 8
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
        self._screen = screen
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
            self._screen.press(self._keysyms[button])

    def picture(self) -> Image.Image:
        """Return what is on the screen now."""
        with self._lock:
            return self._screen.picture()

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def jpeg(self) -> bytes:
        """Return the picture as JPEG."""
        return _jpeg(self.picture())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    television: VirtualTelevision


class _Request(BaseHTTPRequestHandler):
    @property
    def television(self) -> VirtualTelevision:
        assert isinstance(self.server, _Server)
        return self.server.television

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing: the terminal belongs to the demo."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer("text/html; charset=utf-8", self.television.page)
        elif path == "/alive":
            self._answer("text/plain", b"ok")
        elif path == "/picture.jpeg":
            self._answer("image/jpeg", self.television.jpeg())
        elif path == "/picture.mjpeg":
            self._stream()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        if self.headers.get("Origin", "").rstrip("/") + "/" != self.television.address:
            self.send_error(HTTPStatus.FORBIDDEN, "only from this page")
            return
        try:
            self.television.press(self.path.removeprefix("/press/"))
        except KeyError:
            self.send_error(HTTPStatus.NOT_FOUND, "no such button")
            return
        self._answer("text/plain", b"ok")

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        last = None
        try:
            self.wfile.write(b"--picture\r\n")
            while True:
                picture = self.television.picture()
                if picture != last:
                    self._send_part(_jpeg(picture))
                last = picture
                time.sleep(1 / PICTURES_PER_SECOND)
        except (BrokenPipeError, ConnectionResetError):
            return  # the browser has gone

    def _send_part(self, jpeg: bytes) -> None:
        """Send one picture and the boundary after it: only then does a browser show it."""
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        self.wfile.write(head.encode() + jpeg + b"\r\n--picture\r\n")


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _page() -> bytes:
    return resources.files("demo").joinpath("remote.html").read_bytes()
