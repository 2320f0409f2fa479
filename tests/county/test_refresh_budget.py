"""What a refresh costs with the county's own web server: heads and bodies of real HTTP, counted on the line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from cheroot import wsgi

from county.web import plain_application
from playlists.codec import encode_document
from playlists.documents import Page, Pages
from playlists.targets import CATALOGUE_BINS
from playlists.trust.roles import role_of
from playlists.trust.sources import HttpSource
from tests.fakes.relay import Relay
from tests.playlists.published import Box, County
from tests.playlists.trust.test_refresh_budget import BIN, COURSES, course, names_in, release

PAGES = "pages/all.json"


@pytest.fixture
def courses() -> list[str]:
    """The names of a bin as full as all are in a county of 5,000 courses."""
    return ["mushrooms", *islice(names_in(BIN), COURSES // CATALOGUE_BINS)]


@pytest.fixture
def published(tmp_path: Path, courses: list[str]) -> County:
    county = County(tmp_path / "published")
    release(county, [course(name) for name in courses])
    return county


@pytest.fixture
def line(published: County) -> Iterator[Relay]:
    server = wsgi.Server(("127.0.0.1", 0), plain_application(lambda _environ, _start: [], published.folder))
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    with Relay(int(server.bind_addr[1])) as relay:
        yield relay
    server.stop()
    thread.join(10)


@pytest.fixture
def cost(published: County, line: Relay, tmp_path: Path) -> Callable[[], int]:
    box = Box(tmp_path / "generations", published.root)

    def refreshed() -> int:
        before = line.counts()
        box.refresh(HttpSource(f"http://127.0.0.1:{line.port}/published"))
        passed = line.counts() - before
        return passed.up_bytes + passed.down_bytes

    refreshed()
    return refreshed


def test_nothing_new_costs_a_kilobyte_at_most(cost: Callable[[], int]) -> None:
    assert 300 < cost() <= 1_000


def test_one_course_of_five_thousand_costs_forty_at_most(
    published: County, courses: list[str], cost: Callable[[], int]
) -> None:
    published.later(days=1)
    release(published, [course("mushrooms", "平菇栽培技术(修订)"), *map(course, courses[1:])])
    assert 1_000 < cost() <= 40_960


def test_a_day_on_which_only_the_signature_was_renewed_costs_one_question_more(
    published: County, cost: Callable[[], int]
) -> None:
    published.later(days=1, minutes=1)
    published.send({})
    assert 1_000 < cost() <= 1_500  # the timestamp, and whether there is another root
    assert cost() <= 1_000


def test_a_snapshot_that_was_renewed_costs_what_it_lists(published: County, cost: Callable[[], int]) -> None:
    published.later(days=110)
    published.send({})
    assert 1_500 < cost() <= 8_000
    assert cost() <= 1_000


def test_what_the_online_key_says_anew_costs_its_own_role(published: County, cost: Callable[[], int]) -> None:
    published.later(minutes=5)
    page = Page(id="notice", title="通知", text="周五晚七点半集中学习。")
    published.send({role_of(PAGES): {PAGES: encode_document(Pages(pages=(page,)))}})
    assert 1_500 < cost() <= 8_000
