"""The window's keyboard: a thread with a connection of its own that only turns key events into `ButtonPressed`.

The X server repeats a key that is held down as pairs of release and press at the same time; such a pair becomes one
``repeat``. Remote controls are read elsewhere, straight from the kernel. When the X server goes away this thread is the
first to know, and asks for the run to end in order: without a television there is nothing to go on for.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Mapping
from typing import Any, Final

from Xlib import XK, X
from Xlib.display import Display as Connection
from Xlib.error import ConnectionClosedError

from player.core.events import Button, ButtonPressed, Press, QuitAsked
from player.ports import Emit

_LOG = logging.getLogger(__name__)
_REPEAT_WITHIN_MS: Final = 2
_PAIR_WAIT_S: Final = 0.005


def buttons_by_keysym(buttons: Mapping[str, Button]) -> dict[int, Button]:
    """Return buttons by the number of the keysym; names that X does not know are left out."""
    XK.load_keysym_group("xf86")
    numbers = {XK.string_to_keysym(name): button for name, button in buttons.items()}
    numbers.pop(X.NoSymbol, None)
    return numbers


class Keyboard:
    """Listens to a window's keys.

    Args:
        address: The X server.
        window: The window's id.
        buttons: Our button by X keysym name.
        emit: Takes the events, from this object's thread.
    """

    def __init__(self, address: str, window: int, buttons: Mapping[str, Button], emit: Emit) -> None:
        self._address, self._window_id, self._emit = address, window, emit
        self._buttons = buttons_by_keysym(buttons)
        self._down: set[int] = set()
        self._ears, self._mouth = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="keyboard", daemon=True)
        self._ready = threading.Event()

    def start(self) -> None:
        """Begin to listen; returns when keys are heard."""
        self._thread.start()
        self._ready.wait(5)

    def stop(self) -> None:
        """End the thread."""
        self._mouth.send(b"!")
        self._thread.join(5)
        self._ears.close()
        self._mouth.close()

    def _run(self) -> None:
        try:
            connection = Connection(self._address)
            connection.set_error_handler(lambda error, _request: _LOG.info("X11: %s", error))
            window = connection.create_resource_object("window", self._window_id)
            window.change_attributes(event_mask=X.KeyPressMask | X.KeyReleaseMask | X.StructureNotifyMask)
            window.set_input_focus(X.RevertToParent, X.CurrentTime)
            connection.sync()
            self._ready.set()
            self._listen(connection, window)
            connection.close()
        except (ConnectionClosedError, OSError) as error:
            _LOG.error("the X server has gone, so the run ends and the service is started again: %s", error)
            self._ready.set()
            self._emit(QuitAsked())

    def _listen(self, connection: Connection, window: Any) -> None:
        while self._heard(connection, None):
            while connection.pending_events():
                event = connection.next_event()
                if event.type == X.MapNotify:  # a window manager may have mapped it only now
                    window.set_input_focus(X.RevertToParent, X.CurrentTime)
                    connection.flush()
                elif event.type == X.KeyPress:
                    self._pressed(connection, event)
                elif event.type == X.KeyRelease:
                    self._released(connection, event)

    def _heard(self, connection: Connection, within_s: float | None) -> bool:
        """Wait for an event; return False when it is time to end."""
        if connection.pending_events():
            return True
        ready, _, _ = select.select([connection, self._ears], [], [], within_s)
        return self._ears not in ready

    def _pressed(self, connection: Connection, event: Any) -> None:
        press: Press = "repeat" if event.detail in self._down else "press"
        self._down.add(event.detail)
        self._say(connection, event, press)

    def _released(self, connection: Connection, event: Any) -> None:
        """Say that a key was let go, or that it repeats if the same instant presses it again."""
        if not connection.pending_events():
            self._heard(connection, _PAIR_WAIT_S)
        following = connection.next_event() if connection.pending_events() else None
        if following is None:
            self._let_go(connection, event)
            return
        same = following.type == X.KeyPress and following.detail == event.detail
        if same and following.time - event.time <= _REPEAT_WITHIN_MS:
            self._say(connection, following, "repeat")
            return
        self._let_go(connection, event)
        if following.type == X.KeyPress:
            self._pressed(connection, following)
        elif following.type == X.KeyRelease:
            self._released(connection, following)

    def _let_go(self, connection: Connection, event: Any) -> None:
        self._down.discard(event.detail)
        self._say(connection, event, "release")

    def _say(self, connection: Connection, event: Any, press: Press) -> None:
        for column in (0, 1 if event.state & X.ShiftMask else 0):
            button = self._buttons.get(connection.keycode_to_keysym(event.detail, column))
            if button is not None:
                self._emit(ButtonPressed(button, press))
                return
