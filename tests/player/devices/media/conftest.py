"""Small real films, made once by ffmpeg, and an X11 screen of our own."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.screen import VirtualScreen

SIX_SECONDS = 6_000
_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=6")
_DARK = ("-f", "lavfi", "-i", "color=black:s=320x240:r=25:d=6")
_SOUND = ("-f", "lavfi", "-i", "sine=440:d=6")
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-g", "50")
_AAC = ("-c:a", "aac", "-b:a", "64k")
_FASTSTART = ("-movflags", "+faststart")


def _ffmpeg(path: Path, *arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, "-f", "mp4", str(path)], check=True)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of good and bad files, each named after what it is."""
    folder = tmp_path_factory.mktemp("films")
    _ffmpeg(folder / "good", *_PICTURE, *_SOUND, *_H264, *_AAC, *_FASTSTART)
    _ffmpeg(
        folder / "two-sounds", *_DARK, *_SOUND, "-f", "lavfi", "-i", "sine=880:d=6",
        *("-map", "0", "-map", "1", "-map", "2", "-metadata:s:a:0", "title=普通话", "-metadata:s:a:1", "title=方言"),
        *_H264, *_AAC, *_FASTSTART,
    )  # fmt: skip
    cues = [f"00:0{second}.000 --> 00:0{second}.900\n大棚番茄育苗\n" for second in range(6)]
    (folder / "subtitles").write_text("\n".join(("WEBVTT\n", *cues)), encoding="utf-8")
    _ffmpeg(folder / "no-sound", *_PICTURE, *_H264, *_FASTSTART)
    _ffmpeg(folder / "no-picture", *_SOUND, *_AAC, *_FASTSTART)
    _ffmpeg(
        folder / "prompt", "-f", "lavfi", "-i", "sine=660:d=1.5", "-ac", "1", "-c:a", "aac", "-b:a", "48k", *_FASTSTART
    )
    _ffmpeg(folder / "plain", *_PICTURE, *_SOUND, *_H264, *_AAC)  # its index is at the end
    whole, plain = (folder / "good").read_bytes(), (folder / "plain").read_bytes()
    (folder / "truncated").write_bytes(whole[: len(whole) // 2])
    (folder / "no-index").write_bytes(plain[: len(plain) // 2])
    (folder / "empty").write_bytes(b"")
    (folder / "random").write_bytes(random.Random(7).randbytes(200_000))
    (folder / "text").write_text("这不是节目。\n" * 5_000, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """The DISPLAY of a virtual screen."""
    with VirtualScreen((640, 480)) as running:
        yield running.name
