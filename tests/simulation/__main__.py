"""Run simulated boxes: ``python -m tests.simulation --days N --seed S``; ends with 1 when a promise was broken."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter

from .life import TABLES, Life

BOX_DAYS = 60  # the length of one life


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--days", type=int, default=600, help="box-days in all, in lives of 60 days (default 600)")
    parser.add_argument("--seed", type=int, default=1, help="the first life's seed; the next one's is one more")
    asked = parser.parse_args(arguments)
    began, faults, pairs = time.perf_counter(), Counter[str](), Counter[tuple[object, type]]()
    lived, fetched, needed = 0, 0, 0
    for seed in range(asked.seed, asked.seed + max(1, -(-asked.days // BOX_DAYS))):
        life = Life(seed, min(BOX_DAYS, asked.days - lived))
        if not _lived(life):
            return 1
        lived += life.days
        faults.update(life.faults)
        pairs.update(life.pairs)
        fetched += life.disk.store.fetched_bytes
        needed += life.disk.store.needed_bytes
    _report(asked.seed, lived, time.perf_counter() - began, faults, pairs)
    say(f"bytes fetched / needed: {fetched / max(1, needed):.4f}")
    return 0


def _lived(life: Life) -> bool:
    try:
        life.live()
    except Exception:  # noqa: BLE001 - whatever it was, the seed and the last events are what is needed
        traceback.print_exc()
        sys.stderr.writelines(f"{at / 1000:.1f}s {what!r:.150}\n" for at, what in life.history)
        sys.stderr.write(f"BROKEN: seed {life.seed}, day {life.time / 86_400_000:.2f}, step {life.steps}\n")
        return False
    return True


def say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _report(seed: int, days: int, seconds: float, faults: Counter[str], pairs: Counter[tuple[object, type]]) -> None:
    say(f"seed {seed}, {days} box-days in {seconds:.1f} s: {days / seconds * 60:.0f} a minute")
    say("injected: " + ", ".join(f"{name} {times}" for name, times in sorted(faults.items())))
    for name, table in TABLES.items():
        missing = sorted(f"{state.name}/{kind.__name__}" for state, kind in table if (state, kind) not in pairs)
        met = len(table) - len(missing)
        say(f"{name}: {met} of {len(table)} (state, event) pairs; not met: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    sys.exit(main())
