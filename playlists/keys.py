"""Ed25519 keys: of boxes (journal envelopes), of reviewers and root holders, and the county's online key.

Rules: a private key on disk is PKCS #8 in PEM, mode 0600, encrypted under a passphrase where a person uses
it; a public key travels as its 32 raw bytes (RFC 8032) or their hex. Callers: the county, the box's
workers; never the player process itself, which needs no cryptography.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from playlists.errors import BadData, UntrustedData
from playlists.files import write_durably


class WrongPassphrase(BadData):
    """A key is encrypted and this passphrase does not open it, or none was given."""


def fingerprint(public_key: bytes) -> str:
    """Return the short name of a public key, a box's id: 32 hex digits of the SHA-256 of its raw bytes."""
    return hashlib.sha256(public_key).hexdigest()[:32]


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key pair."""

    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a new key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes, where: str, passphrase: str | None = None) -> SigningKey:
        """Read a key; ``where`` names it in errors.

        Raises:
            WrongPassphrase: It is encrypted and the passphrase is wrong or missing.
            BadData: It is no Ed25519 key.
        """
        return cls(_private_key(pem, where, passphrase))

    @classmethod
    def load(cls, path: Path, passphrase: str | None = None) -> SigningKey:
        """Read a key file.

        Raises:
            OSError: The file cannot be read.
            WrongPassphrase: It is encrypted and the passphrase is wrong or missing.
            BadData: It is no Ed25519 key.
        """
        return cls.from_pem(path.read_bytes(), str(path), passphrase)

    def to_pem(self, passphrase: str | None = None) -> bytes:
        """Return the key as PKCS #8 in PEM, encrypted if a passphrase is given."""
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase is not None:
            encryption = serialization.BestAvailableEncryption(passphrase.encode())
        return self.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)

    def save(self, path: Path, passphrase: str | None = None) -> None:
        """Write the key durably, readable by its owner only.

        Raises:
            OSError: It cannot be written.
        """
        write_durably(path, self.to_pem(passphrase), mode=0o600)

    @property
    def public_bytes(self) -> bytes:
        """The raw 32 bytes of the public key."""
        return self.private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """The short name of the public key."""
        return fingerprint(self.public_bytes)

    def sign(self, payload: bytes) -> bytes:
        """Return the 64 bytes of signature over the payload."""
        return self.private.sign(payload)


def load_or_generate(path: Path) -> SigningKey:
    """Return the key at ``path``; make it on first use. For keys without a passphrase only.

    Raises:
        OSError: It can be neither read nor written.
        BadData: What lies there is no Ed25519 key.
    """
    if path.exists():
        return SigningKey.load(path)
    os.makedirs(path.parent, mode=0o700, exist_ok=True)  # noqa: PTH103 - Path.mkdir ignores mode for parents too
    key = SigningKey.generate()
    key.save(path)
    return key


def verify(public_key: bytes, signature: bytes, payload: bytes, where: str) -> None:
    """Check a signature.

    Raises:
        UntrustedData: It was not made by this key over these bytes.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, payload)
    except (InvalidSignature, ValueError) as error:
        raise UntrustedData(where, "", f"is not signed by {fingerprint(public_key)}") from error


def _private_key(pem: bytes, where: str, passphrase: str | None) -> Ed25519PrivateKey:
    password = passphrase.encode() if passphrase else None
    if b"ENCRYPTED" not in pem:
        password = None  # cryptography refuses a password for a key that needs none
    elif password is None:
        raise WrongPassphrase(where, "", "the key is encrypted: its passphrase is needed")
    try:
        key = serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if password is not None:
            raise WrongPassphrase(where, "", "the passphrase does not open this key") from error
        raise BadData(where, "", "is no private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadData(where, "", "is a key of another kind; Ed25519 is needed")
    return key
