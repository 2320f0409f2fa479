"""What was chosen at the television outlives the power; a file that nobody can read costs the choices, not the box."""

from __future__ import annotations

import json
import queue
from pathlib import Path
from typing import get_args

import pytest

from player.core import faults
from player.core.effects import KeepPreferences
from player.core.events import Button, Event, FaultReported
from player.core.preferences import LearntButton, Preferences, decoded, encoded
from player.devices.preferences import Loaded, PreferencesDevice, load_preferences

CHOSEN = Preferences(
    language="en",
    large_type=True,
    night_percent=35,
    most_percent=70,
    keys={353: "ok", (1 << 32) + 0x40BF: "0"},
)  # fmt: skip


def device(path: Path) -> tuple[PreferencesDevice, list[Event]]:
    heard: list[Event] = []
    made = PreferencesDevice(path, load_preferences(path))
    made.start(heard.append)
    return made, heard


def keep(path: Path, *chosen: Preferences) -> list[Event]:
    made, heard = device(path)
    for number, one in enumerate(chosen):
        made.perform(KeepPreferences(number, one))
    made.stop()
    return heard


def test_what_was_chosen_comes_back_after_a_start(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    assert keep(path, Preferences(large_type=True), CHOSEN) == []
    assert load_preferences(path) == Loaded(CHOSEN)


def test_of_many_changes_the_last_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    keep(path, *(Preferences(night_percent=percent) for percent in range(100)))
    assert load_preferences(path).preferences.night_percent == 99


def test_a_box_where_nothing_was_chosen_has_no_file_and_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    assert keep(path) == []
    assert load_preferences(path) == Loaded(Preferences())
    assert not path.exists()


def test_the_file_can_be_read_by_a_person_and_says_its_format() -> None:
    found = json.loads(encoded(CHOSEN))
    assert found == {
        "format": 1, "language": "en", "large_type": True, "night_percent": 35, "most_percent": 70,
        "keys": {"353": "ok", "4294983871": "0"},
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"language": "de"}', b'{"most_percent": 9}', b'{"day_percent": 101}',
        b'{"language": "\xff"}', b'{"keys": {"353": "power"}}', b'{"keys": {"0": "ok"}}',
        b'{"keys": {"8589934592": "ok"}}', b" " * (70 << 10),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_set_aside_and_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(data)
    (fault,) = keep(path)
    assert isinstance(fault, FaultReported)
    assert (fault.code, fault.active) == (faults.CHOICES_LOST, True)
    assert path.with_name("preferences.json.unreadable").read_bytes() == data
    assert keep(path, CHOSEN) == []
    assert load_preferences(path) == Loaded(CHOSEN)


def test_what_a_later_version_has_added_is_passed_over() -> None:
    assert decoded(b'{"format": 1, "large_type": true, "scent": "tea"}') == Preferences(large_type=True)


def test_a_disk_that_refuses_is_said_once_and_again_when_it_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "disk" / "preferences.json"
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    made = PreferencesDevice(path, load_preferences(path))
    made.start(heard.put)
    made.perform(KeepPreferences(1, Preferences(night_percent=1)))
    refused = heard.get(timeout=10)
    made.perform(KeepPreferences(2, Preferences(night_percent=2)))
    path.parent.mkdir()
    made.perform(KeepPreferences(3, CHOSEN))
    made.stop()
    gone = heard.get(timeout=10)
    assert [(one.code, one.active) for one in (refused, gone) if isinstance(one, FaultReported)] == [
        (faults.CARD_FAILING, True), (faults.CARD_FAILING, False),
    ]  # fmt: skip
    assert heard.empty()
    assert load_preferences(path) == Loaded(CHOSEN)


def test_every_button_that_can_be_taught_is_a_button() -> None:
    assert set(get_args(LearntButton)) <= set(get_args(Button))
