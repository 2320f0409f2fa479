"""What the player and its VLC child say to each other: one JSON array ``[kind, {fields}]`` a line.

Commands go down the child's stdin, reports come up its stdout. `play` is the id of the `OpenMedia` effect, so that a
late report about an earlier play is known as such. Used by `device` (the player) and `child`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


class ProtocolError(Exception):
    """A line that is none of ours."""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What the child must know from the start: the argument of its command line.

    Args:
        parent: The player's process id; the child does not outlive it.
        window: The X11 window to draw into, 0 for none.
        video_output: libVLC's video outputs in order of preference.
        options: libVLC's options.
        extra_options: More of them, by the site's hand; wrong ones are left out.
    """

    parent: int
    window: int
    video_output: str
    options: tuple[str, ...]
    extra_options: tuple[str, ...]

    def text(self) -> str:
        """Return the command line argument."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> ChildSpec:
        """Return the spec of a command line argument."""
        return cls(**json.loads(text))


# --- commands


@dataclass(frozen=True, slots=True)
class Open:
    """Show a file from ``from_ms`` on."""

    play: int
    path: str
    from_ms: int
    volume_percent: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause or go on."""

    play: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to a position."""

    play: int
    position_ms: int


@dataclass(frozen=True, slots=True)
class Close:
    """Stop showing."""

    play: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Set the volume."""

    percent: int


# --- reports


@dataclass(frozen=True, slots=True)
class Ready:
    """The child is warm; ``refused_options`` were left out because libVLC does not take them."""

    version: str
    refused_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unable:
    """libVLC cannot be had at all."""

    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The first picture (or, without video, sound) is there."""

    play: int
    duration_ms: int
    has_video: bool


@dataclass(frozen=True, slots=True)
class Alive:
    """Still trying to open: slow, but not hanging."""

    play: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the medium is and that it moves."""

    play: int
    position_ms: int
    pictures: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """libVLC says the end is reached."""

    play: int
    position_ms: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be shown."""

    play: int
    why: str


Command = Open | Pause | Seek | Close | Volume
Report = Ready | Unable | Opened | Alive | Progress | Ended | Failed
Message = Command | Report

_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (Open, Pause, Seek, Close, Volume, Ready, Unable, Opened, Alive, Progress, Ended, Failed)
}


def encode(message: Message) -> bytes:
    """Return the line of a message, with its newline."""
    return json.dumps([type(message).__name__.lower(), asdict(message)]).encode() + b"\n"


def decode(line: bytes) -> Any:
    """Return the message of a line.

    Raises:
        ProtocolError: The line is no message, or has other fields than its kind.
    """
    try:
        kind, fields = json.loads(line)
        message = _KINDS[kind](**fields)
    except (ValueError, TypeError, KeyError) as error:
        raise ProtocolError(f"not a message of the VLC child: {line[:200]!r}") from error
    return message
