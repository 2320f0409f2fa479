import pytest

from playlists.by_hand import decode_by_hand
from playlists.documents import Live, Plan
from playlists.errors import BadData

PLAN = """
format: 1
group: all
issued: 2026-03-01T08:00
playlists:
  - id: march
    title: 三月节目单
    items: [{course: mushrooms}]
sessions:
  - id: spring
    title: 春耕
    playlist: march
    starts: 2026-03-06T19:30
windows:
  - {days: [0, 1], start: 23:00, end: 06:30}
notice: no
"""


def problem(text: str, kind: type[Plan] | type[Live] = Plan) -> BadData:
    with pytest.raises(BadData) as caught:
        decode_by_hand(kind, text, "plan.yaml")
    assert caught.value.where == "plan.yaml"
    return caught.value


def test_a_plan_is_written_by_hand_without_quotes_around_times_and_words() -> None:
    plan = decode_by_hand(Plan, PLAN, "plan.yaml")
    assert plan.sessions[0].starts == "2026-03-06T19:30"
    assert (plan.windows[0].start, plan.windows[0].end) == ("23:00", "06:30")
    assert plan.notice == "no"


def test_an_error_names_file_and_field() -> None:
    assert problem(PLAN.replace("06:30}", "25:00}")).field == "$.windows[0].end"


def test_a_key_given_twice_is_refused_with_its_line() -> None:
    error = problem(PLAN + "notice: again\n")
    assert error.field == f"line {PLAN.count(chr(10)) + 1}"
    assert "twice" in error.problem


@pytest.mark.parametrize(
    "text",
    [
        PLAN.replace("format: 1", "format: 2"),
        PLAN.replace("format: 1\n", ""),
        "- a\n- b\n",
        "a: [",
        "format: 1\nchannels: &x []\nother: *x\n",
        "format: 1\nchannels: !!python/object/apply:os.system [ls]\n",
        "format: 1\nchannels: " + "[" * 5000,
        "? [a]\n: b\n",
    ],
)
def test_what_is_no_plain_document_is_refused(text: str) -> None:
    assert problem(text, Live).problem


def test_too_much_text_is_refused() -> None:
    assert "allowed" in problem("x" * (2 << 20)).problem
