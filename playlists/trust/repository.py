"""Publishing: the county's side of trust.

Use: `Repository.initialise` once; `candidate` gives the bytes that reviewers sign (`metadata.sign`);
`publish` installs what bears enough signatures together with what the online key vouches for. Rules:
nothing under its threshold is ever installed; all is judged before anything is written; documents, roles
and snapshot are durable before the timestamp names them, so a kill at any moment leaves the old or the new
publication; versions only rise (`versions`). One publisher at a time. The files: `tree`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey
from playlists.trust import judging, roles, sealing
from playlists.trust.metadata import is_signed_by, parse, sign, to_bytes
from playlists.trust.tree import PublishedTree
from playlists.trust.versions import next_version

REVIEWED_LIFE: Final = timedelta(days=3 * 365)
ONLINE_LIFE: Final = timedelta(days=400)


@dataclass(frozen=True)
class Published:
    """What `Repository.publish` did: the roles that changed and the versions that boxes see now."""

    roles: tuple[str, ...]
    snapshot_version: int
    timestamp_version: int


class Repository:
    """A published folder. Nothing is kept in memory: every answer is read from the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tree = PublishedTree(folder)

    @classmethod
    def initialise(cls, folder: Path, *, root: bytes, targets: bytes, online: SigningKey, now: datetime) -> Repository:
        """Publish signed root and top-level targets metadata (`ceremony`), with no documents yet.

        Raises:
            UntrustedData: One of them is not signed by enough keys.
            BadData: Something is published there already, or one is no metadata.
            OSError: The disk refuses.
        """
        repository = cls(folder)
        if repository.is_initialised():
            raise BadData(str(folder), "", "something is published there already")
        repository.publish(signed={roles.ROOT: root, roles.TARGETS: targets}, online=online, now=now)
        return repository

    def is_initialised(self) -> bool:
        """Return whether there is a publication that boxes can read."""
        return self._tree.timestamp() is not None

    def root(self, version: int | None = None) -> bytes:
        """Return root metadata: the newest, or a version; installers and images carry it.

        Raises:
            BadData: It is not published.
        """
        return self._tree.read_role(roles.ROOT, version or self._tree.highest(roles.ROOT))

    def version(self, role: str) -> int:
        """Return the version of a targets role in the present publication, 0 when it has none."""
        return self.versions().get(role, 0)

    def versions(self) -> dict[str, int]:
        """Return the version of every targets role in the present publication."""
        return self._tree.versions()

    def targets(self, role: str) -> dict[str, str]:
        """Return the documents of a role as now published: SHA-256 by path."""
        return self._tree.targets(role)

    def read(self, path: str) -> bytes:
        """Return a document as now published.

        Raises:
            KeyError: There is none at this path.
            BadData: Its file is lost.
        """
        return self._tree.read_target(path, self.targets(roles.role_of(path))[path])

    def candidate(self, role: str, documents: Mapping[str, bytes], now: datetime, *, above: int = 0) -> bytes:
        """Return unsigned metadata of a role that holds exactly these documents (bytes by path).

        Its version is above all that were published, and ``above`` this one. Keep the bytes: a second signature counts
        only over the same ones.

        Raises:
            BadData: A path is not in the role's charge.
        """
        judging.require_charge(role, documents)
        targets = {path: TargetFile.from_data(path, data, ["sha256"]) for path, data in documents.items()}
        life = ONLINE_LIFE if role in roles.online_roles() else REVIEWED_LIFE
        version = next_version(max(self._tree.highest(role), above), now)
        return to_bytes(Metadata(Targets(version=version, expires=sealing.after(now, life), targets=targets)))

    def lacks(self, role: str, data: bytes, delegations: bytes | None = None) -> str:
        """Return why a role's metadata cannot be published yet; nothing if it can.

        ``delegations`` are the top-level targets to judge by; the published ones if None.
        """
        try:
            self._check(role, data, {roles.TARGETS: delegations} if delegations else {})
        except BadData as error:
            return error.problem
        return ""

    def below_threshold(self, delegations: bytes) -> list[str]:
        """Return the published roles that these top-level targets would no longer believe.

        Before reviewers' keys change, candidates of all these have to be signed by the new reviewers.

        Raises:
            BadData: ``delegations`` is no targets metadata.
        """
        delegator = parse(delegations, roles.TARGETS, Targets).signed
        return [
            role
            for role, version in self._tree.versions().items()
            if role != roles.TARGETS and not judging.is_believed(delegator, role, self._tree.read_role(role, version))
        ]

    def publish(
        self,
        *,
        online: SigningKey,
        now: datetime,
        signed: Mapping[str, bytes] | None = None,
        online_documents: Mapping[str, Mapping[str, bytes]] | None = None,
        documents: Mapping[str, bytes] | None = None,
        restored: bool = False,
    ) -> Published:
        """Make a new publication, or renew the present one if there is nothing new.

        Args:
            online: The key of snapshot, timestamp and the online roles.
            now: Wall time, with zone.
            signed: Metadata with enough signatures, by role; root and targets too.
            online_documents: The whole content of online roles, bytes by path, by role. Others stay.
            documents: Bytes of the documents that ``signed`` names; those already published may be left out.
            restored: The files come from a backup: each of ``online_documents`` gets a version above all that it
                forgot, also an empty one, or boxes that have seen a later one would refuse everything.

        Raises:
            UntrustedData: A role bears too few signatures or is not newer; nothing was changed.
            BadData: A document is missing or not what its role says, or a path is out of charge; nothing was
                changed.
            OSError: The disk refuses; boxes still see the publication before.
        """
        new, given = dict(signed or {}), dict(documents or {})
        for role, held in (online_documents or {}).items():
            if restored or self.targets(role) != digests(held):
                new[role] = sign(self.candidate(role, held, now), online)
                given |= held
        new |= self._renewed(new, online, now)
        judging.require_online_key(new.get(roles.ROOT) or self.root(), online)
        self._check_all(new, given)
        self._install(new, given)
        return self._seal(new, online, now)

    def _renewed(self, new: Mapping[str, bytes], online: SigningKey, now: datetime) -> dict[str, bytes]:
        """Return the online roles past the middle of their life, or of another key, signed anew as they are."""
        renewed = {}
        for role, version in self._tree.versions().items():
            if role in new or role not in roles.online_roles():
                continue
            data = self._tree.read_role(role, version)
            metadata = parse(data, role, Targets)
            if metadata.signed.expires - now < ONLINE_LIFE / 2 or not is_signed_by(data, online):
                metadata.signed.version = next_version(self._tree.highest(role), now)
                metadata.signed.expires = sealing.after(now, ONLINE_LIFE)
                metadata.signatures.clear()
                renewed[role] = sign(to_bytes(metadata), online)
        return renewed

    def _check_all(self, new: Mapping[str, bytes], given: Mapping[str, bytes]) -> None:
        for role, data in new.items():
            self._check(role, data, new)
            if role != roles.ROOT:
                judging.require_documents(role, parse(data, role, Targets).signed, given, self._tree)
        if roles.TARGETS in new:
            lost = [role for role in self.below_threshold(new[roles.TARGETS]) if role not in new]
            if lost:
                names = ", ".join(lost)
                raise UntrustedData(roles.TARGETS, "", f"these have to be signed by the new keys first: {names}")

    def _check(self, role: str, data: bytes, new: Mapping[str, bytes]) -> None:
        if role == roles.ROOT:
            previous = self.root() if self._tree.highest(roles.ROOT) else None
            if data != previous:  # the same again: a publication was cut off before its timestamp
                judging.require_next_root(data, previous)
            return
        metadata = parse(data, role, Targets)
        judging.require_signatures(self._delegator(role, new), role, metadata)
        if metadata.signed.version <= self.version(role):
            raise UntrustedData(role, "version", f"is not above the published {self.version(role)}")

    def _delegator(self, role: str, new: Mapping[str, bytes]) -> Root | Targets:
        if role == roles.TARGETS:
            return parse(new.get(roles.ROOT) or self.root(), roles.ROOT, Root).signed
        targets = new.get(roles.TARGETS)
        if targets is None:
            targets = self._tree.read_role(roles.TARGETS, self.version(roles.TARGETS))
        return parse(targets, roles.TARGETS, Targets).signed

    def _install(self, new: Mapping[str, bytes], given: Mapping[str, bytes]) -> None:
        for role, data in new.items():
            if role == roles.ROOT:
                continue
            signed = parse(data, role, Targets).signed
            for path, target in signed.targets.items():
                if judging.is_target(target, given.get(path)):
                    self._tree.write_target(path, target.hashes["sha256"], given[path])
            self._tree.write_role(role, signed.version, data)

    def _seal(self, new: Mapping[str, bytes], online: SigningKey, now: datetime) -> Published:
        versions = self._tree.versions()
        for role, data in new.items():
            if role != roles.ROOT:
                versions[role] = parse(data, role, Targets).signed.version
        snapshot = sealing.write_snapshot(self._tree, versions, online, now)
        if roles.ROOT in new:
            root = new[roles.ROOT]
            self._tree.write_role(roles.ROOT, parse(root, roles.ROOT, Root).signed.version, root)
        timestamp = sealing.write_timestamp(self._tree, snapshot, online, now, forced=roles.ROOT in new)
        return Published(tuple(sorted(new)), snapshot, timestamp)


def digests(documents: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each document by its path, as `Repository.targets` does."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(documents.items())}
