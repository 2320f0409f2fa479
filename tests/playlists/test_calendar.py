import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.calendar import STARTS_LIMIT, Span, expand
from playlists.codec import decode_document, encode_document
from playlists.documents import Course, Plan, PlaylistItem, Session, StopOrder
from playlists.occurrences import Calendar, OccurrenceItem
from tests.playlists import samples
from tests.playlists.samples import plan, session

COURSES = {name: samples.course(name) for name in ("mushrooms", "greenhouse")}


def span(start: str, end: str, zone: str = "Asia/Shanghai") -> Span:
    moments = [datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() for text in (start, end)]
    return Span(int(moments[0] * 1000), int(moments[1] * 1000))


YEAR = span("2026-01-01", "2027-01-01")


def starts(found: Session, within: Span = YEAR, **changes: object) -> list[str]:
    calendar = expand([plan(found, **changes)], COURSES, within)
    assert calendar.problems == ()
    return [occurrence.local_start for occurrence in calendar.occurrences]


def problem(found: Session, **changes: object) -> str:
    calendar = expand([plan(found, session(id="well"), **changes)], COURSES, YEAR)
    assert len(calendar.problems) >= 1
    return calendar.problems[0].what


def test_a_single_session_occurs_once_with_all_that_the_player_needs() -> None:
    (found,) = expand([plan(session(expected=30))], COURSES, YEAR).occurrences
    assert found.id == "spring@2026-03-06T19:30"
    assert found.starts_ms == datetime(2026, 3, 6, 11, 30, tzinfo=UTC).timestamp() * 1000
    assert (found.title, found.playlist, found.group, found.form) == ("春耕", "三月节目单", "all", "video")
    assert (found.gather_minutes, found.expected) == (15, 30)
    lessons = OccurrenceItem(course="mushrooms", title="平菇栽培", lessons=("one", "two"), duration_ms=3_600_000)
    assert found.items == (lessons,)
    assert found.duration_ms == 3_600_000
    assert found.missing == found.withdrawn == ()


def test_a_calendar_is_read_as_it_was_written() -> None:
    calendar = expand([plan(session(recurrence="FREQ=DAILY"))], COURSES, YEAR)
    assert decode_document(Calendar, encode_document(calendar), "calendar.json") == calendar


@pytest.mark.parametrize(
    ("first", "rule", "expected"),
    [
        ("2026-03-06T19:30", "FREQ=WEEKLY;COUNT=3", ["03-06", "03-13", "03-20"]),
        ("2026-03-02T19:30", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=3", ["03-02", "03-06", "03-16"]),
        ("2026-01-31T19:30", "FREQ=MONTHLY;COUNT=4", ["01-31", "03-31", "05-31", "07-31"]),
        ("2026-01-31T19:30", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["01-31", "02-28", "03-31"]),
        ("2026-01-30T19:30", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", ["01-30", "02-27", "03-27"]),
        ("2026-01-05T19:30", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=2;COUNT=2", ["01-06", "02-03"]),
        ("2024-02-29T19:30", "FREQ=YEARLY", []),
        ("2026-12-25T19:30", "FREQ=WEEKLY", ["12-25"]),
        ("2026-03-06T19:30", "FREQ=WEEKLY;UNTIL=20260313", ["03-06", "03-13"]),
        ("2026-03-06T19:30", "FREQ=WEEKLY;UNTIL=20260313T113000Z", ["03-06", "03-13"]),
        ("2026-03-06T19:30", "FREQ=WEEKLY;UNTIL=20260313T112959Z", ["03-06"]),
        ("2026-03-06T19:30", "FREQ=WEEKLY;UNTIL=20260313T193000", ["03-06", "03-13"]),
    ],
)
def test_rules_recur_as_the_standard_says(first: str, rule: str, expected: list[str]) -> None:
    found = starts(session(starts=first, recurrence=rule))
    assert found == [f"2026-{day}T19:30" for day in expected]


def test_a_leap_day_comes_back_in_leap_years() -> None:
    leap = session(starts="2024-02-29T19:30", recurrence="FREQ=YEARLY")
    within = span("2024-01-01", "2033-01-01")
    assert starts(leap, within) == [
        "2024-02-29T19:30",
        "2028-02-29T19:30",
        "2032-02-29T19:30",
    ]


def test_single_starts_are_taken_out_and_added() -> None:
    found = session(
        recurrence="FREQ=WEEKLY;COUNT=3",
        excluded=("2026-03-13T19:30",),
        extra=("2026-03-14T15:00", "2026-03-06T19:30", "2026-01-01T10:00"),
    )
    assert starts(found) == ["2026-01-01T10:00", "2026-03-06T19:30", "2026-03-14T15:00", "2026-03-20T19:30"]


def test_only_starts_inside_the_span_are_made() -> None:
    daily = session(recurrence="FREQ=DAILY")
    within = span("2026-03-10T19:30", "2026-03-12T19:30")
    assert starts(daily, within) == ["2026-03-10T19:30", "2026-03-11T19:30"]


def test_half_past_seven_stays_half_past_seven_when_the_clocks_change() -> None:
    daily = session(starts="2026-03-28T19:30", recurrence="FREQ=DAILY;COUNT=3")
    found = expand([plan(daily, time_zone="Europe/Berlin")], COURSES, YEAR).occurrences
    hours = [datetime.fromtimestamp(one.starts_ms / 1000, UTC).hour for one in found]
    assert hours == [18, 17, 17]


def test_a_start_that_the_clocks_skip_moves_forward_with_them() -> None:
    skipped = session(starts="2026-03-29T02:30")
    (found,) = expand([plan(skipped, time_zone="Europe/Berlin")], COURSES, YEAR).occurrences
    assert found.starts_ms == datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp() * 1000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"recurrence": "FREQ=SECONDLY"}, "allowed: DAILY"),
        ({"recurrence": "BYDAY=MO"}, "FREQ is missing"),
        ({"recurrence": "FREQ=WEEKLY;BYHOUR=1"}, "BYHOUR"),
        ({"recurrence": "FREQ=WEEKLY\nDTSTART=1"}, "not understood"),
        ({"recurrence": "FREQ=WEEKLY;BYDAY=XX"}, "BYDAY is XX"),
        ({"recurrence": "FREQ=YEARLY;BYDAY=60MO"}, "up to 53"),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=20MO"}, "up to 5"),
        ({"recurrence": "FREQ=WEEKLY;UNTIL=tomorrow"}, ""),
        ({"recurrence": "FREQ=WEEKLY;INTERVAL=0"}, "INTERVAL"),
        ({"recurrence": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "no month 2 has a day 30"),
        ({"recurrence": "FREQ=DAILY;BYSETPOS=3"}, "BYSETPOS"),
        ({"recurrence": "nonsense"}, "not understood"),
        ({"starts": "2026-02-30T10:00"}, "2026-02-30T10:00"),
        ({"starts": "0001-01-01T10:00"}, "year 1"),
        ({"excluded": ("2026-13-01T10:00",)}, "2026-13-01T10:00"),
    ],
)
def test_a_broken_session_is_a_problem_in_words_and_no_harm_to_the_others(
    changes: dict[str, object], words: str
) -> None:
    calendar = expand([plan(session(**changes), session(id="well"))], COURSES, YEAR)
    assert [(found.group, found.session) for found in calendar.problems] == [("all", "spring")]
    assert words in calendar.problems[0].what
    assert [found.session for found in calendar.occurrences] == ["well"]


def test_an_unknown_time_zone_is_a_problem_in_words() -> None:
    for zone in ("Asia/Nowhere", "", "../etc/passwd"):
        assert "time zone" in problem(session(), time_zone=zone)


def test_very_many_starts_are_bounded_and_said() -> None:
    calendar = expand([plan(session(recurrence="FREQ=DAILY"))], COURSES, span("2026-01-01", "2090-01-01"))
    assert len(calendar.occurrences) == STARTS_LIMIT
    assert "left out" in calendar.problems[0].what


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=10",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=366",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
        "FREQ=DAILY;COUNT=999999999",
    ],
)
def test_no_rule_runs_for_long(rule: str) -> None:
    began = time.process_time()
    expand([plan(session(starts="2000-01-01T19:30", recurrence=rule))], COURSES, YEAR)
    assert time.process_time() - began < 0.7


rules = st.builds(
    "FREQ={};INTERVAL={}".format, st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]), st.integers(1, 20)
)
days = st.builds(
    "20{}-{:02}-{:02}T{:02}:30".format, st.integers(20, 26), *(st.integers(1, top) for top in (12, 28, 23))
)


@settings(max_examples=40)
@given(rules, days, st.integers(1, 394))  # so many times 80,000 s lie within the year
def test_a_span_cut_in_two_gives_the_same_occurrences(rule: str, first: str, cut_day: int) -> None:
    plans = [plan(session(starts=first, recurrence=rule))]
    middle = YEAR.from_ms + cut_day * 80_000_000
    whole = expand(plans, COURSES, Span(YEAR.from_ms, YEAR.to_ms)).occurrences
    parts = [expand(plans, COURSES, Span(*ends)) for ends in ((YEAR.from_ms, middle), (middle, YEAR.to_ms))]
    assert whole == parts[0].occurrences + parts[1].occurrences
    assert all(found.local_start[11:] == first[11:] for found in whole)


def test_the_same_plan_issued_again_gives_the_same_ids() -> None:
    ids = {found.id for found in expand([plan(session(recurrence="FREQ=WEEKLY"))], COURSES, YEAR).occurrences}
    later = plan(session(recurrence="FREQ=WEEKLY", title="春耕(改)"), issued="2026-04-01T08:00")
    assert {found.id for found in expand([later], COURSES, YEAR).occurrences} == ids


def resolved(found: Plan, courses: dict[str, Course] | None = None) -> tuple[list[tuple[str, ...]], ...]:
    (occurrence,) = expand([found], COURSES if courses is None else courses, YEAR).occurrences
    items = [(item.course, *item.lessons) for item in occurrence.items]
    return items, list(occurrence.missing), list(occurrence.withdrawn)  # type: ignore[return-value]


def test_a_missing_course_is_named_and_the_rest_is_shown() -> None:
    found = plan(session(), courses=("mushrooms", "lost", "greenhouse"))
    items = [("mushrooms", "one", "two"), ("greenhouse", "one", "two")]
    assert resolved(found) == (items, ["lost"], [])


def test_a_missing_playlist_is_named() -> None:
    assert resolved(plan(session(playlist="april"))) == ([], ["playlist april"], [])


def test_lessons_are_shown_in_the_order_of_the_playlist_and_missing_ones_named() -> None:
    march = plan(session()).playlists[0]
    item = PlaylistItem(course="mushrooms", lessons=("two", "nine", "one"))
    found = plan(session(), playlists=(msgspec.structs.replace(march, items=(item,)),))
    assert resolved(found) == ([("mushrooms", "two", "one")], ["mushrooms/nine"], [])


def test_a_stop_order_takes_out_a_course_or_a_lesson() -> None:
    stops = (
        StopOrder(id="s1", course="greenhouse", issued="2026-03-01T08:00"),
        StopOrder(id="s2", course="mushrooms", lesson="two", issued="2026-03-01T08:00"),
    )
    found = plan(session(), courses=("mushrooms", "greenhouse"), stops=stops)
    assert resolved(found) == ([("mushrooms", "one")], [], ["mushrooms/two", "greenhouse"])


def test_a_stop_order_of_one_group_holds_for_all_plans_of_the_box() -> None:
    stop = plan(group="west", stops=(StopOrder(id="s", course="mushrooms", issued="2026-03-01T08:00"),))
    (found,) = expand([plan(session()), stop], COURSES, YEAR).occurrences
    assert (found.items, found.withdrawn) == ((), ("mushrooms",))


def test_occurrences_of_all_plans_are_in_order_of_their_start() -> None:
    west = plan(session(id="west", starts="2026-03-01T08:00", recurrence="FREQ=MONTHLY"), group="west")
    found = expand([plan(session(recurrence="FREQ=WEEKLY")), west], COURSES, YEAR).occurrences
    assert list(found) == sorted(found, key=lambda one: one.starts_ms)
    assert {one.group for one in found} == {"all", "west"}
