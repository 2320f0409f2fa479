"""``yuanjiao stick SOURCE STICK --site SITE …``: make a stick for rooms without a line, or say what it would hold.

SOURCE is the county's published folder or its address, so that any machine can make one: the county's server or a desk
in the township. Prints what it is for, how much that is and how far it has come; exit code 0 if the stick is whole.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import requests

from playlists.errors import FailedAttempt, YuanjiaoError
from playlists.stick_plan import StickPlan, plan_stick
from playlists.stick_writing import Films, FolderFilms, HttpFilms, require_room, room_needed, tree_for, write_stick
from playlists.targets import DOCUMENT_LIMIT_BYTES, METADATA_PATH
from playlists.trust.sources import DirectorySource, HttpSource, Source

MOST_HEIGHT = 720


def main(arguments: Sequence[str]) -> int:
    """Run the command; see the module."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except YuanjiaoError as error:
        sys.stderr.write(f"yuanjiao stick: {error}\n")
    except OSError as error:
        sys.stderr.write(f"yuanjiao stick: {error.filename or options.stick}: {error.strerror}\n")
    return 1


def _run(options: argparse.Namespace) -> int:
    source, films = _open(options.source, options.ca)
    root = (
        options.root.read_bytes() if options.root else source.read(f"{METADATA_PATH}/1.root.json", DOCUMENT_LIMIT_BYTES)
    )
    plan = plan_stick(source, root, options.site, datetime.now(UTC), most_height=options.height)
    _tell(*_described(plan, options.stick))
    if options.dry_run:
        return 0
    if not options.stick.is_dir():
        raise FailedAttempt(f"write {options.stick}", "there is no such folder: is the stick mounted?", retry=False)
    require_room(plan, options.stick)
    written = write_stick(plan, films, options.stick, _tell)
    _tell(f"{written} file(s) of films written, all {len(plan.films)} read back and whole. It may be pulled out.")
    return 0


def _described(plan: StickPlan, stick: Path) -> list[str]:
    lines = [
        f"For {len(plan.sites)} site(s): {', '.join(plan.sites)}",
        f"{len(plan.documents)} documents; {len(plan.courses)} course(s), {plan.bytes / 1e9:.2f} GB of films",
        *(f"  {title}" for title in plan.courses),
        *(f"not published in a quality that is wanted: {what}" for what in plan.lacking),
    ]
    if stick.is_dir():
        lines.append(f"{room_needed(plan, tree_for(stick)) / 1e9:.2f} GB are still to be written")
    return lines


def _open(source: str, ca: Path | None) -> tuple[Source, Films]:
    if not source.startswith(("http://", "https://")):
        folder = Path(source)
        return DirectorySource(folder), FolderFilms(folder)
    documents, films = requests.Session(), requests.Session()
    if ca is not None:
        documents.verify = films.verify = str(ca)
    return HttpSource(source, documents), HttpFilms(source, films)


def _tell(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yuanjiao stick",
        description="Make a stick for rooms without a line: all documents of the county, and the films of their "
        "sessions and orders. It can be broken off and started again; what is whole stays.",
    )
    parser.add_argument(
        "source", metavar="SOURCE", help="the county's published folder, or its address http://…/published"
    )
    parser.add_argument("stick", type=Path, metavar="STICK", help="where the stick is mounted, such as /media/stick")
    parser.add_argument("--site", action="append", required=True, help="id or name of a site; again for several")
    parser.add_argument("--height", type=int, default=MOST_HEIGHT, help=f"no film larger than this ({MOST_HEIGHT})")
    parser.add_argument("--root", type=Path, help="the root.json to trust; without it the source vouches for itself")
    parser.add_argument("--ca", type=Path, help="the county's authority (PEM), for an https address")
    parser.add_argument("--dry-run", action="store_true", help="only say what it would hold and how much that is")
    return parser
