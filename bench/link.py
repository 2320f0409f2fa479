"""A film over a line of 8 Mbit/s that fails again and again, and a worker that is killed: goodput and waste.

All programs fetch the same film at the same time, each over a line of its own (`tests.fakes.relay`) with the same
outages at the same moments and, in the second half of the runs, the same kills. Kinds of outage: the line resets
every call, falls silent, stalls, forgets its calls, refuses new ones.

``goodput_ratio``: the film's bytes by what the line could have carried while it was up, from the first call to the
last byte. ``refetched_ratio``: bytes through the line by bytes needed; a little more than 1 for the heads of answers.
``first_call_s``: from the start of a program to its first call, which is what a kill costs beside the line.
The budgets are ≥ 0.95 and ≤ 1.01. Where a peer has not finished by the end, its goodput is what it has by then.
"""

from __future__ import annotations

import random
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from bench.downloaders import DOWNLOADERS, Downloader, Film
from bench.figures import say
from player.workers.messages import Wanted
from playlists.chunks import chunk_list_bytes
from tests.fakes.capacity import Capacity, FaultKind, Outage, outages_by_seed
from tests.fakes.http_server import serving
from tests.fakes.media_tree import publish_blob
from tests.fakes.relay import Counts, Relay

BYTES_PER_S = 1_000_000
ROUND_TRIP_S = 0.06
KINDS: tuple[FaultKind, ...] = ("reset", "silence", "stall", "forget", "refuse")
QUICK_KINDS: tuple[FaultKind, ...] = ("reset", "silence", "forget")
LOOK_EVERY_S = 0.02
OURS = "yuanjiao"


class Plan(msgspec.Struct, frozen=True):
    """How long and how bad: bytes of the film, mean seconds up and down, seconds between kills (0: none)."""

    film_bytes: int
    up_s: float
    down_s: float
    kill_every_s: float = 0.0
    longest_s: float = 600.0


class Result(msgspec.Struct, frozen=True):
    """What one program did in one run."""

    goodput: float
    refetched: float
    calls: int
    right: bool


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` takes one seed, a shorter film and fewer kinds."""
    plan = Plan(6 << 20, 3.0, 1.0, longest_s=11) if quick else Plan(48 << 20, 8.0, 2.0, longest_s=150)
    seeds = (1,) if quick else (1, 2, 3)
    _say_starts(3 if quick else 9)
    for kind in QUICK_KINDS if quick else KINDS:
        _say(kind, [measure(plan, kind, seed) for seed in seeds])
    often = plan.up_s * 0.6
    plan = msgspec.structs.replace(plan, up_s=often, kill_every_s=often)
    _say("mixed", [measure(plan, None, seed) for seed in seeds], kills=True)


def _say_starts(times: int) -> None:
    """Print how long each program takes from its start to its first call."""
    film = Film(Wanted("a" * 64, 2 << 20, "c" * 64), chunk_list_bytes(2 << 20))
    took = {name: [_first_call_s(name, film) for _ in range(times)] for name in DOWNLOADERS}
    for name in took.keys() - {OURS}:
        say("link", "first_call_s", took[OURS], "s", peer=name, peer_values=took[name])


def _first_call_s(name: str, film: Film) -> float:
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as folder:
        server.settimeout(30)
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        program = DOWNLOADERS[name](film, base, Path(folder) / "store")
        began = time.monotonic()
        program.tend()
        try:
            server.accept()[0].close()
            return time.monotonic() - began
        finally:
            program.kill()


def measure(plan: Plan, kind: FaultKind | None, seed: int, names: Sequence[str] = ()) -> dict[str, Result]:
    """Let all programs (or those named) fetch a film over lines with one kind of outage, or all kinds if None."""
    kinds = KINDS if kind is None else (kind,)
    outages = outages_by_seed(seed, plan.longest_s, plan.up_s, plan.down_s, kinds)
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        wanted, _ = publish_blob(folder / "published", plan.film_bytes, seed)
        film = Film(wanted, chunk_list_bytes(plan.film_bytes))
        lines = [stack.enter_context(_line(folder, program, film, outages)) for program in names or DOWNLOADERS]
        return _race(lines, plan, seed)


Lane = tuple[Downloader, Relay]


@contextmanager
def _line(folder: Path, program: str, film: Film, outages: Sequence[Outage]) -> Iterator[Lane]:
    """A program with a server and a line of its own; ended with everything in the end."""
    with (
        serving(folder / "published") as server,
        Relay(server.port, down=Capacity.constant(BYTES_PER_S), round_trip_s=ROUND_TRIP_S, outages=outages) as relay,
    ):
        at_work = DOWNLOADERS[program](film, f"http://127.0.0.1:{relay.port}", folder / program.replace(" ", ""))
        try:
            yield at_work, relay
        finally:
            at_work.kill()


def _race(lines: Sequence[Lane], plan: Plan, seed: int) -> dict[str, Result]:
    chance = random.Random(seed)
    began = time.monotonic()
    until, kill_at = began + plan.longest_s, began + chance.uniform(0.5, 1.5) * plan.kill_every_s
    first: dict[str, Counts] = {}
    last: dict[str, Counts] = {}
    results: dict[str, Result] = {}
    while len(results) < len(lines):
        time.sleep(LOOK_EVERY_S)
        now = time.monotonic()
        killing = bool(plan.kill_every_s) and now >= kill_at
        kill_at = now + chance.uniform(0.5, 1.5) * plan.kill_every_s if killing else kill_at
        for program, relay in lines:
            if program.name in results:
                continue
            if killing:
                program.kill()
            done = program.tend()
            counts = relay.counts()
            if counts.calls and program.name not in first:
                first[program.name] = counts
            if program.name not in last or counts.down_bytes > last[program.name].down_bytes:
                last[program.name] = counts
            if done or now > until:
                span = (first.get(program.name, counts), last[program.name] if done else counts)
                results[program.name] = _result(program, *span, done=done)
    return results


def _result(program: Downloader, first: Counts, counts: Counts, *, done: bool) -> Result:
    capacity = counts.down_capacity_bytes - first.down_capacity_bytes
    brought = program.film.wanted.bytes if done else min(counts.down_bytes, program.film.wanted.bytes)
    return Result(
        goodput=brought / max(capacity, 1.0),
        refetched=counts.down_bytes / program.needed_bytes if done else float("nan"),
        calls=counts.calls,
        right=done and program.right,
    )


def _say(kind: str, runs: Sequence[dict[str, Result]], *, kills: bool = False) -> None:
    """Print ours beside each other program's; of bytes fetched twice only where all runs came to their end."""
    ours = [one[OURS] for one in runs]
    for name in runs[0].keys() - {OURS}:
        theirs = [one[name] for one in runs]
        more: dict[str, Any] = {
            "outages": kind,
            "kills": "yes" if kills else "no",
            "finished": f"{sum(one.right for one in ours)}, {sum(one.right for one in theirs)} of {len(runs)}",
            "calls": f"{sum(one.calls for one in ours)}, {sum(one.calls for one in theirs)}",
        }
        goodput, refetched = ([[getattr(one, part) for one in side] for side in (ours, theirs)]
                              for part in ("goodput", "refetched"))  # fmt: skip
        say("link", "goodput_ratio", goodput[0], "ratio", peer=name, peer_values=goodput[1], **more)
        if all(one.right for one in (*ours, *theirs)):
            say("link", "refetched_ratio", refetched[0], "ratio", peer=name, peer_values=refetched[1], **more)
