"""The box's clock: how late it is, and how far that may be believed.

Three sources, best first. The operating system's clock once the kernel calls it synchronised (chrony sees to that);
the county's time heard over TLS since this boot, kept as an offset over the monotonic clock; the operating system's
clock as it stands, if it is not before the *floor*, the newest signed time this box has seen. A clock before the floor
is wrong for certain and therefore unknown. Nothing sets the operating system's clock here, and no setting can fake it.
Made by `player.app`; `clock_watch` tells when somebody else sets the clock.
"""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from player.core.moment import Moment
from playlists.entries import ClockTrust

_log = logging.getLogger(__name__)
_TIME_ERROR, _STA_UNSYNC = 5, 0x0040
_BELIEVABLE_MS = 20 * 365 * 86_400_000  # nobody runs this so long after the floor: such a clock is wrong too
FIRST_FLOOR_MS = 1_767_225_600_000  # 2026-01-01: this program did not exist before


class _Timex(ctypes.Structure):
    """The beginning of ``struct timex`` (adjtimex(2)), and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def kernel_says_synchronised() -> bool:
    """Tell whether something keeps the operating system's clock right (adjtimex(2), asked without rights)."""
    answer = _Timex()
    state = ctypes.CDLL(None).adjtimex(ctypes.byref(answer))
    return 0 <= state != _TIME_ERROR and not answer.status & _STA_UNSYNC


class SystemTime(msgspec.Struct, frozen=True):
    """Where the clock reads from; tests put their own functions here.

    Args:
        monotonic_ms: Since this boot, suspended time included.
        wall_ms: The operating system's clock.
        synchronised: Whether the kernel calls that clock synchronised.
        boot_id: Tells one boot of the machine from another.
    """

    monotonic_ms: Callable[[], int]
    wall_ms: Callable[[], int]
    synchronised: Callable[[], bool]
    boot_id: str


def system_time() -> SystemTime:
    """Return the real thing."""
    try:
        boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot_id = ""
    return SystemTime(
        monotonic_ms=lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
        wall_ms=lambda: time.time_ns() // 1_000_000,
        synchronised=kernel_says_synchronised,
        boot_id=boot_id,
    )


class _Heard(msgspec.Struct, frozen=True):
    """What the county's time was over the monotonic clock, in this boot."""

    boot_id: str
    offset_ms: int


class BoxClock:
    """The clock port.

    Args:
        boot: This start's number, for the moments.
        floor_ms: The newest signed time seen, in ms since 1970; 0 if there is none.
        keep: File in the runtime folder where the county's time outlives a restart of the player, but no boot.
        time: Where to read from.
    """

    def __init__(self, boot: int, floor_ms: int, keep: Path, time: SystemTime) -> None:
        self._boot = boot
        self._floor_ms = max(floor_ms, FIRST_FLOOR_MS)
        self._keep = keep
        self._time = time
        self._lock = threading.Lock()
        self._county_offset_ms = self._kept()

    def now(self) -> Moment:
        """Return this instant; from any thread."""
        monotonic_ms = self._time.monotonic_ms()
        wall_ms, trust = self._believed(monotonic_ms)
        return Moment(monotonic_ms, wall_ms, trust, self._boot)

    def heard_county(self, wall_ms: int) -> None:
        """Take the county's time, which it has just said over TLS."""
        offset_ms = wall_ms - self._time.monotonic_ms()
        with self._lock:
            self._county_offset_ms = offset_ms
        try:
            self._keep.write_bytes(msgspec.json.encode(_Heard(self._time.boot_id, offset_ms)))
        except OSError as error:
            _log.warning("the county's time is forgotten at the next start: %s", error)

    def raise_floor(self, floor_ms: int) -> None:
        """Take over the signed time of a new generation."""
        with self._lock:
            self._floor_ms = max(self._floor_ms, floor_ms)

    def system_offset_ms(self) -> int:
        """Return how far the operating system's clock is ahead of the box's own; wake-ups by it need that."""
        return self._time.wall_ms() - self.now().wall_ms

    def _believed(self, monotonic_ms: int) -> tuple[int, ClockTrust]:
        wall_ms = self._time.wall_ms()
        with self._lock:
            floor_ms, county_offset_ms = self._floor_ms, self._county_offset_ms
        plausible = floor_ms <= wall_ms <= floor_ms + _BELIEVABLE_MS
        if plausible and self._time.synchronised():
            return wall_ms, "trusted"
        if county_offset_ms is not None:
            return monotonic_ms + county_offset_ms, "trusted"
        return wall_ms, "estimated" if plausible else "unknown"

    def _kept(self) -> int | None:
        try:
            heard = msgspec.json.decode(self._keep.read_bytes(), type=_Heard)
        except (OSError, msgspec.MsgspecError):
            return None
        return heard.offset_ms if heard.boot_id and heard.boot_id == self._time.boot_id else None
