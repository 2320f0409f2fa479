"""``yuanjiao county …``: set up, serve, and what is done with keys rather than in the browser.

Passwords and passphrases are asked for, or read from the first line of a file, never given as arguments.
Called by `playlists.command`.
"""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

from county.configuration import PREFIX, read_configuration
from county.terminal import say
from playlists.errors import YuanjiaoError

EPILOG = """\
Every command reads its configuration from the environment; `yuanjiao county check` shows all keys.
A first day:
  yuanjiao county --data /srv/county init --host county.example --offline-keys /media/usb/keys
  yuanjiao county --data /srv/county user add li --role reviewer --name 李审
  yuanjiao county --data /srv/county reviewer add li --offline-keys /media/usb/keys
  yuanjiao county --data /srv/county serve
"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit status: 0 done, 1 refused, 2 misused or misconfigured."""
    options = _parser().parse_args(arguments)
    if options.data:
        os.environ[PREFIX + "DATA"] = str(options.data.absolute())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    _, mistakes = read_configuration(os.environ)
    if mistakes:
        say("The configuration has mistakes:", *(f"  {mistake}" for mistake in mistakes), error=True)
        return 2
    if options.command != "sign" or options.step != "offline":
        set_up_django()
    from county import commands  # noqa: PLC0415 - needs Django's settings, which need the data folder

    try:
        return commands.run(options)
    except YuanjiaoError as error:
        say(str(error), error=True)
        return 1
    except OSError as error:
        say(f"{error.filename or ''}: {error.strerror}", error=True)
        return 1


def set_up_django() -> None:
    """Make the models usable in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "county.settings")
    import django  # noqa: PLC0415 - the settings read the environment that `main` has prepared

    django.setup()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yuanjiao county",
        description="The county office's server: courses, reviews, plans, boxes, figures.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"data folder (or {PREFIX}DATA)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    offline = _offline_options()
    init = commands.add_parser("init", parents=[offline], help="make database, keys and first publication")
    certificate = commands.add_parser("certificate", parents=[offline], help="renew the server's certificate")
    for command in (init, certificate):
        command.add_argument(
            "--host", action="append", required=True, help="name or address under which boxes reach this server"
        )
    commands.add_parser("serve", help="serve pages, box API and published files, and run jobs")
    commands.add_parser("check", help="show the configuration and whether the county can serve")
    publish = commands.add_parser("publish", help="publish now what is released and planned")
    publish.add_argument("--restored", action="store_true", help="once after the data came from a backup")
    take = commands.add_parser("take", help="take in records that boxes have written on a stick")
    take.add_argument("where", type=Path, nargs="+", metavar="STICK", help="a stick, a folder or a file of records")
    take.add_argument("--person", default="", metavar="USER", help="who brought it")
    _user_options(commands.add_parser("user", help="people who log in"))
    _reviewer_options(commands.add_parser("reviewer", help="reviewers' keys"), offline)
    _sign_options(commands.add_parser("sign", help="sign what was reviewed, on another machine"))
    return parser


def _offline_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--offline-keys",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of root keys and CA key, to be kept away from the server",
    )
    options.add_argument("--root-passphrase-file", type=Path, metavar="FILE", help="instead of being asked")
    return options


def _user_options(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True)
    add = steps.add_parser("add", help="add a person")
    password = steps.add_parser("password", help="a new password for somebody who forgot his")
    for step in (add, password):
        step.add_argument("username")
        step.add_argument("--password-file", type=Path, metavar="FILE", help="instead of being asked")
    add.add_argument("--role", required=True, choices=["operator", "reviewer", "leader", "clerk"])
    add.add_argument("--name", default="", help="the person's name as shown")
    add.add_argument("--place", default="", metavar="ID", help="a clerk's township")
    add.add_argument("--telephone", default="", metavar="NUMBER", help="where to reach the person")


def _reviewer_options(parser: argparse.ArgumentParser, offline: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True)
    add = steps.add_parser("add", parents=[offline], help="give a reviewer a key and let it count")
    add.add_argument("username")
    add.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of being asked")
    add.add_argument("--public-key", default="", metavar="HEX", help="of a key that lives on another machine")
    key = steps.add_parser("key", help="on another machine: make a reviewer's key file")
    key.add_argument("file", type=Path)
    key.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of being asked")


def _sign_options(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True)
    export = steps.add_parser("export", help="on the server: write what a reviewer has to sign")
    export.add_argument("username")
    export.add_argument("file", type=Path)
    offline = steps.add_parser("offline", help="on the other machine: sign a file with a key")
    offline.add_argument("file", type=Path)
    offline.add_argument("--key", type=Path, required=True)
    offline.add_argument("--output", type=Path, required=True)
    offline.add_argument("--passphrase-file", type=Path, metavar="FILE", help="instead of being asked")
    back = steps.add_parser("import", help="on the server: take the signed file back")
    back.add_argument("username")
    back.add_argument("file", type=Path)
