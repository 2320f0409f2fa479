"""``python -m bench NAME… [--quick]``: run benches by name."""

from __future__ import annotations

import argparse
import importlib
import sys

BENCHES = {
    "start": "start → home, OK → first frame, gap between lessons",
    "journal": "a play from the screen to the county: bytes, inbox, cuts, the month's report",
    "footprint": "memory and processor in the menu and while playing",
    "lanes": "one call or a few at once, on a line that loses packets",
    "link": "a film over a line that fails: goodput and bytes fetched twice, beside wget, curl and aria2c",
    "plan": "sessions ready and how good they are, under our planner, under others, and at best",
    "refresh": "bytes of a refresh, and how soon a new box is of use on dial-up",
    "remote": "key → changed picture, in the menu and over the moving picture",
}


def main() -> int:
    """Run the benches that the command line names."""
    names = "\n".join(f"  {name:10} {what}" for name, what in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Measure, and print one JSON line a figure.",
        epilog=f"benches:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="+", choices=sorted(BENCHES), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: every bench within 50 seconds")
    arguments = parser.parse_args()
    for name in arguments.names:
        importlib.import_module(f"bench.{name}").run(quick=arguments.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
