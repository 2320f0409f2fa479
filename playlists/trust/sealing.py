"""The two roles that say "this is the present publication": snapshot and timestamp.

Both are the online key's. A snapshot lists the version of every role; the timestamp, the one small file
that a box asks for when nothing is new, names the snapshot and says when it was issued. Neither is signed
anew without need. Caller: `repository`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from tuf.api.metadata import Metadata, MetaFile, Snapshot, Timestamp

from playlists.keys import SigningKey
from playlists.trust import roles
from playlists.trust.metadata import is_signed_by, parse, sign, to_bytes
from playlists.trust.tree import PublishedTree
from playlists.trust.versions import next_version

SNAPSHOT_LIFE: Final = timedelta(days=200)
TIMESTAMP_LIFE: Final = timedelta(days=45)
RENEW_TIMESTAMP_AFTER: Final = timedelta(days=1)
ISSUED: Final = "issued"


def write_snapshot(tree: PublishedTree, versions: Mapping[str, int], online: SigningKey, now: datetime) -> int:
    """Write a snapshot of these versions unless the present one will do; return its version.

    Raises:
        OSError: The disk refuses.
    """
    present = tree.snapshot()
    if present and tree.versions() == versions:
        ours = is_signed_by(tree.read_role(roles.SNAPSHOT, present[0]), online)
        if ours and present[1].expires - now > SNAPSHOT_LIFE / 2:
            return present[0]
    version = next_version(tree.highest(roles.SNAPSHOT), now)
    meta = {f"{role}.json": MetaFile(number) for role, number in sorted(versions.items())}
    snapshot = Snapshot(version=version, expires=after(now, SNAPSHOT_LIFE), meta=meta)
    tree.write_role(roles.SNAPSHOT, version, sign(to_bytes(Metadata(snapshot)), online))
    return version


def write_timestamp(tree: PublishedTree, snapshot: int, online: SigningKey, now: datetime, *, forced: bool) -> int:
    """Replace the timestamp if it names another snapshot, is a day old, or ``forced``; return its version.

    Raises:
        OSError: The disk refuses.
    """
    present = tree.timestamp()
    last = 0
    if present is not None:
        held = parse(present, roles.TIMESTAMP, Timestamp).signed
        last = held.version
        age = TIMESTAMP_LIFE - (held.expires - now)
        as_it_is = held.snapshot_meta.version == snapshot and is_signed_by(present, online)
        if as_it_is and not forced and age < RENEW_TIMESTAMP_AFTER:
            return last
    timestamp = Timestamp(
        version=next_version(last, now),
        expires=after(now, TIMESTAMP_LIFE),
        snapshot_meta=MetaFile(snapshot),
        unrecognized_fields={ISSUED: now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    tree.write_timestamp(sign(to_bytes(Metadata(timestamp)), online))
    return timestamp.version


def after(now: datetime, life: timedelta) -> datetime:
    """Return when something made now runs out, in whole seconds as TUF wants."""
    return (now + life).replace(microsecond=0)
