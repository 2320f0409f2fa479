"""A county, a box and the line between them, with somebody at the remote control: what the stories are told on.

The box's own county is the relays' addresses. Everything lies below one folder: ``county``, ``box``, the logs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from demo.screen import VirtualScreen
from demo.stage import YUANJIAO, Box, County, DemoFailed, Found, Program, wait_for
from demo.television import keysyms
from player.folders import BoxFolders
from player.status import read_status, runtime_folder
from playlists.documents import Course
from playlists.generation import load
from playlists.keys import load_or_generate
from playlists.trust import roles
from playlists.trust.tree import PublishedTree
from tests.cuts.databases import Database, Sqlite
from tests.cuts.office import Office
from tests.fakes.capacity import Capacity
from tests.fakes.relay import Relay

FILES_BYTES_PER_S = 1_000_000
API_BYTES_PER_S = 100_000
API_ROUND_TRIP_S = 0.06
KEY_S = 0.06  # between two keys; a person is slower
TRAPS = Path(__file__).with_name("trap")


@dataclass(frozen=True)
class Size:
    """How much there is to fetch and to show."""

    lessons: int = 3
    seconds: int = 40
    sessions: int = 150


@dataclass(frozen=True)
class Address:
    """The county as the box sees it."""

    data: Path
    http: str
    https: str


class TrappedBox(Box):
    """A box whose programs may meet a trap (`tests.cuts.moments.AtCall`)."""

    def start(self) -> None:
        path = os.pathsep.join(filter(None, (str(TRAPS), os.environ.get("PYTHONPATH", ""))))
        environment = {"DISPLAY": self._display, "PYTHONPATH": path, "YUANJIAO_TRAP": str(self.data.parent / "traps")}
        self._program = Program(
            ["player", "--config", str(self.settings)], environment, self.data.parent / "player.log"
        )

    def wait_for_end(self, seconds: float) -> bool:
        """Wait until the player is dead; return whether it is."""
        try:
            self._program.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Place:
    """Everything that runs; a context manager.

    Args:
        folder: Where all data are; made.
        size: How much there is.
        database: The county's; SQLite if None.
    """

    def __init__(self, folder: Path, size: Size, database: Database | None = None) -> None:
        self.folder, self.size, self._database = folder, size, database or Sqlite()
        self.folders = BoxFolders(folder / "box")
        self.county_data = folder / "county"
        self.published = self.county_data / "published"
        self.traps = folder / "traps"
        self._environment = {
            "YUANJIAO_COUNTY_DATABASE": self._database.address,
            "YUANJIAO_COUNTY_ENCODER_PRESET": "superfast",
        }
        self._stack = ExitStack()
        self._keysyms = keysyms()

    def __enter__(self) -> Self:
        try:
            self._set_up()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _set_up(self) -> None:
        self.folders.make()
        key = load_or_generate(self.folders.key)
        self.folders.fingerprint.write_text(key.fingerprint)
        self.fingerprint = key.fingerprint
        self.office = Office(self.county_data, self._environment)
        self._stack.callback(self.office.close)
        films = [
            make_film(self.folder / f"film-{number}.mp4", self.size.seconds, number)
            for number in range(self.size.lessons)
        ]
        self.office.found(films, self.size.sessions, key.public_bytes.hex())
        self.county = County(self.county_data, more=self._environment)
        self._stack.callback(self._end_county)
        down, api = Capacity.constant(FILES_BYTES_PER_S), Capacity.constant(API_BYTES_PER_S)
        self.files = self._stack.enter_context(Relay(_port(self.county.http), down=down))
        self.api = self._stack.enter_context(
            Relay(_port(self.county.https), up=api, down=api, round_trip_s=API_ROUND_TRIP_S)
        )
        self.screen = self._stack.enter_context(VirtualScreen())
        address = Address(self.county_data, f"http://127.0.0.1:{self.files.port}", f"https://127.0.0.1:{self.api.port}")
        self.box = TrappedBox(self.folders.root, address, self.screen.name)
        self._stack.callback(self._end_box)
        self.wait("the course", self.has_all, 120)

    def _end_county(self) -> None:
        self.county.stop()

    def _end_box(self) -> None:
        self.box.stop()

    # --- the county

    def published_versions(self) -> dict[str, int]:
        """Return the version of every role that the county publishes now."""
        tree = PublishedTree(self.published)
        snapshot = tree.snapshot()
        return {**tree.versions(), **({roles.SNAPSHOT: snapshot[0]} if snapshot else {})}

    def start_county(self) -> None:
        """Start the county's server again; the line leads there."""
        self.county = County(self.county_data, more=self._environment)
        self.files.to_port, self.api.to_port = _port(self.county.http), _port(self.county.https)

    def copy_county(self, *, with_published: bool) -> Path:
        """Copy the running county's database as an administrator would, perhaps with what is published."""
        copy = Path(tempfile.mkdtemp(prefix="copy-", dir=self.folder))
        self._database.copy(self.county_data, copy)
        if with_published:
            for name in ("metadata", "targets"):
                shutil.copytree(self.published / name, copy / "published" / name)
        return copy

    @property
    def database_folder(self) -> Path:
        """Where the county's database writes its log."""
        return self._database.writes_to(self.county_data)

    def restore_county(self, copy: Path) -> None:
        """The county's server dies, its data are replaced by a copy as its operating page says, and it starts again."""
        self.county.kill()
        self._database.restore(self.county_data, copy)
        for folder in (copy / "published").glob("*"):
            shutil.rmtree(self.published / folder.name)
            shutil.copytree(folder, self.published / folder.name)
        shutil.rmtree(copy)
        publish = [*YUANJIAO, "county", "--data", str(self.county_data), "publish", "--restored"]
        subprocess.run(publish, env=os.environ | self._environment, check=True, stdout=subprocess.DEVNULL)
        self.start_county()

    # --- the box

    def said(self) -> dict[str, Any]:
        """Return what the player says of itself; empty while it starts or is away."""
        found = read_status(runtime_folder(self.folders.root, os.environ))
        return found.content if found and self.box.runs() and found.content["pid"] == self.box.pid else {}

    def press(self, *buttons: str) -> None:
        """Press buttons of the remote control, one after the other."""
        for button in buttons:
            self.screen.press(self._keysyms[button])
            time.sleep(KEY_S)

    def wait(self, what: str, look: Callable[[], Found | None], seconds: float, pause_s: float = 0.02) -> Found:
        """Wait until something is so, and return it.

        Raises:
            DemoFailed: It was not; says what the player says of itself.
        """
        try:
            return wait_for(what, look, seconds, pause_s)
        except DemoFailed as error:
            self.screen.picture().save(self.folder / "last-seen.png")
            raise DemoFailed(f"{error}; last-seen.png; {self.said()}") from error

    def shows_something(self) -> bool:
        """Return whether the television's picture is more than one plain colour."""
        return len(set(self.screen.rows(0, self.screen.size[1])[::997])) > 3

    def wanted(self) -> dict[str, int]:
        """Return what the box shall fetch: bytes by SHA-256."""
        generation = load(self.folders.generations, check=())
        assert generation is not None
        blobs = {}
        for name in generation.names("courses/"):
            course = generation.document(Course, name)
            best = [max(lesson.renditions, key=lambda one: one.height).blob for lesson in course.lessons]
            for blob in [*best, *([course.poster] if course.poster else [])]:
                blobs[blob.sha256] = blob
        lists = {blob.chunk_list: -(-blob.bytes // (1 << 20)) * 32 for blob in blobs.values() if blob.chunk_list}
        return {sha256: blob.bytes for sha256, blob in blobs.items()} | lists

    def has_all(self) -> bool:
        """Return whether everything wanted is here."""
        if not (self.folders.generations / "current").exists():
            return False
        wanted = self.wanted()
        return bool(wanted) and all((self.folders.store / "media" / sha[:2] / sha).exists() for sha in wanted)

    def alive(self, children: dict[int, str]) -> bool:
        """Return whether one of these processes is still there."""
        return any(_kind(Path(f"/proc/{pid}/cmdline")) == kind for pid, kind in children.items())

    def children(self) -> dict[int, str]:
        """Return the player's living children: what they are, by process id."""
        found = {}
        for file in Path(f"/proc/{self.box.pid}/task").glob("*/children"):
            for pid in _lines(file):
                words = Path(f"/proc/{pid}/cmdline")
                found[int(pid)] = _kind(words)
        return {pid: kind for pid, kind in found.items() if kind}


def make_film(path: Path, seconds: int, seed: int) -> Path:
    """Make a film that does not compress well, so that a short one has many chunks."""
    picture = f"testsrc2=s=854x480:r=10:d={seconds},noise=alls=50:allf=t:all_seed={seed + 1}"
    tone = ["-f", "lavfi", "-i", f"sine=440:d={seconds}", "-c:a", "aac"]
    code = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "3M"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, *tone, *code, str(path)], check=True)
    return path


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:  # the thread has ended
        return []


def _kind(cmdline: Path) -> str:
    try:
        words = cmdline.read_bytes().split(b"\0")
    except OSError:
        return ""
    if b"player.workers" in words:
        return words[words.index(b"player.workers") + 1].decode()
    return "child" if b"player.devices.media.child" in words else ""
