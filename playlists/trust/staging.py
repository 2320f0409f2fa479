"""What a refresh has brought so far, kept until it is whole: a cut in the middle costs the file in flight.

Over a bad line a first refresh takes many minutes and several attempts. Documents and signed metadata never change
under their names, so each one that came is kept in a folder and never asked for again, whichever source brought it.
Several may be brought at once, so that a satellite's delay is not paid file by file; a file that one source cannot
give is asked of the next. Nothing here is believed: documents are kept only if they are what their name says, metadata
is judged by `refresh` each time, and after a refusal all kept metadata is forgotten. What a power cut has torn is not
what its own name says and is not there. Caller: the sync worker.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from playlists.errors import FailedAttempt, YuanjiaoError
from playlists.targets import DOCUMENT_LIMIT_BYTES, METADATA_PATH, TARGETS_PATH
from playlists.trust.sources import Source

CONNECTIONS: Final = 4
ATTEMPTS: Final = 3
PAUSE_S: Final = 2.0
KEPT_BYTES: Final = 64 << 20
_UNCHANGING: Final = re.compile(rf"{METADATA_PATH}/\d+\.(?!root\.)[a-z0-9-]+\.json|{TARGETS_PATH}/.+")
_NAMED_BY_CONTENT: Final = re.compile(rf"{TARGETS_PATH}/(?:.+/)?([0-9a-f]{{64}})\.[^/]+")
_log = logging.getLogger(__name__)


class Staging:
    """The sources of one refresh as one `Source`, with what they brought before.

    Args:
        sources: The first one is asked for everything, the others for unchanging files that it cannot give.
        folder: Where files are kept between attempts.
        pause_s: How long to wait before a second attempt for one file; the third waits twice as long.
    """

    def __init__(self, sources: Sequence[Source], folder: Path, pause_s: float = PAUSE_S) -> None:
        self._sources, self._folder, self._pause_s = sources, folder, pause_s
        self.brought = 0  # files that came and are kept
        self._lock = threading.Lock()
        self._kept = _listed(folder)

    @property
    def name(self) -> str:
        """The first source's name."""
        return self._sources[0].name

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return a file; see `Source.read`."""
        if not _UNCHANGING.fullmatch(path):
            return self._sources[0].read(path, limit_bytes)
        kept = self._read_kept(path)
        if kept is not None and len(kept) <= limit_bytes:
            return kept
        data = self._patiently(path, limit_bytes)
        self._keep(path, data)
        return data

    def fetch_ahead(self, paths: Iterable[str]) -> None:
        """Bring files together, as far as they come; whoever reads them later learns what is wrong with the rest."""
        missing = [path for path in paths if _key(path) not in self._kept]
        ended = threading.Event()

        def bring(path: str) -> None:
            if not ended.is_set():
                try:
                    self.read(path, DOCUMENT_LIMIT_BYTES)
                except YuanjiaoError:
                    ended.set()

        if len(missing) > 1:
            with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="refresh") as pool:
                list(pool.map(bring, missing))

    def forget_metadata(self) -> None:
        """The publication was refused: what was kept of it may be at fault."""
        with self._lock:
            for key in [key for key in self._kept if key.startswith("m")]:
                (self._folder / self._kept.pop(key)).unlink(missing_ok=True)

    def clear(self) -> None:
        """The refresh is whole: nothing needs to be kept any more."""
        with self._lock:
            self._kept.clear()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _patiently(self, path: str, limit_bytes: int) -> bytes:
        """Ask the sources one after the other, and again where that may help."""
        for attempt in range(1, ATTEMPTS + 1):
            failures = []
            for source in self._sources:
                try:
                    return source.read(path, limit_bytes)
                except FailedAttempt as error:
                    failures.append(error)
            if attempt == ATTEMPTS or not any(error.retry for error in failures):
                break
            time.sleep(max(self._pause_s * attempt, *(error.retry_after_s or 0 for error in failures)))
        raise failures[0]

    def _read_kept(self, path: str) -> bytes | None:
        with self._lock:
            name = self._kept.get(_key(path))
        if name is None:
            return None
        try:
            data = (self._folder / name).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == name.rpartition("-")[2] else None

    def _keep(self, path: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        named = _NAMED_BY_CONTENT.fullmatch(path)
        if named and named[1] != digest:
            return
        name = f"{_key(path)}-{digest}"
        temporary = self._folder / f".{threading.get_ident()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            temporary.replace(self._folder / name)
        except OSError as error:
            _log.warning("%s is not kept: %s", path, error)
            return
        with self._lock:
            self._kept[_key(path)] = name
            self.brought += 1


def _key(path: str) -> str:
    """Return a short name of a path; what is metadata begins with ``m``."""
    kind = "m" if path.startswith(METADATA_PATH) else "t"
    return kind + hashlib.sha256(path.encode()).hexdigest()[:32]


def _listed(folder: Path) -> dict[str, str]:
    """Return the kept files by the key of their path; too many of them are left from refreshes that never ended."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.stat().st_size) for entry in entries if entry.is_file()]
    if sum(size for _, size in found) > KEPT_BYTES:
        shutil.rmtree(folder, ignore_errors=True)
        return {}
    return {name.partition("-")[0]: name for name, _ in found if "-" in name}
