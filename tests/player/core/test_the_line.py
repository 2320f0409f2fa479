"""Outbox, sync, binding, backoff: how the box comes to the county and how often."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from msgspec.structs import replace

from player.core import binding, outbox, sync
from player.core.actions import AskForCode, SyncNow
from player.core.backoff import backoff_ms
from player.core.events import WokeUp
from player.core.faults import (
    BOX_REVOKED,
    COUNTY_REFUSES,
    DISK_FULL,
    NO_LINE,
    UNTRUSTED_UPDATE,
    WRONG_ANSWER,
)
from player.core.lives.room import BindingState
from player.core.turn import Turn
from player.core.worker_effects import LeaveLine, RunBinding, RunFetch, RunSync, RunUpload, WatchLine
from player.core.worker_events import (
    BindingAnswered,
    FetchFinished,
    FetchProgressed,
    LineBack,
    SyncFinished,
    SyncProgressed,
    UploadFinished,
)
from playlists.documents import Window
from tests.player.core.box import FILMS, NoLibrary, TestBox, generation, store

B = BindingState


def test_waits_grow_are_scattered_and_are_capped() -> None:
    waits = [backoff_ms(n, base_ms=10_000, cap_ms=600_000, seed=f"box{n}") for n in range(1, 40)]
    assert all(1_000 <= wait <= 600_000 for wait in waits)
    first = {backoff_ms(1, base_ms=10_000, cap_ms=600_000, seed=f"box{box}") for box in range(50)}
    assert len(first) > 40
    assert min(first) < 2_000
    assert 8_000 < max(first) <= 10_000


def test_waiting_entries_go_up_soon_after_the_start_and_then_by_the_countys_period() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    upload = box.last(RunUpload)
    box.take(UploadFinished(upload.id, box.seq))
    box.wait(16 * 60_000, WokeUp())
    assert len(box.all(RunUpload)) == 2
    head = box.world.outbox.head
    box.take(UploadFinished(box.last(RunUpload).id, head))
    box.wait(16 * 60_000, WokeUp())
    assert len(box.all(RunUpload)) == 2


def test_a_sign_off_goes_up_within_seconds() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, box.seq))
    turn = Turn(box.world, box.now(), NoLibrary())
    outbox.hurry(turn)
    assert turn.world.outbox.run.next_monotonic_ms == box.monotonic_ms + outbox.SOON_MS


def test_who_asks_for_news_at_the_box_also_sends_what_waits() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, 0, "no line"))
    assert len(box.all(RunUpload)) == 1
    box.wish(SyncNow())
    assert len(box.all(RunUpload)) == 2


def test_a_failed_upload_waits_at_least_as_long_as_the_county_asks() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, 0, error="503", retry_after_s=1_800))
    asked = box.monotonic_ms + 1_800_000
    assert asked < box.world.outbox.run.next_monotonic_ms <= asked + outbox.FAILED_BASE_MS
    assert box.world.outbox.acknowledged == 0


def test_what_went_up_before_an_upload_failed_is_not_waited_for_again() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, box.seq, error="the line broke"))
    assert not outbox.is_waiting(box.world)
    assert box.world.outbox.run.failures == 1


def test_a_county_restored_from_backup_gets_the_entries_again() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, box.seq))
    box.take(UploadFinished(999, 0))
    assert box.world.outbox.acknowledged == box.seq
    box.wait(16 * 60_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, 1))
    assert box.world.outbox.acknowledged == 1
    assert outbox.is_waiting(box.world)


def test_the_county_is_asked_at_the_start_by_its_period_and_when_somebody_wishes() -> None:
    box = TestBox().start()
    assert len(box.all(RunSync)) == 1
    box.take(SyncFinished(box.last(RunSync).id, None, checked=True))
    box.wait(52 * 60_000, WokeUp())
    assert len(box.all(RunSync)) == 1
    box.wait(8 * 60_000, WokeUp())
    assert len(box.all(RunSync)) == 2
    box.take(SyncFinished(box.last(RunSync).id, None, checked=True))
    box.wish(SyncNow())
    assert len(box.all(RunSync)) == 3


def test_no_line_and_bad_data_are_told_apart_and_change_nothing_in_force() -> None:
    box = TestBox().start()
    before = box.world.generation
    box.take(SyncFinished(box.last(RunSync).id, None, error="no route"))
    assert NO_LINE in box.world.faults
    box.wait(60 * 60_000, WokeUp())
    box.take(SyncFinished(box.last(RunSync).id, None, error="bad signature", refused=True))
    assert UNTRUSTED_UPDATE in box.world.faults
    assert NO_LINE not in box.world.faults
    assert box.world.generation is before


def unbound() -> TestBox:
    return TestBox().start(generation=None)


def test_a_new_box_shows_a_code_renews_it_and_looks_for_plans_once_it_is_bound() -> None:
    box = unbound()
    box.take(BindingAnswered(box.last(RunBinding).id, code="482913", expires_in_s=600))
    assert (box.world.binding.state, box.world.binding.code) == (B.CODE_SHOWN, "482913")
    box.wait(binding.POLL_MS, WokeUp())
    box.take(BindingAnswered(box.last(RunBinding).id, code="550017", expires_in_s=600))
    assert box.world.binding.code == "550017"
    box.take(SyncFinished(box.last(RunSync).id, None))
    box.wait(binding.POLL_MS, WokeUp())
    box.take(BindingAnswered(box.last(RunBinding).id, bound=True))
    assert box.world.binding.state is B.BOUND
    assert len(box.all(RunSync)) == 2
    box.take(SyncFinished(box.last(RunSync).id, None, checked=True))
    box.wait(5_000, WokeUp())
    assert len(box.all(RunSync)) == 3


def test_a_code_that_nobody_enters_is_looked_after_less_often_until_somebody_asks() -> None:
    box = unbound()
    for _ in range(3):
        box.take(BindingAnswered(box.last(RunBinding).id, code="482913", expires_in_s=600))
        box.wait(binding.NEW_CODE_MS, WokeUp())
    box.take(BindingAnswered(box.last(RunBinding).id, code="482913", expires_in_s=600))
    assert box.world.enrol.next_monotonic_ms == box.monotonic_ms + binding.POLL_SELDOM_MS
    box.wish(AskForCode())
    box.take(BindingAnswered(box.last(RunBinding).id, code="482914", expires_in_s=600))
    assert box.world.enrol.next_monotonic_ms == box.monotonic_ms + binding.POLL_MS


def test_a_box_just_bound_looks_for_its_document_less_and_less_often() -> None:
    box = unbound()
    box.take(BindingAnswered(box.last(RunBinding).id, bound=True))
    waits = []
    for _ in range(8):
        box.take(SyncFinished(box.last(RunSync).id, None, checked=True))
        waits.append(box.world.sync.next_monotonic_ms - box.monotonic_ms)
        box.wait(waits[-1], WokeUp())
    assert waits[0] <= sync.JUST_BOUND_BASE_MS
    assert sync.JUST_BOUND_CAP_MS / 2 <= waits[-1] <= sync.JUST_BOUND_CAP_MS


def test_a_box_that_is_bound_in_the_middle_of_a_refresh_begins_it_anew_for_its_document() -> None:
    box = unbound()
    first = box.last(RunSync)
    assert not first.for_document
    box.take(SyncProgressed(first.id, None, 40))
    box.take(BindingAnswered(box.last(RunBinding).id, bound=True))
    second = box.last(RunSync)
    assert second.id != first.id
    assert second.for_document
    assert box.world.sync.percent == 0
    box.take(SyncFinished(first.id, generation(), checked=True))
    assert (box.world.generation, box.world.sync.effect) == (None, second.id)
    box.take(SyncFinished(second.id, generation(), checked=True))
    assert box.world.generation is not None
    assert box.world.sync.failures == 0


def test_a_box_whose_document_does_not_come_fetches_the_menu_without_in_the_end() -> None:
    box = unbound()
    box.take(BindingAnswered(box.last(RunBinding).id, bound=True))
    for _ in range(sync.PATIENT_ASKS):
        assert box.last(RunSync).for_document
        box.take(SyncFinished(box.last(RunSync).id, None, checked=True))
        box.wait(box.world.sync.next_monotonic_ms - box.monotonic_ms, WokeUp())
    assert not box.last(RunSync).for_document


def test_plans_of_a_refresh_that_goes_on_are_in_force_and_what_has_come_is_known() -> None:
    box = unbound()
    effect = box.last(RunSync).id
    box.take(SyncProgressed(effect, generation(number=1, partial=True)))
    box.take(SyncProgressed(effect, None, 30))
    assert box.world.generation is not None
    assert (box.world.generation.partial, box.world.sync.percent, box.world.sync.effect) == (True, 30, effect)
    box.take(SyncFinished(effect, generation(number=2), checked=True))
    assert (box.world.generation.partial, box.world.sync.percent) == (False, 0)


def test_a_county_that_asks_to_wait_is_believed_up_to_six_hours() -> None:
    box = TestBox().start()
    box.take(SyncFinished(box.last(RunSync).id, None, error="503", retry_after_s=9_000))
    assert box.world.sync.next_monotonic_ms == box.monotonic_ms + 9_000_000
    box.wait(9_000_000, WokeUp())
    box.take(SyncFinished(box.last(RunSync).id, None, error="503", retry_after_s=1e12))
    assert box.world.sync.next_monotonic_ms == box.monotonic_ms + 6 * 3_600_000


def test_a_code_that_is_still_valid_stays_on_the_screen_when_the_line_goes() -> None:
    box = unbound()
    box.take(BindingAnswered(box.last(RunBinding).id, code="482913", expires_in_s=600))
    box.wait(binding.POLL_MS, WokeUp())
    box.take(BindingAnswered(box.last(RunBinding).id, error="no route"))
    assert (box.world.binding.code, box.world.binding.error) == ("482913", "no route")


def test_the_boxs_own_document_binds_and_revokes_it() -> None:
    box = unbound()
    box.take(SyncFinished(box.last(RunSync).id, generation()))
    assert box.world.binding.state is B.BOUND
    box.wait(3_600_000, WokeUp())
    box.take(SyncFinished(box.last(RunSync).id, generation(revoked=True)))
    assert box.world.binding.state is B.REVOKED
    assert BOX_REVOKED in box.world.faults


AFTER = {(state, BindingAnswered): B.CODE_SHOWN for state in (B.UNKNOWN, B.UNBOUND, B.CODE_SHOWN)}
EVENTS: dict[type, Any] = {
    BindingAnswered: BindingAnswered(7, code="111111", expires_in_s=60), WokeUp: WokeUp(), AskForCode: AskForCode(),
}  # fmt: skip


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(BindingState, binding.EVENTS)))
def test_every_pair_of_state_and_event_leads_where_the_table_says(state: BindingState, kind: type) -> None:
    box = unbound()
    turn = Turn(box.world, box.now(), NoLibrary())
    turn.change(binding=binding.Binding(state))
    binding.follow_event(turn, EVENTS[kind])
    assert turn.world.binding.state is AFTER.get((state, kind), state)


def test_a_county_that_refuses_the_box_is_told_until_it_takes_something() -> None:
    box = TestBox().start()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, 0, error="本机已停用", fault=COUNTY_REFUSES))
    assert box.world.faults[COUNTY_REFUSES] == "本机已停用"
    box.take(SyncFinished(box.world.sync.effect, generation()))
    assert COUNTY_REFUSES in box.world.faults
    box.wait(3_600_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, box.seq))
    assert COUNTY_REFUSES not in box.world.faults


def test_a_network_that_wants_a_log_in_is_told_apart_from_none_at_all() -> None:
    box = TestBox().start()
    box.take(SyncFinished(box.world.sync.effect, None, error="a web page", fault=WRONG_ANSWER))
    assert WRONG_ANSWER in box.world.faults
    assert NO_LINE not in box.world.faults
    box.wait(3_600_000, WokeUp())
    box.take(SyncFinished(box.world.sync.effect, None, error="no route"))
    assert NO_LINE in box.world.faults


def test_a_refused_binding_is_told_and_a_code_takes_it_back() -> None:
    box = TestBox().start(generation=None)
    box.take(BindingAnswered(box.last(RunBinding).id, error="版本太旧", fault=COUNTY_REFUSES))
    assert COUNTY_REFUSES in box.world.faults
    box.wait(300_000, WokeUp())
    box.take(BindingAnswered(box.last(RunBinding).id, code="123456", expires_in_s=600))
    assert COUNTY_REFUSES not in box.world.faults


def dead() -> TestBox:
    """A bound box whose first question nobody has answered."""
    box = TestBox().start()
    box.take(SyncFinished(box.last(RunSync).id, None, error="no route"))
    return box


def test_a_dead_line_is_watched_instead_of_asked_again_and_again() -> None:
    box = dead()
    assert len(box.all(WatchLine)) == 1
    for _ in range(600):
        box.wait(1_000, WokeUp())
        for run in box.all(RunUpload)[-1:]:
            box.take(UploadFinished(run.id, 0, error="no route"))
        if box.world.sync.effect:
            box.take(SyncFinished(box.world.sync.effect, None, error="no route"))
    assert len(box.all(RunSync)) <= 5
    assert len(box.all(RunUpload)) <= 5
    assert len(box.all(WatchLine)) == 1


def test_once_somebody_takes_a_call_all_that_was_lost_tries_again_within_a_second() -> None:
    box = dead()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, 0, error="no route"))
    box.wait(20_000, LineBack(box.last(WatchLine).id))
    box.wait(1_000, WokeUp())
    assert (len(box.all(RunSync)), len(box.all(RunUpload))) == (2, 2)


def test_false_alarms_are_believed_later_and_later_until_something_comes() -> None:
    box, waits = dead(), []
    for _ in range(8):
        box.wait(60_000, LineBack(box.last(WatchLine).id))
        waits.append(box.world.sync.next_monotonic_ms - box.monotonic_ms)
        box.wait(max(0, waits[-1]), WokeUp())
        box.take(SyncFinished(box.world.sync.effect, None, error="a handshake and then nothing"))
    assert waits[0] <= 1_000
    assert max(waits[4:]) > 10_000  # drawn from their whole length
    box.wait(60_000, LineBack(box.last(WatchLine).id))
    box.wait(600_000, WokeUp())
    box.take(SyncFinished(box.world.sync.effect, None, checked=True))
    assert box.world.line.false_alarms == 0


def test_a_good_answer_ends_the_watch_and_lets_the_others_try_again() -> None:
    box = dead()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, box.seq))
    assert len(box.all(LeaveLine)) == 1
    box.wait(1_000, WokeUp())
    assert len(box.all(RunSync)) == 2


@pytest.mark.parametrize(
    "answer",
    [{"fault": WRONG_ANSWER}, {"refused": True}, {"retry_after_s": 60.0}],
)
def test_who_was_answered_although_not_well_has_no_lost_line(answer: dict[str, Any]) -> None:
    box = TestBox().start()
    box.take(SyncFinished(box.last(RunSync).id, None, error="503", **answer))
    assert not box.all(WatchLine)


def test_outside_the_windows_nobody_is_called_either() -> None:
    box = TestBox()
    closing = replace(box.world.settings, windows=(Window(start="16:00", end="16:50"),))  # it is 16:40
    box.world = replace(box.world, settings=closing)
    box.start()
    box.take(SyncFinished(box.last(RunSync).id, None, error="no route"))
    assert len(box.all(WatchLine)) == 1
    box.wait(600_000, WokeUp())
    assert len(box.all(LeaveLine)) == 1


def test_a_fetch_that_reached_nobody_is_lost_and_one_that_brought_something_is_not() -> None:
    for brought, watched in ((0, 1), (1 << 20, 0)):
        box = TestBox().start(store=store())
        fetch = box.last(RunFetch)
        if brought:
            box.take(FetchProgressed(fetch.id, FILMS[0], brought, False, 8 << 30))
        box.take(FetchFinished(fetch.id, error="silence", lost=True))
        assert len(box.all(WatchLine)) == watched


def test_a_sync_that_the_disk_refuses_is_no_word_against_the_line() -> None:
    box = TestBox().start()
    box.take(SyncFinished(box.world.sync.effect, None, error="no space", fault=DISK_FULL))
    assert NO_LINE not in box.world.faults


def test_a_fetch_that_was_answered_although_not_well_is_no_lost_line() -> None:
    box = TestBox().start(store=store())
    box.take(FetchFinished(box.last(RunFetch).id, error="no source has it"))
    assert not box.all(WatchLine)


def test_hours_outside_the_windows_are_no_dead_line() -> None:
    box = TestBox()
    windows = (Window(start="16:00", end="16:50"), Window(start="18:00", end="23:00"))  # it is 16:40
    box.world = replace(box.world, settings=replace(box.world.settings, windows=windows))
    box.start()
    box.take(SyncFinished(box.last(RunSync).id, None, error="no route"))
    box.wait(600_000, WokeUp())
    for _ in range(9):
        box.wait(600_000, WokeUp())
    assert len(box.all(RunSync)) > 1
    assert box.all(RunSync)[1].paused_ms == 0


def test_what_came_ends_the_pause_of_all_who_had_failed() -> None:
    box = dead()
    box.wait(5_000, WokeUp())
    box.take(UploadFinished(box.last(RunUpload).id, box.seq))
    box.wait(1_000, WokeUp())
    assert box.all(RunSync)[1].paused_ms == 0
