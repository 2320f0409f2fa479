"""How the box is: a small file that the running player keeps in its runtime folder, and what --status says of it.

The file lies in memory (a tmpfs), so writing it never waits for the disk; it is written when something worth telling
has changed, not by a tick. Called by `player.app` (writing) and `player.command` (reading).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from player.core import limits
from player.core.lives.picture import SoundState
from player.core.world import World

_log = logging.getLogger(__name__)
_NAME = "status.json"
_SELDOM_MS = 5_000


def runtime_folder(data: Path, environment: Mapping[str, str]) -> Path:
    """Return the folder for what need not outlive a boot; one for each data folder.

    Args:
        data: The data folder.
        environment: May name ``RUNTIME_DIRECTORY`` (systemd) or ``XDG_RUNTIME_DIR``.
    """
    if ours := environment.get("RUNTIME_DIRECTORY"):
        return Path(ours.split(":")[0])
    mark = hashlib.sha256(os.fsencode(data.absolute())).hexdigest()[:12]
    if data == Path("/var/lib/yuanjiao"):
        return Path("/run/yuanjiao")  # the service's, also for who asks from a log-in of his own
    if session := environment.get("XDG_RUNTIME_DIR"):
        return Path(session) / f"yuanjiao-{mark}"
    return Path("/tmp") / f"yuanjiao-{os.getuid()}-{mark}"  # noqa: S108 - made for its owner alone, and checked


def make_private(folder: Path) -> None:
    """Create a folder that nobody else may enter.

    Raises:
        PermissionError: Somebody else has made it before us.
        OSError: It cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")


def summary(world: World, faults_of_our_own: int) -> dict[str, Any]:
    """Return what is told of a world; every time is in ms since 1970 UTC, every size in bytes."""
    generation, playback, session = world.generation, world.playback, world.session
    return {
        "pid": os.getpid(),
        "version": world.settings.version,
        "box": world.box_id,
        "site": generation.box.site.name if generation and generation.box else None,
        "binding": world.binding.state.value,
        "binding_code": world.binding.code or None,
        "screen": type(world.screen).__name__,
        "playing": f"{playback.row.course}/{playback.row.lesson} {playback.state.value}" if playback else None,
        "live": f"{world.live.channel.id} {world.live.state.value}" if world.live else None,
        "heard": None if world.sounding.state is SoundState.SILENT else world.sounding.state.value,
        "recording": f"{world.recording.name} {world.recording.state.value}" if world.recording else None,
        "session": f"{session.occurrence.id} {session.state.value}" if session else None,
        "wall_ms": world.now.wall_ms,
        "clock": world.now.trust,
        "generation": generation.number if generation else None,
        "synced_wall_ms": generation.synced_wall_ms if generation else None,
        "journal_head": world.outbox.head,
        "journal_acknowledged": world.outbox.acknowledged,
        "stored_blobs": sum(blob.complete for blob in world.store.blobs.values()),
        "stored_bytes": sum(blob.bytes_here for blob in world.store.blobs.values()),
        "free_bytes": world.store.free_bytes,
        "line_monthly_bytes": limits.monthly_bytes(world),
        "line_open": limits.is_open(world),
        "faults": dict(world.faults),
        "own_faults": faults_of_our_own,
    }


class StatusFile:
    """Keeps the file while the player runs."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._told: tuple[object, ...] = ()
        self._told_ms = 0
        self._failed = False

    def watch(self, world: World, faults_of_our_own: int) -> None:
        """Write the file if something worth telling has changed; the loop shows every world here."""
        news = (
            world.screen.__class__, world.binding.state, world.outbox, id(world.generation), tuple(world.faults),
            world.playback and world.playback.state, world.live and world.live.state, world.sounding.state,
            world.recording and world.recording.state,
            world.session and world.session.state, faults_of_our_own,
            world.transfers.run.effect, world.transfers.evicting,  # blobs have come or gone
        )  # fmt: skip
        quiet = world.now.monotonic_ms - self._told_ms < _SELDOM_MS
        if news == self._told and quiet:
            return
        self._told, self._told_ms = news, world.now.monotonic_ms
        temporary = self._path.with_suffix(".new")
        text = json.dumps(summary(world, faults_of_our_own), ensure_ascii=False)
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._path)
        except OSError as error:  # a box that cannot tell how it is plays on
            if not self._failed:
                _log.warning("the status cannot be written: %s", error)
            self._failed = True
        else:
            self._failed = False

    def remove(self) -> None:
        """The player ends."""
        with suppress(OSError):
            self._path.unlink()


class Found(msgspec.Struct, frozen=True):
    """What --status found: the file's content, and whether its player still runs."""

    content: dict[str, Any]
    running: bool


def read_status(folder: Path) -> Found | None:
    """Return what the running or last player has told, or None."""
    try:
        content = json.loads((folder / _NAME).read_text(encoding="utf-8"))
        os.kill(int(content["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return (
            Found(content, running=isinstance(error, PermissionError))
            if isinstance(error, ProcessLookupError)
            else None
        )
    return Found(content, running=True)
