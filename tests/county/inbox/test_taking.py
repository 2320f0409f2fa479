"""The inbox takes each entry once, keeps what it cannot read, and says what does not fit."""

from __future__ import annotations

import functools
import gzip
from datetime import timedelta

import msgspec
import pytest
from django.db import close_old_connections

from county.inbox.models import Doubt, DoubtKind, Entry, Head, HeadCount, Play, SessionRating, SessionRecord, SetAside
from county.inbox.taking import UnknownBox, take
from county.places.binding import BoxRevoked, move_box, revoke_box
from county.places.models import Box, Site
from county.plans.models import Order
from playlists import entries
from playlists.envelope import Envelope, seal
from playlists.errors import BadData, UntrustedData
from playlists.journal import encode_entry, make_entry, next_hash
from playlists.keys import SigningKey
from tests.county.databases import Cluster
from tests.county.world import NOW, WALL_MS, County, TestBox, heads, play


def test_a_batch_becomes_entries_and_records_and_is_acknowledged(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads(), play(segments=((0, 5), (3, 9), (20, 30))))
    answer = take(box.envelope(), NOW)
    assert (answer.head, answer.hash, answer.set_aside) == (3, box.hash_at(3).hex(), ())
    assert [bytes(raw) for raw in Entry.objects.values_list("raw", flat=True)] == box.raws
    assert list(Play.objects.order_by("seq").values_list("shown_ms", flat=True)) == [600_000, 19]
    assert HeadCount.objects.get().site_id == "site-clear-spring"
    assert Box.objects.get().last_seen_at == NOW


def test_a_database_that_was_restarted_costs_no_batch(any_county: County, cluster: Cluster) -> None:
    box = TestBox().bound(any_county).say(play())
    take(box.envelope(), NOW)
    cluster.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'county'")
    close_old_connections()  # as at the beginning of every request
    assert take(box.say(heads()).envelope(first=2), NOW).head == 2


def test_the_same_batch_twice_changes_nothing(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads())
    first = take(box.envelope(), NOW)
    assert take(box.envelope(), NOW) == first
    assert take(box.say(play()).envelope(), NOW).head == 3
    assert (Entry.objects.count(), Play.objects.count(), HeadCount.objects.count()) == (3, 2, 1)


def test_one_bad_entry_is_set_aside_and_named_while_the_rest_is_kept(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play())
    box.raws.append(msgspec.msgpack.encode("no entry at all"))
    box.say(heads())
    box.raws.append(msgspec.msgpack.encode([4, 1, 1, 1, "trusted", ["heads", "text", "x", 1, 1, 1, 1]]))
    box.raws.append(msgspec.msgpack.encode([5, 1, 1, 1, "trusted", ["fault", "a\x00b", True, ""]]))
    answer = take(box.envelope(), NOW)
    assert (answer.head, answer.hash) == (5, box.hash_at(5).hex())
    assert [aside.seq for aside in answer.set_aside] == [2, 4, 5]
    assert [bytes(row.raw) for row in SetAside.objects.order_by("seq")] == [box.raws[1], *box.raws[3:]]
    assert [row.hash for row in SetAside.objects.order_by("seq")] == [box.hash_at(seq).hex() for seq in (2, 4, 5)]
    assert list(Entry.objects.values_list("seq", flat=True)) == [1, 3]
    assert take(box.say(play()).envelope(first=3), NOW).head == 6


@pytest.mark.parametrize("seq", [0, 2**63 - 1, 2**63, 2**64 - 1])
def test_numbers_that_no_journal_reaches_are_no_envelope(any_county: County, seq: int) -> None:
    box = TestBox().bound(any_county)
    box.raws += [msgspec.msgpack.encode([seq, 1, 1, 1, "trusted", ["fault", "a", True, ""]])]
    with pytest.raises(BadData, match="not one entry can be read"):
        take(box.envelope(), NOW)
    assert not Doubt.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        float("nan"),
        float("inf"),
        msgspec.msgpack.Ext(7, b"x"),
        {(1, 2): 3},
        functools.reduce(lambda inner, _: [inner], range(700), 1),
        {"\x00": 1},
        2**64 - 1,
    ],
    ids=["nan", "infinite", "extension", "tuple-key", "deep", "zero-byte", "64-bits"],
)
def test_a_kind_of_a_newer_version_is_kept_whatever_it_holds(any_county: County, odd: object) -> None:
    box = TestBox().bound(any_county)
    box.raws.append(msgspec.msgpack.encode([1, 1, 1, 1, "trusted", ["hologram", odd]]))
    answer = take(box.say(heads()).envelope(), NOW)
    assert (answer.head, answer.set_aside) == (2, ())
    assert bytes(Entry.objects.get(seq=1).raw) == box.raws[0]


@pytest.mark.parametrize(
    "body",
    [
        ["holo\x00gram", 1],
        ["order", "order-1", "", "大棚\x00蔬菜"],
        ["boot", "1\x00", True],
        ["heads", "s", 30, 2**64 - 1, 1, 1, 1],
        ["correction", 1, "present", 27, 2**63, "数错"],
        ["check", ["L01", "B\x0001"], {"line": "L01"}, None],
    ],
)
def test_what_no_column_keeps_is_set_aside_and_holds_up_nothing(any_county: County, body: list[object]) -> None:
    box = TestBox().bound(any_county)
    box.raws.append(msgspec.msgpack.encode([1, 1, 1, 1, "trusted", body]))
    answer = take(box.say(heads()).envelope(), NOW)
    assert (answer.head, [aside.seq for aside in answer.set_aside]) == (2, [1])


def test_a_checkpoint_that_does_not_fit_known_entries_is_a_fork(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads())
    take(box.envelope(), NOW)
    answer = take(seal(Envelope(box.id, tuple(box.raws), bytes(32)), box.key), NOW)
    assert [aside.seq for aside in answer.set_aside] == [2]
    assert Doubt.objects.get().kind == DoubtKind.FORK
    assert answer.hash == box.hash_at(2).hex()


def test_a_correction_that_came_before_its_head_count_is_not_lost(any_county: County) -> None:
    better = [entries.Correction(seq=1, field=name, was=27, now=26, reason="数错") for name in ("present", "expected")]
    box = TestBox().bound(any_county).say(heads(), play(), *better)
    assert take(box.envelope(first=3), NOW).head == 0
    assert take(box.envelope(last=2), NOW).head == 4
    count = HeadCount.objects.get()
    assert (count.present, count.expected, len(count.corrections)) == (26, 26, 2)
    assert count.doubts == ["党员 18 与群众 9 之和不等于实到 26"]


def test_of_two_corrections_the_later_entry_counts_in_whatever_order_they_come(any_county: County) -> None:
    better = [
        entries.Correction(seq=1, field="present", was=was, now=now, reason="数错") for was, now in ((27, 17), (17, 26))
    ]
    box = TestBox().bound(any_county).say(heads(), *better)
    take(box.envelope(last=1), NOW)
    take(box.envelope(first=3), NOW)
    take(box.envelope(first=2, last=2), NOW)
    count = HeadCount.objects.get()
    assert (count.present, [one["seq"] for one in count.corrections]) == (26, [2, 3])


def test_a_number_beyond_64_bits_is_set_aside(any_county: County) -> None:
    box = TestBox().bound(any_county).say(heads(present=2**63))
    assert [aside.seq for aside in take(box.envelope(), NOW).set_aside] == [1]


def test_what_another_key_signed_is_refused_and_nothing_is_taken(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play())
    with pytest.raises(UntrustedData):
        take(box.envelope(key=SigningKey.generate()), NOW)
    assert not Entry.objects.exists()


def test_a_stranger_and_a_revoked_box_are_refused(any_county: County) -> None:
    with pytest.raises(UnknownBox):
        take(TestBox().say(play()).envelope(), NOW)
    box = TestBox().bound(any_county).say(play())
    revoke_box(Box.objects.get(), any_county.person("zhou"), "被盗")
    with pytest.raises(BoxRevoked):
        take(box.envelope(), NOW)


@pytest.mark.parametrize("sealed", [b"", b"text", gzip.compress(b"x"), gzip.compress(bytes(9 << 20)), bytes(2 << 20)])
def test_what_is_no_envelope_is_refused(county: County, sealed: bytes) -> None:
    with pytest.raises(BadData):
        take(sealed, NOW)


def test_a_gap_is_a_doubt_until_it_is_filled(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads(), play(), play())
    assert take(box.envelope(first=3), NOW).head == 0
    assert Doubt.objects.get().kind == DoubtKind.GAP
    assert Play.objects.count() == 2
    answer = take(box.envelope(last=2), NOW)
    assert (answer.head, answer.hash) == (4, box.hash_at(4).hex())
    assert not Doubt.objects.exists()
    assert Entry.objects.get(seq=4).hash == box.hash_at(4).hex()


def test_another_history_under_the_same_key_is_a_fork_and_never_mixed_in(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads(), play())
    take(box.envelope(), NOW)
    twin = TestBox(key=box.key).say(play(), heads(present=300), play(), play())
    answer = take(twin.envelope(), NOW)
    assert answer.head == 3
    assert Doubt.objects.get(kind=DoubtKind.FORK).seq == 2
    assert HeadCount.objects.get().present == 27
    tail = take(twin.envelope(first=4), NOW)
    assert tail.head == 3
    assert bytes(Doubt.objects.get(seq=4).raw or b"") == twin.raws[3]
    assert Entry.objects.count() == 3


def test_a_restored_county_heals_by_its_head(any_county: County) -> None:
    box = TestBox().bound(any_county).say(play(), heads(), play())
    take(box.envelope(), NOW)
    Play.objects.filter(seq=3).delete()
    Entry.objects.filter(seq=3).delete()
    Head.objects.update(seq=2, hash=box.hash_at(2).hex())
    assert take(box.envelope(first=4), NOW).head == 2
    assert take(box.envelope(first=3), NOW).head == 3
    assert Play.objects.count() == 2


def test_a_wrong_checkpoint_is_a_fork(county: County) -> None:
    box = TestBox().bound(county).say(play())
    forged = seal(Envelope(box.id, tuple(box.raws), next_hash(b"", b"other")), box.key)
    assert take(forged, NOW).head == 0
    assert Doubt.objects.get().kind == DoubtKind.FORK
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (heads(present=0, members=0, villagers=0), "疑似空放"),
        (heads(present=9999, members=18, villagers=9981), "超出一间活动室"),
        (heads(present=300, members=30, villagers=270), "远多于应到 30 人"),
        (heads(members=1), "之和不等于实到"),
        (heads(on_leave=-1), "负数"),
    ],
)
def test_an_odd_head_count_is_kept_with_its_doubts(county: County, count: entries.HeadCount, words: str) -> None:
    take(TestBox().bound(county).say(count).envelope(), NOW)
    row = HeadCount.objects.get()
    assert row.present == count.present
    assert words in "".join(row.doubts)


@pytest.mark.parametrize("count", [heads(), heads(members=None, villagers=None)])
def test_a_usual_head_count_has_no_doubts(any_county: County, count: entries.HeadCount) -> None:
    take(TestBox().bound(any_county).say(count).envelope(), NOW)
    row = HeadCount.objects.get()
    assert (row.present, row.members, row.villagers) == (27, count.members, count.villagers)
    assert row.doubts == []


def test_a_correction_shows_the_later_value_and_keeps_the_entry(county: County) -> None:
    change = entries.Correction(seq=1, field="members", was=18, now=17, reason="数错")
    box = TestBox().bound(county).say(heads(), change)
    take(box.envelope(), NOW)
    row = HeadCount.objects.get()
    assert (row.members, row.corrections[0]["was"], row.corrections[0]["seq"]) == (17, 18, 2)


def test_what_was_noted_about_a_session_stands_in_its_record(any_county: County) -> None:
    held = entries.SessionHeld(
        session="s@2026-03-06T19:30", title="修剪", form="lecture", started_wall_ms=1000, ended_wall_ms=2000,
        ended="held", speaker="王技术员", neighbour="白云村", remarks="看了大棚", made_up="old@2026-03-01T19:30",
        by_hand=True,
    )  # fmt: skip
    count = heads(session=held.session, neighbours=12)
    rated = entries.Rating(session=held.session, course="", value=1)
    box = TestBox().bound(any_county).say(count, held, rated, msgspec.structs.replace(rated, value=3))
    take(box.envelope(), NOW)
    record = SessionRecord.objects.get()
    assert (record.speaker, record.neighbour, record.remarks) == ("王技术员", "白云村", "看了大棚")
    assert (record.made_up, record.by_hand, record.form) == ("old@2026-03-01T19:30", True, "lecture")
    assert HeadCount.objects.get().neighbours == 12
    assert SessionRating.objects.get().value == 3
    take(box.envelope(), NOW)
    assert SessionRating.objects.get().seq == 4


def test_a_correction_of_the_other_villages_heads_reaches_the_figure(county: County) -> None:
    change = entries.Correction(seq=1, field="neighbours", was=12, now=15, reason="漏数")
    take(TestBox().bound(county).say(heads(neighbours=12), change).envelope(), NOW)
    assert HeadCount.objects.get().neighbours == 15


def test_two_parts_of_a_session_are_one_record(county: County) -> None:
    held = {"session": "s@2026-03-06T19:30", "title": "春耕", "form": "video"}
    cut = entries.SessionHeld(**held, started_wall_ms=1000, ended_wall_ms=2000, ended="cut")
    rest = entries.SessionHeld(**held, started_wall_ms=9000, ended_wall_ms=9900, ended="held")
    take(TestBox().bound(county).say(cut, rest).envelope(), NOW)
    record = SessionRecord.objects.get()
    assert (record.started_ms, record.ended_ms, record.ended) == (1000, 9900, "held")


def test_orders_receipts_and_health_reach_their_tables(any_county: County) -> None:
    wish = entries.Order(order="order-1", course="", wish="大棚蔬菜")
    state = entries.Health(version="1.2", generation=7, free_bytes=2**40, stored_bytes=5, fetched_bytes=6)
    state = msgspec.structs.replace(state, line_month="2026-11", line_bytes={"session": 700, "journal": 30})
    take(TestBox().bound(any_county).say(wish, entries.StopReceipt(stop="stop-1"), state).envelope(), NOW)
    box = Box.objects.get()
    assert Order.objects.get().wish == "大棚蔬菜"
    assert box.stop_receipts.get().stop == "stop-1"
    assert (box.version, box.health.free_bytes) == ("1.2", 2**40)
    assert (box.health.line_month, box.health.line_total_bytes) == ("2026-11", 730)


def test_a_moved_box_takes_its_history_with_it(county: County) -> None:
    box = TestBox().bound(county)
    row = Box.objects.get()
    row.stays.update(since=NOW - timedelta(days=30))
    move_box(row, Site.objects.get(pk="site-willow-bay"), county.person("zhou"))
    now_ms = WALL_MS + 10**12
    box.say(play())
    box.raws.append(_entry_at(2, now_ms))
    take(box.envelope(), NOW)
    sites = Play.objects.order_by("seq").values_list("site_id", flat=True)
    assert list(sites) == ["site-clear-spring", "site-willow-bay"]


def _entry_at(seq: int, wall_ms: int) -> bytes:
    body = play(started_wall_ms=wall_ms)
    return encode_entry(make_entry(body, seq=seq, boot=1, monotonic_ms=1, wall_ms=wall_ms, trust="trusted"))
