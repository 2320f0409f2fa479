from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.workers.pace import (
    BACKOFF_EVENLY,
    BACKOFF_FIRST_S,
    BACKOFF_LONGEST_S,
    PATIENCE_FIRST_S,
    PATIENCE_LONGEST_S,
    PATIENCE_SHORTEST_S,
    Bucket,
    Silence,
    backoff_s,
)
from player.workers.ranges import Busy, FolderRanges
from player.workers.sources import SourceState, next_source
from playlists.errors import FailedAttempt


@given(st.floats(1_000, 1e7), st.lists(st.tuples(st.integers(1, 65_536), st.floats(0, 2)), min_size=1, max_size=80))
def test_a_bucket_never_lets_more_through_than_the_cap_and_one_burst(
    rate: float, reads: list[tuple[int, float]]
) -> None:
    bucket, now_s, taken = Bucket(rate), 1_000.0, 0
    for length, idle_s in reads:
        length = min(length, bucket.burst_bytes)  # noqa: PLW2901 - no read is larger than a burst
        now_s += idle_s
        taken += length
        now_s += bucket.take(length, now_s)
        assert taken <= rate * (now_s - 1_000.0) + bucket.burst_bytes + 1


def test_a_bucket_that_was_idle_does_not_save_up_more_than_a_burst() -> None:
    bucket = Bucket(1_000_000)
    bucket.take(1, 0.0)
    assert bucket.take(bucket.burst_bytes, 3600.0) == 0
    assert bucket.take(100_000, 3600.0) == pytest.approx(0.1)


def test_silence_is_judged_by_what_the_line_is_used_to() -> None:
    lively, satellite, unknown = Silence(), Silence(), Silence()
    chance = random.Random(1)
    for _ in range(50):
        lively.heard(0.02)
        satellite.heard(chance.uniform(0.3, 2.0))
    assert lively.patience_s == PATIENCE_SHORTEST_S
    assert 2 < satellite.patience_s <= PATIENCE_LONGEST_S
    assert unknown.patience_s == PATIENCE_FIRST_S


def test_patience_grows_where_doubt_was_wrong_and_shrinks_where_it_was_right() -> None:
    silence = Silence()
    silence.heard(0.02)
    for _ in range(20):
        silence.was_wrong()
    assert silence.patience_s == PATIENCE_LONGEST_S
    for _ in range(20):
        silence.was_right()
    assert silence.patience_s == PATIENCE_SHORTEST_S


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waits_begin_at_once_keep_a_rhythm_grow_scatter_and_stay_bounded(failures: int, chance: float) -> None:
    wait_s = backoff_s(failures, chance)
    assert 0 <= wait_s <= BACKOFF_LONGEST_S
    assert failures > 1 or wait_s < 0.1
    assert not 1 < failures <= BACKOFF_EVENLY or BACKOFF_FIRST_S / 2 <= wait_s <= BACKOFF_FIRST_S
    assert backoff_s(failures, 1) >= backoff_s(max(1, failures - 1), 1)
    assert backoff_s(10_000, chance) >= BACKOFF_LONGEST_S / 2


def states() -> list[SourceState]:
    return [SourceState(FolderRanges(f"/{rank}"), rank) for rank in range(3)]  # type: ignore[arg-type]


def test_the_best_source_that_is_ready_is_asked_and_one_that_refused_is_not() -> None:
    found = states()
    assert next_source(found, "blob", 10) is found[0]
    found[0].failed(FailedAttempt("fetch", "silence"), 10, chance=1)
    assert next_source(found, "blob", 10) is found[1]
    found[1].refused("blob", "is not there")
    assert next_source(found, "blob", 10) is found[2]
    assert next_source(found, "other", 10) is found[1]
    found[2].struck("blob", "wrong")
    assert next_source(found, "blob", 10) is found[2]
    found[2].struck("blob", "wrong")
    assert next_source(found, "blob", 10) is found[0]
    found[0].refused("blob", "a web page")
    assert next_source(found, "blob", 10) is None


def test_a_source_that_asks_to_wait_is_left_alone_as_long_and_forgiven_when_it_speaks() -> None:
    found = states()
    found[0].failed(FailedAttempt("fetch", "busy", retry_after_s=60), 10, chance=0)
    assert next_source(found, "blob", 69) is found[1]
    assert next_source(found, "blob", 70) is found[0]
    found[0].heard()
    assert (found[0].failures, found[0].asked_to_wait_s) == (0, None)


def test_a_server_that_answers_that_it_cannot_is_spared_longer_and_longer() -> None:
    state, pauses = states()[0], []
    for _ in range(8):
        state.failed(Busy("fetch", "answers 503"), 10, chance=0)
        pauses.append(state.ready_s - 10)
    assert pauses == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_a_source_without_ranges_is_asked_last() -> None:
    found = states()
    found[0].source.whole_only = True
    assert next_source(found, "blob", 0) is found[1]
