"""Generations: what a box has accepted, as one folder that changes as a whole.

::

    generations/current              the number of the generation in force
    generations/<n>/manifest.json    `Manifest`: role versions, times, SHA-256 of every file
    generations/<n>/courses/…        accepted documents under their target paths
    generations/<n>/metadata/…       the signed metadata they were accepted by
    generations/<n>/calendar.json    what the sync worker derived

Rules: a generation is written whole and fsynced before ``current`` is replaced, and never changed after but
for the times in its manifest; the one before is kept to fall back on; nothing is read that does not have
the digest of the manifest. This is the reading half, for the player too: no TUF here.
`playlists.generation_writer` writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from playlists.codec import decode_document
from playlists.documents import Count, Document, Record, Sha256
from playlists.errors import BadData

MANIFEST: Final = "manifest.json"
CURRENT: Final = "current"
CALENDAR: Final = "calendar.json"
INDEX: Final = "index.sqlite"
MANIFEST_LIMIT_BYTES: Final = 4 << 20

Model = TypeVar("Model")
Coming = Literal["", "courses", "catalogue"]  # nothing; documents of the newest courses; these and the menu


class Accepted(Record, frozen=True, kw_only=True):
    """What was believed, and until when.

    ``roles`` are the versions of all signed metadata seen, the floors below which nothing is accepted
    again. ``signed_ms`` is the newest time that a signature vouches for: no clock may show less.
    ``expires_ms`` is when the first part of it runs out; ``stale`` says that it had run out already when it
    was accepted.
    """

    roles: dict[str, int]
    signed_ms: Count
    expires_ms: Count
    online_keys: tuple[str, ...] = ()
    stale: bool = False


class Manifest(Document, frozen=True, kw_only=True):
    """``manifest.json``: a generation's number, where and when it came from, and its files by path.

    ``coming`` says what of the same publication is still to be brought; all that this box needs next is here.
    """

    number: Count
    accepted: Accepted
    source: str
    synced_ms: Count
    files: dict[str, Sha256]
    coming: Coming = ""


@dataclass(frozen=True)
class Generation:
    """A generation on disk whose manifest has been read."""

    folder: Path
    manifest: Manifest

    def path(self, name: str) -> Path:
        """Return where a file of this generation lies."""
        return self.folder / name

    def names(self, prefix: str = "") -> list[str]:
        """Return the names of the files that begin with ``prefix``, in order."""
        return sorted(name for name in self.manifest.files if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        """Return the content of a file after comparing its digest.

        Raises:
            KeyError: The manifest names no such file.
            BadData: The file is lost or has changed since it was accepted.
        """
        expected = self.manifest.files[name]
        try:
            data = self.path(name).read_bytes()
        except OSError as error:
            raise BadData(str(self.path(name)), "", f"cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != expected:
            raise BadData(str(self.path(name)), "", "has changed since it was accepted")
        return data

    def document(self, kind: type[Model], name: str) -> Model:
        """Return a document of this generation.

        Raises:
            KeyError: The manifest names no such file.
            BadData: The file is lost, has changed, or is not of this kind.
        """
        return decode_document(kind, self.read(name), str(self.path(name)), limit_bytes=MANIFEST_LIMIT_BYTES)

    def check(self, names: Iterable[str] | None = None) -> None:
        """Compare the digests of these files, or of all.

        Raises:
            BadData: One is lost or has changed.
        """
        for name in self.manifest.files if names is None else names:
            self.read(name)


def load(root: Path, *, check: Iterable[str] | None = None) -> Generation | None:
    """Return the generation in force, or the newest whole one, or None if there is none.

    Args:
        root: The folder ``generations``.
        check: The files to compare now; None for all. Others are compared when they are read.
    """
    names = None if check is None else tuple(check)
    for number in candidates(root):
        generation = _opened(root / str(number))
        if generation is not None and _is_whole(generation, names):
            return generation
    return None


def candidates(root: Path) -> list[int]:
    """Return the numbers of the generations on disk: the one in force first, then older, then newer ones.

    A newer one than ``current`` was written whole but never put in force; it is better than nothing.
    """
    if not root.is_dir():
        return []
    numbers = sorted((int(child.name) for child in root.iterdir() if child.name.isdigit()), reverse=True)
    current = current_number(root)
    return sorted(numbers, key=lambda number: (number > current, -number))


def current_number(root: Path) -> int:
    """Return the number in ``current``, 0 when there is none or it cannot be read."""
    try:
        text = (root / CURRENT).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    return int(text) if text.isdigit() else 0


def _opened(folder: Path) -> Generation | None:
    path = folder / MANIFEST
    try:
        manifest = decode_document(Manifest, path.read_bytes(), str(path), limit_bytes=MANIFEST_LIMIT_BYTES)
    except (OSError, BadData):
        return None
    return Generation(folder, manifest) if str(manifest.number) == folder.name else None


def _is_whole(generation: Generation, names: tuple[str, ...] | None) -> bool:
    try:
        present = None if names is None else [name for name in names if name in generation.manifest.files]
        generation.check(present)
    except BadData:
        return False
    return True
