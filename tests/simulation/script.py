"""What goes wrong in a life, and what people do: a list drawn from the seed before the life begins.

Each fault stands for itself, so that a failing life can be told again without any of them (`shrink`). A fault is a
moment, a kind, and a seed for what the kind still has to choose; kinds are drawn apart, so a new one does not change
the others. `mishaps` says what each kind does. A *name* such as ``17/12.5:3,40-42`` is a life: seed, days, and the
numbers of the faults that are kept; without a part, all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from random import Random
from typing import NamedTuple

from .agenda import DAY_MS

LONGEST_DAYS = 60  # of one life

EVERY_DAYS: dict[str, float] = {  # of a life with the usual trouble
    # power and service
    "power cut": 5,
    "power cut between effects": 7,
    "power cut while the journal is written": 9,
    "power cut while a sign-off is written": 15,
    "power cut while bytes come": 9,
    "power cut while the county is asked": 12,
    "power cut just after a start": 15,
    "service restarted": 12,
    # the line and the county's server
    "line down": 1.5,
    "log-in page on the line": 10,
    "line stalls": 4,
    "connection reset": 2,
    "county restarts": 6,
    "acknowledgement lost": 4,
    "request sent twice": 8,
    "old envelope comes again": 15,
    "county restored from backup": 15,
    "stale mirror": 10,
    "tampered metadata": 10,
    # what the county decides
    "stop order": 8,
    "stop order lifted": 15,
    "session cancelled": 12,
    "session moved": 12,
    "session at short notice": 12,
    "order granted": 15,
    "windows changed": 25,
    "box stopped": 120,
    # the clock
    "clock set wrong": 9,
    # the disk
    "disk fails": 10,
    "disk full": 12,
    "disk read-only": 40,
    "disk slow": 8,
    "a chunk rots": 6,
    "nothing can be removed": 15,
    # the picture
    "child dies": 4,
    "picture freezes": 4,
    "opening never ends": 12,
    "late word of the picture": 4,
    # people
    "keys without purpose": 2.5,
    "keys of two remotes": 6,
    "held key": 6,
    "telephone": 6,
    "clerk asks for news": 6,
    "clerk brings a stick": 9,
    "county rings about a course": 15,
    "a session is planned": 8,
    "an own session is cancelled": 20,
    "a count is corrected": 8,
    "a session is made up": 10,
    "a course is ordered": 12,
    "a course is watched": 5,
    "a course is kept": 12,
    "a course is deleted": 12,
    "the box checks itself": 15,
    "settings are changed": 10,
    "somebody plans a recording": 4,
    "somebody looks at the recordings": 5,
}


class Fault(NamedTuple):
    """Something that happens at a moment, in ms since the life began."""

    at_ms: int
    kind: str
    seed: int


class Name(NamedTuple):
    """A life that can be told again: ``kept`` are the numbers of the faults that happen, None for all."""

    seed: int
    days: float = LONGEST_DAYS
    kept: tuple[int, ...] | None = None

    def __str__(self) -> str:
        days = "" if self.days == LONGEST_DAYS else f"/{self.days:g}"
        return f"{self.seed}{days}" + ("" if self.kept is None else f":{_spans(self.kept) or 'none'}")


def draw(seed: int, trouble: float) -> tuple[Fault, ...]:
    """Return all faults of the longest life in order; a shorter one has the first of them.

    Args:
        seed: The life's.
        trouble: 1 is usual, 0.1 is a calm life.
    """
    faults = []
    for kind, days in EVERY_DAYS.items():
        chance = Random(f"{seed}/{kind}")
        at = chance.expovariate(trouble / days)
        while at < LONGEST_DAYS:
            faults.append(Fault(int(at * DAY_MS), kind, chance.getrandbits(32)))
            at += chance.expovariate(trouble / days)
    return tuple(sorted(faults))


def kept(faults: Iterable[Fault], name: Name) -> list[tuple[int, Fault]]:
    """Return the faults of a named life, each with its number."""
    chosen = None if name.kept is None else frozenset(name.kept)
    return [
        (number, fault)
        for number, fault in enumerate(faults)
        if fault.at_ms < name.days * DAY_MS and (chosen is None or number in chosen)
    ]


def parse(text: str) -> Name:
    """Read the name of a life.

    Raises:
        ValueError: It is none; says what one looks like.
    """
    life, colon, numbers = text.partition(":")
    seed, _, days = life.partition("/")
    try:
        chosen = tuple(_numbers(numbers)) if colon else None
        return Name(int(seed), float(days or LONGEST_DAYS), chosen)
    except ValueError as error:
        raise ValueError(f"{text!r} is no life; one is named such as 17, 17/12.5 or 17/12.5:3,40-42") from error


def _numbers(text: str) -> Iterable[int]:
    for part in text.split(",") if text != "none" else ():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _spans(numbers: Iterable[int]) -> str:
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    spans = [[number for _, number in run] for _, run in runs]
    return ",".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
