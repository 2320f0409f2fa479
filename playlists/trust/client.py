"""TUF's client workflow over one of our sources, in a scratch folder, with our errors.

The library (`tuf.ngclient`, pinned) decides what is signed and what is older; three things are taken from
it: its cache, which is rebuilt from the generation each time, so that a damaged cache never lowers a floor;
its clock, since expiry is judged by `refresh`; its downloads, which come through `sources`. Caller:
`refresh`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar, cast

from tuf.api import exceptions
from tuf.api.metadata import Root, Signed, Snapshot, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from playlists.errors import BadData, UntrustedData, YuanjiaoError
from playlists.targets import METADATA_PATH
from playlists.trust import roles
from playlists.trust.sources import NotPublished, Source
from playlists.trust.tree import TIMESTAMP_FILE

ROOT_LIMIT_BYTES: Final = 64 << 10
TIMESTAMP_LIMIT_BYTES: Final = 4 << 10
SNAPSHOT_LIMIT_BYTES: Final = 256 << 10
TARGETS_LIMIT_BYTES: Final = 1 << 20
_NOTHING_EXPIRES: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BASE: Final = "published:"

Accepted = TypeVar("Accepted")


class Older(UntrustedData):
    """What the source offers is older than what was accepted before."""


class Client:
    """One run of the workflow.

    Args:
        source: Brings what is not held.
        held: Metadata accepted before, by file name: ``timestamp.json``, ``snapshot.json``, ``<role>.json`` and
            ``<version>.root.json``.
        root: The root metadata that came with the installer.
        timestamp: The timestamp as the source has it now.
        follow_root: Whether to ask for newer root metadata; not needed if the timestamp is the one held.

    Raises:
        Older, UntrustedData, BadData, FailedAttempt: The publication cannot be accepted.
    """

    def __init__(
        self, source: Source, held: Mapping[str, bytes], root: bytes, timestamp: bytes, *, follow_root: bool
    ) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="yuanjiao-trust-")
        self._folder = Path(self._scratch.name)
        self._source = source
        self._fetcher = _Fetcher(source, timestamp, follow_root)
        self._targets: dict[str, dict[str, tuple[str, int]]] = {}
        try:
            self._lay_out(held)
            self._updater = self._insisting(lambda: self._started(root))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the scratch folder."""
        self._scratch.cleanup()

    @property
    def root(self) -> Root:
        """The root metadata in force."""
        return cast("Root", self._trusted(roles.ROOT))

    @property
    def timestamp(self) -> Timestamp:
        """The timestamp in force."""
        return cast("Timestamp", self._trusted(roles.TIMESTAMP))

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force."""
        return cast("Snapshot", self._trusted(roles.SNAPSHOT))

    def targets(self, role: str) -> dict[str, tuple[str, int]]:
        """Return the documents of a role: SHA-256 and length in bytes, by path. Fetches its metadata if need be.

        Raises:
            UntrustedData, BadData, FailedAttempt: It cannot be accepted.
        """
        if role not in self._targets:
            self._targets[role] = self._load(role)
        return self._targets[role]

    def has(self, role: str) -> bool:
        """Return whether a role's metadata has been read."""
        return role in self._targets

    @property
    def versions(self) -> dict[str, int]:
        """The versions of all targets roles as the snapshot names them."""
        return {name.removesuffix(".json"): meta.version for name, meta in self.snapshot.meta.items()}

    def loaded(self) -> list[Signed]:
        """Return all metadata believed so far."""
        return list(self._trusted_set.values())

    def files(self) -> dict[str, bytes]:
        """Return the metadata believed so far by file name, fit for ``held`` of the next run."""
        history = {path.name: path.read_bytes() for path in (self._folder / "root_history").iterdir()}
        names = [name for name in self._trusted_set if name != roles.ROOT]
        return history | {f"{name}.json": (self._folder / f"{name}.json").read_bytes() for name in names}

    @property
    def _trusted_set(self) -> dict[str, Signed]:
        return self._updater._trusted_set._trusted_set  # noqa: SLF001 - no public way; the version is pinned

    def _trusted(self, role: str) -> Signed:
        return self._trusted_set[role]

    def _load(self, role: str) -> dict[str, tuple[str, int]]:
        if f"{role}.json" not in self.snapshot.meta:
            return {}
        probe = roles.probe_path(role)  # the public way to load a delegated role
        self._insisting(lambda: self._updater.get_targetinfo(probe))
        return {
            path: (target.hashes["sha256"], target.length)
            for path, target in cast("Targets", self._trusted(role)).targets.items()
            if roles.is_in_charge(role, path) and "sha256" in target.hashes
        }

    def _insisting(self, accept: Callable[[], Accepted]) -> Accepted:
        """Accept metadata; what cannot be accepted is asked of another source, as far as there is one."""
        while True:
            self._fetcher.last = ""
            try:
                with _translated(self._source):
                    return accept()
            except BadData:
                if not self._fetcher.last or not self._source.distrust(self._fetcher.last):
                    raise

    def _lay_out(self, held: Mapping[str, bytes]) -> None:
        (self._folder / "root_history").mkdir()
        for name, data in held.items():
            folder = self._folder / "root_history" if name.endswith(".root.json") else self._folder
            (folder / name).write_bytes(data)

    def _started(self, root: bytes) -> Updater:
        config = UpdaterConfig(
            root_max_length=ROOT_LIMIT_BYTES,
            timestamp_max_length=TIMESTAMP_LIMIT_BYTES,
            snapshot_max_length=SNAPSHOT_LIMIT_BYTES,
            targets_max_length=TARGETS_LIMIT_BYTES,
        )
        updater = Updater(str(self._folder), f"{_BASE}/", fetcher=self._fetcher, config=config, bootstrap=root)
        updater._trusted_set.reference_time = _NOTHING_EXPIRES  # noqa: SLF001 - a test pins it
        updater.refresh()
        return updater


class _Fetcher(FetcherInterface):
    """Hands the library's requests to a source; ``last`` is the path that was asked for last."""

    def __init__(self, source: Source, timestamp: bytes, follow_root: bool) -> None:
        self._source, self._timestamp, self._follow_root = source, timestamp, follow_root
        self.last = ""

    def download_bytes(self, url: str, max_length: int) -> bytes:
        name = url.removeprefix(f"{_BASE}/")
        if name == TIMESTAMP_FILE:
            return self._timestamp
        if name.endswith(".root.json") and not self._follow_root:
            raise exceptions.DownloadHTTPError("not asked for", 404)
        self.last = f"{METADATA_PATH}/{name}"
        try:
            return self._source.read(self.last, max_length)
        except NotPublished as error:
            if name.endswith(".root.json"):  # how the workflow finds the end of the chain
                raise exceptions.DownloadHTTPError(str(error), 404) from error
            raise

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.download_bytes(url, TARGETS_LIMIT_BYTES)


@contextmanager
def _translated(source: Source) -> Iterator[None]:
    """Turn the library's errors into ours; ours pass."""
    try:
        yield
    except YuanjiaoError:
        raise
    except exceptions.BadVersionNumberError as error:
        raise Older(source.name, "", f"is older than what was accepted: {error}") from error
    except exceptions.UnsignedMetadataError as error:
        raise UntrustedData(source.name, "", f"is not signed by enough keys: {error}") from error
    except (exceptions.RepositoryError, RecursionError) as error:
        raise UntrustedData(source.name, "", f"cannot be accepted: {error}") from error
