"""Blobs and chunk lists as the county publishes them, for tests of transfers."""

from __future__ import annotations

import random
from pathlib import Path

from player.workers.messages import Wanted
from playlists.chunks import measure
from playlists.targets import media_path


def publish_blob(root: Path, size_bytes: int, seed: int = 1) -> tuple[Wanted, bytes]:
    """Put a blob of noise, and its chunk list, below a published root."""
    data = random.Random(seed).randbytes(size_bytes)
    source = root / f"noise-{seed}"
    root.mkdir(parents=True, exist_ok=True)
    source.write_bytes(data)
    measured = measure(source)
    source.unlink()
    _place(root, measured.blob.sha256, data)
    if measured.blob.chunk_list:
        _place(root, measured.blob.chunk_list, measured.chunk_list)
    return Wanted(measured.blob.sha256, size_bytes, measured.blob.chunk_list), data


def _place(root: Path, sha256: str, data: bytes) -> None:
    path = root / media_path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
