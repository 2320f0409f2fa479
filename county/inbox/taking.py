"""The one inbox: what a box sends is taken once, whole, and acknowledged only when it is on the disk.

Rules: the envelope's signature is checked before anything else; a repeated entry changes nothing; a bad one is set
aside and named while the rest is kept; a different entry under a known number, or a chain that does not
join ours, is a fork (疑似重复设备): kept as a doubt, never mixed in; a gap is a doubt and fills by resending.
The answer is made after the commit. Called by the box API, and by the stick reader alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from django.db import transaction

from county.errors import NotAllowed
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


class UnknownBox(NotAllowed):
    """No box with this key was ever bound here."""


@dataclass
class _Batch:
    """What became of one envelope while it is taken."""

    box: Box
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
    envelope = open_envelope(sealed, _public_key)
    reads = read_batch(envelope.entries)
    with transaction.atomic():
        box = Box.objects.select_for_update().get(pk=envelope.fingerprint)
        batch = _Batch(box, _head(box, now), now)
        _take(batch, envelope, reads)
        batch.head.changed_at = now
        batch.head.save()
        Box.objects.filter(pk=box.pk).update(last_seen_at=now)
    return Acknowledgement(
        head=batch.head.seq,
        hash=batch.head.hash,
        set_aside=tuple(batch.aside),
    )


def _public_key(fingerprint: str) -> bytes:
    box = Box.objects.filter(pk=fingerprint).first() if "\x00" not in fingerprint else None
    if box is None:
        raise UnknownBox("这台机顶盒尚未绑定")
    if box.revoked:
        raise BoxRevoked("这台机顶盒已停用")
    return bytes.fromhex(box.public_key)


def _head(box: Box, now: datetime) -> Head:
    start = {"seq": 0, "hash": genesis(box.pk).hex(), "changed_at": now}
    return Head.objects.get_or_create(box=box, defaults=start)[0]


def _take(batch: _Batch, envelope: Envelope, reads: Sequence[Read]) -> None:
    if not reads:
        return
    held = _held(batch.box, reads[0].seq, reads[-1].seq)
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
    _advance(batch, known)


def _held(box: Box, first: int, last: int) -> Mapping[int, bytes]:
    """Return the bytes already kept in a stretch of a journal, by number."""
    span = {"box": box, "seq__gte": first, "seq__lte": last}
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
    row = (
        Entry.objects.filter(box=batch.box, seq=seq).first() or SetAside.objects.filter(box=batch.box, seq=seq).first()
    )
    return bytes.fromhex(row.hash) if row and row.hash else None


def _note_fork(batch: _Batch, reads: Sequence[Read]) -> None:
    for read in reads:
        Doubt.objects.get_or_create(
            box=batch.box,
            kind=DoubtKind.FORK,
            seq=read.seq,
            detail=f"第 {read.seq} 条记录与已保存的不同（{_digest(read.raw)}）",
            defaults={"raw": read.raw, "seen_at": batch.now},
        )
        batch.aside.append(acknowledgement.SetAside(seq=read.seq, why=FORK_WHY))


def _digest(raw: bytes) -> str:
    return next_hash(b"", raw).hex()[:16]


def _note_gap(batch: _Batch, first: int) -> None:
    missing = batch.head.seq + 1
    Doubt.objects.get_or_create(
        box=batch.box,
        kind=DoubtKind.GAP,
        seq=missing,
        detail=f"第 {missing} 至 {first - 1} 条记录尚未收到",
        defaults={"seen_at": batch.now},
    )


def _keep(batch: _Batch, reads: Sequence[Read], hashes: Mapping[int, str]) -> None:
    for read in reads:
        if read.why:
            digest = hashes.get(read.seq, "")
            SetAside.objects.create(
                box=batch.box, seq=read.seq, raw=read.raw, hash=digest, why=read.why, received_at=batch.now
            )
            batch.aside.append(acknowledgement.SetAside(seq=read.seq, why=read.why))
    readable = [read for read in reads if not read.why]
    rows = Entry.objects.bulk_create(_row(batch, read, hashes.get(read.seq, "")) for read in readable)
    pairs = zip(rows, (read.body for read in readable), strict=True)
    Drawing(batch.box, batch.now).draw(
        [(row, body) for row, body in pairs if body is not None and not isinstance(body, UnknownBody)]
    )


def _row(batch: _Batch, read: Read, digest: str) -> Entry:
    assert read.entry is not None
    return Entry(
        box=batch.box,
        seq=read.seq,
        raw=read.raw,
        hash=digest,
        kind=read.kind,
        boot=read.entry.boot,
        monotonic_ms=read.entry.monotonic_ms,
        wall_ms=read.entry.wall_ms,
        trust=read.entry.trust,
        fields=read.fields,
        received_at=batch.now,
    )


def _advance(batch: _Batch, hashes: Mapping[int, str]) -> None:
    """Move the head over everything that is now held without a gap."""
    if hashes and max(hashes) > batch.head.seq:
        batch.head.seq = max(hashes)
        batch.head.hash = hashes[batch.head.seq]
    for seq, row in sorted(_waiting(batch).items()):
        if seq != batch.head.seq + 1:
            break
        row.hash = next_hash(bytes.fromhex(batch.head.hash), bytes(row.raw)).hex()
        row.save(update_fields=["hash"])
        batch.head.seq, batch.head.hash = seq, row.hash
    _close_gaps(batch)


def _waiting(batch: _Batch) -> dict[int, Entry | SetAside]:
    """Return what was received beyond a gap."""
    beyond = {"box": batch.box, "seq__gt": batch.head.seq}
    entries: dict[int, Entry | SetAside] = {row.seq: row for row in Entry.objects.filter(**beyond)}
    return entries | {row.seq: row for row in SetAside.objects.filter(**beyond)}


def _close_gaps(batch: _Batch) -> None:
    """A gap that was filled is no longer a doubt."""
    Doubt.objects.filter(box=batch.box, kind=DoubtKind.GAP, seq__lte=batch.head.seq).delete()
