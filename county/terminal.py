"""The terminal of ``yuanjiao county``: what is said there, and secrets asked for there."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path


def say(*lines: str, error: bool = False) -> None:
    """Write lines to the terminal."""
    stream = sys.stderr if error else sys.stdout
    stream.writelines(f"{line}\n" for line in lines)
    stream.flush()


def secret(question: str, file: Path | None) -> str:
    """Return a password or passphrase from the first line of a file, or ask for it."""
    if file is not None:
        return file.read_text().split("\n", 1)[0].rstrip("\r")
    return getpass.getpass(f"{question}: ")
