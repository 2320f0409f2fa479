"""The programme's rules of counting: known cases, and what holds for any plays whatever."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from county.figures.effective import Judged, Verdict, judge
from county.figures.evidence import Play
from county.figures.rules import Rules

MINUTE_MS = 60_000
EVENING_MS = int(datetime(2026, 3, 6, 11, 30, tzinfo=UTC).timestamp() * 1000)  # 19:30 in the village
RULES = Rules()


def play(seq: int = 1, minutes: float = 10, at: float = 0, **more: Any) -> Play:
    """A play of so many minutes from the lesson's beginning, so many minutes after 19:30."""
    shown_ms = int(minutes * MINUTE_MS)
    usual: dict[str, Any] = {
        "box": "box", "seq": seq, "course": "course-101", "lesson": "lesson-1",
        "started_ms": EVENING_MS + int(at * MINUTE_MS), "trust": "trusted", "begins_ms": 0, "reached_ms": shown_ms,
        "shown_ms": shown_ms, "film_ms": shown_ms, "paused_ms": 0, "took_ms": shown_ms,
    }  # fmt: skip
    return Play(**(usual | more))


def told(plays: list[Play], rules: Rules = RULES) -> list[tuple[int, float, Verdict]]:
    return [(one.play.seq, one.counted_ms / MINUTE_MS, one.verdict) for one in judge(plays, rules)]


def test_the_same_lesson_twice_on_a_day_counts_once_the_longest() -> None:
    plays = [play(1, 20), play(2, 30, at=60), play(3, 25, at=120)]
    assert told(plays) == [(1, 0, Verdict.REPEATED), (2, 30, Verdict.COUNTED), (3, 0, Verdict.REPEATED)]


def test_another_lesson_another_day_and_another_course_count_for_themselves() -> None:
    plays = [play(1), play(2, lesson="lesson-2"), play(3, course="course-102"), play(4, at=24 * 60)]
    assert [verdict for _, _, verdict in told(plays)] == [Verdict.COUNTED] * 4


def test_days_are_those_of_the_village() -> None:
    before, after = play(1, at=4 * 60 + 29), play(2, at=4 * 60 + 31)  # 23:59 and 00:01, both on 6 March UTC
    assert [one.day for one in judge([before, after], RULES)] == [date(2026, 3, 6), date(2026, 3, 7)]
    elsewhere = Rules(zone="UTC")
    assert told([before, after], elsewhere)[1][2] is Verdict.REPEATED


@pytest.mark.parametrize(("minutes", "counted"), [(1.99, 0), (2, 2), (60, 60), (61, 60)])
def test_too_little_does_not_count_and_too_much_is_cut_off(minutes: float, counted: float) -> None:
    assert told([play(minutes=minutes)])[0][1] == counted


def test_a_live_channel_never_counts_and_says_so() -> None:
    plays = [play(1, 50, why="live"), play(2, 10, at=60), play(3, 1, why="live", at=80)]
    assert told(plays) == [(1, 0, Verdict.LIVE), (2, 10, Verdict.COUNTED), (3, 0, Verdict.LIVE)]


@pytest.mark.parametrize("why", ["menu", "session"])
def test_a_recording_of_a_channel_never_counts_however_it_is_shown(why: str) -> None:
    plays = [play(1, 50, why=why, course="province", lesson="@2026-03-04T19:30/1"), play(2, 10, at=60)]
    assert told(plays) == [(1, 0, Verdict.RECORDING), (2, 10, Verdict.COUNTED)]


def test_what_was_cut_off_by_the_power_and_went_on_is_one_viewing() -> None:
    first = play(1, 20, took_ms=None)
    rest = play(2, 15, at=40, begins_ms=20 * MINUTE_MS - 1_500, reached_ms=35 * MINUTE_MS)
    assert told([first, rest]) == [(1, 20, Verdict.COUNTED), (2, 15, Verdict.COUNTED)]
    again = play(3, 30, at=120)
    assert [counted for _, counted, _ in told([first, rest, again])] == [20, 15, 0]
    short = [play(1, 1), play(2, 1.5, at=5, begins_ms=MINUTE_MS, reached_ms=int(2.5 * MINUTE_MS))]
    assert [verdict for _, _, verdict in told(short)] == [Verdict.COUNTED] * 2


def test_a_part_from_elsewhere_in_the_lesson_is_a_viewing_of_its_own() -> None:
    plays = [play(1, 20), play(2, 15, at=40, begins_ms=5 * MINUTE_MS, reached_ms=20 * MINUTE_MS)]
    assert told(plays)[1] == (2, 0, Verdict.REPEATED)


def test_a_programme_may_be_a_whole_course() -> None:
    plays = [play(number, 25, at=30 * number, lesson=f"lesson-{number}") for number in (1, 2, 3)]
    assert sum(counted for _, counted, _ in told(plays)) == 75
    assert told(plays, Rules(programme="course")) == [
        (1, 25, Verdict.COUNTED), (2, 25, Verdict.COUNTED), (3, 10, Verdict.CAPPED),
    ]  # fmt: skip


def test_every_viewing_of_a_day_may_count_up_to_the_programmes_limit() -> None:
    plays = [play(1, 25), play(2, 25, at=60), play(3, 25, at=120)]
    assert [counted for _, counted, _ in told(plays, Rules(same_day="every"))] == [25, 25, 10]


plays_of_a_month = st.lists(
    st.builds(
        play,
        minutes=st.floats(0, 90),
        at=st.floats(0, 5 * 24 * 60),
        lesson=st.sampled_from(["lesson-1", "lesson-2"]),
        course=st.sampled_from(["course-101", "course-102"]),
        box=st.sampled_from(["one", "other"]),
        begins_ms=st.sampled_from([0, 5 * MINUTE_MS, 20 * MINUTE_MS]),
    ),
    max_size=12,
).map(lambda plays: [_numbered(one, seq) for seq, one in enumerate(plays, 1)])
any_rules = st.builds(
    Rules,
    from_ms=st.sampled_from([0, 120_000, 600_000]),
    up_to_ms=st.sampled_from([MINUTE_MS, 3_600_000]),
    programme=st.sampled_from(["lesson", "course"]),
    same_day=st.sampled_from(["longest", "every"]),
)


def _numbered(one: Play, seq: int) -> Play:
    return Play(**(vars(one) | {"seq": seq}))


def by_programme(judged: list[Judged], rules: Rules) -> dict[Any, int]:
    sums: dict[Any, int] = defaultdict(int)
    for one in judged:
        key = one.play.course if rules.programme == "course" else (one.play.course, one.play.lesson)
        sums[one.day, key] += one.counted_ms
    return sums


@given(plays_of_a_month, any_rules)
def test_whatever_was_played_every_play_is_judged_and_no_limit_is_passed(plays: list[Play], rules: Rules) -> None:
    judged = judge(plays, rules)
    assert sorted(one.play.seq for one in judged) == [one.seq for one in plays]
    assert [one.play.started_ms for one in judged] == sorted(one.started_ms for one in plays)
    for one in judged:
        assert 0 <= one.counted_ms <= one.play.shown_ms
        assert (one.verdict is Verdict.COUNTED) == (one.counted_ms == one.play.shown_ms) or not one.play.shown_ms
        assert one.counted_ms == 0 or one.verdict in (Verdict.COUNTED, Verdict.CAPPED)
    assert all(total <= rules.up_to_ms for total in by_programme(judged, rules).values())


@given(plays_of_a_month, any_rules, st.randoms())
def test_the_order_in_which_plays_are_told_changes_nothing(plays: list[Play], rules: Rules, chance: Any) -> None:
    shuffled = list(plays)
    chance.shuffle(shuffled)
    assert judge(shuffled, rules) == judge(plays, rules)


@given(plays_of_a_month)
def test_a_viewing_that_counts_is_at_least_as_long_as_any_that_does_not(plays: list[Play]) -> None:
    judged = judge(plays, RULES)
    for one in judged:
        if one.verdict is Verdict.REPEATED:
            rival = [
                other.play.shown_ms
                for other in judged
                if (other.day, other.play.course, other.play.lesson) == (one.day, one.play.course, one.play.lesson)
                and other.verdict in (Verdict.COUNTED, Verdict.CAPPED)
            ]
            assert sum(rival) >= one.play.shown_ms
