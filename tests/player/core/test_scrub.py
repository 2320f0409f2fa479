"""The comparison at rest: when it runs, when it gives way, and what becomes of what it finds."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import scrub
from player.core.actions import PlayLesson, StopPlaying
from player.core.effects import RunScrub, StopScrub
from player.core.events import QuitAsked, WokeUp
from player.core.facts import StoredBlob, StoreFacts
from player.core.faults import BLOB_ALTERED, NO_PICTURE
from player.core.lives.workers import ScrubState
from player.core.media_events import MediaFailed
from player.core.moment import Moment
from player.core.turn import Turn
from player.core.worker_effects import RunFetch, StopFetch
from player.core.worker_events import BlobSpoilt, FetchFinished, FetchProgressed, ScrubFinished
from tests.player.core.box import COURSE, FILMS, MINUTE_MS, SESSION, NoLibrary, TestBox, generation

S = ScrubState
DAY_MS, HOUR_MS = 24 * 60 * MINUTE_MS, 60 * MINUTE_MS
EVERYTHING = {
    blob.sha256: StoredBlob(blob.bytes, complete=True)
    for blob in (*(one.renditions[-1].blob for one in COURSE.lessons), COURSE.poster)
    if blob
} | {("0" + letter) * 32: StoredBlob(64, complete=True) for letter in "24"}


def full(**changes: Any) -> TestBox:
    """Return a box that has everything, and no session ahead."""
    given = {"generation": generation(occurrences=()), "store": StoreFacts(EVERYTHING, 8 << 30, 8 << 30)} | changes
    box = TestBox().start(**given)
    assert box.all(RunFetch) == []
    return box


def reading(**changes: Any) -> TestBox:
    box = full(**changes)
    box.wait(scrub.FIRST_MS, WokeUp())
    assert box.world.scrub.state is S.READING
    return box


def test_it_begins_half_an_hour_after_a_start_with_a_thirtieth_of_the_store() -> None:
    box = full()
    assert box.all(RunScrub) == []
    assert box.wake.monotonic_ms is not None
    assert box.wake.monotonic_ms <= box.monotonic_ms + scrub.FIRST_MS
    box.wait(scrub.FIRST_MS, WokeUp())
    asked = box.last(RunScrub)
    assert {blob.sha256 for blob in asked.blobs} == set(EVERYTHING)
    film = COURSE.lessons[0].renditions[-1].blob
    assert (film.bytes, film.chunk_list) in [(blob.bytes, blob.chunk_list) for blob in asked.blobs]
    assert asked.budget_bytes == scrub.LEAST_BYTES
    large = {f"{number:064x}": StoredBlob(1 << 30, complete=True) for number in range(8)}
    again = full(store=StoreFacts(large | EVERYTHING, 8 << 30, 8 << 30))
    again.wait(scrub.FIRST_MS, WokeUp())
    assert again.last(RunScrub).budget_bytes == (sum(b.bytes_here for b in {**large, **EVERYTHING}.values())) // 30


def test_once_a_day_and_soon_again_after_something_came_between() -> None:
    box = reading()
    box.take(ScrubFinished(box.last(RunScrub).id))
    box.wait(23 * HOUR_MS, WokeUp())
    assert len(box.all(RunScrub)) == 1
    box.wait(HOUR_MS, WokeUp())
    first, second = box.all(RunScrub)
    assert first.day != second.day
    box.take(ScrubFinished(second.id, error="the store is busy"))
    box.wait(scrub.AGAIN_MS, WokeUp())
    assert len(box.all(RunScrub)) == 3


def test_whatever_begins_ends_it_and_it_goes_on_later() -> None:
    for begins in (lambda box: box.wish(PlayLesson("c1", "one")), lambda box: box.take(QuitAsked())):
        box = reading()
        begins(box)
        assert len(box.all(StopScrub)) == 1
        assert box.world.scrub.state is S.RESTING
    box = reading()
    box.wish(PlayLesson("c1", "one"))
    box.wish(StopPlaying())
    box.wait(scrub.AGAIN_MS, WokeUp())
    assert len(box.all(RunScrub)) == 2


def test_a_session_that_comes_near_ends_it_an_hour_before() -> None:
    far = replace(SESSION, starts_ms=SESSION.starts_ms + 3 * HOUR_MS)
    box = reading(generation=generation(occurrences=(far,)))
    near_ms = far.starts_ms - 15 * MINUTE_MS - HOUR_MS
    assert box.wake.wall_ms == near_ms
    box.wait(near_ms - box.wall_ms, WokeUp())
    assert len(box.all(StopScrub)) == 1
    box.wait(HOUR_MS // 2, WokeUp())
    assert len(box.all(RunScrub)) == 1


def test_it_does_not_begin_while_a_session_is_near_or_the_line_is_busy() -> None:
    box = TestBox().start(store=StoreFacts(EVERYTHING, 8 << 30, 8 << 30))
    box.wait(scrub.FIRST_MS, WokeUp())
    assert box.all(RunScrub) == []
    lacking = {sha: blob for sha, blob in EVERYTHING.items() if sha != FILMS[0]}
    busy = TestBox().start(store=StoreFacts(lacking, 8 << 30, 8 << 30), generation=generation())
    assert busy.all(RunFetch)
    busy.wait(10 * HOUR_MS, WokeUp())
    assert busy.all(RunScrub) == []


def test_with_an_unknown_clock_each_boots_days_have_their_share() -> None:
    box = TestBox(trust="unknown").start(
        generation=generation(occurrences=()), store=StoreFacts(EVERYTHING, 8 << 30, 8 << 30)
    )
    box.wait(scrub.FIRST_MS, WokeUp())
    assert box.last(RunScrub).day == "1+0"


def needed() -> TestBox:
    """Return a box that is read while a session lies ahead that needs the film."""
    far = replace(SESSION, starts_ms=SESSION.starts_ms + DAY_MS)
    return reading(generation=generation(occurrences=(far,)))


def test_a_bad_chunk_is_told_fetched_again_and_then_forgotten() -> None:
    box = needed()
    effect = box.last(RunScrub).id
    box.take(BlobSpoilt(effect, FILMS[0], 29_000_000))
    assert box.world.faults[BLOB_ALTERED] == "1"
    assert box.world.store.blobs[FILMS[0]] == StoredBlob(29_000_000, complete=False)
    fetch = box.last(RunFetch)
    assert FILMS[0] in [blob.sha256 for blob in fetch.blobs]
    assert len(box.all(StopScrub)) == 1
    box.take(FetchProgressed(fetch.id, FILMS[0], 30_000_000, True, 8 << 30))
    box.take(FetchFinished(fetch.id))
    assert BLOB_ALTERED not in box.world.faults


def test_what_nobody_wants_any_more_is_no_fault_for_ever() -> None:
    spare = "d" * 64
    box = reading(store=StoreFacts(EVERYTHING | {spare: StoredBlob(9, complete=True)}, 8 << 30, 8 << 30))
    box.take(BlobSpoilt(box.last(RunScrub).id, spare, 0))
    box.wait(MINUTE_MS, WokeUp())
    assert BLOB_ALTERED not in box.world.faults
    assert box.world.scrub.spoilt == frozenset()


def test_a_late_word_of_a_worker_that_was_stopped_is_true_all_the_same() -> None:
    box = needed()
    effect = box.last(RunScrub).id
    box.wish(PlayLesson("c1", "two"))
    box.take(BlobSpoilt(effect, FILMS[0], 5))
    box.take(ScrubFinished(effect, error="ended by SIGTERM"))
    assert not box.world.store.blobs[FILMS[0]].complete
    assert box.world.scrub.state is S.RESTING


def failed() -> TestBox:
    """Return a box whose film could not be shown."""
    box = full()
    box.wish(PlayLesson("c1", "one"))
    for _ in range(3):
        assert box.world.playback is not None
        box.take(MediaFailed(box.world.playback.play, "read error"))
    return box


def test_a_film_that_could_not_be_shown_is_read_at_once_and_comes_again() -> None:
    box = failed()
    asked = box.last(RunScrub)
    assert [blob.sha256 for blob in asked.blobs] == [FILMS[0]]
    assert asked.budget_bytes is None
    assert NO_PICTURE in box.world.faults
    box.take(BlobSpoilt(asked.id, FILMS[0], 29_000_000))
    box.take(ScrubFinished(asked.id))
    assert box.world.scrub.suspects == ()
    assert box.world.scrub.state is S.RESTING


def test_suspects_wait_until_nothing_plays_and_go_before_the_line() -> None:
    far = replace(SESSION, starts_ms=SESSION.starts_ms + DAY_MS)
    lacking = {sha: blob for sha, blob in EVERYTHING.items() if sha != FILMS[1]}
    box = TestBox().start(generation=generation(occurrences=(far,)), store=StoreFacts(lacking, 8 << 30, 8 << 30))
    fetch = box.last(RunFetch)
    box.wish(PlayLesson("c1", "one"))
    for _ in range(3):
        assert box.world.playback is not None
        box.take(MediaFailed(box.world.playback.play, "read error"))
    assert len(box.all(StopFetch)) == 1
    asked = box.last(RunScrub)
    box.wish(StopPlaying())
    box.wish(PlayLesson("c1", "one"))
    assert len(box.all(StopScrub)) == 1
    assert box.world.scrub.suspects == (FILMS[0],)
    box.wish(StopPlaying())
    again = box.last(RunScrub)
    assert again.id != asked.id
    box.take(ScrubFinished(again.id))
    assert box.last(RunFetch).id != fetch.id


def test_the_table_says_something_of_every_state_and_event() -> None:
    said: dict[type, Any] = {
        WokeUp: WokeUp(), BlobSpoilt: BlobSpoilt(1, FILMS[0], 3), ScrubFinished: ScrubFinished(1),
    }  # fmt: skip
    for state, kind in itertools.product(S, scrub.EVENTS):
        box = reading() if state is S.READING else full()
        turn = Turn(box.world, Moment(box.monotonic_ms, box.wall_ms, "trusted", 1), NoLibrary())
        scrub.follow_event(turn, said[kind])
        assert turn.world.scrub.state in S


@pytest.mark.parametrize("seconds", [1, 600])
def test_nothing_that_is_complete_is_read_while_it_is_on_the_screen(seconds: int) -> None:
    box = full()
    box.wish(PlayLesson("c1", "one"))
    box.show(seconds)
    box.wait(scrub.FIRST_MS, WokeUp())
    assert box.all(RunScrub) == []
