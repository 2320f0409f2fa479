"""Accepting a publication: the box's side of trust, and that of `yuanjiao verify`.

::

    with refreshing(source, generation=generation, root=root, now=now) as refresh:
        if not refresh.unchanged:
            for path in refresh.names("pages"): writer.write(path, refresh.read(path))
            refresh.save_into(writer)
            writer.publish(refresh.accepted, source=source.name, synced_ms=…)

The timestamp is asked for first. If it is the one already accepted, that was all (`Refresh.unchanged`),
though documents may still be read. Otherwise the library's workflow runs (TUF specification, section 5.3).

Rules: expiry never refuses, it marks as *stale*: a box without a network for months goes on, and a newer
publication is better than an older one even if both have run out. Everything else refuses: too few
signatures, an older version of anything, bytes that are cut off, too many or not what was signed. Then
nothing changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from playlists.errors import BadData, UntrustedData
from playlists.generation import Accepted, Generation
from playlists.generation_writer import GenerationWriter
from playlists.targets import DOCUMENT_LIMIT_BYTES, METADATA_PATH
from playlists.trust import floors, roles
from playlists.trust.client import TIMESTAMP_LIMIT_BYTES, Client
from playlists.trust.metadata import as_ms
from playlists.trust.sources import Source
from playlists.trust.tree import TIMESTAMP_FILE, target_file

TIMESTAMP_PATH: Final = f"{METADATA_PATH}/{TIMESTAMP_FILE}"


@contextmanager
def refreshing(source: Source, *, generation: Generation | None, root: bytes, now: datetime) -> Iterator[Refresh]:
    """Ask a source for its publication and accept or refuse it.

    Args:
        source: Where to ask.
        generation: What was accepted before.
        root: The root metadata of the installer, the image or a stick; never from the network.
        now: The best time known, with zone; only used to mark as stale.

    Raises:
        Older: It is older than what was accepted.
        UntrustedData: It is not signed as it has to be.
        BadData: It is damaged or too large.
        FailedAttempt: The source could not be reached or answered with something else.
    """
    timestamp = source.read(TIMESTAMP_PATH, TIMESTAMP_LIMIT_BYTES)
    refresh = Refresh(source, generation, root, timestamp, now)
    try:
        if not refresh.unchanged:
            refresh.check()
        yield refresh
    finally:
        refresh.close()


class Refresh:
    """A publication; see `refreshing`."""

    def __init__(
        self, source: Source, generation: Generation | None, root: bytes, timestamp: bytes, now: datetime
    ) -> None:
        self._source, self._generation, self._root, self._now = source, generation, root, now
        self._timestamp = timestamp
        self._held = _held_metadata(generation)
        self._before = generation.manifest.accepted if generation else None
        self._client: Client | None = None
        self.unchanged = self._held.get(TIMESTAMP_FILE) == timestamp

    def check(self) -> None:
        """Accept the publication or refuse it; see `refreshing` for what is raised."""
        self._running()

    def close(self) -> None:
        """Remove what was kept for this refresh only."""
        if self._client is not None:
            self._client.close()

    @property
    def accepted(self) -> Accepted:
        """What is believed now, of all roles read so far; ask when the documents have been read."""
        before = self._before
        if self._client is None and self.unchanged and before is not None:
            return self._at(before.roles, before.signed_ms, before.expires_ms, before.online_keys)
        client = self._running()
        return self._at(
            floors.versions(client),
            max(floors.signed_ms(client), before.signed_ms if before else 0),
            min(as_ms(signed.expires) for signed in client.loaded()),
            floors.online_keys(client),
        )

    def names(self, role: str) -> list[str]:
        """Return the paths of the documents of a role; none if it was never published.

        Raises:
            UntrustedData, BadData, FailedAttempt: The role's metadata cannot be accepted.
        """
        return sorted(self._running().targets(role))

    def metadata_files(self, names: Iterable[str]) -> list[str]:
        """Return where the metadata of these roles lies below the published root, as far as it has not been read."""
        client, before = self._running(), self._before.roles if self._before else {}
        return [
            f"{METADATA_PATH}/{client.versions[name]}.{name}.json"
            for name in names
            if name in client.versions
            and not client.has(name)
            and (f"{name}.json" not in self._held or before.get(name) != client.versions[name])
        ]

    def prepare(self, paths: Iterable[str]) -> None:
        """Let the source bring these documents together, and the metadata of their roles before, where it can.

        Raises:
            UntrustedData, BadData, FailedAttempt: A role's metadata cannot be accepted.
        """
        wanted = dict.fromkeys(paths)
        self._source.fetch_ahead(self.metadata_files({roles.role_of(path) for path in wanted}))
        named = {path: self._running().targets(roles.role_of(path)).get(path) for path in wanted}
        held = self._generation.manifest.files if self._generation else {}
        missing = {path: found[0] for path, found in named.items() if found and held.get(path) != found[0]}
        self._source.fetch_ahead(target_file(path, digest) for path, digest in missing.items())

    def is_in_force(self, path: str) -> bool:
        """Return whether the generation's document at this path is still the one that is signed; fetches nothing.

        False as well while the metadata of its role has not been read and another version of it is to come.
        """
        role = roles.role_of(path)
        if self._generation is None or self.metadata_files([role]):
            return False
        return self._running().targets(role).get(path, ("",))[0] == self._generation.manifest.files.get(path)

    def rest_on(self, generation: Generation) -> None:
        """Read from this generation, which was just made from what was read so far, instead of the one before."""
        self._generation = generation

    def read(self, path: str) -> bytes:
        """Return a document, from the generation if it is the same there.

        Raises:
            KeyError: There is no document at this path.
            UntrustedData: What the source brings is not what was signed.
            BadData: It is longer than was signed.
            FailedAttempt: It could not be brought this time.
        """
        digest, length = self._running().targets(roles.role_of(path))[path]
        held = self._from_generation(path, digest)
        if held is not None:
            return held
        data = self._source.read(target_file(path, digest), min(length, DOCUMENT_LIMIT_BYTES))
        if hashlib.sha256(data).hexdigest() != digest:
            raise UntrustedData(path, "", f"what {self._source.name} brought is not what was signed")
        return data

    def save_into(self, writer: GenerationWriter) -> None:
        """Add the signed metadata of all roles read to the next generation.

        Raises:
            OSError: The disk refuses.
        """
        for name, data in self._running().files().items():
            writer.write(f"{METADATA_PATH}/{name}", data)

    def _running(self) -> Client:
        if self._client is None:
            self._client = Client(self._source, self._held, self._root, self._timestamp, follow_root=not self.unchanged)
            floors.require_floors(self._before, self._client, self._source.name)
        return self._client

    def _from_generation(self, path: str, digest: str) -> bytes | None:
        if self._generation is None or self._generation.manifest.files.get(path) != digest:
            return None
        try:
            return self._generation.read(path)
        except BadData:  # the disk lost it: it is fetched again
            return None

    def _at(self, versions: dict[str, int], signed_ms: int, expires_ms: int, online_keys: tuple[str, ...]) -> Accepted:
        stale = expires_ms <= as_ms(self._now)
        return Accepted(
            roles=versions, signed_ms=signed_ms, expires_ms=expires_ms, online_keys=online_keys, stale=stale
        )


def _held_metadata(generation: Generation | None) -> dict[str, bytes]:
    """Return the accepted metadata by file name; what the disk has lost is left out and fetched again."""
    if generation is None:
        return {}
    held = {}
    for name in generation.names(f"{METADATA_PATH}/"):
        try:
            held[name.removeprefix(f"{METADATA_PATH}/")] = generation.read(name)
        except BadData:
            continue
    return held
