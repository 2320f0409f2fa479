"""What the box can feel of itself: its heat, its cable, its address, its sound.

Looks when somebody asks for a self-check (设备自检), and at the temperature once a minute: a box in the sun says so
before it stops. What this machine has no feeler for is None, which is no fault. Made by `player.app`.
"""

from __future__ import annotations

import fcntl
import logging
import queue
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from player.core.effects import Effect, RunCheck
from player.core.events import Checked, FaultReported
from player.core.facts import InsideFacts
from player.core.faults import TOO_HOT
from player.ports import Emit

_log = logging.getLogger(__name__)
LOOK_S: Final = 60.0
HOT_C: Final = 85  # these chips slow down from about here on
COOL_C: Final = 75
_SIOCGIFADDR: Final = 0x8915
_BELIEVABLE_C: Final = range(-40, 150)


class InsideDevice:
    """Does `RunCheck`; emits the fault `TOO_HOT` as long as it lasts.

    Args:
        sound: Tells whether there is anything to be heard by.
        system: The kernel's tree, ``/sys``.
        look_s: How often the temperature is looked at.
    """

    def __init__(self, sound: Callable[[], bool], system: Path = Path("/sys"), look_s: float = LOOK_S) -> None:
        self._sound, self._system, self._look_s = sound, system, look_s
        self._queue: queue.SimpleQueue[RunCheck | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="inside", daemon=True)
        self._hot = False

    def start(self, emit: Emit) -> None:
        """Begin to look."""
        self._emit = emit
        self._thread.start()

    def perform(self, effect: Effect) -> None:
        """Put it on the queue."""
        if not isinstance(effect, RunCheck):
            raise TypeError(effect)
        self._queue.put(effect)

    def stop(self) -> None:
        """End."""
        self._queue.put(None)
        self._thread.join()

    # --- in the thread

    def _work(self) -> None:
        try:
            while True:
                self._feel()
                try:
                    asked = self._queue.get(timeout=self._look_s)
                except queue.Empty:
                    continue
                if asked is None:
                    return
                self._emit(Checked(asked.id, self._look()))
        except Exception:  # noqa: BLE001 - a thread top: a self-check then says that it got no answer
            _log.exception("the box feels nothing of itself any more")

    def _feel(self) -> None:
        hottest = hottest_c(self._system)
        hot = hottest is not None and hottest >= (COOL_C if self._hot else HOT_C)
        if hot != self._hot:
            self._hot = hot
            self._emit(FaultReported(TOO_HOT, active=hot, detail=f"{hottest} °C"))

    def _look(self) -> InsideFacts:
        return InsideFacts(
            sound=self._sound(), cable=has_cable(self._system), address=has_address(), hottest_c=hottest_c(self._system)
        )


def hottest_c(system: Path) -> int | None:
    """Return the highest temperature of any thermal zone, in degrees Celsius; None if there is none to be believed."""
    found = []
    for zone in (system / "class/thermal").glob("thermal_zone*/temp"):
        try:
            found.append(round(int(zone.read_text(encoding="ascii")) / 1000))
        except (OSError, ValueError):
            continue
    return max((degrees for degrees in found if degrees in _BELIEVABLE_C), default=None)


def has_cable(system: Path) -> bool | None:
    """Return whether a network cable is in or a radio is connected; None if the box has no network device."""
    found = []
    for device in (system / "class/net").glob("*"):
        if not (device / "device").exists():
            continue  # not of metal: the loop, a bridge, a tunnel
        try:
            found.append((device / "carrier").read_text(encoding="ascii").strip() == "1")
        except (OSError, ValueError):
            found.append(False)  # a device that is down cannot even say it
    return any(found) if found else None


def has_address() -> bool:
    """Return whether any device but the loop has an address of the network's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", name.encode()))
            except OSError:
                continue  # it has none
            if answer[20] != 127 and answer[20:22] != bytes((169, 254)):
                return True
    return False
