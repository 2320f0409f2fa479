import re
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey, WrongPassphrase, fingerprint, load_or_generate, verify


def test_a_fingerprint_is_32_hex_digits_and_fit_for_an_identifier() -> None:
    found = SigningKey.generate().fingerprint
    assert re.fullmatch("[0-9a-f]{32}", found)


def test_the_fingerprint_of_a_key_never_changes() -> None:
    assert fingerprint(bytes(32)) == "66687aadf862bd776c8fc18b8e9f8e20"


def test_a_key_is_kept_for_its_owner_only_and_comes_back(tmp_path: Path) -> None:
    key = SigningKey.generate()
    key.save(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert SigningKey.load(tmp_path / "key.pem").public_bytes == key.public_bytes


def test_a_key_under_a_passphrase_opens_with_it_alone(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "reviewer.pem"
    key.save(path, "雨水 2026")
    assert SigningKey.load(path, "雨水 2026").public_bytes == key.public_bytes
    for wrong in ("", None, "spring"):
        with pytest.raises(WrongPassphrase):
            SigningKey.load(path, wrong)


def test_a_passphrase_for_a_key_without_one_does_no_harm(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "key.pem"
    key.save(path)
    assert SigningKey.load(path, "not needed").public_bytes == key.public_bytes


@pytest.mark.parametrize("pem", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_by_name(pem: bytes) -> None:
    with pytest.raises(BadData, match=r"box\.pem"):
        SigningKey.from_pem(pem, "box.pem")


def test_a_key_of_another_kind_is_refused() -> None:
    private = x25519.X25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(BadData, match="Ed25519"):
        SigningKey.from_pem(pem, "box.pem")


def test_a_signature_counts_for_its_key_and_its_bytes_only() -> None:
    key, other = SigningKey.generate(), SigningKey.generate()
    signature = key.sign(b"payload")
    verify(key.public_bytes, signature, b"payload", "test")
    for public, sign, payload in [
        (other.public_bytes, signature, b"payload"),
        (key.public_bytes, signature, b"Payload"),
        (key.public_bytes, signature[:-1], b"payload"),
        (b"short", signature, b"payload"),
    ]:
        with pytest.raises(UntrustedData):
            verify(public, sign, payload, "test")


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = load_or_generate(tmp_path / "keys" / "box.pem")
    assert load_or_generate(tmp_path / "keys" / "box.pem").public_bytes == first.public_bytes
