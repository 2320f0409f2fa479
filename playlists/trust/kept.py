"""A folder of published files that came before a refresh was whole, by their path below the published root.

A file's name holds its path's and its content's digest, so what a power cut has torn is not what its own name says and
is not there. The folder is bounded: what came first goes first. Several threads may use it. Caller: `staging`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import threading
from pathlib import Path
from typing import Final

KEPT_BYTES: Final = 32 << 20
_log = logging.getLogger(__name__)


class KeptFiles:
    """The folder; made when the first file is kept.

    Args:
        folder: Nobody else's.
        limit_bytes: The most that all files together may take up.
    """

    def __init__(self, folder: Path, limit_bytes: int = KEPT_BYTES) -> None:
        self._folder, self._limit_bytes = folder, limit_bytes
        self._lock = threading.Lock()
        self._names, self._bytes = self._swept()

    def __contains__(self, path: str) -> bool:
        return _key(path) in self._names

    def __len__(self) -> int:
        return len(self._names)

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None if it is not here or not whole."""
        with self._lock:
            name = self._names.get(_key(path))
        if name is None:
            return None
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == name.partition("-")[2] else None

    def write(self, path: str, data: bytes) -> bool:
        """Keep a file if there is room and the disk allows it; return whether it is kept."""
        name = f"{_key(path)}-{hashlib.sha256(data).hexdigest()}"
        with self._lock:
            if self._bytes + len(data) > self._limit_bytes:
                return False
            self._bytes += len(data)
        try:
            self._write_durably(name, data)
        except OSError as error:
            _log.warning("%s is not kept: %s", path, error)
            return False
        with self._lock:
            self._names[_key(path)] = name
        return True

    def drop(self, path: str) -> bool:
        """Forget a file; return whether it was here."""
        with self._lock:
            name = self._names.pop(_key(path), None)
            if name is not None:
                (self._folder / name).unlink(missing_ok=True)
        return name is not None

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._names.clear()
            self._bytes = 0
            shutil.rmtree(self._folder, ignore_errors=True)

    def _write_durably(self, name: str, data: bytes) -> None:
        """Write a file; its name may be lost with the last seconds before a power cut, and then it comes again."""
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f".{threading.get_ident()}"
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / name)

    def _swept(self) -> tuple[dict[str, str], int]:
        """Return the files by their key and their size; without what a kill has left and what there is no room for."""
        if not self._folder.is_dir():
            return {}, 0
        names: dict[str, str] = {}
        total = 0
        with os.scandir(self._folder) as entries:
            found = [(entry.stat().st_mtime, entry.stat().st_size, entry.name) for entry in entries if entry.is_file()]
        for _, size, name in sorted(found, reverse=True):
            total += size
            if name.startswith(".") or total > self._limit_bytes // 2:
                (self._folder / name).unlink(missing_ok=True)
                total -= size
            else:
                names.setdefault(name.partition("-")[0], name)
        return names, total


def _key(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:32]
