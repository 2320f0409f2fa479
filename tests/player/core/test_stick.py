"""A stick: what it has for this box is offered, copied at one key, and survives being pulled out."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import stick
from player.core.actions import CloseStick, CopyStick, PlayLesson, StopPlaying
from player.core.effects import EvictBlobs
from player.core.events import StickGone, StickPut, WokeUp
from player.core.facts import JournalFacts
from player.core.lives.room import Documents, Stick, StickState
from player.core.preferences import Preferences
from player.core.screens_shown import HomeScreen, StickScreen
from player.core.turn import Turn
from player.core.worker_effects import RunCarry, RunFetch, RunSync, RunUpload, StopFetch
from player.core.worker_events import (
    CarryFinished,
    Evicted,
    FetchFinished,
    FetchProgressed,
    SyncFinished,
    UploadFinished,
)
from playlists.documents import Blob, Sound, Sounds, Subtitles
from tests.player.core.box import COURSE, FILMS, NOW_MS, NoLibrary, TestBox, generation, store

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
    events: dict[type, Any] = {
        StickPut: PUT, StickGone: StickGone(FOLDER), FetchFinished: FetchFinished(5),
        SyncFinished: SyncFinished(5, None), CarryFinished: CarryFinished(5, 0),
    }  # fmt: skip
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


def test_what_is_being_removed_is_waited_for_and_then_there_is_more_room() -> None:
    box = empty_box(free_bytes=33_000_000)  # room for one of the two films
    removed = "9" * 64
    removing = replace(box.world.transfers, evicting=77)
    box.world = replace(box.world, transfers=removing, pending={77: EvictBlobs(77, (removed,))})
    assert put(box).courses == 1
    box.press("ok")
    assert box.world.stick is not None
    assert box.world.stick.state is S.COPYING
    assert not any(one.folder for one in box.all(RunFetch))
    box.take(Evicted(77, (removed,), 8 << 30))
    assert box.last(RunFetch).folder == FOLDER
    assert {one.sha256 for one in box.last(RunFetch).blobs} == {*FILMS, *LISTS}


def test_pulled_out_while_it_waits_it_is_not_read() -> None:
    box = empty_box()
    box.world = replace(
        box.world, transfers=replace(box.world.transfers, evicting=77), pending={77: EvictBlobs(77, ("9" * 64,))}
    )
    put(box)
    box.press("ok")
    box.take(StickGone(FOLDER))
    box.take(Evicted(77, ("9" * 64,), 8 << 30))
    assert not any(one.folder for one in box.all(RunFetch))
    assert box.world.stick is not None
    assert box.world.stick.state is S.PULLED


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


def test_prompts_and_music_come_along_with_the_films_and_are_nothing_to_ask_about() -> None:
    heard = [Sound(duration_ms=3_000, blob=Blob(sha256=letter * 64, bytes=9_000)) for letter in "567"]
    sounds = Sounds(prompts={"gathering": heard[0], "counting": heard[1]}, music=(heard[2],))
    on_stick = replace(PUT, films=(*PUT.films, "5" * 64, "7" * 64))
    box = TestBox().start(store=store("7" * 64), generation=generation(sounds=sounds))
    assert {one.sha256 for one in put(box, on_stick).wanted} == {*FILMS, *LISTS}
    box.press("ok")
    asked = [(one.sha256, one.purpose) for one in box.last(RunFetch).blobs]
    assert asked[-1] == ("5" * 64, "sound")
    assert len(asked) == 5
    full = TestBox().start(store=store(*FILMS, *LISTS), generation=generation(sounds=sounds))
    assert not stick.has_something(put(full, on_stick))


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


SIGNED_MS = NOW_MS - 3_600_000
NEWS = StickPut(FOLDER, "usb", (*FILMS, *LISTS), signed_wall_ms=SIGNED_MS + 1, courses=320)


def waiting(box: TestBox) -> int:
    return box.world.outbox.head - box.world.outbox.acknowledged


def lonely_box(head: int = 12, **changes: Any) -> TestBox:
    """A box without any line, with entries that the county lacks."""
    box = TestBox()
    box.world = replace(box.world, settings=replace(box.world.settings, has_files=False, has_api=False))
    facts = generation(signed_wall_ms=SIGNED_MS)
    given = {"store": replace(store(), free_bytes=8 << 30), "generation": facts} | changes
    return box.start(JournalFacts(head=head, acknowledged=2), **given)


def test_one_key_takes_the_documents_writes_the_journal_and_copies_the_films_in_this_order() -> None:
    box = lonely_box()
    offered = put(box, NEWS)
    assert (offered.documents, offered.entries, offered.courses) == (Documents.NEWER, waiting(box), 1)
    box.press("ok")
    sync = box.last(RunSync)
    assert (sync.folder, box.all(RunCarry), box.all(RunFetch)) == (FOLDER, [], [])
    box.wait(10, SyncFinished(sync.id, generation(number=4, signed_wall_ms=SIGNED_MS + 1), checked=True))
    assert box.world.generation is not None
    assert box.world.generation.number == 4
    carry = box.last(RunCarry)
    assert (carry.folder, box.all(RunFetch)) == (FOLDER, [])
    box.wait(10, CarryFinished(carry.id, head=5, first=6, last=12))
    assert box.world.outbox.acknowledged == 5
    copy = box.last(RunFetch)
    come(box, *(one.sha256 for one in copy.blobs))
    box.wait(10, FetchFinished(copy.id))
    done = box.world.stick
    assert done is not None
    assert (done.state, done.documents, done.entries, done.trouble) == (S.DONE, Documents.TAKEN, 7, "")
    assert box.world.faults == {}


def test_films_that_only_the_new_documents_name_are_copied_with_the_same_key() -> None:
    box = lonely_box(generation=generation(signed_wall_ms=SIGNED_MS, courses={}, occurrences=()))
    assert put(box, NEWS).wanted == ()
    box.press("ok")
    box.wait(10, SyncFinished(box.last(RunSync).id, generation(signed_wall_ms=SIGNED_MS + 1), checked=True))
    box.wait(10, CarryFinished(box.last(RunCarry).id, head=12))
    assert {one.sha256 for one in box.last(RunFetch).blobs} == {*FILMS, *LISTS}


def test_a_box_that_never_heard_of_its_county_takes_everything_from_the_stick() -> None:
    box = lonely_box(head=0, generation=None)
    assert put(box, NEWS).documents is Documents.NEWER
    box.press("ok")
    box.wait(10, SyncFinished(box.last(RunSync).id, generation(signed_wall_ms=SIGNED_MS + 1), checked=True))
    assert box.all(RunCarry) == []
    assert box.last(RunFetch).folder == FOLDER


@pytest.mark.parametrize(("refused", "outcome"), [(True, Documents.REFUSED), (False, Documents.INCOMPLETE)])
def test_documents_that_cannot_be_accepted_change_nothing_and_keep_nothing_else(
    refused: bool, outcome: Documents
) -> None:
    box = lonely_box()
    put(box, NEWS)
    box.press("ok")
    box.wait(10, SyncFinished(box.last(RunSync).id, None, error="bad", refused=refused))
    box.wait(10, CarryFinished(box.last(RunCarry).id, head=2, first=3, last=12))
    assert box.last(RunFetch).folder == FOLDER
    assert box.world.generation is not None
    assert box.world.generation.number == 3
    assert box.world.stick is not None
    assert box.world.stick.documents is outcome
    assert box.world.faults == {}  # it is the stick's, and said on its page


def test_older_documents_are_said_and_not_looked_at() -> None:
    box = lonely_box(head=2)
    offered = put(box, replace(NEWS, signed_wall_ms=SIGNED_MS - 1, films=()))
    assert offered.documents is Documents.OLDER
    box.press("ok")
    assert box.all(RunSync) == []
    box.wait(10, CarryFinished(box.last(RunCarry).id, head=2, first=3, last=4))
    assert box.all(RunFetch) == []
    assert box.world.stick is not None
    assert (box.world.stick.state, box.world.stick.documents) == (S.DONE, Documents.OLDER)


def test_the_same_documents_need_not_be_taken_again() -> None:
    box = lonely_box(head=2)
    assert put(box, replace(NEWS, signed_wall_ms=SIGNED_MS)).documents is Documents.SAME
    box.press("ok")
    assert box.all(RunSync) == []
    box.wait(10, CarryFinished(box.last(RunCarry).id, head=2, first=3, last=4))
    assert box.last(RunFetch).folder == FOLDER


def test_an_empty_stick_takes_the_journal_of_a_room_without_a_line() -> None:
    box = lonely_box()
    assert put(box, StickPut(FOLDER, "usb", ())).entries == waiting(box) > 0
    box.press("ok")
    box.wait(10, CarryFinished(box.last(RunCarry).id, head=2, first=3, last=8, trouble="full"))
    done = box.world.stick
    assert done is not None
    assert (done.state, done.entries, done.trouble) == (S.DONE, 6, "full")
    assert box.world.outbox.acknowledged == 2


def test_where_the_line_brings_the_journal_no_stick_needs_to_and_where_it_fails_one_does() -> None:
    box = TestBox().start(JournalFacts(head=12, acknowledged=2), generation=generation())
    assert put(box, StickPut(FOLDER, "usb", ())).entries == 0
    box.wait(10, StickGone(FOLDER))
    box.wait(60_000, WokeUp())
    box.wait(10, UploadFinished(box.last(RunUpload).id, 2, error="nobody answers"))
    assert put(box, StickPut(FOLDER, "usb", ())).entries == waiting(box) > 0


@pytest.mark.parametrize("state", [S.TAKING, S.WRITING])
def test_a_stick_that_goes_while_it_is_in_use_is_said_and_what_its_worker_still_brings_counts(
    state: StickState,
) -> None:
    box = lonely_box()
    put(box, NEWS)
    box.press("ok")
    sync = box.last(RunSync)
    if state is S.WRITING:
        box.wait(10, SyncFinished(sync.id, generation(signed_wall_ms=SIGNED_MS + 1), checked=True))
    box.wait(10, StickGone(FOLDER))
    assert box.world.stick is not None
    assert box.world.stick.state is S.PULLED
    if state is S.TAKING:
        box.wait(10, SyncFinished(sync.id, generation(number=4), checked=True))
        assert box.world.generation is not None
        assert box.world.generation.number == 4
    else:
        box.wait(10, CarryFinished(box.last(RunCarry).id, head=9, first=10, last=12))
        assert box.world.outbox.acknowledged == 2
    assert box.world.stick.state is S.PULLED
    assert not any(isinstance(effect, RunSync | RunCarry) for effect in box.world.pending.values())
    assert put(box, NEWS).state is S.OFFERED


def test_the_line_is_not_asked_while_documents_are_taken_and_asked_soon_afterwards() -> None:
    box = TestBox().start(generation=generation(signed_wall_ms=SIGNED_MS))
    by_line = len(box.all(RunSync))
    put(box, NEWS)
    box.press("ok")
    taking = box.last(RunSync)
    assert taking.folder == FOLDER
    box.wait(3 * 3_600_000, WokeUp())
    assert box.last(RunSync) is taking
    box.wait(10, SyncFinished(taking.id, None, error="cut off"))
    assert box.last(RunSync).folder == ""
    assert len(box.all(RunSync)) == by_line + 2


def test_subtitles_and_posters_come_with_the_films_and_also_alone() -> None:
    text, poster = ("a" * 64, "e" * 64)
    first, second = COURSE.lessons
    subtitled = replace(first, subtitles=(Subtitles(language="zh", blob=Blob(sha256=text, bytes=400)),))
    facts = generation(courses={"c1": replace(COURSE, lessons=(subtitled, second))})
    names = (*FILMS, *LISTS, text, poster)
    box = TestBox().start(store=replace(store(), free_bytes=8 << 30), generation=facts)
    wanted = [one.sha256 for one in put(box, StickPut(FOLDER, "usb", names)).wanted]
    assert wanted == [poster, text, LISTS[0], FILMS[0], LISTS[1], FILMS[1]]
    here = TestBox().start(store=replace(store(*FILMS), free_bytes=8 << 30), generation=facts)
    offered = put(here, StickPut(FOLDER, "usb", names))
    assert ([one.sha256 for one in offered.wanted], offered.courses) == ([poster, text], 1)


def test_a_course_that_was_deleted_here_stays_away_unless_a_session_or_an_order_needs_it() -> None:
    for needed, offered in (({"occurrences": ()}, 0), ({}, 1)):
        box = TestBox().start(store=replace(store(), free_bytes=8 << 30), generation=generation(**needed))
        box.world = replace(box.world, preferences=Preferences(unwanted_courses=("c1",)))
        assert put(box).courses == offered


def test_a_box_without_a_site_and_a_line_writes_its_request_and_no_records() -> None:
    box = lonely_box(generation=None)
    offered = put(box, StickPut(FOLDER, "usb", ()))
    assert (offered.asks, offered.entries) == (True, 0)
    box.press("ok")
    assert box.last(RunCarry).binding
    box.wait(10, CarryFinished(box.last(RunCarry).id, 0, asked=True))
    assert box.world.stick is not None
    assert (box.world.stick.state, box.world.stick.asks) == (S.DONE, True)


def test_a_request_is_not_written_where_the_stick_brings_the_site_or_the_line_asks() -> None:
    box = lonely_box(generation=None)
    put(box, NEWS)
    box.press("ok")
    box.wait(10, SyncFinished(box.last(RunSync).id, generation(signed_wall_ms=SIGNED_MS + 1), checked=True))
    assert not box.last(RunCarry).binding
    by_line = TestBox().start(generation=None)
    assert not put(by_line, StickPut(FOLDER, "usb", ())).asks
