"""How long the office waits for a month's report over a thousand sites: the page itself, made by Django and read whole.

The records are made by the database (what a box would have written in as many days, plays and sessions alike at every
site); taking in as many entries would take a quarter of an hour. `month_report_ms` is the page when nothing is new,
``after_news`` when fifty sites have just sent something, ``from_nothing`` when the whole month has to be drawn; then
two pages that read entries (`bench.journal_pages`).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

from bench import journal_pages
from bench.county_stage import CountyStage, finish
from bench.figures import say

SITES, TOWNSHIPS, PLAYS_A_DAY = 1_000, 20, 4
YEAR_DAYS, MONTH_DAYS = 365, 31
BEGINS_MS = 1_767_225_600_000  # 2026-01-01 UTC
MONTH = "2026-01"
NEWS_SITES = 50


def report(stage: CountyStage, *, quick: bool) -> None:
    """Print the figures; ``quick`` keeps one month of plays instead of a year."""
    days = MONTH_DAYS if quick else YEAR_DAYS
    told = json.loads(finish(stage.start("journal_report", str(days))))
    more: dict[str, Any] = {"database": stage.database, "sites": SITES, "plays": SITES * PLAYS_A_DAY * days}
    for figure, name in (("usual", ""), ("news", f"_after_news_of_{NEWS_SITES}_sites"), ("nothing", "_from_nothing")):
        took, cpu = zip(*told[figure], strict=True)
        say("journal", f"month_report_ms{name}", took, "ms", python_cpu_ms=round(statistics.median(cpu), 1), **more)
    for page, took in told["pages"].items():
        say("journal", f"{page}_page_ms", took, "ms", **more)


# --- the program beside the database

PLAYS = """
INSERT INTO inbox_play (box_id, seq, site_id, course, lesson, height, why, session, started_ms, trust, took_ms,
    begins_ms, reached_ms, shown_ms, film_ms, paused_ms, ended, boot, monotonic_ms)
WITH RECURSIVE numbers(n) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < {sites} + {plays})
SELECT 'box-' || s.n, d.n + 1, 'site-' || s.n, 'course-' || (d.n * 7 + s.n) % 40, 'lesson-' || d.n % 3, 360,
    'menu', '', {begins} + (d.n / {per_day}) * 86400000 + (d.n % {per_day}) * 5400000 + 3600000, 'trusted', 2400000, 0,
    1800000, 1800000 - (d.n * 31 + s.n * 17) % 1700000, 1800000 - (d.n * 31 + s.n * 17) % 1700000, 0, 'finished', 1,
    d.n * 5400000
FROM (SELECT n FROM numbers WHERE n < {sites}) AS s, (SELECT n FROM numbers WHERE n < {plays}) AS d
"""
SESSIONS = """
INSERT INTO inbox_sessionrecord (box_id, session, site_id, title, form, started_ms, ended_ms, ended, trust, parts,
    speaker, neighbour, remarks, made_up, by_hand)
WITH RECURSIVE numbers(n) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < {sites} - 1)
SELECT 'box-' || s.n, 'spring@' || d.n, 'site-' || s.n, '春季实用技术', 'video', {begins} + d.n * 1209600000 + 41400000,
    {begins} + d.n * 1209600000 + 46800000, 'held', 'trusted', '{{}}', '', '', '', '', CAST(0 AS boolean)
FROM numbers AS s, (SELECT n FROM numbers WHERE n < {sessions}) AS d
"""
HEADS = """
INSERT INTO inbox_headcount (box_id, seq, site_id, session, counted_ms, expected, present, members, villagers, on_leave,
    neighbours, doubts, corrections)
WITH RECURSIVE numbers(n) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < {sites} - 1)
SELECT 'box-' || s.n, 1000000 + d.n, 'site-' || s.n, 'spring@' || d.n, {begins} + d.n * 1209600000 + 46800000, 35,
    20 + (s.n + d.n * 7) % 13, 12, 8 + (s.n + d.n * 7) % 13, 2, 0, '[]', '[]'
FROM numbers AS s, (SELECT n FROM numbers WHERE n < {sessions}) AS d
"""


def main(days: int) -> None:
    """Make the records, ask for the page again and again, print how long each took."""
    import django  # noqa: PLC0415

    django.setup()
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from county.accounts.models import Person, Role  # noqa: PLC0415
    from county.figures.models import SiteMonth  # noqa: PLC0415
    from county.figures.months import draw_touched  # noqa: PLC0415
    from county.figures.rules import Rules  # noqa: PLC0415
    from county.inbox.models import Touched  # noqa: PLC0415

    _make(days)
    now = timezone.now()
    client = Client()
    client.force_login(Person.objects.create_user("zhou", password="not used", role=Role.OPERATOR))
    marks = [Touched(site_id=f"site-{number}", month=MONTH, at=now) for number in range(SITES)]

    def page() -> tuple[float, float]:
        began, spent = time.perf_counter(), time.process_time()
        answer = client.get(f"/figures?month={MONTH}")
        assert b"<b>0.0</b>" not in answer.content
        return (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000

    Touched.objects.bulk_create(marks)
    nothing = [page()]
    usual = [page() for _ in range(12)][2:]
    news: list[tuple[float, float]] = []
    for round_ in range(5):
        Touched.objects.bulk_create(marks[round_ * NEWS_SITES : (round_ + 1) * NEWS_SITES])
        news.append(page())
    draw_touched(Rules(), now)
    assert SiteMonth.objects.filter(month=MONTH, plays__gt=100).count() >= SITES
    journal_pages.make(SITES, -(-days // MONTH_DAYS), BEGINS_MS)
    pages = journal_pages.looks(client)
    print(json.dumps({"usual": usual, "news": news, "nothing": nothing, "pages": pages}), flush=True)


def _make(days: int) -> None:
    from django.db import connection, transaction  # noqa: PLC0415

    from county.places.models import Box, Place, PlaceKind, Site  # noqa: PLC0415

    county, _ = Place.objects.get_or_create(id="county", defaults={"kind": PlaceKind.COUNTY, "name": "示范县"})
    towns = [Place(id=f"town-{n}", kind=PlaceKind.TOWNSHIP, name=f"第{n}乡", parent=county) for n in range(TOWNSHIPS)]
    Place.objects.bulk_create(towns)
    villages = [Place(id=f"village-{n}", kind=PlaceKind.VILLAGE, name=f"第{n}村", parent=towns[n % TOWNSHIPS])
                for n in range(SITES)]  # fmt: skip
    Place.objects.bulk_create(villages)
    sites = [Site(id=f"site-{n}", place=villages[n], kind="village", name=f"第{n}村站点", expected=35, position=n)
             for n in range(SITES)]  # fmt: skip
    Site.objects.bulk_create(sites)
    bound = datetime(2025, 12, 1, tzinfo=UTC)
    Box.objects.bulk_create(
        Box(id=f"box-{n}", public_key=f"key-{n}", site=sites[n], bound_at=bound) for n in range(SITES)
    )
    terms = {"sites": SITES, "plays": PLAYS_A_DAY * days, "per_day": PLAYS_A_DAY, "begins": BEGINS_MS,
             "sessions": days // 14}  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (PLAYS, SESSIONS, HEADS):
            cursor.execute(statement.format(**terms))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]))
