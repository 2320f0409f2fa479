"""Kills: lets something begin, waits for the victim's moment, and ends it by SIGKILL. Used by `stories`."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.cuts.moments import After, AtCall, Moment, Victim
from tests.cuts.place import Place
from tests.cuts.watch import FileWatch

COMES_S = 6.0  # so long a worker may need to come, once it has been asked for
PROGRAM_S = 4.0


def kill(place: Place, victim: Victim, moment: Moment, begin: Callable[[], object]) -> bool:
    """Kill a victim at its moment; return whether it came: a worker may have been done before.

    Args:
        place: Where.
        victim: Whom; of workers the one that comes next.
        moment: When.
        begin: What makes the victim work: a key, a start, or nothing.
    """
    trap = place.traps / f"{victim}.json"
    trap.with_suffix(".fired").unlink(missing_ok=True)
    if isinstance(moment, AtCall):
        moment.set(place.traps, victim)
    try:
        with FileWatch(_folders(place)) as watch:
            begin()
            if isinstance(moment, AtCall):
                return _trapped(place, victim, trap)
            if victim in ("player", "county"):
                return _program(place, victim, moment, watch)
            return _worker(place, victim, moment, watch)
    finally:
        for left in (trap, trap.with_suffix(".armed")):
            left.unlink(missing_ok=True)


def _folders(place: Place) -> list[Path]:
    box = place.folders
    medias = (box.store / "media").glob("*")
    return [box.root, box.generations, box.store / "partial", *medias, place.county_data, place.database_folder]


def _trapped(place: Place, victim: Victim, trap: Path) -> bool:
    """Wait until the trap has done its work, or its program is done without."""
    fired, until = trap.with_suffix(".fired"), time.monotonic() + COMES_S
    while not fired.exists() and time.monotonic() < until:
        if not trap.exists() and victim not in (*place.children().values(), "player"):
            break  # it has come and gone
        time.sleep(0.005)
    if victim == "player" and fired.exists():
        place.box.wait_for_end(5)
    return fired.exists()


def _program(place: Place, victim: Victim, moment: Moment, watch: FileWatch) -> bool:
    _wait(moment, watch, PROGRAM_S)  # if it does not come, later is as good
    (place.box if victim == "player" else place.county).kill()
    return True


def _worker(place: Place, victim: Victim, moment: Moment, watch: FileWatch) -> bool:
    pid, until = None, time.monotonic() + COMES_S
    while pid is None and time.monotonic() < until:
        pid = next((pid for pid, kind in place.children().items() if kind == victim), None)
        time.sleep(0.003)
    if pid is None or not _wait(moment, watch, COMES_S):
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _wait(moment: Moment, watch: FileWatch, seconds: float) -> bool:
    if isinstance(moment, After):
        time.sleep(moment.seconds)
        return True
    return not isinstance(moment, AtCall) and watch.wait(moment.name, moment.nth, seconds)
