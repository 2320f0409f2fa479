"""Notices that the wall clock was set or is believed otherwise, without looking every second.

The kernel wakes a timer made with TFD_TIMER_CANCEL_ON_SET (timerfd_create(2)) when somebody sets the clock; the
county's time comes in `CountyTimeHeard`. A clock that is slewed until it is right sets off neither, so there is a
look now and then, more often until the time is trusted. Whatever changes is said as `ClockJumped`; a clock that was
set is said so even if nothing changes for the box, for alarms go by that clock. In between the time is kept on the
disk. What a person sets at the television (`SetClock`) is handed to the clock by the same thread. Made by
`player.equipment`.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import queue
import select
import threading
import time
from collections.abc import Callable
from typing import Final

from player.core.effects import Effect, SetClock
from player.core.events import ClockJumped, CountyTimeHeard, Event, TimeRefused
from player.core.moment import Moment
from player.core.worker_events import SyncFinished
from player.ports import Emit

from .clock import BoxClock

_log = logging.getLogger(__name__)
JUMP_MS: Final = 2_000
REMEMBER_S: Final = 300.0
LOOK_S: Final = 20.0  # while the time is not trusted
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
    """Emits `ClockJumped` and `TimeRefused`; does `SetClock`.

    Args:
        clock: The clock port.
        floor_ms: Tells the newest signed time of the generation in force; asked after each new one.
    """

    def __init__(self, clock: BoxClock, floor_ms: Callable[[], int]) -> None:
        self._clock = clock
        self._floor_ms = floor_ms
        self._lock = threading.Lock()
        self._believed = clock.now()
        self._asked: queue.SimpleQueue[SetClock] = queue.SimpleQueue()
        self._bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self, emit: Emit) -> None:
        """Begin to watch; without such timers a clock that was set is noticed at the next look."""
        self._emit = emit
        timer = None
        try:
            timer = SetClockTimer()
        except OSError as error:
            _log.warning("changes of the clock are noticed late: %s", error)
        self._thread = threading.Thread(target=self._watch, args=(timer,), name="clock", daemon=True)
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Hand the time that was set to the thread."""
        if not isinstance(effect, SetClock):
            raise TypeError(f"not an effect of the clock: {effect!r}")
        self._asked.put(effect)
        os.eventfd_write(self._bell, 1)

    def overheard(self, event: Event) -> None:
        """Take the county's time, and the signed time of a new generation, from what workers report."""
        if isinstance(event, SyncFinished) and event.generation is not None:
            self._clock.raise_floor(self._floor_ms())
            self.look()
        if isinstance(event, CountyTimeHeard):
            self._clock.heard_county(event.wall_ms, event.monotonic_ms)
            self.look()

    def look(self, *, was_set: bool = False) -> None:
        """Compare with what was believed before, and say so if it has changed or the system's clock was set."""
        if was_set:
            self._clock.was_set()
        with self._lock:
            before, self._believed = self._believed, self._clock.now()
            after = self._believed
        by_ms = jump_ms(before, after)
        if was_set or abs(by_ms) >= JUMP_MS or before.trust != after.trust:
            self._emit(ClockJumped(by_ms, after.trust))

    def stop(self) -> None:
        """End the watch."""
        self._stopping = True
        os.eventfd_write(self._bell, 1)
        if self._thread is not None:
            self._thread.join()
        os.close(self._bell)
        self._clock.remember()

    def _watch(self, timer: SetClockTimer | None) -> None:
        waited_for = [self._bell, *([timer.descriptor] if timer else [])]
        try:
            remember_s = 0.0
            while not self._stopping:
                if time.monotonic() >= remember_s:
                    remember_s = time.monotonic() + REMEMBER_S
                    self._clock.remember()
                pause_s = REMEMBER_S if self._believed.trust == "trusted" else LOOK_S
                ready, _, _ = select.select(waited_for, [], [], pause_s)
                if self._bell in ready:
                    os.eventfd_read(self._bell)
                self.look(was_set=timer is not None and timer.was_set())
                self._set_as_asked()
        except Exception:  # noqa: BLE001 - a thread top
            _log.exception("changes of the clock go unnoticed from now on")
        finally:
            if timer is not None:
                timer.close()

    def _set_as_asked(self) -> None:
        while not self._asked.empty():
            asked = self._asked.get()
            if self._clock.set_by_hand(asked.wall_ms, asked.monotonic_ms):
                self.look()
            else:
                self._emit(TimeRefused())


def jump_ms(before: Moment, after: Moment) -> int:
    """Return by how much the wall clock went further than the monotonic one between two moments."""
    return (after.wall_ms - before.wall_ms) - (after.monotonic_ms - before.monotonic_ms)
