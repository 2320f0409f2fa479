"""The file in which candidates travel to the machine with a reviewer's key, and that machine's side of it.

The file holds the whole documents, so that what is signed is shown and checked here and the server need not be
believed. What a document says is told by the reader of its folder; what has no reader cannot be shown, and is not
signed. Uses neither database nor settings. Called by ``yuanjiao county sign offline`` and
`county.publishing.travelling`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import msgspec
from tuf.api.metadata import Targets

from playlists import documents
from playlists.codec import decode_document
from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey
from playlists.trust import metadata


class Travelling(msgspec.Struct, frozen=True):
    """A candidate on its way: the role, its metadata, and the documents it names by path."""

    role: str
    metadata: bytes
    documents: dict[str, bytes]


def write_file(travellers: Sequence[Travelling]) -> bytes:
    """Return the bytes of a file with these candidates."""
    return msgspec.json.encode(travellers)


def sign_file(data: bytes, key: SigningKey) -> bytes:
    """Sign every candidate in a file; return the signed file.

    Raises:
        BadData: The file is damaged, or a candidate names documents that are not in it or that cannot be shown.
    """
    contents_of(data)
    signed = [Travelling(one.role, metadata.sign(one.metadata, key), one.documents) for one in read_file(data)]
    return write_file(signed)


def contents_of(data: bytes) -> list[str]:
    """Return what the documents in a file say, a line each, to be read before signing.

    Raises:
        BadData: as for `sign_file`.
    """
    return [line for traveller in read_file(data) for line in _contents(traveller)]


def read_file(data: bytes) -> list[Travelling]:
    """Return the candidates in a file.

    Raises:
        BadData: The file is damaged.
    """
    try:
        return msgspec.json.decode(data, type=list[Travelling])
    except msgspec.DecodeError as error:
        raise BadData("candidates file", "", str(error)) from error


def _contents(traveller: Travelling) -> list[str]:
    """Return what a candidate says, after checking that all it names is there and that it names all that is there."""
    targets = metadata.parse(traveller.metadata, traveller.role, Targets).signed.targets
    for path, target in targets.items():
        body = traveller.documents.get(path, b"")
        if hashlib.sha256(body).hexdigest() != target.hashes["sha256"]:
            raise UntrustedData(path, "", "is not what the candidate names")
    return [line for path in targets for line in _lines(path, traveller.documents[path])]


def _lines(path: str, body: bytes) -> list[str]:
    reader = _READERS.get(path.partition("/")[0])
    if reader is None:
        raise UntrustedData(path, "", "cannot be shown by this version of yuanjiao; install the server's version here")
    return reader(path, body)


def _course(path: str, body: bytes) -> list[str]:
    return [f"course: {decode_document(documents.Course, body, path).title}"]


def _channels(path: str, body: bytes) -> list[str]:
    found = decode_document(documents.Live, body, path).channels
    return [f"channel: {one.name} {one.url} {_times(one.times)}" for one in found] or ["no channels at all"]


def _times(times: Sequence[documents.Window]) -> str:
    return ", ".join(f"{one.start}-{one.end}" for one in times) or "always"


def _sounds(path: str, body: bytes) -> list[str]:
    found = decode_document(documents.Sounds, body, path)
    named = [*found.prompts.items(), *(("music", sound) for sound in found.music)]
    said = [f"sound: {name}, {one.duration_ms / 1000:.0f} s, SHA-256 {one.blob.sha256}" for name, one in named]
    return said or ["no sounds at all"]


def _shard(path: str, body: bytes) -> list[str]:  # noqa: ARG001 - what it says follows from the courses
    return []


_READERS: dict[str, Callable[[str, bytes], list[str]]] = {
    "courses": _course,
    "catalogue": _shard,
    "live": _channels,
    "sounds": _sounds,
}
