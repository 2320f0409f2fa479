"""Painting only what has changed gives the same picture as painting everything."""

from __future__ import annotations

import random
from pathlib import Path

import pygame
import pytest

from demo.screens.states import all_states
from player.devices.display.board import Board, merged
from player.devices.display.brush import Brush
from player.devices.display.fonts import REPLACEMENT, Typeface
from player.screens.scene import Box, Poster, Scene, Text
from player.screens.view import view
from playlists.errors import FailedAttempt

GROUND = (15, 23, 36)


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    return Typeface()


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [view(world, library) for world, library in all_states().values()]


def brush(typeface: Typeface, size: tuple[int, int] = (640, 360), poster: Path | None = None) -> Brush:
    return Brush(size, typeface, lambda _blob: poster)


def pixels(board: Board) -> bytes:
    return pygame.image.tobytes(board.surface, "RGB")


def test_from_any_screen_to_any_other_the_picture_is_as_if_painted_anew(
    typeface: Typeface, scenes: list[Scene]
) -> None:
    ours, chance = brush(typeface), random.Random(5)
    board = Board(ours)
    for _ in range(60):
        scene = chance.choice(scenes)
        board.paint(scene.background, scene.marks)
        fresh = Board(ours)
        fresh.paint(scene.background, scene.marks)
        assert pixels(board) == pixels(fresh)


def test_nothing_is_painted_when_nothing_changed(typeface: Typeface, scenes: list[Scene]) -> None:
    board = Board(brush(typeface))
    assert board.paint(GROUND, scenes[10].marks) == [pygame.Rect(0, 0, 640, 360)]
    assert board.paint(GROUND, scenes[10].marks) == []


def test_a_moved_focus_repaints_less_than_half_the_screen(typeface: Typeface) -> None:
    states = all_states()
    board = Board(brush(typeface, (1280, 720)))
    areas = [board.paint(GROUND, view(*states[name]).marks) for name in ("home", "home-tile")][1]
    assert 0 < sum(area.width * area.height for area in areas) < 1280 * 720 / 2


def test_a_mark_that_goes_away_leaves_the_ground(typeface: Typeface) -> None:
    board = Board(brush(typeface))
    board.paint(GROUND, (Box(100, 100, 200, 100, (255, 0, 0), 12), Text(100, 100, 200, "课件", 48, (0, 255, 0))))
    board.paint(GROUND, ())
    assert board.surface.get_at((100, 75))[:3] == GROUND
    assert board.surface.get_at((60, 60))[:3] == GROUND


def test_marks_painted_in_another_order_are_painted_again(typeface: Typeface) -> None:
    red, blue = Box(0, 0, 200, 200, (255, 0, 0)), Box(0, 0, 200, 200, (0, 0, 255))
    board = Board(brush(typeface))
    board.paint(GROUND, (red, blue))
    board.paint(GROUND, (blue, red))
    assert board.surface.get_at((10, 10))[:3] == (255, 0, 0)


@pytest.mark.parametrize(
    ("size", "area"),
    [
        ((1280, 720), (0, 0, 1280, 720)),
        ((1920, 1080), (0, 0, 1920, 1080)),
        ((720, 576), (0, 0, 720, 576)),  # 4:3 and 16:9 on the same 576 lines: filled, letters get narrower
        ((1024, 768), (0, 0, 1024, 768)),
        ((1000, 1000), (0, 218, 1000, 563)),  # neither: margins above and below
        ((2560, 1080), (320, 0, 1920, 1080)),
    ],
)
def test_the_canvas_fits_every_screen(
    typeface: Typeface, size: tuple[int, int], area: tuple[int, int, int, int]
) -> None:
    found = brush(typeface, size).pixels(0, 0, 1280, 720)
    assert all(abs(have - want) <= 1 for have, want in zip(found, area, strict=True))


def test_a_television_that_cuts_off_more_gets_a_smaller_canvas(typeface: Typeface) -> None:
    place = Brush((1280, 720), typeface, lambda _blob: None, overscan_percent=10).pixels(64, 36, 1152, 648)
    assert place.left >= 120
    assert place.bottom <= 720 - 68


def test_neighbouring_boxes_meet_at_odd_sizes(typeface: Typeface) -> None:
    ours = brush(typeface, (719, 577))
    for x in range(0, 1270, 7):
        assert ours.pixels(x, 0, 7, 10).right == ours.pixels(x + 7, 0, 3, 10).left


def test_a_poster_fills_its_box_and_a_broken_one_is_a_plain_plate(typeface: Typeface, tmp_path: Path) -> None:
    picture = pygame.Surface((400, 100))
    picture.fill((200, 40, 40))
    pygame.image.save(picture, tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    for name, colour in (("good.png", (200, 40, 40)), ("bad.png", (58, 76, 106)), ("missing.png", (58, 76, 106))):
        board = Board(brush(typeface, poster=tmp_path / name))
        board.paint(GROUND, (Poster(100, 100, 160, 90, "ab", 8),))
        found = board.surface.get_at((90, 72))
        assert all(abs(have - want) <= 3 for have, want in zip(found, colour, strict=False))
        assert board.surface.get_at((50, 50))[:3] != colour  # a round corner


def test_words_that_cannot_be_drawn_do_not_disturb_the_others(typeface: Typeface) -> None:
    assert typeface.printable("养羊🐑\u200b\u202e第\0一课\t完") == "养羊第一课 完"
    assert typeface.printable("مرحبا 你好") == f"{REPLACEMENT} 你好"


def test_words_are_drawn_about_as_wide_as_they_were_measured(typeface: Typeface) -> None:
    for bold in (False, True):
        surface, left, _ = typeface.draw("大棚蔬菜 Tomato 128", (36, 36), (255, 255, 255), bold)
        assert abs(surface.get_width() + left - typeface.width("大棚蔬菜 Tomato 128", 36, bold)) < 12


def test_a_box_without_a_chinese_font_is_told_which_package_it_needs() -> None:
    with pytest.raises(FailedAttempt, match="fonts-noto-cjk"):
        Typeface([("/nowhere/a.ttc", "/nowhere/b.ttc", 0)])


def test_rectangles_that_overlap_are_joined() -> None:
    areas = [pygame.Rect(0, 0, 10, 10), pygame.Rect(5, 5, 10, 10), pygame.Rect(50, 50, 5, 5), pygame.Rect(0, 0, 0, 5)]
    assert sorted(map(tuple, merged(areas))) == [(0, 0, 15, 15), (50, 50, 5, 5)]
