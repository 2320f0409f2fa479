"""A line that loses packets, for benches: two network namespaces and a router in user space between them. Needs root.

TCP itself sees the loss, so its congestion control decides what is left of the line; a relay cannot show that. The
router (`python -m bench.rough_line`, a process of its own) reads packets from one TUN device, drops some at random,
keeps the rate and the delay, and writes the rest to the other. Its queue holds a quarter of a second, as a cheap
modem's; what does not fit is dropped too.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TUN: Final = Path("/dev/net/tun")
SERVER: Final = "10.99.0.1"
CLIENT: Final = "10.99.0.2"
_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_HEAD: Final = 0x0001 | 0x1000
_QUEUE_S: Final = 0.25
_PACKET_BYTES: Final = 4096


@dataclass(frozen=True)
class Roughness:
    """What the line is like: bytes a second in each direction, round trip, share of packets lost in each direction."""

    bytes_per_s: float
    round_trip_s: float
    loss: float


@dataclass(frozen=True)
class Ends:
    """How to run a command at either end."""

    server: Sequence[str]
    client: Sequence[str]


def possible() -> bool:
    """Return whether this machine lets us have such a line."""
    return os.geteuid() == 0 and os.access(TUN, os.R_OK | os.W_OK)


@contextmanager
def rough_line(roughness: Roughness, seed: int) -> Iterator[Ends]:
    """Set up a line; gone in the end with all that runs at its ends."""
    with ExitStack() as stack:
        pids = [stack.enter_context(_namespace()) for _ in range(2)]
        command = [sys.executable, "-m", "bench.rough_line", *map(str, (
            roughness.bytes_per_s, roughness.round_trip_s, roughness.loss, seed, *pids))]  # fmt: skip
        router = subprocess.Popen(command, stdout=subprocess.PIPE)
        stack.callback(router.wait)
        stack.callback(router.kill)
        assert router.stdout is not None
        if router.stdout.readline() != b"ready\n":
            raise OSError("the router of the rough line did not come up")
        yield Ends(*(("nsenter", "-t", str(pid), "-n", "--") for pid in pids))


@contextmanager
def _namespace() -> Iterator[int]:
    """A network namespace, kept by a process that sleeps; return that process."""
    keeper = subprocess.Popen(["unshare", "-n", "sh", "-c", "ip link set lo up && echo up && exec sleep 86400"],
                              stdout=subprocess.PIPE)  # fmt: skip
    try:
        assert keeper.stdout is not None
        keeper.stdout.readline()
        yield keeper.pid
    finally:
        keeper.kill()
        keeper.wait()


# --- the router, in its own process


def main() -> int:
    """Carry packets until killed."""
    bytes_per_s, round_trip_s, loss = map(float, sys.argv[1:4])
    seed, *pids = map(int, sys.argv[4:])
    ends = [_device(f"yj{pid}", pid, own, other) for pid, own, other in
            zip(pids, (SERVER, CLIENT), (CLIENT, SERVER), strict=True)]  # fmt: skip
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _carry(ends, bytes_per_s, round_trip_s / 2, loss, random.Random(seed))
    return 0


def _device(name: str, pid: int, own: str, other: str) -> int:
    descriptor = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH", name.encode(), _TUN_WITHOUT_HEAD))
    subprocess.run(["ip", "link", "set", name, "netns", str(pid)], check=True)
    inside = ["nsenter", "-t", str(pid), "-n", "--", "ip"]
    subprocess.run([*inside, "address", "add", own, "peer", other, "dev", name], check=True)
    subprocess.run([*inside, "link", "set", name, "up", "mtu", "1500"], check=True)
    return descriptor


def _carry(ends: list[int], bytes_per_s: float, delay_s: float, loss: float, chance: random.Random) -> None:
    due: list[tuple[float, int, int, bytes]] = []
    free_s, number = [0.0, 0.0], 0
    while True:
        wait_s = max(0.0, due[0][0] - time.monotonic()) if due else None
        for descriptor in select.select(ends, [], [], wait_s)[0]:
            way, now = ends.index(descriptor), time.monotonic()
            packet = os.read(descriptor, _PACKET_BYTES)
            start_s = max(now, free_s[way])
            if chance.random() < loss or start_s - now > _QUEUE_S:
                continue
            free_s[way] = start_s + len(packet) / bytes_per_s
            number += 1
            heapq.heappush(due, (free_s[way] + delay_s, number, ends[1 - way], packet))
        while due and due[0][0] <= time.monotonic():
            _, _, descriptor, packet = heapq.heappop(due)
            os.write(descriptor, packet)


if __name__ == "__main__":
    sys.exit(main())
