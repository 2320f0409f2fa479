"""Run simulated boxes; ends with 1 when a promise was broken, and says which faults are enough for that.

./run simulate --days 1000 --seed 1     lives of 60 days, on all cores
./run simulate --replay 17/12.5:3,40    one life again, with what happened in it
./run simulate --defects                are planted defects found, and after how many box-days?
"""

from __future__ import annotations

import argparse
import os
import sys

from . import defects, telling
from .many import live_many
from .script import LONGEST_DAYS, Name, parse
from .shrink import shrunk


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="./run simulate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=600, help="box-days in all (default 600)")
    parser.add_argument("--seed", type=int, default=1, help="the first life's seed; the next one's is one more")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument("--replay", type=parse, metavar="LIFE", help="a life by its name, such as 17/12.5:3,40-42")
    parser.add_argument("--shrink", action=argparse.BooleanOptionalAction, default=True, help="look for fewer faults")
    parser.add_argument("--defects", action="store_true", help="plant defects and look for them")
    asked = parser.parse_args(arguments)
    if asked.defects:
        return defects.report()
    if asked.replay is not None:
        return telling.replay(asked.replay)
    return _simulate(asked)


def _simulate(asked: argparse.Namespace) -> int:
    lives, left = [], asked.days
    while left > 0:
        lives.append(Name(asked.seed + len(lives), min(LONGEST_DAYS, left)))
        left -= LONGEST_DAYS
    result = live_many(lives, max(1, asked.jobs))
    telling.report(asked.seed, result)
    if not result.failed:
        return 0
    name, why = result.failed[0]
    telling.say(f"BROKEN: {name}: {why}")
    if asked.shrink:
        telling.say("looking for the smallest script that still fails …")
        name = shrunk(name)
    telling.replay(name)
    telling.say(f"again: ./run simulate --replay {name}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
