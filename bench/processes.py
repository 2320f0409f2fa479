"""What processes cost: memory as PSS, time on the processor."""

from __future__ import annotations

import os
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    members = [pid]
    for child in _children(pid):
        members += family(child)
    return members


def pss_megabytes(pids: list[int]) -> float:
    """Return the proportional set size of some processes together, in MB (10⁶ bytes)."""
    return sum(_pss_kilobytes(pid) for pid in pids) * 1024 / 1e6


def cpu_percent(pids: list[int], seconds: float) -> float:
    """Watch some processes for a while and return what they used of one core, in percent."""
    before = sum(_cpu_ticks(pid) for pid in pids)
    start = time.monotonic()
    time.sleep(seconds)
    used = (sum(_cpu_ticks(pid) for pid in pids) - before) / TICKS_PER_SECOND
    return 100 * used / (time.monotonic() - start)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _pss_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
