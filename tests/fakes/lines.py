"""Lines of villages, week after week, from a seed: what each five minutes carry. For benches and the simulation.

These weeks are made up; nobody recorded them. Recorded traces of lines last minutes, not weeks, so only the *shape*
within an hour leans on them (how much 3G and fixed lines waver, how much of its time a 3G line is dead); the course of
day and week, evening congestion and outages of hours and days follow what offices and villagers tell. A figure that
rests on these lines says so.

| kind | what it stands for |
| --- | --- |
| ``modem`` | a telephone line: slow and even, engaged by day, dropped every few hours |
| ``adsl`` | fixed line of a township, fast at night, a quarter of that in the evening, a bad day now and then |
| ``3g`` | HSDPA stick on the roof: wavers strongly, dead for an eighth to a third of its time |
| ``satellite`` | receiver and return channel shared with a school: little on school days, rain puts it out |
| ``village`` | the last kilometres of cable or radio: good while it is up, away for hours and at times for days |

A seed is a site: its quiet hours, its share and its luck stay the same over the weeks, the noise does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random

SLOT_S = 300
SLOTS_A_DAY = 24 * 3600 // SLOT_S
SLOTS_A_WEEK = 7 * SLOTS_A_DAY


def line(kind: str, seed: int, weeks: int) -> list[float]:
    """Return the bytes a second of each slot of five minutes, from a Monday 0:00 in the village.

    Args:
        kind: One of `KINDS`.
        seed: The site.
        weeks: How many weeks; a longer line begins with the shorter one.
    """
    site = Random(f"{kind}/{seed}")
    slots = KINDS[kind](site)
    return [max(0.0, next(slots)) for _ in range(weeks * SLOTS_A_WEEK)]


def scaled(slots: list[float], mean_bytes_per_s: float) -> list[float]:
    """Return a line of the same shape that carries this much on average."""
    factor = mean_bytes_per_s * len(slots) / sum(slots)
    return [slot * factor for slot in slots]


def _modem(site: Random) -> Iterator[float]:
    rate, engaged = _bytes(site.uniform(30_000, 46_000)), site.uniform(0.15, 0.4)
    calls = _up_and_down(site, up_hours=(0.5, 5), down_hours=(0.1, 0.4))
    busy = _up_and_down(site, up_hours=(0.4, 0.4 / engaged), down_hours=(0.1, 0.8))
    for hour, _ in _hours():
        up, free = next(calls), next(busy)
        yield rate * site.uniform(0.9, 1.02) * up * (free if 8 <= hour < 20 else 1)


def _adsl(site: Random) -> Iterator[float]:
    rate, evening, peak = _bytes(site.uniform(1e6, 2.5e6)), site.uniform(0.2, 0.4), site.uniform(20, 22)
    up, waver = _up_and_down(site, up_hours=(10, 150), down_hours=(0.2, 2)), _wavering(site, 0.15, slots=3)
    good = _up_and_down(site, up_hours=(60, 300), down_hours=(4, 16))
    for hour, day in _hours():
        crowd = math.exp(-(((hour - peak) / 2.2) ** 2)) * (1.1 if day >= 5 else 1)
        yield rate * (1 - (1 - evening) * min(1, crowd)) * next(waver) * next(up) * (1 if next(good) else 0.2)


def _3g(site: Random) -> Iterator[float]:
    rate, dead, peak = _bytes(site.uniform(0.6e6, 1.6e6)), site.uniform(0.12, 0.32), site.uniform(18, 21)
    up = _up_and_down(site, up_hours=(0.3, 3), down_hours=(0.2 * dead, 6 * dead))
    fast, slow = _wavering(site, 0.45, slots=2), _wavering(site, 0.35, slots=8 * 12)
    for hour, _ in _hours():
        crowd = math.exp(-(((hour - peak) / 4) ** 2))
        yield rate * (1 - 0.55 * crowd) * next(fast) * next(slow) * next(up)


def _satellite(site: Random) -> Iterator[float]:
    rate, school = _bytes(site.uniform(0.5e6, 1e6)), site.uniform(0.1, 0.3)
    dry, waver = _up_and_down(site, up_hours=(30, 160), down_hours=(1, 10)), _wavering(site, 0.2, slots=4)
    for hour, day in _hours():
        share = school if day < 5 and 8 <= hour < 17 else 0.6 if 17 <= hour < 23 else 1
        yield rate * share * next(waver) * (1 if next(dry) else 0.05)


def _village(site: Random) -> Iterator[float]:
    rate, off_at_night = _bytes(site.uniform(0.4e6, 1.2e6)), site.random() < 0.4
    up, waver = _up_and_down(site, up_hours=(3, 36), down_hours=(0.5, 10)), _wavering(site, 0.3, slots=6)
    whole = _up_and_down(site, up_hours=(120, 400), down_hours=(16, 50))
    for hour, _ in _hours():
        power = not (off_at_night and (hour >= 23 or hour < 6))
        yield rate * next(waver) * next(up) * next(whole) * power


KINDS: dict[str, Callable[[Random], Iterator[float]]] = {
    "modem": _modem, "adsl": _adsl, "3g": _3g, "satellite": _satellite, "village": _village,
}  # fmt: skip


def _bytes(bits_per_s: float) -> float:
    return bits_per_s / 8


def _hours() -> Iterator[tuple[float, int]]:
    """Yield hour of the day and day of the week of each slot, for ever."""
    slot = 0
    while True:
        yield slot % SLOTS_A_DAY * 24 / SLOTS_A_DAY, slot // SLOTS_A_DAY % 7
        slot += 1


def _wavering(site: Random, deviation: float, *, slots: int) -> Iterator[float]:
    """Yield factors around 1 that stay alike for about so many slots (log-normal, autoregressive)."""
    stay, at = math.exp(-1 / slots), site.gauss(0, deviation)
    while True:
        yield math.exp(at - deviation**2 / 2)
        at = stay * at + math.sqrt(1 - stay**2) * site.gauss(0, deviation)


def _up_and_down(site: Random, *, up_hours: tuple[float, float], down_hours: tuple[float, float]) -> Iterator[int]:
    """Yield 1 while it is up and 0 while it is down; each lasts as long as chance says, short times more often."""
    up = site.random() < 0.8
    while True:
        least, most = up_hours if up else down_hours
        hours = math.exp(site.uniform(math.log(least), math.log(most)))
        yield from [int(up)] * max(1, round(hours * 3600 / SLOT_S))
        up = not up
