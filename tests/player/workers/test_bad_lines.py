"""The fetch worker on lines, and before servers, that do all that lines and servers do."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from player.core import faults
from player.core.forecast import LineHistory, hour_of_week
from player.store.line_history import read_history
from player.store.names import StoreNames
from player.workers import crew, lanes
from player.workers.fetch import fetch
from player.workers.messages import FetchResult, FetchSpec, Line, Message
from playlists.targets import CHUNK_BYTES
from tests.fakes.capacity import Capacity
from tests.fakes.county_server import secure
from tests.fakes.http_server import FakeServer, Fault, serving
from tests.fakes.media_tree import publish_blob
from tests.fakes.relay import Relay

NOW_MS = 1_795_000_000_000
SIZE = 3 * CHUNK_BYTES + 5_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    with serving(tmp_path / "published") as server:
        yield server


class Box:
    """A store, and a film that it wants."""

    def __init__(self, folder: Path, server: FakeServer, size: int = SIZE) -> None:
        self.names = StoreNames(folder / "store")
        self.wanted, self.data = publish_blob(server.folder, size)
        self.said: list[Message] = []

    def fetch(self, *sources: str, say: Callable[[Message], None] | None = None, **more: object) -> FetchResult:
        values: dict[str, object] = {
            "blobs": (self.wanted,), "quota_bytes": 1 << 40, "reserve_bytes": 0, "give_up_s": 20, "limit_s": 60,
            "line": Line(store=str(self.names.root), wall_ms=NOW_MS), **more,
        }  # fmt: skip
        spec = FetchSpec(store=str(self.names.root), sources=sources, **values)  # type: ignore[arg-type]
        return fetch(spec, say or self.said.append)

    @property
    def is_right(self) -> bool:
        return self.names.media(self.wanted.sha256).read_bytes() == self.data


@pytest.fixture
def box(tmp_path: Path, server: FakeServer) -> Box:
    return Box(tmp_path, server)


def film_requests(box: Box, server: FakeServer) -> list[str]:
    return [request.range for request in server.requests if box.wanted.sha256 in request.path]


@pytest.mark.parametrize("after", [0, CHUNK_BYTES + 77])
def test_a_head_and_then_nothing_costs_a_second_call_and_no_more(box: Box, server: FakeServer, after: int) -> None:
    server.faults.append(Fault("silence", after, path=box.wanted.sha256))
    began = time.monotonic()
    assert box.fetch(server.base).error == ""
    assert box.is_right
    assert time.monotonic() - began < 10
    assert film_requests(box, server)[1].startswith(f"bytes={after}-")


def test_a_call_that_trickles_for_ever_is_left_for_one_that_flows(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "WATCHED_S", 2.0)
    server.faults.append(Fault("trickle", CHUNK_BYTES, path=box.wanted.sha256))
    began = time.monotonic()
    assert box.fetch(server.base).error == ""
    assert box.is_right
    assert time.monotonic() - began < 30


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("slow-head", path=box.wanted.sha256))
    began = time.monotonic()
    assert box.fetch(server.base).error == ""
    assert box.is_right
    assert time.monotonic() - began < 10


def test_a_body_longer_than_it_said_to_be_spoils_neither_this_blob_nor_the_next(box: Box, server: FakeServer) -> None:
    server.faults += [Fault("longer", path=box.wanted.sha256), Fault("longer")]
    other, data = publish_blob(server.folder, 90_000, seed=2)
    assert box.fetch(server.base, blobs=(box.wanted, other)).error == ""
    assert box.is_right
    assert box.names.media(other.sha256).read_bytes() == data


def test_blobs_after_one_another_come_over_one_connection(box: Box, server: FakeServer) -> None:
    others = [publish_blob(server.folder, 90_000, seed=seed)[0] for seed in (2, 3, 4)]
    with Relay(server.port, round_trip_s=0.05) as relay:
        assert box.fetch(f"http://127.0.0.1:{relay.port}", blobs=(box.wanted, *others)).error == ""
        assert relay.counts().calls == 1


def test_a_bad_copy_in_a_cache_on_the_way_is_asked_past(box: Box, server: FakeServer) -> None:
    server.faults.append(Fault("cached", path=box.wanted.sha256, always=True))
    assert box.fetch(server.base).error == ""
    assert box.is_right
    asked = [one.cache_control for one in server.requests if box.wanted.sha256 in one.path]
    assert (asked[0], asked[-1]) == ("", "no-cache")


def test_a_web_page_instead_of_data_ends_the_run_at_once_and_says_which_fault_it_is(
    box: Box, server: FakeServer
) -> None:
    server.faults.append(Fault("portal", always=True))
    others = tuple(publish_blob(server.folder, 900, seed=seed)[0] for seed in range(2, 6))
    result = box.fetch(server.base, blobs=(box.wanted, *others))
    assert result.fault == faults.WRONG_ANSWER
    assert len(server.requests) == 1


def test_a_portal_before_the_first_source_does_not_keep_the_second(
    box: Box, server: FakeServer, tmp_path: Path
) -> None:
    server.faults.append(Fault("portal", always=True))
    with serving(tmp_path / "published") as mirror:
        assert box.fetch(server.base, mirror.base).error == ""
    assert box.is_right


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:00 -0000", None),  # no zone, so nothing to compare with
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", None),
    ],
)
def test_a_busy_server_may_name_a_date_by_its_own_clock(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch, head: str, seconds: float | None
) -> None:
    monkeypatch.setattr(
        "http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: "Wed, 21 Oct 2026 07:27:00 GMT"
    )
    server.faults.append(Fault("status", status=503, headers={"Retry-After": head}, always=True))
    assert box.fetch(server.base, give_up_s=0.5).retry_after_s == seconds


def test_a_call_cut_in_the_middle_of_a_tls_record_goes_on_at_the_same_byte(tmp_path: Path, server: FakeServer) -> None:
    box = Box(tmp_path, server, 6 * CHUNK_BYTES)
    secured = secure(tmp_path / "county")
    with (
        serving(server.folder, tls=secured.context) as county,
        Relay(county.port, down=Capacity.constant(3_000_000)) as relay,
    ):

        def cut(said: Message) -> None:
            box.said.append(said)
            relay.fail("reset", 0)

        line = Line(store=str(box.names.root), ca_file=str(secured.ca_file))
        result = box.fetch(f"https://127.0.0.1:{relay.port}", line=line, say=cut)
        counts = relay.counts()
    assert result.error == ""
    assert box.is_right
    assert counts.calls >= 6
    assert counts.down_bytes < 1.2 * len(box.data)


def test_a_name_whose_first_address_leads_nowhere_is_reached_at_once_by_the_second(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with black_hole() as nowhere:
        real = socket.getaddrinfo

        def both(host: str, *more: Any, **named: Any) -> list[Any]:
            if host != "county.example":
                return real(host, *more, **named)
            there = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))
            return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", nowhere), there]

        monkeypatch.setattr(socket, "getaddrinfo", both)
        began = time.monotonic()
        assert box.fetch(f"http://county.example:{server.port}").error == ""
        assert time.monotonic() - began < 5
    assert box.is_right


def test_a_name_server_that_fails_later_on_does_not_matter_once_the_server_was_reached(
    box: Box, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults += [Fault("reset", after, path=box.wanted.sha256) for after in (10_000, 20_000)]
    real, asked = socket.getaddrinfo, []

    def once(host: str, *more: Any, **named: Any) -> list[Any]:
        if host != "county.example":
            return real(host, *more, **named)
        asked.append(host)
        if len(asked) > 1:
            raise socket.gaierror(socket.EAI_AGAIN, "the name server is silent")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    assert box.fetch(f"http://county.example:{server.port}").error == ""
    assert box.is_right
    assert len(asked) == 1


@contextmanager
def black_hole() -> Iterator[Any]:
    """The address of a listener whose queue is full: whoever calls hears nothing."""
    with ExitStack() as stack:
        hole, *fillers = (stack.enter_context(socket.socket(socket.AF_INET6)) for _ in range(4))
        hole.bind(("::1", 0))
        hole.listen(0)
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(hole.getsockname())
        yield hole.getsockname()


# --- several sources


def test_the_faster_of_two_sources_does_most_of_the_work(
    tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "MEASURED_S", 1.0)
    monkeypatch.setattr(lanes, "WARM_UP_S", 0.3)
    monkeypatch.setattr(crew, "WATCHED_S", 1.0)
    box = Box(tmp_path, server, 8 * CHUNK_BYTES)
    server.bytes_per_s = 200_000
    with serving(server.folder) as mirror:
        mirror.bytes_per_s = 2_000_000
        assert box.fetch(server.base, mirror.base).error == ""
        assert box.is_right
        assert mirror.sent > 2 * server.sent
        assert mirror.sent + server.sent < 1.2 * len(box.data)


def test_a_source_that_falls_silent_is_helped_out_and_asked_again_later(tmp_path: Path, server: FakeServer) -> None:
    box = Box(tmp_path, server, 8 * CHUNK_BYTES)
    other, _ = publish_blob(server.folder, 2 * CHUNK_BYTES, seed=2)
    server.faults.append(Fault("silence", 2 * CHUNK_BYTES, path=box.wanted.sha256))
    with serving(server.folder) as mirror:
        assert box.fetch(server.base, mirror.base, blobs=(box.wanted, other)).error == ""
        assert mirror.sent >= 5 * CHUNK_BYTES
    assert box.is_right
    assert any(other.sha256 in request.path for request in server.requests)


def test_a_stick_beside_the_line_is_read_when_the_line_is_silent(tmp_path: Path, server: FakeServer) -> None:
    box = Box(tmp_path, server)
    server.faults.append(Fault("silence", 10_000, path=box.wanted.sha256, always=True))
    assert box.fetch(server.base, str(server.folder)).error == ""
    assert box.is_right


# --- what is learnt of the line


def test_the_hour_of_the_week_remembers_how_long_the_line_was_tried_and_what_it_brought(
    box: Box, server: FakeServer
) -> None:
    server.bytes_per_s = 2_000_000
    box.fetch(server.base)
    history = read_history(box.names)
    (hour,) = [hour for hour, tried_s in enumerate(history.tried_s) if tried_s]
    assert hour == hour_of_week(NOW_MS, 480)
    assert SIZE <= history.brought_bytes[hour] < 1.1 * SIZE
    assert 1.0 < history.tried_s[hour] < 10


def test_a_dead_line_is_learnt_with_the_pause_before_and_what_the_server_asked_to_wait_is_not(
    box: Box, server: FakeServer
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        box.fetch(f"http://127.0.0.1:{nobody.getsockname()[1]}", give_up_s=1.0, paused_s=100.0)
    tried_s = sum(read_history(box.names).tried_s)
    assert 100.9 <= tried_s < 110
    server.faults.append(Fault("status", headers={"Retry-After": "2"}, path=box.wanted.sha256))
    began = time.monotonic()
    assert box.fetch(server.base, paused_s=100.0).error == ""
    assert sum(read_history(box.names).tried_s) - tried_s < time.monotonic() - began - 1.5


def test_nothing_is_learnt_while_the_clock_is_unknown_from_folders_and_of_the_pauses_for_a_cap(
    box: Box, server: FakeServer
) -> None:
    box.fetch(server.base, line=Line(store=str(box.names.root)))
    assert read_history(box.names) == LineHistory()
    other, _ = publish_blob(server.folder, CHUNK_BYTES, seed=2)
    box.fetch(str(server.folder), blobs=(other,))
    assert read_history(box.names) == LineHistory()
    third, _ = publish_blob(server.folder, CHUNK_BYTES, seed=3)
    began = time.monotonic()
    box.fetch(server.base, blobs=(third,), bits_per_second=4 * CHUNK_BYTES)
    assert time.monotonic() - began > 1.5
    assert sum(read_history(box.names).tried_s) < 1.0
