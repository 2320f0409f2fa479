"""The television set's power: a stand-in for ``cec-ctl`` that takes down what it is told, and the real one."""

from __future__ import annotations

import logging
import subprocess
import threading
from pathlib import Path

import pytest

from player.core.media_effects import RestTelevision, WakeTelevision
from player.devices.cec import CecDevice

HELPS = ("--help", "--help-all")
CLAIM = "--playback --osd-name Yuanjiao"


class Set:
    """A program in the place of ``cec-ctl``, and adapters in the place of the kernel's."""

    def __init__(self, folder: Path, address: str = "1.0.0.0", adapters: int = 1) -> None:
        self.folder, self._said = folder, folder / "said"
        self.program = folder / "cec-ctl"
        self.program.write_text(
            f'#!/bin/sh\nshift\necho "$@" >> {self._said}\necho "	Physical Address           : {address}"\n'
        )
        self.program.chmod(0o755)
        for number in range(adapters):
            (folder / f"cec{number}").touch()
        self.device = CecDevice(folder, str(self.program))
        self.device.start(lambda _: None)

    def told(self) -> list[str]:
        """Return what it was told, after its end."""
        self.device.stop()
        return [line.partition(" ")[2] for line in self._said.read_text().splitlines()] if self._said.exists() else []


def test_a_set_is_woken_and_asked_to_show_us_and_claimed_anew_before_every_message(tmp_path: Path) -> None:
    television = Set(tmp_path)
    television.device.perform(WakeTelevision(1))
    television.device.perform(RestTelevision(2))
    assert television.told() == [
        CLAIM, CLAIM, "--to 0 --image-view-on", "--active-source phys-addr=1.0.0.0", CLAIM, "--to 0 --standby",
    ]  # fmt: skip


def test_a_cable_without_a_set_is_told_nothing(tmp_path: Path) -> None:
    television = Set(tmp_path, address="f.f.f.f")
    television.device.perform(WakeTelevision(1))
    assert television.told() == [CLAIM, CLAIM]


def test_a_box_without_an_adapter_says_so_once_and_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        television = Set(tmp_path, adapters=0)
        for number in range(3):
            television.device.perform(WakeTelevision(number))
        assert television.told() == []
    assert [record.getMessage() for record in caplog.records] == [
        "the television set cannot be switched from here: no CEC adapter"
    ]


def test_a_site_that_wants_no_cec_gets_none(tmp_path: Path) -> None:
    television = Set(tmp_path)
    television.told()
    off = CecDevice(tmp_path, str(television.program), enabled=False)
    (tmp_path / "said").unlink()
    off.start(lambda _: None)
    off.perform(WakeTelevision(1))
    off.stop()
    assert not (tmp_path / "said").exists()


def test_a_program_that_hangs_or_is_missing_holds_nobody_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cec0").touch()
    device = CecDevice(tmp_path, str(tmp_path / "none"))
    device.start(lambda _: None)
    device.perform(RestTelevision(1))
    device.stop()
    assert "is not installed" in caplog.text


def test_the_real_program_knows_every_option_and_an_adapter_that_is_none_is_survived(tmp_path: Path) -> None:
    helps = [subprocess.run(["cec-ctl", help_], capture_output=True, text=True, check=False).stdout for help_ in HELPS]
    for option in ("--device", "--playback", "--osd-name", "--to", "--image-view-on", "--active-source", "--standby"):
        assert option in "".join(helps)
    (tmp_path / "cec0").touch()  # no adapter of the kernel: the real program refuses it
    device = CecDevice(tmp_path)
    device.start(lambda _: None)
    device.perform(WakeTelevision(1))
    device.stop()
    assert not any(thread.name == "cec" for thread in threading.enumerate())
