"""What stands between the box and the county, as people are told it.

Three ways lead there, and each may know more than the others: published files (sync) come from anywhere, a
mirror too; uploads and binding speak with the county itself. So files that come prove the line and nothing
more, and only the county's own good answer takes back that it refuses this box.

    no line (L01)       nobody could be reached: said by sync alone, which asks regularly
    log-in first (L02)  a web page came instead of data
    refused (X01)       the county understood and said no: a box that is stopped, a key it does not know
"""

from __future__ import annotations

from . import troubles
from .faults import COUNTY_REFUSES, NO_LINE, WRONG_ANSWER
from .turn import Turn


def files_came(turn: Turn) -> None:
    """Published files came, good or bad."""
    for code in (NO_LINE, WRONG_ANSWER):
        troubles.clear(turn, code)


def no_files(turn: Turn, error: str, fault: str) -> None:
    """No published files came; ``fault`` is why."""
    for code in (NO_LINE, WRONG_ANSWER):
        troubles.set_active(turn, code, active=code == fault, detail=error)


def county_answered(turn: Turn) -> None:
    """The county itself did what it was asked."""
    for code in (NO_LINE, WRONG_ANSWER, COUNTY_REFUSES):
        troubles.clear(turn, code)


def county_failed(turn: Turn, error: str, fault: str) -> None:
    """The county itself did not; of a line that is merely down `no_files` tells."""
    if fault:
        troubles.show(turn, fault, error)
