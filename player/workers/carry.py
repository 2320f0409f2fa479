"""The carry worker: the journal's entries on their way to the county by stick, in the same signed envelopes.

Rules: what the county holds is learnt from the box's own signed document, for a stick brings no other answer; where no
line is set up that alone decides, also if it goes back (a county restored from backup), else it only adds to what the
line has said. Its hash must be our chain's. Everything behind it is written, each time anew until the county says that
it holds it: sticks get lost. Nothing is removed from the journal, and nothing from the stick. A box that belongs to no
site yet writes its request to be bound, for a line would have shown a code.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from pathlib import Path

from player.core.facts import StickTrouble
from player.workers.child import Say, live
from player.workers.messages import CarryResult, CarrySpec
from player.workers.outgoing import DamagedEntry, Outgoing
from playlists.acknowledged import Acknowledged, read_acknowledged, write_acknowledged
from playlists.binding import binding_request
from playlists.codec import decode_document
from playlists.documents import Box
from playlists.envelope import Envelope, seal
from playlists.errors import BadData, FailedAttempt, YuanjiaoError
from playlists.generation import load
from playlists.keys import SigningKey
from playlists.sticks import FULL, READ_ONLY, SPARE_BYTES, envelope_path, request_path, write_checked
from playlists.targets import box_path

_log = logging.getLogger(__name__)


def main() -> int:
    """Run as a worker process."""
    return live(CarrySpec, carry)


class _Trouble(Exception):
    """The stick cannot take more."""

    def __init__(self, trouble: StickTrouble, why: str) -> None:
        self.trouble, self.why = trouble, why
        super().__init__(why)


def carry(spec: CarrySpec, say: Say) -> CarryResult:  # noqa: ARG001 - the result says it all
    """Write what the county lacks onto the stick; return how it ended."""
    head = 0
    try:
        key = SigningKey.load(Path(spec.key_file))
        head = read_acknowledged(Path(spec.acknowledged), key.fingerprint).head
        journal = Outgoing(Path(spec.journal), key.fingerprint)
        try:
            return _carry(spec, key, journal)
        finally:
            journal.close()
    except (YuanjiaoError, OSError, sqlite3.Error) as error:
        return CarryResult(head=head, trouble="journal", error=str(error))


def _carry(spec: CarrySpec, key: SigningKey, journal: Outgoing) -> CarryResult:
    if spec.binding:
        return _ask(spec, key)
    box = _document(spec, key.fingerprint)
    known = _held(spec, key.fingerprint, box, journal)
    site, first, last = box.site.id if box else "", 0, 0
    result = CarryResult(head=known.head)
    try:
        batch = journal.batch(known, spec.batch_entries)
        while batch.entries:
            sealed = seal(Envelope(key.fingerprint, batch.entries, batch.head), key)
            _write(Path(spec.folder), envelope_path(site, key.fingerprint, batch.first, batch.last), sealed)
            first, last = first or batch.first, batch.last
            batch = journal.batch_after(batch, spec.batch_entries)
    except _Trouble as error:
        result = CarryResult(head=known.head, trouble=error.trouble, error=error.why)
    except DamagedEntry as error:
        result = CarryResult(head=known.head, trouble="journal", error=error.why)
    return CarryResult(head=result.head, first=first, last=last, trouble=result.trouble, error=result.error)


def _ask(spec: CarrySpec, key: SigningKey) -> CarryResult:
    """Write the request to be bound."""
    try:
        _write(Path(spec.folder), request_path(key.fingerprint), binding_request(key, spec.version))
    except _Trouble as error:
        return CarryResult(head=0, trouble=error.trouble, error=error.why)
    return CarryResult(head=0, asked=True)


def _write(folder: Path, name: str, data: bytes) -> None:
    """Write one file.

    Raises:
        _Trouble: The stick cannot take it.
    """
    path = folder / name
    try:
        if not path.exists() and shutil.disk_usage(_there(folder)).free < len(data) + SPARE_BYTES:
            raise _Trouble("full", f"{folder} has no room for {len(data)} bytes")
        write_checked(path, data)
    except BadData as error:
        raise _Trouble("worn", str(error)) from error
    except OSError as error:
        why = f"{error.filename or folder}: {error.strerror}"
        trouble: StickTrouble = "read-only" if error.errno in READ_ONLY else "full" if error.errno in FULL else "gone"
        raise _Trouble(trouble, why) from error


def _there(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _document(spec: CarrySpec, fingerprint: str) -> Box | None:
    """Return this box's document in the generation in force."""
    generation = load(Path(spec.generations))
    path = box_path(fingerprint)
    if generation is None or path not in generation.names():
        return None
    try:
        return decode_document(Box, generation.read(path), path)
    except BadData as error:
        _log.warning("%s", error)
        return None


def _held(spec: CarrySpec, fingerprint: str, box: Box | None, journal: Outgoing) -> Acknowledged:
    """Return what the county holds by now, and keep it.

    Raises:
        FailedAttempt: The county holds another history than this journal.
    """
    known = read_acknowledged(Path(spec.acknowledged), fingerprint)
    if box is None or box.journal_head == known.head or (spec.by_line and box.journal_head < known.head):
        return known
    ours = journal.hash_at(box.journal_head)
    if box.journal_head and (box.journal_head > journal.last_seq() or (ours and ours.hex() != box.journal_hash)):
        why = f"the county holds another history up to entry {box.journal_head} under this key"
        raise FailedAttempt("carry", why, retry=False)
    aside = tuple(one for one in known.set_aside if one.seq <= box.journal_head)
    held = Acknowledged(fingerprint, box.journal_head, box.journal_hash, aside)
    write_acknowledged(Path(spec.acknowledged), held)
    return held
