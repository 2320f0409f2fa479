"""A moment comes when it says, and not before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import pytest

from tests.cuts import moments
from tests.cuts.moments import AtCall
from tests.cuts.place import TRAPS
from tests.cuts.watch import FileWatch

PROGRAM = """
import os, sqlite3, sys
for number in range(1, 4):
    with open(f"{sys.argv[2]}/new", "w") as file:
        os.fsync(file.fileno())
    os.replace(f"{sys.argv[2]}/new", f"{sys.argv[2]}/done-{number}")
database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE t(a)")
database.execute("SELECT 1")
open(f"{sys.argv[2]}/end", "w").close()
"""


def run(folder: Path, moment: AtCall | None, program: str = PROGRAM) -> tuple[int, set[str]]:
    """Run a program that the trap takes for the sync worker; return how it ended and which files it made."""
    package = folder / "player"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "workers.py").write_text(program)
    made, traps = folder / "made", folder / "traps"
    made.mkdir()
    if moment is not None:
        moment.set(traps, "sync")
    environment = os.environ | {"PYTHONPATH": f"{TRAPS}{os.pathsep}{folder}", "YUANJIAO_TRAP": str(traps)}
    ended = subprocess.run(
        [sys.executable, "-m", "player.workers", "sync", str(made)], env=environment, check=False, cwd=folder
    )
    assert (traps / "sync.fired").exists() == (ended.returncode != 0)
    return ended.returncode, {path.name for path in made.iterdir()}


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        (AtCall("fsync", 2), {"done-1", "new"}),
        (AtCall("replace", 2), {"done-1", "new"}),
        (AtCall("replace", 2, before=False), {"done-1", "done-2"}),
        (AtCall("disk", 3, before=False), {"done-1", "new"}),
        (AtCall("sql", 2), {"done-1", "done-2", "done-3"}),
    ],
)
def test_a_trap_kills_at_the_nth_call(tmp_path: Path, moment: AtCall, left: set[str]) -> None:
    assert run(tmp_path, moment) == (-signal.SIGKILL, left)


@pytest.mark.parametrize("moment", [None, AtCall("fsync", 4), AtCall("replace", 4, before=False)])
def test_a_trap_that_is_not_met_does_nothing(tmp_path: Path, moment: AtCall | None) -> None:
    assert run(tmp_path, moment) == (0, {"done-1", "done-2", "done-3", "end"})


def test_a_trap_that_was_taken_away_does_nothing(tmp_path: Path) -> None:
    program = PROGRAM.replace("import os, sqlite3, sys\n", "import os, sqlite3, sys\nos.remove('traps/sync.armed')\n")
    assert run(tmp_path, AtCall("fsync", 2), program) == (0, {"done-1", "done-2", "done-3", "end"})


def test_a_watch_counts_changes_of_the_files_that_match(tmp_path: Path) -> None:
    with FileWatch([tmp_path, tmp_path / "not-there"]) as watch:
        (tmp_path / "other").write_bytes(b"1")
        (tmp_path / "a.marks").write_bytes(b"1")
        assert watch.wait(r".*\.marks", 2, 5)
        assert not watch.wait(r".*\.marks", 1, 0.1)
        threading.Timer(0.1, (tmp_path / "b.marks").touch).start()
        began = time.monotonic()
        assert watch.wait(r"b\.marks", 1, 5)
        assert time.monotonic() - began < 5


def test_moments_follow_from_their_seed() -> None:
    chosen = [[str(moments.of_worker(Random(seed), "fetch")) for seed in range(50)] for _ in range(2)]
    assert chosen[0] == chosen[1]
    assert len(set(chosen[0])) > 30
