"""One call through `tests.fakes.relay`, and the line that all share: how a piece is booked, delayed and delivered.

Everything here runs in the relay's own thread and loop.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress

from tests.fakes.capacity import Capacity, FaultKind

AHEAD_S = 0.05
PIECE_S = 0.02  # so much of the line is booked at once, so that calls share it fairly
PIECE_BYTES = (256, 16_384)
BUFFER_BYTES = 16_384
SEGMENT_BYTES = 1_400  # loopback's own segments of 64 KiB do not fit small buffers
UNDERWAY_PIECES = 512


class Line:
    """What all calls share. ``fault`` is the one that lasts; ``flowing`` is set while none does."""

    def __init__(self, loop: asyncio.AbstractEventLoop, to_port: int, round_trip_s: float) -> None:
        self.loop, self.to_port, self.round_trip_s = loop, to_port, round_trip_s
        self.fault: FaultKind | None = None
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.started_s = loop.time()

    def now_s(self) -> float:
        """Return the seconds since its start."""
        return self.loop.time() - self.started_s


class Direction:
    """One direction of the line, shared by all calls."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.forwarded_bytes = 0
        self.capacity_bytes = 0.0
        self.booked_until_s = 0.0
        self._left_s = 0.0
        self._queue = asyncio.Lock()

    def piece_bytes(self, now_s: float) -> int:
        """Return how much to read at once."""
        least, most = PIECE_BYTES
        return int(min(max(self.capacity.rate_at(now_s) * PIECE_S, least), most))

    async def book(self, line: Line, count: int) -> float:
        """Wait for a place on the line, and return when the last of ``count`` bytes leaves it."""
        async with self._queue:
            while True:
                await line.flowing.wait()
                too_far_s = self.booked_until_s - AHEAD_S - line.now_s()
                if too_far_s <= 0:
                    break
                await asyncio.sleep(too_far_s)
            self.booked_until_s = self.capacity.carried_at(max(self.booked_until_s, line.now_s()), count)
            return self.booked_until_s

    def stop(self, now_s: float) -> None:
        """Remember what is booked ahead: it is not carried while a fault lasts."""
        self._left_s = max(0.0, self.booked_until_s - now_s)

    def go_on(self, now_s: float) -> None:
        """Book behind what was booked when the fault began."""
        self.booked_until_s = now_s + self._left_s

    def forget(self) -> None:
        """Drop what is booked ahead: its calls are gone."""
        self.booked_until_s = self._left_s = 0.0


class Call:
    """One client's connection, and the one to the server that belongs to it."""

    def __init__(self, line: Line, client: socket.socket, up: Direction, down: Direction) -> None:
        self._line, self._loop = line, line.loop
        self._client, self._up, self._down = client, up, down
        self.forgotten = False
        self._server = with_small_buffers(socket.socket())
        self.task = self._loop.create_task(self._run())

    def reset(self) -> None:
        """End it with RST on both sides."""
        for side in (self._client, self._server):
            if side.fileno() >= 0:
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            close_socket(self._loop, side)
        self.task.cancel()

    async def _run(self) -> None:
        try:
            await asyncio.sleep(self._line.round_trip_s)
            if self._line.fault == "stall":
                await self._swallow()
            if self._line.fault == "reset":
                raise ConnectionResetError
            await self._flowing()
            await self._loop.sock_connect(self._server, ("127.0.0.1", self._line.to_port))
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(self._client, self._server, self._up))
                both.create_task(self._carry(self._server, self._client, self._down))
        except* OSError:
            self.reset()
        close_socket(self._loop, self._client)
        close_socket(self._loop, self._server)

    async def _flowing(self) -> None:
        await self._line.flowing.wait()
        if self.forgotten:
            await asyncio.Event().wait()  # for ever: nobody sets it

    async def _swallow(self) -> None:
        """Take what the client says until the stall is over."""
        over = self._loop.create_task(self._line.flowing.wait())
        while not over.done():
            reading = self._loop.create_task(self._loop.sock_recv(self._client, PIECE_BYTES[1]))
            await asyncio.wait((over, reading), return_when=asyncio.FIRST_COMPLETED)
            if reading.cancel():
                continue
            if not reading.result():
                await over
        raise ConnectionResetError

    async def _carry(self, source: socket.socket, sink: socket.socket, direction: Direction) -> None:
        underway: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDERWAY_PIECES)
        async with asyncio.TaskGroup() as ends:
            ends.create_task(self._put_in(source, underway, direction))
            ends.create_task(self._take_out(underway, sink, direction))

    async def _put_in(
        self, source: socket.socket, underway: asyncio.Queue[tuple[float, bytes]], direction: Direction
    ) -> None:
        data = b"to begin with"
        while data:
            await self._flowing()
            data = await self._loop.sock_recv(source, direction.piece_bytes(self._line.now_s()))
            leaves_s = await direction.book(self._line, len(data))
            await underway.put((leaves_s + self._line.round_trip_s / 2, data))

    async def _take_out(
        self, underway: asyncio.Queue[tuple[float, bytes]], sink: socket.socket, direction: Direction
    ) -> None:
        while True:
            due_s, data = await underway.get()
            await asyncio.sleep(max(0.0, due_s - self._line.now_s()))
            await self._flowing()
            if not data:
                sink.shutdown(socket.SHUT_WR)
                return
            await self._loop.sock_sendall(sink, data)
            direction.forwarded_bytes += len(data)


def bound_socket(port: int) -> socket.socket:
    """Return a socket that has a port and does not listen; several may have the same one."""
    bound = with_small_buffers(socket.socket())
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def with_small_buffers(new: socket.socket) -> socket.socket:
    """Give a socket small buffers; those that a listener accepts inherit them."""
    new.setblocking(False)
    new.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
    new.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    return new


def close_socket(loop: asyncio.AbstractEventLoop, closing: socket.socket) -> None:
    """Close a socket of the loop, which must not wait for a number that the next socket gets."""
    if closing.fileno() >= 0:
        with suppress(OSError):
            loop.remove_reader(closing)
            loop.remove_writer(closing)
        closing.close()
