from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from player.core.facts import Spent
from player.store.meter import Meter, spent
from player.store.names import StoreNames


def count(names: StoreNames, month: str, *added: int) -> Spent:
    meter = Meter(names, lambda: month)
    for length in added:
        total = meter.add("session", length)
    meter.close()
    return total


def test_what_a_month_has_cost_is_kept_by_purpose(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    assert spent(names) == Spent()
    meter = Meter(names, lambda: "2026-11")
    meter.add("session", 5)
    meter.add("documents", 700)
    assert meter.add("session", 6) == spent(names) == Spent((2026, 11), {"session": 11, "documents": 700})
    assert spent(names).total_bytes == 711
    meter.close()


def test_a_broken_file_counts_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "fetched").mkdir()
    (tmp_path / "fetched" / "2026-11").write_bytes(b"\xffrubbish" * 99)
    (tmp_path / "fetched" / "readme").write_bytes(b"999999")
    assert count(StoreNames(tmp_path), "2026-11", 5).total_bytes == 5
    assert spent(StoreNames(tmp_path)) == Spent((2026, 11), {"session": 5})


def test_without_a_known_month_the_newest_one_pays_and_the_first_known_one_takes_over(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    assert count(names, "", 7) == Spent((0, 0), {"session": 7})
    assert count(names, "2026-11", 5) == Spent((2026, 11), {"session": 12})
    assert count(names, "../x", 100) == Spent((2026, 11), {"session": 112})
    assert spent(names, "2026-12") == Spent((2026, 12))


def test_a_meter_turns_over_with_the_month_and_keeps_the_one_before(tmp_path: Path) -> None:
    names = StoreNames(tmp_path)
    months = iter(["2026-10", "2026-11", "2026-11", "2026-12"])
    meter = Meter(names, lambda: next(months))
    totals = [meter.add("stock", length).total_bytes for length in (1, 2, 3, 4)]
    meter.close()
    assert totals == [1, 2, 5, 4]
    assert sorted(path.name for path in (tmp_path / "fetched").iterdir()) == ["2026-11", "2026-12"]


def test_workers_that_count_at_once_lose_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from player.store.meter import Meter; "
        "from player.store.names import StoreNames; meter = Meter(StoreNames(Path(sys.argv[1])), lambda: '2026-11'); "
        "[meter.add('session', 1) for _ in range(500)]"
    )
    workers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert spent(StoreNames(tmp_path)).total_bytes == 1500
