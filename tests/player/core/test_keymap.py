from __future__ import annotations

import pytest
import yaml
from msgspec.structs import replace

from player.core.faults import FAULTS, fault
from player.core.keymap import context_of, intent_for, read_keymap
from player.core.screens_shown import HomeScreen, NumberScreen, SessionsScreen, StatusScreen
from playlists.errors import BadData
from tests.player.core.box import KEYMAP_FILE, TestBox
from tests.player.core.test_session import counting, gathering, running

KEYMAP = read_keymap(yaml.safe_load(KEYMAP_FILE.read_text(encoding="utf-8")), KEYMAP_FILE.name)


def test_home_and_back_work_everywhere() -> None:
    for context in ("home", "list", "number", "playing", "gathering", "heads", "card", "question", "fault"):
        assert intent_for(KEYMAP, context, "home", "press") == "home"  # type: ignore[arg-type]
        assert intent_for(KEYMAP, context, "back", "press") == "back"  # type: ignore[arg-type]


def test_digits_are_digits_where_something_is_chosen_or_keyed_in_and_nothing_while_a_picture_moves() -> None:
    assert intent_for(KEYMAP, "heads", "7", "press") == "digit-7"
    assert intent_for(KEYMAP, "playing", "7", "press") is None


def test_held_down_left_goes_back_further_and_ok_held_down_does_nothing() -> None:
    assert intent_for(KEYMAP, "playing", "left", "press") == "seek-back"
    assert intent_for(KEYMAP, "playing", "left", "repeat") == "seek-back-held"
    assert intent_for(KEYMAP, "home", "ok", "repeat") is None


def test_all_mistakes_of_a_keymap_are_named_together_with_what_is_allowed() -> None:
    tables = yaml.safe_load(KEYMAP_FILE.read_text(encoding="utf-8"))
    tables["home"] |= {"wheel": "up", "ok": "fly", "red": {"twice": "red"}}
    with pytest.raises(BadData) as refused:
        read_keymap(tables, "my.yaml")
    for part in ("home.wheel: no such button", "home.ok: 'fly' is no intent", "'twice' is none of", "allowed:"):
        assert part in str(refused.value)


def test_a_missing_table_is_named() -> None:
    with pytest.raises(BadData, match="heads"):
        read_keymap({"home": {"ok": "select"}}, "my.yaml")


def test_every_screen_has_its_table() -> None:
    box = TestBox().start()
    for screen, context in ((HomeScreen(), "home"), (NumberScreen(), "number"), (SessionsScreen(), "list"),
                            (StatusScreen(), "card")):  # fmt: skip
        box.world = replace(box.world, screens=(HomeScreen(), screen))
        assert context_of(box.world) == context
    assert context_of(gathering().world) == "gathering"
    assert context_of(running().world) == "playing"
    assert context_of(counting().world) == "heads"


def test_every_fault_says_what_it_is_and_what_to_do_and_an_unknown_code_is_shown_too() -> None:
    assert all(one.title and one.advice and one.code == code for code, one in FAULTS.items())
    assert fault("Z99").code == "Z99"
