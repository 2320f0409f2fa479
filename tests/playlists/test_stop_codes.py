"""Both ends come to the same eight digits, and nobody else does."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.errors import BadData
from playlists.keys import SigningKey
from playlists.stop_codes import box_secret, county_secret, day_of, stop_code

DAY = "2026-03-04"
seeds = st.binary(min_size=32, max_size=32)


@settings(max_examples=40)
@given(seeds, seeds)
def test_county_and_box_agree_whatever_their_keys(county_seed: bytes, box_seed: bytes) -> None:
    telephone = X25519PrivateKey.from_private_bytes(county_seed)
    box = SigningKey(Ed25519PrivateKey.from_private_bytes(box_seed))
    assert county_secret(telephone, box.public_bytes) == box_secret(box, telephone.public_key().public_bytes_raw())


def test_a_code_is_good_for_one_box_one_course_and_one_day() -> None:
    telephone, box, other = X25519PrivateKey.generate(), SigningKey.generate(), SigningKey.generate()
    mine, neighbours = (county_secret(telephone, one.public_bytes) for one in (box, other))
    codes = {
        stop_code(mine, 128, DAY), stop_code(neighbours, 128, DAY), stop_code(mine, 129, DAY),
        stop_code(mine, 128, "2026-03-05"),
    }  # fmt: skip
    assert len(codes) == 4
    assert all(len(code) == 8 and code.isdigit() for code in codes)


def test_the_digits_of_a_known_secret_never_change() -> None:
    assert stop_code(bytes(range(32)), 128, DAY) == "07328110"


def test_the_digits_of_known_keys_never_change() -> None:
    telephone = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    box = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))).public_key().public_bytes_raw()
    assert stop_code(county_secret(telephone, box), 128, DAY) == "96518115"


def test_the_day_of_a_code_is_found_among_the_days_that_are_tried() -> None:
    secret = bytes(32)
    days = ["2026-03-03", DAY, "2026-03-05"]
    assert day_of(secret, 128, stop_code(secret, 128, DAY), days) == DAY
    assert day_of(secret, 128, stop_code(secret, 128, "2026-03-06"), days) == ""
    assert day_of(secret, 128, "", days) == ""
    assert day_of(secret, 128, "１２３４５６７８", days) == ""


@pytest.mark.parametrize("wrong", [b"", bytes(31), b"\xff" * 32, b"\x01" + bytes(31)])
def test_what_is_no_public_key_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadData):
        county_secret(X25519PrivateKey.generate(), wrong)


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(32)])
def test_a_telephone_key_that_gives_no_secret_is_refused(wrong: bytes) -> None:
    with pytest.raises(BadData):
        box_secret(SigningKey.generate(), wrong)
