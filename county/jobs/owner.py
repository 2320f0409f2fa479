"""Naming a process so that another one can tell whether it still lives, even when its pid was used again."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def _started_ticks(pid: int) -> str | None:
    """Return when a process started, in the kernel's clock ticks; None if it is gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if after_name[0] == "Z" else after_name[19]


def this_process() -> str:
    """Return the name under which this process holds leases."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started_ticks(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Return whether a process of this machine has surely ended; of another machine nothing is known."""
    host, _, rest = owner.partition("/")
    pid, _, ticks = rest.partition("/")
    return host == socket.gethostname() and pid.isdigit() and _started_ticks(int(pid)) != ticks
