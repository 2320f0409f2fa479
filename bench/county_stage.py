"""A county's database for a bench: PostgreSQL of its own that waits for the disk, or SQLite; and programs beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CountyStage:
    """A county's database: the environment of programs beside it, and the database's own process if it has one."""

    def __init__(self, folder: Path, database: str, address: str, pid: int | None) -> None:
        (folder / "work").mkdir(exist_ok=True)
        self.environment = os.environ | {
            "YUANJIAO_COUNTY_DATA": str(folder),
            "YUANJIAO_COUNTY_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": "county.settings",
        }
        self.database, self.pid = database, pid

    def start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a module of the benches as a program beside the database."""
        command = [sys.executable, "-m", f"bench.{module}", *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip


@contextmanager
def county_stage(folder: Path, database: str) -> Iterator[CountyStage]:
    """Make an empty county's database; ``database`` is postgresql or sqlite."""
    from tests.county.databases import running_cluster  # noqa: PLC0415 - needs Django's settings only then

    if database == "sqlite":
        stage = CountyStage(folder, database, "sqlite", None)
        finish(stage.start("county_stage"))
        yield stage
        return
    with tempfile.TemporaryDirectory(prefix="yuanjiao-pg-") as name, running_cluster(Path(name), durable=True) as pg:
        pg.execute("CREATE DATABASE county")
        pid = int((Path(name) / "data" / "postmaster.pid").read_text().split()[0])
        stage = CountyStage(folder, database, pg.address("county"), pid)
        finish(stage.start("county_stage"))
        yield stage


def finish(program: subprocess.Popen[str]) -> str:
    """Wait for the end of a program; return what it has printed since.

    Raises:
        CalledProcessError: It failed.
    """
    printed, _ = program.communicate()
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, program.args)
    return printed


def main() -> None:
    """Make the tables, as a program beside the database."""
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main()
