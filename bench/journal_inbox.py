"""How many entries a second the inbox takes in: ``county.inbox.taking.take`` in two processes, on both databases.

Each process is given the envelopes of villages of its own, fifty entries each, sealed beforehand, and takes them one
after the other: signature, chain, entries, records, commit. PostgreSQL waits for the disk at every commit. Beside the
entries a second stand the microseconds of processor per entry, of Python and of the database's processes together:
two cores that nobody else uses would take 2,000,000 divided by it a second.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from pathlib import Path

from bench.county_stage import CountyStage, finish
from bench.figures import say
from bench.processes import cpu_seconds
from bench.village import Village

BATCH_ENTRIES = 50
PROCESSES = 2
BOXES = 5  # whose envelopes each process takes in turn
BEGINS_MS = 1_767_225_600_000  # 2026-01-01 UTC


def inbox(stage: CountyStage, folder: Path, *, quick: bool) -> None:
    """Print the figures; files lie in ``folder`` meanwhile."""
    runs, entries = (2, 3_000) if quick else (3, 40_000)
    rates, costs = [], []
    for run in range(runs):
        rate, cost = _take_all(stage, _villages(folder, run, entries // runs // PROCESSES))
        rates.append(rate)
        costs.append(cost)
    say("journal", "entries_per_s", rates, "entries/s", database=stage.database, through="take() in 2 processes",
        batch=BATCH_ENTRIES, entries=entries)  # fmt: skip
    say("journal", "cpu_us_per_entry", costs, "us", database=stage.database, of="python and database together")


def _villages(folder: Path, run: int, entries: int) -> list[Path]:
    """Write the envelopes of a run, a file a process."""
    files = []
    for process in range(PROCESSES):
        path = folder / f"{run}-{process}.pickle"
        path.write_bytes(pickle.dumps(_envelopes(f"{run}/{process}", entries)))
        files.append(path)
    return files


def _envelopes(seed: str, entries: int) -> tuple[list[tuple[str, str]], list[bytes]]:
    """Return keys of boxes, and envelopes that come from them in turn."""
    villages = [Village(f"{seed}/{number}", BEGINS_MS) for number in range(BOXES)]
    lives = [village.live(10_000) for village in villages]
    sealed = []
    for number in range(entries // BATCH_ENTRIES):
        village, life = villages[number % BOXES], lives[number % BOXES]
        sealed.append(village.sealed([next(life) for _ in range(BATCH_ENTRIES)]))
    return [(village.key.fingerprint, village.key.public_bytes.hex()) for village in villages], sealed


def _take_all(stage: CountyStage, files: list[Path]) -> tuple[float, float]:
    """Let every process take its file; return entries a second and microseconds of processor per entry."""
    takers = [stage.start("journal_inbox", str(path)) for path in files]
    for taker in takers:
        _line(taker)
    before = cpu_seconds(stage.pid) if stage.pid else 0.0
    began = time.perf_counter()
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("go\n")
        taker.stdin.flush()
    told = [json.loads(_line(taker)) for taker in takers]
    took = time.perf_counter() - began
    database = cpu_seconds(stage.pid) - before if stage.pid else 0.0
    for taker in takers:
        finish(taker)
    entries = sum(one["entries"] for one in told)
    return entries / took, (sum(one["cpu_s"] for one in told) + database) / entries * 1e6


def _line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline()


# --- the program beside the database


def main(path: Path) -> None:
    """Take in the envelopes of a file; say how long that took."""
    import django  # noqa: PLC0415

    django.setup()
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
