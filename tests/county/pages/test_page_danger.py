"""Sessions in danger on the overview: who may not be able to show what, whom to ring, and what can be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from county.accounts.models import Person
from county.inbox.taking import take
from county.places.binding import revoke_box
from county.places.models import Box, Site
from county.plans.models import Session
from county.plans.planning import Item, SessionWish, remove_session, save_playlist, save_session
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


def planned(county: County, days: int) -> tuple[Session, str]:
    playlist = save_playlist("春耕", [Item(released_course(county).pk)], None)
    starts = (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
    session = save_session("county", SessionWish(TITLE, playlist.pk, starts))
    return session, f"{session.pk}@{starts}"


def says(box: TestBox, occurrence: str, **change: object) -> None:
    ready = timezone.now() + timedelta(hours=20)
    usual = {"session": occurrence, "percent": 62, "height": 360, "ready_wall_ms": int(ready.timestamp() * 1000),
             "in_danger": True}  # fmt: skip
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
    assert "用 U 盘送节目；改用更低的清晰度；把开始时间推后" in words
    assert f'href="/sessions/{soon[0].pk}"' in answer.content.decode()


def test_what_cannot_be_there_in_time_is_told_as_that(
    browse: Browse, county: County, soon: tuple[Session, str]
) -> None:
    says(TestBox().bound(county), soon[1], ready_wall_ms=0, height=240)
    words = text(browse("zhou").get("/"))
    assert "开始前到不齐" in words
    assert "孙干 未登记电话" in words
    assert "用 U 盘送节目；改期" in words


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
