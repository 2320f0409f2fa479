"""The locks: every pin has its hashes, no address is named, and the small locks agree with the tested one."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.imports import ROOT

LOCKS = ("dev", "box", "county", "lock-tool")
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")


def text_of(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")


def blocks(lock: str) -> list[str]:
    """Return one logical line a pin: the pin with its hashes."""
    return [line for line in text_of(lock).replace("\\\n", " ").splitlines() if line.strip()]


def pins(lock: str) -> dict[str, str]:
    matches = [PIN.match(block) for block in blocks(lock)]
    return {match[1]: match[2] for match in matches if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_pins_one_version_and_carries_hashes(lock: str) -> None:
    assert blocks(lock)
    assert [block for block in blocks(lock) if not PIN.match(block) or not HASH.search(block)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_an_address_or_an_option(lock: str) -> None:
    assert "://" not in text_of(lock)
    assert [block for block in blocks(lock) if block.startswith("-")] == []


@pytest.mark.parametrize("lock", ["box", "county"])
def test_the_small_locks_pin_what_the_tests_run_with(lock: str) -> None:
    tested = pins("dev")
    assert {name: version for name, version in pins(lock).items() if tested.get(name, version) != version} == {}


@pytest.mark.parametrize(("lock", "extras"), [("box", ["box"]), ("county", ["county"]), ("dev", ["box", "county"])])
def test_every_declared_dependency_is_locked(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(name for extra in extras for name in project["optional-dependencies"][extra]),
    ]
    names = {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in declared}
    assert names - set(pins(lock)) == set()


def test_every_group_of_debian_packages_says_why_each_is_needed() -> None:
    lines = (ROOT / "requirements" / "debian.txt").read_text("utf-8").splitlines()
    packages = [line for line in lines if line and line[0] not in "#["]
    assert packages
    assert [line for line in packages if not re.fullmatch(r"[a-z0-9.+-]+ +# \S.+", line)] == []
