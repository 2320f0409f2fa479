"""The county's database: how it is reached, copied while it is in use, and put back. SQLite, or PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from tests.county.databases import BINARIES, Cluster, running_cluster

NAME = "county.sqlite"


class Database(Protocol):
    """What a place needs of it; ``address`` is as in `county.configuration`."""

    address: str

    def writes_to(self, data: Path) -> Path:
        """Return the folder in which its log lies, which is written at each commit."""
        raise NotImplementedError

    def copy(self, data: Path, copy: Path) -> None:
        """Copy it into a folder, as an administrator would while the server runs."""

    def restore(self, data: Path, copy: Path) -> None:
        """Put a copy in its place; the server is dead."""


class Sqlite:
    """A file in the county's data folder."""

    address = "sqlite"

    def writes_to(self, data: Path) -> Path:
        return data

    def copy(self, data: Path, copy: Path) -> None:
        source, target = (sqlite3.connect(folder / NAME) for folder in (data, copy))
        with closing(source), closing(target):
            source.backup(target)

    def restore(self, data: Path, copy: Path) -> None:
        for path in data.glob(f"{NAME}*"):
            path.unlink()
        shutil.copyfile(copy / NAME, data / NAME)


class Postgresql:
    """A database of a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.address = cluster.address("county")
        cluster.execute("CREATE DATABASE county")

    def writes_to(self, data: Path) -> Path:
        return self._cluster.folder / "data" / "pg_wal"

    def copy(self, data: Path, copy: Path) -> None:
        self._run("pg_dump", "--format=custom", f"--file={copy / 'county.dump'}", "county")

    def restore(self, data: Path, copy: Path) -> None:
        self._cluster.execute("DROP DATABASE county WITH (FORCE)")
        self._cluster.execute("CREATE DATABASE county")
        self._run("pg_restore", "--dbname=county", str(copy / "county.dump"))

    def _run(self, program: str, *arguments: str) -> None:
        where = [f"--host={self._cluster.folder}", "--username=postgres"]
        subprocess.run([BINARIES / program, *where, *arguments], check=True)


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL of this run's own."""
    with tempfile.TemporaryDirectory(prefix="yuanjiao-pg-") as folder, running_cluster(Path(folder)) as cluster:
        yield Postgresql(cluster)
