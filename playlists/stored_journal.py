"""A journal file as it lies on a disk, read without changing it, and everything that is wrong with it.

The chain itself is `playlists.chain`'s matter. Here it is compared with what lies beside the file: whose the box
is, and how far the county holds its journal. Without an acknowledgement that reaches the file's beginning, a file
that begins behind other entries lacks them. Called by ``yuanjiao journal``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playlists.acknowledged import load_acknowledged
from playlists.chain import ChainFault, ChainReport, ChainStart, StoredEntry, compare_head, verify_chain
from playlists.errors import BadData
from playlists.journal import FIRST_SEQ, HASH_BYTES
from playlists.journal_schema import ACKNOWLEDGED_NAME, BASE_HASH, BASE_SEQ, FINGERPRINT, FINGERPRINT_NAME


@dataclass(frozen=True)
class StoredJournal:
    """A journal file as read: whose it is, what its chain goes on from, and its entries by rising place."""

    fingerprint: str
    start: ChainStart
    entries: tuple[StoredEntry, ...]


@dataclass(frozen=True)
class Beside:
    """What lies beside a journal: the box's fingerprint and what the county holds; empty or None if it does not."""

    fingerprint: str = ""
    acknowledged: tuple[int, bytes] | None = None


def read_journal(path: Path) -> StoredJournal:
    """Read a journal file.

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


def read_beside(path: Path) -> Beside:
    """Read what lies beside a journal file.

    Raises:
        BadData: The county's acknowledgement is broken, or is about another box than the one named beside it.
    """
    try:
        fingerprint = (path.parent / FINGERPRINT_NAME).read_text().strip()
    except (OSError, UnicodeDecodeError):
        fingerprint = ""
    where = path.parent / ACKNOWLEDGED_NAME
    try:
        found = load_acknowledged(where)
        link = bytes.fromhex(found.hash)
    except OSError:
        return Beside(fingerprint)
    except ValueError as error:
        raise BadData(str(where), "$.hash", "is no hexadecimal number") from error
    if fingerprint and found.fingerprint != fingerprint:
        raise BadData(str(where), "$.fingerprint", f"is of box {found.fingerprint}, not of box {fingerprint}")
    return Beside(fingerprint or found.fingerprint, (found.head, link) if found.head else None)


def examine(journal: StoredJournal, beside: Beside) -> tuple[ChainReport, list[ChainFault]]:
    """Return what a journal's chain is, and every fault of it, also against what lies beside."""
    report = verify_chain(journal.start, journal.entries)
    faults = list(report.faults)
    if beside.fingerprint and beside.fingerprint != journal.fingerprint:
        faults.append(
            ChainFault(FIRST_SEQ, "other", f"the journal is of another box; this is box {beside.fingerprint}")
        )
    end = compare_head(journal.start, journal.entries, *beside.acknowledged) if beside.acknowledged else None
    if end:
        faults.append(end)
    if journal.start.seq and (beside.acknowledged is None or end):
        gone = f"entries {FIRST_SEQ} to {journal.start.seq} are not in this file"
        faults.append(ChainFault(FIRST_SEQ, "removed", f"{gone}, and nothing shows that the county holds them"))
    return report, faults


def _start(meta: dict[str, object]) -> ChainStart:
    """Return what the chain goes on from; a journal that never was damaged goes on from its box's key."""
    seq, link = meta.get(BASE_SEQ), meta.get(BASE_HASH)
    if isinstance(seq, int) and seq >= FIRST_SEQ and isinstance(link, bytes) and len(link) == HASH_BYTES:
        return ChainStart(seq, link)
    return ChainStart.of_box(str(meta[FINGERPRINT]))


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
