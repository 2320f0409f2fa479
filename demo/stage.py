"""The two processes of the demo: a county server and a box, each as it would run on its own machine.

Both are started by their public commands, with folders of their own; they meet over HTTP and TLS on loopback.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from demo.register import COUNTY

YUANJIAO = (str(Path(sys.executable).with_name("yuanjiao")),)
BOUND_TO_US = ("setpriv", "--pdeathsig", "TERM", "--")  # the kernel ends it when we are gone
START_SECONDS = 40.0
SOCKET = "usb"  # in the demo's folder: what lies in there is a stick that is put in
Found = TypeVar("Found")


class DemoFailed(Exception):
    """A step did not come to its end; the message says which, and where to look."""


def wait_for(what: str, look: Callable[[], Found | None], seconds: float, pause_s: float = 0.1) -> Found:
    """Look again and again until something is there, and return it.

    Raises:
        DemoFailed: It was not there in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise DemoFailed(f"{what}: not within {seconds:.0f} s")
        time.sleep(pause_s)


class Program:
    """A process of ours with its log; it is ended by SIGTERM, by us or by the kernel when we are gone.

    Ctrl-C in the terminal does not reach it: what runs is ended in order, by us.

    Args:
        arguments: What follows ``yuanjiao``.
        environment: What is set beside our own environment.
        log: Where its words go.
    """

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [*BOUND_TO_US, *YUANJIAO, *arguments],
                env=os.environ | environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def words(self) -> str:
        """Return the log so far.

        Raises:
            DemoFailed: The process has ended.
        """
        text = self.log.read_text(errors="replace")
        if self.process.poll() is not None:
            raise DemoFailed(f"{self.log.stem} ended with exit code {self.process.returncode}; see {self.log}")
        return text

    def runs(self) -> bool:
        """Return whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(5)

    def stop(self) -> int:
        """End it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait(5)


class County:
    """``yuanjiao county serve`` over a data folder that `demo.office` has set up.

    Args:
        data: The county's data folder.
        http_port: The port of its plain HTTP; 0 takes a free one.
        more: What is set beside the demo's own environment.
    """

    def __init__(self, data: Path, http_port: int = 0, more: Mapping[str, str] | None = None) -> None:
        self.data = data
        environment = {
            "YUANJIAO_COUNTY_COUNTY": COUNTY,
            "YUANJIAO_COUNTY_HOST": "127.0.0.1",
            "YUANJIAO_COUNTY_HTTPS_PORT": "0",
            "YUANJIAO_COUNTY_HTTP_HOST": "127.0.0.1",
            "YUANJIAO_COUNTY_HTTP_PORT": str(http_port),
            **(more or {}),
        }
        log = data.parent / "county.log"
        log.unlink(missing_ok=True)
        self._program = Program(["county", "--data", str(data), "serve"], environment, log)
        ports = wait_for("the county's server", self._ports, START_SECONDS)
        self.https, self.http = f"https://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
        wait_for("the county's log-in page", self._answers, START_SECONDS)

    def _ports(self) -> tuple[str, str] | None:
        found = re.search(r"HTTPS on port (\d+), HTTP on port (\d+)", self._program.words())
        return (found[1], found[2]) if found else None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.http}/login", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def runs(self) -> bool:
        """Return whether the server has not ended."""
        return self._program.runs()

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._program.kill()

    def stop(self) -> int:
        """End the server."""
        return self._program.stop()


class Box:
    """``yuanjiao player`` over a data folder, on the screen of ``display``.

    The county's authority and the root of trust are copied in, as an installer would do it.

    Args:
        data: Everything that the box keeps.
        county: Where it belongs.
        display: The X server's name.
        size: Of a window in pixels; None for the whole screen.
    """

    def __init__(self, data: Path, county: County, display: str, size: tuple[int, int] | None = None) -> None:
        self.data = data
        (data / "trust").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(county.data / "trust" / "root.json", data / "trust" / "root.json")
        shutil.copyfile(county.data / "trust" / "authority.pem", data / "county-ca.pem")
        self.settings = data.parent / "player.yaml"
        self._display = display
        written = {
            "data": str(data),
            "county": {"published": [f"{county.http}/published"], "api": county.https},
            "remote": {"kernel_devices": False},
            "sticks": {"folder": str(data.parent / SOCKET)},
            "television": {"size": f"{size[0]}x{size[1]}" if size else "screen"},
        }
        self.settings.write_text(yaml.safe_dump(written, allow_unicode=True))
        self.start()

    def start(self) -> None:
        """Start the player."""
        self._program = Program(
            ["player", "--config", str(self.settings)], {"DISPLAY": self._display}, self.data.parent / "player.log"
        )

    def status(self) -> dict[str, Any]:
        """Return what ``yuanjiao player --status --json`` says."""
        answer = subprocess.run(
            [*YUANJIAO, "player", "--config", str(self.settings), "--status", "--json"],
            capture_output=True,
            check=False,
        )
        self._program.words()
        found: dict[str, Any] = json.loads(answer.stdout)
        return found

    def player(self) -> dict[str, Any]:
        """Return what the running player says of itself; empty while it starts."""
        return self.status()["player"] or {}

    def words(self) -> str:
        """Return the player's log so far.

        Raises:
            DemoFailed: The player has ended.
        """
        return self._program.words()

    @property
    def pid(self) -> int:
        """The player's process."""
        return self._program.process.pid

    def runs(self) -> bool:
        """Return whether the player has not ended."""
        return self._program.runs()

    def kill(self) -> None:
        """End the player as a power cut would."""
        self._program.kill()

    def stop(self) -> int:
        """End the player."""
        return self._program.stop()
