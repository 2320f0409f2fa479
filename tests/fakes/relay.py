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
- ``forget``: as silence, and the calls of before stay silent for ever: a router that has forgotten them, or that came
  back with another address. New calls are served after it.
- ``refuse``: every call is reset; new ones are refused.

How it keeps its rate (`tests.fakes.relay_call`): all calls share one booking of each direction. A piece is read, the
line is booked for it at most 50 ms ahead, and it is delivered when its booking ends, half a round trip later; so a
timer that comes late costs nothing. It keeps up with some 5 MB/s. Bytes count when they are handed to the receiver's
socket; buffers are small, so that this is nearly what the receiver got. Capacity counts while no fault lasts. A new
call waits one round trip, as for the handshake of TCP.

It runs in a thread of its own; its methods may be called from any.
"""

from __future__ import annotations

import asyncio
import math
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from types import TracebackType
from typing import Self, TypeVar

from tests.fakes.capacity import Capacity, FaultKind, Outage
from tests.fakes.relay_call import Call, Direction, Line, bound_socket, close_socket

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
        self._outages = outages
        self._loop = asyncio.new_event_loop()
        self._line = Line(self._loop, to_port, round_trip_s)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._seat = bound_socket(0)  # keeps the port while nobody listens there
        self.port: int = self._seat.getsockname()[1]
        self._up_since = 0.0
        self._up, self._down = Direction(up), Direction(down)
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._calls: set[Call] = set()
        self._taken = 0
        self._mending: asyncio.TimerHandle | None = None

    @property
    def to_port(self) -> int:
        """Where the server listens; may be changed for the calls to come."""
        return self._line.to_port

    @to_port.setter
    def to_port(self, port: int) -> None:
        self._line.to_port = port

    @property
    def fault(self) -> FaultKind | None:
        """The fault that lasts, None while the line is up."""
        return self._line.fault

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

    def _open(self) -> None:
        self._line.started_s = self._loop.time()
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
        if self._line.fault is None:
            self._add_capacity()
        up, down = self._up, self._down
        return Counts(up.forwarded_bytes, down.forwarded_bytes, up.capacity_bytes, down.capacity_bytes, self._taken)

    def _add_capacity(self) -> None:
        now = self._line.now_s()
        for direction in (self._up, self._down):
            direction.capacity_bytes += direction.capacity.bytes_by(now) - direction.capacity.bytes_by(self._up_since)
        self._up_since = now

    def _fail(self, kind: FaultKind, seconds: float) -> None:
        self._mend()
        if seconds > 0:
            self._begin(kind)
        if kind in ("reset", "refuse"):
            self._reset_calls()
        if kind == "forget":
            for call in self._calls:
                call.forgotten = True
        if 0 < seconds < math.inf:
            self._mending = self._loop.call_later(seconds, self._mend)

    def _begin(self, kind: FaultKind) -> None:
        self._add_capacity()
        self._line.fault = kind
        self._line.flowing.clear()
        for direction in (self._up, self._down):
            direction.stop(self._line.now_s())
        if kind == "refuse":
            self._hear_nobody()

    def _mend(self) -> None:
        if self._mending is not None:
            self._mending.cancel()
        ended, self._line.fault, self._mending = self._line.fault, None, None
        if ended is None:
            return
        if ended == "refuse":
            self._listen()
        self._up_since = self._line.now_s()
        for direction in (self._up, self._down):
            direction.go_on(self._line.now_s())
        self._line.flowing.set()

    def _reset_calls(self) -> None:
        for call in list(self._calls):
            call.reset()
        for direction in (self._up, self._down):
            direction.forget()

    def _listen(self) -> None:
        self._listener = bound_socket(self.port)
        self._listener.listen(128)
        self._accepting = self._loop.create_task(self._accept(self._listener))

    def _hear_nobody(self) -> None:
        if self._listener is not None and self._accepting is not None:
            self._accepting.cancel()
            close_socket(self._loop, self._listener)
        self._listener = self._accepting = None

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            client, _ = await self._loop.sock_accept(listener)
            self._taken += 1
            call = Call(self._line, client, self._up, self._down)
            self._calls.add(call)
            call.task.add_done_callback(lambda _, call=call: self._calls.discard(call))  # type: ignore[misc]
