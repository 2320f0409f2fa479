"""What a site is like for the whole of a life: its line, its clock, its disk, how the county plans for it. By seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from playlists.documents import Caps, Window
from tests.fakes.lines import KINDS

MEGABYTE = 1 << 20
NIGHTS = (Window(start="20:00", end="08:00"),)
SCHOOL_FREE = (
    Window(days=(0, 1, 2, 3, 4), start="17:30", end="07:30"),
    Window(days=(5, 6), start="00:00", end="00:00"),
)


@dataclass(frozen=True)
class Nature:
    """A site.

    Args:
        trouble: How often things go wrong there; 1 is usual.
        line: Kind and number of its line (`tests.fakes.lines`).
        battery: Whether its clock goes on without power.
        zone_wrong: The battery clock holds local time and is read as UTC.
        drift_ppm: How fast its clock runs wrong.
        network_time: Whether chrony finds a server, and the machine begins with the time of its last shutdown.
        quota_bytes: Room for films.
        windows: When the line may be used, at first.
        caps: Limits of the line.
        upload_minutes: The county's wish.
        every_days: How often there is a session, on average.
        announced_days: How long before its minute a session is announced at most; 0: all are known from the beginning.
    """

    trouble: float
    line: tuple[str, int]
    battery: bool
    zone_wrong: bool
    drift_ppm: int
    network_time: bool
    quota_bytes: int
    windows: tuple[Window, ...]
    caps: Caps
    upload_minutes: int
    every_days: float
    announced_days: float


def draw(seed: int) -> Nature:
    """Return the site of a seed."""
    chance = Random(f"{seed}/nature")
    kind = chance.choice(sorted(KINDS))
    slow = kind == "modem"
    return Nature(
        trouble=chance.choice((0.1, 0.5, 1, 1, 2)),
        line=(kind, chance.randrange(3)),
        battery=chance.random() < 0.5,
        zone_wrong=chance.random() < 0.15,
        drift_ppm=chance.choice((0, 5, 20, -60)),
        network_time=chance.random() < 0.4,
        quota_bytes=chance.choice((300, 500, 1_500)) * MEGABYTE,
        windows=chance.choice(((), (), (), NIGHTS, SCHOOL_FREE)),
        caps=Caps(
            bits_per_second=chance.choice((None, None, None, 400_000)) if not slow else None,
            monthly_bytes=chance.choice((None, None, None, None, 2_000 * MEGABYTE)),
        ),
        upload_minutes=chance.choice((15, 60, 60, 240)),
        every_days=chance.choice((0.7, 1.5, 3, 10)),
        announced_days=chance.choice((0, 0, 10, 3, 1)),
    )
