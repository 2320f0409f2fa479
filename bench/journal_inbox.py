"""How many entries a second the inbox takes in: ``county.inbox.taking.take`` in two processes, on both databases.

Each process is given the envelopes of villages of its own, fifty entries each, sealed beforehand, and takes them one
after the other: signature, chain, entries, records, commit. PostgreSQL is one of the bench's own that waits for the
disk at every commit. Beside the entries a second stand the microseconds of processor per entry, of Python and of the
database's processes together: two cores that nobody else uses would take 2,000,000 divided by it a second.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import say
from bench.processes import cpu_seconds
from bench.village import Village

BATCH_ENTRIES = 50
PROCESSES = 2
BEGINS_MS = 1_767_225_600_000  # 2026-01-01 UTC


def inbox(*, quick: bool) -> None:
    """Print the figures."""
    entries = 6_000 if quick else 40_000
    for database in ("postgresql", "sqlite"):
        with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, served(Path(name), database) as server:
            parts = _villages(Path(name), entries)
            rates, costs = [], []
            for part in parts:
                rate, cost = _take_all(server, part)
                rates.append(rate)
                costs.append(cost)
        say("journal", "entries_per_s", rates, "entries/s", database=database, through="take() in 2 processes",
            batch=BATCH_ENTRIES, entries=entries)  # fmt: skip
        say("journal", "cpu_us_per_entry", costs, "us", database=database, of="python and database together")


class Server:
    """A county's database: the environment of processes beside it, and the database's own process if it has one."""

    def __init__(self, folder: Path, address: str, pid: int | None) -> None:
        self.environment = os.environ | {
            "YUANJIAO_COUNTY_DATA": str(folder),
            "YUANJIAO_COUNTY_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": "county.settings",
        }
        self.pid = pid

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """Start this module as a program beside the database."""
        command = [sys.executable, "-m", "bench.journal_inbox", *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip


@contextmanager
def served(folder: Path, database: str) -> Iterator[Server]:
    """Make an empty county's database: PostgreSQL or SQLite."""
    from tests.county.databases import running_cluster  # noqa: PLC0415 - needs Django's settings only then

    if database == "sqlite":
        server = Server(folder, "sqlite", None)
        _finish(server.run("migrate"))
        yield server
        return
    with tempfile.TemporaryDirectory(prefix="yuanjiao-pg-") as name, running_cluster(Path(name), durable=True) as pg:
        pg.execute("CREATE DATABASE county")
        pid = int((Path(name) / "data" / "postmaster.pid").read_text().split()[0])
        server = Server(folder, pg.address("county"), pid)
        _finish(server.run("migrate"))
        yield server


def _villages(folder: Path, entries: int) -> list[list[Path]]:
    """Write the envelopes of three runs, each a file a process."""
    runs = []
    for run in range(3):
        files = []
        for process in range(PROCESSES):
            path = folder / f"{run}-{process}.pickle"
            path.write_bytes(pickle.dumps(_envelopes(f"{run}/{process}", entries // PROCESSES // 3)))
            files.append(path)
        runs.append(files)
    return runs


def _envelopes(seed: str, entries: int) -> tuple[list[tuple[str, str]], list[bytes]]:
    """Return keys of boxes, and envelopes that come from them in turn."""
    villages = [Village(f"{seed}/{number}", BEGINS_MS) for number in range(5)]
    lives = [village.live(10_000) for village in villages]
    sealed = []
    for number in range(entries // BATCH_ENTRIES):
        village, life = villages[number % len(villages)], lives[number % len(villages)]
        sealed.append(village.sealed([next(life) for _ in range(BATCH_ENTRIES)]))
    return [(village.key.fingerprint, village.key.public_bytes.hex()) for village in villages], sealed


def _take_all(server: Server, files: list[Path]) -> tuple[float, float]:
    """Let every process take its file; return entries a second and microseconds of processor per entry."""
    workers = [server.run("take", str(path)) for path in files]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    database_before = cpu_seconds(server.pid) if server.pid else 0.0
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [json.loads(_line(worker)) for worker in workers]
    took = time.perf_counter() - began
    database = cpu_seconds(server.pid) - database_before if server.pid else 0.0
    for worker in workers:
        _finish(worker)
    entries = sum(one["entries"] for one in told)
    return entries / took, (sum(one["cpu_s"] for one in told) + database) / entries * 1e6


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline()


def _finish(worker: subprocess.Popen[str]) -> None:
    worker.communicate()
    if worker.returncode:
        raise subprocess.CalledProcessError(worker.returncode, worker.args)


# --- the programs beside the database


def _migrate() -> None:
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def _take(path: Path) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from county.inbox.taking import take  # noqa: PLC0415

    boxes, sealed = pickle.loads(path.read_bytes())
    _settle_in(path.stem, boxes)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.process_time()
    for envelope in sealed:
        take(envelope, timezone.now())
    spent = time.process_time() - began
    print(json.dumps({"entries": len(sealed) * BATCH_ENTRIES, "cpu_s": spent}), flush=True)


def _settle_in(name: str, boxes: list[tuple[str, str]]) -> None:
    """Give every box a site."""
    from django.utils import timezone  # noqa: PLC0415

    from county.places.models import Box, Place, PlaceKind, Site, Stay  # noqa: PLC0415

    place, _ = Place.objects.get_or_create(id="county", defaults={"kind": PlaceKind.COUNTY, "name": "示范县"})
    for number, (fingerprint, public_key) in enumerate(boxes):
        site = Site.objects.create(id=f"site-{name}-{number}", place=place, kind="village", name=f"第{number}村站点")
        box = Box.objects.create(id=fingerprint, public_key=public_key, site=site, bound_at=timezone.now())
        Stay.objects.create(box=box, site=site, since=timezone.now())


def main(arguments: list[str]) -> None:
    """Run as a program beside the database."""
    import django  # noqa: PLC0415

    django.setup()
    if arguments[0] == "migrate":
        _migrate()
    else:
        _take(Path(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
