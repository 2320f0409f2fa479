"""``./run demo``: a county and a television to try; ``--once`` walks the whole cycle by itself.

With a display (DISPLAY is set) the player opens a window there; without one, or with ``--virtual``, a virtual TV is
served on a page of the loopback address.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from demo.browser import Office
from demo.once import Cycle
from demo.people import OFFLINE_PASSPHRASE, PEOPLE, REVIEW_PASSPHRASE
from demo.screen import VirtualScreen
from demo.stage import Box, County, DemoFailed
from demo.television import VirtualTelevision

FOLDER = Path("var") / "demo"
READY = "ready"


def main() -> int:
    """Run the demo; return the exit code."""
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="walk the whole cycle, print the evidence, and end")
    parser.add_argument("--fresh", action="store_true", help="forget the county and box of the last time")
    parser.add_argument("--virtual", action="store_true", help="a virtual TV even where there is a display")
    parser.add_argument("--tv-port", type=int, default=8970, help="port of the virtual TV's page (default: 8970)")
    parser.add_argument("--county-port", type=int, default=8971, help="port of the county's pages (default: 8971)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return walk_once() if options.once else stay(options)
    except DemoFailed as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def set_up(folder: Path) -> None:
    """Set up the county's office in ``folder`` unless it is there already.

    Raises:
        DemoFailed: The office could not be set up; its words are above.
    """
    ready = folder / READY
    if ready.exists():
        return
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    print("setting up the demo county: films, renditions, two reviews, release (about a minute) …", flush=True)
    began = time.monotonic()
    office = [
        sys.executable,
        "-m",
        "demo.office",
        str((folder / "county").absolute()),
        str((folder.parent / "films").absolute()),
    ]
    if subprocess.run(office, check=False).returncode:
        raise DemoFailed("the county's office could not be set up")
    ready.touch()
    print(f"set up in {time.monotonic() - began:.0f} s", flush=True)


def walk_once() -> int:
    """Walk the whole cycle with a county and a box of its own."""
    folder = (FOLDER.parent / "demo-once").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    set_up(folder)
    with ExitStack() as stack:
        screen = stack.enter_context(VirtualScreen())
        television = VirtualTelevision(screen)
        stack.callback(television.close)
        county = County(folder / "county")
        stack.callback(county.stop)
        office = stack.enter_context(Office(county.http))
        box = Box(folder / "box", county, screen.name)
        stack.callback(box.stop)
        Cycle(county, box, television, office, folder / "pictures").walk()
        if box.stop() or county.stop():
            raise DemoFailed(f"player or county did not end cleanly; see {folder}")
    print(f"the whole cycle went well; pictures in {folder / 'pictures'}")
    return 0


def stay(options: argparse.Namespace) -> int:
    """Run county and box until Ctrl-C."""
    folder = FOLDER.absolute()
    if options.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    set_up(folder)
    display = "" if options.virtual else os.environ.get("DISPLAY", "")
    with ExitStack() as stack:
        county = County(folder / "county", options.county_port)
        stack.callback(county.stop)
        where = f"the window on display {display}"
        if not display:
            screen = stack.enter_context(VirtualScreen())
            television = VirtualTelevision(screen, options.tv_port)
            stack.callback(television.close)
            display, where = screen.name, television.address
        box = Box(folder / "box", county, display)
        stack.callback(box.stop)
        print(welcome(where, county), flush=True)
        while box.words() is not None:
            time.sleep(1)
    return 0


def welcome(television: str, county: County) -> str:
    """Return what a new user needs to know."""
    people = "\n".join(f"    {person.username:10} {person.password}   {person.name}" for person in PEOPLE)
    return f"""
  television   {television}
  county       {county.http}/
{people}
  reviewers sign with the passphrase  {REVIEW_PASSPHRASE}
  (the root keys' passphrase, for yuanjiao county reviewer add: {OFFLINE_PASSPHRASE})

  The TV shows a six-digit code: log in as operator, open a site (站点), enter the code. Then try the remote control.
  Ctrl-C ends both.
"""


if __name__ == "__main__":
    sys.exit(main())
