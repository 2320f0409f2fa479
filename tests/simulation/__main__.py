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
    began, faults, pairs = time.perf_counter(), Counter[str](), Counter[tuple[str, str, str]]()
    lived = 0
    for seed in range(asked.seed, asked.seed + max(1, -(-asked.days // BOX_DAYS))):
        life = Life(seed, min(BOX_DAYS, asked.days - lived))
        if not _lived(life):
            return 1
        lived += life.days
        faults.update(life.faults)
        pairs.update(life.pairs)
    _report(asked.seed, lived, time.perf_counter() - began, faults, pairs)
    return 0


def _lived(life: Life) -> bool:
    try:
        life.live()
    except Exception:  # noqa: BLE001 - whatever it was, the seed and the last events are what is needed
        traceback.print_exc()
        sys.stderr.write("\n".join(life.history) + "\n")
        sys.stderr.write(f"BROKEN: seed {life.seed}, day {life.time / 86_400_000:.2f}, step {life.steps}\n")
        return False
    return True


def say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _report(seed: int, days: int, seconds: float, faults: Counter[str], pairs: Counter[tuple[str, str, str]]) -> None:
    say(f"seed {seed}, {days} box-days in {seconds:.1f} s: {days / seconds * 60:.0f} a minute")
    say("injected: " + ", ".join(f"{name} {times}" for name, times in sorted(faults.items())))
    for name, table in TABLES.items():
        met = {(state, kind) for life, state, kind in pairs if life == name}
        missing = sorted(f"{s.name}/{k.__name__}" for s, k in table if (s.name, k.__name__) not in met)
        say(f"{name}: {len(met)} of {len(table)} (state, event) pairs; not met: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    sys.exit(main())
