"""Large type: every screen is laid out in a smaller room and magnified; nothing of it is lost or runs together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

from demo.screens.states import all_states, base
from demo.screens.village import SHELF
from player.core.actions import SetPreferences
from player.core.events import ButtonPressed
from player.core.preferences import LANGUAGES, Language
from player.core.screens_shown import CoursesScreen, SettingsScreen
from player.core.world import World
from player.screens import design as d
from player.screens.react import react
from player.screens.scene import HEIGHT, WIDTH, Box, Overlay, Poster, Scene, Text, magnified
from player.screens.view import view
from tests.player.core.box import TestBox
from tests.player.screens.test_view import marks_of

STATES = all_states()
SCREENS = Path(d.__file__).parent
ROOM = {"WIDTH", "HEIGHT", "LEFT", "RIGHT", "TOP", "BOTTOM", "INNER", "CONTENT_TOP", "CONTENT_BOTTOM",
        "CONTENT_HEIGHT", "BAR_TOP"}  # fmt: skip


def large(world: World) -> World:
    return replace(world, preferences=replace(world.preferences, large_type=True))


def is_key(mark: object) -> bool:
    """Say whether a mark is the cap of a key in the bar."""
    return isinstance(mark, Box) and mark.fill == d.RAISED and mark.height in (42, 52, 53)


def drawn(name: str) -> Scene:
    world, library = STATES[name]
    return view(large(world), library)


@pytest.mark.parametrize("name", STATES)
def test_words_stay_inside_the_safe_area_and_none_is_smaller_than_ordinary_type(name: str) -> None:
    for mark in marks_of(drawn(name)):
        if isinstance(mark, Text) and mark.words:
            height = mark.size * mark.line_height * mark.lines
            assert mark.size >= d.BODY, mark
            assert mark.width > 0, mark
            assert mark.x >= 63, mark
            assert mark.x + mark.width <= WIDTH - 62, mark
            assert mark.y >= 18, mark
            assert mark.y + height <= HEIGHT - 24, mark


@pytest.mark.parametrize("name", STATES)
def test_all_marks_lie_on_the_canvas_and_overlays_hold_their_marks(name: str) -> None:
    scene = drawn(name)
    for mark in marks_of(scene):
        assert mark.x >= 0
        assert mark.y >= 0
        assert mark.x + mark.width <= WIDTH
        assert isinstance(mark, Text) or mark.y + mark.height <= HEIGHT
    for overlay in scene.overlays:
        for mark in overlay.marks:
            assert overlay.x <= mark.x
            assert mark.x + mark.width <= overlay.x + overlay.width
            assert overlay.y <= mark.y


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_every_screen_names_as_many_keys_as_in_ordinary_type(name: str, language: Language) -> None:
    world, library = STATES[name]
    spoken = replace(world, preferences=replace(world.preferences, language=language))
    keys = [sum(is_key(mark) for mark in marks_of(view(one, library))) for one in (spoken, large(spoken))]
    assert keys[1] >= keys[0], "a longer text has a key more to turn its leaves"


def test_most_words_are_larger() -> None:
    ordinary, larger = (
        [mark.size for name in STATES for mark in marks_of(view(made(STATES[name][0]), STATES[name][1]))
         if isinstance(mark, Text) and mark.words]
        for made in (lambda world: world, large)
    )  # fmt: skip
    assert sum(size >= 37 for size in larger) / len(larger) > 0.9
    assert sum(size >= 37 for size in ordinary) / len(ordinary) < 0.6


def test_a_list_has_fewer_rows_and_every_course_is_still_reached() -> None:
    world, seen = large(base(CoursesScreen(()))), set()
    for _ in range(SHELF.count(())):
        seen |= {mark.words for mark in marks_of(view(world, SHELF)) if isinstance(mark, Text)}
        with d.sized(True):
            world, _asked = react(world, "down", SHELF)
    assert {entry.title for entry in SHELF.courses((), 0, 99)} <= seen


@pytest.mark.parametrize("large_type", [False, True])
def test_a_digit_opens_the_row_that_is_seen(large_type: bool) -> None:
    box = TestBox()
    box.start()
    box.wish(SetPreferences(replace(box.world.preferences, large_type=large_type)))
    box.world = replace(box.world, screens=(*box.world.screens, SettingsScreen()))
    box.take(ButtonPressed("8"))  # of eight rows five or six are on the first page in large type
    assert isinstance(box.world.screen, SettingsScreen) is large_type


def test_magnified_marks_keep_their_neighbourhood() -> None:
    marks = (
        Box(51, 10, 101, 33, None, 12),
        Box(152, 10, 101, 33, None),
        Text(51, 10, 101, "字", 30, (1, 1, 1)),
        Poster(51, 43, 101, 33, "x"),
    )
    scene = Scene((0, 0, 0), marks, True, (Overlay(51, 10, 202, 66, ()),))
    first, second, text, poster = magnified(scene, 1.25).marks
    (overlay,) = magnified(scene, 1.25).overlays
    assert isinstance(first, Box)
    assert isinstance(text, Text)
    assert first.x + first.width == second.x
    assert first.y + first.height == poster.y
    assert (text.size, text.x) == (37, first.x)
    assert overlay.x + overlay.width == second.x + second.width


def module_level(tree: ast.Module) -> list[ast.AST]:
    """Return the parts of a module that run when it is imported, default values of functions among them."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            waiting += [*node.args.defaults, *(one for one in node.args.kw_defaults if one), *node.decorator_list]
        elif not isinstance(node, ast.Lambda):
            found.append(node)
            waiting += ast.iter_child_nodes(node)
    return found


def kept(source: str) -> list[int]:
    """Return the lines at which a module keeps a token of the room."""
    nodes = module_level(ast.parse(source))
    return [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr in ROOM] + [
        node.lineno for node in nodes if isinstance(node, ast.ImportFrom) and node.module in ("design", "scene")
        for one in node.names if one.name in ROOM
    ]  # fmt: skip


def test_no_screen_keeps_a_token_of_the_room_from_the_time_of_its_import() -> None:
    files = [path for path in SCREENS.glob("*.py") if path.name not in ("design.py", "scene.py")]
    assert {path.name: lines for path in files if (lines := kept(path.read_text("utf-8")))} == {}


def test_the_rule_sees_what_it_shall() -> None:
    source = (
        "from . import design as d\nA = d.LEFT + 1\ndef f(x=d.INNER):\n    return d.LEFT\nB = d.GAP\n"
        "from .scene import WIDTH\n"
    )
    assert sorted(kept(source)) == [2, 3, 6]
