"""Group sessions as records: every part of a session that a power cut divided is an entry, all of them one record.

Called by `county.inbox.records`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from county.inbox.bulk import put, select
from county.inbox.models import SessionRecord
from county.places.tree import site_of_village
from playlists.dating import RANK
from playlists.entries import ClockTrust, SessionHeld

COLUMNS = (
    "box_id", "session", "site_id", "title", "form", "started_ms", "ended_ms", "ended", "trust", "parts", "speaker",
    "neighbour", "guest_id", "remarks", "made_up", "by_hand",
)  # fmt: skip
SESSION = COLUMNS.index("session")


@dataclass(frozen=True)
class Part:
    """One entry of a session, dated."""

    seq: int
    body: SessionHeld
    site: str | None
    started_ms: int
    ended_ms: int
    trust: ClockTrust

    @property
    def session(self) -> str:
        """The session's name as its record keeps it."""
        return self.body.session[:100]


def draw_sessions(box: str, parts: Iterable[Part]) -> list[tuple[str | None, int]]:
    """Write the records of these parts, together with what is known of other parts.

    Return at which site and when each session began, at whose guests', and where and when it was thought to have begun
    before.
    """
    named: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        named[part.session].append(part)
    if not named:
        return []
    found = select(SessionRecord, COLUMNS, box_id=box, session=list(named))
    known = {row[SESSION]: SessionRecord(**dict(zip(COLUMNS, row, strict=True))) for row in found}
    before = [place for record in known.values() for place in places(record)]
    records = [
        _joined(known.get(name) or SessionRecord(box_id=box, session=name), news) for name, news in named.items()
    ]
    rows = [tuple(getattr(record, column) for column in COLUMNS) for record in records]
    put(SessionRecord, COLUMNS, rows, key=("box_id", "session"))
    return [*before, *(place for record in records for place in places(record))]


def places(record: SessionRecord) -> list[tuple[str | None, int]]:
    """Return whose figures a session is part of, with its beginning: the site's that held it, and its guest's."""
    return [(record.site_id, record.started_ms), (record.guest_id, record.started_ms)]


def _joined(record: SessionRecord, news: Sequence[Part]) -> SessionRecord:
    for part in news:
        record.parts[str(part.seq)] = [part.started_ms, part.ended_ms, part.body.ended, part.trust]
    numbers = sorted(record.parts, key=int)
    parts = [record.parts[number] for number in numbers]
    record.started_ms, record.ended_ms = min(part[0] for part in parts), max(part[1] for part in parts)
    record.ended = "held" if any(part[2] == "held" for part in parts) else parts[-1][2]
    record.trust = min((part[3] for part in parts), key=RANK.__getitem__)
    for part in sorted(news, key=lambda part: part.seq):
        if str(part.seq) == numbers[-1]:
            record.title, record.form = part.body.title[:200], part.body.form[:20]
            record.speaker, record.neighbour = part.body.speaker[:200], part.body.neighbour[:200]
            record.remarks, record.made_up = part.body.remarks[:500], part.body.made_up[:100]
            record.by_hand = part.body.by_hand
        if str(part.seq) == numbers[0]:
            record.site_id = part.site
    record.guest_id = site_of_village(record.neighbour, record.site_id)
    return record
