"""What is odd about a month is said, and nothing that is usual is."""

from __future__ import annotations

from typing import Any

import pytest

from county.figures.evidence import Heads, Month, Session
from county.figures.months import figures_of
from county.figures.oddities import Oddity, odd_plays, odd_sessions
from county.figures.rules import Rules
from tests.county.figures.test_effective import EVENING_MS, MINUTE_MS, RULES, play

NAME = "spring@2026-03-06T19:30"


def heads(present: int = 27, **more: Any) -> Heads:
    usual: dict[str, Any] = {"seq": 9, "present": present, "members": 18, "villagers": 9}
    return Heads(**(usual | more))


def session(name: str = NAME, count: Heads | None = None, **more: Any) -> Session:
    usual: dict[str, Any] = {
        "box": "box", "name": name, "title": "春耕", "form": "video", "started_ms": EVENING_MS,
        "ended_ms": EVENING_MS + 90 * MINUTE_MS, "ended": "held", "heads": count,
    }  # fmt: skip
    return Session(**(usual | more))


def test_usual_plays_and_sessions_have_no_oddities() -> None:
    plays = (play(1, 30, session=NAME), play(2, 30, at=30.05, session=NAME), play(3, 30, at=60, box="other"))
    assert odd_plays(plays, RULES) == {}
    assert odd_sessions(Month(plays, (session(count=heads()),), (heads(26), heads(31)), expected=30)) == {}


@pytest.mark.parametrize(
    ("change", "oddity"),
    [
        ({"film_ms": 20 * MINUTE_MS}, Oddity.SPEED),
        ({"paused_ms": 3 * MINUTE_MS}, Oddity.SPEED),
        ({"clock_set_ms": -3_600_000}, Oddity.CLOCK),
        ({"at": 7.6 * 60}, Oddity.NIGHT),
        ({"trust": "unknown"}, Oddity.UNDATED),
    ],
)
def test_an_odd_play_is_named_with_what_is_odd(change: dict[str, Any], oddity: Oddity) -> None:
    assert odd_plays([play(1, **change)], RULES) == {("box", 1): [oddity]}


@pytest.mark.parametrize(
    "change", [{"clock_set_ms": 900}, {"took_ms": None, "film_ms": 10**9}, {"trust": "estimated"}, {"at": 9.6 * 60}]
)
def test_what_a_sound_box_does_is_not_odd(change: dict[str, Any]) -> None:
    assert odd_plays([play(1, **change)], RULES) == {}


def test_what_is_night_is_a_setting() -> None:
    assert odd_plays([play(1, at=7.6 * 60)], Rules(night_until_hour=0)) == {}


def test_plays_of_one_box_at_the_same_time_are_both_odd() -> None:
    plays = [play(1, 60), play(2, 5, at=10), play(3, 5, at=20), play(4, 5, at=70), play(5, 5, at=10, box="other")]
    assert set(odd_plays(plays, RULES)) == {("box", 1), ("box", 2), ("box", 3)}


@pytest.mark.parametrize(
    ("held", "plays", "oddities"),
    [
        (session(count=heads()), (), [Oddity.EMPTY]),
        (session(count=heads(), form="lecture"), (), []),
        (session(), (play(session=NAME),), [Oddity.NO_HEADS]),
        (session(), (), [Oddity.EMPTY]),
        (session(ended="skipped"), (), []),
        (session(count=heads(0, doubts=("实到 0 人",))), (play(session=NAME),), [Oddity.HEADS]),
        (session(count=heads(300, members=30, villagers=270)), (play(session=NAME),), [Oddity.CROWD]),
        (session(count=heads(140, members=30, villagers=110)), (play(session=NAME),), []),
    ],
)
def test_an_odd_session_is_named_with_what_is_odd(
    held: Session, plays: tuple[Any, ...], oddities: list[Oddity]
) -> None:
    assert odd_sessions(Month(plays, (held,))).get(("box", NAME), []) == oddities


def test_more_than_twice_the_people_of_a_site_are_odd() -> None:
    held = session(count=heads(90, members=None, villagers=None))
    assert odd_sessions(Month((play(session=NAME),), (held,), expected=30)) == {("box", NAME): [Oddity.CROWD]}
    assert odd_sessions(Month((play(session=NAME),), (held,), expected=40)) == {}


def test_the_same_heads_four_times_in_a_row_are_odd_also_across_months() -> None:
    names = [f"s{number}" for number in range(3)]
    plays = tuple(play(number, session=name, at=number * 1440) for number, name in enumerate(names))
    held = tuple(session(name, heads(), started_ms=EVENING_MS + n * 86_400_000) for n, name in enumerate(names))
    assert odd_sessions(Month(plays, held)) == {}
    assert odd_sessions(Month(plays, held, before=(heads(),))) == {("box", "s2"): [Oddity.SAME]}
    assert odd_sessions(Month(plays, held, before=(heads(), heads(26), heads()))) == {("box", "s2"): [Oddity.SAME]}
    assert odd_sessions(Month(plays, held, before=(heads(), heads(), heads()))).keys() == {("box", n) for n in names}


def test_a_session_entered_by_hand_is_odd_only_when_its_time_was_taken() -> None:
    entered, other = session("hand", heads(), by_hand=True), session("other", heads(26))
    later = session("later", heads(26), started_ms=EVENING_MS + 86_400_000, ended_ms=EVENING_MS + 86_400_001)
    plays = (play(session="other"), play(2, session="later", at=1440))
    assert odd_sessions(Month(plays, (entered, later))) == {}
    assert odd_sessions(Month(plays, (entered, other))) == {("box", "hand"): [Oddity.BY_HAND]}


def test_a_joint_session_with_doubtful_heads_is_odd_and_its_heads_do_not_count() -> None:
    guests = session("joint", Heads(3, 900, None, None, ("超出一间活动室的容量",)), box="host")
    assert odd_sessions(Month(joint=(guests,))) == {("host", "joint"): [Oddity.HEADS]}
    assert figures_of(Month(joint=(guests,)), RULES)[:5] == (1, 0, 0, 1, 0)
