"""``yuanjiao player``: runs the box, checks its settings, or says how it is. Called by `playlists.command`."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from player.configuration import SITE_FILE, Configuration, Mistake, read_configuration
from playlists.errors import YuanjiaoError

_log = logging.getLogger(__name__)
_DESCRIPTION = """\
The box in the viewing room: menus on the television, group sessions at their time, playback, the journal.

It needs an X server ($DISPLAY), VLC's library and a Chinese font; it needs no network to start. Settings are read from
config/player.yaml (documented defaults) and the site's own file, which holds only what is different.
"""
_EPILOG = f"""\
examples:
  yuanjiao player                          run with {SITE_FILE}
  yuanjiao player --check --config my.yaml say every mistake in a settings file
  yuanjiao player --status                 how the running box is

exit codes: 0 ended by itself or all is well, 1 something is wrong, 2 the command line is not understood
"""


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code."""
    options = _parser().parse_args(list(arguments))
    configuration, mistakes = read_configuration(options.config, options.data)
    if options.check:
        return _check(configuration, mistakes)
    if options.status:
        return _status(configuration, mistakes, as_json=options.json)
    _set_up_log(configuration.log_level)
    for mistake in mistakes:
        _log.error("%s", mistake)
    return _run(configuration, mistakes, windowless=options.windowless)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yuanjiao player",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"the site's settings (default: {SITE_FILE})")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the box's data folder, stronger than the settings")
    parser.add_argument("--windowless", action="store_true", help="show nothing: for servers and tests")
    parser.add_argument("--check", action="store_true", help="only check the settings; 1 if something is wrong")
    parser.add_argument("--status", action="store_true", help="only say how the box is")
    parser.add_argument("--json", action="store_true", help="with --status: as JSON")
    return parser


def _check(configuration: Configuration, mistakes: Sequence[Mistake]) -> int:
    problems = [str(mistake) for mistake in mistakes]
    wanted = {"county.root_file": configuration.root_file}
    if configuration.api:
        wanted["county.ca_file"] = configuration.ca_file
    problems += [f"{key}: there is no file {path}" for key, path in wanted.items() if not path.is_file()]
    for problem in problems:
        sys.stdout.write(problem + "\n")
    sys.stdout.write("all is well\n" if not problems else f"{len(problems)} to put right\n")
    return 1 if problems else 0


def _status(configuration: Configuration, mistakes: Sequence[Mistake], *, as_json: bool) -> int:
    from player.report import report, words  # noqa: PLC0415 - only this command looks into the data folder

    found = report(configuration, [str(mistake) for mistake in mistakes])
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n" if as_json else words(found))
    return 0 if found["running"] and not mistakes else 1


def _run(configuration: Configuration, mistakes: Sequence[Mistake], *, windowless: bool) -> int:
    gc.disable()  # nothing of what is imported now will ever be garbage; `app` enables it again
    from player import app, equipment  # noqa: PLC0415 - settings can be checked where neither X nor VLC is installed

    try:
        return app.run(equipment.Site(configuration, mistakes, windowless, _version()))
    except YuanjiaoError as error:
        _log.critical("%s", error)
        return 1


def _set_up_log(level: str) -> None:
    moment = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
    logging.basicConfig(
        level=level.upper(), format=f"{moment}%(levelname)s %(threadName)s %(name)s: %(message)s", stream=sys.stderr
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def _version() -> str:
    """Return our version by the name of our metadata's folder: `importlib.metadata` would take longer than the rest."""
    found = (folder for place in sys.path for folder in Path(place).glob("yuanjiao-*.dist-info"))
    return next((folder.name.split("-")[1].removesuffix(".dist") for folder in found), "0")
