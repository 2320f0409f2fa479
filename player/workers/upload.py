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
from player.workers.child import Say, live
from player.workers.county_api import CountyApi, Declined, fault_of
from player.workers.county_time import hear
from player.workers.messages import UploadResult, UploadSpec
from player.workers.outgoing import Batch, DamagedEntry, Outgoing
from player.workers.toll import paying
from playlists.acknowledged import Acknowledged, read_acknowledged, write_acknowledged
from playlists.acknowledgement import Acknowledgement, SetAside
from playlists.envelope import Envelope, seal
from playlists.errors import FailedAttempt, YuanjiaoError
from playlists.keys import SigningKey

JOURNAL_PATH: Final = "/api/box/v1/journal"
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


class Sending:
    """One run: sends until the county holds everything, or something stands in the way."""

    def __init__(self, spec: UploadSpec, key: SigningKey, county: CountyApi, acknowledged: Acknowledged) -> None:
        self._spec, self._key, self._county = spec, key, county
        self._acknowledged = acknowledged
        self._aside: dict[int, SetAside] = {one.seq: one for one in acknowledged.set_aside}
        self._batch_entries = spec.batch_entries
        self._journal = Outgoing(Path(spec.journal), key.fingerprint)

    def run(self) -> UploadResult:
        """Send batch after batch."""
        try:
            while self._went_on(self._journal.batch(self._acknowledged, self._batch_entries)):
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
        return answer.head < self._journal.last_seq()

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
        ours = self._journal.hash_at(answer.head)
        if ours is not None and ours.hex() != answer.hash:
            raise FailedAttempt("upload", f"the county holds another history up to entry {answer.head}（疑似重复设备）")
        if answer.head > self._journal.last_seq():
            raise FailedAttempt("upload", f"the county holds {answer.head} entries, more than this box ever wrote")
        for one in answer.set_aside:
            if one.seq not in self._aside:
                _log.warning("the county cannot read entry %d: %s", one.seq, one.why)
            self._aside[one.seq] = one
        aside = tuple(self._aside[seq] for seq in sorted(self._aside))
        self._acknowledged = Acknowledged(self._key.fingerprint, answer.head, answer.hash, aside)
        write_acknowledged(Path(self._spec.acknowledged), self._acknowledged)

    def _result(self, error: str = "", fault: str = "", retry_after_s: float | None = None) -> UploadResult:
        return UploadResult(
            head=self._acknowledged.head,
            error=error,
            fault=fault,
            set_aside=self._acknowledged.set_aside,
            retry_after_s=retry_after_s,
        )
