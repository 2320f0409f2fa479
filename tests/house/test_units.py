"""The systemd units: systemd itself finds no fault, and they say what the product relies on."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.imports import ROOT

UNITS = sorted((ROOT / "systemd").glob("*.service"))
PROGRAMS = ("/opt/yuanjiao/bin/yuanjiao", "/usr/lib/xorg/Xorg", "/usr/bin/xauth")  # installed on boxes only


def settings(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's keys have capitals
    parser.read(ROOT / "systemd" / name, "utf-8")
    return parser


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """Let systemd check the units of a folder, with programs that every machine has."""
    units = []
    for unit in UNITS:
        text = unit.read_text("utf-8")
        for program in PROGRAMS:
            text = text.replace(program, "/bin/true")
        units.append(folder / unit.name)
        units[-1].write_text(text, "utf-8")
    return subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=yes", *units],
        check=False,
        capture_output=True,
        text=True,
    )


def test_systemd_finds_no_fault_in_any_unit(tmp_path: Path) -> None:
    assert shutil.which("systemd-analyze"), "the Debian package systemd is missing: ./run setup"
    assert len(UNITS) == 3
    done = verify(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["yuanjiao-player.service", "yuanjiao-county.service"])
def test_a_service_reports_readiness_and_is_always_started_again(name: str) -> None:
    unit = settings(name)
    assert unit["Service"]["Type"] == "notify"
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["User"] == "yuanjiao"


def test_a_player_that_hangs_is_found_by_the_watchdog() -> None:
    assert settings("yuanjiao-player.service")["Service"]["WatchdogSec"] == "15"


def test_the_power_key_of_a_remote_control_does_not_shut_the_box_down() -> None:
    assert settings("logind.conf.d/yuanjiao.conf")["Login"]["HandlePowerKey"] == "ignore"
