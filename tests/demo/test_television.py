"""The virtual TV's page: who may press keys, which keys there are, when a picture is answered."""

from __future__ import annotations

import io
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from PIL import Image

from demo.screen import number_of
from demo.stage import DemoFailed
from demo.stick import LABEL, VirtualStick
from demo.television import VirtualTelevision, keysyms


class Screen:
    """A screen of one colour that remembers its key presses."""

    def __init__(self) -> None:
        self.colour = (15, 23, 36)
        self.pressed: list[str] = []

    def picture(self) -> Image.Image:
        return Image.new("RGB", (64, 36), self.colour)

    def press(self, keysym: str) -> None:
        self.pressed.append(keysym)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def television(screen: Screen) -> Iterator[VirtualTelevision]:
    television = VirtualTelevision(screen, first_steps="<ol><li>第一步</li></ol>")  # type: ignore[arg-type]  # a fake
    yield television
    television.close()


def post(television: VirtualTelevision, button: str, origin: str | None) -> int:
    return post_to(television, f"press/{button}", origin)


def post_to(television: VirtualTelevision, path: str, origin: str | None) -> int:
    headers = {} if origin is None else {"Origin": origin}
    request = urllib.request.Request(f"{television.address}{path}", b"", headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def picture(television: VirtualTelevision, seen: str = "") -> tuple[str, bytes]:
    with urllib.request.urlopen(f"{television.address}picture.jpeg?after={seen}", timeout=5) as answer:
        return answer.headers["X-Picture"], answer.read()


def test_a_button_of_the_page_presses_its_key(television: VirtualTelevision, screen: Screen) -> None:
    assert post(television, "ok", television.address.rstrip("/")) == 200
    assert screen.pressed == [keysyms()["ok"]]


@pytest.mark.parametrize("origin", [None, "null", "http://elsewhere.example", "http://127.0.0.1:1"])
def test_other_pages_may_not_press_keys(television: VirtualTelevision, screen: Screen, origin: str | None) -> None:
    assert post(television, "ok", origin) == 403
    assert screen.pressed == []


def test_an_unknown_button_is_refused(television: VirtualTelevision, screen: Screen) -> None:
    assert post(television, "launch", television.address.rstrip("/")) == 404
    assert screen.pressed == []


def test_every_button_on_the_page_is_one_of_the_remote_control() -> None:
    page = resources.files("demo").joinpath("remote.html").read_text("utf-8")
    named = set(re.findall(r'data-button="([^"$]+)"', page))
    assert {"ok", "home", "back", "0", "9", "volume-up", "mute"} <= named <= set(keysyms())
    assert all(number_of(keysyms()[name]) for name in named)


def test_the_page_says_the_first_steps(television: VirtualTelevision) -> None:
    with urllib.request.urlopen(television.address, timeout=5) as answer:
        assert "<li>第一步</li>" in answer.read().decode()


def test_a_picture_is_answered_as_soon_as_it_is_another_one(television: VirtualTelevision, screen: Screen) -> None:
    mark, first = picture(television)
    assert Image.open(io.BytesIO(first)).size == (64, 36)

    def change() -> None:
        screen.colour = (255, 200, 72)

    threading.Timer(0.3, change).start()
    began = time.monotonic()
    assert picture(television, mark)[0] != mark
    assert 0.2 < time.monotonic() - began < 1.5


def test_a_page_hears_from_the_tv_also_while_the_picture_stands_still(television: VirtualTelevision) -> None:
    mark, _ = picture(television)
    assert picture(television, mark)[0] == mark


def test_the_stick_is_filled_out_of_sight_put_in_and_pulled_out_with_what_was_written(
    television: VirtualTelevision, tmp_path: Path
) -> None:
    socket, drawer, here = tmp_path / "usb", tmp_path / "drawer", television.address.rstrip("/")

    def fill(folder: Path) -> None:
        assert folder.parent == drawer
        (folder / "film").write_bytes(b"x")

    assert post_to(television, "stick", here) == 404
    television.stick = VirtualStick(socket, drawer, fill)
    assert post_to(television, "stick", None) == 403
    assert not television.stick.is_in
    assert post_to(television, "stick", here) == 200
    assert (socket / LABEL / "film").read_bytes() == b"x"
    (socket / LABEL / "journal").write_bytes(b"y")
    assert post_to(television, "stick", here) == 200
    assert (list(socket.iterdir()), (drawer / LABEL / "journal").read_bytes()) == ([], b"y")


def test_a_stick_that_cannot_be_filled_stays_out(television: VirtualTelevision, tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        raise DemoFailed("no such site")

    television.stick = VirtualStick(tmp_path / "usb", tmp_path / "drawer", fill)
    assert post_to(television, "stick", television.address.rstrip("/")) == 409
    assert not television.stick.is_in
