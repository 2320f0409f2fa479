"""Blobs in chunks of 1 MiB, each with its own SHA-256, so that a bad byte costs one chunk.

The chunk list of a blob is the binary SHA-256 of every chunk in order, 32 bytes each, and is itself a blob
named by the document. A blob of one chunk has no list: its own name checks it. Chunks are numbered from 0;
byte ranges are half-open. Callers: the county when it takes in media, the box's store and fetchers,
`yuanjiao verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from playlists.documents import Blob
from playlists.errors import BadData, UntrustedData
from playlists.targets import CHUNK_BYTES

DIGEST_BYTES: Final = 32


@dataclass(frozen=True)
class Measured:
    """A file's blob and its chunk list (empty for a blob of one chunk)."""

    blob: Blob
    chunk_list: bytes


def chunk_count(blob_bytes: int) -> int:
    """Return the number of chunks of a blob of so many bytes."""
    return max(1, -(-blob_bytes // CHUNK_BYTES))


def chunk_range(index: int, blob_bytes: int) -> tuple[int, int]:
    """Return where a chunk begins and ends in its blob, in bytes.

    Raises:
        IndexError: The blob has no such chunk.
    """
    if not 0 <= index < chunk_count(blob_bytes):
        raise IndexError(f"chunk {index} of a blob of {blob_bytes} bytes")
    start = index * CHUNK_BYTES
    return start, min(start + CHUNK_BYTES, blob_bytes)


def chunk_list_bytes(blob_bytes: int) -> int:
    """Return the length of a blob's chunk list: 0 when it has none."""
    count = chunk_count(blob_bytes)
    return count * DIGEST_BYTES if count > 1 else 0


def measure(path: Path) -> Measured:
    """Read a file once, in a steady amount of memory, and describe it as a blob.

    Raises:
        OSError: The file cannot be read.
        BadData: It is empty.
    """
    whole, digests, size = hashlib.sha256(), bytearray(), 0
    with path.open("rb") as file:
        for chunk in read_chunks(file):
            whole.update(chunk)
            digests += hashlib.sha256(chunk).digest()
            size += len(chunk)
    if not size:
        raise BadData(str(path), "", "the file is empty")
    chunk_list = bytes(digests) if size > CHUNK_BYTES else b""
    name = hashlib.sha256(chunk_list).hexdigest() if chunk_list else None
    return Measured(Blob(sha256=whole.hexdigest(), bytes=size, chunk_list=name), chunk_list)


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield the chunks of an open file in order."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def chunk_digests(blob: Blob, chunk_list: bytes, where: str) -> tuple[bytes, ...]:
    """Return the SHA-256 of every chunk of a blob, after checking that this is its chunk list.

    Raises:
        UntrustedData: These bytes are not the chunk list that the document names.
    """
    if blob.chunk_list is None:
        if chunk_count(blob.bytes) > 1:
            raise UntrustedData(where, "chunk_list", "is missing for a blob of several chunks")
        return (bytes.fromhex(blob.sha256),)
    if hashlib.sha256(chunk_list).hexdigest() != blob.chunk_list:
        raise UntrustedData(where, "chunk_list", f"is not {blob.chunk_list}")
    if len(chunk_list) != chunk_list_bytes(blob.bytes):
        raise UntrustedData(where, "chunk_list", f"has {len(chunk_list)} bytes, not one digest a chunk")
    return tuple(chunk_list[start : start + DIGEST_BYTES] for start in range(0, len(chunk_list), DIGEST_BYTES))


def is_chunk(digest: bytes, chunk: bytes) -> bool:
    """Return whether these are the bytes of the chunk with this SHA-256."""
    return hashlib.sha256(chunk).digest() == digest
