"""Writing a stick: films first, then documents, the timestamp last; resumed where it was cut, read back at the end.

A stick that is pulled out in the middle still says what it said before, for only the timestamp names the new documents.
What is there already and is whole stays; of a film that was cut off the rest is written. Everything is read back from
the stick and compared with its SHA-256, what was there before as well: cheap sticks forget. Nothing is removed but what
turns out to be wrong. Called by ``yuanjiao stick``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import requests

from playlists.errors import BadData, FailedAttempt
from playlists.files import make_folder, sync_folder
from playlists.stick_plan import Film, StickPlan
from playlists.sticks import FOLDER, SPARE_BYTES, pieces_back, write_checked
from playlists.targets import METADATA_PATH, media_path

TIMEOUT_S: Final = 60.0
CLUSTER_BYTES: Final = 32 << 10  # what a small file takes of a large stick
_PIECE_BYTES: Final = 1 << 20

Tell = Callable[[str], None]


class Films(Protocol):
    """Brings films of a published tree from a byte on."""

    def pieces(self, path: str, start: int) -> Iterator[bytes]:
        """Yield a film from byte ``start`` on.

        Raises:
            FailedAttempt: It is not there, or could not be read this time.
        """
        ...


class FolderFilms(Films):
    """The films of a published tree in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pieces(self, path: str, start: int) -> Iterator[bytes]:
        """Yield a film from byte ``start`` on; see `Films.pieces`."""
        try:
            with (self._folder / path).open("rb") as file:
                file.seek(start)
                while piece := file.read(_PIECE_BYTES):
                    yield piece
        except OSError as error:
            raise FailedAttempt(f"read {path}", f"{self._folder}: {error.strerror}") from error


class HttpFilms(Films):
    """The films of a published tree behind HTTP."""

    def __init__(self, base_url: str, session: requests.Session) -> None:
        self._base, self._session = base_url.rstrip("/") + "/", session

    def pieces(self, path: str, start: int) -> Iterator[bytes]:
        """Yield a film from byte ``start`` on; see `Films.pieces`."""
        headers = {"Range": f"bytes={start}-", "Accept-Encoding": "identity"}
        try:
            with self._session.get(self._base + path, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
                if answer.status_code != 206 and (answer.status_code != 200 or start):
                    raise FailedAttempt(f"fetch {path}", f"{self._base} answers {answer.status_code}")
                yield from answer.iter_content(_PIECE_BYTES)
        except requests.RequestException as error:
            raise FailedAttempt(f"fetch {path}", f"no whole answer from {self._base}: {error}") from error


def tree_for(place: Path) -> Path:
    """Return the folder of a stick into which its tree goes; one that is there at its top is continued."""
    return place if (place / METADATA_PATH).is_dir() else place / FOLDER


def room_needed(plan: StickPlan, tree: Path) -> int:
    """Return how many bytes a stick still has to have free."""
    films = sum(max(0, film.bytes - _bytes_here(tree, film)) + CLUSTER_BYTES for film in plan.films.values())
    new = (data for path, data in plan.documents.items() if not (tree / path).exists())
    return films + sum(len(data) + CLUSTER_BYTES for data in new) + SPARE_BYTES


def require_room(plan: StickPlan, place: Path) -> None:
    """Check that the stick has room for what is still to be written.

    Raises:
        FailedAttempt: It has not; says how much is needed and how much is free.
        OSError: It cannot be read.
    """
    needed, free = room_needed(plan, tree_for(place)), shutil.disk_usage(place).free
    if needed > free:
        why = f"{needed / 1e9:.2f} GB are needed and {free / 1e9:.2f} GB are free"
        raise FailedAttempt(
            f"write {place}", f"{why}: take a larger stick, fewer sites or a smaller --height", retry=False
        )


def write_stick(plan: StickPlan, films: Films, place: Path, tell: Tell) -> int:
    """Write a stick and read it back; return how many films were new on it.

    Raises:
        FailedAttempt: The source does not bring a film.
        BadData: A film is not what was signed, or the stick gives back something else than was written.
        OSError: The stick is full, cannot be written or has gone.
    """
    tree, written = tree_for(place), 0
    for number, film in enumerate(plan.films.values(), 1):
        new = _write_film(tree, film, films)
        written += new
        tell(f"{number}/{len(plan.films)} {film.what} {film.bytes / 1e6:.1f} MB {'written' if new else 'was there'}")
    timestamp = f"{METADATA_PATH}/timestamp.json"
    for path, data in plan.documents.items():
        if path != timestamp:
            write_checked(tree / path, data)
    write_checked(tree / timestamp, plan.documents[timestamp])
    return written


def _write_film(tree: Path, film: Film, films: Films) -> bool:
    """Bring one film; return whether it was not there."""
    path = tree / media_path(film.sha256)
    if path.is_file():
        if path.stat().st_size == film.bytes and _digest(path) == film.sha256:
            return False
        path.unlink()
    part = _part(tree, film)
    make_folder(part.parent)
    _continue(part, film, films)
    if _digest(part) != film.sha256:
        part.unlink()
        what = f"what was written is not what was signed: {film.what}; the stick is worn out or the source is damaged"
        raise BadData(str(path), "", what)
    part.replace(path)
    sync_folder(path.parent)
    return True


def _continue(part: Path, film: Film, films: Films) -> None:
    here = part.stat().st_size if part.exists() else 0
    if here > film.bytes:
        part.unlink()
        here = 0
    with part.open("ab") as file:
        for piece in films.pieces(media_path(film.sha256), here) if here < film.bytes else ():
            file.write(piece[: film.bytes - file.tell()])
        file.flush()
        os.fsync(file.fileno())


def _bytes_here(tree: Path, film: Film) -> int:
    for path in (tree / media_path(film.sha256), _part(tree, film)):
        if path.exists():
            return path.stat().st_size
    return 0


def _part(tree: Path, film: Film) -> Path:
    path = tree / media_path(film.sha256)
    return path.with_name(f".{film.sha256}.part")


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for piece in pieces_back(path):
        digest.update(piece)
    return digest.hexdigest()
