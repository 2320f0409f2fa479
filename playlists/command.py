"""The command ``yuanjiao``: a table of subcommands, each imported only when it is called.

So ``yuanjiao verify`` works where the box's or the county's libraries are not installed, and says what to
install where one is missing. Each entry is ``module:function``; the function takes the remaining arguments
and returns the exit code (0 well, 1 something is wrong, 2 not understood).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

Main = Callable[[list[str]], int]


@dataclass(frozen=True)
class Subcommand:
    """A row of the table: where its function is, the extra it needs, and one line of help."""

    function: str
    extra: str
    help: str


SUBCOMMANDS: Final = {
    "player": Subcommand("player.command:main", "box", "the box in the viewing room: menus, sessions, playback"),
    "county": Subcommand("county.command:main", "county", "the county office's server: serve, sign, publish"),
    "verify": Subcommand("playlists.verify:main", "", "check a published folder or a stick from end to end"),
    "stick": Subcommand("playlists.stick_command:main", "", "make a stick for viewing rooms without a line"),
    "journal": Subcommand("playlists.journal_command:main", "", "show or verify the journal of a box"),
}
OWN_PACKAGES: Final = ("player", "county", "playlists", "config")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the subcommand that the arguments name; return the exit code."""
    name, *rest = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in {"-h", "--help", "help"}:
        sys.stdout.write(help_text())
        return 0
    if name in {"-V", "--version"}:
        from importlib import metadata  # noqa: PLC0415 - its import would make every start of the player slower

        sys.stdout.write(f"yuanjiao {metadata.version('yuanjiao')}\n")
        return 0
    if name not in SUBCOMMANDS:
        sys.stderr.write(f"yuanjiao: there is no command {name!r}. Commands: {', '.join(SUBCOMMANDS)}\n")
        return 2
    return _run(SUBCOMMANDS[name], rest)


def help_text() -> str:
    """Return the text of ``yuanjiao --help``."""
    rows = "".join(f"  {name:<10}{row.help}\n" for name, row in SUBCOMMANDS.items())
    return (
        "usage: yuanjiao COMMAND [ARGUMENT …]\n\n"
        "An open set-top-box client for village viewing rooms, with its county server.\n\n"
        f"commands:\n{rows}\n"
        "yuanjiao COMMAND --help explains a command; yuanjiao --version tells the version.\n"
    )


def _run(row: Subcommand, arguments: list[str]) -> int:
    module, function = row.function.split(":")
    try:
        run = cast("Main", getattr(import_module(module), function))
    except ModuleNotFoundError as error:
        if not row.extra or (error.name or "").split(".")[0] in OWN_PACKAGES:
            raise
        sys.stderr.write(
            f"yuanjiao: {error.name} is not installed. Install what this command needs: "
            f"pip install 'yuanjiao[{row.extra}]'\n"
        )
        return 1
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as head, has gone: nobody is left to tell
        return 1
