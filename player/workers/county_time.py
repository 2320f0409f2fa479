"""Hearing the county's time: asked only by a box that wants it, told to the player as soon as it is known.

The answer is said as a message of its own, so that it counts even if the work after it fails or takes minutes;
and as a pair with the monotonic clock, which all processes of a machine share, so that it is not late by the
time it took to get there. Callers: the workers `sync` and `upload`.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Collection

from player.workers.child import Say
from player.workers.county_api import CountyApi
from player.workers.messages import Line, TimeHeard
from player.workers.toll import Toll
from playlists.county_time import NONCE_BYTES, CountyTime, believe
from playlists.errors import FailedAttempt, UntrustedData

_log = logging.getLogger(__name__)


def hear(api: str, line: Line, online_keys: Collection[str], say: Say, toll: Toll | None = None) -> int | None:
    """Ask the county for its time and say it; return it in ms since 1970 UTC, None if nothing believable came.

    Args:
        api: Base URL of the box API.
        line: Whom to believe as a server.
        online_keys: Whom to believe as a clock; nothing is asked if there is nobody.
        say: Where `TimeHeard` goes.
        toll: Counts what it costs.
    """
    if not online_keys or not api.startswith("https://"):
        return None
    nonce = secrets.token_hex(NONCE_BYTES)
    asked_ms = boot_time_ms()
    try:
        answer = CountyApi(api, line, toll).get(f"/api/box/v1/time?nonce={nonce}", CountyTime)
        wall_ms = believe(answer, nonce, online_keys)
    except (FailedAttempt, UntrustedData) as error:
        _log.warning("%s", error)
        return None
    say(TimeHeard(wall_ms=wall_ms, monotonic_ms=(asked_ms + boot_time_ms()) // 2))
    return wall_ms


def boot_time_ms() -> int:
    """Return the milliseconds since the machine booted, as the player's clock counts them."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
