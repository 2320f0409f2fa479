"""A sync worker that is killed (SIGKILL) at every file in turn: little is asked for again, and the end is the same."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from player.workers.messages import encode_line
from player.workers.sync import STAGING
from player.workers.sync_steps import MANY_ROLES
from playlists.generation import Generation, load
from playlists.trust.staging import CONNECTIONS
from tests.fakes.http_server import serving
from tests.player.workers.test_first_sync import courses
from tests.player.workers.test_sync import Site
from tests.playlists.published import County

TIMESTAMP, NEXT_ROOT = "/metadata/timestamp.json", "/metadata/2.root.json"
WAIT_S = 60
FILES = 2 * MANY_ROLES + 10  # a box asks for so many or a few more


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    county = County(tmp_path / "published")
    county.release(*courses(MANY_ROLES))
    with serving(county.folder) as server:
        site = Site(tmp_path, county, server)
        site.bind()
        yield site


class Forge:
    """Workers, one at a time: `tests.player.workers.forge`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def was_killed(self, site: Site, asked: int) -> bool:
        """Start a worker, kill it as soon as so many files were asked for; return whether it was before its end."""
        assert self._process.stdin is not None
        self._process.stdin.write(encode_line(site.spec()))
        self._process.stdin.flush()
        worker, until_s = self._said(), time.monotonic() + WAIT_S
        while not self._has_ended() and len(site.server.requests) < asked:
            assert time.monotonic() < until_s
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        return self._said() != 0

    def _has_ended(self) -> bool:
        return bool(select.select([self._process.stdout], [], [], 0.001)[0])

    def _said(self) -> int:
        assert self._process.stdout is not None
        said = bytearray()
        while not said.endswith(b"\n"):
            said += os.read(self._process.stdout.fileno(), 1)
        return int(said)


@pytest.fixture
def forge() -> Iterator[Forge]:
    command = [sys.executable, "-m", "tests.player.workers.forge"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        yield Forge(process)
        process.kill()


def undisturbed(site: Site, folder: Path) -> Generation:
    """Return what another box gets that nobody kills."""
    folder.mkdir()
    other = Site(folder, site.county, site.server)
    other.sync()
    site.server.requests.clear()
    return whole(other)


def whole(site: Site) -> Generation:
    found = load(site.folders.generations)
    assert found is not None
    assert not found.manifest.coming
    return found


def test_whenever_it_is_killed_it_ends_as_if_nobody_had_and_asks_for_little_again(
    site: Site, forge: Forge, tmp_path: Path
) -> None:
    """The first worker is killed at its first file, the next at its second; after a whole box another begins."""
    expected = undisturbed(site, tmp_path / "other")
    boxes = kills = 0
    while kills < FILES:
        boxes, before = boxes + 1, kills
        (tmp_path / f"box-{boxes}").mkdir()
        box = Site(tmp_path / f"box-{boxes}", site.county, site.server)
        site.server.requests.clear()
        while forge.was_killed(box, len(site.server.requests) + kills + 1):
            kills += 1
            assert kills < 2 * FILES
        result = whole(box)
        assert result.manifest.files == expected.manifest.files
        assert result.manifest.accepted == expected.manifest.accepted
        assert not (box.folders.generations / STAGING).exists()
        asked = Counter(request.path for request in site.server.requests)
        again = sum(times - 1 for path, times in asked.items() if path not in (TIMESTAMP, NEXT_ROOT))
        assert again <= (kills - before) * CONNECTIONS
        kills += kills == before  # it came to its end before it could be killed
    assert boxes > 1
