import gzip
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from playlists.errors import BadData, FailedAttempt
from playlists.trust.refresh import TIMESTAMP_PATH
from playlists.trust.sources import DirectorySource, HttpSource, NotPublished
from tests.playlists.published import Box, County

HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Server:
    """Answers every request alike, as a test wants it; ``seen`` are the requests."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    announced: int | None = None
    seen: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.seen.append(f"{self.path} {self.headers.get('Accept-Encoding')}")
            self.send_response(found.status)
            length = len(found.body) if found.announced is None else found.announced
            for name, value in ({"Content-Length": str(length)} | found.headers).items():
                self.send_header(name, value.replace("PORT", str(self.server.server_address[1])))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}).start()
    found.url = f"http://127.0.0.1:{http.server_address[1]}/published"
    yield found
    http.shutdown()
    http.server_close()


def failure(server: Server) -> FailedAttempt:
    with pytest.raises(FailedAttempt) as caught:
        HttpSource(server.url).read(TIMESTAMP_PATH, 1000)
    return caught.value


def test_a_file_comes_as_it_is_from_below_the_published_root(server: Server) -> None:
    assert HttpSource(server.url + "/").read(TIMESTAMP_PATH, 2) == b"{}"
    assert server.seen == ["/published/metadata/timestamp.json gzip"]


def test_a_packed_answer_is_unpacked(server: Server) -> None:
    server.body, server.headers = gzip.compress(b"{}" * 500), {"Content-Encoding": "gzip"}
    assert HttpSource(server.url).read(TIMESTAMP_PATH, 1000) == b"{}" * 500


@pytest.mark.parametrize("packed", [False, True])
def test_more_than_the_limit_is_refused(server: Server, packed: bool) -> None:
    content = b"{" * 5_000_000
    server.body = gzip.compress(content) if packed else content
    server.headers = {"Content-Encoding": "gzip"} if packed else {}
    with pytest.raises(BadData, match="longer than the 1000 bytes"):
        HttpSource(server.url).read(TIMESTAMP_PATH, 1000)


def test_a_captive_portal_page_is_a_failed_attempt_that_says_what_to_do(server: Server) -> None:
    for headers in (HTML, {}):
        server.body, server.headers = b"\n <!DOCTYPE html><title>login</title>", headers
        assert "captive portal" in str(failure(server))


def test_a_redirect_to_another_host_is_a_captive_portal(server: Server) -> None:
    server.status, server.headers = 302, {"Location": "http://localhost:PORT/login"}
    assert "captive portal" in str(failure(server))
    assert len(server.seen) == 1


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(server: Server) -> None:
    server.status, server.headers = 301, {"Location": "/elsewhere"}
    assert "without end" in str(failure(server))
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_told_from_a_failure(server: Server, status: int) -> None:
    server.status = status
    assert isinstance(failure(server), NotPublished)


@pytest.mark.parametrize(("status", "retry"), [(400, False), (401, False), (429, True), (500, True), (503, True)])
def test_whether_to_try_again_is_data(server: Server, status: int, retry: bool) -> None:
    server.status, server.headers = status, {"Retry-After": "120"}
    found = failure(server)
    assert (found.retry, found.retry_after_s) == (retry, 120.0)


def test_an_answer_that_is_cut_off_is_a_failed_attempt(server: Server) -> None:
    server.announced, server.headers = 10, {"Connection": "close"}
    assert "no whole answer" in str(failure(server))


@pytest.mark.parametrize("body", [b"plain", gzip.compress(b"{}" * 500)[:-9], b""])
def test_a_broken_packed_answer_is_a_failed_attempt(server: Server, body: bytes) -> None:
    server.body, server.headers = body, {"Content-Encoding": "gzip"}
    assert "pack" in str(failure(server))


def test_a_server_that_is_not_there_is_a_failed_attempt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(FailedAttempt, match=r"127\.0\.0\.1"):
        HttpSource(f"http://127.0.0.1:{port}").read(TIMESTAMP_PATH, 1000)


def test_a_dead_name_service_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", dead)
    with pytest.raises(FailedAttempt, match=r"county\.example cannot be resolved \(DNS\)"):
        HttpSource("http://county.example").read(TIMESTAMP_PATH, 1000)


def test_an_answer_that_drips_for_ever_ends_at_its_time(server: Server) -> None:
    server.body = b"{" * 200_000
    with pytest.raises(FailedAttempt, match="longer than 0 s"):
        HttpSource(server.url, total_timeout_s=0).read(TIMESTAMP_PATH, 1 << 20)


def test_a_folder_gives_its_files_within_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")
    source = DirectorySource(tmp_path)
    assert source.read("a.json", 2) == b"{}"
    with pytest.raises(BadData, match="longer"):
        source.read("a.json", 1)
    with pytest.raises(NotPublished):
        source.read("b.json", 9)
    with pytest.raises(FailedAttempt):
        source.read(".", 9)


def test_no_path_and_no_link_leads_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"{}")
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "link").symlink_to(tmp_path / "secret")
    for path in ("../secret", "link", "/etc/hostname"):
        with pytest.raises(BadData, match="out of the folder"):
            DirectorySource(stick).read(path, 1000)


def test_a_captive_portal_leaves_the_generation_in_force(server: Server, county: County, box: Box) -> None:
    county.send({"pages": {"pages/all.json": b"{}"}})
    before = box.refresh(county.folder)
    server.body, server.headers = b"<html>", HTML
    with pytest.raises(FailedAttempt):
        box.refresh(HttpSource(server.url))  # type: ignore[arg-type]
    assert box.generation == before
