"""The tables of buttons are checked as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from evdev import ecodes
from Xlib import XK

from player.devices.buttons import read_buttons
from player.devices.display.keyboard import buttons_by_keysym
from playlists.errors import BadData

FILE = Path(__file__).parents[3] / "config" / "keymaps" / "buttons.yaml"


def test_the_delivered_tables_name_only_keys_that_exist() -> None:
    tables = read_buttons(yaml.safe_load(FILE.read_text()), FILE.name)
    assert set(tables.evdev) <= set(ecodes.ecodes)
    assert len(buttons_by_keysym(tables.x11)) == len(tables.x11)


def test_every_button_that_a_screen_needs_is_on_keyboard_and_remote() -> None:
    tables = read_buttons(yaml.safe_load(FILE.read_text()), FILE.name)
    needed = {*"0123456789", "up", "down", "left", "right", "ok", "back", "home", "menu", "play-pause", "stop"}
    needed |= {"volume-up", "volume-down"}
    assert needed <= set(tables.evdev.values())
    assert needed <= set(tables.x11.values())


def test_all_mistakes_of_a_table_are_named_together() -> None:
    with pytest.raises(BadData) as raised:
        read_buttons({"evdev": {"KEY_OK": "okay", "KEY_UP": "upp"}, "x12": {}}, "buttons.yaml")
    for word in ("okay", "upp", "x12", "x11: must be a table", "volume-up"):
        assert word in str(raised.value)


def test_a_keysym_that_x_does_not_know_is_left_out() -> None:
    assert buttons_by_keysym({"NoSuchKey": "ok", "Return": "ok"}) == {XK.XK_Return: "ok"}
