"""``yuanjiao journal show|verify FILE``: read the journal of a box.

``show`` prints one JSON object a line: number, time, trust of the clock, kind and the fields of the body by
name. ``verify`` walks the hash chain and says where something was edited, inserted, moved or removed;
whether the end is missing only the county knows, so its last acknowledgement may be given. A journal that was
begun anew after damage says where it goes on; what came before lies in the file put aside. The file is opened
read-only. Exit code 0 if the chain holds, 1 if not, 2 if the file is no journal.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from playlists.chain import ChainStart, StoredEntry, compare_head, verify_chain
from playlists.errors import BadData
from playlists.journal import UnknownBody, decode_body, decode_entry, entry_id
from playlists.journal_schema import BASE_HASH, BASE_SEQ, FINGERPRINT


@dataclass(frozen=True)
class StoredJournal:
    """A journal file as read: whose it is, what its chain goes on from, and its entries by rising place."""

    fingerprint: str
    start: ChainStart
    entries: tuple[StoredEntry, ...]


def read_journal(path: Path) -> StoredJournal:
    """Read a journal file without changing it.

    Raises:
        BadData: It is no journal.
    """
    # Without a write-ahead log nobody has it open: then it may also lie on a read-only disk.
    alone = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{alone}", uri=True)) as database:
            meta = dict(database.execute("SELECT key, value FROM meta").fetchall())
            rows = database.execute("SELECT seq, data, hash FROM entries ORDER BY seq").fetchall()
    except sqlite3.Error as error:
        raise BadData(str(path), "", f"is no journal: {error}") from error
    if FINGERPRINT not in meta:
        raise BadData(str(path), "meta.fingerprint", "is missing")
    entries = tuple(StoredEntry(seq, _blob(data), _blob(link)) for seq, data, link in rows)
    return StoredJournal(str(meta[FINGERPRINT]), _start(meta), entries)


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
    return _verify(journal, options.acknowledged)


def _verify(journal: StoredJournal, acknowledged: tuple[int, bytes] | None) -> int:
    report = verify_chain(journal.start, journal.entries)
    faults = list(report.faults)
    if acknowledged is not None:
        end = compare_head(journal.start, journal.entries, *acknowledged)
        faults += [end] if end else []
    sys.stdout.write(
        f"box {journal.fingerprint}: {report.entries} entries, end {report.head}:{report.head_hash.hex()}\n"
    )
    if journal.start.seq:
        sys.stdout.write(
            f"begun anew after damage: goes on behind entry {journal.start.seq}, which the county holds; "
            "what came before lies in the file that was put aside\n"
        )
    for fault in faults:
        sys.stdout.write(f"PROBLEM entry {fault.seq}: {fault.kind}: {fault.problem}\n")
    sys.stdout.write(f"{len(faults)} problem(s)\n" if faults else "the chain holds\n")
    if acknowledged is None:
        sys.stdout.write("whether the end is complete only the county can tell (--acknowledged SEQ:HASH)\n")
    return 1 if faults else 0


def _start(meta: dict[str, object]) -> ChainStart:
    """Return what the chain goes on from; a journal that never was damaged goes on from its box's key."""
    seq, link = meta.get(BASE_SEQ), meta.get(BASE_HASH)
    if isinstance(seq, int) and isinstance(link, bytes):
        return ChainStart(seq, link)
    return ChainStart.of_box(str(meta[FINGERPRINT]))


def _body(body: object) -> dict[str, Any]:
    if isinstance(body, UnknownBody):
        return {"kind": body.kind, "fields": list(body.fields)}
    assert isinstance(body, msgspec.Struct)
    names = body.__struct_fields__
    return {"kind": body.__struct_config__.tag, **{name: getattr(body, name) for name in names}}


def _in_hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


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
