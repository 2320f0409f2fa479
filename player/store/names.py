"""Where blobs lie in the store::

media/<aa>/<sha256>        whole and verified; read-only from then on
partial/<sha256>           being filled; as long as the blob will be, with holes
partial/<sha256>.marks     which of its chunks are verified (`player.store.marks`)
recordings/<id>.json       what was recorded here, and from where (`player.store.recordings`)
recordings/<id>-<part>.ts  its parts
fetched/<year>-<month>     what the line has cost (`player.store.meter`)
quarantine/                what nobody could understand (`player.store.tidy`)
scrub.json                 how far the blobs at rest were compared (`player.store.scrubbing`)
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from playlists.targets import media_path

MARKS_SUFFIX: Final = ".marks"
_SHA256: Final = re.compile("[0-9a-f]{64}")


class StoreNames(msgspec.Struct, frozen=True):
    """The names below a store's folder."""

    root: Path

    def media(self, sha256: str) -> Path:
        """Return where the whole blob lies."""
        return self.root / media_path(sha256)

    def partial(self, sha256: str) -> Path:
        """Return where the blob is being filled."""
        return self.partials / sha256

    def marks(self, sha256: str) -> Path:
        """Return the marks of the blob that is being filled."""
        return self.partials / f"{sha256}{MARKS_SUFFIX}"

    @property
    def medias(self) -> Path:
        """The folder of whole blobs."""
        return self.root / "media"

    @property
    def partials(self) -> Path:
        """The folder of blobs that are being filled."""
        return self.root / "partial"

    @property
    def recordings(self) -> Path:
        """The folder of what was recorded here: the only copies there are, which nothing evicts."""
        return self.root / "recordings"

    @property
    def fetched(self) -> Path:
        """The folder of what the line has cost, by month."""
        return self.root / "fetched"

    @property
    def quarantine(self) -> Path:
        """The folder of what nobody could understand."""
        return self.root / "quarantine"

    @property
    def scrub(self) -> Path:
        """How far the blobs at rest were compared."""
        return self.root / "scrub.json"


def is_blob_name(name: str) -> bool:
    """Return whether a file's name is a SHA-256, and not something left by somebody else."""
    return _SHA256.fullmatch(name) is not None
