"""A remote control in a child's hands: any buttons in any order, through keymap and step, always draw a screen."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest
import yaml
from msgspec.structs import replace

from demo.screens.states import all_states
from player.core.events import Button, ButtonPressed
from player.core.keymap import read_keymap
from player.core.screens_shown import HomeScreen
from player.core.world import World
from player.screens.view import next_change, view
from player.step import step

TABLES = Path(__file__).parents[3] / "config" / "keymaps" / "contexts.yaml"
KEYMAP = read_keymap(yaml.safe_load(TABLES.read_text()), TABLES.name)
BUTTONS = get_args(Button)
STATES = all_states()


def with_keys(world: World) -> World:
    return replace(world, settings=replace(world.settings, keymap=KEYMAP))


@pytest.mark.parametrize("name", STATES)
def test_every_button_in_every_state_is_known_to_the_core(name: str) -> None:
    world, library = STATES[name]
    for button in BUTTONS:
        reached, _, _ = step(with_keys(world), ButtonPressed(button), world.now, library, strict=True)
        assert view(reached, library)


@pytest.mark.parametrize("seed", range(12))
def test_a_long_walk_of_random_buttons_never_strands(seed: int) -> None:
    chance = random.Random(seed)
    world, library = chance.choice(list(STATES.values()))
    world, now = with_keys(world), world.now
    for _ in range(300):
        passed = chance.choice((30, 200, 6_000, 70_000))
        now = replace(now, monotonic_ms=now.monotonic_ms + passed, wall_ms=now.wall_ms + passed)
        press = ButtonPressed(chance.choice(BUTTONS), chance.choice(("press", "press", "repeat", "release")))
        world, _, _ = step(world, press, now, library, strict=True)
        assert view(world, library)
        change = next_change(world)
        assert change is None or change > now.wall_ms
        assert isinstance(world.screens[0], HomeScreen)
        assert len(world.screens) < 40
