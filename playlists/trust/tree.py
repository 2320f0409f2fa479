"""The published folder on disk: which file is what, read and written durably.

::

    metadata/<version>.<role>.json     root, targets, delegated roles, snapshots: never changed
    metadata/timestamp.json            the one file that changes
    targets/<dir>/<sha256>.<name>      documents
    media/<aa>/<sha256>                blobs (written by whoever makes them, not here)

It knows names and bytes, not what may be believed; that is for `repository` to decide.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Final

from tuf.api.metadata import Snapshot, Targets, Timestamp

from playlists.errors import BadData
from playlists.files import make_folder, sync_folder, write_durably
from playlists.targets import METADATA_PATH, TARGETS_PATH
from playlists.trust import roles
from playlists.trust.metadata import parse

TIMESTAMP_FILE: Final = "timestamp.json"


def target_file(path: str, sha256: str) -> str:
    """Return where a document of this content lies below the published root."""
    folder, name = PurePosixPath(path).parent, PurePosixPath(path).name
    return f"{TARGETS_PATH}/{folder}/{sha256}.{name}"


class PublishedTree:
    """A published folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._metadata = folder / METADATA_PATH
        self._touched: set[Path] = set()

    def timestamp(self) -> bytes | None:
        """Return the timestamp, None if nothing is published."""
        path = self._metadata / TIMESTAMP_FILE
        return path.read_bytes() if path.exists() else None

    def highest(self, role: str) -> int:
        """Return the highest version of a role that was ever written here, named by a snapshot or not."""
        found = (path.name.split(".")[0] for path in self._metadata.glob(f"*.{role}.json"))
        return max((int(number) for number in found if number.isdecimal()), default=0)

    def read_role(self, role: str, version: int) -> bytes:
        """Return a role's metadata.

        Raises:
            BadData: Its file is lost.
        """
        return self._read(f"{METADATA_PATH}/{version}.{role}.json")

    def read_target(self, path: str, sha256: str) -> bytes:
        """Return a document.

        Raises:
            BadData: Its file is lost.
        """
        return self._read(target_file(path, sha256))

    def has_target(self, path: str, sha256: str) -> bool:
        """Return whether a document of this content is there."""
        return (self._folder / target_file(path, sha256)).is_file()

    def snapshot(self) -> tuple[int, Snapshot] | None:
        """Return the snapshot of the present publication and its version, None if nothing is published.

        Raises:
            BadData: Its file is lost or no snapshot.
        """
        timestamp = self.timestamp()
        if timestamp is None:
            return None
        version = parse(timestamp, roles.TIMESTAMP, Timestamp).signed.snapshot_meta.version
        return version, parse(self.read_role(roles.SNAPSHOT, version), roles.SNAPSHOT, Snapshot).signed

    def versions(self) -> dict[str, int]:
        """Return the version of every targets role in the present publication."""
        present = self.snapshot()
        if present is None:
            return {}
        return {name.removesuffix(".json"): meta.version for name, meta in present[1].meta.items()}

    def targets(self, role: str) -> dict[str, str]:
        """Return the documents of a role as now published: SHA-256 by path."""
        version = self.versions().get(role, 0)
        if not version:
            return {}
        content = parse(self.read_role(role, version), role, Targets).signed.targets
        return {path: target.hashes["sha256"] for path, target in sorted(content.items())}

    def write_role(self, role: str, version: int, data: bytes) -> None:
        """Write a role's metadata; the same bytes may be written again.

        Raises:
            BadData: Other bytes of this version exist.
            OSError: The disk refuses.
        """
        self._write_once(self._metadata / f"{version}.{role}.json", data)

    def write_target(self, path: str, sha256: str, data: bytes) -> None:
        """Write a document.

        Raises:
            OSError: The disk refuses.
        """
        self._write_once(self._folder / target_file(path, sha256), data)

    def write_timestamp(self, data: bytes) -> None:
        """Make all that was written durable, then let the timestamp name it.

        Raises:
            OSError: The disk refuses.
        """
        for folder in sorted(self._touched):
            sync_folder(folder)
        self._touched.clear()
        write_durably(self._metadata / TIMESTAMP_FILE, data)

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise BadData(name, "", f"the published file cannot be read: {error.strerror}") from error

    def _write_once(self, path: Path, data: bytes) -> None:
        if path.exists() and path.read_bytes() == data:
            self._touched.add(path.parent)  # a publisher that was killed may not have made the name durable
            return
        if path.exists() and path.parent == self._metadata:
            raise BadData(path.name, "", "is published already with other content")
        self._make_folder(path.parent)
        temporary = path.with_name(f".{path.name}.new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def _make_folder(self, folder: Path) -> None:
        make_folder(folder)
        self._touched.add(folder)
        while folder != self._folder:
            folder = folder.parent
            self._touched.add(folder)
