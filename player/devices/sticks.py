"""Sticks that are mounted and unmounted: the kernel says when its list of mounts changes (proc_pid_mountinfo(5)).

Mounting is the operating system's matter (docs/operating/box.md). A mount below one of the folders, with a file system
that sticks have, is a stick: not the disk that somebody has mounted there for good. What counts on it is a
published tree (`playlists.sticks`); what is in that is listed by name alone, the time at which its documents say that
they were signed is read, and nothing is believed of it. A stick that is pulled out while it is listed is gone. Made by
`player.equipment`.
"""

from __future__ import annotations

import logging
import os
import re
import select
import threading
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from player.core.effects import Effect
from player.core.events import StickGone, StickPut
from player.ports import Emit
from player.store.names import is_blob_name
from playlists.sticks import tree_on
from playlists.targets import METADATA_PATH, TARGETS_PATH

_log = logging.getLogger(__name__)
ROOTS: Final = (Path("/media"), Path("/run/media"))
KINDS: Final = frozenset({"vfat", "exfat", "ntfs", "ntfs3", "fuseblk"})
MOST_FILMS: Final = 20_000
_TIMESTAMP_BYTES: Final = 64 << 10
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_LOOK_S: Final = 30.0  # should the kernel forget to say
_FOLDER_LOOK_S: Final = 1.0  # of a folder nobody tells us


class StickWatch:
    """Emits `StickPut` and `StickGone`; does no effects.

    Args:
        roots: Below which mounts are sticks.
        mounts: The kernel's list of mounts.
        kinds: The file systems that sticks have.
        folder: Its own folders are sticks too, without being mounted (`sticks.folder` of the settings).
    """

    def __init__(
        self,
        roots: tuple[Path, ...] = ROOTS,
        mounts: Path = Path("/proc/self/mountinfo"),
        kinds: Collection[str] = KINDS,
        folder: Path | None = None,
    ) -> None:
        self._roots, self._mounts, self._kinds, self._folder = roots, mounts, kinds, folder
        self._there: set[Path] = set()
        self._told: dict[Path, Path] = {}  # the mount → the folder that was told
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="sticks", daemon=True)

    def start(self, emit: Emit) -> None:
        """Begin to watch."""
        self._emit = emit
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Never called."""
        raise TypeError(f"not an effect of the sticks: {effect!r}")

    def stop(self) -> None:
        """End."""
        self._stopping = True
        os.eventfd_write(self._bell, 1)
        self._thread.join()
        os.close(self._bell)

    # --- in the thread

    def _work(self) -> None:
        try:
            with self._mounts.open("rb") as file:
                poll = select.poll()
                poll.register(file, select.POLLPRI)
                poll.register(self._bell, select.POLLIN)
                while not self._stopping:
                    file.seek(0)
                    self._look(file.read().decode(errors="surrogateescape"))
                    poll.poll((_FOLDER_LOOK_S if self._folder else _LOOK_S) * 1000)
        except Exception:  # noqa: BLE001 - a thread top: sticks are not noticed any more, all else goes on
            _log.exception("sticks are not noticed any more")

    def _look(self, text: str) -> None:
        there = {place for place, kind in mount_points(text) if kind in self._kinds and self._is_below(place)}
        there |= folders_in(self._folder) if self._folder else set()
        for place in sorted(self._there - there):
            if folder := self._told.pop(place, None):
                self._emit(StickGone(str(folder)))
        for place in sorted(there - self._there):
            self._tell(place)
        self._there = there

    def _is_below(self, place: Path) -> bool:
        return any(root in place.parents for root in self._roots)

    def _tell(self, place: Path) -> None:
        try:
            folder = tree_on(place)
            films, problem = tuple(sorted(films_on(folder))), ""
            signed_ms, courses = signed_on(folder), courses_on(folder)
            str(folder).encode()  # it is told to workers in JSON
        except (OSError, UnicodeEncodeError) as error:
            _log.warning("the stick at %r cannot be read: %s", place, error)
            folder, films, signed_ms, courses, problem = place, (), 0, 0, getattr(error, "strerror", "") or str(error)
        self._told[place] = folder
        self._emit(StickPut(str(folder), place.name, films, problem, signed_ms, courses))


def folders_in(folder: Path) -> set[Path]:
    """Return the folders that lie in a folder; none if it is not there."""
    try:
        return {place for place in folder.iterdir() if place.is_dir()}
    except OSError:
        return set()


def mount_points(text: str) -> Iterator[tuple[Path, str]]:
    """Yield the mount points of a list of mounts, each with the kind of its file system.

    Spaces and the like are written in octal there; between the fifth field and the kind stands a lonely ``-``.
    """
    for line in text.splitlines():
        fields = line.split(" ")
        lonely = fields.index("-") if "-" in fields else len(fields)
        if len(fields) > lonely + 1 and lonely > 4:
            place = Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4]))
            yield place, fields[lonely + 1]


def films_on(folder: Path) -> Iterator[str]:
    """Yield the names of the blobs of a published tree, at most `MOST_FILMS`.

    Raises:
        OSError: The stick cannot be read, or has gone.
    """
    media, count = folder / "media", 0
    if not media.is_dir():
        return
    for shelf in sorted(os.listdir(media)):  # noqa: PTH208 - names are enough
        if len(shelf) == 2 and (media / shelf).is_dir():
            for name in os.listdir(media / shelf):  # noqa: PTH208
                if is_blob_name(name) and name.startswith(shelf):
                    yield name
                    count += 1
                    if count >= MOST_FILMS:
                        return


class _Timestamp(msgspec.Struct, frozen=True):
    issued: str = ""


class _Signed(msgspec.Struct, frozen=True):
    signed: _Timestamp = _Timestamp()


def signed_on(folder: Path) -> int:
    """Return when the documents of a published tree say that they were signed, ms since 1970 UTC; 0 without any.

    Raises:
        OSError: The stick cannot be read, or has gone.
    """
    file = folder / METADATA_PATH / "timestamp.json"
    if not file.is_file():
        return 0
    with file.open("rb") as opened:
        data = opened.read(_TIMESTAMP_BYTES)
    try:
        issued = msgspec.json.decode(data, type=_Signed).signed.issued
        moment = datetime.strptime(issued, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return 1  # they are there; whether they are worth anything is found out when they are taken
    return max(1, int(moment.timestamp() * 1000))


def courses_on(folder: Path) -> int:
    """Return of how many courses a published tree has documents, by name alone; old ones count once.

    Raises:
        OSError: The stick cannot be read, or has gone.
    """
    named = (
        path.name.partition(".")[2] for path in islice(folder.glob(f"{TARGETS_PATH}/courses/*/*.json"), MOST_FILMS)
    )
    return len(set(named))
