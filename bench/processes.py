"""What processes cost: memory as PSS, time on the processor."""

from __future__ import annotations

import os
import time
from contextlib import suppress
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


def cpu_percent(pid: int, seconds: float, *, with_ended: bool = False) -> float:
    """Watch a process and its descendants for a while and return what they used of one core, in percent.

    ``with_ended`` counts descendants that end meanwhile too: the kernel charges their parent for them.
    """
    members = family(pid)
    before, start = sum(_cpu_ticks(one, with_ended) for one in members), time.monotonic()
    time.sleep(seconds)
    used = sum(_cpu_ticks(one, with_ended) for one in members) - before
    return 100 * max(0, used) / TICKS_PER_SECOND / (time.monotonic() - start)


def cpu_seconds(pid: int) -> float:
    """Return the time on the processor that a process and its descendants, also those that ended, have used so far."""
    return sum(_cpu_ticks(one, with_ended=True) for one in family(pid)) / TICKS_PER_SECOND


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found += [int(child) for child in task.read_text().split()]
    return found


def _pss_kilobytes(pid: int) -> int:
    with suppress(OSError):  # the process has ended
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _cpu_ticks(pid: int, with_ended: bool) -> int:
    """Return user and system time of a process, with that of its ended children or not (proc(5), fields 14 to 17)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(field) for field in fields[11 : 15 if with_ended else 13])
