"""Programs that fetch one film over a bad line: our fetch worker, and others to compare with.

Each is a process that may be killed and started again; whether it has done its work is seen in the file that it
leaves. What they are told is the best we know to tell them: to go on where they were, to take five seconds of silence
for a dead line instead of minutes, and not to give up.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from player.store.names import StoreNames
from player.workers.messages import FetchSpec, Line, Wanted, encode_line
from playlists.targets import media_path


@dataclass(frozen=True)
class Film:
    """A published film, and how many bytes one needs to have it: its own, and of its chunk list for us."""

    wanted: Wanted
    list_bytes: int


@dataclass
class Downloader:
    """A program at work in a folder of its own.

    Args:
        name: What it is called in the figures.
        film: What it fetches.
        folder: Where it leaves what it has.
        start: Starts it, or starts it again.
        needed_bytes: What it must fetch.
        result: The file that it leaves.
    """

    name: str
    film: Film
    folder: Path
    start: Callable[[], subprocess.Popen[bytes]]
    needed_bytes: int
    result: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def tend(self) -> bool:
        """Start it if it does not run and has not done its work; return whether it has."""
        if self.process is not None and self.process.poll() is None:
            return False
        has_all = self.result.is_file() and self.result.stat().st_size == self.film.wanted.bytes
        if self.process is not None and has_all:
            return True
        self.process = self.start()
        return False

    def kill(self) -> None:
        """Kill it as the power does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @property
    def right(self) -> bool:
        """Whether what it has left is the film."""
        return hashlib.sha256(self.result.read_bytes()).hexdigest() == self.film.wanted.sha256


def ours(film: Film, base: str, folder: Path) -> Downloader:
    """Our fetch worker, as the player starts it."""
    spec = FetchSpec(
        store=str(folder),
        quota_bytes=1 << 40,
        reserve_bytes=0,
        blobs=(film.wanted,),
        sources=(base,),
        line=Line(store=str(folder)),
        limit_s=3600,
    )

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "player.workers", "fetch"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=_with_byte_code())
        assert process.stdin is not None
        process.stdin.write(encode_line(spec))
        process.stdin.flush()
        return process

    place = StoreNames(folder).media(film.wanted.sha256)
    return Downloader("yuanjiao", film, folder, start, film.wanted.bytes + film.list_bytes, place)


def _with_byte_code() -> dict[str, str]:
    """Return an environment in which Python keeps what it has compiled, as it is for an installed package."""
    kept = {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "yuanjiao-bench-byte-code")}
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | kept


def _peer(name: str, arguments: list[str]) -> Callable[[Film, str, Path], Downloader]:
    def make(film: Film, base: str, folder: Path) -> Downloader:
        folder.mkdir(parents=True)
        command = [*arguments, f"{base}/{media_path(film.wanted.sha256)}"]

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        return Downloader(name, film, folder, start, film.wanted.bytes, folder / film.wanted.sha256)

    return make


WGET = "wget -q -c --tries=0 --timeout=5 --waitretry=1 --retry-connrefused"
CURL = "curl -s -f -C - -O --connect-timeout 5 --speed-limit 1 --speed-time 5"
ARIA2 = "aria2c -q -c --max-tries=0 --retry-wait=1 --timeout=5 --connect-timeout=5 --file-allocation=none"
DOWNLOADERS: dict[str, Callable[[Film, str, Path], Downloader]] = {
    "yuanjiao": ours,
    "wget -c": _peer("wget -c", WGET.split()),
    "curl loop": _peer("curl loop", CURL.split()),
    "aria2c": _peer("aria2c", ARIA2.split()),
}  # fmt: skip
