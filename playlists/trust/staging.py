"""The sources of one refresh as one, with what they brought before: a cut in the middle costs the files in flight.

Over a bad line a first refresh takes many minutes and several attempts. Documents and signed metadata never change
under their names, so each one that came is kept (`kept`) and never asked for again, whichever source brought it.
Several may be brought at once, so that a satellite's delay is not paid file by file. A file that one source cannot
give, or gives wrongly, is asked of the next, and nothing else is begun anew; a source that fails gives way to one that
does not.

Nothing here is believed: documents are kept only if they are what their name says; metadata is judged by `client`,
which says what cannot be accepted (`Staging.distrust`). Caller: the sync worker.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from playlists.errors import BadData, FailedAttempt, UntrustedData, YuanjiaoError
from playlists.targets import DOCUMENT_LIMIT_BYTES, METADATA_PATH, TARGETS_PATH
from playlists.trust.kept import KeptFiles
from playlists.trust.sources import NotPublished, Source

CONNECTIONS: Final = 4
ATTEMPTS: Final = 3
PAUSE_S: Final = 2.0
_UNCHANGING: Final = re.compile(rf"{METADATA_PATH}/\d+\.(?!root\.)[a-z0-9-]+\.json|{TARGETS_PATH}/.+")
_NAMED_BY_CONTENT: Final = re.compile(rf"{TARGETS_PATH}/(?:.+/)?([0-9a-f]{{64}})\.[^/]+")


class Staging(Source):
    """The sources of one refresh.

    Args:
        sources: The first one is asked for what changes (timestamp and root), all of them for the rest.
        kept: What came before, and will come.
        heard: Called with how many files are kept, after each one that came; in any thread.
        pause_s: How long to wait before a second attempt for one file; the third waits twice as long.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        kept: KeptFiles,
        heard: Callable[[int], None] = lambda _: None,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._sources, self._kept, self._heard, self._pause_s = sources, kept, heard, pause_s
        self.brought = 0  # files that came and are kept
        self._lock = threading.Lock()
        self._failures = [0] * len(sources)
        self._gave: dict[str, int] = {}  # which source brought a file
        self._wrong: set[tuple[str, int]] = set()  # what a source has not to be asked for again

    @property
    def name(self) -> str:
        """The first source's name."""
        return self._sources[0].name

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return a file; see `Source.read`.

        Raises:
            UntrustedData: No source has the document that was signed.
        """
        if not _UNCHANGING.fullmatch(path):
            return self._sources[0].read(path, limit_bytes)
        data = self._kept.read(path)
        if data is not None and len(data) <= limit_bytes:
            return data
        data = self._patiently(path, limit_bytes)
        if self._kept.write(path, data):
            with self._lock:
                self.brought += 1
                self._heard(len(self._kept))
        return data

    def fetch_ahead(self, paths: Iterable[str]) -> None:
        """Bring files together, as far as they come; whoever reads them later learns what is wrong with the rest."""
        missing = [path for path in paths if path not in self._kept]
        broken = threading.Event()

        def bring(path: str) -> None:
            if broken.is_set():
                return
            try:
                self.read(path, DOCUMENT_LIMIT_BYTES)
            except (NotPublished, BadData):
                pass
            except YuanjiaoError:
                broken.set()

        if len(missing) > 1:
            with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="refresh") as pool:
                list(pool.map(bring, missing))

    def distrust(self, path: str) -> bool:
        """Forget a file that cannot be accepted; return whether another source may have a better one."""
        was_kept = self._kept.drop(path)
        with self._lock:
            source = self._gave.pop(path, None)
        if source is None:  # it was brought by an attempt before, nobody knows from where
            return was_kept
        self._is_wrong(path, source)
        return any((path, other) not in self._wrong for other in range(len(self._sources)))

    def _patiently(self, path: str, limit_bytes: int) -> bytes:
        """Ask the sources one after the other, and again where that may help."""
        for attempt in range(1, ATTEMPTS + 1):
            failures, refusals = [], []
            for source in self._in_order(path):
                try:
                    return self._ask(source, path, limit_bytes)
                except FailedAttempt as error:
                    failures.append(error)
                except BadData as error:
                    refusals.append(error)
                    self._is_wrong(path, source)
            if attempt == ATTEMPTS or not any(error.retry for error in failures):
                break
            time.sleep(max(self._pause_s * attempt, *(error.retry_after_s or 0 for error in failures)))
        raise [*refusals, *failures, UntrustedData(path, "", "no source has what was signed")][0]

    def _ask(self, source: int, path: str, limit_bytes: int) -> bytes:
        try:
            data = self._sources[source].read(path, limit_bytes)
        except NotPublished:
            raise
        except FailedAttempt:
            with self._lock:
                self._failures[source] += 1
            raise
        named = _NAMED_BY_CONTENT.fullmatch(path)
        if named and named[1] != hashlib.sha256(data).hexdigest():
            raise UntrustedData(path, "", f"what {self._sources[source].name} brought is not what was signed")
        with self._lock:
            self._failures[source] = 0
            self._gave[path] = source
        return data

    def _in_order(self, path: str) -> list[int]:
        """Return whom to ask: who has not failed lately first, and else as they were given."""
        with self._lock:
            usable = [source for source in range(len(self._sources)) if (path, source) not in self._wrong]
            return sorted(usable, key=self._failures.__getitem__)

    def _is_wrong(self, path: str, source: int) -> None:
        with self._lock:
            self._wrong.add((path, source))
