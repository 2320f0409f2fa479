"""What boxes have shown, what has to be checked, and the files for a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from county.inbox.models import SetAside
from county.inbox.taking import take
from county.pages.export import safe_cell
from county.places.models import Site
from playlists.entries import Correction, Rating, SessionHeld
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import WALL_MS, County, TestBox, heads, play, released_course

MARCH = "month=2026-03"


def held(title: str = "春耕培训", **change: object) -> SessionHeld:
    usual = {"session": "spring@2026-03-06T19:30", "title": title, "form": "video", "started_wall_ms": WALL_MS,
             "ended_wall_ms": WALL_MS + 3_600_000, "ended": "held"}  # fmt: skip
    return SessionHeld(**(usual | change))


def told(county: County, *bodies: object, site: str = "site-clear-spring") -> TestBox:
    box = TestBox().bound(county, Site.objects.get(pk=site))
    take(box.say(*bodies).envelope(), timezone.now())
    return box


def table(answer: object) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8")  # type: ignore[attr-defined]
    assert body.startswith("\ufeff")
    return list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))


def test_a_session_is_listed_with_its_heads_and_figures(browse: Browse, county: County) -> None:
    told(county, play(), held(), heads())
    words = text(browse("zhou").get(f"/records?{MARCH}"))
    assert "清泉村站点 春耕培训 已完成 30 27 18 9 3" in words
    assert "收看人次 27 人次" in words
    assert "口径：各场实到人数之和，待核实的和邻村来的不计入" in words


@pytest.mark.parametrize(("shown_ms", "told_as"), [(14_000, "14 秒"), (600_000, "10 分钟"), (9_000_000, "2 小时")])
def test_what_was_shown_is_told_in_a_unit_that_fits(
    browse: Browse, county: County, shown_ms: int, told_as: str
) -> None:
    told(county, play(segments=((0, shown_ms),)))
    assert f"播放时长 {told_as}" in text(browse("zhou").get(f"/records?{MARCH}"))


@pytest.mark.parametrize(("present", "why"), [(0, "实到 0 人"), (9999, "超出一间活动室的容量")])
def test_a_doubtful_head_count_is_shown_and_not_counted(browse: Browse, county: County, present: int, why: str) -> None:
    told(county, held(), heads(present=present, members=0, villagers=present))
    words = text(browse("zhou").get(f"/records?{MARCH}"))
    assert f"待核实：{'实到 ' + str(present) + ' 人'}" in words
    assert why in words
    assert "收看人次 0 人次" in words
    assert "人数待核实 1 场" in words


def test_a_correction_shows_both_values(browse: Browse, county: County) -> None:
    correction = Correction(seq=2, field="members", was=18, now=17, reason="多算一人")
    told(county, held(), heads(), correction)
    words = text(browse("zhou").get(f"/records?{MARCH}"))
    assert "已更正：党员由 18 改为 17（多算一人）" in words


def test_what_was_noted_at_the_box_stands_beneath(browse: Browse, county: County) -> None:
    rated = Rating(session=held().session, course="", value=3)
    notes = held(speaker="王技术员", neighbour="白云村", remarks="看了大棚", by_hand=True)
    told(county, notes, heads(neighbours=12), rated)
    words = text(browse("zhou").get(f"/records?{MARCH}"))
    for said in (
        "补登：没有用机顶盒",
        "主讲人：王技术员",
        "联合学习：白云村，邻村 12 人",
        "评价：满意",
        "备注：看了大棚",
    ):
        assert said in words
    assert "收看人次 27 人次" in words


def test_kinds_of_heads_left_blank_are_told_as_blank(browse: Browse, county: County) -> None:
    told(county, held(), heads(members=None, villagers=None))
    assert "30 27 未填 未填 3" in text(browse("zhou").get(f"/records?{MARCH}"))
    *_, row = table(browse("zhou").get(f"/records/sessions.csv?{MARCH}"))
    assert row[8:11] == ["27", "未填", "未填"]


def test_heads_that_nobody_said_were_expected_are_told_as_blank(browse: Browse, county: County) -> None:
    told(county, held(), heads(expected=0), Correction(seq=2, field="expected", was=0, now=30, reason="漏填"))
    words = text(browse("zhou").get(f"/records?{MARCH}"))
    assert "应到由 未填 改为 30" in words
    row = table(browse("zhou").get(f"/records/sessions.csv?{MARCH}"))[2]
    assert "30" in row
    told(county, held(session="s@2"), heads(session="s@2", expected=0), site="site-willow-bay")
    assert "已完成 未填 27 18 9 3" in text(browse("zhou").get(f"/records?{MARCH}"))


def test_a_session_without_a_head_count_says_so(browse: Browse, county: County) -> None:
    told(county, held())
    assert "没有清点人数" in text(browse("zhou").get(f"/records?{MARCH}"))


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("month=2026-03", True),
        ("month=2026-02", False),
        ("month=all", True),
        ("month=2026-13", False),
        (f"{MARCH}&township=stone-bridge", True),
        (f"{MARCH}&township=willow", False),
        (f"{MARCH}&site=site-willow-bay", False),
    ],
)
def test_records_are_filtered_by_month_and_place(browse: Browse, county: County, query: str, seen: bool) -> None:
    told(county, play(), held())
    assert ("春耕培训" in text(browse("zhou").get(f"/records?{query}"))) == seen
    assert ("10分00秒" in text(browse("zhou").get(f"/records/plays?{query}"))) == seen


def test_absurd_lengths_do_not_close_the_record_book(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say(*[play(segments=((0, 2**62),)) for _ in range(3)])
    take(box.envelope(), timezone.now())
    assert browse("zhou").get("/records?month=all").status_code == 200
    assert browse("zhou").get("/records/plays?month=all").status_code == 200


def test_plays_carry_titles_and_the_number_of_their_entry(browse: Browse, county: County) -> None:
    released_course(county)
    told(county, play(), play(course="gone", why="menu"))
    words = text(browse("zhou").get(f"/records/plays?{MARCH}"))
    assert "食用菌栽培 第1课 集中学习 10分00秒 — 360p 放完 1" in words
    assert "gone lesson-1 点播" in words


def test_a_clerk_sees_the_records_of_the_own_township_only(browse: Browse, county: County) -> None:
    told(county, held("别的乡镇"), site="site-willow-bay")
    for address in ("/records", "/records/sessions.csv"):
        answer = browse("sun").get(f"{address}?{MARCH}")
        body = b"".join(answer.streaming_content).decode() if answer.streaming else text(answer)
        assert "别的乡镇" not in body


def test_gaps_and_forks_are_listed_to_be_checked(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say(play(), play(), play())
    take(box.envelope(first=1, last=1), timezone.now())
    twin = TestBox(box.key).say(held("另一份历史"))
    take(twin.envelope(), timezone.now())
    words = text(browse("zhou").get("/records/check"))
    assert "疑似重复设备" in words.split("说明")[1]
    assert "待核实 1 条" in text(browse("zhou").get("/sites/site-clear-spring"))


def test_an_entry_set_aside_is_named(browse: Browse, county: County) -> None:
    box = told(county, held())
    SetAside.objects.create(
        box_id=box.id, seq=9, raw=b"", hash="0" * 64, why="认不出的种类 weather", received_at=timezone.now()
    )
    assert "认不出的种类 weather" in text(browse("zhou").get("/records/check"))


def test_the_session_file_says_what_it_is_and_holds_every_head(browse: Browse, county: County) -> None:
    told(county, held(), heads())
    answer = browse("zhou").get(f"/records/sessions.csv?{MARCH}")
    assert answer["Content-Disposition"] == 'attachment; filename="records-2026-03.csv"'
    title, head, row = table(answer)
    assert title[:2] == ["集中学习记录", "2026-03"]
    assert dict(zip(head, row, strict=True))["实到"] == "27"
    assert row[:3] == ["石桥乡", "清泉村站点", "春耕培训"]


def test_the_session_file_holds_what_stands_beneath_on_the_page(browse: Browse, county: County) -> None:
    told(county, held(by_hand=True, speaker="王技术员", remarks="下雨"), heads(neighbours=5))
    _, head, row = table(browse("zhou").get(f"/records/sessions.csv?{MARCH}"))
    notes = dict(zip(head, row, strict=True))["附记"]
    assert notes == "补登：没有用机顶盒，事后登记；主讲人：王技术员；备注：下雨"


def test_the_play_file_holds_seconds_and_the_entry(browse: Browse, county: County) -> None:
    told(county, play())
    _, head, row = table(browse("zhou").get(f"/records/plays.csv?{MARCH}"))
    found = dict(zip(head, row, strict=True))
    assert (found["放出秒数"], found["记录号"]) == ("600", "1")


@pytest.mark.parametrize("title", ['=HYPERLINK("http://x")', "+1", "-1", "@x", "\t=1"])
def test_a_spreadsheet_runs_nothing_that_a_box_sent(browse: Browse, county: County, title: str) -> None:
    told(county, held(title))
    *_, row = table(browse("zhou").get(f"/records/sessions.csv?{MARCH}"))
    assert row[2] == "'" + title
    assert safe_cell(-3) == -3
