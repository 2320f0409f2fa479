"""The box's clock: how late it is, and how far that may be believed (docs/adr/0015).

*Trusted*: the operating system's clock once the kernel calls it synchronised (chrony sees to that), or the county's
signed time. Either, heard once, is kept as an offset over the monotonic clock and holds until the power goes.

*Estimated*: what a person has set at the television, until the power goes; or the operating system's clock if something
stands behind it, a battery that agrees with it or a person who has set it. It must not be before the *bound*, the
earliest that it can be: the last time known, on whatever boot, and the newest signed time, with the hours added that
the box has run since.

*Unknown*: else. The bound is shown then. Systems without a battery begin with the time of their last shutdown, which
looks like a time and is none.

Nothing sets the operating system's clock here, and no setting can fake it. Made by `player.app`; `clock_watch` tells
when anything changes.
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
from player.devices.clock_memory import ClockMemory, Remembered

_log = logging.getLogger(__name__)
_TIME_ERROR, _STA_UNSYNC = 5, 0x0040
_HOUR_MS = 3_600_000
_BELIEVABLE_MS = 20 * 365 * 24 * _HOUR_MS  # nobody runs this so long after the bound: such a clock is wrong too
_SLOW_MS = _HOUR_MS  # a clock so far behind the bound is slow, not reset
_SIGNED_SLOW_MS = 24 * _HOUR_MS  # the server that signed the floor may itself have been hours ahead
_BATTERY_AGREES_MS = 10 * 60_000
_ASK_AGAIN_MS = 6 * _HOUR_MS  # in so long a quartz goes wrong by a second or two
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


def asking_the_kernel() -> Callable[[], bool]:
    """Return what tells whether something keeps the operating system's clock right (adjtimex(2), without rights)."""
    adjtimex = ctypes.CDLL(None).adjtimex

    def is_synchronised() -> bool:
        answer = _Timex()
        state: int = adjtimex(ctypes.byref(answer))
        return 0 <= state != _TIME_ERROR and not answer.status & _STA_UNSYNC

    return is_synchronised


class SystemTime(msgspec.Struct, frozen=True):
    """Where the clock reads from; tests put their own functions here.

    Args:
        monotonic_ms: Since this boot, suspended time included.
        wall_ms: The operating system's clock.
        synchronised: Whether the kernel calls that clock synchronised.
        battery_ms: The clock that a battery keeps, ms since 1970 UTC; None if the machine has none.
        boot_id: Tells one boot of the machine from another.
    """

    monotonic_ms: Callable[[], int]
    wall_ms: Callable[[], int]
    synchronised: Callable[[], bool]
    battery_ms: Callable[[], int | None]
    boot_id: str


def battery_clock_ms() -> int | None:
    """Return what the machine's own clock chip says; None without one."""
    for chip in sorted(Path("/sys/class/rtc").glob("rtc*/since_epoch")):
        try:
            return int(chip.read_text(encoding="ascii")) * 1000
        except (OSError, ValueError):
            continue
    return None


def system_time() -> SystemTime:
    """Return the real thing."""
    try:
        boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot_id = ""
    return SystemTime(
        monotonic_ms=lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
        wall_ms=lambda: time.time_ns() // 1_000_000,
        synchronised=asking_the_kernel(),
        battery_ms=battery_clock_ms,
        boot_id=boot_id,
    )


class BoxClock:
    """The clock port.

    Args:
        boot: The boot's number, for the moments.
        floor_ms: The newest signed time seen, in ms since 1970; 0 if there is none.
        memory: What outlives the power.
        time: Where to read from.
    """

    def __init__(self, boot: int, floor_ms: int, memory: ClockMemory, time: SystemTime) -> None:
        self._boot, self._memory, self._time = boot, memory, time
        self._lock = threading.Lock()
        self._floor_ms = FIRST_FLOOR_MS
        self._bound_offset_ms = FIRST_FLOOR_MS  # all offsets: wall time minus monotonic time
        self._trusted_offset_ms: int | None = None
        self._heard_monotonic_ms: int | None = None
        self._set_by_hand = False
        self._hand_offset_ms: int | None = None  # what was set at the television
        self._recall()
        self.raise_floor(floor_ms)
        self._vouched = self._battery_agrees()

    def _recall(self) -> None:
        known = self._memory.read()
        if known is None:
            return
        same_boot = known.boot_id != "" and known.boot_id == self._time.boot_id
        offset_ms = known.wall_ms - (known.monotonic_ms if same_boot else 0)
        self._bound_offset_ms = max(self._bound_offset_ms, offset_ms)
        if same_boot and known.trust == "trusted":
            self._trusted_offset_ms, self._heard_monotonic_ms = offset_ms, known.monotonic_ms
        self._hand_offset_ms = known.hand_offset_ms if same_boot else None
        self._set_by_hand = same_boot and known.trust == "estimated" and self._hand_offset_ms is None

    def now(self) -> Moment:
        """Return this instant; from any thread."""
        with self._lock:
            return self._now()

    def _now(self) -> Moment:
        monotonic_ms, wall_ms = self._time.monotonic_ms(), self._time.wall_ms()
        if self._is_signed_time(wall_ms) and self._time.synchronised():
            self._trust(wall_ms - monotonic_ms)
        if self._trusted_offset_ms is not None:
            return Moment(monotonic_ms, monotonic_ms + self._trusted_offset_ms, "trusted", self._boot)
        bound_ms = monotonic_ms + self._bound_offset_ms
        hand = self._hand_offset_ms
        if hand is not None and _is_plausible(monotonic_ms + hand, bound_ms):
            return Moment(monotonic_ms, monotonic_ms + hand, "estimated", self._boot)
        if _is_plausible(wall_ms, bound_ms) and (self._vouched or self._set_by_hand):
            return Moment(monotonic_ms, wall_ms, "estimated", self._boot)
        return Moment(monotonic_ms, bound_ms, "unknown", self._boot)

    def _is_signed_time(self, wall_ms: int) -> bool:
        """Return whether a time that somebody vouches for does not contradict what was signed."""
        return self._floor_ms - _SIGNED_SLOW_MS <= wall_ms <= self._floor_ms + _BELIEVABLE_MS

    def _trust(self, offset_ms: int) -> None:
        self._trusted_offset_ms = self._bound_offset_ms = offset_ms
        self._hand_offset_ms = None

    def heard_county(self, wall_ms: int, monotonic_ms: int) -> None:
        """Take the county's signed time, as it was at an instant of this boot."""
        with self._lock:
            if not self._is_signed_time(wall_ms):
                _log.warning("the county's time %d contradicts what it has signed before", wall_ms)
                return
            self._trust(wall_ms - monotonic_ms)
            self._heard_monotonic_ms = monotonic_ms
        self.remember()

    def wants_county(self) -> bool:
        """Return whether the county should be asked: nothing keeps the clock right, and it was not asked of late."""
        with self._lock:
            heard_ms = self._heard_monotonic_ms
            recent = heard_ms is not None and self._time.monotonic_ms() - heard_ms < _ASK_AGAIN_MS
            return not (recent or (self._is_signed_time(self._time.wall_ms()) and self._time.synchronised()))

    def raise_floor(self, floor_ms: int) -> None:
        """Take over the signed time of a new generation."""
        with self._lock:
            self._floor_ms = max(self._floor_ms, floor_ms)
            monotonic_ms = self._time.monotonic_ms()
            self._bound_offset_ms = max(self._bound_offset_ms, floor_ms - monotonic_ms)
            known = self._trusted_offset_ms
            if known is not None and not self._is_signed_time(monotonic_ms + known):
                self._trusted_offset_ms = self._heard_monotonic_ms = None

    def set_by_hand(self, wall_ms: int, monotonic_ms: int) -> bool:
        """Take the time that a person has set at the television, as it was at an instant of this boot.

        Returns:
            Whether it may be so; where the time is trusted, and where it contradicts what is known, it is not taken.
        """
        with self._lock:
            if self._now().trust == "trusted" or not _is_plausible(wall_ms, monotonic_ms + self._bound_offset_ms):
                return False
            self._hand_offset_ms = wall_ms - monotonic_ms
        self.remember()
        return True

    def was_set(self) -> None:
        """Somebody has set the operating system's clock: if that is not chrony, it is a person who can read a watch."""
        agrees = self._battery_agrees()
        with self._lock:
            self._set_by_hand, self._vouched, self._hand_offset_ms = True, agrees, None

    def remember(self) -> None:
        """Keep what is known now; called every few minutes and when something better was heard."""
        with self._lock:
            now, bound_ms = self._now(), self._time.monotonic_ms() + self._bound_offset_ms
        wall_ms = now.wall_ms if now.trust == "trusted" else bound_ms
        hand = self._hand_offset_ms
        self._memory.write(Remembered(self._time.boot_id, now.monotonic_ms, wall_ms, now.trust, hand))

    def system_offset_ms(self) -> int:
        """Return how far the operating system's clock is ahead of the box's own; wake-ups by it need that."""
        return self._time.wall_ms() - self.now().wall_ms

    def _battery_agrees(self) -> bool:
        battery_ms = self._time.battery_ms()
        return battery_ms is not None and abs(battery_ms - self._time.wall_ms()) <= _BATTERY_AGREES_MS


def _is_plausible(wall_ms: int, bound_ms: int) -> bool:
    """Return whether nothing that is known contradicts a clock."""
    return bound_ms - _SLOW_MS <= wall_ms <= bound_ms + _BELIEVABLE_MS
