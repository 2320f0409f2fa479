"""A county and a village for end-to-end tests: real processes, an X server in memory, a real browser.

The county has one course and is set up once a test run; a box is bound and has fetched it. Each test works on a copy,
so that what one test breaks stays broken for it alone.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from demo.browser import Office
from demo.once import CHINA, COURSE_NUMBER, SITE, SITE_NAME
from demo.screen import VirtualScreen
from demo.stage import YUANJIAO, Box, County, wait_for
from demo.television import VirtualTelevision
from player.status import read_status, runtime_folder
from playlists import sound_steps
from tests.e2e.line import Line

SESSION = "夜校集中学习"
BLOBS = 2 + len(sound_steps.STEPS) + 1  # a film and a poster, the prompts and a piece of music, each of one chunk
Found = TypeVar("Found")


@contextmanager
def virtual_television() -> Iterator[VirtualTelevision]:
    """Put up a television."""
    with VirtualScreen() as screen:
        television = VirtualTelevision(screen)
        try:
            yield television
        finally:
            television.close()


def found_office(data: Path, films: Path) -> None:
    """Set up a county with one course in ``data``."""
    office = [sys.executable, "-m", "demo.office", str(data), str(films), str(COURSE_NUMBER)]
    subprocess.run(office, check=True, stdout=subprocess.DEVNULL, timeout=150)


def bind_and_fetch(folder: Path) -> None:
    """Bind a box to the county in ``folder``, plan a session for later today, and wait until its course is here."""
    with Village(folder) as village:
        village.office.log_in("operator")
        village.office.plan_session(SESSION, COURSE_NUMBER, datetime.now(CHINA) + timedelta(hours=3), SITE_NAME)
        village.office.bind(SITE, str(village.wait("a code", lambda: village.player().get("binding_code"))))
        village.wait("the course", lambda: village.player().get("stored_blobs") == BLOBS, 60)
        assert village.box.stop() == 0


@dataclass(frozen=True)
class Nowhere:
    """A county whose name nobody knows; its trust came with the installer as ever."""

    data: Path
    http: str = "http://no-such-county.invalid"
    https: str = "https://no-such-county.invalid"


class Village:
    """A county and a box over the folders ``county`` and ``box`` of ``folder``, with somebody at each.

    Args:
        folder: Where their data are.
        copy_of: A folder whose data are copied there before.
        line: What lies between the box and the county's API.
    """

    def __init__(self, folder: Path, copy_of: Path | None = None, line: Line | None = None) -> None:
        if copy_of is not None:
            shutil.copytree(copy_of, folder, dirs_exist_ok=True)
        self._stack = ExitStack()
        self._line = line
        self.television = self._stack.enter_context(virtual_television())
        self.county = County(folder / "county", free_port())
        self._stack.callback(self._end_county)
        self._connect()
        self.office = self._stack.enter_context(Office(self.county.http))
        self.box = Box(folder / "box", self.county, self.television.screen.name)
        self._stack.callback(self.box.stop)

    def restart_county(self) -> None:
        """The county's machine loses its mains and gets it again."""
        self.county.kill()
        self.county = County(self.county.data, int(self.county.http.rpartition(":")[2]))
        self._connect()

    def _end_county(self) -> None:
        self.county.stop()

    def _connect(self) -> None:
        if self._line is not None:
            self._line.port = int(self.county.https.rpartition(":")[2])
            self.county.https = self._line.address

    def press(self, *buttons: str) -> None:
        """Press buttons of the remote control."""
        press(self.television, *buttons)

    def wait(self, what: str, look: Callable[[], Found | None], seconds: float = 30) -> Found:
        """Wait until something is so, and return it."""
        return wait_for(what, look, seconds)

    def player(self) -> dict[str, Any]:
        """Return what the player says of itself."""
        return said_by(self.box)

    def sees(self, key: str, words: str, seconds: float = 30) -> None:
        """Wait until the player says some words under a key of its status."""
        self.wait(f"{key}: {words}", lambda: words in str(self.player().get(key)), seconds)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Return the box's journal entries of one kind."""
        journal = [*YUANJIAO, "journal", "show", str(self.box.data / "journal.sqlite")]
        shown = subprocess.run(journal, capture_output=True, text=True, check=True).stdout
        entries = [json.loads(line) for line in shown.splitlines() if line.startswith("{")]
        return [entry for entry in entries if entry["kind"] == kind]

    def all_acknowledged(self) -> bool:
        """Return whether the county has every entry."""
        said = self.player()
        return bool(said) and said["journal_head"] == said["journal_acknowledged"] > 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def free_port() -> int:
    """Return a port that is free now, for a server that shall come back to the same one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def press(television: VirtualTelevision, *buttons: str) -> None:
    """Press buttons of the remote control, as a person would: one after the other."""
    for button in buttons:
        television.press(button)
        time.sleep(0.15)


def said_by(box: Box) -> dict[str, Any]:
    """Return what a box's player says of itself; empty while it starts or is away."""
    found = read_status(runtime_folder(box.data, os.environ))
    return found.content if found and found.content["pid"] == box.pid else {}
