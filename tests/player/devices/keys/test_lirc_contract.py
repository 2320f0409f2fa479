"""The real lircd, without hardware: `irsend simulate` stands for the receiver."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.events import Button, ButtonPressed, Event, Press
from player.devices.keys.codes import CODES
from player.devices.keys.device import KeysDevice

BUTTONS: dict[int, Button] = {CODES["KEY_UP"]: "up", CODES["KEY_OK"]: "ok", CODES["KEY_NUMERIC_5"]: "5"}
NUMBERS = {button: code for code, button in BUTTONS.items()}


def pressed(button: Button, press: Press = "press") -> ButtonPressed:
    return ButtonPressed(button, press, NUMBERS[button])


REMOTES = """\
begin remote
  name  TVREMOTE
  bits  16
  flags SPACE_ENC|CONST_LENGTH
  eps 30
  aeps 100
  header 9000 4500
  one 560 1690
  zero 560 560
  ptrail 560
  pre_data_bits 16
  pre_data 0x807F
  gap 108000
  toggle_bit_mask 0x0
  begin codes
    KEY_UP 0x18E7
    KEY_OK 0x827D
    KEY_NUMERIC_5 0x20DF
  end codes
end remote
"""


class Lircd:
    """The daemon over a folder of its own; it may be started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder, folder / "lircd"
        (folder / "lircd.conf").write_text(REMOTES)
        self.start()

    def start(self) -> None:
        files = [
            "-O",
            "/dev/null",
            "-d",
            str(self.folder / "out"),
            "-o",
            str(self.socket),
            "-P",
            str(self.folder / "pid"),
        ]
        command = ["lircd", "--nodaemon", "-H", "file", *files, "-L", str(self.folder / "log"), "--allow-simulate"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen([*command, str(self.folder / "lircd.conf")], stdout=quiet, stderr=quiet)

    def press(self, key: str, repeat: int = 0) -> None:
        said = f"0000000000000001 {repeat:02x} {key} TVREMOTE"
        subprocess.run(["irsend", "-d", str(self.socket), "simulate", said], check=True, timeout=10)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Heard(list[Event]):
    """What the device has said."""

    def wait_for(self, *events: Event) -> None:
        for _ in range(500):
            if list(self) == list(events):
                return
            time.sleep(0.02)
        raise AssertionError(f"expected {events}, heard {list(self)}")


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Heard]:
    (tmp_path / "run").mkdir()
    (tmp_path / "input").mkdir()
    heard = Heard()
    device = KeysDevice(BUTTONS, tmp_path / "input", missing_after_s=60, lirc=tmp_path / "run" / "lircd")  # type: ignore[arg-type]
    device.start(heard.append)
    yield heard
    device.stop()


@pytest.fixture
def lircd(tmp_path: Path, heard: Heard) -> Iterator[Lircd]:
    daemon = Lircd(tmp_path / "run")
    yield daemon
    daemon.stop()


def test_keys_of_lircd_are_heard_with_their_repeats_also_when_it_starts_later(lircd: Lircd, heard: Heard) -> None:
    connected(lircd)
    lircd.press("KEY_OK")
    lircd.press("KEY_UP")
    lircd.press("KEY_UP", repeat=1)
    lircd.press("KEY_UP", repeat=16)
    lircd.press("KEY_NUMERIC_5")
    lircd.press("KEY_POWER")
    lircd.press("KEY_UP")
    heard.wait_for(
        pressed("ok"), pressed("up"), pressed("up", "repeat"), pressed("up", "repeat"),
        pressed("5"), pressed("up"),
    )  # fmt: skip


def test_a_lircd_that_was_restarted_is_heard_again(lircd: Lircd, heard: Heard) -> None:
    connected(lircd)
    lircd.press("KEY_OK")
    heard.wait_for(pressed("ok"))
    lircd.stop()
    lircd.start()
    connected(lircd)
    lircd.press("KEY_UP")
    heard.wait_for(pressed("ok"), pressed("up"))


def test_another_service_on_the_socket_is_left_alone(
    tmp_path: Path, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "run" / "lircd"))
        server.listen()
        connection, _ = server.accept()
        connection.sendall(b"x" * 2_000)
        assert connection.recv(1) == b""  # it has hung up
    assert not heard


def connected(lircd: Lircd) -> None:
    """Wait until the device has called: the daemon then has it as a client."""
    pid = os.getpid()
    for _ in range(500):
        if any(
            str(lircd.socket) in line
            for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]
            if " 03 " in line
        ):
            return
        time.sleep(0.02)
    raise AssertionError("nobody called lircd")
