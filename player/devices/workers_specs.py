"""What each worker is told: addresses, limits and folders of this box put into its spec. Called by `workers`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from player.core.effects import RunScrub
from player.core.worker_effects import (
    RecordChannel,
    RunBinding,
    RunCarry,
    RunFetch,
    RunLive,
    RunPhone,
    RunStopCode,
    RunSync,
    RunUpload,
    TellLive,
)
from player.devices.workers_answers import Run
from player.folders import BoxFolders
from player.ports import TimeKeeper
from player.workers.messages import (
    GRACE_S,
    BindSpec,
    BlobAtRest,
    CarrySpec,
    FetchSpec,
    Line,
    LiveSpec,
    LiveWanted,
    PhoneSpec,
    RecordOrder,
    ScrubSpec,
    Spec,
    StopCodeSpec,
    SyncSpec,
    UploadSpec,
    Wanted,
)
from playlists import generation as generations

FETCH_GIVE_UP_S: Final = 120.0
STICK_GIVE_UP_S: Final = 20.0  # a stick that gives nothing for so long is broken or has been pulled out
STICK_SLOWEST_BYTES_PER_S: Final = 500_000  # an old stick at USB 1.1, each chunk compared and written through


class CountyAddresses(msgspec.Struct, frozen=True):
    """How to reach the county, and by what it is known.

    Args:
        published: Where published files are, best first: base URLs (``http://…/published``) or folders;
            mirrors in the township follow the county's own server.
        api: Base URL of the box API over TLS, such as ``https://county:8443``; empty for a box that lives on sticks.
        ca_file: The county's own certificate authority (PEM); needed for `api` and for https sources.
        root_file: The TUF root metadata that came with the installation.
    """

    published: tuple[str, ...]
    api: str
    ca_file: Path
    root_file: Path


class WorkerLimits(msgspec.Struct, frozen=True):
    """How long workers may run, the room they must leave on the disk, and the zone in which months begin."""

    sync_s: float = 1500
    fetch_s: float = 3600
    upload_s: float = 120
    carry_s: float = 120
    bind_s: float = 60
    phone_s: float = 24 * 3600
    phone_port: int = 8090
    scrub_s: float = 3 * 3600
    stop_code_s: float = 20
    live_s: float = 24 * 3600
    ring_bytes: int = 1 << 30
    quota_bytes: int = 8 << 30
    reserve_bytes: int = 256 << 20
    newest_courses: int = 200
    utc_offset_minutes: int = 480


class Specs:
    """Makes the spec of each worker."""

    def __init__(
        self, folders: BoxFolders, county: CountyAddresses, clock: TimeKeeper, version: str, limits: WorkerLimits
    ) -> None:
        self._folders, self._county, self._clock = folders, county, clock
        self._version, self._limits = version, limits

    def of(self, run: Run) -> tuple[str, Spec]:
        """Return the worker's name and its spec for an effect."""
        rows: dict[type[Run], tuple[str, Callable[[Any], Spec]]] = {
            RunSync: ("sync", self._sync),
            RunFetch: ("fetch", self._fetch),
            RunUpload: ("upload", self._upload),
            RunCarry: ("carry", self._carry),
            RunScrub: ("scrub", self._scrub),
            RunPhone: ("phone_remote", self._phone),
            RunLive: ("watch_live", self._live),
            RunStopCode: ("stop_code", self._stop_code),
            RunBinding: ("bind", self._bind),
        }
        name, spec = rows[type(run)]
        return name, spec(run)

    def _line(self, monthly_bytes: int | None = None) -> Line:
        moment, ca_file = self._clock.now(), self._county.ca_file
        return Line(
            ca_file=str(ca_file) if ca_file.is_file() else "",
            wall_ms=moment.wall_ms if moment.trust != "unknown" else 0,
            utc_offset_minutes=self._limits.utc_offset_minutes,
            store=str(self._folders.store),
            monthly_bytes=monthly_bytes,
        )

    def _who_tells_time(self) -> tuple[str, ...]:
        """Return the keys whose word about the time counts; none while the clock needs no word."""
        if not self._clock.wants_county():
            return ()
        generation = generations.load(self._folders.generations, check=())
        if generation is not None:
            return generation.manifest.accepted.online_keys
        return installed_online_keys(self._county.root_file)

    def _sync(self, run: RunSync) -> SyncSpec:
        moment = self._clock.now()
        return SyncSpec(
            limit_s=_within(self._limits.sync_s, run.within_ms),
            generations=str(self._folders.generations),
            root_file=str(self._county.root_file),
            fingerprint=self._folders.fingerprint.read_text(),
            sources=(run.folder,) if run.folder else self._county.published,
            api="" if run.folder else self._county.api,
            line=self._line(run.monthly_bytes),
            store=str(self._folders.store),
            newest_courses=self._limits.newest_courses,
            courses=run.courses,
            for_document=run.for_document,
            wall_ms=moment.wall_ms,
            paused_s=run.paused_ms / 1000,
            online_keys=() if run.folder else self._who_tells_time(),
            by_stick=bool(run.folder),
        )

    def _fetch(self, run: RunFetch) -> FetchSpec:
        return FetchSpec(
            limit_s=self._fetch_s(run),
            store=str(self._folders.store),
            quota_bytes=self._limits.quota_bytes,
            reserve_bytes=self._limits.reserve_bytes,
            blobs=tuple(Wanted(blob.sha256, blob.bytes, blob.chunk_list, blob.purpose) for blob in run.blobs),
            sources=(run.folder,) if run.folder else self._county.published,
            line=self._line(run.monthly_bytes),
            bits_per_second=run.bits_per_second,
            paused_s=run.paused_ms / 1000,
            give_up_s=STICK_GIVE_UP_S if run.folder else FETCH_GIVE_UP_S,
        )

    def _fetch_s(self, run: RunFetch) -> float:
        """Return how long a fetch may run; a stick cannot be asked once more for the rest, so that needs its time."""
        if not run.folder:
            return self._limits.fetch_s
        return self._limits.fetch_s + sum(blob.bytes for blob in run.blobs) / STICK_SLOWEST_BYTES_PER_S

    def _scrub(self, run: RunScrub) -> ScrubSpec:
        return ScrubSpec(
            limit_s=self._limits.scrub_s,
            store=str(self._folders.store),
            blobs=tuple(BlobAtRest(blob.sha256, blob.bytes, blob.chunk_list) for blob in run.blobs),
            budget_bytes=run.budget_bytes,
            day=run.day,
        )

    def _upload(self, run: RunUpload) -> UploadSpec:
        return UploadSpec(
            limit_s=_within(self._limits.upload_s, run.within_ms),
            journal=str(self._folders.journal),
            acknowledged=str(self._folders.acknowledged),
            key_file=str(self._folders.key),
            api=self._county.api,
            line=self._line(run.monthly_bytes),
            online_keys=self._who_tells_time(),
        )

    def _carry(self, run: RunCarry) -> CarrySpec:
        return CarrySpec(
            limit_s=self._limits.carry_s,
            journal=str(self._folders.journal),
            acknowledged=str(self._folders.acknowledged),
            key_file=str(self._folders.key),
            generations=str(self._folders.generations),
            folder=run.folder,
            by_line=bool(self._county.api),
            binding=run.binding,
            version=self._version,
        )

    def _phone(self, run: RunPhone) -> PhoneSpec:
        return PhoneSpec(
            limit_s=self._limits.phone_s,
            generations=str(self._folders.generations),
            port=self._limits.phone_port,
            without=run.without,
            language=run.language,
        )

    def _stop_code(self, run: RunStopCode) -> StopCodeSpec:
        return StopCodeSpec(
            limit_s=self._limits.stop_code_s,
            key_file=str(self._folders.key),
            telephone_key=run.telephone_key,
            number=run.number,
            code=run.code,
            days=run.days,
        )

    def _live(self, run: RunLive) -> LiveSpec:
        return LiveSpec(
            limit_s=self._limits.live_s,
            url=run.url,
            ring=str(self._folders.ring),
            ring_bytes=self._limits.ring_bytes,
            reserve_bytes=self._limits.reserve_bytes,
            line=self._line(run.monthly_bytes),
            store=str(self._folders.store),
            wanted=self.wanted(run),
        )

    def wanted(self, effect: RunLive | TellLive) -> LiveWanted:
        """Return what the channel that is received is wanted for."""
        return LiveWanted(watched=effect.watched, record=self._order(effect.record) if effect.record else None)

    def _order(self, record: RecordChannel) -> RecordOrder:
        return RecordOrder(
            box=self._folders.fingerprint.read_text(),
            channel=record.channel,
            title=record.title,
            starts=record.starts,
            minutes=record.minutes,
            most_bytes=record.most_bytes,
        )

    def _bind(self, _run: RunBinding) -> BindSpec:
        return BindSpec(
            limit_s=self._limits.bind_s,
            key_file=str(self._folders.key),
            api=self._county.api,
            version=self._version,
            line=self._line(),
        )


def _within(limit_s: float, within_ms: int | None) -> float:
    """Return how long a worker may run so that it has ended, with its grace, when the window closes."""
    return limit_s if within_ms is None else max(1.0, min(limit_s, within_ms / 1000 - GRACE_S))


class _Keys(msgspec.Struct, frozen=True):
    keyids: tuple[str, ...] = ()


class _Roles(msgspec.Struct, frozen=True):
    timestamp: _Keys = _Keys()


class _SignedRoot(msgspec.Struct, frozen=True):
    roles: _Roles = _Roles()


class _Root(msgspec.Struct, frozen=True):
    signed: _SignedRoot = _SignedRoot()


def installed_online_keys(root_file: Path) -> tuple[str, ...]:
    """Return the online keys that the installed root metadata names, for a box that has accepted nothing yet."""
    try:
        return msgspec.json.decode(root_file.read_bytes(), type=_Root).signed.roles.timestamp.keyids
    except (OSError, msgspec.DecodeError):
        return ()
