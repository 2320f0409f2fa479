"""A folder that really fills up: a small tmpfs where we may mount one, else a limit on the size of our files.

The second gives EFBIG instead of ENOSPC, which the product treats alike; so the test runs for everybody.
"""

from __future__ import annotations

import errno
import io
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[Path]:
    """Give ``folder`` a disk of so many bytes (a multiple of 4096) as long as the context lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(folder)]
    if subprocess.run(options, check=False, capture_output=True).returncode == 0:
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Turn a small disk read-only, as a failing card does; where we may not, it says so of itself all the same."""
    if _remounted(folder, "ro"):
        try:
            yield
        finally:
            assert _remounted(folder, "rw")
        return
    with monkeypatch.context() as patched:
        status = os.statvfs(folder)
        flags = (*status[:8], status.f_flag | os.ST_RDONLY, status.f_namemax)
        patched.setattr(os, "statvfs", lambda _path: os.statvfs_result(flags))
        yield


def _remounted(folder: Path, how: str) -> bool:
    done = subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=False, capture_output=True)
    return done.returncode == 0


def fill_up(folder: Path, name: str = "somebody-elses-file") -> Path:
    """Write into a file of somebody else until the disk takes no more byte; return it."""
    path = folder / name
    with path.open("ab", buffering=0) as file:
        for size in (1 << 16, 4096, 1):
            while _took(file, bytes(size)):
                pass
    return path


def _took(file: io.FileIO, data: bytes) -> bool:
    try:
        return file.write(data) == len(data)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EFBIG):
            raise
        return False
