"""The ring stays within its bounds, loses the oldest first, and a reader goes on as it grows."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from player.workers.live import ring as rings
from player.workers.live.ring import Ring

BLOCK = 188 * 10


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ring:
    monkeypatch.setattr(rings, "SEGMENT_S", 0.0)  # each block a segment
    return Ring(tmp_path / "ring", 5 * BLOCK, 0)


def block(number: int) -> bytes:
    return bytes([number]) * BLOCK


def on_the_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "ring").iterdir())


def read(ring: Ring, behind_ms: int, length: int) -> bytes:
    found = b""
    for part in ring.read(behind_ms):
        found += part
        if len(found) >= length:
            break
    return found


def test_it_never_takes_more_than_its_limit_and_a_segment(ring: Ring, tmp_path: Path) -> None:
    for number in range(40):
        ring.write(block(number))
        assert on_the_disk(tmp_path) <= 6 * BLOCK
    assert read(ring, 10**8, BLOCK)[:1] == bytes([35])


def test_a_reader_gets_what_was_kept_and_what_comes(ring: Ring) -> None:
    for number in range(3):
        ring.write(block(number))
    threading.Timer(0.2, lambda: ring.write(block(3))).start()
    assert read(ring, 10**8, 4 * BLOCK) == b"".join(block(number) for number in range(4))


def test_a_reader_that_was_overtaken_goes_on_with_the_oldest_there_is(ring: Ring) -> None:
    ring.write(block(0))
    reader = ring.read(10**8)
    assert next(reader)[:1] == b"\0"
    for number in range(1, 20):
        ring.write(block(number))
    rest = b""
    while len(rest) < 5 * BLOCK:
        rest += next(reader)
    assert rest == b"".join(block(number) for number in range(15, 20))


def test_so_long_ago_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    ring = Ring(tmp_path / "ring", 1 << 20, 0)
    for number in range(10):
        ring.write(block(number))
        now += 2.0
    assert ring.kept_ms() == 20_000
    assert read(ring, 5_000, 1)[:1] == bytes([7])
    assert read(ring, 0, 1)[:1] == bytes([9])
    assert read(ring, 60_000, 1)[:1] == bytes([0])


def test_what_an_earlier_run_left_is_removed_and_nothing_stays(tmp_path: Path) -> None:
    (tmp_path / "ring").mkdir()
    (tmp_path / "ring" / "00000007.ts").write_bytes(b"old")
    ring = Ring(tmp_path / "ring", 1 << 20, 0)
    assert not list((tmp_path / "ring").iterdir())
    ring.write(block(1))
    ring.close()
    assert not (tmp_path / "ring").exists()
    assert list(ring.read(0)) == []


def test_on_a_full_disk_the_ring_is_as_short_as_it_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "SEGMENT_S", 0.0)
    ring = Ring(tmp_path / "ring", 1 << 30, 1 << 60)
    for number in range(10):
        ring.write(block(number))
    assert on_the_disk(tmp_path) <= 2 * BLOCK
