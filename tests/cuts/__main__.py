"""Run real kills: ``python -m tests.cuts --times N --seed S``; ends with 1 when a promise was broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.cuts.databases import postgresql
from tests.cuts.place import Place, Size
from tests.cuts.run import MOST_KILLS, STORIES, report, run


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run cuts", description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="kills in all (default 200)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="default: another one each time")
    parser.add_argument("--folder", type=Path, help="where the data lie and stay; default: a temporary folder")
    parser.add_argument("--only", nargs="+", choices=sorted(MOST_KILLS), default=STORIES, help="the stories to tell")
    parser.add_argument("--postgresql", action="store_true", help="the county's database is PostgreSQL, not SQLite")
    asked = parser.parse_args(arguments)
    say(f"seed {asked.seed}")
    began = time.monotonic()
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yuanjiao-cuts-")))
        database = stack.enter_context(postgresql()) if asked.postgresql else None
        place = stack.enter_context(Place(folder, Size(), database))
        told = run(place, asked.times, asked.seed, say, only=asked.only)
    sys.stdout.writelines(report(told, asked.seed, time.monotonic() - began))
    return 1 if told.problems else 0


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
