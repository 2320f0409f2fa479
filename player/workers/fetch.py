"""The fetch worker: brings blobs into the store, in the given order, from whatever source gives them.

Rules: no byte that is here is asked for again; a chunk counts once it is verified and durable; after silence,
resets or a kill it goes on at the same byte; a source that gives wrong bytes twice is not asked for that blob
again, one behind a web page not at all. How that is done, `pulling` says. Without room it ends and says so: what to
evict is the core's decision. A kill at any point costs the piece in flight.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from player.store.contents import free_bytes, used_bytes
from player.store.errors import StoreError, StoreFull, on_the_disk
from player.store.line_history import LineBook
from player.store.lock import alone
from player.store.names import StoreNames
from player.store.partial import BadPlace, PartialBlob
from player.workers.child import Say, live
from player.workers.messages import FetchProgress, FetchResult, FetchSpec, Wanted
from player.workers.pulling import GivenUp, Pulling
from player.workers.toll import Toll, UsedUp, paying
from player.workers.wall import WallTime
from playlists.chunks import chunk_digests, chunk_list_bytes
from playlists.documents import Blob
from playlists.errors import BadData, FailedAttempt, UntrustedData

PROBLEMS_SHOWN: Final = 3


def main() -> int:
    """Run as a worker process."""
    return live(FetchSpec, fetch)


def fetch(spec: FetchSpec, say: Say) -> FetchResult:
    """Fetch what the spec asks for; say each verified chunk; return how it ended."""
    names = StoreNames(Path(spec.store))
    try:
        with alone(names), paying(spec.line, "session") as toll:
            result = _fetch_and_learn(spec, say, names, toll)
        return msgspec.structs.replace(result, spent=toll.spent)
    except StoreError as error:
        return FetchResult(error=str(error), fault=error.fault)
    except (FailedAttempt, OSError) as error:
        return FetchResult(error=str(error))


def _fetch_and_learn(spec: FetchSpec, say: Say, names: StoreNames, toll: Toll) -> FetchResult:
    """Fetch, and remember what was seen of the line."""
    wall = WallTime(spec.line)
    book = LineBook(names, wall.now_ms, wall.utc_offset_minutes)
    fetching = Fetching(spec, say, names, toll, book)
    try:
        return fetching.run()
    finally:
        if fetching.is_lost:
            book.observe_pause(spec.paused_s)
        book.write()


class Fetching:
    """One run of the worker. Nothing here outlives it but what is in the store."""

    def __init__(self, spec: FetchSpec, say: Say, names: StoreNames, toll: Toll, book: LineBook) -> None:
        self._spec, self._say, self._names, self._toll = spec, say, names, toll
        self._is_far = any("://" in source for source in spec.sources)
        self._pulling = Pulling(spec, toll, book.observe)
        self._used_bytes = self._measured_at_bytes = 0
        self._given_up = False

    @property
    def came_bytes(self) -> int:
        """What all sources have brought."""
        return self._pulling.came_bytes

    @property
    def is_lost(self) -> bool:
        """Whether no source has answered, although one was asked."""
        return self._is_far and self._given_up and not self._pulling.answered

    def run(self) -> FetchResult:
        """Fetch blob after blob; one that no source has does not keep the others."""
        problems: list[str] = []
        retry_after_s = None
        fault = ""
        try:
            for wanted in self._spec.blobs:
                try:
                    self._bring(wanted)
                except (BadData, UsedUp) as error:
                    problems.append(str(error))
        except GivenUp as error:
            self._given_up = True
            problems.append(str(error))
            retry_after_s, fault = error.retry_after_s, error.fault
        except StoreError as error:
            problems.append(str(error))
            fault = error.fault
        return FetchResult(
            error="; ".join(problems[:PROBLEMS_SHOWN]),
            fault=fault,
            retry_after_s=retry_after_s,
            lost=self.is_lost,
        )

    def _bring(self, wanted: Wanted) -> None:
        self._toll.pay()
        self._toll.purpose = wanted.purpose
        if not self._names.media(wanted.sha256).exists():
            self._fill(wanted, self._digests(wanted))
        self._tell(wanted.sha256, wanted.bytes, complete=True)

    def _digests(self, wanted: Wanted) -> tuple[bytes, ...]:
        blob = Blob(sha256=wanted.sha256, bytes=wanted.bytes, chunk_list=wanted.chunk_list)
        if wanted.chunk_list is None:
            return chunk_digests(blob, b"", wanted.sha256)
        path = self._names.media(wanted.chunk_list)
        try:
            return chunk_digests(blob, path.read_bytes(), wanted.sha256)
        except FileNotFoundError:
            pass
        except (OSError, UntrustedData):  # the disk lost it, or the document is wrong about its length
            with on_the_disk(f"removing {path}"):
                path.unlink()
        listed = Wanted(wanted.chunk_list, chunk_list_bytes(wanted.bytes))
        self._fill(listed, chunk_digests(Blob(sha256=listed.sha256, bytes=listed.bytes), b"", listed.sha256))
        with on_the_disk(f"reading {path}"):
            return chunk_digests(blob, path.read_bytes(), wanted.sha256)

    def _fill(self, wanted: Wanted, digests: tuple[bytes, ...]) -> None:
        with closing(PartialBlob(self._names, wanted.sha256, wanted.bytes, digests)) as partial:
            self._require_room(partial)
            try:
                self._complete(partial)
            except BadPlace:
                partial.set_aside()
                raise

    def _complete(self, partial: PartialBlob) -> None:
        self._pull(partial)
        try:
            partial.finish()
        except UntrustedData:
            self._pull(partial)  # the disk changed or lost a chunk: once more, then it is the core's to know
            partial.finish()

    def _pull(self, partial: PartialBlob) -> None:
        def verified() -> None:
            self._require_room_still(partial)
            self._tell(partial.sha256, partial.verified_bytes, complete=False, sync_s=partial.sync_s)

        self._pulling.fill(partial, verified)

    def _require_room(self, partial: PartialBlob) -> None:
        with on_the_disk("measuring the room"):
            self._used_bytes = used_bytes(self._names)
            self._measured_at_bytes = self.came_bytes
        free = self._free_bytes()
        if partial.missing_bytes > free:
            raise StoreFull(f"fetch {partial.sha256}", f"needs {partial.missing_bytes} bytes, {free} are free")

    def _require_room_still(self, partial: PartialBlob) -> None:
        """Others write on the disk meanwhile: what they take of the reserve is not taken twice."""
        free = self._free_bytes()
        if partial.missing_bytes > free:
            raise StoreFull(f"fetch {partial.sha256}", f"{partial.missing_bytes} bytes are missing, {free} are free")

    def _free_bytes(self) -> int:
        spec, used = self._spec, self._used_bytes + self.came_bytes - self._measured_at_bytes
        with on_the_disk("measuring the room"):
            return free_bytes(self._names, used, quota_bytes=spec.quota_bytes, reserve_bytes=spec.reserve_bytes)

    def _tell(self, blob: str, bytes_here: int, *, complete: bool, sync_s: float | None = None) -> None:
        self._say(
            FetchProgress(
                blob=blob,
                bytes_here=bytes_here,
                complete=complete,
                free_bytes=self._free_bytes(),
                spent=self._toll.spent,
                sync_s=sync_s,
            )
        )
