"""Batches that come at the same time: each entry is kept once, whoever is first, and all come through."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence

from django.db import connection
from django.test.utils import CaptureQueriesContext

from county.inbox.models import Doubt, Entry, Head, HeadCount, Play
from county.inbox.taking import take
from county.places.models import Site
from playlists.acknowledgement import Acknowledgement
from tests.county.world import NOW, County, TestBox, heads, play


def at_once(works: Sequence[Callable[[], object]]) -> None:
    """Do all of it in threads that begin together; raise what any of them raised."""
    start, raised = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(30)
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if raised:
        raise raised[0]
    assert not any(thread.is_alive() for thread in threads)


def told(number: int) -> TestBox:
    return TestBox().say(*[heads() if index % 7 == 3 else play() for index in range(number)])


def taking(envelope: bytes, answers: list[Acknowledgement]) -> Callable[[], None]:
    return lambda: answers.append(take(envelope, NOW))


def test_the_same_batch_six_times_at_once_is_kept_once(any_county: County) -> None:
    box = told(30).bound(any_county)
    answers: list[Acknowledgement] = []
    at_once([taking(box.envelope(), answers) for _ in range(6)])
    assert {(answer.head, answer.hash) for answer in answers} == {(30, box.hash_at(30).hex())}
    assert (Entry.objects.count(), Play.objects.count(), HeadCount.objects.count()) == (30, 26, 4)
    assert not Doubt.objects.exists()


def test_overlapping_batches_of_one_box_at_once_lose_and_double_nothing(any_county: County) -> None:
    box = told(40).bound(any_county)
    chance = random.Random(7)
    spans = [(first, chance.randint(first, 40)) for first in (chance.randint(1, 40) for _ in range(7))] + [(1, 40)]
    answers: list[Acknowledgement] = []
    at_once([taking(box.envelope(first, last), answers) for first, last in spans])
    assert (Head.objects.get().seq, Head.objects.get().hash) == (40, box.hash_at(40).hex())
    assert [bytes(raw) for raw in Entry.objects.order_by("seq").values_list("raw", flat=True)] == box.raws
    assert [row.hash for row in Entry.objects.order_by("seq")] == [box.hash_at(seq).hex() for seq in range(1, 41)]
    assert Play.objects.count() + HeadCount.objects.count() == 40
    assert not Doubt.objects.exists()


def test_boxes_of_one_site_and_of_others_come_through_together(any_county: County) -> None:
    willow = Site.objects.get(pk="site-willow-bay")
    boxes = [told(25).bound(any_county, site) for site in (None, None, None, willow, willow)]
    answers: list[Acknowledgement] = []
    envelopes = [box.envelope(first, first + 4) for first in range(1, 26, 5) for box in boxes]

    def send(box: int) -> Callable[[], None]:
        return lambda: [taking(envelope, answers)() for envelope in envelopes[box :: len(boxes)]] and None

    at_once([send(number) for number in range(len(boxes))])
    assert len(answers) == 25
    assert set(Head.objects.values_list("seq", flat=True)) == {25}
    assert Entry.objects.count() == 125


def test_a_batch_costs_the_same_few_statements_however_long_it_is(any_county: County) -> None:
    counts = []
    for length in (7, 70, 700):
        box = told(length).bound(any_county)
        with CaptureQueriesContext(connection) as queries:
            take(box.envelope(), NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 20
