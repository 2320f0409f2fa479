"""A browser without a screen, logged in as somebody of the county under test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.county.world import County

Browse = Callable[[str], Client]


@pytest.fixture
def browse(county: County) -> Browse:
    """Return a client logged in as the person with a user name."""

    def log_in(username: str) -> Client:
        client = Client()
        client.force_login(county.person(username))
        return client

    return log_in
