"""The upload worker: the journal's entries on their way to the county, in signed envelopes.

Rules: the county's answer alone says what it durably holds; the next envelope begins there, also when that
is further back than before (a county restored from backup). Its hash must be our chain's at that entry, else
another history is held under our key and nothing more is sent. Nothing is ever removed from the journal.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

import msgspec

from player.core.faults import JOURNAL_DAMAGED
from player.devices import journal_schema
from player.workers.child import Say, live
from player.workers.county_api import CountyApi, Declined, fault_of
from player.workers.county_time import hear
from player.workers.messages import UploadResult, UploadSpec
from player.workers.toll import paying
from playlists.acknowledged import Acknowledged, read_acknowledged, write_acknowledged
from playlists.acknowledgement import Acknowledgement, SetAside
from playlists.envelope import Envelope, seal
from playlists.errors import FailedAttempt, YuanjiaoError
from playlists.journal import genesis, next_hash
from playlists.keys import SigningKey

JOURNAL_PATH: Final = "/api/box/v1/journal"
BATCH_LIMIT_BYTES: Final = 512 << 10
TOO_LARGE: Final = 413
_log = logging.getLogger(__name__)


def main() -> int:
    """Run as a worker process."""
    return live(UploadSpec, upload)


def upload(spec: UploadSpec, say: Say) -> UploadResult:
    """Send what the county lacks; return how it ended."""
    head = 0
    try:
        with paying(spec.line, "journal") as toll:
            hear(spec.api, spec.line, spec.online_keys, say, toll)
            key = SigningKey.load(Path(spec.key_file))
            acknowledged = read_acknowledged(Path(spec.acknowledged), key.fingerprint)
            head = acknowledged.head
            result = Sending(spec, key, CountyApi(spec.api, spec.line, toll), acknowledged).run()
        return msgspec.structs.replace(result, spent=toll.spent)
    except (YuanjiaoError, OSError, sqlite3.Error) as error:
        return UploadResult(head=head, error=str(error), retry_after_s=getattr(error, "retry_after_s", None))


class DamagedEntry(FailedAttempt):
    """The journal's own chain breaks; what is behind the break is put in order at the next start."""


class Batch(msgspec.Struct, frozen=True):
    """Entries in order and the chain's hash after them; ``last`` is the number of the last, or of the one before."""

    entries: tuple[bytes, ...]
    last: int
    head: bytes


class Sending:
    """One run: sends until the county holds everything, or something stands in the way."""

    def __init__(self, spec: UploadSpec, key: SigningKey, county: CountyApi, acknowledged: Acknowledged) -> None:
        self._spec, self._key, self._county = spec, key, county
        self._acknowledged = acknowledged
        self._aside: dict[int, SetAside] = {one.seq: one for one in acknowledged.set_aside}
        self._batch_entries = spec.batch_entries
        self._journal = sqlite3.connect(f"{Path(spec.journal).resolve().as_uri()}?mode=ro", uri=True)

    def run(self) -> UploadResult:
        """Send batch after batch."""
        try:
            while self._went_on(self._batch()):
                pass
        except FailedAttempt as error:
            why = error.why if isinstance(error, Declined | DamagedEntry) else str(error)
            fault = JOURNAL_DAMAGED if isinstance(error, DamagedEntry) else fault_of(error)
            return self._result(why, fault, error.retry_after_s)
        finally:
            self._journal.close()
        return self._result()

    def _went_on(self, batch: Batch) -> bool:
        """Send a batch; return whether there is more to send."""
        before = self._acknowledged.head
        answer = self._answer(batch)
        if answer is None:
            return True
        self._take(answer)
        if answer.head < before:
            return True  # it was restored from a backup: from there again
        if answer.head < batch.last:
            raise FailedAttempt("upload", f"the county lacks entry {answer.head + 1} and this box cannot give it")
        return answer.head < self._last_seq()

    def _answer(self, batch: Batch) -> Acknowledgement | None:
        envelope = Envelope(self._key.fingerprint, batch.entries, batch.head)
        try:
            return self._county.post(JOURNAL_PATH, seal(envelope, self._key), Acknowledgement)
        except Declined as error:
            if error.status != TOO_LARGE or len(batch.entries) < 2:
                raise
            self._batch_entries = max(1, len(batch.entries) // 2)
            return None

    def _take(self, answer: Acknowledgement) -> None:
        ours = self._hash_at(answer.head)
        if ours is not None and ours.hex() != answer.hash:
            raise FailedAttempt("upload", f"the county holds another history up to entry {answer.head}（疑似重复设备）")
        if answer.head > self._last_seq():
            raise FailedAttempt("upload", f"the county holds {answer.head} entries, more than this box ever wrote")
        for one in answer.set_aside:
            if one.seq not in self._aside:
                _log.warning("the county cannot read entry %d: %s", one.seq, one.why)
            self._aside[one.seq] = one
        aside = tuple(self._aside[seq] for seq in sorted(self._aside))
        self._acknowledged = Acknowledged(self._key.fingerprint, answer.head, answer.hash, aside)
        write_acknowledged(Path(self._spec.acknowledged), self._acknowledged)

    def _batch(self) -> Batch:
        """Return the next entries, as far as they chain: a damaged one would look like another history."""
        last, head = self._start()
        rows = self._journal.execute(
            "SELECT seq, data, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?", (last, self._batch_entries)
        )
        entries: list[bytes] = []
        size = 0
        for seq, data, digest in rows:
            size += len(data)
            sound = seq == last + 1 and next_hash(head, data) == digest
            if not sound and not entries:
                raise DamagedEntry("upload", f"entry {last + 1} of the journal is damaged", retry=False)
            if not sound or (entries and size > BATCH_LIMIT_BYTES):
                break
            entries.append(data)
            last, head = seq, digest
        return Batch(tuple(entries), last, head)

    def _start(self) -> tuple[int, bytes]:
        """Return the entry behind which to send, with its hash: the county's head, or where this journal begins."""
        seq, base = self._acknowledged.head, self._meta(journal_schema.BASE_HASH)
        found = self._hash_at(seq)
        if found is None and isinstance(base, bytes) and seq < self._base_seq():
            return self._base_seq(), base
        return seq, found or bytes.fromhex(self._acknowledged.hash)

    def _hash_at(self, seq: int) -> bytes | None:
        """Return the chain's hash after an entry, None where this journal does not reach."""
        if seq == 0:
            return genesis(self._key.fingerprint)
        row = self._journal.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        if row is None and seq == self._base_seq():
            row = (self._meta(journal_schema.BASE_HASH),)
        return row[0] if row else None

    def _last_seq(self) -> int:
        row = self._journal.execute("SELECT max(seq) FROM entries").fetchone()
        return int(row[0] or self._base_seq())

    def _base_seq(self) -> int:
        base = self._meta(journal_schema.BASE_SEQ)
        return base if isinstance(base, int) else 0

    def _meta(self, key: str) -> object:
        row = self._journal.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _result(self, error: str = "", fault: str = "", retry_after_s: float | None = None) -> UploadResult:
        return UploadResult(
            head=self._acknowledged.head,
            error=error,
            fault=fault,
            set_aside=self._acknowledged.set_aside,
            retry_after_s=retry_after_s,
        )
