"""Do the tasks at the television and print each with its presses; ends with 1 while one of them has not passed.

./run tasks           a table
./run tasks --json    a JSON object a line
"""

from __future__ import annotations

import argparse
import sys

import msgspec

from tests.tasks.more import MORE
from tests.tasks.twelve import TASKS, Outcome, attempt


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="./run tasks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="a JSON object a line instead of a table")
    asked = parser.parse_args(arguments)
    outcomes = [attempt(task) for task in (*TASKS, *MORE)]
    for one in outcomes:
        _say(msgspec.json.encode(one).decode() if asked.json else _row(one))
    passed = sum(one.passed for one in outcomes)
    if not asked.json:
        _say(f"{passed} of {len(outcomes)} passed")
    return 0 if passed == len(outcomes) else 1


def _row(one: Outcome) -> str:
    mark = "ok    " if one.passed else "FAILED"
    presses = "–" if one.presses is None else str(one.presses)
    return f"{mark}  {presses:>2} of {one.ideal}  {one.task}  {f'[{one.keys}]' if one.keys else ''}  {one.why}".rstrip()


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
