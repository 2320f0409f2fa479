"""The programme's own rules of counting, as this county applies them; each is a setting of the server.

A figure carries `Rules.name`, so that figures drawn by other rules are known and drawn again; so are those that an
earlier version of this program drew (`DRAWN_BY`).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from county.configuration import Configuration

DRAWN_BY = 2  # one more whenever the same evidence and settings give other figures

Programme = Literal["lesson", "course"]
SameDay = Literal["longest", "every"]
PROGRAMMES: tuple[str, ...] = get_args(Programme)
SAME_DAYS: tuple[str, ...] = get_args(SameDay)


@dataclass(frozen=True)
class Rules:
    """How effective learning time (有效学习时长) is counted.

    Attributes:
        from_ms: A viewing shorter than this is not counted.
        up_to_ms: At most so much is counted of a programme on one day.
        programme: What a programme is: one lesson, or a whole course.
        same_day: Of several viewings of one lesson on one day at a site the ``longest`` counts, or ``every`` one.
        night_until_hour: A play that begins between midnight and this hour is odd.
        zone: The villages' wall time, which says what a day and what a month is.
    """

    from_ms: int = 120_000
    up_to_ms: int = 3_600_000
    programme: Programme = "lesson"
    same_day: SameDay = "longest"
    night_until_hour: int = 5
    zone: str = "Asia/Shanghai"

    @property
    def name(self) -> str:
        """All of it in one word, and by which version of the program."""
        return "/".join(str(value) for value in (DRAWN_BY, *astuple(self)))

    def local(self, moment_ms: int) -> datetime:
        """Return a moment in the villages' wall time."""
        return datetime.fromtimestamp(moment_ms / 1000, ZoneInfo(self.zone))


def rules_of(configuration: Configuration) -> Rules:
    """Return the rules that the configuration sets."""
    return Rules(
        from_ms=configuration.counted_from_s * 1000,
        up_to_ms=configuration.counted_up_to_min * 60_000,
        programme="course" if configuration.programme == "course" else "lesson",
        same_day="every" if configuration.same_day == "every" else "longest",
        night_until_hour=configuration.night_until_hour,
        zone=configuration.time_zone,
    )
