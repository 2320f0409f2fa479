"""Locks this process in: it may read the program's own code and the folders named, and nothing else (landlock(7)).

Neither the box's key nor its journal can be opened afterwards, nothing can be written, no other program started, and no
call made to another machine. A kernel without Landlock is refused, not trusted.
"""

from __future__ import annotations

import ctypes
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from playlists.errors import FailedAttempt

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1
_NO_NEW_PRIVS: Final = 38
_READ: Final = (1 << 2) | (1 << 3)  # files and folders
_FILES_BY_VERSION: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_CONNECT: Final = 2  # by TCP, from version 4; the page itself has still to be bound


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def lock_in(readable: Iterable[Path]) -> None:
    """Give up everything but reading the program's code and these folders; there is no way back.

    Raises:
        FailedAttempt: The kernel cannot do it.
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        raise FailedAttempt("lock the telephone's process in", "this kernel has no Landlock", retry=False)
    files = max(rights for since, rights in _FILES_BY_VERSION.items() if since <= version)
    wanted = _Ruleset(files, _CONNECT if version >= 4 else 0)
    size = ctypes.sizeof(wanted) if version >= 4 else ctypes.sizeof(ctypes.c_uint64)
    ruleset = _done(kernel.syscall(_CREATE_RULESET, ctypes.byref(wanted), size, 0))
    try:
        for folder in (*_code(), *readable):
            if folder.exists():
                _allow(kernel, ruleset, folder)
        _done(kernel.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
        _done(kernel.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _code() -> set[Path]:
    """Return where Python and this program's modules lie, the checkout's other folders left out."""
    paths = sysconfig.get_paths()
    packages = {Path(sys.modules[name].__path__[0]) for name in ("player", "playlists")}
    return {Path(paths["stdlib"]), Path(paths["purelib"]), Path(paths["platlib"]), *packages}


def _allow(kernel: ctypes.CDLL, ruleset: int, folder: Path) -> None:
    opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ if folder.is_dir() else _READ & ~(1 << 3)
        _done(kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_PathBeneath(rights, opened)), 0))
    finally:
        os.close(opened)


def _done(answer: int) -> int:
    if answer < 0:
        raise FailedAttempt("lock the telephone's process in", os.strerror(ctypes.get_errno()), retry=False)
    return answer
