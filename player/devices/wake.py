"""The wall clock's wake-up: APScheduler with exactly one date job, the next moment at which something may be due.

Its grace is unlimited: a job whose moment passed while the clock was set forward must fire, not be dropped. What is
due then, the core decides. The library is imported by a thread of its own and a second later: the first picture shall
not wait for it. Called by `player.loop`'s thread only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AFTER_FIRST_PICTURE_S = 1.0
_LATEST_MS = 250_000_000_000_000  # the year 9892; datetime ends at 9999


class WallAlarm:
    """Calls ``ring`` in a thread of its own when the box's wall clock reaches the moment that was set.

    Args:
        ring: Only enqueues.
        system_offset_ms: How far the operating system's clock, which the scheduler goes by, is ahead of the box's.
    """

    def __init__(self, ring: Callable[[], None], system_offset_ms: Callable[[], int]) -> None:
        self._ring = ring
        self._system_offset_ms = system_offset_ms
        self._lock = threading.Lock()
        self._scheduler: Any = None
        self._wanted_ms: int | None = None
        self._set_ms: int | None = None
        self._stopping = threading.Event()
        self._starter = threading.Thread(target=self._start, name="alarm", daemon=True)

    def start(self) -> None:
        """Begin; a moment set before counts."""
        self._starter.start()

    def set(self, wall_ms: int | None) -> None:
        """Wake at this moment, or not at all; replaces what was set before."""
        with self._lock:
            self._wanted_ms = wall_ms
            self._arrange()

    def again(self) -> None:
        """The clock was set: look anew how long it is until the moment."""
        with self._lock:
            self._set_ms = None
            self._arrange()
            if self._scheduler is not None:
                self._scheduler.wakeup()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._starter.ident is not None:
            self._starter.join()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    def _start(self) -> None:
        if self._stopping.wait(_AFTER_FIRST_PICTURE_S):
            return
        from apscheduler.executors.debug import DebugExecutor  # noqa: PLC0415 - a tenth of a second, see above
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

        # The "debug" executor runs the job in the scheduler's own thread: ours only enqueues.
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": DebugExecutor()}, daemon=True)
        scheduler.start()
        with self._lock:
            self._scheduler = scheduler
            self._arrange()

    def _arrange(self) -> None:
        if self._scheduler is None or (self._wanted_ms == self._set_ms and self._is_set()):
            return
        self._set_ms = self._wanted_ms
        if self._wanted_ms is None:
            self._scheduler.remove_all_jobs()
            return
        system_ms = self._wanted_ms + self._system_offset_ms()
        moment = _EPOCH + timedelta(milliseconds=min(max(0, system_ms), _LATEST_MS))
        self._scheduler.add_job(
            self._ring, "date", run_date=moment, id="wake", replace_existing=True, misfire_grace_time=None
        )

    def _is_set(self) -> bool:
        """Tell whether the job is still there: one that rang a moment too early must be set once more."""
        return self._wanted_ms is None or self._scheduler.get_job("wake") is not None
