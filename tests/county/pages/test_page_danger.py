"""Sessions in danger on the overview: who may not be able to show what, whom to ring, and what can be done."""

from __future__ import annotations

import html
import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from county.accounts.models import Person
from county.courses.models import Course
from county.inbox.taking import take
from county.pages.templatetags.county import moment
from county.places.binding import revoke_box
from county.places.models import Box, Site
from county.plans.models import Session
from county.plans.planning import Item, SessionWish, remove_session, save_playlist, save_session
from county.plans.stopping import stop_course
from county.publishing.documents import session_document
from playlists.entries import Readiness
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, TestBox, released_course

TITLE = "三月第一次集中学习"
HEAD = "未来两天可能放不了的站点"


@pytest.fixture
def soon(county: County) -> tuple[Session, str]:
    """A session tomorrow evening, and its occurrence's id."""
    return planned(county, days=1)


def planned(county: County, days: int, group: str = "county") -> tuple[Session, str]:
    playlist = save_playlist("春耕", [Item(released_course(county).pk)], None)
    starts = (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
    session = save_session(group, SessionWish(TITLE, playlist.pk, starts))
    return session, f"{session.pk}@{starts}"


def says(box: TestBox, occurrence: str, **change: object) -> None:
    ready = timezone.now() + timedelta(hours=20)
    usual = {"session": occurrence, "percent": 62, "height": 360, "ready_wall_ms": int(ready.timestamp() * 1000),
             "left_bytes": 45_000_000, "in_danger": True}  # fmt: skip
    first = len(box.raws) + 1
    now_ms = int(timezone.now().timestamp() * 1000)
    box.say_at(Readiness(**(usual | change)), 1, first * 1000, now_ms - 7_200_000, "trusted")  # type: ignore[arg-type]
    take(box.envelope(first=first), timezone.now())


def test_without_danger_the_overview_says_so(browse: Browse) -> None:
    words = text(browse("zhou").get("/"))
    assert f"{HEAD} 0 个" in words
    assert "各机顶盒都估计来得及" in words
    assert "失联的站点不会上报" in words


def test_a_session_in_danger_is_shown_with_whom_to_ring_and_what_to_do(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    Person.objects.filter(username="sun").update(telephone="0873-555 0123")
    says(TestBox().bound(county), soon[1])
    answer = browse("zhou").get("/")
    words = text(answer).split(HEAD)[1]
    assert words.startswith(" 1 个")
    for part in ("清泉村站点", TITLE, "62%", "2 小时前报告，360p", "孙干 0873-555 0123"):
        assert part in words
    assert "用 U 盘送节目（还差 45.0 MB）" in words
    assert "先下" not in words
    assert f'href="/sessions/{soon[0].pk}"' in answer.content.decode()


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_each_way_that_helps_is_named_with_the_figures_of_the_box(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    starts = timezone.now() + timedelta(days=1)
    says(
        TestBox().bound(county), soon[1], ready_wall_ms=0, late_wall_ms=ms(starts), smaller_height=240,
        smaller_wall_ms=ms(starts - timedelta(hours=3)), later_wall_ms=ms(starts + timedelta(days=2)),
    )  # fmt: skip
    words = text(browse("zhou").get("/")).split(HEAD)[1]
    smaller = f"先下 240p，预计 {moment(starts - timedelta(hours=3))} 齐"
    assert smaller in words
    assert f"请站点在电视上按“怎么办”：{smaller}" in text(browse("sun").get("/"))
    assert f"开始前到不齐， {moment(starts)} 才齐" in words
    assert f"给这个站点另排一次：{moment(starts + timedelta(days=2))}" in words
    site = text(browse("zhou").get("/sites/site-clear-spring"))
    assert f"的“{TITLE}”可能放不了 已到 62%" in site
    assert "先下 240p" in site


def test_where_the_box_has_no_room_neither_stick_nor_line_is_named(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    says(TestBox().bound(county), soon[1], crowded=True, later_wall_ms=ms(timezone.now() + timedelta(days=3)))
    words = text(browse("zhou").get("/")).split(HEAD)[1]
    assert "请站点删掉不要的节目：机顶盒放不下，要腾出 45.0 MB" in words
    assert "用 U 盘送节目" not in words
    assert "另排一次" not in words


def test_a_session_of_which_nothing_may_be_shown_needs_another_playlist(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    says(TestBox().bound(county), soon[1], ready_wall_ms=0, left_bytes=0)
    stop_course(Course.objects.get(), county.person("zhou"), "内容有更正")
    words = text(browse("zhou").get("/")).split(HEAD)[1]
    assert "换节目单：里面没有能放的课件" in words
    assert "用 U 盘送节目" not in words


def form_of(browse: Browse, words: str) -> dict[str, Any]:
    """The plan's form to which a way leads, as it is filled in."""
    page = browse("zhou").get("/").content.decode()
    address = re.search(rf'href="([^"]+)">{words}', page)
    assert address is not None
    form = browse("zhou").get(html.unescape(address[1])).context["form"]
    return {name: form[name].value() for name in ("title", "playlist", "day", "at", "repeat", "scope", "site")}


def test_a_session_of_the_whole_county_is_planned_once_more_for_that_site_alone(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    later = timezone.localtime() + timedelta(days=3)
    says(TestBox().bound(county), soon[1], later_wall_ms=ms(later))
    assert form_of(browse, "给这个站点另排一次") == {
        "title": TITLE, "playlist": soon[0].playlist_id, "day": later.date(), "at": time(later.hour, later.minute),
        "repeat": "once", "scope": "site", "site": "清泉村站点",
    }  # fmt: skip


def test_the_smallest_picture_first_is_asked_for_in_the_plan_and_published(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    later = timezone.now() + timedelta(hours=20)
    says(TestBox().bound(county), soon[1], smaller_height=240, smaller_wall_ms=ms(later))
    page = browse("zhou").get("/").content.decode()
    address = f"/sessions/{soon[0].pk}?small_first=1"
    assert f'href="{address}"' in page
    form = browse("zhou").get(address).context["form"]
    assert form["small_first"].value() == "small"
    typed = {name: form[name].value() or "" for name in form.fields} | {"at": "19:30"}
    browse("zhou").post(f"/sessions/{soon[0].pk}", typed)
    session = Session.objects.get()
    assert session.small_first
    assert session_document(session).small_first
    kept = browse("zhou").get(f"/sessions/{soon[0].pk}").context["form"]
    assert kept["small_first"].value() == "small"


def test_a_session_of_that_site_alone_is_moved(browse: Browse, county: County) -> None:
    session, occurrence = planned(county, 1, "site-site-clear-spring")
    later = timezone.localtime() + timedelta(days=3)
    says(TestBox().bound(county), occurrence, later_wall_ms=ms(later))
    form = form_of(browse, "改期")
    assert (form["day"], form["scope"], form["site"]) == (later.date(), "site", "清泉村站点")
    assert f'href="/sessions/{session.pk}?day=' in browse("zhou").get("/").content.decode()


def test_who_may_not_plan_reads_the_time_and_has_no_form(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    says(TestBox().bound(county), soon[1], later_wall_ms=ms(timezone.now() + timedelta(days=3)))
    page = browse("sun").get("/")
    assert "改期：" in text(page)
    assert "/sessions/new" not in page.content.decode().split(HEAD)[1].split("</section>")[0]


@pytest.mark.parametrize("query", ["like=nothing&site=nothing&day=x&at=y", "day=2026-13-40&at=25:00"])
def test_an_address_that_makes_no_sense_leaves_the_form_open(
    browse: Browse, soon: tuple[Session, str], query: str
) -> None:
    for page in ("/sessions/new", f"/sessions/{soon[0].pk}"):
        assert browse("zhou").get(f"{page}?{query}").status_code == 200


def test_what_cannot_be_there_in_time_is_told_as_that(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    says(TestBox().bound(county), soon[1], ready_wall_ms=0, height=240)
    words = text(browse("zhou").get("/"))
    assert "开始前到不齐" in words
    assert "孙干 未登记电话" in words
    assert "说不准何时" in words


def test_the_newest_word_counts_and_ends_the_danger(browse: Browse, county: County, soon: tuple[Session, str]) -> None:
    box = TestBox().bound(county)
    says(box, soon[1])
    says(box, soon[1], percent=100, in_danger=False)
    assert f"{HEAD} 0 个" in text(browse("zhou").get("/"))


def test_cancelled_sessions_later_ones_and_stopped_boxes_are_in_no_danger(browse: Browse, county: County) -> None:
    box = TestBox().bound(county)
    for days in (4, 1):
        session, occurrence = planned(county, days)
        says(box, occurrence)
    assert f"{HEAD} 1 个" in text(browse("zhou").get("/"))
    remove_session(session)
    assert f"{HEAD} 0 个" in text(browse("zhou").get("/"))
    says(box, planned(county, 1)[1])
    revoke_box(Box.objects.get(), county.person("zhou"), "被盗")
    assert f"{HEAD} 0 个" in text(browse("zhou").get("/"))


def test_a_clerk_sees_the_danger_at_the_own_sites_only(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    says(TestBox().bound(county, Site.objects.get(pk="site-willow-bay")), soon[1])
    assert f"{HEAD} 0 个" in text(browse("sun").get("/"))
    words = text(browse("zhou").get("/"))
    assert "柳湾村站点" in words.split(HEAD)[1]
    assert "没有组织干事的账号" in words


def test_people_say_under_which_number_they_are_reached(browse: Browse, county: County) -> None:
    client = browse("sun")
    wrong = client.post("/telephone", {"telephone": "请打村委会"})
    assert (wrong.status_code, "电话号码只用数字" in text(wrong)) == (422, True)
    assert "联系电话已保存" in text(client.post("/telephone", {"telephone": "0873-555 0123"}, follow=True))
    assert county.person("sun").telephone == "0873-555 0123"
    assert 'value="0873-555 0123"' in client.get("/password").content.decode()
    client.post("/telephone", {"telephone": ""})
    assert county.person("sun").telephone == ""
