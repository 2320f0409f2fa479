"""A web server that misbehaves as told: over a folder, with Range and ETag, and a list of faults to commit.

``server.faults`` are used up one a request whose path contains ``path``; a fault with ``always`` stays. What
was asked and how many body bytes were sent is remembered in ``server.requests``.
"""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

Kind = Literal[
    "reset", "silence", "truncate", "flip", "no-range", "wrong-range", "short-range", "other-range", "portal",
    "redirect", "status", "encoded", "changed", "never-answer", "garbage", "redirect-home", "endless", "trickle",
    "longer", "slow-head", "cached",
]  # fmt: skip


@dataclass
class Fault:
    """A misbehaviour: ``after`` body bytes where that means something; ``status`` and ``headers`` likewise.

    ``trickle``: from there on a byte ten times a second. ``longer``: more body than said. ``slow-head``: a byte of the
    head a second. ``cached``: a copy that has gone bad is given to whoever does not ask past it.
    """

    kind: Kind
    after: int = 0
    path: str = ""
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    always: bool = False


@dataclass
class Request:
    """What a client asked, and what it was sent."""

    path: str
    range: str
    if_range: str
    encoding: str
    sent: int = 0
    body: bytes = b""
    cache_control: str = ""


class FakeServer:
    """The server; see `serving`. ``bytes_per_s`` paces bodies, ``answers`` are for POST and other paths."""

    def __init__(
        self, folder: Path, tls: ssl.SSLContext | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.bytes_per_s: float | None = None
        self.silence_s = 30.0
        self.send_buffer_bytes: int | None = 16_384  # small, so that `sent` is nearly what has arrived
        self._files: dict[Path, tuple[float, bytes, str]] = {}
        self._lock = threading.Lock()
        self._gone = threading.Event()
        self._server = _Server((host, port), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """Its port."""
        return self._server.server_port

    @property
    def listener(self) -> socket.socket:
        """The socket that takes calls."""
        return self._server.socket

    @property
    def sent(self) -> int:
        """All body bytes sent so far."""
        return sum(request.sent for request in self.requests)

    def fault_for(self, path: str) -> Fault | None:
        """Return the next fault for a path, and use it up."""
        with self._lock:
            for fault in self.faults:
                if fault.path in path:
                    if not fault.always:
                        self.faults.remove(fault)
                    return fault
        return None

    def file(self, path: Path) -> tuple[bytes, str]:
        """Return a file and its tag; read and hashed once, however often it is asked for."""
        changed = path.stat().st_mtime
        if self._files.get(path, (0.0,))[0] != changed:
            data = path.read_bytes()
            self._files[path] = (changed, data, _tag(data))
        return self._files[path][1:]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._gone.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def is_gone(self) -> bool:
        """Whether the test is over."""
        return self._gone.is_set()

    def wait(self, seconds: float) -> None:
        """Be silent, but not longer than the test lasts."""
        self._gone.wait(seconds)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(_Handler):
            server_of_test = fake

        return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Let a client that hangs up go without a word; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_test: FakeServer

    def log_message(self, *_: object) -> None:
        pass

    def setup(self) -> None:
        if (size := self.server_of_test.send_buffer_bytes) is not None:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        super().setup()

    def do_GET(self) -> None:
        fake = self.server_of_test
        asked = Request(
            self.path,
            self.headers.get("Range", ""),
            self.headers.get("If-Range", ""),
            self.headers.get("Accept-Encoding", ""),
            cache_control=self.headers.get("Cache-Control", ""),
        )
        fake.requests.append(asked)
        fault = fake.fault_for(self.path)
        kind = fault.kind if fault else None
        if fault and kind in ("never-answer", "garbage", "portal", "redirect", "redirect-home", "status", "endless"):
            self._answer_wrongly(fault)
        elif (path := fake.folder / self.path.lstrip("/")).is_file():
            self._give(*fake.file(path), asked, fault)
        else:
            self._say(404, b"not here", {})

    def _answer_wrongly(self, fault: Fault) -> None:
        fake = self.server_of_test
        if fault.kind == "never-answer":
            fake.wait(fake.silence_s)
            self.close_connection = True
        elif fault.kind == "garbage":
            self.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            self.close_connection = True
        elif fault.kind == "portal":
            self._say(200, b"<html><title>Log in</title></html>", {"Content-Type": "text/html"})
        elif fault.kind == "endless":
            self._never_end()
        elif fault.kind == "status":
            self._say(fault.status, b"no", fault.headers)
        else:
            where = "http://login.invalid/" if fault.kind == "redirect" else fake.base + self.path
            self._say(302, b"", {"Location": where})

    def _never_end(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.server_of_test.is_gone:
                self.connection.sendall(b"{" * 65_536)

    def _give(self, data: bytes, tag: str, asked: Request, fault: Fault | None) -> None:
        kind = fault.kind if fault else None
        if kind == "changed" or (kind == "cached" and not asked.cache_control):
            data = bytes(byte ^ 0x55 for byte in data)
            tag = _tag(data)
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.range)
        fresh = not asked.if_range or asked.if_range == tag
        if not found or not fresh or kind == "no-range":
            self._send(200, data, {"ETag": tag}, asked, fault)
            return
        start, end = int(found[1]), int(found[2] or len(data) - 1)
        end = min(end, len(data) - 1)
        if start > end:
            self._say(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        part = data[start : end + 1]
        if kind == "wrong-range":  # other bytes, and says so
            part, start, end = data[: len(part)], 0, len(part) - 1
        if kind == "short-range":
            part = part[: max(1, len(part) // 2)]
            end = start + len(part) - 1
        total = 7 if kind == "other-range" else len(data)
        self._send(206, part, {"ETag": tag, "Content-Range": f"bytes {start}-{end}/{total}"}, asked, fault)

    def _send(self, status: int, body: bytes, headers: dict[str, str], asked: Request, fault: Fault | None) -> None:
        kind, after = (fault.kind, fault.after) if fault else (None, 0)
        if kind == "slow-head":
            self._write_slowly(b"HTTP/1.1 206 Partial", 1.0)
            return
        if kind == "encoded":
            headers = {**headers, "Content-Encoding": "gzip"}
        if kind == "flip" and after < len(body):
            body = body[:after] + bytes([body[after] ^ 1]) + body[after + 1 :]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Accept-Ranges": "bytes", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if kind not in ("reset", "silence", "truncate", "trickle"):
            self._write(body + bytes(5_000 if kind == "longer" else 0), asked)
        elif self._write(body[:after], asked):
            self._break_off(str(kind), body[after:], asked)

    def _break_off(self, kind: str, rest: bytes, asked: Request) -> None:
        if kind == "trickle":
            asked.sent += self._write_slowly(rest, 0.1)
        if kind == "silence":
            self.server_of_test.wait(self.server_of_test.silence_s)
        if kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _write_slowly(self, data: bytes, pause_s: float) -> int:
        """Send a byte at a time until the client or the test has gone; return how many."""
        self.close_connection = True
        for sent in range(len(data)):
            try:
                self.connection.sendall(data[sent : sent + 1])
            except OSError:
                return sent
            self.server_of_test.wait(pause_s)
            if self.server_of_test.is_gone:
                return sent
        return len(data)

    def _write(self, body: bytes, asked: Request) -> bool:
        rate = self.server_of_test.bytes_per_s
        step = 65_536 if rate is None else 8_192
        try:
            for at in range(0, len(body), step):
                piece = body[at : at + step]
                self.connection.sendall(piece)
                asked.sent += len(piece)
                if rate is not None:
                    time.sleep(len(piece) / rate)
        except OSError:
            self.close_connection = True
            return False
        return True

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _tag(data: bytes) -> str:
    return '"' + hashlib.sha256(data).hexdigest()[:16] + '"'


@contextmanager
def serving(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[FakeServer]:
    """Serve a folder on a free port of loopback."""
    server = FakeServer(folder, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()
