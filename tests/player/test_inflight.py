"""What a device owes, and when it is late."""

from __future__ import annotations

import typing

import pytest

from player.core.effects import AppendEntry, Effect, RemoveRecording
from player.core.events import Journaled, JournalFailed
from player.core.media_effects import CloseMedia, OpenMedia, ReplaceMediaChild, SetVolume
from player.core.media_events import MediaFailed, RecordingRemoved
from player.core.worker_effects import RunFetch, RunSync, StopFetch
from player.core.worker_events import FetchFinished, SyncFinished
from player.inflight import DEADLINES_MS, InFlight
from playlists.entries import Boot

LATE_MS = 10**9
APPEND = AppendEntry(1, Boot(version="1", clean=True))


def test_an_effect_is_late_after_its_own_deadline() -> None:
    owed = InFlight()
    owed.began(APPEND, 1_000)
    owed.began(RunSync(2), 1_000)
    assert owed.overdue(1_000 + DEADLINES_MS[AppendEntry]) == []
    assert owed.overdue(1_001 + DEADLINES_MS[AppendEntry]) == ["AppendEntry 1 for 120 s"]
    assert len(owed.overdue(LATE_MS)) == 2


@pytest.mark.parametrize("answer", [Journaled(1, 5), JournalFailed(1, "disk full")])
def test_good_and_bad_answers_both_count(answer: Journaled | JournalFailed) -> None:
    owed = InFlight()
    owed.began(APPEND, 0)
    owed.answered(SyncFinished(9, None))
    assert owed.overdue(LATE_MS)
    owed.answered(answer)
    assert not owed.overdue(LATE_MS)


def test_a_refresh_that_was_replaced_owes_no_answer() -> None:
    owed = InFlight()
    owed.began(RunSync(2), 0)
    owed.began(RunSync(3), 0)
    owed.answered(SyncFinished(3, None))
    assert not owed.overdue(LATE_MS)


@pytest.mark.parametrize("next_one", [CloseMedia(3, 2), ReplaceMediaChild(3)])
def test_a_closed_or_replaced_medium_owes_nothing(next_one: Effect) -> None:
    owed = InFlight()
    owed.began(OpenMedia(2, "b", 0, 50), 0)
    owed.began(SetVolume(4, 50), 0)
    assert owed.overdue(LATE_MS)
    owed.began(next_one, 0)
    assert not owed.overdue(LATE_MS)


def test_only_the_last_medium_owes_an_answer() -> None:
    owed = InFlight()
    owed.began(OpenMedia(2, "b", 0, 50), 0)
    owed.began(OpenMedia(5, "c", 0, 50), 0)
    owed.answered(MediaFailed(5, "no film"))
    assert not owed.overdue(LATE_MS)


def test_a_replaced_or_stopped_fetch_owes_nothing() -> None:
    owed = InFlight()
    owed.began(RunFetch(1, ()), 0)
    owed.began(RunFetch(2, ()), 0)
    owed.answered(FetchFinished(2))
    assert not owed.overdue(LATE_MS)
    owed.began(RunFetch(3, ()), 0)
    owed.began(StopFetch(4), 0)
    assert not owed.overdue(LATE_MS)


def test_a_recording_that_is_gone_owes_nothing() -> None:
    owed = InFlight()
    owed.began(RemoveRecording(3, "province@2026-03-04T19:30"), 0)
    assert owed.overdue(LATE_MS)
    owed.answered(RecordingRemoved(3, "province@2026-03-04T19:30", 5))
    assert not owed.overdue(LATE_MS)


def test_every_effect_that_is_answered_by_its_id_has_a_deadline() -> None:
    unanswered = {"TuneMedia", "PauseMedia", "SeekMedia", "CloseMedia", "ReplaceMediaChild", "SetVolume"}
    unanswered |= {"KeepPlay", "KeepSession", "StopFetch", "Quit", "WakeTelevision", "RestTelevision", "StopScrub"}
    unanswered |= {"KeepPreferences", "SetClock"}  # a choice that is lost can be made again
    unanswered |= {"RunPhone", "StopPhone"}  # it serves for an evening and may end at any time
    unanswered |= {"WatchLine", "LeaveLine"}  # the line may be dead for days
    unanswered |= {"RunCheck", "PlayTone"}  # a self-check waits for them no longer than some seconds
    unanswered |= {"PlaySound", "HushSound"}  # the core waits for a prompt no longer than it lasts
    unanswered |= {"OpenStream", "RunLive", "TellLive", "StopLive"}  # a signal may be away for hours
    kinds = {kind.__name__ for kind in typing.get_args(Effect)}
    assert kinds == unanswered | {kind.__name__ for kind in DEADLINES_MS}
