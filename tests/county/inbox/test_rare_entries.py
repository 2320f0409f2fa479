"""Pages find the few entries that they look for without reading all others, on both databases."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet

from county.inbox.models import OF_OWN_SESSIONS, Entry
from tests.county.world import NOW, County


def test_entries_of_a_rare_kind_are_read_by_their_own_index(any_county: County) -> None:
    own = Entry.objects.filter(OF_OWN_SESSIONS, box__in=["a", "b"]).order_by("box", "seq")
    assert "entry_own_sessions" in plan(own)
    keyed = Entry.objects.filter(kind="stop-code", received_at__gte=NOW - timedelta(days=365))
    assert "entry_stop_codes" in plan(keyed.order_by("-received_at", "-seq")[:9])


def plan(rows: QuerySet[Entry]) -> str:
    """How the database would read the rows of a large table."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
    return rows.explain()
