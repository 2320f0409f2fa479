"""Documents as bytes, and back: JSON between machines, YAML by hand, one model for both.

Rules: a document is one JSON object with ``"format": 1``; the bytes of equal documents are equal (keys
sorted, no white space), so that a digest names the content; nothing above the size limit is even parsed.
What is wrong is reported as `BadData` with the file and the path of the first offending field. Callers: the
county when it publishes, the sync worker when it accepts, `yuanjiao verify`.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from playlists.documents import Document
from playlists.errors import BadData
from playlists.targets import DOCUMENT_LIMIT_BYTES

FORMAT = 1

Model = TypeVar("Model")
_AT = " - at `"


class _Header(msgspec.Struct):
    format: int


def encode_document(document: Document) -> bytes:
    """Return the published bytes of a document; equal documents give equal bytes."""
    fields = msgspec.to_builtins(document, str_keys=True)
    return msgspec.json.encode({"format": FORMAT, **fields}, order="sorted")


def decode_document(kind: type[Model], data: bytes, where: str, *, limit_bytes: int = DOCUMENT_LIMIT_BYTES) -> Model:
    """Read a document of the given kind.

    Args:
        kind: The document's class, such as `playlists.documents.Course`.
        data: The bytes as they were published.
        where: The file, target or address that an error shall name.
        limit_bytes: More than this is refused unread.

    Raises:
        BadData: The bytes are too many, no JSON, of another format, or not what the class says.
    """
    if len(data) > limit_bytes:
        raise BadData(where, "", f"{len(data)} bytes are more than the {limit_bytes} allowed")
    check_format(_decode_json(_Header, data, where).format, where)
    return _decode_json(kind, data, where)


def check_format(found: object, where: str) -> None:
    """Check the ``format`` of a document.

    Raises:
        BadData: It is not one that this version can read.
    """
    if found == FORMAT and type(found) is int:
        return
    newer = isinstance(found, int) and found > FORMAT
    advice = "; this version of the program is too old for it" if newer else ""
    raise BadData(where, "$.format", f"is {found!r}, only {FORMAT} can be read{advice}")


def bad_data(error: Exception, where: str) -> BadData:
    """Return msgspec's complaint as `BadData`, with the field's path apart."""
    problem, _, path = str(error).partition(_AT)
    return BadData(where, path.rstrip("`"), problem)


def _decode_json(kind: type[Model], data: bytes, where: str) -> Model:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise bad_data(error, where) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadData(where, "", f"is no JSON document: {error}") from error
    except RecursionError as error:
        raise BadData(where, "", "is nested too deeply") from error
