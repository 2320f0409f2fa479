from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from player.core.worker_effects import LeaveLine, WatchLine
from player.core.worker_events import LineBack
from player.devices import line_watch
from player.devices.line_watch import LineWatch, network_changes, takes_a_call
from tests.fakes.events import Events


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A port at which nobody listens yet."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound


def address(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/published"


class Network:
    """Changes of a network, made by hand."""

    def __init__(self) -> None:
        self._ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    def change(self) -> None:
        self._ours.send(b"a link is up")


@pytest.fixture
def network() -> Network:
    return Network()


class Watching:
    """A device at work, and what it says."""

    def __init__(self, server: socket.socket, network: Network) -> None:
        self.events = Events()
        self.device = LineWatch(("/srv/stick", address(server)), lambda: network.theirs)
        self.device.start(self.events)

    def order(self, effect: WatchLine | LeaveLine) -> None:
        self.device.perform(effect)


@pytest.fixture
def watching(server: socket.socket, network: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    monkeypatch.setattr(line_watch, "FIRST_S", 0.1)
    watching = Watching(server, network)
    yield watching
    watching.device.stop()


def test_somebody_who_takes_a_call_again_is_told_once(watching: Watching, server: socket.socket) -> None:
    watching.order(WatchLine(7))
    time.sleep(0.4)
    assert watching.events.all == []
    server.listen()
    assert watching.events.wait(LineBack) == [LineBack(7)]
    time.sleep(0.4)
    assert watching.events.all == [LineBack(7)]


def test_who_is_told_to_leave_says_nothing_more(watching: Watching, server: socket.socket) -> None:
    server.listen()
    watching.order(WatchLine(7))
    watching.order(LeaveLine(8))
    time.sleep(0.4)
    watching.order(WatchLine(9))
    assert watching.events.wait(LineBack) == [LineBack(9)]


def test_a_change_of_the_network_is_looked_into_at_once(
    server: socket.socket, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_watch, "FIRST_S", 3600.0)
    monkeypatch.setattr(line_watch, "SETTLED_S", 0.1)
    server.listen()
    watching = Watching(server, network)
    watching.order(WatchLine(7))
    time.sleep(0.3)
    assert watching.events.all == []
    network.change()
    assert watching.events.wait(LineBack) == [LineBack(7)]
    watching.device.stop()


def test_a_change_while_nothing_is_watched_calls_nobody(
    watching: Watching, network: Network, server: socket.socket
) -> None:
    server.listen()
    server.settimeout(0.5)
    network.change()
    with pytest.raises(TimeoutError):
        server.accept()
    assert watching.events.all == []


def test_a_name_that_does_not_resolve_is_nobody_and_the_port_follows_from_the_scheme(server: socket.socket) -> None:
    server.listen()
    assert takes_a_call(address(server))
    assert not takes_a_call("https://county.invalid")
    assert not takes_a_call("http://[::1]:1")


def test_the_kernel_tells_of_changes_of_its_network() -> None:
    with network_changes() as changes:
        assert changes.family == socket.AF_NETLINK
        assert changes.getsockname()[1] == 0x441


@pytest.mark.parametrize("wrong", ["http://county..example/p", "http://county.example:99999/p", "http://[::1/p"])
def test_an_address_that_is_none_is_nobody_and_keeps_no_other_from_being_called(wrong: str) -> None:
    assert not takes_a_call(wrong)
