"""``./run demo``: a county and a television to try; ``--once`` walks the whole cycle by itself.

With a display (DISPLAY is set) the player opens a window there; without one, or with ``--virtual``, a virtual TV is
served on a page of the loopback address.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from demo.browser import Office
from demo.once import Cycle
from demo.people import PASSWORD, PEOPLE, REVIEW_PASSPHRASE
from demo.screen import SIZE, VirtualScreen
from demo.stage import BOUND_TO_US, SOCKET, Box, County, DemoFailed, wait_for
from demo.stick import VirtualStick, county_stick
from demo.television import VirtualTelevision

FOLDER = Path("var") / "demo"
READY = "ready"
NO_MATTER = frozenset({"__main__.py", "browser.py", "once.py", "screen.py", "stage.py", "stick.py", "television.py"})


def main() -> int:
    """Run the demo; return the exit code."""
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="walk the whole cycle, print the evidence, and end")
    parser.add_argument("--fresh", action="store_true", help="forget the county and box of the last time")
    parser.add_argument("--virtual", action="store_true", help="a virtual TV even where there is a display")
    parser.add_argument("--tv-port", type=int, default=8970, help="port of the virtual TV's page (default: 8970)")
    parser.add_argument("--county-port", type=int, default=8971, help="port of the county's pages (default: 8971)")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started us with "&"
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    folder = (FOLDER.parent / "demo-once" if options.once else FOLDER).absolute()
    try:
        with alone(folder):
            return walk_once(folder) if options.once else stay(folder, options)
    except DemoFailed as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second demo out of the same folder.

    Raises:
        DemoFailed: One runs there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoFailed("a demo runs here already; end it with Ctrl-C in its own terminal first") from error
        yield


def expect_free(port: int, option: str, whose: str) -> None:
    """Look whether a port of the loopback address can be had.

    Raises:
        DemoFailed: Somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoFailed(f"port {port} for {whose} is in use; choose another one: ./run demo {option} N") from error


def set_up(folder: Path) -> None:
    """Set up the county's office in ``folder`` unless it is there already.

    Raises:
        DemoFailed: The office could not be set up; its words are above.
    """
    ready, made_by = folder / READY, version()
    if ready.exists() and ready.read_text() == made_by:
        return
    if folder.exists():
        if ready.exists():
            print("the demo county was set up by another version and is made anew", flush=True)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    print("setting up the demo county: films, renditions, two reviews, release (about a minute) …", flush=True)
    began = time.monotonic()
    office = [sys.executable, "-m", "demo.office", str(folder / "county"), str(folder.parent / "films")]
    if subprocess.run([*BOUND_TO_US, *office], start_new_session=True, check=False).returncode:
        raise DemoFailed("the county's office could not be set up")
    ready.write_text(made_by)
    print(f"set up in {time.monotonic() - began:.0f} s", flush=True)


def version() -> str:
    """Return a mark of what shapes a demo county: its tables and what is put into them."""
    sources = [*Path("county").glob("*/migrations/*.py"), *Path("demo").glob("*.py")]
    told = (source.read_bytes() for source in sorted(sources) if source.name not in NO_MATTER)
    return hashlib.sha256(b"".join(told)).hexdigest()


def walk_once(folder: Path) -> int:
    """Walk the whole cycle with a county and a box of its own."""
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


def stay(folder: Path, options: argparse.Namespace) -> int:
    """Run county and box until Ctrl-C, or until the television's window is closed."""
    display = "" if options.virtual else os.environ.get("DISPLAY", "")
    expect_free(options.county_port, "--county-port", "the county's pages")
    if not display:
        expect_free(options.tv_port, "--tv-port", "the virtual TV")
    if options.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    set_up(folder)
    with ExitStack() as stack:
        county = County(folder / "county", options.county_port)
        stack.callback(county.stop)
        if display:
            box = Box(folder / "box", county, display, size=SIZE)
            where = f"the window on display {display}"
        else:
            screen = stack.enter_context(VirtualScreen())
            television = VirtualTelevision(screen, options.tv_port, first_steps(county))
            stack.callback(television.close)
            box = Box(folder / "box", county, screen.name)
            television.stick = VirtualStick(folder / SOCKET, folder / "stick", partial(county_stick, county, box))
            where = television.address
        stack.callback(box.stop)
        player = wait_for("the television", box.player, 20)
        print(welcome(where, county, bound=player["binding"] == "bound"), flush=True)
        while box.runs() and county.runs():
            time.sleep(0.5)
        if county.runs() and not box.stop():
            return 0  # the window was closed
        raise DemoFailed(f"{'player' if county.runs() else 'county'} has ended; see its log in {folder}")


def first_steps(county: County) -> str:
    """Return what the virtual TV's page says to somebody who is here for the first time."""
    return f"""<ol>
    <li>电视上有六位绑定码时：打开 <a href="{county.http}/sites" target="_blank">县远教办的网页</a>，
      用 <code>operator</code> / <code>{PASSWORD}</code> 登录，选一个站点，填入绑定码。
      <br>If the TV shows a six-digit code: open the county's pages, log in, choose a site, enter the code.</li>
    <li>几秒钟后电视上就有节目了：按 <code>0</code> 输入课号 <code>128</code>，按确定。
      <br>Some seconds later the TV has its programme: press <code>0</code>, then <code>128</code>, then OK.</li>
  </ol>"""


def welcome(television: str, county: County, *, bound: bool) -> str:
    """Return what a new user needs to know."""
    people = "\n".join(f"    {person.username:10} {person.name}" for person in PEOPLE)
    first = "The TV shows a six-digit code: log in as operator, open a site (站点), enter the code."
    again = "The box is bound from the last time (./run demo --fresh begins anew)."
    return f"""
  television   {television}
  county       {county.http}/    password {PASSWORD}
{people}
  reviewers sign with the passphrase  {REVIEW_PASSPHRASE}

  {again if bound else first}
  Try the remote control: 0, then 128, then OK plays a lesson. Ctrl-C ends both.
"""


if __name__ == "__main__":
    sys.exit(main())
