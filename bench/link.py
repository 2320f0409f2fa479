"""A film over a line of 8 Mbit/s that fails again and again, and a worker that is killed: goodput and waste.

All programs fetch the same film at the same time, each over a line of its own (`tests.fakes.relay`) with the same
outages at the same moments, or is killed and started again at the same moments, or both. Kinds of outage: the line
resets every call, falls silent, stalls, forgets its calls, refuses new ones.

``goodput_ratio``: the film's bytes by what the line could have carried while it was up, from the first call to the
last byte. ``best_ratio``: what a program would reach that starts in no time and loses nothing but the two round trips
of a new call, at its start and whenever its call is lost. ``refetched_ratio``: bytes through the line by bytes needed;
a little more than 1 for the heads of answers.
``first_call_s``: from the start of a program to its first call, which is what a kill costs beside the line;
``first_call_cpu_s``: its time on the processor until then; ``memory_mb``: its proportional set size then.
The budgets are ≥ 0.95 and ≤ 1.01. Where a peer has not finished by the end, its goodput is what it has by then.
"""

from __future__ import annotations

import random
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.downloaders import DOWNLOADERS, Downloader, Film
from bench.figures import say
from bench.processes import cpu_seconds, pss_megabytes
from player.workers.messages import Wanted
from playlists.chunks import chunk_list_bytes
from tests.fakes.capacity import Capacity, FaultKind, Outage, outages_by_seed
from tests.fakes.http_server import serving
from tests.fakes.media_tree import publish_blob
from tests.fakes.relay import Counts, Relay

BYTES_PER_S = 1_000_000
ROUND_TRIP_S = 0.06
KINDS: tuple[FaultKind, ...] = ("reset", "silence", "stall", "forget", "refuse")
QUICK_KINDS: tuple[FaultKind, ...] = ("silence", "forget")
LOOK_EVERY_S = 0.02
OURS = "yuanjiao"


class Plan(msgspec.Struct, frozen=True):
    """How long and how bad: the film's bytes, mean seconds up (0: always) and down, and between kills (0: none)."""

    film_bytes: int
    up_s: float
    down_s: float
    kill_every_s: float = 0.0
    longest_s: float = 600.0


class Result(msgspec.Struct, frozen=True):
    """What one program did in one run."""

    goodput: float
    best: float
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
    always_up = msgspec.structs.replace(plan, up_s=0.0, kill_every_s=plan.up_s)
    _say("none", [measure(always_up, None, seed) for seed in seeds], kills=True)
    often = plan.up_s * 0.6
    plan = msgspec.structs.replace(plan, up_s=often, kill_every_s=often)
    _say("mixed", [measure(plan, None, seed) for seed in seeds], kills=True)


def _say_starts(times: int) -> None:
    """Print how long each program takes from its start to its first call, and how large it is then."""
    film = Film(Wanted("a" * 64, 2 << 20, "c" * 64), chunk_list_bytes(2 << 20))
    starts = {name: [_first_call(name, film) for _ in range(times)] for name in DOWNLOADERS}
    for name in starts.keys() - {OURS}:
        for at, (figure, unit) in enumerate((("first_call_s", "s"), ("first_call_cpu_s", "s"), ("memory_mb", "MB"))):
            ours, theirs = ([one[at] for one in starts[program]] for program in (OURS, name))
            say("link", figure, ours, unit, peer=name, peer_values=theirs)


def _first_call(name: str, film: Film) -> tuple[float, float, float]:
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as folder:
        server.settimeout(30)
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        program = DOWNLOADERS[name](film, base, Path(folder) / "store")
        began = time.monotonic()
        program.tend()
        try:
            with server.accept()[0]:
                took_s = time.monotonic() - began
                assert program.process is not None
                pid = program.process.pid
                return took_s, cpu_seconds(pid), pss_megabytes([pid])
        finally:
            program.kill()


def measure(plan: Plan, kind: FaultKind | None, seed: int, names: Sequence[str] = ()) -> dict[str, Result]:
    """Let all programs (or those named) fetch a film over lines with one kind of outage, or all kinds if None."""
    kinds = KINDS if kind is None else (kind,)
    outages = outages_by_seed(seed, plan.longest_s, plan.up_s, plan.down_s, kinds) if plan.up_s else ()
    with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        wanted, _ = publish_blob(folder / "published", plan.film_bytes, seed)
        film = Film(wanted, chunk_list_bytes(plan.film_bytes))
        lanes = [stack.enter_context(_line(folder, program, film, outages)) for program in names or DOWNLOADERS]
        return _race(lanes, plan, seed)


@dataclass
class Lane:
    """A program at work on a line of its own, and what was seen of it."""

    program: Downloader
    relay: Relay
    first: Counts | None = None
    last: Counts | None = None
    new_calls: int = 0
    call_lost: bool = True  # there was none yet

    def look(self, *, killing: bool) -> bool:
        """Kill the program, or start it if need be, and take note; return whether it has done its work."""
        fault = self.relay.fault
        if killing:
            self.program.kill()
        if killing or fault not in (None, "silence"):
            self.call_lost = True
        elif fault is None and self.call_lost:
            self.call_lost, self.new_calls = False, self.new_calls + 1
        done = self.program.tend()
        counts = self.relay.counts()
        if counts.calls and self.first is None:
            self.first = counts
        if self.last is None or counts.down_bytes > self.last.down_bytes:
            self.last = counts
        return done

    def result(self, *, done: bool) -> Result:
        """Return what it did, with all its bytes or with what it has by now."""
        counts, film_bytes = self.relay.counts(), self.program.film.wanted.bytes
        until = self.last if done and self.last else counts
        capacity = until.down_capacity_bytes - (self.first or until).down_capacity_bytes
        brought = film_bytes if done else min(counts.down_bytes, film_bytes)
        return Result(
            goodput=brought / max(capacity, 1.0),
            best=brought / (brought + self.new_calls * 2 * ROUND_TRIP_S * BYTES_PER_S),
            refetched=until.down_bytes / self.program.needed_bytes if done else float("nan"),
            calls=until.calls,
            right=done and self.program.right,
        )


@contextmanager
def _line(folder: Path, program: str, film: Film, outages: Sequence[Outage]) -> Iterator[Lane]:
    """A program with a server and a line of its own; ended with everything in the end."""
    with (
        serving(folder / "published") as server,
        Relay(server.port, down=Capacity.constant(BYTES_PER_S), round_trip_s=ROUND_TRIP_S, outages=outages) as relay,
    ):
        at_work = DOWNLOADERS[program](film, f"http://127.0.0.1:{relay.port}", folder / program.replace(" ", ""))
        try:
            yield Lane(at_work, relay)
        finally:
            at_work.kill()


def _race(lanes: Sequence[Lane], plan: Plan, seed: int) -> dict[str, Result]:
    chance = random.Random(seed)
    began = time.monotonic()
    until, kill_at = began + plan.longest_s, began + chance.uniform(0.5, 1.5) * plan.kill_every_s
    results: dict[str, Result] = {}
    while len(results) < len(lanes):
        time.sleep(LOOK_EVERY_S)
        now = time.monotonic()
        killing = bool(plan.kill_every_s) and now >= kill_at
        kill_at = now + chance.uniform(0.5, 1.5) * plan.kill_every_s if killing else kill_at
        for lane in lanes:
            if lane.program.name in results:
                continue
            done = lane.look(killing=killing)
            if done or now > until:
                results[lane.program.name] = lane.result(done=done)
    return results


def _say(kind: str, runs: Sequence[dict[str, Result]], *, kills: bool = False) -> None:
    """Print ours beside each other program's; of bytes fetched twice only where all runs came to their end."""
    ours = [one[OURS] for one in runs]
    for name in runs[0].keys() - {OURS}:
        theirs = [one[name] for one in runs]
        more: dict[str, Any] = {
            "outages": kind,
            "kills": "yes" if kills else "no",
            "best_ratio": round(statistics.median(one.best for one in ours), 3),
            "finished": f"{sum(one.right for one in ours)}, {sum(one.right for one in theirs)} of {len(runs)}",
            "calls": f"{sum(one.calls for one in ours)}, {sum(one.calls for one in theirs)}",
        }
        goodput, refetched = ([[getattr(one, part) for one in side] for side in (ours, theirs)]
                              for part in ("goodput", "refetched"))  # fmt: skip
        say("link", "goodput_ratio", goodput[0], "ratio", peer=name, peer_values=goodput[1], **more)
        if all(one.right for one in (*ours, *theirs)):
            say("link", "refetched_ratio", refetched[0], "ratio", peer=name, peer_values=refetched[1], **more)
