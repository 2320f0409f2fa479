"""What systemd hears."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from player.sd_notify import Notifier


def test_systemd_hears_ready_alive_and_stopping(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "15000000"})
        assert notifier.pet_every_ms == 7_500
        notifier.ready()
        notifier.pet()
        notifier.say("home")
        notifier.stopping()
        assert [systemd.recv(99) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"STATUS=home", b"STOPPING=1"]


def test_an_abstract_address_is_understood() -> None:
    name = f"yuanjiao-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + name)
        Notifier({"NOTIFY_SOCKET": "@" + name}).ready()
        assert systemd.recv(99) == b"READY=1"


def test_without_systemd_nothing_is_said_and_nothing_wanted() -> None:
    notifier = Notifier({})
    notifier.ready()
    assert notifier.pet_every_ms is None


def test_a_watchdog_meant_for_another_process_wants_nothing_of_us(tmp_path: Path) -> None:
    environment = {"NOTIFY_SOCKET": str(tmp_path), "WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "1"}
    assert Notifier(environment).pet_every_ms is None


def test_a_systemd_that_has_gone_disturbs_nobody(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).pet()
