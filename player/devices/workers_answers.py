"""What a worker's last word means to the core: results as events, and their absence too. Pure."""

from __future__ import annotations

from collections.abc import Callable

from player.core import events, faults, media_events, worker_events
from player.core.effects import RunScrub
from player.core.events import Event, FaultReported
from player.core.facts import GenerationFacts
from player.core.worker_effects import (
    RunBinding,
    RunCarry,
    RunFetch,
    RunLive,
    RunPhone,
    RunStopCode,
    RunSync,
    RunUpload,
)
from player.core.worker_events import BindingAnswered, FetchFinished, FetchProgressed, SyncFinished, UploadFinished
from player.workers.messages import (
    BindResult,
    BlobBad,
    CarryResult,
    FetchProgress,
    FetchResult,
    LiveFlows,
    LiveResult,
    LiveServed,
    PhoneHeard,
    PhoneResult,
    Progress,
    RecordGrew,
    RecordStopped,
    Result,
    ScrubResult,
    StopCodeResult,
    SyncProgress,
    SyncResult,
    TimeHeard,
    UploadResult,
)

Run = RunSync | RunFetch | RunUpload | RunCarry | RunBinding | RunStopCode | RunPhone | RunScrub | RunLive
CARD_FAULTS = (faults.CARD_READ_ONLY, faults.CARD_FAILING)


def answer(
    run: Run, result: Result | None, why: str, head: int, load: Callable[[], GenerationFacts | None]
) -> list[Event]:
    """Return the events that a worker's end gives; the last one answers the effect.

    Args:
        run: The effect that started it.
        result: Its result, None if it said none.
        why: Why there is none.
        head: What the county acknowledged last, for uploads that ended without a word.
        load: Reads the generation in force.
    """
    if isinstance(run, RunSync):
        return _synced(run, result, why, load)
    if isinstance(run, RunFetch):
        return _fetched(run, result, why)
    if isinstance(run, RunUpload | RunCarry):
        return [_uploaded(run, result, why, head) if isinstance(run, RunUpload) else _carried(run, result, head)]
    if isinstance(run, RunScrub):
        return _scrubbed(run, result, why)
    if isinstance(run, RunPhone):
        return [worker_events.PhoneFinished(run.id, result.error if isinstance(result, PhoneResult) else why)]
    if isinstance(run, RunLive):
        return _live_ended(run, result, why)
    if isinstance(run, RunStopCode):
        return [_checked(run, result, why)]
    return [_bound(run, result, why)]


def progress(run: Run, said: Progress, load: Callable[[], GenerationFacts | None]) -> Event:
    """Return the event of a progress line; ``load`` as in `answer`."""
    if isinstance(said, FetchProgress):
        return FetchProgressed(run.id, said.blob, said.bytes_here, said.complete, said.free_bytes, said.spent)
    if isinstance(said, SyncProgress):
        return worker_events.SyncProgressed(run.id, load() if said.generation else None, said.percent)
    if isinstance(said, BlobBad):
        return worker_events.BlobSpoilt(run.id, said.blob, said.bytes_here)
    if isinstance(said, PhoneHeard):
        return worker_events.PhoneHeard(run.id, said.button, said.course)
    if isinstance(said, LiveServed | LiveFlows | RecordGrew | RecordStopped):
        return _of_a_channel(run, said)
    if isinstance(said, TimeHeard):
        return events.CountyTimeHeard(said.wall_ms, said.monotonic_ms)
    return worker_events.PhoneShown(run.id, said.url, said.pin, said.code, said.telephones, said.shut)


def _of_a_channel(run: Run, said: LiveServed | LiveFlows | RecordGrew | RecordStopped) -> Event:
    if isinstance(said, LiveServed):
        return media_events.LiveServed(run.id, said.url)
    if isinstance(said, LiveFlows):
        return media_events.LiveFlows(run.id, said.flows, said.kept_ms, said.spent)
    if isinstance(said, RecordGrew):
        return media_events.RecordGrew(run.id, said.recording, said.part, said.wall_ms, said.length_ms, said.bytes)
    return media_events.RecordStopped(run.id, said.recording, said.error, said.fault)


def _synced(run: RunSync, result: Result | None, why: str, load: Callable[[], GenerationFacts | None]) -> list[Event]:
    if not isinstance(result, SyncResult):
        return [SyncFinished(run.id, None, error=why)]
    finished = SyncFinished(
        run.id,
        load() if result.checked else None,
        error=result.error,
        refused=result.refused,
        checked=result.checked,
        fault=result.fault,
        retry_after_s=result.retry_after_s,
        spent=result.spent,
        moved=result.moved,
    )
    if result.fault in faults.ON_THE_DISK:
        return [FaultReported(result.fault, active=True, detail=result.error), finished]
    return [finished]


def _fetched(run: RunFetch, result: Result | None, why: str) -> list[Event]:
    if not isinstance(result, FetchResult):
        return [FetchFinished(run.id, error=why, cut_off=True)]
    full = result.fault == faults.DISK_FULL
    finished = FetchFinished(
        run.id,
        result.error,
        disk_full=full,
        retry_after_s=result.retry_after_s,
        spent=result.spent,
        lost=result.lost,
    )
    if result.fault in CARD_FAULTS:
        return [FaultReported(result.fault, active=True, detail=result.error), finished]
    if not result.error:  # everything was written: the card is well
        return [*(FaultReported(code, active=False) for code in CARD_FAULTS), finished]
    return [finished]


def _scrubbed(run: RunScrub, result: Result | None, why: str) -> list[Event]:
    if not isinstance(result, ScrubResult):
        return [worker_events.ScrubFinished(run.id, why)]
    finished = worker_events.ScrubFinished(run.id, result.error)
    return [FaultReported(result.fault, active=True, detail=result.error), finished] if result.fault else [finished]


def _uploaded(run: RunUpload, result: Result | None, why: str, head: int) -> Event:
    if not isinstance(result, UploadResult):
        return UploadFinished(run.id, head, error=why)
    wait_s, spent = result.retry_after_s, result.spent
    return UploadFinished(run.id, result.head, result.error, wait_s, result.fault, spent)


def _carried(run: RunCarry, result: Result | None, head: int) -> Event:
    if not isinstance(result, CarryResult):
        return worker_events.CarryFinished(run.id, head, trouble="gone")
    return worker_events.CarryFinished(run.id, result.head, result.first, result.last, result.trouble, result.asked)


def _live_ended(run: RunLive, result: Result | None, why: str) -> list[Event]:
    if not isinstance(result, LiveResult):
        return [media_events.LiveFinished(run.id, why)]
    finished = media_events.LiveFinished(run.id, result.error, result.spent)
    return [FaultReported(result.fault, active=True, detail=result.error), finished] if result.fault else [finished]


def _checked(run: RunStopCode, result: Result | None, why: str) -> Event:
    if not isinstance(result, StopCodeResult):
        return worker_events.StopCodeChecked(run.id, error=why)
    return worker_events.StopCodeChecked(run.id, result.day, result.error)


def _bound(run: RunBinding, result: Result | None, why: str) -> Event:
    if not isinstance(result, BindResult):
        return BindingAnswered(run.id, error=why)
    return BindingAnswered(run.id, result.code, result.expires_in_s, result.bound, result.error, result.fault)
