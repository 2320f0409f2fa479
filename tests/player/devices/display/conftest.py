"""A virtual X server for the display's contract tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest


def xvfb(size: str) -> Iterator[str]:
    """Run an X server on a free number; yield its address."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def wide() -> Iterator[str]:
    """A screen of 1280 × 720."""
    yield from xvfb("1280x720")


@pytest.fixture(scope="session")
def old() -> Iterator[str]:
    """An old television: 720 × 576."""
    yield from xvfb("720x576")
