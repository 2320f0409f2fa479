"""What the simulation says: the report of many lives, and one life told again."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from typing import get_args

from player.core.effects import Effect

from .life import Life
from .many import Result
from .rules import TABLES
from .script import Name


def say(words: str) -> None:
    """Say a line at once, also into a pipe."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def report(seed: int, result: Result) -> None:
    """Say what many lives have gone through."""
    rate = result.days / max(result.cpu_s, 1e-9) * 60
    say(f"seed {seed}, {result.days:g} box-days in {result.elapsed_s:.1f} s: {rate:.0f} a minute on one core")
    say(f"{result.steps} steps, {result.entries} journal entries")
    say("injected: " + _counts(result.faults))
    say("met: " + _counts(result.seen))
    say(f"bytes fetched / needed: {result.fetched_bytes / max(1, result.needed_bytes):.4f}")
    for name, table in TABLES.items():
        missing = sorted(
            f"{state.name}/{kind.__name__}" for state, kind in table if (name, state.value, kind) not in result.pairs
        )
        met = len(table) - len(missing)
        say(f"{name}: {met} of {len(table)} (state, event) pairs; not met: {', '.join(missing) or 'none'}")

    never = {one.__name__ for one in get_args(Effect)} - {one.__name__ for one in result.effects}
    say(f"effects: {len(result.effects)} kinds; never asked for: {', '.join(sorted(never)) or 'none'}")


def replay(name: Name) -> int:
    """Live a life again and tell its faults and its last moments; return 1 if it fails."""
    life = Life(name)
    say(f"life {name}: {life.nature}")
    if name.kept is not None:
        for number, fault in life.script:
            say(f"fault {number} on day {fault.at_ms / 86_400_000:.3f}: {fault.kind}")
    try:
        outcome = life.live()
    except Exception:  # noqa: BLE001 - whatever it was, it is told
        for at_ms, what in life.box.history:
            say(f"{at_ms / 1000:.3f}s {what!r:.200}")
        say(traceback.format_exc())
        say(f"broken on day {life.agenda.now / 86_400_000:.3f}, after {life.box.steps} steps")
        return 1
    say(f"nothing was broken in {outcome.days:g} days, {outcome.steps} steps")
    return 0


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counts.items()))
