"""The sync worker: asks the county what is new and writes it as the box's next generation, whole or not at all.

One source after the other is asked until one can be accepted; what came stays for the next attempt (`staging`). Nothing
new: only the time of asking is noted. Any failure leaves the generation in force as it is and is said in words, with
bad data (``refused``) told from no line. What is brought in which order: `sync_steps`.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from player.store.errors import StoreBusy, StoreError, on_the_disk, store_error
from player.store.line_history import LineBook
from player.store.lock import alone
from player.store.names import StoreNames
from player.workers.child import Say, live
from player.workers.county_api import fault_of
from player.workers.county_time import hear
from player.workers.lines import open_session
from player.workers.messages import SyncResult, SyncSpec
from player.workers.sync_steps import Share, Syncing
from player.workers.toll import Toll, paying
from player.workers.wall import WallTime
from playlists.errors import BadData, FailedAttempt, YuanjiaoError
from playlists.generation import load
from playlists.trust.kept import KeptFiles
from playlists.trust.sources import DirectorySource, HttpSource, Source
from playlists.trust.staging import Staging

STAGING: Final = ".staging"  # beside the generations

_log = logging.getLogger(__name__)


def main() -> int:
    """Run as a worker process."""
    return live(SyncSpec, sync)


def sync(spec: SyncSpec, say: Say) -> SyncResult:
    """Refresh the generation; return how it ended."""
    began_s = time.monotonic()
    try:
        with paying(spec.line, "documents") as toll:
            result = _sync(spec, toll, say)
        if _nobody_answered(spec, result):
            _remember_dead_line(spec, time.monotonic() - began_s + spec.paused_s)
    except StoreError as error:
        return SyncResult(error=str(error), fault=error.fault)
    return msgspec.structs.replace(result, spent=toll.spent)


def _nobody_answered(spec: SyncSpec, result: SyncResult) -> bool:
    by_line = any(address.startswith(("http://", "https://")) for address in spec.sources)
    said = result.refused or result.fault or result.moved or result.retry_after_s
    return by_line and bool(result.error) and not said


def _remember_dead_line(spec: SyncSpec, seconds: float) -> None:
    """Count the time as tried in vain, unless a fetch worker is at it and counts better.

    Raises:
        StoreError: The disk refuses.
    """
    if not spec.line.store:
        return
    names, wall = StoreNames(Path(spec.line.store)), WallTime(spec.line)
    with suppress(StoreBusy), alone(names, wait_s=0):
        book = LineBook(names, wall.now_ms, wall.utc_offset_minutes)
        book.observe_pause(seconds)
        book.write()


def _sync(spec: SyncSpec, toll: Toll, say: Say) -> SyncResult:
    county_ms = hear(spec.api, spec.line, spec.online_keys, say, toll)
    try:
        root = Path(spec.root_file).read_bytes()
    except OSError as error:
        return SyncResult(error=f"the county's root metadata {spec.root_file}: {error.strerror}")
    result = _ask_all(spec, root, county_ms or spec.wall_ms, toll, say)
    if result.checked and county_ms is None:
        _hear_again(spec, toll, say)
    return result


def _ask_all(spec: SyncSpec, root: bytes, wall_ms: int, toll: Toll, say: Say) -> SyncResult:
    """Ask one source after the other."""
    with on_the_disk("read what came before"):
        kept = KeptFiles(Path(spec.generations) / STAGING)
    sources = [_source(address, spec, toll) for address in spec.sources]
    errors: list[Exception] = []
    moved = False
    for first, source in enumerate(sources):
        share = Share(say)
        staging = Staging([source, *sources[:first], *sources[first + 1 :]], kept, share.heard)
        try:
            number = Syncing(spec, root, wall_ms, share, kept).refresh(staging)
        except StoreError:
            raise
        except OSError as error:  # a source's own are failed attempts: this is the box's disk
            raise store_error("keep what came", error) from error
        except YuanjiaoError as error:
            _log.warning("%s: %s", source.name, error)
            errors.append(error)
            moved |= staging.brought > 0
        else:
            return SyncResult(generation=number, checked=True)
    refused = [error for error in errors if isinstance(error, BadData)]
    worst = (refused or errors or [FailedAttempt("sync", "no source is configured", retry=False)])[0]
    wait_s = getattr(worst, "retry_after_s", None)
    return SyncResult(error=str(worst), fault=fault_of(worst), refused=bool(refused), retry_after_s=wait_s, moved=moved)


def _hear_again(spec: SyncSpec, toll: Toll, say: Say) -> None:
    """Ask for the time once more if the refresh has brought a root that names other online keys."""
    generation = load(Path(spec.generations), check=())
    keys = generation.manifest.accepted.online_keys if generation else ()
    if spec.online_keys and set(keys) != set(spec.online_keys):
        hear(spec.api, spec.line, keys, say, toll)


def _source(address: str, spec: SyncSpec, toll: Toll) -> Source:
    if address.startswith(("http://", "https://")):
        return HttpSource(address, open_session(spec.line, toll), total_timeout_s=spec.limit_s)
    return DirectorySource(Path(address.removeprefix("file://")))
