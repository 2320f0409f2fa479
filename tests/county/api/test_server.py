"""The box API and the published files on a real server, with its own authority, killed and restarted."""

from __future__ import annotations

import gzip
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import requests

from county.inbox.models import Entry, Play
from county.places.binding import bind, revoke_box
from county.places.models import Box
from playlists.acknowledgement import Acknowledgement
from playlists.binding import BindingRequest, binding_proof
from playlists.county_time import CountyTime, believe
from playlists.errors import UntrustedData
from playlists.keys import SigningKey
from tests.county.servers import Server, run
from tests.county.world import County, Offline, TestBox, play

NONCE = "0123456789abcdef" * 2


@pytest.fixture
def server(county: County) -> Iterator[Server]:
    running = Server(county)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def untouched(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that no test changes, with a county of its own."""
    folder = tmp_path_factory.mktemp("untouched") / "data"
    shutil.copytree(founded, folder)
    running = Server(County(folder, Offline(folder / "offline", "root passphrase")))
    yield running
    running.stop()


def request_of(key: SigningKey, signer: SigningKey | None = None) -> bytes:
    signature = (signer or key).sign(binding_proof(key.public_bytes, "1.0")).hex()
    return msgspec.json.encode(BindingRequest(public_key=key.public_bytes.hex(), version="1.0", signature=signature))


def acknowledged(answer: requests.Response) -> Acknowledgement:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Acknowledgement)


def test_a_box_is_bound_and_its_journal_taken_over_tls_of_the_county_s_own_authority(
    county: County, server: Server
) -> None:
    box = TestBox().say(play())
    answer = server.post("bindings", request_of(box.key))
    assert (answer.status_code, len(answer.json()["code"])) == (200, 6)
    assert 590 < answer.json()["expires_in_s"] <= 600
    assert server.post("bindings", request_of(box.key)).json()["code"] == answer.json()["code"]
    assert server.get(f"api/box/v1/bindings/{box.id}").json() == {"bound": False}
    assert server.post("journal", box.envelope()).status_code == 403
    bind(answer.json()["code"], county.site, county.person("zhou"))
    assert server.get(f"api/box/v1/bindings/{box.id}").json() == {"bound": True}
    assert server.post("bindings", request_of(box.key)).status_code == 409
    assert acknowledged(server.post("journal", box.envelope())).head == 1
    said = msgspec.json.decode(server.get(f"api/box/v1/time?nonce={NONCE}").content, type=CountyTime)
    online = SigningKey.load(county.folder / "keys" / "online.pem").fingerprint
    assert abs(believe(said, NONCE, [online]) / 1000 - time.time()) < 10
    with pytest.raises(UntrustedData):
        believe(said, "f" * 32, [online])
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://localhost:{server.https_port}/health", timeout=10)


def test_every_refusal_has_its_status_and_a_sentence(county: County, server: Server) -> None:
    box = TestBox().bound(county).say(play())
    stranger = SigningKey.generate()
    short = msgspec.json.encode({"public_key": "ab", "signature": "cd"})
    refusals = [
        (server.post("bindings", b"{"), 400),
        (server.post("bindings", short), 400),
        (server.post("bindings", b"x" * 5000), 413),
        (server.post("bindings", request_of(SigningKey.generate(), signer=stranger)), 403),
        (server.get("api/box/v1/time"), 400),
        (server.get("api/box/v1/time?nonce=" + "g" * 32), 400),
        (server.post("journal", b"no envelope"), 400),
        (server.post("journal", b""), 400),
        (server.post("journal", gzip.compress(bytes(9 << 20))), 400),
        (server.post("journal", bytes((1 << 20) + 1)), 413),
        (server.post("journal", TestBox().say(play()).envelope()), 403),
        (server.post("journal", box.envelope(key=stranger)), 403),
    ]
    assert [answer.status_code for answer, _ in refusals] == [status for _, status in refusals]
    assert all(answer.json()["error"] for answer, _ in refusals)
    assert server.get("api/box/v1/journal").status_code == 405
    assert server.get("api/box/v1/bindings/XYZ").status_code == 404
    revoke_box(Box.objects.get(), county.person("zhou"), "被盗")
    assert server.post("journal", box.envelope()).status_code == 403
    assert not Entry.objects.exists()


def test_the_county_restarted_in_the_middle_of_an_upload_loses_and_doubles_nothing(county: County) -> None:
    box = TestBox().bound(county).say(*[play(started_wall_ms=number) for number in range(300)])
    sealed = box.envelope(last=200)
    first = Server(county)
    assert acknowledged(first.post("journal", box.envelope(last=50))).head == 50
    with first.secure_socket() as half:
        head = f"POST /api/box/v1/journal HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(sealed)}\r\n\r\n"
        half.sendall(head.encode() + sealed[: len(sealed) // 2])
        first.kill()
    second = Server(county)
    assert Entry.objects.count() == 50
    with second.secure_socket() as answer_lost:
        answer_lost.sendall(head.encode() + sealed)
        assert answer_lost.recv(12) == b"HTTP/1.1 200"
        second.kill()
    third = Server(county)
    try:
        assert acknowledged(third.post("journal", sealed)).head == 200
        answer = acknowledged(third.post("journal", box.envelope(first=201)))
    finally:
        third.stop()
    assert (answer.head, answer.hash) == (300, box.hash_at(300).hex())
    assert (Entry.objects.count(), Play.objects.count()) == (300, 300)


def test_silent_clients_do_not_keep_others_waiting(untouched: Server) -> None:
    server = untouched
    silent = [socket.create_connection(("127.0.0.1", server.https_port)) for _ in range(5)]
    try:
        started = time.monotonic()
        assert server.get("health").json() == {"ok": True}
        assert time.monotonic() - started < 5
    finally:
        for client in silent:
            client.close()


def test_clients_that_speak_no_tls_or_another_authority_s_do_no_harm_and_cost_a_line_each(untouched: Server) -> None:
    server = untouched
    for _ in range(40):
        with socket.create_connection(("127.0.0.1", server.https_port)) as stranger:
            stranger.sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert server.get("health").json() == {"ok": True}
    assert "Traceback" not in server.log


def test_plain_http_serves_published_files_and_loopback_pages_but_no_box_api(untouched: Server) -> None:
    plain = f"http://127.0.0.1:{untouched.http_port}"
    file = requests.get(f"{plain}/published/metadata/timestamp.json", timeout=10)
    assert file.content == (untouched.folder / "published/metadata/timestamp.json").read_bytes()
    assert requests.get(f"{plain}/health", timeout=10).json() == {"ok": True}
    assert requests.get(f"{plain}/api/box/v1/time", timeout=10).status_code == 403


def test_a_service_manager_hears_ready_and_a_clean_end(county: County, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(20)
        running = Server(county, NOTIFY_SOCKET=address)
        assert manager.recv(100) == b"READY=1"
        assert running.stop() == 0
        heard = [manager.recv(100)]
        while heard[-1] != b"STOPPING=1":
            heard.append(manager.recv(100))
    assert set(heard) <= {b"WATCHDOG=1", b"STOPPING=1"}


def test_a_county_that_is_not_set_up_says_what_is_missing(county: County, tmp_path: Path) -> None:
    done = run(county, "serve", YUANJIAO_COUNTY_DATA=str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "yuanjiao county init" in done.stderr
    assert "online.pem: missing" in done.stderr


def test_a_port_that_is_taken_is_named_and_the_process_ends(county: County) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run(county, "serve", YUANJIAO_COUNTY_HTTP_PORT=str(port), YUANJIAO_COUNTY_HTTPS_PORT="0")
    assert done.returncode == 1
    assert f"listen on port {port} of 127.0.0.1: " in done.stderr
