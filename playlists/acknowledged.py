"""The small file that says how much of the journal the county durably holds.

The upload worker writes it after every answer; the player reads it at start, and `yuanjiao journal verify` compares
the journal's end with it. Losing it costs one question to the county, so nobody repairs it: for the box, what
cannot be read counts as nothing acknowledged.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from playlists.acknowledgement import SetAside
from playlists.codec import bad_data
from playlists.errors import BadData
from playlists.files import write_durably


class Acknowledged(msgspec.Struct, frozen=True):
    """``head`` is the newest entry the county holds without a gap, ``hash`` the chain's hash there in hex."""

    fingerprint: str
    head: int = 0
    hash: str = ""
    set_aside: tuple[SetAside, ...] = ()


def read_acknowledged(path: Path, fingerprint: str) -> Acknowledged:
    """Return what the county holds of this box; nothing if the file is lost, broken or another box's."""
    nothing = Acknowledged(fingerprint)
    try:
        found = load_acknowledged(path)
    except (OSError, BadData):
        return nothing
    return found if found.fingerprint == fingerprint and found.head > 0 else nothing


def load_acknowledged(path: Path) -> Acknowledged:
    """Return what the file says, whosever it is.

    Raises:
        OSError: There is none, or it cannot be read.
        BadData: It is broken.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Acknowledged)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_data(error, str(path)) from error


def write_acknowledged(path: Path, acknowledged: Acknowledged) -> None:
    """Keep what the county answered.

    Raises:
        OSError: It cannot be written; the old file stays.
    """
    write_durably(path, msgspec.json.encode(acknowledged))
