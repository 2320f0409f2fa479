"""Paint every state at the television's sizes: `python -m demo.screens [FOLDER] [--only NAME] [--size 1280x720]`.

Each state is painted in both languages, in ordinary and in large type. Contact sheets with the states' names show all,
a folder for each size; with ``--each`` there is a PNG a picture too. Moving pictures are stood in for by a plain colour
field. 720x576 is what an old set gets over the yellow socket: its pixels are not square.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path

import pygame
import pygame.freetype
from msgspec.structs import replace

from player.core.preferences import LANGUAGES
from player.devices.display.board import Board
from player.devices.display.brush import Brush
from player.devices.display.fonts import Typeface
from player.screens.scene import Scene
from player.screens.view import view

from .states import State, all_states

SIZES = ((720, 576), (1280, 720), (1920, 1080))
FILM = (96, 132, 108)
_ACROSS, _DOWN, _WIDTH, _CAPTION, _GAP = 4, 4, 480, 28, 8


def poster(blob: str, folder: Path) -> Path:
    """Return a made-up poster for a blob, drawn once."""
    path = folder / f"{blob}.png"
    if not path.exists():
        tint = tuple(60 + int(blob[i : i + 2], 16) // 2 for i in (0, 2, 4))
        picture = pygame.Surface((640, 360))
        picture.fill(tint)
        pygame.draw.circle(picture, tuple(min(255, part + 50) for part in tint), (460, 150), 130)
        pygame.draw.rect(picture, tuple(part * 2 // 3 for part in tint), (0, 260, 640, 100))
        pygame.image.save(picture, path)
    return path


def painted(scene: Scene, brush: Brush) -> pygame.Surface:
    """Return a scene as a picture of the whole screen."""
    board = Board(brush)
    board.paint(FILM if scene.video else scene.background, scene.marks)
    whole = board.surface
    for overlay in scene.overlays:
        above = Board(brush, (overlay.x, overlay.y, overlay.width, overlay.height))
        above.paint(scene.background, overlay.marks)
        whole.blit(above.surface, above.place)
    return whole


def variants(states: Mapping[str, State]) -> Iterator[tuple[str, dict[str, State]]]:
    """Yield every language and type with its states, under a name for the folder: ``zh_CN``, ``en-large`` …"""
    for language, large in product(LANGUAGES, (False, True)):
        yield (
            language + ("-large" if large else ""),
            {
                name: (
                    replace(world, preferences=replace(world.preferences, language=language, large_type=large)),
                    shelf,
                )
                for name, (world, shelf) in states.items()
            },
        )


def contact_sheet(pictures: list[tuple[str, pygame.Surface]], typeface: Typeface) -> pygame.Surface:
    """Return small pictures side by side, each with its name below."""
    height = _WIDTH * pictures[0][1].get_height() // pictures[0][1].get_width()
    pitch = (_WIDTH + _GAP, height + _CAPTION + _GAP)
    sheet = pygame.Surface((_ACROSS * pitch[0], math.ceil(len(pictures) / _ACROSS) * pitch[1]))
    sheet.fill((90, 90, 90))
    for index, (name, picture) in enumerate(pictures):
        left, top = index % _ACROSS * pitch[0] + _GAP // 2, index // _ACROSS * pitch[1] + _GAP // 2
        sheet.blit(pygame.transform.smoothscale(picture, (_WIDTH, height)), (left, top))
        words, bearing, above = typeface.draw(name, (20, 20), (255, 255, 255), False)
        sheet.blit(words, (left + bearing, top + height + 21 - above))
    return sheet


def paint(states: Mapping[str, State], size: tuple[int, int], folder: Path, posters: Path, each: bool) -> int:
    """Write the contact sheets of some states at one size, and perhaps each picture; return how many there are."""
    find: Callable[[str], Path] = lambda blob: poster(blob, posters)  # noqa: E731 - what a brush asks for
    typeface = Typeface()
    brush = Brush(size, typeface, find)
    folder.mkdir(parents=True, exist_ok=True)
    names = list(states)
    for sheet, first in enumerate(range(0, len(names), _ACROSS * _DOWN), 1):
        pictures = [(name, painted(view(*states[name]), brush)) for name in names[first : first + _ACROSS * _DOWN]]
        pygame.image.save(contact_sheet(pictures, typeface), folder / f"sheet-{sheet:02}.png")
        for name, picture in pictures if each else ():
            pygame.image.save(picture, folder / f"{name}.png")
    return len(names)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(prog="./run screens", description="Every screen of the television as a picture.")
    parser.add_argument("folder", nargs="?", default="var/screens", type=Path)
    parser.add_argument("--only", default="", help="states whose names begin so")
    parser.add_argument("--size", action="append", help="such as 1280x720; may be given again")
    parser.add_argument("--variant", default="", help="zh_CN, zh_CN-large, en or en-large")
    parser.add_argument("--each", action="store_true", help="a PNG for each picture, besides the contact sheets")
    parser.add_argument("--golden", action="store_true", help="keep the main screens as they look now, for the tests")
    given = parser.parse_args()
    if given.golden:
        from .golden import FOLDER, write  # noqa: PLC0415 - it paints with what stands here

        print(f"{write()} pictures changed in {FOLDER}")
        return
    sizes = [tuple(map(int, size.split("x"))) for size in given.size] if given.size else list(SIZES)
    states = {name: state for name, state in all_states().items() if name.startswith(given.only)}
    if not states:
        parser.error(f"no state begins with {given.only!r}")
    with tempfile.TemporaryDirectory() as temporary:
        for (width, height), (variant, shown) in product(sizes, variants(states)):
            if given.variant in ("", variant):
                folder = given.folder / f"{width}x{height}" / variant
                count = paint(shown, (width, height), folder, Path(temporary), given.each)
                print(f"{count} pictures in {folder}", flush=True)


if __name__ == "__main__":
    main()
