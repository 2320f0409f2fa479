"""The overview, the tree of sites, and the page of a site."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from county.inbox.taking import take
from county.pages.own_sessions import rule_of
from county.places.models import Box, Place, PlaceKind, Site
from county.places.tree import add_place, add_site
from player.core.own_sessions import planned as box_planned
from player.core.own_sessions import starts_of as there
from playlists.entries import Readiness, SelfCheck, SessionCancelled, SessionHeld, SessionPlanned, SessionYields
from playlists.recurrence import starts_of
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import WALL_MS, County, TestBox, heads, play


def heard(box: TestBox, days: int) -> None:
    Box.objects.filter(pk=box.id).update(last_seen_at=timezone.now() - timedelta(days=days))


def test_without_anything_every_room_says_what_to_do(browse: Browse) -> None:
    for address in ("/", "/courses", "/reviews", "/playlists", "/sessions", "/orders", "/records", "/records/plays",
                    "/records/check", "/publication", "/sites"):  # fmt: skip
        assert browse("zhou").get(address).status_code == 200, address
    assert "还没有课件" in text(browse("zhou").get("/courses"))
    assert "先要有节目单" in text(browse("zhou").get("/sessions/new"))


def test_the_overview_counts_running_and_silent_sites(browse: Browse, county: County) -> None:
    heard(TestBox().bound(county), days=1)
    silent = TestBox().bound(county, Site.objects.get(pk="site-willow-bay"))
    heard(silent, days=8)
    words = text(browse("zhou").get("/"))
    assert "站点运行 1 / 2 口径" in words
    assert "失联 1 个站点" in words
    assert "柳湾村站点" in words
    assert "来源：机顶盒自动上报" in words
    assert "以上数字截止" in words


def test_the_tree_counts_what_lies_below(browse: Browse, county: County) -> None:
    heard(TestBox().bound(county), days=0)
    words = text(browse("zhou").get("/sites"))
    assert "石桥乡 1 / 1" in words
    assert "柳树镇 0 / 1" in words


@pytest.mark.parametrize(
    ("query", "seen", "hidden"),
    [
        ("place=stone-bridge", "清泉村站点", "柳湾村站点"),
        ("q=柳湾", "柳湾村站点", "清泉村站点"),
        ("standing=running", "清泉村站点", "柳湾村站点"),
        ("standing=unbound", "柳湾村站点", "清泉村站点"),
    ],
)
def test_the_list_is_filtered(browse: Browse, county: County, query: str, seen: str, hidden: str) -> None:
    heard(TestBox().bound(county), days=0)
    words = text(browse("zhou").get(f"/sites?{query}"))
    assert seen in words
    assert hidden not in words


def test_a_filter_that_finds_nothing_offers_the_way_back(browse: Browse) -> None:
    assert "没有符合条件的站点" in text(browse("zhou").get("/sites?q=没有这个村&standing=nonsense"))


def test_a_long_list_has_pages_that_keep_the_filter(browse: Browse) -> None:
    stone = Place.objects.get(pk="stone-bridge")
    for number in range(60):
        add_site(
            f"more-{number}", add_place(f"village-{number}", PlaceKind.VILLAGE, f"村{number}", stone), f"村{number}站点"
        )
    first = browse("zhou").get("/sites?place=stone-bridge&page=1")
    assert "共 61 个站点，第 1 / 2 页" in text(first)
    assert "place=stone-bridge&amp;page=2" in first.content.decode()
    assert "第 2 / 2 页" in text(browse("zhou").get("/sites?place=stone-bridge&page=99"))


def test_a_clerk_sees_the_own_township_only(browse: Browse) -> None:
    words = text(browse("sun").get("/sites"))
    assert "清泉村站点" in words
    assert "柳湾村站点" not in words
    assert "站点运行 0 / 1" in text(browse("sun").get("/"))


def test_a_site_shows_what_its_box_has_shown(browse: Browse, county: County) -> None:
    box = TestBox().bound(county)
    held = SessionHeld(session="spring@2026-03-06T19:30", title="春耕培训", form="video", started_wall_ms=WALL_MS,
                       ended_wall_ms=WALL_MS + 3_600_000, ended="held")  # fmt: skip
    take(box.say(play(), held, heads()).envelope(), timezone.now())
    words = text(browse("zhou").get("/sites/site-clear-spring"))
    assert "春耕培训 已完成 30 27 18 9 3" in words
    assert "10分00秒 放完" in words
    assert "记录收到 第 3 条" in words


def planned(name: str, starts: str, **change: str) -> SessionPlanned:
    usual = {"title": f"自学 {name}", "course": "c1", "form": "lecture", "repeat": "once"}
    return SessionPlanned(session=name, starts=starts, **(usual | change))  # type: ignore[arg-type]


def test_a_site_shows_which_of_its_own_sessions_gives_way_to_the_countys(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say(
        planned("one", "2099-03-06T19:30"),
        planned("two", "2099-03-07T19:30"),
        SessionYields(session="one", start="2099-03-06T19:30", to="late@1", title="夜校"),
        SessionYields(session="two", start="2099-03-07T19:30", to="late@2", title="读书会"),
        SessionYields(session="two", start="2099-03-07T19:30"),
        SessionYields(session="never-planned", start="2099-03-07T19:30", to="late@1", title="夜校"),
    )  # fmt: skip
    take(box.envelope(), timezone.now())
    words = text(browse("zhou").get("/sites/site-clear-spring"))
    assert "自学 one 现场授课 · 一次 与县里的“夜校”同时，站点不开" in words
    assert "读书会" not in words


def test_a_site_shows_which_of_its_own_sessions_may_not_be_ready(browse: Browse, county: County) -> None:
    def expects(start: str) -> Readiness:
        return Readiness(
            session=f"one@{start}", percent=62, height=240, ready_wall_ms=0, in_danger=True, left_bytes=45_000_000
        )

    box = TestBox().bound(county).say(
        planned("one", "2099-03-06T19:30", repeat="weekly"),
        planned("two", "2099-03-07T19:30"),
        expects("2099-03-13T19:30"),
    )  # fmt: skip
    take(box.envelope(), timezone.now())
    assert "可能放不了" not in text(browse("zhou").get("/sites/site-clear-spring"))
    first = len(box.raws) + 1
    take(box.say(expects("2099-03-06T19:30")).envelope(first=first), timezone.now())
    words = text(browse("zhou").get("/sites/site-clear-spring"))
    assert "自学 one 现场授课 · 每周 可能放不了：已到 62%。" in words
    assert "也可以送 U 盘（还差 45.0 MB）" in words


def test_a_site_shows_what_it_has_planned_itself_and_not_given_up(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say(
        planned("one", "2099-03-06T19:30", made_up="old@1"),
        planned("two", "2099-03-06T09:00", repeat="weekly"),
        planned("gone", "2099-03-05T09:00"),
        planned("past", "2020-03-05T09:00"),
        planned("broken", "some day", repeat="weekly"),
        SessionCancelled(session="gone"),
        SessionCancelled(session="two", start="2099-03-06T09:00"),
        SessionCancelled(session="never-planned"),
    )  # fmt: skip
    take(box.envelope(), timezone.now())
    words = text(browse("zhou").get("/sites/site-clear-spring"))
    assert (
        "站点自己安排 2099年3月6日 19:30 周五 自学 one 现场授课 · 一次 · 补学 2099年3月13日 09:00 周五 自学 two"
        in words
    )
    for name in ("gone", "past", "broken"):
        assert f"自学 {name}" not in words


@pytest.mark.parametrize("repeat", ["weekly", "fortnightly", "monthly"])
@pytest.mark.parametrize("day", ["2026-03-13", "2026-01-30", "2026-03-31", "2026-12-31"])
def test_the_office_counts_a_sites_repetition_as_its_box_does(repeat: str, day: str) -> None:
    body = planned("s", f"{day}T19:30", repeat=repeat)
    here = starts_of(rule_of(body), datetime.fromisoformat(body.starts), ZoneInfo("Asia/Shanghai"))
    until = date(2028, 1, 1)
    assert list(takewhile(lambda start: start.date() <= until, here)) == list(
        there(box_planned(body), date(2026, 1, 1), until)
    )


def test_the_page_shows_what_a_boxs_journal_is_compared_with(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say(play(), heads())
    take(box.envelope(), timezone.now())
    words = text(browse("zhou").get("/sites/site-clear-spring"))
    assert f"yuanjiao journal verify journal.sqlite --acknowledged 2:{box.hash_at(2).hex()}" in words


def test_a_site_shows_the_newest_self_check_with_its_codes_in_words(browse: Browse, county: County) -> None:
    well = SelfCheck(codes=(), results={"sound": "good"}, temperature_c=None)
    bad = SelfCheck(codes=("B04", "Z99"), results={"sound": "B04"}, temperature_c=46)
    box = TestBox().bound(county).say(well)
    take(box.envelope(), timezone.now())
    assert "自检报告 没有发现故障" in text(browse("zhou").get("/sites/site-clear-spring"))
    take(box.say(bad).envelope(), timezone.now())
    words = text(browse("zhou").get("/sites/site-clear-spring"))
    assert "B04 放了音乐，没有听到" in words
    assert "Z99 未知代码" in words
    assert "46 °C" in words
    assert "没有发现故障" not in words
