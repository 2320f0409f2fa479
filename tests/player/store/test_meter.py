from __future__ import annotations

from pathlib import Path

from player.store.meter import Meter, counted, month_of
from player.store.names import StoreNames


def test_a_month_begins_at_midnight_in_its_zone() -> None:
    last_of_august = 1_788_192_000_000 - 1
    assert month_of(last_of_august, 480) == "2026-08"
    assert month_of(last_of_august + 1, 480) == "2026-09"
    assert month_of(last_of_august + 1, 0) == "2026-08"


def test_a_broken_number_counts_from_nothing_and_an_unknown_month_not_at_all(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    assert counted(names) == ((0, 0), 0)
    (tmp_path / "fetched").mkdir()
    (tmp_path / "fetched" / "2026-11").write_bytes(b"rubbish")
    (tmp_path / "fetched" / "readme").write_bytes(b"999999")
    for month, added in (("2026-11", 5), ("", 100), ("../x", 100), ("2026-11", 7)):
        meter = Meter(names, month)
        meter.add(added)
        meter.close()
    assert counted(names) == ((2026, 11), 12)
