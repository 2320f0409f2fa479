"""The display port on its fake and on a real X server: what is shown is what is there, and keys arrive."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator

import pygame
import pytest
from msgspec.structs import replace
from Xlib import XK, X
from Xlib.display import Display as Connection
from Xlib.error import ConnectionClosedError
from Xlib.ext import xtest

from demo.screens.states import all_states
from player.core.events import ButtonPressed, Event, QuitAsked
from player.devices.display.screen import X11Display
from player.ports import Display
from player.screens.scene import Box, Overlay, Scene
from player.screens.view import view
from playlists.errors import FailedAttempt
from tests.fakes.display import FakeDisplay
from tests.player.devices.display.conftest import xvfb

RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)
BUTTONS = {"Return": "ok", "Down": "down", "5": "5", "XF86_Back": "back"}
Events = queue.SimpleQueue[Event]


class Eye:
    """Another client of the X server that looks at the screen and presses keys."""

    def __init__(self, address: str) -> None:
        self.connection = Connection(address)
        self.root = self.connection.screen().root

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        blue, green, red, _ = self.root.get_image(x, y, 1, 1, X.ZPixmap, 0xFFFFFFFF).data
        return red, green, blue

    def picture(self, width: int, height: int) -> bytes:
        data = b"".join(self.root.get_image(0, y, width, 8, X.ZPixmap, 0xFFFFFFFF).data for y in range(0, height, 8))
        return pygame.image.tobytes(pygame.image.frombuffer(data, (width, height), "BGRA"), "RGB")

    def soon(self, x: int, y: int, colour: tuple[int, int, int]) -> bool:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            if self.pixel(x, y) == colour:
                return True
            time.sleep(0.01)
        return False

    def key(self, name: str, *, down: bool) -> None:
        code = self.connection.keysym_to_keycode(XK.string_to_keysym(name))
        xtest.fake_input(self.connection, X.KeyPress if down else X.KeyRelease, code)
        self.connection.sync()


@pytest.fixture
def events() -> Events:
    return queue.SimpleQueue()


@pytest.fixture
def display(wide: str, events: Events) -> Iterator[X11Display]:
    ours = X11Display(BUTTONS, lambda _blob: None, address=wide)  # type: ignore[arg-type]  # names of buttons
    ours.start(events.put)
    yield ours
    ours.stop()


@pytest.fixture
def eye(wide: str) -> Iterator[Eye]:
    looking = Eye(wide)
    yield looking
    looking.connection.close()


def plain(*marks: Box) -> Scene:
    return Scene(RED, marks)


def test_both_displays_take_every_scene(display: X11Display) -> None:
    fake = FakeDisplay()
    shown: list[Display] = [display, fake]
    for world, library in all_states().values():
        for one in shown:
            one.show(view(world, library))
    assert len(fake.scenes) == len(all_states())


def test_marks_are_where_they_belong_and_go_away_again(display: X11Display, eye: Eye) -> None:
    display.show(plain(Box(100, 100, 300, 200, GREEN)))
    assert eye.soon(100, 100, GREEN)
    assert eye.pixel(399, 299) == GREEN
    assert eye.pixel(99, 100) == RED
    assert eye.pixel(400, 299) == RED
    display.show(plain())
    assert eye.soon(200, 200, RED)


def test_the_screen_holds_exactly_what_the_board_holds_after_many_changes(display: X11Display, eye: Eye) -> None:
    states = all_states()
    for name in ("home", "courses", "home-tile", "course-long", "heads", "heads-typed", "home"):
        display.show(view(*states[name]))
    painted = pygame.image.tobytes(display._pane.board.surface, "RGB")
    until = time.monotonic() + 3
    while eye.picture(1280, 720) != painted and time.monotonic() < until:
        time.sleep(0.05)
    assert eye.picture(1280, 720) == painted


def test_the_moving_picture_has_a_window_of_its_own_that_comes_and_goes(display: X11Display, eye: Eye) -> None:
    display.show(plain())
    video = eye.connection.create_resource_object("window", display.video_window_id)
    assert video.get_attributes().map_state == X.IsUnmapped
    video.change_attributes(background_pixel=0x1414DC)
    eye.connection.sync()
    display.show(Scene(RED, video=True))
    assert eye.soon(640, 360, BLUE)
    display.show(plain())
    assert eye.soon(640, 360, RED)


def test_an_overlay_lies_over_the_picture_only_while_it_is_in_the_scene(display: X11Display, eye: Eye) -> None:
    video = eye.connection.create_resource_object("window", display.video_window_id)
    video.change_attributes(background_pixel=0x1414DC)
    eye.connection.sync()
    panel = Overlay(100, 500, 400, 100, (Box(100, 500, 400, 100, GREEN), Box(120, 520, 10, 10, RED)))
    display.show(Scene(RED, video=True, overlays=(panel,)))
    assert eye.soon(100, 500, GREEN)
    assert eye.pixel(125, 525) == RED
    assert eye.pixel(99, 500) == BLUE
    changed = replace(panel, marks=(Box(100, 500, 400, 100, RED),))
    display.show(Scene(RED, video=True, overlays=(changed,)))
    assert eye.soon(300, 550, RED)
    display.show(Scene(RED, video=True))
    assert eye.soon(300, 550, BLUE)


def test_a_window_put_over_it_and_taken_away_leaves_the_picture_whole(display: X11Display, eye: Eye) -> None:
    display.show(plain(Box(0, 0, 640, 720, GREEN)))
    assert eye.soon(10, 10, GREEN)
    other = eye.root.create_window(0, 0, 500, 500, 0, 24, override_redirect=1, background_pixel=0x1414DC)
    other.map()
    assert eye.soon(10, 10, BLUE)
    other.destroy()
    assert eye.soon(10, 10, GREEN)


def pressed(events: Events) -> ButtonPressed:
    event = events.get(timeout=3)
    assert isinstance(event, ButtonPressed)
    return event


def test_a_key_arrives_as_our_button_pressed_and_let_go(display: X11Display, eye: Eye, events: Events) -> None:
    assert display.size == (1280, 720)
    for name, button in (("Return", "ok"), ("5", "5")):
        eye.key(name, down=True)
        eye.key(name, down=False)
        assert pressed(events) == ButtonPressed(button, "press")  # type: ignore[arg-type]
        assert pressed(events) == ButtonPressed(button, "release")  # type: ignore[arg-type]


@pytest.mark.usefixtures("display")
def test_a_key_held_down_repeats_and_is_let_go_once(eye: Eye, events: Events) -> None:
    eye.key("Down", down=True)
    time.sleep(1.0)
    eye.key("Down", down=False)
    presses = []
    while (press := pressed(events).press) != "release":
        presses.append(press)
    assert presses[0] == "press"
    assert len(presses) > 2
    assert set(presses[1:]) == {"repeat"}
    assert events.empty()


@pytest.mark.usefixtures("display")
def test_a_key_without_a_meaning_says_nothing(eye: Eye, events: Events) -> None:
    eye.key("F9", down=True)
    eye.key("F9", down=False)
    time.sleep(0.2)
    assert events.empty()


def test_on_an_old_television_the_menus_fill_the_screen(old: str, events: Events) -> None:
    display, eye = X11Display({}, lambda _blob: None, address=old), Eye(old)
    display.start(events.put)
    display.show(plain(Box(64, 36, 1152, 648, GREEN)))
    assert eye.soon(36, 29, GREEN)
    assert eye.pixel(683, 546) == GREEN
    assert eye.pixel(35, 29) == RED
    assert eye.pixel(684, 546) == RED
    display.stop()


def test_the_screen_is_free_again_after_the_end(wide: str, eye: Eye, events: Events) -> None:
    display = X11Display({}, lambda _blob: None, address=wide)
    for _ in range(2):
        display.start(events.put)
        display.show(plain())
        assert eye.soon(5, 5, RED)
        display.stop()
    assert eye.soon(5, 5, (0, 0, 0))


def test_without_an_x_server_it_says_so(monkeypatch: pytest.MonkeyPatch, events: Events) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(FailedAttempt, match="DISPLAY"):
        X11Display({}, lambda _blob: None).start(events.put)
    with pytest.raises(FailedAttempt, match="X server"):
        X11Display({}, lambda _blob: None, address=":4711").start(events.put)


def test_a_lost_x_server_ends_the_run_in_order(events: Events) -> None:
    server = xvfb("640x360")
    display = X11Display({}, lambda _blob: None, address=next(server))
    display.start(events.put)
    display.show(plain())
    server.close()
    assert events.get(timeout=5) == QuitAsked()
    with pytest.raises((ConnectionClosedError, OSError)):
        display.show(plain(Box(0, 0, 10, 10, GREEN)))
    display.stop()
