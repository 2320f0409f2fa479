"""The bad line keeps its rate, adds its delay, commits its faults as named, and counts what it did."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.fakes.capacity import Capacity, Outage
from tests.fakes.relay import Relay

GREAT = 400_000


@pytest.fixture
def server() -> Iterator[int]:
    """A server that repeats what it hears after the word GIVE and a number of bytes, or gives those."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            threading.Thread(target=_serve, args=(listener.accept()[0],), daemon=True).start()


def _serve(client: socket.socket) -> None:
    with client, suppress(OSError):
        while data := client.recv(65_536):
            client.sendall(b"x" * int(data[4:]) if data.startswith(b"GIVE") else data)


def call(relay: Relay) -> socket.socket:
    return socket.create_connection(("127.0.0.1", relay.port), 5)


def exactly(count: int, client: socket.socket) -> bytes:
    data = b""
    while len(data) < count and (part := client.recv(count - len(data))):
        data += part
    return data


def seconds_for(count: int, client: socket.socket) -> float:
    began = time.monotonic()
    client.sendall(b"GIVE%d" % count)
    assert len(exactly(count, client)) == count
    return time.monotonic() - began


def test_what_one_side_says_arrives_at_the_other_and_is_counted(server: int) -> None:
    with Relay(server) as relay, call(relay) as client:
        client.sendall(b"hello")
        assert exactly(5, client) == b"hello"
        seconds_for(GREAT, client)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
        counts = relay.counts()
        assert (counts.up_bytes, counts.down_bytes, counts.calls) == (5 + len(b"GIVE400000"), 5 + GREAT, 1)


def test_the_line_carries_its_rate_and_no_more(server: int) -> None:
    with Relay(server, down=Capacity.constant(GREAT)) as relay, call(relay) as client:
        before = relay.counts()
        assert seconds_for(GREAT, client) > 0.9
        did = relay.counts() - before
        assert 0.8 <= did.down_bytes / did.down_capacity_bytes <= 1.05


def test_a_slow_line_brings_small_pieces_and_calls_share_it(server: int) -> None:
    with Relay(server, down=Capacity.constant(20_000)) as relay, call(relay) as first, call(relay) as second:
        first.sendall(b"GIVE100000")
        second.sendall(b"GIVE100000")
        time.sleep(1)
        got = [len(client.recv(1_000_000)) for client in (first, second)]
        assert 1_000 <= sum(got) <= 60_000
        assert min(got) / max(got) > 0.7


def test_a_capacity_that_changes_is_followed(server: int) -> None:
    with Relay(server, down=Capacity(((0.6, 10_000), (10, 1_000_000)))) as relay, call(relay) as client:
        client.sendall(b"GIVE200000")
        time.sleep(0.5)
        assert relay.counts().down_bytes <= 7_000
        assert len(exactly(200_000, client)) == 200_000
        assert relay.counts().down_bytes == 200_000


def test_each_direction_has_its_own_capacity(server: int) -> None:
    with Relay(server, up=Capacity.constant(50_000)) as relay, call(relay) as client:
        began = time.monotonic()
        client.sendall(b"y" * 25_000)
        exactly(25_000, client)
        assert time.monotonic() - began > 0.4
        assert seconds_for(GREAT, client) < GREAT / 50_000


def test_a_round_trip_lasts_as_long_as_the_line_is_far(server: int) -> None:
    with Relay(server, round_trip_s=0.2) as relay, call(relay) as client:
        first, second = seconds_for(1, client), seconds_for(1, client)
        assert first >= 0.39  # with TCP's handshake
        assert 0.19 <= second < first


def test_a_reset_is_seen_by_both_sides_and_the_line_is_there_again(server: int) -> None:
    with Relay(server) as relay:
        with call(relay) as client:
            seconds_for(1, client)
            relay.fail("reset", 0)
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        with call(relay) as client:
            seconds_for(1, client)


def test_the_server_sees_a_reset_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        with Relay(listener.getsockname()[1]) as relay, call(relay):
            served, _ = listener.accept()
            relay.fail("reset", 0)
            served.settimeout(5)
            with served, pytest.raises(ConnectionResetError):
                served.recv(1)


def test_a_client_that_resets_takes_the_call_to_the_server_with_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        with Relay(listener.getsockname()[1]) as relay:
            client = call(relay)
            served, _ = listener.accept()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            client.close()
            served.settimeout(5)
            with served, pytest.raises(ConnectionResetError):
                served.recv(1)


def test_while_a_reset_lasts_new_calls_are_reset_too(server: int) -> None:
    with Relay(server) as relay:
        relay.fail("reset")
        with pytest.raises(ConnectionResetError), call(relay) as client:
            client.recv(1)


def test_silence_brings_nothing_takes_nothing_and_goes_on_where_it_was(server: int) -> None:
    with Relay(server, down=Capacity.constant(200_000)) as relay, call(relay) as client:
        client.sendall(b"GIVE200000")
        got = len(exactly(20_000, client))
        relay.fail("silence")
        client.settimeout(0.3)
        with suppress(TimeoutError):
            got += len(client.recv(1_000_000))  # what had arrived before
        with pytest.raises(TimeoutError):
            client.recv(1)
        with pytest.raises(TimeoutError):
            client.sendall(b"y" * 8_000_000)
        silent = relay.counts()
        relay.mend()
        client.settimeout(5)
        assert got + len(exactly(200_000 - got, client)) == 200_000
        assert silent.down_bytes == got


def test_a_call_begun_in_silence_is_served_after_it(server: int) -> None:
    with Relay(server) as relay:
        relay.fail("silence", 0.3)
        with call(relay) as client:
            assert seconds_for(1, client) > 0.2


def test_a_stall_takes_all_and_never_answers(server: int) -> None:
    with Relay(server) as relay:
        relay.fail("stall")
        with call(relay) as client:
            client.settimeout(5)
            client.sendall(b"GIVE5".ljust(1_000_000))
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1)
            relay.mend()
            client.settimeout(5)
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        assert relay.counts().up_bytes == 0


def test_a_line_that_forgets_serves_new_calls_and_never_again_those_of_before(server: int) -> None:
    with Relay(server) as relay, call(relay) as old:
        seconds_for(1, old)
        relay.fail("forget", 0.2)
        old.sendall(b"GIVE1")
        with call(relay) as new:
            seconds_for(1, new)
        old.settimeout(0.4)
        with pytest.raises(TimeoutError):
            old.recv(1)


def test_a_line_that_refuses_has_its_port_again_afterwards(server: int) -> None:
    with Relay(server) as relay:
        with call(relay) as client:
            seconds_for(1, client)
            relay.fail("refuse")
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        with pytest.raises(ConnectionRefusedError):
            call(relay)
        relay.mend()
        with call(relay) as client:
            seconds_for(1, client)


def test_a_server_that_is_away_is_told_by_a_reset() -> None:
    with Relay(1) as relay, pytest.raises(ConnectionResetError), call(relay) as client:
        client.recv(1)


def test_outages_come_by_themselves_and_their_time_is_no_capacity(server: int) -> None:
    rate = 200_000
    outages = [Outage(0.3, 0.5, "silence"), Outage(1.0, 0.4, "refuse")]
    began = time.monotonic()
    with Relay(server, down=Capacity.constant(rate), outages=outages) as relay, call(relay) as client:
        client.sendall(b"GIVE1000000")
        got = 0
        with suppress(ConnectionResetError):
            while data := client.recv(65_536):
                got += len(data)
        while relay.fault is not None:
            time.sleep(0.01)
        counts = relay.counts()
        assert counts.down_capacity_bytes == pytest.approx(rate * (time.monotonic() - began - 0.9), rel=0.2)
        assert got <= counts.down_bytes <= rate * 0.5 * 1.2
        assert counts.down_bytes >= rate * 0.5 * 0.8
