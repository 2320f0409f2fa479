"""What falls due lies ahead once it has been seen to: a time in the past would wake the box again and again."""

from __future__ import annotations

import random
from typing import Any

import pytest

from player.core.actions import (
    CopyStick,
    DeleteCourse,
    DeleteRecording,
    KeepCourse,
    LearnKeys,
    OpenGathering,
    PlanRecording,
    PlanSession,
    PlayLesson,
    StartCheck,
    StartSession,
    StopPlaying,
    StopRecording,
    TogglePause,
    TryStopCode,
    WatchLive,
)
from player.core.effects import EvictBlobs
from player.core.events import StickGone, StickPut, WokeUp
from player.core.media_events import (
    LiveFinished,
    LiveFlows,
    LiveServed,
    MediaEnded,
    MediaFailed,
    MediaOpened,
    RecordGrew,
    RecordStopped,
)
from player.core.worker_effects import RunFetch
from player.core.worker_events import Evicted, FetchFinished
from tests.player.core.box import FILMS, SESSION, TestBox, generation, store
from tests.player.core.test_live import county

STEPS = 60
WAITS_MS = (1, 1_000, 60_000, 3_600_000, 40 * 3_600_000)
STICK = "/run/media/usb"
WISHES = (
    CopyStick(), DeleteCourse("c1"), KeepCourse("c1", kept=True), KeepCourse("c1", kept=False), StartCheck(),
    LearnKeys(), PlayLesson("c1", "one"), StopPlaying(), TogglePause(), TryStopCode(128, "12345678"),
    WatchLive("province"), PlanSession("c1", "video", "2026-03-06T19:30"), OpenGathering(SESSION.id), StartSession(),
    PlanRecording("province", "2026-03-05T17:00", 60, "weekly"), PlanRecording("evening", "2026-03-06T16:30", 20),
    StopRecording(), DeleteRecording("province@2026-03-05T17:00"),
)  # fmt: skip


def answers(box: TestBox) -> list[Any]:
    """Return what devices might say now."""
    found: list[Any] = [WokeUp(), StickPut(STICK, "usb", (*FILMS, "02" * 32, "04" * 32)), StickGone(STICK)]
    for fetch in box.all(RunFetch)[-1:]:
        found += [FetchFinished(fetch.id), FetchFinished(fetch.id, "no line", lost=True)]
    for evict in box.all(EvictBlobs)[-1:]:
        found += [Evicted(evict.id, evict.blobs, 5 << 30), Evicted(evict.id, (), 0)]
    if (reception := box.world.reception) is not None:
        effect = reception.worker
        found += [LiveServed(effect, "http://127.0.0.1:9/t"), LiveFinished(effect, "broken")]
        found += [LiveFlows(effect, flows=True, kept_ms=60_000), LiveFlows(effect, flows=False, kept_ms=0)]
        if (running := box.world.recording) is not None:
            found += [RecordGrew(effect, running.name, 1, box.wall_ms, 60_000, 20_000_000)]
            found += [RecordStopped(effect, running.name, "full", "C01"), LiveFinished(effect, "used-up")]
    live = box.world.live
    play = live.play if live is not None else box.world.playback.play if box.world.playback else 0
    return (
        [*found, MediaOpened(play, 0, True), MediaEnded(play, 1_000, 1), MediaFailed(play, "broken")] if play else found
    )


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_nothing_stays_due_in_the_past(seed: int) -> None:
    chance = random.Random(seed)
    here = store(*FILMS[: seed % 3])
    box = TestBox().start(generation=generation() if seed % 4 == 1 else county(), store=here)
    for _ in range(STEPS):
        if chance.random() < 0.4:
            box.wish(chance.choice(WISHES))
        else:
            box.wait(chance.choice(WAITS_MS), chance.choice(answers(box)))
        box.wait(1, WokeUp())
        box.wait(1, WokeUp())
        due = box.world.due
        assert due.monotonic_ms is None or due.monotonic_ms > box.monotonic_ms
        assert due.wall_ms is None or due.wall_ms > box.wall_ms
