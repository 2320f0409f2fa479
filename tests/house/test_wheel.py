"""The built wheel works outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.house.imports import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs' folder of a new environment: the wheel, and beside it only the dependencies."""
    environment = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True)
    (packages,) = environment.glob("lib/python3*/site-packages")
    # A path file is not read again for the folder it names, so the checkout stays unknown.
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    return environment / "bin"


def yuanjiao(programs: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / "yuanjiao", *arguments],
        check=False,
        cwd=folder,
        env={"LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )


def test_the_wheel_holds_the_packages_their_data_and_the_units(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for package in ("player/", "playlists/", "county/", "config/"):
        assert any(name.startswith(package) for name in names), package
    for ending in (
        ".html",
        ".yaml",
        "yuanjiao.mo",
        "data/share/yuanjiao/systemd/yuanjiao-player.service",
        "licenses/LICENSE",
    ):
        assert any(name.endswith(ending) for name in names), ending
    assert not any(name.startswith(("tests/", "demo/", "bench/", "var/")) for name in names)


@pytest.mark.parametrize("package", ["player", "playlists", "county", "config"])
def test_the_installed_packages_are_the_wheels_own(installed: Path, tmp_path: Path, package: str) -> None:
    where = subprocess.run(
        [installed / "python", "-c", f"import {package}; print({package}.__path__[0])"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)


@pytest.mark.parametrize("command", [[], ["player"], ["county"], ["verify"], ["journal"]], ids=" ".join)
def test_each_command_explains_itself_from_any_folder(installed: Path, tmp_path: Path, command: list[str]) -> None:
    done = yuanjiao(installed, tmp_path, *command, "--help")
    assert done.returncode == 0, done.stderr
    assert "usage: yuanjiao" in done.stdout
    assert len(done.stdout.splitlines()) > 5
    assert list(tmp_path.iterdir()) == []


def test_verify_says_in_words_what_an_empty_folder_lacks(installed: Path, tmp_path: Path) -> None:
    done = yuanjiao(installed, tmp_path, "verify", str(tmp_path))
    assert done.returncode != 0
    assert str(tmp_path) in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_an_unknown_command_is_refused_in_words(installed: Path, tmp_path: Path) -> None:
    done = yuanjiao(installed, tmp_path, "plyer")
    assert done.returncode != 0
    assert "plyer" in done.stderr
    assert "Traceback" not in done.stderr
