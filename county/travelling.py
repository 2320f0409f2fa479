"""The file in which candidates travel to the machine with a reviewer's key, and that machine's side of it.

The file holds the whole documents, so that what is signed is shown and checked here and the server need not be
believed. Uses neither database nor settings. Called by ``yuanjiao county sign offline`` and
`county.courses.travelling`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

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


def sign_file(data: bytes, key: SigningKey) -> tuple[bytes, list[str]]:
    """Sign every candidate in a file; return the signed file and the titles of all courses in it.

    Raises:
        BadData: The file is damaged, or a candidate names documents that are not in it.
    """
    travellers = read_file(data)
    titles = [title for traveller in travellers for title in _titles(traveller)]
    signed = [Travelling(one.role, metadata.sign(one.metadata, key), one.documents) for one in travellers]
    return write_file(signed), titles


def read_file(data: bytes) -> list[Travelling]:
    """Return the candidates in a file.

    Raises:
        BadData: The file is damaged.
    """
    try:
        return msgspec.json.decode(data, type=list[Travelling])
    except msgspec.DecodeError as error:
        raise BadData("candidates file", "", str(error)) from error


def _titles(traveller: Travelling) -> list[str]:
    """Return the titles of the courses in a candidate, after checking that all it names is there."""
    targets = metadata.parse(traveller.metadata, traveller.role, Targets).signed.targets
    for path, target in targets.items():
        body = traveller.documents.get(path, b"")
        if hashlib.sha256(body).hexdigest() != target.hashes["sha256"]:
            raise UntrustedData(path, "", "is not what the candidate names")
    return [
        decode_document(documents.Course, body, path).title
        for path, body in traveller.documents.items()
        if path in targets and path.startswith("courses/")
    ]
