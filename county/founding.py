"""Founding a county: its data folder, keys, authority and first publication; and changing who reviews.

The root keys and the authority's key go to a folder of their own, to be carried away from the server: with
what stays, nobody can make reviewers or boxes' trust anew. While fewer than two reviewers are known their
seats are held by keys whose private part is thrown away at once, so that nobody can pass anything.
Called by ``yuanjiao county init``, ``yuanjiao county reviewer add``, demo and tests.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from tuf.api.metadata import Root

from county.accounts.models import ReviewerKey
from county.authority import certify_server, load_authority, make_authority
from county.errors import Refused
from county.folders import data_folder, keys_folder, published_folder, uploads_folder, work_folder
from county.places.tree import county_name
from county.publishing.publish import publish, publish_lock
from playlists.errors import BadData
from playlists.files import write_durably
from playlists.keys import SigningKey, load_or_generate
from playlists.trust import ceremony, metadata, roles
from playlists.trust.repository import Repository

ROOT_KEYS = 3
AUTHORITY_KEY = "authority-key.pem"


@dataclass(frozen=True)
class Offline:
    """The folder of the keys that are carried away, and the passphrase they are encrypted under."""

    folder: Path
    passphrase: str

    def root_keys(self) -> list[SigningKey]:
        """Return the root keys that are in the folder.

        Raises:
            Refused: Fewer than two are there, or the passphrase is wrong.
        """
        try:
            paths = sorted(self.folder.glob("root-*.pem"))
            keys = [SigningKey.load(path, self.passphrase) for path in paths]
        except BadData as error:
            raise Refused(f"根密钥打不开：{error}") from error
        if len(keys) < 2:
            raise Refused(f"{self.folder} 中应有至少两把根密钥（root-1.pem 等）")
        return keys


def found_county(hosts: tuple[str, ...], offline: Offline, now: datetime) -> None:
    """Make everything that a county needs before it can serve.

    Args:
        hosts: Names and addresses under which boxes reach the server.
        offline: Where the keys that leave the server go; the folder must be empty or new.
        now: Wall time.

    Raises:
        Refused: A county is there already, or the offline folder holds keys.
        OSError: A folder cannot be written.
    """
    if Repository(published_folder()).is_initialised():
        raise Refused(f"{data_folder()} 已经初始化过")
    if any(offline.folder.glob("*.pem")):
        raise Refused(f"{offline.folder} 中已有密钥，请换一个空文件夹")
    for folder, mode in ((keys_folder(), 0o700), (offline.folder, 0o700)):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    for folder in (published_folder(), uploads_folder(), work_folder(), _trust_folder()):
        folder.mkdir(parents=True, exist_ok=True)
    write_durably(keys_folder() / "session-secret", secrets.token_hex(32).encode(), mode=0o600)
    call_command("migrate", verbosity=0, skip_checks=True)
    _make_authority(hosts, offline, now)
    _first_publication(offline, now)
    publish(now=now)


def renew_certificate(hosts: tuple[str, ...], offline: Offline, now: datetime) -> None:
    """Make a new server certificate for these names and addresses; it is used after a restart.

    Raises:
        Refused: The authority's key is not in the folder or the passphrase is wrong.
    """
    try:
        key_pem = (offline.folder / AUTHORITY_KEY).read_bytes()
        authority_pem = (_trust_folder() / "authority.pem").read_bytes()
        authority = load_authority(authority_pem, key_pem, offline.passphrase)
    except (OSError, ValueError, TypeError) as error:
        raise Refused(f"CA 密钥打不开：{error}") from error
    server = certify_server(authority, hosts, now)
    write_durably(keys_folder() / "server-key.pem", server.key_pem(), mode=0o600)
    write_durably(keys_folder() / "server.pem", server.certificate_pem())


def seat_reviewers(offline: Offline, now: datetime) -> None:
    """Publish the keys of all reviewers in the database as those whose signatures count.

    Raises:
        Refused: The root keys cannot be opened, or are not this county's.
    """
    with publish_lock():
        repository = Repository(published_folder())
        root = metadata.parse(repository.root(), roles.ROOT, Root).signed
        online = SigningKey.load(keys_folder() / "online.pem")
        holders = ceremony.KeyHolders(
            root=tuple(_public(root, keyid) for keyid in root.roles[roles.ROOT].keyids),
            reviewers=_seats(),
            online=online.public_bytes,
        )
        targets = ceremony.delegations(holders, now, above=repository.version(roles.TARGETS))
        targets = _signed(targets, offline.root_keys())
        if lack := repository.lacks(roles.TARGETS, targets):
            raise Refused(f"这些根密钥不属于本县：{lack}")
        repository.publish(signed={roles.TARGETS: targets}, online=online, now=now)


def trust_files() -> dict[str, Path]:
    """Return what the installer of a box carries: ``root.json`` and ``authority.pem``."""
    return {name: _trust_folder() / name for name in ("root.json", "authority.pem")}


def _make_authority(hosts: tuple[str, ...], offline: Offline, now: datetime) -> None:
    authority = make_authority(county_name(), now)
    write_durably(offline.folder / AUTHORITY_KEY, authority.key_pem(offline.passphrase), mode=0o600)
    write_durably(_trust_folder() / "authority.pem", authority.certificate_pem())
    renew_certificate(hosts, offline, now)


def _first_publication(offline: Offline, now: datetime) -> None:
    online = load_or_generate(keys_folder() / "online.pem")
    root_keys = [SigningKey.generate() for _ in range(ROOT_KEYS)]
    for number, key in enumerate(root_keys, 1):
        key.save(offline.folder / f"root-{number}.pem", offline.passphrase or None)
    holders = ceremony.KeyHolders(
        root=tuple(key.public_bytes for key in root_keys), reviewers=_seats(), online=online.public_bytes
    )
    root = _signed(ceremony.first_root(holders, now), root_keys)
    targets = _signed(ceremony.delegations(holders, now), root_keys)
    Repository.initialise(published_folder(), root=root, targets=targets, online=online, now=now)
    write_durably(_trust_folder() / "root.json", root)


def _seats() -> tuple[bytes, ...]:
    keys = [bytes.fromhex(row.public_key) for row in ReviewerKey.objects.filter(person__is_active=True)]
    vacant = [SigningKey.generate().public_bytes for _ in range(2 - len(keys))]
    return (*keys, *vacant)


def _signed(data: bytes, keys: list[SigningKey]) -> bytes:
    for key in keys:
        data = metadata.sign(data, key)
    return data


def _public(root: Root, keyid: str) -> bytes:
    return bytes.fromhex(str(root.keys[keyid].keyval["public"]))


def _trust_folder() -> Path:
    return data_folder() / "trust"
