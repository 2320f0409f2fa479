"""Imports point one way: the picture of `docs/architecture.md`, enforced; and each room's migrations form one row."""

from __future__ import annotations

import ast
import itertools
import json
import re
import subprocess
import sys

import pytest

from tests.house.imports import PACKAGES, ROOT, Import, imports_of, modules, reached_from

BETWEEN_PACKAGES = {
    "player": {"player", "playlists", "config"},
    "county": {"county", "playlists", "config"},
    "playlists": {"playlists"},
    "config": {"config"},
}

# `app` with its doors: they read settings, build everything, or tell of it; they may know all, no room knows them.
DOORS = {
    "app", "command", "configuration", "equipment", "report", "settings_readers", "status", "television", "__main__",
}  # fmt: skip
PURE = ("core", "screens", "step")
INSIDE_PLAYER = {
    "core": {"core"},
    "screens": {"screens", "core"},
    "step": {"step", "screens", "core"},
    "ports": {"ports", "screens", "core"},
    "inflight": {"inflight", "core"},
    "sd_notify": {"sd_notify"},
    "locale": {"locale", "core"},  # a program for those who develop; the player reads only its files
    "loop": {"loop", "inflight", "sd_notify", "step", "ports", "screens", "core"},
    # Files that processes share: where they lie and what is in them.
    "folders": {"folders"},
    "store": {"store", "core"},
    "devices": {"devices", "ports", "screens", "core", "folders", "store", "workers"},
    "workers": {"workers", "core", "folders", "store"},
}
# What processes say to each other and leave in files; across that border nothing else is known.
SHARED_FORMS = {
    "player.devices.journal_schema",
    "player.workers.catalogue_index",
    "player.workers.messages",
}
NO_I_O = {
    "asyncio", "datetime.datetime.now", "evdev", "http", "io", "multiprocessing", "os", "pathlib", "pygame", "queue",
    "random", "requests", "secrets", "select", "selectors", "shutil", "signal", "socket", "sqlite3", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib.request", "vlc", "Xlib",
}  # fmt: skip
READS_THE_WORLD = {"now", "today", "utcnow", "uuid1", "uuid4", "open", "input", "print", "monotonic"}
TOO_HEAVY_FOR_THE_PLAYER = {
    "cryptography", "dateutil", "django", "icalendar", "pypinyin", "requests", "securesystemslib", "tuf", "urllib3",
}  # fmt: skip


def package_imports(*packages: str) -> list[Import]:
    return [
        found
        for module, path in modules().items()
        if module.split(".")[0] in packages
        for found in imports_of(module, path)
    ]


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "player" else ""


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_there(package: str) -> None:
    assert [name for name in modules() if name.split(".")[0] == package]


@pytest.mark.parametrize("name", ["app", "loop", *PURE, "ports", "devices", "workers"])
def test_every_room_of_the_player_is_there(name: str) -> None:
    assert [module for module in modules() if room(module) == name]


def test_packages_import_only_along_the_arrows() -> None:
    wrong = [
        str(found)
        for found in package_imports(*PACKAGES)
        if (target := found.target.split(".")[0]) in PACKAGES
        and target not in BETWEEN_PACKAGES[found.module.split(".")[0]]
    ]
    assert wrong == []


def test_the_product_imports_neither_tests_nor_bench_nor_demo() -> None:
    wrong = [
        str(found) for found in package_imports(*PACKAGES) if found.target.split(".")[0] in {"tests", "bench", "demo"}
    ]
    assert wrong == []


def test_every_room_of_the_player_has_its_place_in_the_picture() -> None:
    rooms = {room(module) for module in modules()} - {""}
    assert rooms - set(INSIDE_PLAYER) - DOORS == set()


def test_rooms_of_the_player_import_only_along_the_arrows() -> None:
    wrong = [
        str(found)
        for found in package_imports("player")
        if room(found.module) in INSIDE_PLAYER
        and room(found.target)
        and found.target not in SHARED_FORMS
        and room(found.target) not in INSIDE_PLAYER[room(found.module)]
    ]
    assert wrong == []


def test_devices_are_known_only_by_the_doors() -> None:
    wrong = [
        str(found)
        for found in package_imports("player")
        if room(found.target) == "devices"
        and room(found.module) not in {"devices", *DOORS}
        and found.target not in SHARED_FORMS
    ]
    assert wrong == []


def test_the_player_process_knows_its_workers_only_as_other_processes() -> None:
    wrong = [
        str(found)
        for found in package_imports("player")
        if room(found.target) == "workers" and room(found.module) != "workers" and found.target not in SHARED_FORMS
    ]
    assert wrong == []


def test_the_core_imports_nothing_that_does_i_o_or_knows_the_time() -> None:
    wrong = [
        str(found)
        for found in package_imports("player")
        if room(found.module) in PURE
        and any(found.target == name or found.target.startswith(f"{name}.") for name in NO_I_O)
    ]
    assert wrong == []


def test_the_core_calls_nothing_that_reads_a_clock_a_file_or_chance() -> None:
    wrong = []
    for module, path in modules().items():
        if room(module) not in PURE:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in READS_THE_WORLD and not _is_own_time(node.func):
                    wrong.append(f"{module} line {node.lineno} calls {called}")
    assert wrong == []


def _is_own_time(called: ast.expr) -> bool:
    """Say whether it is the method of a value that was given, as in ``moment.now``, and not of a library."""
    if not isinstance(called, ast.Attribute):
        return False
    owner = called.value
    return isinstance(owner, ast.Name) and owner.id not in {"datetime", "date", "time", "uuid"}


def test_no_import_that_the_player_process_can_reach_is_heavy() -> None:
    reached = reached_from("player.app")
    assert len(reached) > 20, "the walk through the imports found too little to be true"
    heavy = [f"{name}: {reached[name]}" for name in sorted(TOO_HEAVY_FOR_THE_PLAYER & set(reached))]
    assert heavy == []


@pytest.mark.parametrize("worker", ["fetch", "scrub", "watch_live"])
def test_workers_that_live_long_beside_the_player_are_lean(worker: str) -> None:
    reached = reached_from(f"player.workers.{worker}")
    assert f"player.workers.{worker}" in reached
    assert TOO_HEAVY_FOR_THE_PLAYER & set(reached) == set()


def test_the_player_process_starts_without_heavy_libraries() -> None:
    program = "import json, sys, player.app; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert {"player", "playlists"} <= loaded
    assert loaded & (TOO_HEAVY_FOR_THE_PLAYER | {"county"}) == set()


@pytest.mark.parametrize("room", sorted(path.parent.name for path in (ROOT / "county").glob("*/migrations")))
def test_a_rooms_migrations_form_one_row(room: str) -> None:
    """Each follows the one with the number before it: two people who add one at a time see it before a county does."""
    folder = ROOT / "county" / room / "migrations"
    names = sorted(path.stem for path in folder.glob("0*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    own = re.compile(rf"\(['\"]{room}['\"], ['\"](\w+)['\"]\)")
    for before, name in itertools.pairwise(names):
        assert own.findall((folder / f"{name}.py").read_text()) == [before], name
