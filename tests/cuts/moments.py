"""When a kill comes: after a chance time, at the n-th change of a file, or at the n-th call inside the program.

A moment is chosen before the victim does its work. The last kind is a trap (`tests/cuts/trap`), which must be set
before the victim starts. Not every moment comes: a worker may be done before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

Victim = Literal["player", "child", "sync", "fetch", "upload", "county"]


@dataclass(frozen=True)
class After:
    """So many seconds after the victim began."""

    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds:.3f} s"


@dataclass(frozen=True)
class AtFile:
    """When something has happened ``nth`` times to files whose names match a pattern."""

    name: str
    nth: int

    def __str__(self) -> str:
        return f"at change {self.nth} of {self.name}"


@dataclass(frozen=True)
class AtCall:
    """Just before or after the program's own ``nth`` call of a kind (`tests/cuts/trap`)."""

    call: str
    nth: int
    before: bool = True

    def __str__(self) -> str:
        return f"{'before' if self.before else 'after'} call {self.nth} of {self.call}"

    def set(self, folder: Path, victim: Victim) -> None:
        """Lay the trap for the next process of this program."""
        folder.mkdir(exist_ok=True)
        asked = {"call": self.call, "nth": self.nth, "before": self.before}
        (folder / f"{victim}.json").write_text(json.dumps(asked))


Moment = After | AtFile | AtCall

WORKER_S = {"sync": 1.2, "fetch": 4.0, "upload": 0.9}
FILES: dict[Victim, tuple[tuple[str, int], ...]] = {  # pattern, and the greatest n
    "player": ((r"journal\.sqlite-wal", 12), (r"[0-9a-f]{64}\.marks", 20), (r"journal\.sqlite(-shm)?", 2)),
    "sync": ((r"\.unfinished", 1), (r"current", 1), (r"\.current\..*", 2), (r"\d+", 1)),
    "fetch": ((r"[0-9a-f]{64}\.marks", 60), (r"[0-9a-f]{64}", 60), (r"\.[0-9a-f]{64}\.marks\..*", 3)),
    "upload": ((r"\.acknowledged\.json\..*", 3), (r"acknowledged\.json", 1)),
    "county": ((r"county\.sqlite-wal|[0-9A-F]{24}", 8), (r"county\.sqlite|[0-9A-F]{24}", 1)),  # the latter PostgreSQL's
}
CALLS: dict[Victim, tuple[tuple[str, int], ...]] = {  # call, and the greatest n
    "player": (("sql", 60), ("disk", 8)),
    "sync": (("disk", 60), ("fsync", 30), ("replace", 3), ("rename", 1), ("rmdir", 3)),
    "fetch": (("disk", 120), ("fdatasync", 12), ("fsync", 8), ("rename", 2), ("unlink", 3), ("pwrite", 150)),
    "upload": (("disk", 6), ("sql", 8), ("fsync", 2)),
}


def of_worker(chance: Random, victim: Victim) -> Moment:
    """Choose a moment in the life of a worker."""
    kind = chance.random()
    if kind < 0.3:
        return After(chance.uniform(0, WORKER_S[victim]))
    if kind < 0.55:
        return at_file(chance, victim)
    return at_call(chance, victim)


def at_file(chance: Random, victim: Victim) -> AtFile:
    """Choose a change of one of the victim's files."""
    name, most = chance.choice(FILES[victim])
    return AtFile(name, chance.randint(1, most))


def at_call(chance: Random, victim: Victim) -> AtCall:
    """Choose a call inside the victim."""
    call, most = chance.choice(CALLS[victim])
    return AtCall(call, chance.randint(1, most), chance.random() < 0.5)
