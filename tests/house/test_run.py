"""The script `run`: what it says when it cannot go on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.house.imports import ROOT


def checkout(folder: Path) -> Path:
    """Return a folder with the script and what it reads, and nothing installed."""
    (folder / "requirements").mkdir()
    shutil.copy(ROOT / "run", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for lock in (ROOT / "requirements").glob("*.txt"):
        shutil.copy(lock, folder / "requirements")
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


def call(folder: Path, *arguments: str, programs: Path | None = None) -> subprocess.CompletedProcess[str]:
    path = os.environ["PATH"] if programs is None else f"{programs}:/usr/bin:/bin"
    return subprocess.run(
        [folder / "run", *arguments],
        check=False,
        env={"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_an_unknown_command_is_refused_with_the_list_of_commands(tmp_path: Path) -> None:
    done = call(checkout(tmp_path), "tset")
    assert done.returncode != 0
    assert "no command 'tset'" in done.stderr
    assert "./run COMMAND" in done.stderr


def test_without_root_and_sudo_it_names_the_missing_packages_and_does_not_call_apt(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    program(programs, "id", "echo 1000")
    program(programs, "dpkg-query", "echo 'ii ffmpeg'; exit 1")
    program(programs, "apt-get", "touch apt-was-called")
    for needed in ("bash", "env", "awk", "grep", "sed", "dirname", "uname"):
        (programs / needed).symlink_to(shutil.which(needed) or needed)
    done = subprocess.run(
        [programs / "bash", folder / "run", "setup"],
        check=False,
        env={"PATH": str(programs)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "there is no sudo" in done.stderr
    assert "apt-get install python3-venv" in done.stderr
    assert "libvlc5" in done.stderr
    assert "ffmpeg " not in done.stderr
    assert not (folder / "apt-was-called").exists()


def test_a_failing_fetch_of_debian_packages_is_tried_three_times_and_then_told(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    program(programs, "id", "echo 0")
    program(programs, "dpkg-query", "exit 1")
    program(programs, "sleep", "true")
    program(programs, "apt-get", f'echo "$*" >>{tmp_path}/calls; case "$*" in *install*) exit 100 ;; esac')
    done = call(folder, "setup", programs=programs)
    calls = (tmp_path / "calls").read_text("utf-8").splitlines()
    assert done.returncode != 0
    assert "could not be installed" in done.stderr
    assert len([line for line in calls if "install" in line]) == 3
    assert not (folder / ".venv").exists()
