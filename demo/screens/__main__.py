"""Paint every state at the television's sizes: `python -m demo.screens [FOLDER] [--only NAME] [--size 1280x720]`.

Writes one PNG a state and size, and a contact sheet a size. Moving pictures are stood in for by a plain colour field.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path

import pygame
import pygame.freetype

from player.devices.display.board import Board
from player.devices.display.brush import Brush
from player.devices.display.fonts import Typeface
from player.screens.scene import Scene
from player.screens.view import view

from .states import all_states

SIZES = ((720, 576), (1280, 720), (1920, 1080))
FILM = (96, 132, 108)


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


def contact_sheet(pictures: list[tuple[str, pygame.Surface]], across: int = 4) -> pygame.Surface:
    """Return all pictures small on one."""
    width = 480
    height = width * pictures[0][1].get_height() // pictures[0][1].get_width()
    sheet = pygame.Surface((across * (width + 8), math.ceil(len(pictures) / across) * (height + 8)))
    sheet.fill((90, 90, 90))
    for index, (_, picture) in enumerate(pictures):
        small = pygame.transform.smoothscale(picture, (width, height))
        sheet.blit(small, (index % across * (width + 8) + 4, index // across * (height + 8) + 4))
    return sheet


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(prog="./run screens", description="Every screen of the television as a picture.")
    parser.add_argument("folder", nargs="?", default="var/screens", type=Path)
    parser.add_argument("--only", default="", help="names that begin so")
    parser.add_argument("--size", action="append", help="such as 1280x720; may be given again")
    given = parser.parse_args()
    sizes = [tuple(map(int, size.split("x"))) for size in given.size] if given.size else list(SIZES)
    states = {name: state for name, state in all_states().items() if name.startswith(given.only)}
    with tempfile.TemporaryDirectory() as temporary:
        for width, height in sizes:
            brush = Brush((width, height), Typeface(), lambda blob: poster(blob, Path(temporary)))
            folder = given.folder / f"{width}x{height}"
            folder.mkdir(parents=True, exist_ok=True)
            pictures = [(name, painted(view(world, library), brush)) for name, (world, library) in states.items()]
            for name, picture in pictures:
                pygame.image.save(picture, folder / f"{name}.png")
            for part in range(0, len(pictures), 16):
                sheet = contact_sheet(pictures[part : part + 16])
                pygame.image.save(sheet, folder / f"sheet-{part // 16 + 1}.png")
            print(f"{len(pictures)} pictures in {folder}")


if __name__ == "__main__":
    main()
