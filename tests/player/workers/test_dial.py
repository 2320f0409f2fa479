from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from player.workers.dial import AddressBook, dial

Address = tuple[str, int]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def silent() -> Iterator[Address]:
    """An address at which nobody takes the call: the listener's queue is full."""
    with ExitStack() as stack:
        hole, *fillers = (stack.enter_context(socket.socket()) for _ in range(4))
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(hole.getsockname())
        yield hole.getsockname()


@pytest.fixture
def refusing() -> Iterator[Address]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()


def names(monkeypatch: pytest.MonkeyPatch, *addresses: Address) -> list[str]:
    """Let every name have these addresses; return the list in which questions are noted."""
    asked: list[str] = []

    def answer(host: str, _port: int, **_: Any) -> list[Any]:
        asked.append(host)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def call(book: AddressBook, timeout_s: float = 3.0) -> socket.socket:
    return dial("county.example", 80, timeout_s=timeout_s, options=(), book=book)


def test_an_address_that_does_not_answer_delays_the_next_by_a_quarter_of_a_second(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket, silent: Address
) -> None:
    names(monkeypatch, silent, listener.getsockname())
    began = time.monotonic()
    with call({}) as called:
        assert called.getpeername() == listener.getsockname()
    assert time.monotonic() - began < 2


def test_an_address_that_refuses_delays_the_next_not_at_all(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket, refusing: Address
) -> None:
    names(monkeypatch, refusing, refusing, listener.getsockname())
    with call({}) as called:
        assert called.getpeername() == listener.getsockname()


def test_who_answered_is_called_again_without_asking_for_the_name(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    asked, book = names(monkeypatch, listener.getsockname()), AddressBook()
    for _ in range(3):
        call(book).close()
    assert asked == ["county.example"]


def test_a_remembered_address_that_fails_is_forgotten_and_the_name_asked_again(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket, refusing: Address
) -> None:
    asked, book = names(monkeypatch, listener.getsockname()), AddressBook()
    book["county.example", 80] = (socket.AF_INET, refusing)
    call(book).close()
    assert asked == ["county.example"]
    assert book["county.example", 80] == (socket.AF_INET, listener.getsockname())


def test_nobody_in_time_is_a_time_out_and_all_refusing_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, silent: Address, refusing: Address
) -> None:
    names(monkeypatch, silent, silent)
    with pytest.raises(TimeoutError):
        call({}, timeout_s=0.6)
    names(monkeypatch, refusing, refusing)
    with pytest.raises(ConnectionRefusedError):
        call({})
    names(monkeypatch)
    with pytest.raises(socket.gaierror):
        call({})
