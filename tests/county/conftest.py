"""Fixtures of the county: a founded county, copied for every test, on SQLite or on both databases."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from tests.county import world
from tests.county.databases import Cluster, running_cluster, using

QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FAST = {"encoder_preset": "superfast"}  # ultrafast would write another profile


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A founded county on SQLite, to be copied."""
    return _found(tmp_path_factory.mktemp("founded"), "", django_db_blocker)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this run's own."""
    with tempfile.TemporaryDirectory(prefix="yuanjiao-pg-") as folder, running_cluster(Path(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def founded_on_postgresql(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, django_db_blocker: Any) -> Path:
    """A founded county on PostgreSQL; its database is the template ``founded``."""
    cluster.execute("CREATE DATABASE founded")
    return _found(tmp_path_factory.mktemp("founded-pg"), cluster.address("founded"), django_db_blocker)


@pytest.fixture
def county(founded: Path, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[world.County]:
    """A county of the test's own on SQLite."""
    with django_db_blocker.unblock(), _copy(founded, tmp_path, settings, "") as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def any_county(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Any, django_db_blocker: Any
) -> Iterator[world.County]:
    """A county of the test's own, once on each database."""
    if request.param == "sqlite":
        source, address = request.getfixturevalue("founded"), ""
    else:
        source = request.getfixturevalue("founded_on_postgresql")
        cluster = request.getfixturevalue("cluster")
        cluster.execute("DROP DATABASE IF EXISTS county WITH (FORCE)")
        cluster.execute("CREATE DATABASE county TEMPLATE founded STRATEGY FILE_COPY")
        address = cluster.address("county")
    with django_db_blocker.unblock(), _copy(source, tmp_path, settings, address) as made:
        yield made


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny films, good and bad."""
    folder = tmp_path_factory.mktemp("films")
    picture = ["-f", "lavfi", "-i", "testsrc=size=640x360:rate=10:duration=5"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=5"]
    code = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "+faststart"]
    _ffmpeg(*picture, *sound, *code, folder / "good.mp4")
    _ffmpeg(*picture, *code, folder / "silent.mp4")
    _ffmpeg(*sound, folder / "sound-only.mp3")
    _ffmpeg(*picture, "-frames:v", "1", folder / "picture.png")
    _ffmpeg(*picture, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", folder / "moov-last.mp4")
    good, last = (folder / "good.mp4").read_bytes(), (folder / "moov-last.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(good[: len(good) // 2])
    (folder / "headless.mp4").write_bytes(last[: len(last) // 2])
    (folder / "text.mp4").write_text("这不是视频\n" * 200)
    (folder / "list.m3u8").write_text("#EXTM3U\n#EXTINF:5,\n/etc/passwd\n")
    return folder


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)


def _found(folder: Path, address: str, blocker: Any) -> Path:
    configuration = dataclasses.replace(django_settings.CONFIGURATION, **FAST)
    address = address or f"sqlite:{folder / 'county.sqlite'}"
    changed = override_settings(DATA=folder, CONFIGURATION=configuration, PASSWORD_HASHERS=QUICK_HASHERS)
    with blocker.unblock(), changed, using(address):
        world.found(folder)
    return folder


class _copy:  # noqa: N801 - read as a verb
    """A copy of a founded county, in use until the block ends."""

    def __init__(self, source: Path, folder: Path, settings: Any, address: str) -> None:
        self._folder = folder / "data"
        shutil.copytree(source, self._folder)
        settings.DATA = self._folder
        settings.PASSWORD_HASHERS = QUICK_HASHERS
        settings.FILE_UPLOAD_TEMP_DIR = str(self._folder / "work")
        settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, **FAST)
        self._using = using(address or f"sqlite:{self._folder / 'county.sqlite'}")

    def __enter__(self) -> world.County:
        self._using.__enter__()
        return world.County(self._folder, world.Offline(self._folder / "offline", "root passphrase"))

    def __exit__(self, *error: object) -> None:
        self._using.__exit__(None, None, None)
