"""How long the office waits for the two pages that read entries themselves, over a thousand sites and their entries.

A site's page reads what the site has planned on its own; the page of a withdrawal, the stop codes that were keyed in
since. Both are a few among the plays of all boxes. Part of `bench.journal_report`, whose database they use.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

ENTRIES = """
INSERT INTO inbox_entry (box_id, seq, raw, hash, kind, boot, monotonic_ms, wall_ms, trust, received_at)
SELECT box_id, seq, {play}, hash, 'play', boot, monotonic_ms, started_ms, trust, {received}
FROM inbox_play CROSS JOIN (SELECT '{hash}' AS hash) AS one WHERE box_id LIKE 'box-%%'
"""
RARE_EACH_MONTH = 3  # a session planned, one given up, a stop code keyed in
FIRST_RARE = 1_000_000
LOOKS = 7


def make(sites: int, months: int, begins_ms: int) -> None:
    """Make the entries of so many months: a play each, and a few that the pages look for."""
    from django.db import connection  # noqa: PLC0415

    from county.accounts.models import Person  # noqa: PLC0415
    from county.courses.models import Course  # noqa: PLC0415
    from county.inbox.models import Entry  # noqa: PLC0415
    from county.plans.models import StopOrder  # noqa: PLC0415

    received = datetime.fromtimestamp(begins_ms / 1000, UTC)
    play = "decode('91', 'hex')" if connection.vendor == "postgresql" else "x'91'"
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES.format(play=play, hash="ab" * 32, received="%s"), [received])
    rows = (
        Entry(**fields) for number in range(sites) for fields in _rare(f"box-{number}", months, begins_ms, received)
    )
    Entry.objects.bulk_create(rows, batch_size=2_000)

    course = Course.objects.create(
        id="course-7", number=7, title="春季实用技术", category=["种植"], provider="示范县农业局"
    )
    StopOrder.objects.create(
        id="stop-1", course=course, reason="有误", by=Person.objects.get(username="zhou"), issued_at=received
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def looks(client: Any) -> dict[str, list[float]]:
    """Return how long each page took, in ms, look by look."""
    addresses = {"site": "/sites/site-{}", "receipts": "/courses/course-7/stops/stop-1"}
    found: dict[str, list[float]] = {}
    for name, address in addresses.items():
        took = []
        for number in range(LOOKS):
            began = time.perf_counter()
            answer = client.get(address.format(number))
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200
        found[name] = took[2:]
    return found


def _rare(box: str, months: int, begins_ms: int, received: datetime) -> Iterator[dict[str, Any]]:
    from playlists import entries  # noqa: PLC0415
    from playlists.journal import encode_entry, make_entry  # noqa: PLC0415

    for number in range(months * RARE_EACH_MONTH):
        seq, name = FIRST_RARE + number, f"own-{number // 3}"
        bodies = (
            entries.SessionPlanned(
                session=name,
                title="本村学习",
                course="course-7",
                form="video",
                starts="2026-01-09T19:30",
                repeat="once",
            ),
            entries.SessionCancelled(session=name, start="2026-01-16T19:30"),
            entries.StopCode(number=7, course="course-7", day="", wrong=1),
        )
        entry = make_entry(
            bodies[number % 3], seq=seq, boot=1, monotonic_ms=seq, wall_ms=begins_ms + seq, trust="trusted"
        )
        kind = str(type(bodies[number % 3]).__struct_config__.tag)
        yield {
            "box_id": box, "seq": seq, "raw": encode_entry(entry), "hash": "ab" * 32, "kind": kind, "boot": 1,
            "monotonic_ms": seq, "wall_ms": begins_ms + seq, "trust": "trusted", "received_at": received,
        }  # fmt: skip
