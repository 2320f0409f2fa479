"""Remote controls that come and go, and the table of their keys."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from evdev import ecodes

import config
from player.core.events import Button, ButtonPressed, Event, FaultReported, Press, UnknownKey
from player.core.preferences import SCAN_CODES
from player.devices.buttons import read_buttons
from player.devices.keys.codes import CODES
from player.devices.keys.device import KeysDevice
from player.devices.keys.remote import open_remote
from player.devices.keys.table import numbered
from playlists.errors import BadData
from tests.fakes.remotes import FakeRemotes

BUTTONS = yaml.safe_load((Path(config.__file__).parent / "keymaps" / "buttons.yaml").read_text(encoding="utf-8"))
TABLE = read_buttons(BUTTONS, "buttons.yaml").evdev


def pressed(button: Button, key: str, press: Press = "press") -> ButtonPressed:
    return ButtonPressed(button, press, CODES[key])


class Listener:
    def __init__(self, folder: Path, missing_after_s: float = 60) -> None:
        self.remotes = FakeRemotes(folder)
        self.events: list[Event] = []
        self.device = KeysDevice(numbered(TABLE, "buttons.yaml"), folder, self.remotes.open, missing_after_s)

    def wait_for(self, *events: Event) -> None:
        for _ in range(250):
            if self.events == list(events):
                return
            time.sleep(0.02)
        raise AssertionError(f"expected {events}, heard {self.events}")

    def wait_until_opened(self, *names: str) -> None:
        for _ in range(250):
            if self.remotes.opened == list(names):
                return
            time.sleep(0.02)
        raise AssertionError(f"expected {names}, opened {self.remotes.opened}")


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path)
    yield listener
    listener.device.stop()


def test_press_repeat_and_release_of_a_known_key_are_heard(listener: Listener) -> None:
    listener.remotes.plug("event0")
    listener.device.start(listener.events.append)
    listener.remotes.press("event0", "KEY_VOLUMEUP", 1, 2, 0)
    listener.wait_for(*(pressed("volume-up", "KEY_VOLUMEUP", press) for press in ("press", "repeat", "release")))


def test_keys_above_247_are_heard(listener: Listener) -> None:
    listener.remotes.plug("event0")
    listener.device.start(listener.events.append)
    listener.remotes.press("event0", "KEY_OK", 1)
    listener.remotes.press("event0", "KEY_NUMERIC_7", 1)
    listener.remotes.press("event0", "KEY_RED", 1)
    listener.wait_for(pressed("ok", "KEY_OK"), pressed("7", "KEY_NUMERIC_7"), pressed("red", "KEY_RED"))


def test_a_key_without_a_meaning_is_heard_by_its_number_for_it_may_be_taught(listener: Listener) -> None:
    listener.remotes.plug("event0")
    listener.device.start(listener.events.append)
    listener.remotes.press("event0", "KEY_TAB", 1, 0)
    listener.remotes.press("event0", "KEY_UP", 1)
    listener.wait_for(UnknownKey(CODES["KEY_TAB"]), UnknownKey(CODES["KEY_TAB"], "release"), pressed("up", "KEY_UP"))


def test_codes_of_a_remote_that_the_kernel_has_no_keys_for_are_keys_of_their_own(listener: Listener) -> None:
    listener.remotes.plug("event0")
    listener.device.start(listener.events.append)
    for at_ms in (0, 110, 220, 900):
        listener.remotes.scan("event0", 0x40BF, at_ms=at_ms)
    listener.remotes.scan("event0", 0x800F041E, at_ms=950)
    held = [UnknownKey(SCAN_CODES + 0x40BF, press) for press in ("press", "repeat", "repeat", "press")]
    listener.wait_for(*held, UnknownKey(SCAN_CODES + 0x800F041E))


def test_a_code_beside_its_key_is_no_second_key_unless_the_kernel_calls_that_unknown(listener: Listener) -> None:
    listener.remotes.plug("event0")
    listener.device.start(listener.events.append)
    listener.remotes.scan("event0", 0x70028, at_ms=10, key=CODES["KEY_OK"])
    listener.remotes.scan("event0", 0x700AA, at_ms=20, key=240)
    listener.wait_for(pressed("ok", "KEY_OK"), UnknownKey(SCAN_CODES + 0x700AA))


def test_a_remote_plugged_in_later_is_heard_and_so_is_its_return(listener: Listener) -> None:
    listener.device.start(listener.events.append)
    listener.remotes.plug("event3")
    listener.wait_until_opened("event3")
    listener.remotes.press("event3", "KEY_1", 1)
    listener.wait_for(pressed("1", "KEY_1"))
    listener.remotes.pull("event3")
    time.sleep(0.1)
    listener.remotes.plug("event3")
    listener.wait_until_opened("event3", "event3")
    listener.remotes.press("event3", "KEY_2", 1)
    listener.wait_for(pressed("1", "KEY_1"), pressed("2", "KEY_2"))


def test_two_remotes_are_heard_side_by_side_and_one_may_go(listener: Listener) -> None:
    listener.remotes.plug("event0")
    listener.remotes.plug("event1")
    listener.device.start(listener.events.append)
    listener.wait_until_opened("event0", "event1")
    listener.remotes.pull("event0")
    listener.remotes.press("event1", "KEY_DOWN", 1)
    listener.wait_for(pressed("down", "KEY_DOWN"))


def test_a_mouse_is_left_alone(listener: Listener) -> None:
    listener.remotes.plug("event0", is_remote=False)
    listener.remotes.plug("event1")
    listener.device.start(listener.events.append)
    listener.remotes.press("event1", "KEY_LEFT", 1)
    listener.wait_for(pressed("left", "KEY_LEFT"))


def test_a_device_becomes_usable_when_its_rights_are_set(listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    listener.remotes.forbidden.add("event0")
    listener.remotes.plug("event0")
    listener.device.start(listener.events.append)
    for _ in range(100):
        if "Permission denied" in caplog.text:
            break
        time.sleep(0.02)
    assert "event0 cannot be used: Permission denied" in caplog.text
    listener.remotes.forbidden.clear()
    os.chmod(listener.remotes.folder / "event0", 0o640)  # noqa: PTH101 - what udev does
    listener.wait_until_opened("event0")


def test_without_the_folder_it_is_said_once_and_nothing_breaks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener(tmp_path / "none")
    listener.device.start(listener.events.append)
    listener.device.stop()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert not listener.events


def test_a_box_without_a_remote_says_so_until_one_comes(tmp_path: Path) -> None:
    listener = Listener(tmp_path, missing_after_s=0.2)
    listener.device.start(listener.events.append)
    listener.wait_for(FaultReported("Y01", active=True))
    listener.remotes.plug("event0")
    listener.wait_for(FaultReported("Y01", active=True), FaultReported("Y01", active=False))
    listener.device.stop()


def test_what_is_no_input_device_is_refused_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "event0"
    path.write_bytes(b"")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with pytest.raises(OSError, match="ioctl"):
        open_remote(path, [1])
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_our_key_numbers_are_the_kernels() -> None:
    assert {name: code for name, code in CODES.items() if getattr(ecodes, name) != code} == {}


def test_unknown_names_in_the_table_are_named_together() -> None:
    with pytest.raises(BadData) as caught:
        numbered({"KEY_OKAY": "ok", "KEY_UPP": "up", "KEY_OK": "ok"}, "buttons.yaml")
    assert "KEY_OKAY: no such key; did you mean KEY_OK" in str(caught.value)
    assert "KEY_UPP: no such key" in str(caught.value)
