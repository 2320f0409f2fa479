"""Root and the top-level delegations: made from public keys, signed by people.

The result is unsigned; root holders sign with `metadata.sign` or, on machines without a network, through
`metadata.bytes_to_sign` and `metadata.add_signature`. To change reviewers: `delegations` with the new keys
and a higher version, signed by two root holders, published together with the reviewed roles signed again
(`Repository.below_threshold` names them). To change root holders or the online key: `next_root`, signed by
two of the old holders and two of the new. Callers: `yuanjiao county` commands, demo, tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Role, Root, Targets

from playlists.keys import fingerprint
from playlists.trust import roles
from playlists.trust.metadata import parse, to_bytes, tuf_key
from playlists.trust.versions import next_version

OFFLINE_LIFE: Final = timedelta(days=3 * 365)


@dataclass(frozen=True)
class KeyHolders:
    """The raw public keys of everybody who signs, and how many have to."""

    root: tuple[bytes, ...]
    reviewers: tuple[bytes, ...]
    online: bytes
    root_threshold: int = 2
    review_threshold: int = 2

    def __post_init__(self) -> None:
        if len(set(self.root)) < self.root_threshold or len(set(self.reviewers)) < self.review_threshold:
            raise ValueError("fewer keys than signatures needed")
        if self.online in {*self.root, *self.reviewers}:
            raise ValueError("the online key must not be a root holder's or reviewer's key")


def first_root(holders: KeyHolders, now: datetime) -> bytes:
    """Return unsigned root metadata of version 1."""
    return _root(holders, 1, now)


def next_root(previous: bytes, holders: KeyHolders, now: datetime) -> bytes:
    """Return unsigned root metadata that follows ``previous``.

    Raises:
        BadData: ``previous`` is no root metadata.
    """
    return _root(holders, parse(previous, "root", Root).signed.version + 1, now)


def delegations(holders: KeyHolders, now: datetime, *, above: int = 0) -> bytes:
    """Return unsigned top-level ``targets`` metadata with all delegations, of a version above ``above``."""
    reviewed = {
        name: _delegated(name, holders.reviewers, holders.review_threshold, paths)
        for name, paths in roles.reviewed_roles().items()
    }
    online = {name: _delegated(name, (holders.online,), 1, paths) for name, paths in roles.online_roles().items()}
    keys = {fingerprint(key): tuf_key(key) for key in (*holders.reviewers, holders.online)}
    targets = Targets(
        version=next_version(above, now),
        expires=_expiry(now),
        delegations=Delegations(keys, {**reviewed, **online}),
    )
    return to_bytes(Metadata(targets))


def _root(holders: KeyHolders, version: int, now: datetime) -> bytes:
    keys = {fingerprint(key): tuf_key(key) for key in (*holders.root, holders.online)}
    holder_ids = [fingerprint(key) for key in holders.root]
    by_holders = Role(holder_ids, holders.root_threshold)
    by_server = Role([fingerprint(holders.online)], 1)
    root = Root(
        version=version,
        expires=_expiry(now),
        keys=keys,
        roles={
            roles.ROOT: by_holders,
            roles.TARGETS: Role(holder_ids, holders.root_threshold),
            roles.SNAPSHOT: by_server,
            roles.TIMESTAMP: Role([fingerprint(holders.online)], 1),
        },
        consistent_snapshot=True,
    )
    return to_bytes(Metadata(root))


def _delegated(name: str, keys: tuple[bytes, ...], threshold: int, paths: tuple[str, ...]) -> DelegatedRole:
    return DelegatedRole(name, [fingerprint(key) for key in keys], threshold, True, paths=list(paths))


def _expiry(now: datetime) -> datetime:
    return (now + OFFLINE_LIFE).replace(microsecond=0)
