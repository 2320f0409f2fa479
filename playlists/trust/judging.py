"""What may be published: signatures, versions, paths and documents of a role, judged without writing.

Each function returns if all is well and raises what a person can act on. Caller: `repository`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey
from playlists.trust import roles
from playlists.trust.metadata import parse
from playlists.trust.tree import PublishedTree


def require_signatures(delegator: Root | Targets, role: str, metadata: Metadata[Root] | Metadata[Targets]) -> None:
    """Check that a role bears as many signatures as its delegator asks for.

    Raises:
        UntrustedData: It does not, or the delegator does not know it.
    """
    try:
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (UnsignedMetadataError, ValueError) as error:
        raise UntrustedData(role, "", f"is not signed by enough keys: {error}") from error


def is_believed(delegator: Targets, role: str, data: bytes) -> bool:
    """Return whether a delegator believes a role's metadata."""
    try:
        require_signatures(delegator, role, parse(data, role, Targets))
    except BadData:
        return False
    return True


def require_next_root(data: bytes, previous: bytes | None) -> None:
    """Check that root metadata is signed by itself and its predecessor and follows it by one.

    Raises:
        UntrustedData: It is not.
        BadData: It is no root metadata.
    """
    metadata = parse(data, roles.ROOT, Root)
    require_signatures(metadata.signed, roles.ROOT, metadata)
    expected = 1
    if previous is not None:
        before = parse(previous, roles.ROOT, Root).signed
        require_signatures(before, roles.ROOT, metadata)
        expected = before.version + 1
    if metadata.signed.version != expected:
        raise UntrustedData(roles.ROOT, "version", f"is {metadata.signed.version}, has to be {expected}")


def require_online_key(root: bytes, online: SigningKey) -> None:
    """Check that root names this key for snapshot and timestamp.

    Raises:
        UntrustedData: It does not.
        BadData: It is no root metadata.
    """
    signed = parse(root, roles.ROOT, Root).signed
    if any(online.fingerprint not in signed.roles[role].keyids for role in (roles.SNAPSHOT, roles.TIMESTAMP)):
        raise UntrustedData(roles.ROOT, "", f"does not name the online key {online.fingerprint}")


def require_charge(role: str, paths: Iterable[str]) -> None:
    """Check that a role vouches for nothing but its own documents.

    Raises:
        BadData: A path belongs to another role, or to none.
    """
    for path in paths:
        try:
            charged = roles.role_of(path)
        except ValueError as error:
            raise BadData(path, "", str(error)) from error
        if charged != role:
            raise BadData(path, "", f"belongs to role {charged}, not {role}")


def require_documents(role: str, targets: Targets, given: Mapping[str, bytes], tree: PublishedTree) -> None:
    """Check that every document of a role is at hand, given now or published before.

    Raises:
        BadData: One is not.
    """
    require_charge(role, targets.targets)
    for path, target in targets.targets.items():
        if not is_target(target, given.get(path)) and not tree.has_target(path, target.hashes["sha256"]):
            raise BadData(path, "", f"role {role} names it, but these bytes were not given")


def is_target(target: TargetFile, data: bytes | None) -> bool:
    """Return whether these are the bytes that a role vouches for."""
    if data is None or len(data) != target.length:
        return False
    return hashlib.sha256(data).hexdigest() == target.hashes["sha256"]
