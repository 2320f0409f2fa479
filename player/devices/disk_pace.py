"""Whether the card has become slow: the fault 存储卡变慢 from how long the last durable writes took.

A card that dies often becomes slow weeks before. One slow write says nothing, for cards pause to tidy up; so the
median of the last `WRITES` decides, and it must be much better again before the fault goes. Nobody waits for the card
because of this: who writes durably anyway says how long it took, from any thread. Fed by the journal (every few seconds
while something plays) and by the fetch worker (every chunk).
"""

from __future__ import annotations

import threading
from collections import deque
from statistics import median
from typing import Final

from player.core import faults
from player.core.events import FaultReported
from player.ports import Emit

WRITES: Final = 9
SLOW_S: Final = 1.0
WELL_S: Final = 0.3


class DiskPace:
    """Emits `FaultReported` when the card has become slow, and when it is well again."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._lock = threading.Lock()
        self._took_s: deque[float] = deque(maxlen=WRITES)
        self._slow = False

    def took(self, seconds: float) -> None:
        """Take in how long a durable write took."""
        with self._lock:
            self._took_s.append(seconds)
            usual_s = median(self._took_s)
            slow = usual_s > (WELL_S if self._slow else SLOW_S)
            if len(self._took_s) < WRITES or slow == self._slow:
                return
            self._slow = slow
        why = f"the last {WRITES} durable writes took {usual_s:.1f} s each" if slow else ""
        self._emit(FaultReported(faults.CARD_SLOW, active=slow, detail=why))
