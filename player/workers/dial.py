"""Calling a server by its name: all its addresses raced (RFC 8305), and the one that answered remembered.

A line whose IPv6 leads nowhere would otherwise cost seconds at each call, and a name server that is slow after an
outage would cost the outage's length again. Callers: the connections of `player.workers.lines`.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Final

STAGGER_S: Final = 0.25
SocketOptions = Sequence[tuple[int, int, int]]
Address = tuple[int, tuple[object, ...]]  # family, what connect wants
AddressBook = dict[tuple[str, int], Address]  # who answered last, by name and port


def dial(host: str, port: int, *, timeout_s: float, options: SocketOptions, book: AddressBook) -> socket.socket:
    """Return a connection to the first address that takes the call.

    Args:
        host: A name, or an address in words.
        port: The port.
        timeout_s: How long to try, without the name's resolution.
        options: Set on each socket before it calls.
        book: Asked first and kept up to date.

    Raises:
        socket.gaierror: The name cannot be resolved.
        TimeoutError: Nobody answered in time.
        OSError: Everybody refused; the last one's word.
    """
    known = book.pop((host, port), None)
    if known is not None:
        with suppress(OSError):
            return _kept(_race([known], timeout_s, options), host, port, book)
    return _kept(_race(_resolved(host, port), timeout_s, options), host, port, book)


def _kept(found: tuple[socket.socket, Address], host: str, port: int, book: AddressBook) -> socket.socket:
    connection, book[(host, port)] = found
    return connection


def _resolved(host: str, port: int) -> list[Address]:
    """Return all addresses in the system's order of preference, the families taking turns."""
    found = [(family, where) for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    first = [one for one in found if one[0] == found[0][0]]
    others = [one for one in found if one[0] != found[0][0]]
    return [one for pair in zip_longest(first, others) for one in pair if one is not None]


def _race(addresses: list[Address], timeout_s: float, options: SocketOptions) -> tuple[socket.socket, Address]:
    """Call one after the other without waiting for an answer; return the first connection."""
    waiting: dict[socket.socket, Address] = {}
    error: OSError = TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
    until_s, left = time.monotonic() + timeout_s, list(addresses)
    try:
        while (left or waiting) and (now_s := time.monotonic()) < until_s:
            if left:
                address = left.pop(0)
                try:
                    waiting[_call(address, options)] = address
                except OSError as refused:
                    error = refused
            pause_s = min(STAGGER_S, until_s - now_s) if left else until_s - now_s
            for one in select.select([], list(waiting), [], pause_s if waiting else 0)[1]:
                address, failed = waiting.pop(one), one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not failed:
                    return one, address
                one.close()
                error = OSError(failed, os.strerror(failed))
        raise error
    finally:
        for one in waiting:
            one.close()


def _call(address: Address, options: SocketOptions) -> socket.socket:
    """Begin to connect."""
    family, where = address
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setblocking(False)
        for option in options:
            one.setsockopt(*option)
        with suppress(BlockingIOError):  # it is on its way
            one.connect(where)
    except OSError:
        one.close()
        raise
    return one
