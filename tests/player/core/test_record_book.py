"""The record book: drawn from entries, corrected by entries, proposed from."""

from __future__ import annotations

from typing import get_args

from msgspec.structs import replace

from player.core import record_book
from player.core.actions import ConfirmHeads, CorrectHeads, EditHeads, RateSession
from player.core.effects import AppendEntry
from player.core.events import Journaled
from player.core.facts import JournalFacts, SessionRecord
from player.core.record_book import FIGURES, KEPT, taken
from playlists.entries import AnyBody, Correction, HeadCount, Rating, SessionHeld
from tests.player.core.box import NOW_MS, SESSION, TestBox
from tests.player.core.test_session import counting

COUNT = HeadCount(session="s", expected=27, present=27, members=18, villagers=9, on_leave=0)
RECORD = SessionRecord("s", count=COUNT, count_seq=8)


def with_record(record: SessionRecord = RECORD) -> TestBox:
    return TestBox().start(JournalFacts(head=9, acknowledged=9, records=(record,)))


def test_what_is_signed_off_stands_in_the_book_when_it_is_durable() -> None:
    box = counting()
    for key in ("2", "0"):
        box.wish(EditHeads(key))
    box.commits = False
    box.wish(ConfirmHeads())
    assert box.world.records == ()
    effect = [one for one in box.all(AppendEntry) if isinstance(one.body, HeadCount)][-1]
    box.seq += 2
    box.take(Journaled(effect.id, box.seq))
    (record,) = box.world.records
    assert record.session == SESSION.id
    assert record.count is not None
    assert (record.count.present, record.count_seq) == (20, box.seq - 1)
    assert record.held is not None
    assert record.began is not None
    assert NOW_MS <= record_book.began_ms(box.world, record) <= box.wall_ms


def test_a_rating_joins_its_session() -> None:
    box = counting()
    box.wish(ConfirmHeads())
    box.wish(RateSession(2))
    assert [one.rating for one in box.world.records] == [2]


def test_a_correction_is_one_entry_a_figure_with_its_reason_and_the_old_value_stays_told() -> None:
    box = with_record()
    box.wish(CorrectHeads("s", replace(COUNT, members=17, villagers=10), " 数错了 "))
    assert box.bodies(Correction) == [
        Correction(seq=8, field="members", was=18, now=17, reason="数错了"),
        Correction(seq=8, field="villagers", was=9, now=10, reason="数错了"),
    ]
    assert len([one for one in box.all(AppendEntry) if isinstance(one.body, Correction)]) == 1
    (record,) = box.world.records
    assert record.count == replace(COUNT, members=17, villagers=10)
    assert [(one.field, one.was, one.now) for one in record.corrections] == [("members", 18, 17), ("villagers", 9, 10)]
    box.wish(CorrectHeads("s", replace(COUNT, members=16, villagers=11), "再核对"))
    assert box.bodies(Correction)[-2].was == 17


def test_without_a_change_a_reason_or_a_count_nothing_is_written() -> None:
    for record, count, reason in (
        (RECORD, COUNT, "数错了"), (RECORD, replace(COUNT, members=17), "  "), (SessionRecord("s"), COUNT, "数错了"),
        (SessionRecord("t"), COUNT, "数错了"),
    ):  # fmt: skip
        box = with_record(record)
        box.wish(CorrectHeads("s", count, reason))
        assert box.bodies(Correction) == []


def test_corrections_that_mean_no_figure_are_entries_only() -> None:
    box = with_record()
    for field, now in (("title", 1), ("present", None), ("session", 3)):
        body = Correction(seq=8, field=field, was=1, now=now, reason="?")
        assert taken(RECORD, body, box.now(), 10) == RECORD
    blank = taken(RECORD, Correction(seq=8, field="members", was=18, now=None, reason="?"), box.now(), 10)
    assert blank is not None
    assert blank.count is not None
    assert blank.count.members is None


def test_other_entries_concern_no_session_of_the_book() -> None:
    concerned = {SessionHeld, HeadCount, Rating, Correction}
    for kind in get_args(AnyBody):
        if kind not in concerned:
            fields = dict.fromkeys(kind.__struct_fields__, "s")
            assert record_book.concerned((RECORD,), kind(**fields)) == ""
    assert record_book.concerned((RECORD,), Correction(seq=8, field="x", was=0, now=0, reason="")) == "s"
    assert record_book.concerned((RECORD,), Correction(seq=7, field="x", was=0, now=0, reason="")) == ""


def test_every_figure_of_a_head_count_can_be_corrected() -> None:
    assert set(FIGURES) == set(HeadCount.__struct_fields__) - {"session"}


def test_the_book_keeps_so_many_and_forgets_the_oldest() -> None:
    records = tuple(SessionRecord(f"s{number}") for number in range(KEPT))
    box = TestBox().start(JournalFacts(head=9, acknowledged=9, records=records))
    turn_box = counting()
    turn_box.world = replace(turn_box.world, records=records)
    turn_box.wish(ConfirmHeads())
    assert len(turn_box.world.records) == KEPT
    assert turn_box.world.records[0].session == "s1"
    assert record_book.last_count(turn_box.world) is not None
    assert record_book.last_count(box.world) is None
