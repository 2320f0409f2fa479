"""A wire keeps its connection while that is sound, and speaks HTTP that servers understand."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from player.workers.messages import Line
from player.workers.toll import Toll
from player.workers.wires import Wire
from tests.fakes.county_server import secure
from tests.fakes.http_server import serving

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Server:
    """Answers each request on a call by the same bytes, so often, and hangs up."""

    def __init__(self, answers_a_call: int, answer: bytes, family: socket.AddressFamily = socket.AF_INET) -> None:
        self.answers_a_call, self.answer = answers_a_call, answer
        self.heads: list[bytes] = []
        self.calls = 0
        self.hung_up = threading.Event()
        self.listener = socket.create_server(("::1" if family is socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                call = self.listener.accept()[0]
                self.calls += 1
                threading.Thread(target=self._answer, args=(call,), daemon=True).start()

    def _answer(self, call: socket.socket) -> None:
        with call, suppress(OSError):
            for _ in range(self.answers_a_call):
                self.heads.append(call.recv(4096))
                call.sendall(self.answer)
        self.hung_up.set()


@pytest.fixture
def server() -> Iterator[Server]:
    yield from _served(Server(2, ANSWER))


def _served(server: Server) -> Iterator[Server]:
    with closing(server.listener):
        yield server
        server.listener.shutdown(socket.SHUT_RDWR)


def wire_to(base: str, **line: str) -> Wire:
    return Wire(base, Line(**line), Toll(None, "session"), {})  # type: ignore[arg-type]


def ask(wire: Wire, url: str, length: int = -1) -> bytes:
    with wire.get(url, {"Range": "bytes=0-4"}) as answer:
        return answer.read1(length)


def test_a_connection_is_kept_and_one_that_the_server_closed_meanwhile_is_made_anew(server: Server) -> None:
    base = f"http://127.0.0.1:{server.port}/"
    wire = wire_to(base)
    assert [ask(wire, f"{base}film") for _ in range(2)] == [b"hello"] * 2
    assert server.calls == 1
    assert server.hung_up.wait(10)
    assert ask(wire, f"{base}film") == b"hello"
    assert server.calls == 2


def test_a_connection_on_which_something_is_left_unread_is_not_used_again(server: Server) -> None:
    base = f"http://127.0.0.1:{server.port}/"
    wire = wire_to(base)
    assert ask(wire, f"{base}film", 2) == b"he"
    assert ask(wire, f"{base}film") == b"hello"
    assert server.calls == 2


def test_more_than_was_asked_for_is_no_part_of_the_next_answer() -> None:
    for server in _served(Server(2, ANSWER + b"HTTP/1.1 404 of somebody else\r\n\r\n")):
        base = f"http://127.0.0.1:{server.port}/"
        wire = wire_to(base)
        assert [ask(wire, f"{base}film") for _ in range(2)] == [b"hello"] * 2


def test_what_is_no_http_is_said_to_be_none() -> None:
    for server in _served(Server(1, b"220 mail.example ready\r\n")):
        with pytest.raises(HTTPException):
            ask(wire_to(f"http://127.0.0.1:{server.port}/"), "http://127.0.0.1/film")


def test_a_server_is_told_whom_it_is_called_by_what_is_wanted_and_by_whom() -> None:
    for server in _served(Server(1, ANSWER, socket.AF_INET6)):
        base = f"http://[::1]:{server.port}/"
        ask(wire_to(base), f"{base}媒体/a b?c=d%20e")
        first, *more = server.heads[0].decode().splitlines()
    assert first == "GET /%E5%AA%92%E4%BD%93/a%20b?c=d%20e HTTP/1.1"
    assert {f"Host: [::1]:{server.port}", "Accept-Encoding: identity", "User-Agent: yuanjiao", "Range: bytes=0-4"} < {
        *more
    }


def test_a_wire_that_was_hung_up_before_it_was_connected_brings_nothing(server: Server) -> None:
    base = f"http://127.0.0.1:{server.port}/"
    wire = wire_to(base)
    wire.hang_up()
    with pytest.raises((OSError, HTTPException)):
        ask(wire, f"{base}film")


def test_only_the_countys_own_authority_is_believed_where_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "film").write_bytes(b"hello")
    ours, theirs = secure(tmp_path / "ours"), secure(tmp_path / "theirs")
    with serving(tmp_path / "published", tls=ours.context) as county:
        base = f"https://127.0.0.1:{county.port}/"
        assert ask(wire_to(base, ca_file=str(ours.ca_file)), f"{base}film") == b"hello"
        for line in ({"ca_file": str(theirs.ca_file)}, {}):
            with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
                ask(wire_to(base, **line), f"{base}film")
