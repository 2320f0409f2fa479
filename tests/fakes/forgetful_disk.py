"""What may be left on a disk when the power goes: every state that a file system may make of the steps before.

What was synced is there. Of the rest anything may be there or not, in any order (after ALICE, OSDI 2014): a file's
bytes in blocks, each written, lost, or a hole of zeros; names of a folder, each by itself, but the old name of a moved
file never goes before the new one has come. Tried are, at each point: all of it, nothing, all but one, only one, and
some by chance.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch

from tests.fakes.disk_log import ROOT, DiskLog, Name, Promise, Resize, Step, Sync, Write, recording

Work = Callable[[Path, DiskLog], None]
Look = Callable[[Path, frozenset[str]], None]

BLOCK_BYTES: Final = 128 << 10
ONE_BY_ONE: Final = 8  # of more loose steps than that, so many by chance are left out or taken alone
BY_CHANCE: Final = 3


@dataclass(frozen=True)
class Cut:
    """A state after a power cut at a point; ``promised`` is what the program relied on by then."""

    point: int
    promised: frozenset[str]
    steps: tuple[Step, ...]

    def lay_out(self, folder: Path) -> None:
        """Make the files of this state below an empty folder."""
        names: dict[int, dict[str, Name]] = {}
        files: dict[int, bytearray] = {}
        for step in self.steps:
            if isinstance(step, Name):
                names.setdefault(step.folder, {})[step.name] = step
            elif isinstance(step, Write):
                content = _content(files, step.file, step.offset + len(step.data))
                content[step.offset : step.offset + len(step.data)] = step.data
            elif isinstance(step, Resize):
                del _content(files, step.file, step.size)[step.size :]
        _lay_out(folder, ROOT, names, files)


def cuts(log: DiskLog, chance: Random) -> Iterator[Cut]:
    """Yield the states to try, each once."""
    steps = [piece for step in log.steps for piece in _pieces(step)]
    seen: set[tuple[object, ...]] = set()
    for point in range(len(steps) + 1):
        promised = frozenset(step.what for step in steps[:point] if isinstance(step, Promise))
        loose = _loose(steps[:point])
        for lost in _choices(loose, chance):
            for holes in (False, True):
                state = tuple(_left(steps[:point], lost, holes=holes))
                key = (promised, *map(_mark, state))
                if key not in seen:
                    seen.add(key)
                    yield Cut(point, promised, state)


def _mark(step: Step) -> object:
    """Return what tells a step from others: itself, but holes are made anew each time."""
    return (step.file, step.offset) if isinstance(step, Write) and not step.data else id(step)


def _pieces(step: Step) -> list[Step]:
    """Split what a file system may write in parts."""
    if not isinstance(step, Write) or len(step.data) <= BLOCK_BYTES:
        return [step]
    starts = range(0, len(step.data), BLOCK_BYTES)
    return [Write(step.file, step.offset + at, step.data[at : at + BLOCK_BYTES]) for at in starts]


def _loose(steps: list[Step]) -> list[int]:
    """Return the steps that no later sync has made durable."""
    synced: set[int] = set()
    loose = []
    for at in range(len(steps) - 1, -1, -1):
        step = steps[at]
        if isinstance(step, Sync):
            synced.add(step.node)
        elif not isinstance(step, Promise) and (step.folder if isinstance(step, Name) else step.file) not in synced:
            loose.append(at)
    return loose


def _choices(loose: list[int], chance: Random) -> Iterator[frozenset[int]]:
    """Yield which loose steps are lost."""
    every = frozenset(loose)
    yield frozenset()
    yield every
    for one in loose if len(loose) <= ONE_BY_ONE else chance.sample(loose, ONE_BY_ONE):
        yield frozenset({one})
        yield every - {one}
    for _ in range(BY_CHANCE if len(loose) > 1 else 0):
        yield frozenset(at for at in loose if chance.random() < 0.5)


def _left(steps: list[Step], lost: frozenset[int], *, holes: bool) -> Iterator[Step]:
    """Yield what is left of the steps; ``holes``: of bytes that were lost, the file's length was not."""
    gone: list[Step] = []
    for at, step in enumerate(steps):
        if at in lost or (isinstance(step, Name) and any(step.with_ is one for one in gone)):
            gone.append(step)
            if holes and isinstance(step, Write):
                yield Write(step.file, step.offset + len(step.data), b"")
        elif not isinstance(step, Sync | Promise):
            yield step


def _content(files: dict[int, bytearray], file: int, size: int) -> bytearray:
    """Return a file's bytes, at least so many."""
    content = files.setdefault(file, bytearray())
    content.extend(bytes(max(0, size - len(content))))
    return content


def _lay_out(folder: Path, node: int, names: dict[int, dict[str, Name]], files: dict[int, bytearray]) -> None:
    for name, step in names.get(node, {}).items():
        if step.meant is None:
            continue
        if step.is_folder:
            (folder / name).mkdir()
            _lay_out(folder / name, step.meant, names, files)
        else:
            (folder / name).write_bytes(files.get(step.meant, b""))


def outlives_cuts(folder: Path, work: Work, look: Look, deaf: Callable[[int], bool] = lambda _: False) -> int:
    """Do some work on a recorded disk, look at every state that a cut may leave, and return how many there were.

    Args:
        folder: For what is needed meanwhile.
        work: Gets an empty folder, and the log, to say what it relies on (`DiskLog.promise`).
        look: Gets a state laid out, and what was promised by then; raises if that does not hold.
        deaf: As for `recording`.

    Raises:
        AssertionError: A look has raised; says where the cut was.
    """
    seed, states = random.randrange(1_000_000), 0
    sys.stdout.write(f"seed {seed}\n")
    with tempfile.TemporaryDirectory(dir=folder) as disk:
        with recording(Path(disk), deaf) as log:
            work(Path(disk), log)
        for cut in cuts(log, random.Random(seed)):
            with tempfile.TemporaryDirectory(dir=folder) as left:
                cut.lay_out(Path(left))
                _look(Path(left), cut, look)
            states += 1
    return states


def _look(left: Path, cut: Cut, look: Look) -> None:
    found = [str(path.relative_to(left)) for path in sorted(left.rglob("*"))]
    try:
        with patch.object(os, "fsync"), patch.object(os, "fdatasync"):  # only time: nothing is cut any more
            look(left, cut.promised)
    except Exception as error:
        raise AssertionError(f"cut at step {cut.point}, promised {set(cut.promised)}, left {found}") from error
