"""The inbox of the simulation answers as the real one does, whatever part of a journal comes, and how often."""

from __future__ import annotations

from random import Random

import pytest

from county.inbox.models import Doubt, Entry, Head, SetAside
from county.inbox.taking import take
from tests.county.world import NOW, County, TestBox, heads, play
from tests.simulation.inbox import Inbox


@pytest.mark.parametrize("seed", range(6))
def test_the_same_envelopes_lead_to_the_same_answers(county: County, seed: int) -> None:
    chance, box = Random(seed), TestBox().bound(county)
    simulated = Inbox(box.key.fingerprint)
    for _ in range(12):
        box.say(*chance.choices([play(), heads(), play(segments=((0, 5),))], k=chance.randint(0, 3)))
        first = chance.randint(1, len(box.raws) + 1)
        last = chance.randint(first - 1, len(box.raws))
        answer = take(box.envelope(first=first, last=last), NOW)
        told = simulated.take(box.raws[first - 1 : last], box.hash_at(last))
        assert (told.head, told.hash) == (answer.head, answer.hash)
    assert Entry.objects.count() == len(simulated.held)


def test_a_restore_from_a_backup_leads_to_the_same_head(county: County) -> None:
    box = TestBox().bound(county).say(*[play()] * 9)
    simulated = Inbox(box.key.fingerprint)
    take(box.envelope(), NOW)
    simulated.take(box.raws, box.hash_at(9))
    simulated.restore(4)
    Entry.objects.filter(seq__gt=simulated.head).delete()
    Head.objects.update(seq=simulated.head, hash=box.hash_at(simulated.head).hex())
    answer, told = take(box.envelope(first=7), NOW), simulated.take(box.raws[6:], box.hash_at(9))
    assert (told.head, told.hash) == (answer.head, answer.hash)
    assert not SetAside.objects.exists()
    assert not [doubt for doubt in Doubt.objects.all() if doubt.kind == "fork"]
