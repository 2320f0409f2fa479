"""``yuanjiao journal show|verify FILE``: read the journal of a box.

``show`` prints one JSON object a line: number, time, trust of the clock, kind and the fields of the body by
name. ``verify`` walks the hash chain and says where something was edited, inserted, moved or removed; whether the
end is missing, or all was written anew, only the county knows: its last acknowledgement is taken from the box's
own file beside the journal, or may be given as the county's page of the site shows it. A journal that was begun
anew after damage says where it goes on; what came before lies in the file put aside. Files are opened read-only.
Exit code 0 if the chain holds, 1 if not, 2 if the file is no journal.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from playlists.chain import StoredEntry
from playlists.errors import BadData
from playlists.journal import UnknownBody, decode_body, decode_entry, entry_id
from playlists.journal_schema import ACKNOWLEDGED_NAME
from playlists.stored_journal import Beside, StoredJournal, examine, read_beside, read_journal


def readable(fingerprint: str, row: StoredEntry) -> dict[str, Any]:
    """Return an entry as plain values for people."""
    try:
        entry = decode_entry(row.data, f"entry {row.seq}")
        body = decode_body(entry, f"entry {row.seq}")
    except BadData as error:
        return {"seq": row.seq, "unreadable": error.problem, "data": row.data.hex()}
    return {
        "seq": entry.seq,
        "id": str(entry_id(fingerprint, entry.seq)),
        "boot": entry.boot,
        "monotonic_ms": entry.monotonic_ms,
        "time": _time(entry.wall_ms),
        "trust": entry.trust,
        **_body(body),
        "hash": row.hash.hex(),
    }


def main(arguments: Sequence[str]) -> int:
    """Run the command; see the module."""
    options = _parser().parse_args(arguments)
    try:
        journal = read_journal(options.file)
    except BadData as error:
        sys.stderr.write(f"yuanjiao journal: {error}\n")
        return 2
    if options.action == "show":
        for row in journal.entries:
            line = json.dumps(readable(journal.fingerprint, row), ensure_ascii=False, default=_in_hex)
            sys.stdout.write(f"{line}\n")
        return 0
    return _verify(options.file, journal, options.acknowledged)


def _verify(path: Path, journal: StoredJournal, acknowledged: tuple[int, bytes] | None) -> int:
    try:
        beside = read_beside(path)
    except BadData as error:
        beside = Beside()
        sys.stdout.write(f"what lies beside the journal is not used: {error}\n")
    report, faults = examine(journal, Beside(beside.fingerprint, acknowledged or beside.acknowledged))
    sys.stdout.write(
        f"box {journal.fingerprint}: {report.entries} entries, end {report.head}:{report.head_hash.hex()}\n"
    )
    if journal.start.seq:
        sys.stdout.write(
            f"begun anew after damage: goes on behind entry {journal.start.seq}; "
            "what came before lies in the file that was put aside\n"
        )
    for fault in faults:
        sys.stdout.write(f"PROBLEM entry {fault.seq}: {fault.kind}: {fault.problem}\n")
    sys.stdout.write(f"{len(faults)} problem(s)\n" if faults else "the chain holds\n")
    sys.stdout.write(_of_the_end(acknowledged, beside.acknowledged))
    return 1 if faults else 0


def _of_the_end(given: tuple[int, bytes] | None, found: tuple[int, bytes] | None) -> str:
    if given:
        return f"compared with entry {given[0]}, as given\n"
    if found:
        return f"compared with entry {found[0]}, which {ACKNOWLEDGED_NAME} beside it says the county holds\n"
    return "whether the end is complete only the county can tell (--acknowledged SEQ:HASH, from the site's page)\n"


def _body(body: object) -> dict[str, Any]:
    if isinstance(body, UnknownBody):
        return {"kind": body.kind, "fields": list(body.fields)}
    assert isinstance(body, msgspec.Struct)
    names = body.__struct_fields__
    return {"kind": body.__struct_config__.tag, **{name: getattr(body, name) for name in names}}


def _in_hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _time(wall_ms: int) -> str:
    try:
        return datetime.fromtimestamp(wall_ms / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return f"{wall_ms} ms"


def _acknowledged(text: str) -> tuple[int, bytes]:
    seq, _, link = text.partition(":")
    try:
        return int(seq), bytes.fromhex(link)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not SEQ:HASH, such as 120:9f86d0…") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="yuanjiao journal", description="Read the journal of a box.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|verify")
    show = actions.add_parser("show", help="print every entry as a line of JSON")
    verify = actions.add_parser("verify", help="say whether and where the chain is broken")
    for action in (show, verify):
        action.add_argument("file", type=Path, metavar="FILE", help="the journal, such as journal.sqlite")
    verify.add_argument(
        "--acknowledged", type=_acknowledged, metavar="SEQ:HASH", help="the end that the county acknowledged"
    )
    return parser
