"""The fetch worker: brings blobs into the store, in the given order, from whatever source gives them.

Rules: no byte that is here is asked for again; a chunk counts once it is verified and durable; after silence,
resets or a kill it goes on at the same byte; a source that gives wrong bytes twice, or a web page, is not
asked for that blob again. Without room it ends and says so: what to evict is the core's decision. A kill at
any point costs the piece in flight.
"""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from player.store.contents import free_bytes, used_bytes
from player.store.errors import StoreError, StoreFull, on_the_disk
from player.store.lock import alone
from player.store.marks import Gap
from player.store.names import StoreNames
from player.store.partial import BadPlace, PartialBlob, WrongChunk
from player.workers.child import Say, live
from player.workers.lines import open_session
from player.workers.messages import FetchProgress, FetchResult, FetchSpec, Wanted
from player.workers.pace import Bucket
from player.workers.ranges import Refused
from player.workers.sources import SourceState, next_source, open_sources
from player.workers.toll import Toll, UsedUp, paying
from playlists.chunks import chunk_digests, chunk_list_bytes
from playlists.documents import Blob
from playlists.errors import BadData, FailedAttempt, UntrustedData

PROBLEMS_SHOWN: Final = 3


class GivenUp(FailedAttempt):
    """No source has brought a byte for so long, or the time is up: it is better to try later."""


def main() -> int:
    """Run as a worker process."""
    return live(FetchSpec, fetch)


def fetch(spec: FetchSpec, say: Say) -> FetchResult:
    """Fetch what the spec asks for; say each verified chunk; return how it ended."""
    names = StoreNames(Path(spec.store))
    try:
        with alone(names), paying(spec.line, "session") as toll:
            result = Fetching(spec, say, names, toll).run()
        return msgspec.structs.replace(result, spent=toll.spent)
    except StoreError as error:
        return FetchResult(error=str(error), fault=error.fault)
    except (FailedAttempt, OSError) as error:
        return FetchResult(error=str(error))


class Fetching:
    """One run of the worker. Nothing here outlives it but what is in the store."""

    def __init__(self, spec: FetchSpec, say: Say, names: StoreNames, toll: Toll) -> None:
        rate = spec.bits_per_second / 8 if spec.bits_per_second else None
        self._spec, self._say, self._names, self._toll = spec, say, names, toll
        self._sources = open_sources(
            spec.sources, lambda: open_session(spec.line, toll, bytes_per_s=rate), Bucket(rate) if rate else None
        )
        self._used_bytes = 0
        self._heard_s = time.monotonic()
        self._until_s = self._heard_s + spec.limit_s

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
            problems.append(str(error))
            retry_after_s = error.retry_after_s
        except StoreError as error:
            problems.append(str(error))
            fault = error.fault
        return FetchResult(
            error="; ".join(problems[:PROBLEMS_SHOWN]),
            fault=fault,
            retry_after_s=retry_after_s,
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

    def _require_room(self, partial: PartialBlob) -> None:
        with on_the_disk("measuring the room"):
            self._used_bytes = used_bytes(self._names)
        free = self._free_bytes()
        if partial.missing_bytes > free:
            raise StoreFull(f"fetch {partial.sha256}", f"needs {partial.missing_bytes} bytes, {free} are free")

    def _require_room_still(self, partial: PartialBlob) -> None:
        """Others write on the disk meanwhile: what they take of the reserve is not taken twice."""
        free = self._free_bytes()
        if partial.missing_bytes > free:
            raise StoreFull(f"fetch {partial.sha256}", f"{partial.missing_bytes} bytes are missing, {free} are free")

    def _pull(self, partial: PartialBlob) -> None:
        while partial.first_gap() is not None:
            state = self._next_source(partial.sha256)
            try:
                self._pull_from(state, partial)
            except WrongChunk as error:
                if not error.resumed:  # otherwise the fault may lie in what was here before
                    state.struck(partial.sha256, str(error))
            except Refused as error:
                state.refused(partial.sha256, error.problem)
            except (StoreError, GivenUp, UsedUp):
                raise
            except FailedAttempt as error:
                self._toll.pay()
                state.failed(error, time.monotonic(), random.random())  # noqa: S311 - jitter

    def _pull_from(self, state: SourceState, partial: PartialBlob) -> None:
        gap = self._payable(partial.first_gap())
        with state.source.part(partial.sha256, partial.blob_bytes, gap) as part:
            at = part.start
            for piece in part.pieces:
                self._heard(state, len(piece))
                if partial.write(at, piece):
                    self._require_room_still(partial)
                    self._tell(partial.sha256, partial.verified_bytes, complete=False, sync_s=partial.sync_s)
                at += len(piece)
                if partial.complete:
                    return

    def _payable(self, gap: Gap | None) -> Gap:
        """Return the part of a gap that the month's allowance still allows."""
        assert gap is not None
        left = self._toll.left_bytes()
        if left == 0:
            raise UsedUp
        return gap if left is None else Gap(gap.start, min(gap.end, gap.start + left))

    def _heard(self, state: SourceState, length: int) -> None:
        self._heard_s = time.monotonic()
        state.heard(self._heard_s)
        self._toll.pay()
        self._used_bytes += length
        if self._heard_s > self._until_s:
            raise GivenUp("fetch", f"the {self._spec.limit_s:.0f} s of this run are over")

    def _next_source(self, blob: str) -> SourceState:
        now_s = time.monotonic()
        state = next_source(self._sources, blob, now_s)
        if state is None:
            refusals = [f"{one.source.name} {one.refusals[blob]}" for one in self._sources]
            raise Refused(blob, "", "no source has it: " + ("; ".join(refusals) or "none is configured"))
        start_s = max(now_s, state.ready_s)
        if start_s > min(self._heard_s + self._spec.give_up_s, self._until_s):
            raise GivenUp("fetch", state.last_error or "nothing came", retry_after_s=state.asked_to_wait_s)
        time.sleep(start_s - now_s)
        return state

    def _free_bytes(self) -> int:
        spec = self._spec
        with on_the_disk("measuring the room"):
            return free_bytes(
                self._names, self._used_bytes, quota_bytes=spec.quota_bytes, reserve_bytes=spec.reserve_bytes
            )

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
