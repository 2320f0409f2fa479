"""Records that somebody brings on a stick go through the one inbox, and what came of each file is noted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from county.folders import published_folder
from county.inbox.carrying import BroughtFile, take_all, take_file
from county.inbox.models import CarriedFile, CarriedOutcome, Doubt, DoubtKind, Entry
from county.inbox.taking import take
from county.places.binding import bind, revoke_box
from county.places.models import Box
from county.publishing.publish import publish
from playlists import documents
from playlists.binding import binding_request
from playlists.codec import decode_document
from playlists.keys import SigningKey
from playlists.targets import box_path
from playlists.trust.repository import Repository
from tests.county.world import NOW, County, TestBox, heads, play

TAKEN, REPEATED = CarriedOutcome.TAKEN, CarriedOutcome.REPEATED
DAMAGED, DOUBTED = CarriedOutcome.DAMAGED, CarriedOutcome.DOUBTED


def brought(box: TestBox, first: int = 1, last: int | None = None, key: SigningKey | None = None) -> BroughtFile:
    end = len(box.raws) if last is None else last
    return BroughtFile(f"{first:06}-{end:06}.envelope", box.envelope(first, last, key))


def document(box: TestBox) -> documents.Box:
    path = box_path(box.id)
    return decode_document(documents.Box, Repository(published_folder()).read(path), path)


def outcomes(notes: list[CarriedFile]) -> list[tuple[str, int]]:
    return [(note.outcome, note.fresh) for note in notes]


def test_files_are_taken_in_the_order_of_their_entries_and_who_brought_them_is_noted(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads(), play(), play())
    files = [brought(box, 3, 4), brought(box, 1, 2)]
    notes = take_all(files, any_county.person("sun"), NOW)
    assert [(note.first, note.last, note.fresh, note.outcome, note.why) for note in notes] == [
        (1, 2, 2, TAKEN, ""), (3, 4, 2, TAKEN, ""),
    ]  # fmt: skip
    assert [bytes(raw) for raw in Entry.objects.order_by("seq").values_list("raw", flat=True)] == box.raws
    assert {(note.by.username, note.box_id, note.at) for note in CarriedFile.objects.all() if note.by} == {
        ("sun", box.id, NOW)
    }
    assert Doubt.objects.count() == 0


def test_what_was_brought_before_or_came_by_line_is_known_and_not_counted_again(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads())
    take(box.envelope(1, 1), NOW)
    assert outcomes(take_all([brought(box)], None, NOW)) == [(TAKEN, 1)]
    assert outcomes(take_all([brought(box), brought(box, 2)], None, NOW)) == [(REPEATED, 0)] * 2
    assert Entry.objects.count() == 2


def test_a_file_with_entries_missing_before_it_is_taken_and_says_so(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads(), play())
    note = take_file(brought(box, 3), None, NOW)
    assert (note.outcome, note.fresh) == (TAKEN, 1)
    assert "第 1 条起还有缺的" in note.why
    assert take_file(brought(box, 1, 2), None, NOW).why == ""


def test_each_bad_file_is_named_with_its_reason_and_holds_up_no_other(any_county: County) -> None:
    box, stranger = TestBox().bound(any_county).say(play()), TestBox().say(play())
    stopped = TestBox().bound(any_county).say(play())
    revoke_box(Box.objects.get(pk=stopped.id), any_county.person("zhou"), "被盗")
    whole = box.envelope()
    files = [
        BroughtFile("1", whole[:-7]), BroughtFile("2", b"a photograph"), BroughtFile("3", b""),
        BroughtFile("4", box.envelope(key=SigningKey.generate())), BroughtFile("5", stranger.envelope()),
        BroughtFile("6", stopped.envelope()), BroughtFile("7", bytes(2 << 20)), BroughtFile("8", whole),
    ]  # fmt: skip
    notes = take_all(files, None, NOW)
    assert [note.outcome for note in notes] == [
        DAMAGED, DAMAGED, DAMAGED, DAMAGED, CarriedOutcome.STRANGE, CarriedOutcome.REVOKED, DAMAGED, TAKEN
    ]  # fmt: skip
    assert all(note.why for note in notes[:-1])
    assert [note.box_id for note in notes if note.box_id] == [box.id]
    assert CarriedFile.objects.count() == 8


def test_another_history_under_a_known_key_is_kept_as_a_doubt(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads())
    take(box.envelope(), NOW)
    copy = TestBox(key=box.key).say(play(height=240), heads())
    note = take_file(brought(copy), None, NOW)
    assert (note.outcome, note.fresh) == (DOUBTED, 0)
    assert Doubt.objects.filter(kind=DoubtKind.FORK).exists()


def test_a_box_whose_journal_is_carried_is_told_in_its_document_how_far_it_is_held(any_county: County) -> None:
    carried, by_line = (TestBox().bound(any_county).say(play(), heads()) for _ in range(2))
    take(by_line.envelope(), NOW)
    take_file(brought(carried), None, NOW)
    publish(now=datetime.now(UTC) + timedelta(seconds=5))
    told = document(carried)
    assert (told.journal_head, told.journal_hash) == (2, carried.hash_at(2).hex())
    assert (document(by_line).journal_head, document(by_line).journal_hash) == (0, "")


@pytest.mark.parametrize("name", ["x" * 900, "", "记录.envelope"])
def test_any_name_of_a_file_can_be_noted(any_county: County, name: str) -> None:
    box = TestBox().bound(any_county).say(play())
    assert take_file(BroughtFile(name, box.envelope()), None, NOW).outcome == TAKEN


def test_the_request_of_a_new_box_gives_the_code_that_binds_it(any_county: County) -> None:
    box = TestBox()
    file = BroughtFile("000000-binding.envelope", binding_request(box.key, "1.2"))
    note = take_file(file, None, timezone.now())
    assert note.outcome == CarriedOutcome.ASKS
    (code,) = re.findall(r"绑定码 (\d{6})", note.why)
    bound, _ = bind(code, any_county.site, any_county.person("zhou"))
    assert (bound.pk, bound.version) == (box.id, "1.2")
    again = take_file(file, None, timezone.now())
    assert (again.outcome, again.why) == (REPEATED, "这台机顶盒已绑定站点")


def test_a_request_that_another_key_signed_or_that_is_none_is_refused(any_county: County) -> None:
    sound = binding_request(SigningKey.generate(), "1")
    other = binding_request(SigningKey.generate(), "1")
    forged = sound[:90] + other[90:]
    notes = take_all([BroughtFile("1", forged), BroughtFile("2", b"{}"), BroughtFile("3", b"{")], None, timezone.now())
    assert [note.outcome for note in notes] == [DAMAGED] * 3
