"""A bad line on loopback: a TCP relay with a capacity over time, a delay, and faults. Needs no rights.

    with Relay(server_port, down=Capacity.constant(5_000), round_trip_s=0.6) as relay:
        …  # talk to relay.port
        relay.fail("silence", 2)
        counts = relay.counts()  # counts.down_bytes / counts.down_capacity_bytes is the goodput

Faults, each for a time or until `mend`:

- ``reset``: every call is reset (RST to both sides), and so is each new one. For 0 s: only those of this moment.
- ``silence``: packets vanish. Nothing arrives in either direction, senders' buffers fill; calls stay and go on after
  it, at once. (A real TCP may need as long again to notice the end.)
- ``stall``: as silence for the calls of before; a new call is accepted and what it says is taken, but never answered;
  it is reset at the end.
- ``refuse``: every call is reset; new ones are refused.

How it keeps its rate: all calls share one booking of each direction. A piece is read, the line is booked for it at most
`AHEAD_S` ahead, and it is delivered when its booking ends, half a round trip later; so a timer that comes late costs
nothing. Bytes count when they are handed to the receiver's socket; buffers are small, so that this is nearly what the
receiver got. Capacity counts while no fault lasts. A new call waits one round trip, as for the handshake of TCP.

It runs in a thread of its own; its methods may be called from any.
"""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from types import TracebackType
from typing import Self, TypeVar

from tests.fakes.capacity import Capacity, FaultKind, Outage

AHEAD_S = 0.05
PIECE_S = 0.02  # so much of the line is booked at once, so that calls share it fairly
PIECE_BYTES = (256, 16_384)
BUFFER_BYTES = 16_384
SEGMENT_BYTES = 1_400  # loopback's own segments of 64 KiB do not fit small buffers
UNDERWAY_PIECES = 512
ANSWER_S = 10
WIDE = Capacity.constant(1e9)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Counts:
    """What a relay has forwarded, and what it could have while no fault lasted; the later minus the earlier."""

    up_bytes: int
    down_bytes: int
    up_capacity_bytes: float
    down_capacity_bytes: float
    calls: int

    def __sub__(self, earlier: Counts) -> Counts:
        return Counts(*(late - early for late, early in zip(astuple(self), astuple(earlier), strict=True)))


class Relay:
    """The relay; a context manager.

    Args:
        to_port: Where the server listens; may be changed for the calls to come.
        up: What the line carries from client to server.
        down: The other direction.
        round_trip_s: Half of it lies on each direction.
        outages: Faults to commit by themselves, counted from its start.
    """

    def __init__(
        self,
        to_port: int,
        up: Capacity = WIDE,
        down: Capacity = WIDE,
        round_trip_s: float = 0.0,
        outages: Sequence[Outage] = (),
    ) -> None:
        self.to_port = to_port
        self.round_trip_s = round_trip_s
        self._outages = outages
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._seat = _bound(0)  # keeps the port while nobody listens there
        self.port: int = self._seat.getsockname()[1]
        self._start = self._up_since = self._loop.time()
        self._up, self._down = _Direction(up), _Direction(down)
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._calls: set[_Call] = set()
        self._taken = 0
        self.fault: FaultKind | None = None
        self._mending: asyncio.TimerHandle | None = None
        self.flowing = asyncio.Event()
        self.flowing.set()

    # --- for any thread ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        self._ask(self._open)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(ANSWER_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S)
        self._loop.close()

    def fail(self, kind: FaultKind, seconds: float = math.inf) -> None:
        """Begin a fault, instead of the present one; when this returns, it has begun."""
        self._ask(lambda: self._fail(kind, seconds))

    def mend(self) -> None:
        """End the present fault, if there is one."""
        self._ask(self._mend)

    def counts(self) -> Counts:
        """Return what it did so far."""
        return self._ask(self._count)

    def _ask(self, what: Callable[[], Answer]) -> Answer:
        async def answer() -> Answer:
            return what()

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(ANSWER_S)

    # --- in its own thread ---------------------------------------------------------------------------------

    def now_s(self) -> float:
        """Return the seconds since its start."""
        return self._loop.time() - self._start

    def _open(self) -> None:
        self._start = self._loop.time()
        self._up_since = 0.0
        self._listen()
        for outage in self._outages:
            self._loop.call_later(outage.at_s, self._fail, outage.kind, outage.seconds)

    async def _close(self) -> None:
        self._hear_nobody()
        self._reset_calls()
        self._seat.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _count(self) -> Counts:
        if self.fault is None:
            self._add_capacity()
        up, down = self._up, self._down
        return Counts(up.forwarded_bytes, down.forwarded_bytes, up.capacity_bytes, down.capacity_bytes, self._taken)

    def _add_capacity(self) -> None:
        now = self.now_s()
        for direction in (self._up, self._down):
            direction.capacity_bytes += direction.capacity.bytes_by(now) - direction.capacity.bytes_by(self._up_since)
        self._up_since = now

    def _fail(self, kind: FaultKind, seconds: float) -> None:
        self._mend()
        if seconds > 0:
            self._begin(kind)
        if kind in ("reset", "refuse"):
            self._reset_calls()
        if 0 < seconds < math.inf:
            self._mending = self._loop.call_later(seconds, self._mend)

    def _begin(self, kind: FaultKind) -> None:
        self._add_capacity()
        self.fault = kind
        self.flowing.clear()
        for direction in (self._up, self._down):
            direction.stop(self.now_s())
        if kind == "refuse":
            self._hear_nobody()

    def _mend(self) -> None:
        if self._mending is not None:
            self._mending.cancel()
        ended, self.fault, self._mending = self.fault, None, None
        if ended is None:
            return
        if ended == "refuse":
            self._listen()
        self._up_since = self.now_s()
        for direction in (self._up, self._down):
            direction.go_on(self.now_s())
        self.flowing.set()

    def _reset_calls(self) -> None:
        for call in list(self._calls):
            call.reset()
        for direction in (self._up, self._down):
            direction.forget()

    def _listen(self) -> None:
        self._listener = _bound(self.port)
        self._listener.listen(128)
        self._accepting = self._loop.create_task(self._accept(self._listener))

    def _hear_nobody(self) -> None:
        if self._listener is not None and self._accepting is not None:
            self._accepting.cancel()
            _close(self._loop, self._listener)
        self._listener = self._accepting = None

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            client, _ = await self._loop.sock_accept(listener)
            self._taken += 1
            call = _Call(self, client, self._up, self._down)
            self._calls.add(call)
            call.task.add_done_callback(lambda _, call=call: self._calls.discard(call))  # type: ignore[misc]


class _Direction:
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

    async def book(self, relay: Relay, count: int) -> float:
        """Wait for a place on the line, and return when the last of ``count`` bytes leaves it."""
        async with self._queue:
            while True:
                await relay.flowing.wait()
                too_far_s = self.booked_until_s - AHEAD_S - relay.now_s()
                if too_far_s <= 0:
                    break
                await asyncio.sleep(too_far_s)
            self.booked_until_s = self.capacity.carried_at(max(self.booked_until_s, relay.now_s()), count)
            return self.booked_until_s

    def stop(self, now_s: float) -> None:
        """Remember what is booked ahead: it is not carried while a fault lasts."""
        self._left_s = max(0.0, self.booked_until_s - now_s)

    def go_on(self, now_s: float) -> None:
        self.booked_until_s = now_s + self._left_s

    def forget(self) -> None:
        """Drop what is booked ahead: its calls are gone."""
        self.booked_until_s = self._left_s = 0.0


class _Call:
    """One client's connection, and the one to the server that belongs to it."""

    def __init__(self, relay: Relay, client: socket.socket, up: _Direction, down: _Direction) -> None:
        self._relay = relay
        self._loop = asyncio.get_running_loop()
        self._client, self._up, self._down = client, up, down
        self._server = _small(socket.socket())
        self.task = self._loop.create_task(self._run())

    def reset(self) -> None:
        """End it with RST on both sides."""
        for side in (self._client, self._server):
            if side.fileno() >= 0:
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            _close(self._loop, side)
        self.task.cancel()

    async def _run(self) -> None:
        try:
            await asyncio.sleep(self._relay.round_trip_s)
            if self._relay.fault == "stall":
                await self._swallow()
            if self._relay.fault == "reset":
                raise ConnectionResetError
            await self._relay.flowing.wait()
            await self._loop.sock_connect(self._server, ("127.0.0.1", self._relay.to_port))
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(self._client, self._server, self._up))
                both.create_task(self._carry(self._server, self._client, self._down))
        except* OSError:
            self.reset()
        _close(self._loop, self._client)
        _close(self._loop, self._server)

    async def _swallow(self) -> None:
        """Take what the client says until the stall is over."""
        over = self._loop.create_task(self._relay.flowing.wait())
        while not over.done():
            reading = self._loop.create_task(self._loop.sock_recv(self._client, PIECE_BYTES[1]))
            await asyncio.wait((over, reading), return_when=asyncio.FIRST_COMPLETED)
            if reading.cancel():
                continue
            if not reading.result():
                await over
        raise ConnectionResetError

    async def _carry(self, source: socket.socket, sink: socket.socket, direction: _Direction) -> None:
        underway: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDERWAY_PIECES)
        async with asyncio.TaskGroup() as ends:
            ends.create_task(self._put_in(source, underway, direction))
            ends.create_task(self._take_out(underway, sink, direction))

    async def _put_in(
        self, source: socket.socket, underway: asyncio.Queue[tuple[float, bytes]], direction: _Direction
    ) -> None:
        data = b"to begin with"
        while data:
            await self._relay.flowing.wait()
            data = await self._loop.sock_recv(source, direction.piece_bytes(self._relay.now_s()))
            leaves_s = await direction.book(self._relay, len(data))
            await underway.put((leaves_s + self._relay.round_trip_s / 2, data))

    async def _take_out(
        self, underway: asyncio.Queue[tuple[float, bytes]], sink: socket.socket, direction: _Direction
    ) -> None:
        while True:
            due_s, data = await underway.get()
            await asyncio.sleep(max(0.0, due_s - self._relay.now_s()))
            await self._relay.flowing.wait()
            if not data:
                sink.shutdown(socket.SHUT_WR)
                return
            await self._loop.sock_sendall(sink, data)
            direction.forwarded_bytes += len(data)


def _bound(port: int) -> socket.socket:
    """Return a socket that has a port and does not listen; several may have the same one."""
    bound = _small(socket.socket())
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _small(new: socket.socket) -> socket.socket:
    """Give a socket small buffers; those that a listener accepts inherit them."""
    new.setblocking(False)
    new.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
    new.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    return new


def _close(loop: asyncio.AbstractEventLoop, closing: socket.socket) -> None:
    """Close a socket of the loop, which must not wait for a number that the next socket gets."""
    if closing.fileno() >= 0:
        with suppress(OSError):
            loop.remove_reader(closing)
            loop.remove_writer(closing)
        closing.close()
