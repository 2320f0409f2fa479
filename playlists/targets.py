"""Names of published documents and files, and the limits of their sizes.

Courses, catalogue shards, boxes and plans lie in *bins* chosen by a digest of their id. One bin is one TUF
role (`playlists.trust`), so that a change re-signs and re-sends one small role and not the list of
everything. A course and its catalogue entry share a bin: one review changes one role.
"""

import hashlib

CATALOGUE_BINS = 128
ONLINE_BINS = 16
CHUNK_BYTES = 1 << 20
DOCUMENT_LIMIT_BYTES = 1 << 20

METADATA_PATH = "metadata"
TARGETS_PATH = "targets"
MEDIA_PATH = "media"

LIVE = "live/channels.json"
SOUNDS = "sounds/sounds.json"


def _bin_of(identifier: str, bins: int) -> str:
    number = int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:4], "big") % bins
    return f"{number:02x}"


def catalogue_bins() -> list[str]:
    """Return the names of all bins of courses and catalogue, in order."""
    return [f"{number:02x}" for number in range(CATALOGUE_BINS)]


def online_bins() -> list[str]:
    """Return the names of all bins of boxes and of plans, in order."""
    return [f"{number:02x}" for number in range(ONLINE_BINS)]


def course_bin(course: str) -> str:
    """Return the bin of a course's id."""
    return _bin_of(course, CATALOGUE_BINS)


def online_bin(identifier: str) -> str:
    """Return the bin of a box's or a group's id."""
    return _bin_of(identifier, ONLINE_BINS)


def course_path(course: str) -> str:
    """Return the target path of a course document."""
    return f"courses/{course_bin(course)}/{course}.json"


def shard_path(bin_name: str) -> str:
    """Return the target path of a catalogue shard."""
    return f"catalogue/{bin_name}.json"


def box_path(box: str) -> str:
    """Return the target path of a box's document."""
    return f"boxes/{online_bin(box)}/{box}.json"


def plan_path(group: str) -> str:
    """Return the target path of a group's plan."""
    return f"plans/{online_bin(group)}/{group}.json"


def pages_path(group: str) -> str:
    """Return the target path of a group's information pages."""
    return f"pages/{group}.json"


def media_path(sha256: str) -> str:
    """Return the path of a blob below the published root."""
    return f"{MEDIA_PATH}/{sha256[:2]}/{sha256}"
