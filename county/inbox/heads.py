"""Head counts as records, with the corrections that later entries make to them.

A correction may be received before its head count, from beyond a gap. Called by `county.inbox.records`.
"""

from __future__ import annotations

from collections.abc import Sequence

from county.inbox.bulk import put
from county.inbox.doubts import head_count_doubts
from county.inbox.models import Entry, HeadCount
from county.inbox.reading import read_one
from playlists import entries

COLUMNS = (
    "box_id", "seq", "site_id", "session", "counted_ms", "expected", "present", "members", "villagers", "on_leave",
    "neighbours", "doubts", "corrections",
)  # fmt: skip
FIGURES = entries.HeadCount.__struct_fields__[1:]
MAY_BE_BLANK = ("members", "villagers")

Numbered = tuple[int, entries.Correction]


def head_count(box: str, seq: int, body: entries.HeadCount, site: str | None, counted_ms: int) -> HeadCount:
    """Return the record of a head count, not written yet."""
    figures = {name: getattr(body, name) for name in FIGURES}
    doubts = head_count_doubts(body)
    return HeadCount(
        box_id=box, seq=seq, site_id=site, session=body.session[:100], counted_ms=counted_ms, doubts=doubts, **figures
    )


def draw_heads(
    box: str, counts: Sequence[HeadCount], corrections: Sequence[Numbered], *, beyond: int | None
) -> set[str]:
    """Write head counts, and what corrections make of these and of earlier ones; return the sessions concerned.

    Args:
        box: Whose.
        counts: New head counts.
        corrections: New corrections with their own numbers, in order.
        beyond: The number behind which corrections may wait that were received earlier; None if there are none.
    """
    if beyond is not None and counts:
        corrections = [*corrections, *_waiting(box, beyond)]
    rows = {count.seq: count for count in counts}
    earlier = {body.seq for _, body in corrections} - rows.keys()
    if earlier:
        rows |= {count.seq: count for count in HeadCount.objects.filter(box=box, seq__in=earlier)}
    for seq, body in corrections:
        if body.seq in rows:
            _correct(rows[body.seq], seq, body)
    put(HeadCount, COLUMNS, [[getattr(row, name) for name in COLUMNS] for row in rows.values()], key=("box_id", "seq"))
    return {row.session for row in rows.values()}


def _correct(count: HeadCount, seq: int, body: entries.Correction) -> None:
    """Apply a correction, if it is about a figure; one about anything else is only an entry."""
    blank = body.now is None and body.field not in MAY_BE_BLANK
    if body.field not in FIGURES or blank or any(one["seq"] == seq for one in count.corrections):
        return
    change = {"seq": seq, "field": body.field, "was": body.was, "now": body.now, "reason": body.reason}
    count.corrections = sorted([*count.corrections, change], key=lambda one: one["seq"])
    of_field = [one for one in count.corrections if one["field"] == body.field]
    setattr(count, body.field, of_field[-1]["now"])  # an earlier one may come last, out of a gap
    figures = {name: getattr(count, name) for name in FIGURES}
    count.doubts = head_count_doubts(entries.HeadCount(session=count.session, **figures))


def _waiting(box: str, beyond: int) -> list[Numbered]:
    rows = Entry.objects.filter(box=box, seq__gt=beyond, kind="correction").order_by("seq").values_list("seq", "raw")
    bodies = ((seq, read_one(seq, bytes(raw)).body) for seq, raw in rows)
    return [(seq, body) for seq, body in bodies if isinstance(body, entries.Correction)]
