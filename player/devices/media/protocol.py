"""What the player and its VLC child say to each other: one JSON object a line, its ``type`` the kind in small letters.

Commands go down the child's stdin, reports come up its stdout. `play` is the id of the `OpenMedia` effect, so that a
late report about an earlier play is known as such. Used by `device` (the player) and `child`.
"""

from __future__ import annotations

import msgspec


class ProtocolError(Exception):
    """A line that is none of ours."""


class ChildSpec(msgspec.Struct, frozen=True):
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
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, text: str) -> ChildSpec:
        """Return the spec of a command line argument."""
        return msgspec.json.decode(text, type=cls)


class Line(msgspec.Struct, frozen=True):
    """A message."""


# --- commands


class Tuned(msgspec.Struct, frozen=True):
    """Whether subtitles are shown, the speed, and which sound track is heard, by its place."""

    subtitles: bool = True
    rate_percent: int = 100
    sound: int = 0


class Open(Line, frozen=True, tag="open"):
    """Show a file from ``from_ms`` on, or a stream of this box; ``subtitles`` is a WebVTT file, empty for none."""

    play: int
    path: str
    from_ms: int
    volume_percent: int
    subtitles: str = ""
    tuned: Tuned = Tuned()


class Tune(Line, frozen=True, tag="tune"):
    """Show and hear it otherwise."""

    play: int
    tuned: Tuned


class Pause(Line, frozen=True, tag="pause"):
    """Pause or go on."""

    play: int
    paused: bool


class Seek(Line, frozen=True, tag="seek"):
    """Go to a position."""

    play: int
    position_ms: int


class Close(Line, frozen=True, tag="close"):
    """Stop showing."""

    play: int


class Hear(Line, frozen=True, tag="hear"):
    """Let a file be heard beside the picture, in place of what is heard there; `Open` ends it."""

    sound: int
    path: str
    volume_percent: int


class Hush(Line, frozen=True, tag="hush"):
    """Let it be heard no longer."""

    sound: int


class Volume(Line, frozen=True, tag="volume"):
    """Set the volume."""

    percent: int


# --- reports


class Ready(Line, frozen=True, tag="ready"):
    """The child is warm; ``refused_options`` were left out because libVLC does not take them."""

    version: str
    refused_options: tuple[str, ...] = ()


class Unable(Line, frozen=True, tag="unable"):
    """libVLC cannot be had at all."""

    why: str


class Opened(Line, frozen=True, tag="opened"):
    """The first picture (or, without video, sound) is there; ``sounds`` names the sound tracks."""

    play: int
    duration_ms: int
    has_video: bool
    sounds: tuple[str, ...] = ()


class Alive(Line, frozen=True, tag="alive"):
    """Still trying to open: slow, but not hanging."""

    play: int


class Progress(Line, frozen=True, tag="progress"):
    """Where the medium is and that it moves."""

    play: int
    position_ms: int
    pictures: int
    paused: bool


class Ended(Line, frozen=True, tag="ended"):
    """libVLC says the end is reached."""

    play: int
    position_ms: int
    pictures: int


class Failed(Line, frozen=True, tag="failed"):
    """It cannot be shown."""

    play: int
    why: str


class Heard(Line, frozen=True, tag="heard"):
    """A sound beside the picture is over; ``why`` says what was wrong with it, if anything was."""

    sound: int
    why: str = ""


Command = Open | Tune | Pause | Seek | Close | Hear | Hush | Volume
Report = Ready | Unable | Opened | Alive | Progress | Ended | Failed | Heard

_COMMANDS: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_REPORTS: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def encode(message: Command | Report) -> bytes:
    """Return the line of a message, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Return the command of a line.

    Raises:
        ProtocolError: The line is no command.
    """
    try:
        return _COMMANDS.decode(line)
    except msgspec.MsgspecError as error:
        raise ProtocolError(f"no command: {line[:200]!r} ({error})") from error


def decode_report(line: bytes) -> Report:
    """Return the report of a line.

    Raises:
        ProtocolError: The line is no report.
    """
    try:
        return _REPORTS.decode(line)
    except msgspec.MsgspecError as error:
        raise ProtocolError(f"the VLC child says {line[:200]!r} ({error})") from error
