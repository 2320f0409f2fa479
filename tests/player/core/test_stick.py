"""A stick: what it has for this box is offered, copied at one key, and survives being pulled out."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import stick
from player.core.actions import CloseStick, CopyStick, PlayLesson, StopPlaying
from player.core.effects import RunFetch, StopFetch
from player.core.events import FetchFinished, FetchProgressed, StickGone, StickPut, WokeUp
from player.core.screens_shown import HomeScreen, StickScreen
from player.core.turn import Turn
from player.core.world import Stick, StickState
from tests.player.core.box import FILMS, NoLibrary, TestBox, generation, store

S = StickState
FOLDER = "/run/media/usb"
LISTS = ("02" * 32, "04" * 32)
PUT = StickPut(FOLDER, "usb", (*FILMS, *LISTS))


def empty_box(free_bytes: int = 8 << 30) -> TestBox:
    facts = replace(store(), free_bytes=free_bytes)
    return TestBox().start(store=facts, generation=generation())


def put(box: TestBox, event: StickPut = PUT) -> Stick:
    box.wait(1_000, event)
    assert box.world.stick is not None
    return box.world.stick


def come(box: TestBox, *blobs: str) -> None:
    wanted = {one.sha256: one.bytes for one in box.last(RunFetch).blobs}
    for blob in blobs:
        box.wait(10, FetchProgressed(box.last(RunFetch).id, blob, wanted[blob], True, 7 << 30))


@pytest.mark.parametrize(("at", "kind"), list(itertools.product(S, stick.EVENTS)))
def test_every_pair_of_state_and_event_has_a_row(at: StickState, kind: type) -> None:
    events: dict[type, Any] = {StickPut: PUT, StickGone: StickGone(FOLDER), FetchFinished: FetchFinished(5)}
    box = empty_box()
    turn = Turn(replace(box.world, stick=Stick(at, FOLDER, effect=5)), box.now(), NoLibrary())
    stick.follow_event(turn, events.get(kind) or kind())
    assert turn.world.stick is None or turn.world.stick.state in S


def test_its_page_comes_by_itself_with_what_it_has_for_this_box() -> None:
    box = empty_box()
    offered = put(box)
    assert box.world.screen == StickScreen()
    assert {one.sha256 for one in offered.wanted} == {*FILMS, *LISTS}
    assert (offered.courses, offered.crowded, offered.state) == (1, 0, S.OFFERED)


def test_accept_and_finish_are_two_presses_and_the_line_rests_meanwhile() -> None:
    box = empty_box()
    put(box)
    line = box.last(RunFetch).id if box.all(RunFetch) else 0
    box.press("ok")
    copy = box.last(RunFetch)
    assert copy.folder == FOLDER
    assert copy.id != line
    assert (copy.bits_per_second, copy.monthly_bytes) == (None, None)
    box.wait(60_000, WokeUp())
    assert box.last(RunFetch) is copy
    come(box, *(one.sha256 for one in copy.blobs))
    box.wait(10, FetchFinished(copy.id))
    assert box.world.stick is not None
    assert box.world.stick.state is S.DONE
    box.press("ok")
    assert box.world.stick is None
    assert box.world.screen == HomeScreen()


def test_nothing_falls_due_again_and_again_while_a_stick_is_copied() -> None:
    box = empty_box()
    put(box)
    box.press("ok")
    for _ in range(3):
        box.wait(2 * 3_600_000, WokeUp())  # the plan of the line is old by then
        assert box.world.due.monotonic_ms is None or box.world.due.monotonic_ms > box.monotonic_ms


def test_a_stick_pulled_out_too_early_costs_only_time() -> None:
    box = empty_box()
    put(box)
    box.wish(CopyStick())
    first = box.last(RunFetch).blobs
    come(box, first[0].sha256, first[1].sha256)
    box.wait(10, StickGone(FOLDER))
    assert box.world.stick is not None
    assert box.world.stick.state is S.PULLED
    assert box.last(StopFetch)
    again = put(box)
    assert again.state is S.OFFERED
    assert {one.sha256 for one in again.wanted} == {one.sha256 for one in first[2:]}
    assert [type(screen) for screen in box.world.screens].count(StickScreen) == 1


def test_another_stick_that_goes_changes_nothing() -> None:
    box = empty_box()
    put(box)
    box.wait(10, StickGone("/run/media/another"))
    assert box.world.stick is not None
    box.wait(10, StickGone(FOLDER))
    assert box.world.stick is None
    assert box.world.screen == HomeScreen()


def test_what_is_here_already_is_not_copied() -> None:
    box = TestBox().start()
    assert put(box).wanted == ()


def test_a_film_that_no_document_names_and_one_whose_list_is_missing_are_left_alone() -> None:
    box = empty_box()
    offered = put(box, StickPut(FOLDER, "usb", ("9" * 64, FILMS[0])))
    assert offered.wanted == ()


def test_what_does_not_fit_is_left_out_and_counted() -> None:
    box = empty_box(free_bytes=31_000_000)
    offered = put(box)
    assert (offered.courses, offered.crowded) == (1, 0)
    assert sum(one.bytes for one in offered.wanted) <= 31_000_000
    small = empty_box(free_bytes=1_000)
    assert (put(small).courses, put(small).crowded) == (0, 1)


def test_while_a_lesson_plays_the_page_waits_until_it_has_ended() -> None:
    box = TestBox().start(store=store(FILMS[0]))
    box.wish(PlayLesson("c1", "one"))
    box.show(2)
    put(box)
    assert box.world.screen != StickScreen()
    box.wish(StopPlaying())
    box.wait(10, WokeUp())
    assert box.world.screen == StickScreen()


def test_a_copy_that_did_not_bring_all_says_so_and_the_line_takes_over() -> None:
    box = empty_box()
    put(box)
    box.wish(CopyStick())
    copy = box.last(RunFetch)
    box.press("home")
    box.wait(10, FetchFinished(copy.id, error="bad place"))
    assert box.world.notice is not None
    assert "没有拷成" in box.world.notice.words
    assert stick.left(box.world)
    box.wish(CloseStick())
    box.wait(60_000, WokeUp())
    assert box.last(RunFetch).folder == ""
