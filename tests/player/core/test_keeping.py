"""本机节目: what stays, what goes, and what nobody may delete."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from player.core import keeping
from player.core.actions import DeleteCourse, KeepCourse, PlayLesson
from player.core.basis import in_use
from player.core.effects import EvictBlobs, KeepPreferences
from player.core.events import WokeUp
from player.core.lives.room import Stick, StickState
from player.core.lives.workers import Transfers
from player.core.planner import plan
from player.core.planning.situation import Situation
from player.core.planning.stock import stock
from player.core.preferences import Preferences
from player.core.worker_effects import RunFetch, StopFetch
from player.core.worker_events import Evicted
from tests.player.core.box import FILMS, NOW_MS, TestBox, generation, store


def box_without_sessions(*complete: str, **partial: int) -> TestBox:
    return TestBox().start(generation=generation(occurrences=()), store=store(*(complete or FILMS), **partial))


def test_a_course_that_is_kept_is_never_made_room_with_and_that_outlives_the_power() -> None:
    box = box_without_sessions()
    box.wish(KeepCourse("c1", kept=True))
    assert box.last(KeepPreferences).preferences.kept_courses == ("c1",)
    assert set(FILMS) <= in_use(box.world)
    box.wish(KeepCourse("c1", kept=False))
    assert not set(FILMS) & in_use(box.world)


def test_deleting_removes_all_that_is_here_and_says_so() -> None:
    box = box_without_sessions()
    assert keeping.bytes_here(box.world, "c1") == 2_000
    box.wish(DeleteCourse("c1"))
    removed = box.last(EvictBlobs)
    assert set(removed.blobs) == set(FILMS)
    box.take(Evicted(removed.id, removed.blobs, 9 << 30))
    assert keeping.bytes_here(box.world, "c1") == 0
    assert box.world.preferences.unwanted_courses == ("c1",)


def test_what_was_deleted_does_not_come_again_as_mere_stock_but_for_a_session() -> None:
    box = box_without_sessions()
    box.wish(DeleteCourse("c1"))
    removed = box.last(EvictBlobs)
    box.take(Evicted(removed.id, removed.blobs, 9 << 30))
    box.wait(60_000, WokeUp())
    assert not [blob for fetch in box.all(RunFetch) for blob in fetch.blobs if blob.purpose == "stock"]
    world = box.world
    situation = Situation(generation(), store(), NOW_MS, frozenset(), frozenset(), None, frozenset({"c1"}))
    assert {blob.purpose for blob in plan(situation).wanted} >= {"session"}
    assert world.generation is not None


def test_the_stock_passes_over_what_was_deleted() -> None:
    def brought(unwanted: frozenset[str]) -> int:
        situation = Situation(generation(), store(), NOW_MS, frozenset(), frozenset(), None, unwanted)
        return len(stock(situation, frozenset(), 1e12, 1 << 40).fetches)

    assert brought(frozenset()) == 2
    assert brought(frozenset({"c1"})) == 0


def test_a_course_that_a_session_needs_cannot_be_deleted_and_the_session_is_named() -> None:
    box = TestBox().start()
    box.wish(DeleteCourse("c1"))
    assert box.all(EvictBlobs) == []
    assert box.world.notice is not None
    assert "春耕" in box.world.notice.words
    assert box.world.preferences == Preferences()


def test_a_course_that_plays_cannot_be_deleted() -> None:
    box = box_without_sessions()
    box.wish(PlayLesson("c1", "one"))
    box.show(1)
    box.wish(DeleteCourse("c1"))
    assert box.all(EvictBlobs) == []
    assert box.world.notice is not None
    assert "正在放" in box.world.notice.words


def test_nothing_is_deleted_while_a_stick_is_copied() -> None:
    box = box_without_sessions()
    box.world = replace(box.world, stick=Stick(StickState.COPYING, "/run/media/usb", effect=99))
    box.wish(DeleteCourse("c1"))
    assert box.all(EvictBlobs) == []
    assert box.world.notice is not None
    assert "U 盘" in box.world.notice.words
    assert box.world.preferences == Preferences()


def test_a_session_that_was_held_needs_its_course_no_longer() -> None:
    box = TestBox().start()
    held = replace(box.world, done_sessions=frozenset({"spring@2026-03-05T19:30"}))
    assert keeping.needed_by(held, "c1") == ""
    assert keeping.needed_by(box.world, "another") == ""


def test_while_others_are_on_their_way_out_it_is_to_be_tried_later() -> None:
    box = box_without_sessions()
    box.world = replace(box.world, transfers=Transfers(evicting=77))
    box.wish(DeleteCourse("c1"))
    assert box.all(EvictBlobs) == []
    assert box.world.notice is not None
    assert "过一会儿" in box.world.notice.words


def test_a_film_that_is_being_fetched_is_let_go_of_before_it_is_removed() -> None:
    box = box_without_sessions("2" * 64, x4=500)
    if not box.world.transfers.run.effect:
        box.world = replace(box.world, transfers=replace(box.world.transfers, run=replace(
            box.world.transfers.run, effect=99)))  # fmt: skip
    box.wish(DeleteCourse("c1"))
    kinds = [type(one) for one in box.asked if isinstance(one, StopFetch | EvictBlobs)]
    assert kinds == [StopFetch, EvictBlobs]


@pytest.mark.parametrize("action", [DeleteCourse("unknown"), KeepCourse("unknown", kept=True)])
def test_a_course_that_nobody_knows_harms_nothing(action: DeleteCourse | KeepCourse) -> None:
    box = box_without_sessions()
    box.wish(action)
    assert box.all(EvictBlobs) == []
