"""Notices that the wall clock was set or is believed otherwise, without looking every second.

The kernel wakes a timer made with TFD_TIMER_CANCEL_ON_SET (timerfd_create(2)) when somebody sets the clock; the
county's time comes by `BoxClock.heard_county`. Either way the difference to what we believed before is said as
`ClockJumped`. Made by `player.app`.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import select
import threading
from collections.abc import Callable
from typing import Final

from player.core.effects import Effect
from player.core.events import ClockJumped, Event, SyncFinished, UploadFinished
from player.core.moment import Moment
from player.ports import Emit

from .clock import BoxClock

_log = logging.getLogger(__name__)
JUMP_MS: Final = 2_000
_CLOCK_REALTIME = 0
_ABSTIME, _CANCEL_ON_SET = 1, 2
_FAR_FUTURE_S = 1 << 33


class _Timer(ctypes.Structure):
    """``struct itimerspec``: interval and value, each seconds and nanoseconds."""

    _fields_ = tuple((name, ctypes.c_long) for name in ("interval_s", "interval_ns", "value_s", "value_ns"))


class SetClockTimer:
    """A descriptor that becomes readable when the operating system's clock is set."""

    def __init__(self) -> None:
        """Make the timer.

        Raises:
            OSError: The kernel has none.
        """
        self._library = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self._library.timerfd_create(_CLOCK_REALTIME, os.O_NONBLOCK | os.O_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._arm()

    def _arm(self) -> None:
        when = _Timer(0, 0, _FAR_FUTURE_S, 0)
        self._library.timerfd_settime(self.descriptor, _ABSTIME | _CANCEL_ON_SET, ctypes.byref(when), None)

    def was_set(self) -> bool:
        """Tell whether the clock has been set, and watch on."""
        try:
            os.read(self.descriptor, 8)
        except OSError as error:
            if error.errno == errno.ECANCELED:
                self._arm()
                return True
            if error.errno != errno.EAGAIN:
                raise
        return False

    def close(self) -> None:
        """End the watch."""
        os.close(self.descriptor)


class ClockWatch:
    """Emits `ClockJumped`; does no effects.

    Args:
        clock: The clock port.
        floor_ms: Tells the newest signed time of the generation in force; asked after each new one.
    """

    def __init__(self, clock: BoxClock, floor_ms: Callable[[], int]) -> None:
        self._clock = clock
        self._floor_ms = floor_ms
        self._lock = threading.Lock()
        self._believed = clock.now()
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self, emit: Emit) -> None:
        """Begin to watch; without such timers it is said in the log and only the county's time counts."""
        self._emit = emit
        try:
            timer = SetClockTimer()
        except OSError as error:
            _log.warning("changes of the clock go unnoticed: %s", error)
            return
        self._thread = threading.Thread(target=self._watch, args=(timer,), name="clock", daemon=True)
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Never called."""
        raise TypeError(f"not an effect of the clock: {effect!r}")

    def overheard(self, event: Event) -> None:
        """Take the county's time, and the signed time of a new generation, from what workers report."""
        if isinstance(event, SyncFinished) and event.generation is not None:
            self._clock.raise_floor(self._floor_ms())
            self.look()
        if isinstance(event, SyncFinished | UploadFinished) and event.county_wall_ms is not None:
            self._clock.heard_county(event.county_wall_ms)
            self.look()

    def look(self) -> None:
        """Compare with what was believed before, and say so if it has changed."""
        with self._lock:
            before, self._believed = self._believed, self._clock.now()
            after = self._believed
        by_ms = jump_ms(before, after)
        if abs(by_ms) >= JUMP_MS or before.trust != after.trust:
            self._emit(ClockJumped(by_ms, after.trust))

    def stop(self) -> None:
        """End the watch."""
        self._stopping = True
        os.eventfd_write(self._bell, 1)
        if self._thread is not None:
            self._thread.join()
        os.close(self._bell)

    def _watch(self, timer: SetClockTimer) -> None:
        try:
            while not self._stopping:
                select.select([timer.descriptor, self._bell], [], [])
                if timer.was_set():
                    self.look()
        except Exception:  # noqa: BLE001 - a thread top
            _log.exception("changes of the clock go unnoticed from now on")
        finally:
            timer.close()


def jump_ms(before: Moment, after: Moment) -> int:
    """Return by how much the wall clock went further than the monotonic one between two moments."""
    return (after.wall_ms - before.wall_ms) - (after.monotonic_ms - before.monotonic_ms)
