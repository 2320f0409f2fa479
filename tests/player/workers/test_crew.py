"""Who fetches what, and when to call beside: decisions alone, on made-up times."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from player.store.marks import Gap
from player.workers.crew import CALLS_A_RANGE, KEPT_QUIET_S, NEAR_BYTES, TRIED_S, WATCHED_S, Crew, Effort
from player.workers.lanes import GAIN, MEASURED_S, NEXT_TRIAL_S, TRIAL_LONGEST_S, WARM_UP_S, Lanes
from player.workers.ranges import FolderRanges
from player.workers.sources import SourceState
from playlists.targets import CHUNK_BYTES

ALL = [Gap(0, 40 * CHUNK_BYTES)]


class Line:
    """A crew whose calls are moved by hand."""

    def __init__(self) -> None:
        self.crew = Crew()
        self.state = SourceState(FolderRanges(Path("/srv/mirror")), 0)
        self.now_s = 100.0
        for _ in range(20):
            self.state.source.heads.heard(0.05)
            self.state.source.reads.heard(0.05)

    def call(self, gaps: list[Gap] = ALL) -> Effort | None:
        gap = self.crew.next_range(gaps, self.now_s, 0.5)
        if gap is None:
            return None
        effort = Effort(self.state, gap.start, self.now_s, self.now_s)
        self.crew.began(effort)
        return effort

    def must_call(self, gaps: list[Gap] = ALL) -> Effort:
        effort = self.call(gaps)
        assert effort is not None
        return effort

    def bring(self, effort: Effort, length: int = 50_000) -> list[Effort]:
        self.crew.answered(effort, effort.position, self.now_s) if not effort.answered else None
        needless = self.crew.brought(effort, length, self.now_s)
        for one in needless:
            self.crew.ended(one)
        return needless

    def missing_from(self, byte: int) -> list[Gap]:
        return [Gap(byte, ALL[0].end)]


def test_one_call_that_brings_something_is_left_alone() -> None:
    line = Line()
    call = line.must_call()
    for _ in range(50):
        line.now_s += 0.05
        line.bring(call)
        assert line.call(line.missing_from(call.at)) is None
        assert line.crew.to_leave(line.missing_from(call.at), line.now_s) == []


def test_a_quiet_call_gets_another_beside_it_at_the_same_byte_and_who_comes_first_stays() -> None:
    line = Line()
    first = line.must_call()
    line.bring(first)
    line.now_s += 1.0
    second = line.must_call(line.missing_from(first.at))
    assert second.start == first.at
    assert second.beside
    assert line.bring(second) == [first]
    assert line.crew.efforts == [second]


def test_after_a_short_silence_the_old_call_goes_on_and_the_one_beside_it_is_left() -> None:
    line = Line()
    first = line.must_call()
    line.bring(first)
    line.now_s += 1.0
    second = line.must_call(line.missing_from(first.at))
    line.now_s += 0.1
    assert line.bring(first) == [second]
    assert line.crew.efforts == [first]


def test_in_a_long_silence_calls_stay_few_the_oldest_is_kept_and_the_others_are_renewed() -> None:
    line = Line()
    first = line.must_call()
    line.bring(first)
    missing, begun = line.missing_from(first.at), 1
    for _ in range(180):
        line.now_s += 0.1
        for one in line.crew.to_leave(missing, line.now_s):
            assert one is not first
            line.crew.ended(one)
        begun += line.call(missing) is not None
        assert len(line.crew.efforts) <= CALLS_A_RANGE
    assert 18 / TRIED_S <= begun <= 18 / 0.4
    line.now_s += KEPT_QUIET_S
    assert first in line.crew.to_leave(missing, line.now_s)


def test_a_call_that_only_trickles_is_doubted_although_it_is_never_quiet() -> None:
    line = Line()
    first = line.must_call()
    for _ in range(int(WATCHED_S / 0.5) + 1):  # first it flows
        line.now_s += 0.5
        line.bring(first, 500_000)
    for _ in range(int(WATCHED_S * 2 / 0.5) + 2):
        line.now_s += 0.5
        line.bring(first, 1)
    second = line.must_call(line.missing_from(first.at))
    line.now_s += 0.1
    assert line.bring(first, 1) == []  # it does not drive away its rescuer
    line.now_s += 0.1
    assert line.bring(second) == [first]


def test_a_call_at_a_byte_that_is_here_already_is_left() -> None:
    line = Line()
    call = line.must_call()
    line.bring(call)
    assert line.crew.to_leave(line.missing_from(call.at + NEAR_BYTES + 1), line.now_s) == [call]


def test_with_two_lanes_the_second_half_is_shared_by_whole_chunks_and_one_lane_ends_the_slower_call() -> None:
    line = Line()
    line.crew.lanes = 2
    first, second = line.must_call(), line.must_call()
    assert line.call() is None
    assert second.start == 20 * CHUNK_BYTES
    first.bytes_per_s, second.bytes_per_s = 900.0, 100.0
    line.crew.lanes = 1
    assert line.crew.to_leave(ALL, line.now_s) == [second]


def test_what_others_have_left_is_taken_before_a_range_is_split_and_small_ranges_are_not_split() -> None:
    line = Line()
    line.crew.lanes = 3
    gaps = [Gap(0, CHUNK_BYTES), Gap(5 * CHUNK_BYTES, 6 * CHUNK_BYTES)]
    assert [line.must_call(gaps).start, line.must_call(gaps).start] == [0, 5 * CHUNK_BYTES]
    assert line.call(gaps) is None


def test_an_idle_lane_takes_over_what_a_much_slower_call_holds() -> None:
    line = Line()
    line.crew.lanes, line.crew.best_bytes_per_s = 2, 1_000_000.0
    slow = line.must_call([Gap(0, CHUNK_BYTES)])
    slow.bytes_per_s = 240_000.0
    line.now_s += 1.0
    line.bring(slow, 10)
    line.now_s += 0.2
    fast = line.must_call([Gap(10, CHUNK_BYTES)])
    assert fast.start == 10
    assert line.bring(fast) == [slow]


@given(st.lists(st.tuples(st.sampled_from(["call", "bring", "wait", "leave"]), st.integers(0, 3)), max_size=60))
def test_whatever_happens_no_more_calls_than_lanes_allow_and_the_first_gap_is_always_in_hand_in_time(
    steps: list[tuple[str, int]],
) -> None:
    line = Line()
    line.crew.lanes, here = 2, 0
    for what, which in steps:
        efforts = line.crew.efforts
        gaps = line.missing_from(here)
        if what == "call":
            line.call(gaps)
        elif what == "wait":
            line.now_s += (0.1, 0.5, 2.0, 30.0)[which]
        elif efforts and what == "bring":
            one = efforts[which % len(efforts)]
            line.bring(one, 10_000)
            here = max(here, one.at) if one.start <= here else here
        elif what == "leave":
            for one in line.crew.to_leave(gaps, line.now_s):
                line.crew.ended(one)
        assert len(line.crew.efforts) <= 2 * CALLS_A_RANGE
    gaps = line.missing_from(here)
    for _ in range(200):
        line.now_s += 0.5
        for one in line.crew.to_leave(gaps, line.now_s):
            line.crew.ended(one)
        line.call(gaps)
        if any(not one.is_doubted(line.now_s) for one in line.crew.hands_on(here)):
            return
    raise AssertionError(f"nobody fetches byte {here}: {line.crew}")


# --- lanes


def flow(lanes: Lanes, seconds: float, bytes_per_s: float, now_s: float) -> float:
    for _ in range(int(seconds / 0.1)):
        now_s += 0.1
        lanes.brought(int(bytes_per_s / 10), now_s)
    return now_s


def test_another_call_stays_only_if_it_brings_more() -> None:
    lanes = Lanes(4)
    now_s = flow(lanes, MEASURED_S + 0.5, 1_000_000, 100.0)
    assert lanes.count == 2
    now_s = flow(lanes, WARM_UP_S + MEASURED_S + 0.5, 1_000_000, now_s)
    assert lanes.count == 1
    now_s = flow(lanes, NEXT_TRIAL_S - 20, 1_000_000, now_s)
    assert lanes.count == 1
    tried = []
    for _ in range(40):
        now_s = flow(lanes, 1, 1_000_000, now_s)
        tried.append(lanes.count)
    assert (max(tried), tried[-1]) == (2, 1)


def test_while_each_call_brings_its_share_more_are_taken_up_to_a_few() -> None:
    lanes, now_s = Lanes(4), 100.0
    for _ in range(200):
        now_s = flow(lanes, 1.0, 250_000 * lanes.count, now_s)
    assert lanes.count == 4
    assert GAIN < 4 / 3


def test_outages_say_nothing_about_the_number_of_calls_and_end_a_trial_that_leads_nowhere() -> None:
    lanes, now_s = Lanes(4), 100.0
    for _ in range(20):
        now_s = flow(lanes, MEASURED_S - 1, 1_000_000, now_s) + 3.0
    assert lanes.count == 1
    now_s = flow(lanes, MEASURED_S + 0.5, 1_000_000, now_s)
    assert lanes.count == 2
    for _ in range(int(TRIAL_LONGEST_S / 3) + 1):
        now_s = flow(lanes, 3.0, 1_000_000, now_s)
        lanes.disturbed(now_s)
    assert lanes.count == 1


def test_a_cap_that_is_filled_needs_no_second_call() -> None:
    lanes = Lanes(4, most_bytes_per_s=1_000_000)
    flow(lanes, 60, 980_000, 100.0)
    assert lanes.count == 1
