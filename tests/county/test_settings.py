"""What the database settings promise."""

from __future__ import annotations

from django.db import close_old_connections, connection

from county.accounts.models import Person
from tests.county.databases import Cluster
from tests.county.world import County


def test_a_database_that_was_restarted_costs_no_request(any_county: County, cluster: Cluster) -> None:
    people = Person.objects.count()
    if connection.vendor == "postgresql":
        cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'county'")
    close_old_connections()  # as at the beginning of each request
    assert Person.objects.count() == people
