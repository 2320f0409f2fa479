"""Real streams, the real worker, and the real picture: a channel is watched, gone back in, lost and found again."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from player.core.media_effects import OpenStream, PauseMedia
from player.core.media_events import MediaOpened, MediaProgress
from player.devices.workers_child import Child
from player.store.meter import spent
from player.store.names import StoreNames
from player.workers.live.receiving import PACKET_BYTES, Receiving
from player.workers.messages import Line, LiveFlows, LiveResult, LiveServed, LiveSpec, Message
from tests.player.devices.media.benches import RealBench, wait_for
from tests.player.workers.live import streams
from tests.player.workers.live.streams import free_port

M = TypeVar("M")


class Watched:
    """The worker on a channel, and what it has said."""

    def __init__(self, folder: Path, url: str, **more: Any) -> None:
        self.said: list[Message] = []
        self.ended: list[tuple[object, str]] = []
        spec = LiveSpec(
            limit_s=120, url=url, ring=str(folder / "ring"), ring_bytes=32 << 20, reserve_bytes=0, **more
        )  # fmt: skip
        self.child = Child("watch_live", spec, self.said.append, lambda *end: self.ended.append(end))

    def wait(self, kind: type[M], suits: Callable[[M], bool] = lambda _: True, seconds: float = 40) -> M:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for message in self.said:
                if isinstance(message, kind) and suits(message):
                    return message
            time.sleep(0.05)
        raise AssertionError(f"no {kind.__name__}; it said {self.said}")


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def begin(url: str, **more: Any) -> Watched:
        made.append(Watched(tmp_path, url, **more))
        return made[-1]

    yield begin
    for one in made:
        one.child.end()


@pytest.fixture(params=["udp", "rtp", "hls"])
def stream(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractContextManager[str]:
    if request.param == "hls":
        return streams.hls(tmp_path / "hls")
    return {"udp": streams.udp, "rtp": streams.rtp}[request.param](free_port())


@pytest.mark.timeout(120)
def test_a_channel_of_each_kind_is_seen_paused_and_gone_back_in(
    stream: AbstractContextManager[str], watch: Callable[..., Watched]
) -> None:
    bench = RealBench(Path("/"))
    try:
        with stream as url:
            watched = watch(url)
            served = watched.wait(LiveServed)
            bench.perform(OpenStream(id=1, url=f"{served.url}?behind=0", volume_percent=50))
            assert wait_for(bench, MediaOpened, 1).has_video
            seen = wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > 25)
            bench.perform(PauseMedia(id=2, play=1, paused=True))
            bench.let_pass(2_500)
            bench.perform(PauseMedia(id=3, play=1, paused=False))
            wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > seen.pictures + 75)
            watched.wait(LiveFlows, lambda said: said.flows and said.kept_ms > 8_000)
            bench.perform(OpenStream(id=4, url=f"{served.url}?behind=6000", volume_percent=50))
            wait_for(bench, MediaProgress, 4, lambda progress: progress.pictures > 50)
    finally:
        bench.stop()


@pytest.mark.timeout(120)
def test_a_lost_signal_is_said_and_found_again_and_the_picture_goes_on(watch: Callable[..., Watched]) -> None:
    port = free_port()
    bench = RealBench(Path("/"))
    try:
        with streams.udp(port) as url:
            watched = watch(url)
            served = watched.wait(LiveServed)
        watched.wait(LiveFlows, lambda said: not said.flows)
        with streams.udp(port):
            said = len(watched.said)
            watched.wait(LiveFlows, lambda one: one.flows and one in watched.said[said:])
            bench.perform(OpenStream(id=1, url=f"{served.url}?behind=0", volume_percent=50))
            wait_for(bench, MediaProgress, 1, lambda progress: progress.pictures > 25)
    finally:
        bench.stop()


@pytest.mark.timeout(60)
def test_nobody_without_the_address_is_served(watch: Callable[..., Watched]) -> None:
    with streams.udp(free_port()) as url:
        served = watch(url).wait(LiveServed)
        host, _, token = served.url.removeprefix("http://").partition("/")
        assert host.startswith("127.0.0.1:")
        for path in ("/", f"/{token[:-1]}?behind=0", f"/{token}?behind=-1", f"/{token}?behind=0&x=1", "/../etc/passwd"):
            asked = http.client.HTTPConnection(host, timeout=5)
            asked.request("GET", path)
            assert asked.getresponse().status == 404
            asked.close()


@pytest.mark.timeout(60)
def test_what_comes_from_a_web_server_is_counted_and_ends_with_the_months_allowance(
    watch: Callable[..., Watched], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    with streams.hls(tmp_path / "hls") as url:
        line = Line(store=str(store), monthly_bytes=400_000, wall_ms=1_772_622_300_000)
        watched = watch(url, line=line)
        until = time.monotonic() + 40
        while not watched.ended and time.monotonic() < until:
            time.sleep(0.1)
    counted = spent(StoreNames(store))
    assert watched.ended == [(LiveResult(error="used-up", spent=counted), "")]
    assert 300_000 <= counted.by_purpose["live"] < 700_000


@pytest.mark.timeout(60)
def test_a_channel_that_is_not_there_is_tried_again_with_growing_pauses() -> None:
    said: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as nobody:  # accepts, and says nothing
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/live.ts"
        receiving = Receiving(url, said.append, silence_s=1.0, pauses_s=(0.1,))
        blocks = receiving.blocks()
        until = time.monotonic() + 20
        while len(said) < 3 and time.monotonic() < until:
            assert next(blocks) == b""
        blocks.close()
    assert said == [False, False, False]


@pytest.mark.timeout(60)
def test_what_comes_are_whole_packets_and_the_receiver_ends_with_its_reader() -> None:
    with streams.udp(free_port()) as url:
        blocks = Receiving(url, lambda _: None).blocks()
        came: list[bytes] = []
        while sum(map(len, came)) < 200_000:
            came.append(next(blocks))
        blocks.close()
    assert all(len(block) % PACKET_BYTES == 0 for block in came)
    assert all(block[start] == 0x47 for block in came for start in range(0, len(block), PACKET_BYTES))
