"""Tells systemd how the service is (sd_notify(3)): ready, stopping, alive. Says nothing where systemd is not.

Made by `player.app`, used by `player.loop`.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping


class Notifier:
    """The socket that systemd listens to.

    Args:
        environment: Where systemd leaves ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID``.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        period_us = environment.get("WATCHDOG_USEC", "")
        self._watchdog_ms = int(period_us) // 1000 if ours and period_us.isdigit() else 0

    @property
    def pet_every_ms(self) -> int | None:
        """How often systemd wants a sign of life, halved; None if it wants none."""
        return self._watchdog_ms // 2 if self._address and self._watchdog_ms else None

    def ready(self) -> None:
        """The box shows its home page."""
        self._send("READY=1")

    def stopping(self) -> None:
        """The service ends by itself."""
        self._send("STOPPING=1")

    def pet(self) -> None:
        """All is well."""
        self._send("WATCHDOG=1")

    def say(self, status: str) -> None:
        """Put a line into ``systemctl status``."""
        self._send(f"STATUS={status}")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out,
        ):
            out.setblocking(False)
            out.sendto(state.encode(), self._address)
