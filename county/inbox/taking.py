"""The one inbox: what a box sends is taken once, whole, and acknowledged only when it is on the disk.

Rules: the envelope's signature is checked before anything else; a repeated entry changes nothing; a bad one is set
aside and named while the rest is kept; a different entry under a known number, or a chain that does not
join ours, is a fork (疑似重复设备): kept as a doubt, never mixed in; a gap is a doubt and fills by resending.
A batch holds its box's row locked from its first look to its commit, so that two batches of one box come one after the
other; and it costs the same few statements whether it brings one entry or a thousand. The answer is made after the
commit. Called by the box API, and by the stick reader alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db import transaction

from county.errors import NotAllowed
from county.inbox.bulk import insert, mark, put, select
from county.inbox.models import Doubt, DoubtKind, Entry, Head, SetAside
from county.inbox.reading import Read, read_batch
from county.inbox.records import Drawing
from county.places.binding import BoxRevoked
from county.places.models import Box
from playlists import acknowledgement
from playlists.acknowledgement import Acknowledgement
from playlists.envelope import Envelope, open_envelope
from playlists.journal import UnknownBody, genesis, next_hash

FORK_WHY = "fork: another history is held under this box's key"
HEAD = ("box_id", "seq", "hash", "received", "undated", "changed_at")
ENTRY = ("box_id", "seq", "raw", "hash", "kind", "boot", "monotonic_ms", "wall_ms", "trust", "received_at")
SET_ASIDE = ("box_id", "seq", "raw", "hash", "why", "received_at")
DOUBT = ("box_id", "kind", "seq", "detail", "raw", "seen_at")
SEQ, RAW, HASH = range(1, 4)  # where these stand in the rows of both
_COLUMNS: dict[type[Entry | SetAside], tuple[str, ...]] = {Entry: ENTRY, SetAside: SET_ASIDE}


class UnknownBox(NotAllowed):
    """No box with this key was ever bound here."""


@dataclass
class _Batch:
    """What becomes of one envelope while it is taken."""

    box: Box
    version_before: str
    head: Head
    now: datetime
    aside: list[acknowledgement.SetAside] = field(default_factory=list)


def take(sealed: bytes, now: datetime) -> Acknowledgement:
    """Take in an envelope and return how far the box's journal is durably kept.

    Args:
        sealed: The envelope as received, by HTTP or from a stick.
        now: Wall time.

    Raises:
        UnknownBox: The box was never bound.
        BoxRevoked: The box was stopped.
        BadData: It is no envelope, too large, or not signed by the box; nothing was taken.
    """
    envelope = open_envelope(sealed, public_key_of)
    reads = read_batch(envelope.entries)
    with transaction.atomic():
        batch = _begin(envelope.fingerprint, now)
        _take(batch, envelope, reads)
        _end(batch)
    return Acknowledgement(
        head=batch.head.seq,
        hash=batch.head.hash,
        set_aside=tuple(batch.aside),
    )


def public_key_of(fingerprint: str) -> bytes:
    """Return the raw public key of a box that may be heard.

    Raises:
        UnknownBox: It was never bound here.
        BoxRevoked: It was stopped.
    """
    known = select(Box, ("public_key", "revoked"), id=fingerprint) if "\x00" not in fingerprint else []
    if not known:
        raise UnknownBox("这台机顶盒尚未绑定")
    ((public_key, revoked),) = known
    if revoked:
        raise BoxRevoked("这台机顶盒已停用")
    return bytes.fromhex(public_key)


def _begin(fingerprint: str, now: datetime) -> _Batch:
    """Lock the box, then look up its head: joined to the first look, it might be that of before the lock."""
    ((site, version),) = mark(Box, ("site_id", "version"), fingerprint, last_seen_at=now)
    heads = select(Head, HEAD, box_id=fingerprint)
    head = Head(**dict(zip(HEAD, heads[0], strict=True))) if heads else _first_head(fingerprint)
    head.changed_at = now
    return _Batch(Box(id=fingerprint, site_id=site, version=version), version, head, now)


def _first_head(fingerprint: str) -> Head:
    return Head(box_id=fingerprint, hash=genesis(fingerprint).hex())


def _end(batch: _Batch) -> None:
    put(Head, HEAD, [[getattr(batch.head, name) for name in HEAD]], key=("box_id",))
    if batch.box.version != batch.version_before:
        Box.objects.filter(pk=batch.box.pk).update(version=batch.box.version)


def _take(batch: _Batch, envelope: Envelope, reads: Sequence[Read]) -> None:
    if not reads:
        return
    was_behind = batch.head.received > batch.head.seq
    held = _held(batch, reads[0].seq, reads[-1].seq)
    differing = [read for read in reads if held.get(read.seq, read.raw) != read.raw]
    hashes = _chain(batch, envelope, reads[0].seq)
    if differing or (hashes and hashes[-1] != envelope.head):
        _note_fork(batch, differing or [read for read in reads if read.seq not in held] or reads[-1:])
        return
    if reads[0].seq > batch.head.seq + 1:
        _note_gap(batch, reads[0].seq)
    fresh = [read for read in reads if read.seq not in held]
    known = {read.seq: digest.hex() for read, digest in zip(reads, hashes, strict=False)}
    _keep(batch, fresh, known)
    _advance(batch, known, was_behind=was_behind)


def _held(batch: _Batch, first: int, last: int) -> Mapping[int, bytes]:
    """Return the bytes already kept in a stretch of a journal, by number."""
    if first > batch.head.received:
        return {}
    span = {"box": batch.box, "seq__gte": first, "seq__lte": last}
    kept = {seq: bytes(raw) for seq, raw in Entry.objects.filter(**span).values_list("seq", "raw")}
    aside = {seq: bytes(raw) for seq, raw in SetAside.objects.filter(**span).values_list("seq", "raw")}
    return kept | aside


def _chain(batch: _Batch, envelope: Envelope, first: int) -> list[bytes]:
    """Return the chain's hash after each entry; nothing when there is a gap before them."""
    before = _hash_at(batch, first - 1)
    if before is None:
        return []
    return list(accumulate(envelope.entries, next_hash, initial=before))[1:]


def _hash_at(batch: _Batch, seq: int) -> bytes | None:
    if seq == 0:
        return genesis(batch.box.pk)
    if seq == batch.head.seq:
        return bytes.fromhex(batch.head.hash)
    if seq > batch.head.seq:
        return None
    row = (
        Entry.objects.filter(box=batch.box, seq=seq).first() or SetAside.objects.filter(box=batch.box, seq=seq).first()
    )
    return bytes.fromhex(row.hash) if row and row.hash else None


def _note_fork(batch: _Batch, reads: Sequence[Read]) -> None:
    rows = [_doubt(batch, DoubtKind.FORK, read.seq, _differs(read), read.raw) for read in reads]
    insert(Doubt, DOUBT, rows)
    batch.aside += [acknowledgement.SetAside(seq=read.seq, why=FORK_WHY) for read in reads]


def _differs(read: Read) -> str:
    return f"第 {read.seq} 条记录与已保存的不同（{next_hash(b'', read.raw).hex()[:16]}）"


def _note_gap(batch: _Batch, first: int) -> None:
    missing = batch.head.seq + 1
    detail = f"第 {missing} 至 {first - 1} 条记录尚未收到"
    insert(Doubt, DOUBT, [_doubt(batch, DoubtKind.GAP, missing, detail, None)])


def _doubt(batch: _Batch, kind: DoubtKind, seq: int, detail: str, raw: bytes | None) -> tuple[Any, ...]:
    return (batch.box.pk, kind.value, seq, detail, raw, batch.now)


def _keep(batch: _Batch, reads: Sequence[Read], hashes: Mapping[int, str]) -> None:
    bad = [read for read in reads if read.why]
    box, now = batch.box.pk, batch.now
    aside = [(box, read.seq, read.raw, hashes.get(read.seq, ""), read.why, now) for read in bad]
    insert(SetAside, SET_ASIDE, aside)
    batch.aside += [acknowledgement.SetAside(seq=read.seq, why=read.why) for read in bad]
    readable = [read for read in reads if not read.why]
    insert(Entry, ENTRY, [_row(batch, read, hashes.get(read.seq, "")) for read in readable])
    batch.head.received = max(batch.head.received, *(read.seq for read in reads), 0)
    known = [read for read in readable if not isinstance(read.body, UnknownBody)]
    if known:
        Drawing(batch.box, batch.head, now).draw(known)


def _row(batch: _Batch, read: Read, digest: str) -> tuple[Any, ...]:
    entry = read.entry
    assert entry is not None
    times = (entry.boot, entry.monotonic_ms, entry.wall_ms, entry.trust)
    return (batch.box.pk, read.seq, read.raw, digest, read.kind, *times, batch.now)


def _advance(batch: _Batch, hashes: Mapping[int, str], *, was_behind: bool) -> None:
    """Move the head over everything that is now held without a gap; ``was_behind`` one before this batch."""
    if was_behind:
        _join_waiting(batch)
    elif hashes and max(hashes) > batch.head.seq:
        batch.head.seq = max(hashes)
        batch.head.hash = hashes[batch.head.seq]


def _join_waiting(batch: _Batch) -> None:
    """Chain what was received beyond a gap, as far as there is no other; a gap that was filled is no doubt any more."""
    head, joined = batch.head, defaultdict[type[Entry | SetAside], list[list[Any]]](list)
    for seq, model, row in sorted(_waiting(batch), key=lambda one: one[0]):
        if seq != head.seq + 1:
            break
        row[RAW] = bytes(row[RAW])
        head.seq, head.hash = seq, next_hash(bytes.fromhex(head.hash), row[RAW]).hex()
        if row[HASH] != head.hash:
            row[HASH] = head.hash
            joined[model].append(row)
    for model, rows in joined.items():
        put(model, _COLUMNS[model], rows, key=("box_id", "seq"))
    Doubt.objects.filter(box=batch.box, kind=DoubtKind.GAP, seq__lte=head.seq).delete()


def _waiting(batch: _Batch) -> Iterator[tuple[int, type[Entry | SetAside], list[Any]]]:
    for model, columns in _COLUMNS.items():
        for row in model.objects.filter(box=batch.box, seq__gt=batch.head.seq).values_list(*columns):
            yield row[SEQ], model, list(row)
