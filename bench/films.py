"""Films whose pictures can be told apart on a screen: each carries its film's and its own number in black and white."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PIL import Image, ImageDraw

from demo.screen import VirtualScreen
from tests.fakes.box import FilmFile

FRAMES_PER_SECOND = 25
FRAME_MS = 1000 / FRAMES_PER_SECOND
CELL, BITS, TOP = 40, 16, 100
GROUND = (40, 160, 60)


def counted_film(path: Path, number: int, seconds: float, *, times: int = 1) -> FilmFile:
    """Make a 720p film, 25 pictures a second, with a tone.

    Args:
        path: The file to write.
        number: The film's own number, 1 to 255.
        seconds: Its length.
        times: How often this is repeated in the file.
    """
    once = path.with_suffix(".once.mp4")
    _encode(once, number, seconds)
    repeat = ["ffmpeg", "-v", "error", "-y", "-stream_loop", str(times - 1), "-i", str(once), "-c", "copy"]
    subprocess.run([*repeat, "-movflags", "+faststart", str(path)], check=True)
    once.unlink()
    return FilmFile(path, round(seconds * times * 1000), 720)


def _encode(path: Path, number: int, seconds: float) -> None:
    command = [
        "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "1280x720",
        "-r", str(FRAMES_PER_SECOND), "-i", "-", "-f", "lavfi", "-i", f"sine=440:d={seconds}",
        "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-g", "50",
        "-b:v", "1800k", "-c:a", "aac", "-b:a", "64k", "-shortest", str(path),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for frame in range(round(seconds * FRAMES_PER_SECOND)):
            encoder.stdin.write(_picture(number, frame).tobytes())
    if encoder.returncode:
        raise subprocess.CalledProcessError(encoder.returncode, command)


def _picture(number: int, frame: int) -> Image.Image:
    image = Image.new("RGB", (1280, 720), GROUND)
    draw = ImageDraw.Draw(image)
    code = number << 8 | frame % 256
    for bit in range(BITS):
        left = (bit + 8) * CELL
        colour = (255, 255, 255) if code >> (BITS - 1 - bit) & 1 else (0, 0, 0)
        draw.rectangle((left, TOP, left + CELL - 1, TOP + CELL - 1), fill=colour)
    x = 40 + frame * 7 % 1100
    draw.rectangle((x, 300, x + 100, 400), fill=(220, 220, 40))
    return image


def seen(screen: VirtualScreen) -> tuple[int, int] | None:
    """Return the numbers of film and picture on the screen, or None when no such film is shown.

    The next picture may be drawn while this one is read, and half of each is the number of neither: what is read twice
    alike counts.
    """
    first, again = None, _read(screen)
    while again != first:
        first, again = again, _read(screen)
    return again


def _read(screen: VirtualScreen) -> tuple[int, int] | None:
    code = 0
    for bit in range(BITS):
        red, green, blue = screen.pixel((bit + 8) * CELL + CELL // 2, TOP + CELL // 2)
        if max(red, green, blue) - min(red, green, blue) > 60 or 80 < green < 175:
            return None
        code = code << 1 | (green >= 175)
    ground = screen.pixel(4 * CELL, TOP + CELL // 2)
    if not code or abs(ground[1] - GROUND[1]) > 40 or ground[0] > 100:
        return None
    return code >> 8, code & 0xFF
