import gzip
import random
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.entries import BLOB_DIGITS, Play
from playlists.envelope import ENTRIES_LIMIT, OPEN_LIMIT_BYTES, Envelope, open_envelope, seal
from playlists.errors import BadData, UntrustedData
from playlists.journal import encode_entry, make_entry
from playlists.keys import SigningKey
from tests.playlists import samples

KEY, STRANGER = SigningKey.generate(), SigningKey.generate()


def envelope(length: int = 3) -> Envelope:
    rows = samples.chain(length, KEY.fingerprint)
    return Envelope(KEY.fingerprint, tuple(row.data for row in rows), rows[-1].hash)


def known(fingerprint: str) -> bytes | None:
    return KEY.public_bytes if fingerprint == KEY.fingerprint else None


def forged(payload: object, key: SigningKey = KEY) -> bytes:
    data = msgspec.msgpack.encode(payload)
    return gzip.compress(msgspec.msgpack.encode([data, key.sign(data)]))


def test_an_envelope_brings_the_very_bytes_that_were_hashed() -> None:
    assert open_envelope(seal(envelope(), KEY), known) == envelope()


@pytest.mark.parametrize(
    "odd",
    [b"", b"\xc1", b"\x91\xc1", b"\x93\x01", b"\xc4\x01a", b"\xa1a", b"\x90\x90", msgspec.msgpack.encode(bytes(300))],
)
def test_what_is_no_entry_at_all_comes_as_it_was_and_spoils_nothing_beside_it(odd: bytes) -> None:
    sent = Envelope(KEY.fingerprint, (b"\x91\x01", odd, b"\x90"), bytes(32))
    assert open_envelope(seal(sent, KEY), known) == sent


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_come_as_they_were(entries: list[bytes]) -> None:
    sent = Envelope(KEY.fingerprint, tuple(entries), bytes(32))
    assert open_envelope(seal(sent, KEY), known) == sent


def test_the_same_envelope_is_sealed_into_the_same_bytes() -> None:
    assert seal(envelope(), KEY) == seal(envelope(), KEY)


def test_a_stranger_and_a_wrong_signature_are_refused() -> None:
    for sealed in (
        seal(replace(envelope(), fingerprint=STRANGER.fingerprint), STRANGER),
        seal(envelope(), STRANGER),
    ):
        with pytest.raises(UntrustedData):
            open_envelope(sealed, known)


@given(st.integers(0, 1 << 20), st.integers(0, 7))
def test_no_flipped_bit_gets_through(place: int, bit: int) -> None:
    content = bytearray(gzip.decompress(seal(envelope(), KEY)))
    content[place % len(content)] ^= 1 << bit
    with pytest.raises(BadData):
        open_envelope(gzip.compress(content), known)


def test_every_truncation_is_refused() -> None:
    sealed = seal(envelope(), KEY)
    for length in range(len(sealed)):
        with pytest.raises(BadData):
            open_envelope(sealed[:length], known)


def test_a_gzip_bomb_is_not_unpacked() -> None:
    with pytest.raises(BadData, match="unpacks to more"):
        open_envelope(gzip.compress(bytes(OPEN_LIMIT_BYTES + 1)), known)


@pytest.mark.parametrize(
    "sealed", [b"", b"x" * ((1 << 20) + 1), b"<html>", gzip.compress(b""), gzip.compress(b"\x91" * 9999)]
)
def test_what_is_no_envelope_is_refused(sealed: bytes) -> None:
    with pytest.raises(BadData):
        open_envelope(sealed, known)


def test_something_after_the_end_is_refused() -> None:
    with pytest.raises(BadData, match="after its end"):
        open_envelope(seal(envelope(), KEY) + b"more", known)


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ([2, KEY.fingerprint, [], bytes(32)], "format"),
        ([1, KEY.fingerprint, [], bytes(31)], "head"),
        ([1, KEY.fingerprint, [1] * (ENTRIES_LIMIT + 1), bytes(32)], "entries"),
        ([1, 7, [], bytes(32)], ""),
    ],
)
def test_a_signed_envelope_still_has_to_be_in_form(payload: list[object], field: str) -> None:
    with pytest.raises(BadData) as caught:
        open_envelope(forged(payload), known)
    assert caught.value.field == field


def plays(distinct: int) -> Envelope:
    chance, entries = random.Random(1), []
    wall_ms, monotonic_ms = 1_772_000_000_000, 5_000_000
    for seq in range(1, 51):
        film = chance.randrange(distinct)
        duration_ms = 1_800_000 + film * 13_337
        wall_ms += chance.randrange(100, 90_000_000)
        monotonic_ms += duration_ms + chance.randrange(1000)
        paused_ms = chance.choice([0, 0, 0, chance.randrange(100_000)])
        body = Play(
            course=f"county-2026-{film // 3:04}",
            lesson=f"lesson-{film % 3}",
            blob=samples.digest(f"{film}")[:BLOB_DIGITS],
            height=480,
            why="session",
            session=f"spring-{seq // 12}@2026-03-{seq // 3 + 1:02}T19:30",
            started_wall_ms=wall_ms,
            segments=((0, duration_ms),),
            paused_ms=paused_ms,
            pauses=int(paused_ms > 0),
            ended="finished",
        )
        wall_ms += duration_ms + paused_ms
        made = make_entry(body, seq=seq, boot=9, monotonic_ms=monotonic_ms, wall_ms=wall_ms, trust="trusted")
        entries.append(encode_entry(made))
    return Envelope(KEY.fingerprint, tuple(entries), bytes(32))


@pytest.mark.parametrize("distinct", [10, 35])
def test_a_play_in_a_batch_of_50_costs_at_most_45_bytes(distinct: int) -> None:
    assert len(seal(plays(distinct), KEY)) / 50 <= 45
