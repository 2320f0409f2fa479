"""Real streams on the loopback, made by ffmpeg: what a county's channels look like to a box."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.http_server import serving

_PICTURE = ("-re", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-f", "lavfi", "-i", "sine=440")
_CODED = (
    "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "25",
    "-c:a", "aac", "-b:a", "64k",
)  # fmt: skip


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def sent(*where: str, seconds: int = 120) -> Iterator[subprocess.Popen[bytes]]:
    """Send a test picture somewhere, as fast as it is shown, for so long at most."""
    command = ["ffmpeg", "-v", "error", "-nostdin", *_PICTURE, *_CODED, "-t", str(seconds), *where]
    process = subprocess.Popen(["nice", *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def udp(port: int) -> Iterator[str]:
    """A stream of plain datagrams."""
    with sent("-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"):
        yield f"udp://@127.0.0.1:{port}"


@contextmanager
def rtp(port: int) -> Iterator[str]:
    """A stream of RTP packets."""
    with sent("-f", "rtp_mpegts", f"rtp://127.0.0.1:{port}?pkt_size=1316"):
        yield f"rtp://@127.0.0.1:{port}"


@contextmanager
def hls(folder: Path) -> Iterator[str]:
    """A list of segments on a web server, as most providers send."""
    folder.mkdir()
    made = ("-f", "hls", "-hls_time", "1", "-hls_list_size", "5", "-hls_flags", "delete_segments")
    with sent(*made, str(folder / "live.m3u8")), serving(folder) as server:
        yield f"{server.base}/live.m3u8"
