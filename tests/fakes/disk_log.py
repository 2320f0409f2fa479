"""Writes down what a program does to the files below a folder: the material of `tests.fakes.forgetful_disk`.

While `recording` lasts, the calls by which Python changes a disk are done and noted, as far as they concern the
folder: `os.open` and its kin, files opened for writing, `shutil.rmtree`. Files and folders are numbered as they appear,
so that a name is one thing and a file another. What a program promises is put in between by `DiskLog.promise`.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

ROOT = 0
_WRITES = ("w", "x", "a", "+")


@dataclass(frozen=True)
class Write:
    """Bytes of a file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Resize:
    """A file's new length."""

    file: int
    size: int


@dataclass(frozen=True)
class Name:
    """A name in a folder now means this file or folder, or nothing.

    ``with_`` is the new name of a file whose old name this takes away.
    """

    folder: int
    name: str
    meant: int | None
    is_folder: bool = False
    with_: Name | None = None


@dataclass(frozen=True)
class Sync:
    """What was done before to this file's content, or to this folder's names, is durable."""

    node: int


@dataclass(frozen=True)
class Promise:
    """From here on the program relies on something."""

    what: str


Step = Write | Resize | Name | Sync | Promise


@dataclass
class DiskLog:
    """The steps so far, and what the names mean now."""

    root: Path
    steps: list[Step] = field(default_factory=list)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    nodes: int = 1

    def promise(self, what: str) -> None:
        """Note that the program relies on something from here on."""
        self.steps.append(Promise(what))

    def place(self, path: Any, folder: int | None = None) -> tuple[int, str] | None:
        """Return folder and name that a path means; None if it lies elsewhere."""
        if folder is not None and not Path(path).is_absolute():
            return folder, os.fspath(path)
        full = Path(os.path.abspath(os.fspath(path)))  # noqa: PTH100 - without following links
        if not full.is_relative_to(self.root) or full == self.root:
            return None
        node = ROOT
        for part in full.relative_to(self.root).parts[:-1]:
            node = self.folders[node][part]
        return node, full.name

    def meant(self, place: tuple[int, str]) -> int | None:
        """Return the file or folder at a place."""
        return self.folders[place[0]].get(place[1])

    def made(self, place: tuple[int, str], *, folder: bool = False) -> int:
        """Note a new file or folder."""
        node, self.nodes = self.nodes, self.nodes + 1
        if folder:
            self.folders[node] = {}
        self.named(place, node)
        return node

    def named(self, place: tuple[int, str], meant: int | None, with_: Name | None = None) -> Name:
        """Note what a name means now."""
        step = Name(*place, meant, meant in self.folders, with_)
        self.steps.append(step)
        if meant is None:
            self.folders[place[0]].pop(place[1], None)
        else:
            self.folders[place[0]][place[1]] = meant
        return step


class _Recorder:
    """Does what was asked for, and notes it."""

    def __init__(self, log: DiskLog, deaf: Callable[[int], bool]) -> None:
        self._log, self._deaf, self._syncs = log, deaf, 0
        self._open: dict[int, int] = {}
        self.real = {name: getattr(os, name) for name in NAMES}
        self._real_path_open = pathlib.Path.open

    def open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        descriptor: int = self.real["open"](path, flags, mode, dir_fd=dir_fd)
        node = ROOT if _is(path, self._log.root) else None
        if node is None and (place := self._place(path, dir_fd)) is not None:
            node = self._log.meant(place)
            if node is None and flags & os.O_CREAT:
                node = self._log.made(place)
            elif node is not None and flags & os.O_TRUNC:
                self._log.steps.append(Resize(node, 0))
        if node is not None:
            self._open[descriptor] = node
        return descriptor

    def close(self, descriptor: int) -> None:
        self.real["close"](descriptor)
        self._open.pop(descriptor, None)

    def pwrite(self, descriptor: int, data: Any, offset: int) -> int:
        written: int = self.real["pwrite"](descriptor, data, offset)
        if descriptor in self._open:
            self._log.steps.append(Write(self._open[descriptor], offset, bytes(data[:written])))
        return written

    def ftruncate(self, descriptor: int, size: int) -> None:
        self.real["ftruncate"](descriptor, size)
        if descriptor in self._open:
            self._log.steps.append(Resize(self._open[descriptor], size))

    def fsync(self, descriptor: int) -> None:
        self.real["fsync"](descriptor)
        if descriptor in self._open:
            self._syncs += 1
            if not self._deaf(self._syncs):
                self._log.steps.append(Sync(self._open[descriptor]))

    fdatasync = fsync

    def rename(self, source: Any, target: Any) -> None:
        """Note the new name, and that the old one goes only with it or after it."""
        before, after = self._place(source), self._place(target)
        self.real["rename"](source, target)
        if before is not None and after is not None:
            self._log.named(before, None, self._log.named(after, self._log.meant(before)))

    replace = rename

    def link(self, source: Any, target: Any) -> None:
        self.real["link"](source, target)
        before, after = self._place(source), self._place(target)
        if before is not None and after is not None:
            self._log.named(after, self._log.meant(before))

    def mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        self.real["mkdir"](path, mode, dir_fd=dir_fd)
        if (place := self._place(path, dir_fd)) is not None:
            self._log.made(place, folder=True)

    def unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        self.real["unlink"](path, dir_fd=dir_fd)
        if (place := self._place(path, dir_fd)) is not None:
            self._log.named(place, None)

    def rmdir(self, path: Any, *, dir_fd: int | None = None) -> None:
        self.real["rmdir"](path, dir_fd=dir_fd)
        if (place := self._place(path, dir_fd)) is not None:
            self._log.named(place, None)

    def fdopen(self, descriptor: int, mode: str = "r", *more: Any, **named: Any) -> Any:
        if descriptor in self._open and any(sign in mode for sign in _WRITES):
            return _Writing(descriptor)
        return self.real["fdopen"](descriptor, mode, *more, **named)

    def path_open(self, path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if mode in ("wb", "xb") and self._place(path) is not None:
            flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if mode == "xb" else os.O_TRUNC)
            return _Writing(os.open(path, flags, 0o644))
        return self._real_path_open(path, mode, *more, **named)

    def _place(self, path: Any, dir_fd: int | None = None) -> tuple[int, str] | None:
        if dir_fd is not None and dir_fd not in self._open:
            return None
        return self._log.place(path, None if dir_fd is None else self._open[dir_fd])


NAMES = (
    "open", "close", "fdopen", "pwrite", "ftruncate", "fsync", "fdatasync",
    "rename", "replace", "link", "mkdir", "unlink", "rmdir",
)  # fmt: skip


class _Writing:
    """A file that writes at once, by calls that are noted."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def write(self, data: bytes) -> int:
        self._at += os.pwrite(self._descriptor, data, self._at)
        return len(data)

    def flush(self) -> None:
        """There is nothing to do."""

    def fileno(self) -> int:
        return self._descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


@contextmanager
def recording(folder: Path, deaf: Callable[[int], bool] = lambda _: False) -> Iterator[DiskLog]:
    """Note what is done below an empty folder.

    Args:
        folder: Where.
        deaf: Tells of each sync, counted from 1, whether it shall be overheard, to see that it is missed.
    """
    log = DiskLog(folder.absolute())
    recorder = _Recorder(log, deaf)
    with ExitStack() as stack:
        for name in NAMES:
            stack.enter_context(patch.object(os, name, getattr(recorder, name)))
        stack.enter_context(patch.object(pathlib.Path, "open", _method(recorder.path_open)))
        yield log


def _method(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return something that a class takes for a method; ``call`` is bound to something else already."""

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        return call(self, *arguments, **named)

    return method


def _is(path: Any, folder: Path) -> bool:
    return os.path.abspath(os.fspath(path)) == str(folder)  # noqa: PTH100 - without following links
