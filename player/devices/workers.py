"""Runs the player's workers: one child process a task, its JSON lines turned into events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from player.core.effects import Effect
from player.folders import BoxFolders
from player.ports import Clock, Emit


@dataclass(frozen=True, slots=True)
class CountyAddresses:
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


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """How long workers may run, and the room they must leave on the disk."""

    sync_s: float = 300
    fetch_s: float = 3600
    upload_s: float = 120
    bind_s: float = 60
    quota_bytes: int = 8 << 30
    reserve_bytes: int = 256 << 20
    newest_courses: int = 200


class WorkersDevice:
    """Does `RunSync`, `RunFetch`, `StopFetch`, `RunUpload` and `RunBinding`, each in a child process."""

    def __init__(
        self,
        folders: BoxFolders,
        county: CountyAddresses,
        clock: Clock,
        *,
        version: str,
        limits: WorkerLimits | None = None,
    ) -> None:
        raise NotImplementedError

    def start(self, emit: Emit) -> None:
        """Begin to work."""

    def perform(self, effect: Effect) -> None:
        """Start a child for the effect; a running fetch is replaced."""

    def stop(self) -> None:
        """End all children and their threads."""


def box_fingerprint(folders: BoxFolders) -> str:
    """Return this box's id; at the first start of all a worker makes its key (blocks up to ten seconds).

    Raises:
        FailedAttempt: The key can be neither read nor made.
    """
    raise NotImplementedError
