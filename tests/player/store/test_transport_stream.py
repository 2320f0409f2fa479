"""How long a transport stream lasts is read from its ends, whatever a power cut left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from player.store.transport_stream import PACKET_BYTES, clock_ms, length_ms


def packet(clock: int | None = None) -> bytes:
    """A packet with or without a clock, in units of 1/90 ms."""
    if clock is None:
        return bytes([0x47, 0x01, 0x00, 0x10]) + bytes(PACKET_BYTES - 4)
    clock %= 1 << 33
    told = [clock >> 25 & 255, clock >> 17 & 255, clock >> 9 & 255, clock >> 1 & 255, (clock & 1) << 7, 0]
    return bytes([0x47, 0x01, 0x00, 0x20, 183, 0x10, *told]) + b"\xff" * (PACKET_BYTES - 12)


def film(*parts: bytes) -> bytes:
    return b"".join(parts)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "film.ts"
    path.write_bytes(data)
    return path


def test_it_lasts_from_its_first_clock_to_its_last(tmp_path: Path) -> None:
    data = film(packet(), packet(90_000), packet(), packet(180_000), packet(), packet(90_000 * 61), packet())
    assert length_ms(written(tmp_path, data)) == 60_000


def test_what_the_power_cut_left_at_the_end_is_passed_over(tmp_path: Path) -> None:
    sound = film(packet(0), packet(), packet(90_000 * 7), packet())
    for torn in (packet(5)[:100], bytes(200_000), bytes(3 << 20), b"\xff" * 9_999):
        assert length_ms(written(tmp_path, sound + torn)) == 7_000


def test_a_clock_that_begins_anew_after_a_day_goes_on(tmp_path: Path) -> None:
    end = 1 << 33
    assert length_ms(written(tmp_path, film(packet(end - 90_000), packet(end + 90_000 * 3)))) == 4_000


@pytest.mark.parametrize("data", [b"", b"G", bytes(5_000), os.urandom(1), packet(), packet() * 50, packet(7)])
def test_what_shows_nothing_has_no_length(tmp_path: Path, data: bytes) -> None:
    assert length_ms(written(tmp_path, data)) == 0


def test_a_packet_that_is_none_tells_no_clock() -> None:
    assert clock_ms(b"\0" + packet(90)[1:]) is None
    assert clock_ms(packet(90)) == 1
