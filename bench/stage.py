"""A player with 5,000 courses on a virtual screen, as the benches use it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import yaml

from demo.screen import VirtualScreen
from playlists.documents import CatalogueEntry, Session
from tests.fakes.box import FilmFile, make_box

COURSES = 5_000
CHINA = timezone(timedelta(hours=8))
Seen = TypeVar("Seen")


def catalogue() -> list[CatalogueEntry]:
    """Return the entries of a full catalogue."""
    return [
        CatalogueEntry(
            id=f"course-{number}",
            number=number,
            title=f"第{number}课 山区实用技术",
            initials=f"d{number}ksqsyjs",
            category=("农业技术", f"专题{number % 40}"),
            minutes=30,
            lessons=3,
            released="2026-02-01",
        )
        for number in range(1_000, 1_000 + COURSES)
    ]


class Player:
    """``yuanjiao player`` on a screen, with the films as the lessons of one course and of a session.

    Args:
        folder: Where its data lie; kept between starts.
        screen: Where it shows.
        films: The lessons of course 128.
    """

    def __init__(self, folder: Path, screen: VirtualScreen, films: Sequence[FilmFile]) -> None:
        self.screen = screen
        self._settings = folder / "player.yaml"
        self._log = folder / "player.log"
        starts = datetime.now(CHINA) + timedelta(hours=3)
        session = Session(
            id="bench", title="集中学习", playlist="all", starts=starts.strftime("%Y-%m-%dT%H:%M"), gather_minutes=0
        )
        make_box(folder / "data", films, [session], catalogue())
        picture = {"video_output": "xcb_x11"}
        settings = {"data": str(folder / "data"), "remote": {"kernel_devices": False}, "picture": picture}
        self._settings.write_text(yaml.safe_dump(settings))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; returns at once."""
        command = [str(Path(sys.executable).with_name("yuanjiao")), "player", "--config", str(self._settings)]
        with self._log.open("ab") as log:
            environment = os.environ | {"DISPLAY": self.screen.name}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed player has its byte code
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        """The player's process; the VLC child is its child."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """End it as the service manager would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def wait_until(what: str, look: Callable[[], Seen | None], seconds: float = 20.0) -> Seen:
    """Look without pause until something is seen, and return it.

    Raises:
        TimeoutError: It was not seen in time.
    """
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.0002)
    raise TimeoutError(f"{what}: not seen within {seconds} s")


def settle(screen: VirtualScreen, quiet_s: float = 0.6, seconds: float = 15.0) -> bytes:
    """Wait until the screen has not changed for a while, and return its pixels.

    Raises:
        TimeoutError: It keeps changing.
    """
    deadline = time.monotonic() + seconds
    last, since = screen.rows(0, screen.size[1]), time.monotonic()
    while time.monotonic() < deadline:
        now = screen.rows(0, screen.size[1])
        if now != last:
            last, since = now, time.monotonic()
        if time.monotonic() - since > quiet_s:
            return now
        time.sleep(0.02)
    raise TimeoutError(f"the screen kept changing for {seconds} s")
