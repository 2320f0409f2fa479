"""A real ``yuanjiao county serve`` in a process of its own, on free ports of loopback."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from tests.county.world import County

COMMAND = "import sys; from playlists.command import main; sys.exit(main(sys.argv[1:]))"


def environment(county: County, **more: str) -> dict[str, str]:
    """The environment of a server of this county, nothing of the test run's own configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YUANJIAO_COUNTY_")}
    own = {
        "DATA": str(county.folder),
        "HOST": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTPS_PORT": "0",
        "HTTP_PORT": "0",
    }
    return kept | {f"YUANJIAO_COUNTY_{key}": value for key, value in (own | more).items()}


class Server:
    """A running server; `kill` is a power cut, `stop` is SIGTERM."""

    def __init__(self, county: County, **variables: str) -> None:
        self.folder = county.folder
        self.authority = str(county.folder / "trust" / "authority.pem")
        arguments = [sys.executable, "-c", COMMAND, "county", "serve"]
        env = environment(county) | variables
        self._log = Path(tempfile.mkstemp(prefix="log-", dir=county.folder)[1])  # a pipe might fill up
        with self._log.open("w") as log:
            self._process = subprocess.Popen(arguments, env=env, stderr=log)
        self.https_port, self.http_port = self._ports()

    @property
    def log(self) -> str:
        """What the server has logged so far."""
        return self._log.read_text()

    def _ports(self) -> tuple[int, int]:
        for _ in range(600):
            if found := re.search(r"HTTPS on port (\d+), HTTP on port (\d+)", self.log):
                return int(found[1]), int(found[2])
            assert self._process.poll() is None, self.log
            time.sleep(0.05)
        raise AssertionError(self.log)

    def post(self, path: str, data: bytes, **more: object) -> requests.Response:
        url = f"https://localhost:{self.https_port}/api/box/v1/{path}"
        return requests.post(url, data=data, verify=self.authority, timeout=30, **more)  # type: ignore[arg-type]

    def get(self, path: str, **more: object) -> requests.Response:
        url = f"https://localhost:{self.https_port}/{path}"
        return requests.get(url, verify=self.authority, timeout=30, **more)  # type: ignore[arg-type]

    def secure_socket(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.authority)
        raw = socket.create_connection(("127.0.0.1", self.https_port), timeout=30)
        return context.wrap_socket(raw, server_hostname="localhost")

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(60)


def run(county: County, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a ``yuanjiao county`` command to its end."""
    command = [sys.executable, "-c", COMMAND, "county", *arguments]
    env = environment(county) | variables
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def secret_file(folder: Path, text: str) -> str:
    """A file with a passphrase."""
    path = folder / f"secret-{abs(hash(text))}"
    path.write_text(text + "\n")
    return str(path)
