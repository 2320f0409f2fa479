"""Rollback floors: the versions below which a box accepts nothing again.

They are kept in the generation's manifest and survive whatever happens to cached metadata. One exception,
so that a county whose online key was stolen and used to publish absurdly high versions can recover: when
root names other online keys, the floors of what the online key signs start anew.
"""

from __future__ import annotations

from datetime import UTC, datetime

from playlists.generation import Accepted
from playlists.trust import roles
from playlists.trust.client import Client, Older
from playlists.trust.metadata import as_ms
from playlists.trust.sealing import ISSUED


def versions(client: Client) -> dict[str, int]:
    """Return the versions of everything in a publication."""
    delegated = {name.removesuffix(".json"): meta.version for name, meta in client.snapshot.meta.items()}
    return {
        roles.ROOT: client.root.version,
        roles.TIMESTAMP: client.timestamp.version,
        roles.SNAPSHOT: client.snapshot.version,
        **delegated,
    }


def require_floors(before: Accepted | None, client: Client, where: str) -> None:
    """Check that nothing of a publication is older than what was accepted before.

    Raises:
        Older: Something is, or is gone.
    """
    if before is None:
        return
    found = versions(client)
    for role, floor in before.roles.items():
        if found.get(role, 0) < floor and not _starts_anew(role, before, client):
            has = found.get(role, "none")
            raise Older(where, role, f"has version {has}, but {floor} was accepted before")


def online_keys(client: Client) -> tuple[str, ...]:
    """Return the fingerprints of the keys that root names for the timestamp."""
    return tuple(sorted(client.root.roles[roles.TIMESTAMP].keyids))


def signed_ms(client: Client) -> int:
    """Return when the timestamp was issued, ms since 1970 UTC; 0 if it does not say."""
    text = client.timestamp.unrecognized_fields.get(ISSUED)
    try:
        return as_ms(datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))
    except ValueError:
        return 0


def _starts_anew(role: str, before: Accepted, client: Client) -> bool:
    by_online_key = role in {roles.TIMESTAMP, roles.SNAPSHOT} or role in roles.online_roles()
    return by_online_key and before.online_keys != online_keys(client)
