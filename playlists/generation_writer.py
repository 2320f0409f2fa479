"""Writing a generation: whole, durable, and in force by one rename. Layout and rules: `playlists.generation`.

Only the sync worker writes, one at a time. Call `GenerationWriter.write` and `keep` in any order, then
`publish`; a writer that is killed leaves a folder with a temporary name, which the next one removes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Final

from playlists.codec import encode_document
from playlists.errors import BadData
from playlists.files import make_folder, sync_folder, write_durably
from playlists.generation import CURRENT, MANIFEST, Accepted, Coming, Generation, Manifest, candidates

UNFINISHED: Final = ".unfinished"
KEPT_GENERATIONS: Final = 2


class GenerationWriter:
    """Builds the next generation beside the others.

    Args:
        root: The folder ``generations``; made if it is not there.
        previous: The generation in force; its unchanged files are linked, not copied.
    """

    def __init__(self, root: Path, previous: Generation | None = None) -> None:
        make_folder(root)
        self._root, self._previous = root, previous
        self._folder = root / UNFINISHED
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        self._files: dict[str, str] = {}

    def write(self, name: str, data: bytes) -> None:
        """Add a file; if the generation before has the same content it is linked.

        Raises:
            OSError: The disk refuses.
            BadData: The name leads out of the folder.
        """
        digest = hashlib.sha256(data).hexdigest()
        if self._previous and self._previous.manifest.files.get(name) == digest and self._linked(name, digest):
            return
        path = self._place(name)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._files[name] = digest

    def keep(self, name: str) -> None:
        """Take a file over from the generation before.

        Raises:
            BadData: There is no such file there, or it has changed.
            OSError: The disk refuses.
        """
        if self._previous is None or name not in self._previous.manifest.files:
            raise BadData(name, "", "is not in the generation before")
        self._previous.check([name])
        self._link(name, self._previous.manifest.files[name])

    def publish(self, accepted: Accepted, *, source: str, synced_ms: int, coming: Coming = "") -> Generation:
        """Write the manifest, make all durable, put the generation in force and drop what is too old.

        Args:
            accepted: What the documents were accepted by.
            source: Where they came from, in words.
            synced_ms: Wall time of this refresh as the box believes it, ms since 1970 UTC.
            coming: What is still to be brought.

        Raises:
            OSError: The disk refuses; the generation before stays in force.
        """
        number = max(candidates(self._root), default=0) + 1
        manifest = Manifest(
            number=number, accepted=accepted, source=source, synced_ms=synced_ms, files=self._files, coming=coming
        )
        write_durably(self._folder / MANIFEST, encode_document(manifest))
        for folder, _, _ in os.walk(self._folder):
            sync_folder(Path(folder))
        final = self._root / str(number)
        self._folder.rename(final)
        sync_folder(self._root)
        write_durably(self._root / CURRENT, str(number).encode())
        prune(self._root)
        return Generation(final, manifest)

    def abandon(self) -> None:
        """Remove what was begun."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _linked(self, name: str, digest: str) -> bool:
        try:
            self.keep(name)
        except BadData:
            return False
        return self._files.get(name) == digest

    def _link(self, name: str, digest: str) -> None:
        assert self._previous is not None
        path = self._place(name)
        try:
            os.link(self._previous.path(name), path)
        except OSError:  # a file system without hard links
            shutil.copyfile(self._previous.path(name), path)
            with path.open("rb") as file:
                os.fsync(file.fileno())
        self._files[name] = digest

    def _place(self, name: str) -> Path:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or name == MANIFEST:
            raise BadData(name, "", "cannot be the name of a file of a generation")
        path = self._folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def prune(root: Path, kept: int = KEPT_GENERATIONS) -> None:
    """Remove all but the generation in force and the newest before it."""
    for number in candidates(root)[kept:]:
        shutil.rmtree(root / str(number), ignore_errors=True)


def record_refresh(generation: Generation, accepted: Accepted, *, source: str, synced_ms: int) -> Generation:
    """Note in a generation that a refresh found nothing new, without writing another.

    Raises:
        OSError: The disk refuses; the manifest before stays.
    """
    manifest = Manifest(
        number=generation.manifest.number,
        accepted=accepted,
        source=source,
        synced_ms=synced_ms,
        files=generation.manifest.files,
        coming=generation.manifest.coming,
    )
    write_durably(generation.folder / MANIFEST, encode_document(manifest))
    return Generation(generation.folder, manifest)
