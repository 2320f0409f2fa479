"""Records that come by stick (U 盘): the same envelopes through the same inbox, and a note of who brought them.

Rules: one file never holds up another; a file that was brought before changes nothing and is said to be known; one that
is damaged, or of a box of another county, is refused by name and noted all the same. How far a journal is held goes
back to its box in the box's own document (`county.publishing.documents`), by the next stick. The request of a box
without a site gives the code that its television would have shown. Called by the page of the sticks and ``yuanjiao
county take``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from county.accounts.models import Person
from county.inbox.models import CarriedFile, CarriedOutcome, Entry, SetAside
from county.inbox.reading import read_batch
from county.inbox.taking import FORK_WHY, UnknownBox, public_key_of, take
from county.places.binding import AlreadyBound, BoxRevoked, issue_code
from county.places.models import Box
from playlists.acknowledgement import Acknowledgement
from playlists.binding import read_request
from playlists.envelope import open_envelope
from playlists.errors import BadData, FailedAttempt, UntrustedData
from playlists.keys import fingerprint

log = logging.getLogger(__name__)
HERE = "127.0.0.1"
UNREADABLE = "读不出来：不完整，或者不是机顶盒写的记录文件；请从 U 盘重新上传"
FORKED = "与已保存的记录不一致，疑似重复设备"


@dataclass(frozen=True)
class BroughtFile:
    """A file as it was brought: its name and its bytes."""

    name: str
    data: bytes


def take_all(files: Iterable[BroughtFile], by: Person | None, now: datetime, address: str = HERE) -> list[CarriedFile]:
    """Take in files in the order of their names, which is that of the entries; return what came of each.

    Args:
        files: As they were brought.
        by: Who brought them, if anybody says.
        now: Wall time.
        address: The network address of the desk; codes for new boxes are counted by it.
    """
    return [take_file(file, by, now, address) for file in sorted(files, key=lambda file: file.name)]


def take_file(file: BroughtFile, by: Person | None, now: datetime, address: str = HERE) -> CarriedFile:
    """Take in one file; return the note of it."""
    note = CarriedFile(at=now, by=by, name=file.name[-200:], sha256=hashlib.sha256(file.data).hexdigest())
    try:
        if file.data.startswith(b"{"):
            _ask(file, note, now, address)
        else:
            _take(file, note, now)
    except AlreadyBound as error:
        note.outcome, note.why = CarriedOutcome.REPEATED, str(error)
    except FailedAttempt:
        note.outcome, note.why = CarriedOutcome.ASKS, "刚发出的绑定码太多，请过十分钟再交一次"
    except UnknownBox:
        note.outcome, note.why = CarriedOutcome.STRANGE, "没有绑定本县的任何站点；可能是别的县的"
    except BoxRevoked as error:
        note.outcome, note.why = CarriedOutcome.REVOKED, str(error)
    except UntrustedData:
        note.outcome, note.why = CarriedOutcome.DAMAGED, "签名不对：不是这台机顶盒写的，或被改动过"
    except BadData as error:
        log.warning("%s: %s", file.name, error)
        note.outcome, note.why = CarriedOutcome.DAMAGED, UNREADABLE
    note.save()
    return note


def _ask(file: BroughtFile, note: CarriedFile, now: datetime, address: str) -> None:
    """Give a code to a box that nobody knows; the note is where it is read."""
    asked = read_request(file.data)
    key = bytes.fromhex(asked.public_key)
    code = issue_code(key, asked.version, address, now)
    number = " ".join(fingerprint(key)[start : start + 4].upper() for start in (0, 4, 8))
    note.outcome = CarriedOutcome.ASKS
    note.why = f"设备号 {number}，绑定码 {code.code}，十分钟内填到站点页上；过期再交一次这个文件"


def _take(file: BroughtFile, note: CarriedFile, now: datetime) -> None:
    envelope = open_envelope(file.data, public_key_of)
    note.box = Box.objects.get(pk=envelope.fingerprint)
    reads = read_batch(envelope.entries)
    note.first, note.last = (reads[0].seq, reads[-1].seq) if reads else (0, 0)
    known = _known(note)
    answer = take(file.data, now)
    note.fresh = len(reads) - known
    note.outcome = CarriedOutcome.TAKEN if note.fresh else CarriedOutcome.REPEATED
    if _is_forked(answer):
        note.outcome, note.why, note.fresh = CarriedOutcome.DOUBTED, FORKED, 0
    elif answer.head < note.last:
        note.why = f"第 {answer.head + 1} 条起还有缺的，收到后一并计入"


def _known(note: CarriedFile) -> int:
    """Return how many of the entries are held already."""
    span = {"box": note.box, "seq__gte": note.first, "seq__lte": note.last}
    return Entry.objects.filter(**span).count() + SetAside.objects.filter(**span).count()


def _is_forked(answer: Acknowledgement) -> bool:
    return any(one.why == FORK_WHY for one in answer.set_aside)
