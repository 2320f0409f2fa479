"""The two databases that the county must work on, made for a test run and thrown away after it.

PostgreSQL is a cluster of its own from Debian's binaries on a unix socket in a temporary folder (not one of pytest's,
which only root may enter); it refuses to run as root, so root lends it the user ``postgres``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.db import ConnectionHandler, connections

from county.settings import database_settings

BINARIES = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL; its socket lies in ``folder``, ``connection`` is the superuser's."""

    folder: Path
    connection: psycopg.Connection[Any]

    def address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def execute(self, statement: LiteralString) -> None:
        self.connection.execute(statement)


@contextmanager
def running_cluster(folder: Path, *, durable: bool = False) -> Iterator[Cluster]:
    """Start a cluster in a folder, stop it at the end; ``durable`` waits for the disk at every commit."""
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    prefix = as_postgres if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    initdb = [BINARIES / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*prefix, *initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    options = f"-k {folder} -c listen_addresses='' -c fsync={'on' if durable else 'off'} -c max_connections=50"
    control = [*prefix, BINARIES / "pg_ctl", "-D", data, "-w"]
    subprocess.run(
        [*control, "-l", folder / "log", "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    try:
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            yield Cluster(folder, connection)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder)


@contextmanager
def using(address: str) -> Iterator[None]:
    """Let Django use another database in this process, in all threads."""
    before = connections.settings["default"]
    _switch(ConnectionHandler({"default": database_settings(address)}).settings["default"])
    try:
        yield
    finally:
        _switch(before)


def _switch(settings: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = settings
