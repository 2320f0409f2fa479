"""Playlists, sessions and answers to orders in the browser."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from county.courses.models import Course
from county.inbox.taking import take
from county.pages.recurrence import Repetition, first_start, in_words, repetition_of, rule_of
from county.plans.models import Order, OrderState, Playlist, Session
from county.plans.planning import Item, save_playlist
from playlists import entries
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, TestBox, ready_course, released_course


def rows(*numbers: str, **more: Any) -> dict[str, Any]:
    """A playlist as typed."""
    lessons = more.pop("lessons", [""] * len(numbers))
    order = more.pop("order", [str(place) for place in range(1, len(numbers) + 1)])
    return {"title": "春耕", "number": list(numbers), "lessons": lessons, "order": order} | more


def session(of: Playlist, /, **change: str) -> dict[str, str]:
    """A session as typed, in ten days."""
    day = timezone.localdate() + timedelta(days=10)
    usual = {"title": "三月第一次集中学习", "playlist": of.pk, "day": day.isoformat(), "at": "19:30",
             "repeat": "once",
             "scope": "county", "expected": "30", "gather_minutes": "15", "form": "video"}  # fmt: skip
    return usual | change


@pytest.fixture
def playlist(county: County) -> Playlist:
    return save_playlist("春耕", [Item(released_course(county).pk)], None)


def test_a_playlist_keeps_the_order_of_its_numbers_of_sequence(browse: Browse, county: County) -> None:
    first, second = released_course(county, "甲"), released_course(county, "乙", lessons=2)
    typed = rows(str(first.number), str(second.number), "", order=["2", "1", "3"], lessons=["", "2", ""])
    assert "节目单“春耕”已保存" in text(browse("zhou").post("/playlists/new", typed, follow=True))
    items = Playlist.objects.get().items.all()
    assert [(item.course_id, item.lessons) for item in items] == [(second.pk, ["lesson-2"]), (first.pk, [])]
    assert 'value="2"' in browse("zhou").get(f"/playlists/{Playlist.objects.get().pk}").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (rows("999"), "第 1 项：没有编号为“999”的课件"),
        (rows("二"), "第 1 项：没有编号为“二”的课件"),
        (rows("101"), "尚未签发发布"),
        (rows("101", lessons=["4"]), "没有第 4 课（共 1 课）"),
        (rows(), "1 到 100 个课件"),
    ],
)
def test_a_playlist_naming_a_missing_course_says_which(browse: Browse, typed: dict[str, Any], words: str) -> None:
    ready_course()
    answer = browse("zhou").post("/playlists/new", typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert Playlist.objects.count() == 0


def test_asking_for_more_rows_saves_nothing_and_names_the_courses(browse: Browse, county: County) -> None:
    course = released_course(county, "甲课")
    answer = browse("zhou").post("/playlists/new", rows(str(course.number), more="1"))
    assert "甲课" in text(answer)
    assert Playlist.objects.count() == 0


def test_a_session_is_saved_published_and_listed(browse: Browse, playlist: Playlist) -> None:
    answer = browse("zhou").post("/sessions/new", session(playlist), follow=True)
    assert "已发布，机顶盒下次联网时取到" in text(answer)
    assert "三月第一次集中学习 全县 10 分钟 30" in text(answer)
    saved = Session.objects.get()
    assert (saved.plan_id, saved.recurrence, saved.starts[-5:]) == ("county", "", "19:30")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "请填写这一项。"),
        ({"day": "2026-02-30"}, "日期不对"),
        ({"at": "25:00"}, "时间不对"),
        ({"playlist": "playlist-x"}, "这个节目单不存在。"),
        ({"scope": "township"}, "请选择乡镇。"),
        ({"scope": "site", "site": "无此站点"}, "没有这个名称的站点"),
        ({"scope": "site", "site": ""}, "没有这个名称的站点"),
        ({"expected": "9999"}, "不能超过 2000。"),
        ({"expected": "三十"}, "请填整数。"),
        ({"gather_minutes": "121"}, "最多提前 120 分钟。"),
        ({"repeat": "weekly", "until": "2020-01-01"}, "一次也轮不到"),
    ],
)
def test_what_is_wrong_with_a_session_stands_beside_its_field(
    browse: Browse, playlist: Playlist, change: dict[str, str], words: str
) -> None:
    answer = browse("zhou").post("/sessions/new", session(playlist, **change))
    assert answer.status_code == 422
    assert words in text(answer)
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({"scope": "township", "township": "stone-bridge"}, "township-stone-bridge"),
        ({"scope": "site", "site": "清泉村站点"}, "site-site-clear-spring"),
        ({"scope": "site", "site": " 清泉村 "}, "site-site-clear-spring"),
    ],
)
def test_a_session_may_be_for_a_township_or_a_site(
    browse: Browse, playlist: Playlist, change: dict[str, str], group: str
) -> None:
    browse("zhou").post("/sessions/new", session(playlist, **change))
    assert Session.objects.get().plan_id == group
    assert "三月第一次集中学习" in text(browse("sun").get("/sessions"))


def test_a_clerk_does_not_see_another_townships_sessions(browse: Browse, playlist: Playlist) -> None:
    browse("zhou").post("/sessions/new", session(playlist, scope="township", township="willow"))
    assert "三月第一次集中学习" not in text(browse("sun").get("/sessions"))


def test_one_occurrence_is_cancelled_and_the_rest_stay(browse: Browse, playlist: Playlist) -> None:
    client = browse("zhou")
    client.post("/sessions/new", session(playlist, repeat="weekly"))
    saved = Session.objects.get()
    before = text(client.get("/sessions")).count("取消这一次")
    answer = client.post(f"/sessions/{saved.pk}/cancel", {"start": saved.starts}, follow=True)
    assert "其余不变" in text(answer)
    assert text(answer).count("取消这一次") == before - 1
    assert Session.objects.get().excluded == [saved.starts]


def test_the_whole_session_is_cancelled(browse: Browse, playlist: Playlist) -> None:
    client = browse("zhou")
    client.post("/sessions/new", session(playlist, repeat="weekly"))
    answer = client.post(f"/sessions/{Session.objects.get().pk}/cancel", follow=True)
    assert "没有集中学习计划" in text(answer)
    assert Session.objects.count() == 0


def test_editing_a_session_shows_what_was_saved_and_changes_it(browse: Browse, playlist: Playlist) -> None:
    client = browse("zhou")
    wanted = session(playlist, repeat="monthly", nth="2", weekday="4", scope="township", township="willow")
    client.post("/sessions/new", wanted)
    saved = Session.objects.get()
    page = client.get(f"/sessions/{saved.pk}").content.decode()
    assert '<option value="2" selected>' in page
    assert '<option value="willow" selected>' in page
    assert "每月第二个星期五" in text(client.get("/sessions"))
    client.post(f"/sessions/{saved.pk}", wanted | {"title": "改名", "scope": "county"})
    assert (Session.objects.get().title, Session.objects.get().plan_id) == ("改名", "county")


def test_a_session_whose_course_was_withdrawn_says_so(browse: Browse, county: County, playlist: Playlist) -> None:
    client = browse("zhou")
    client.post("/sessions/new", session(playlist))
    client.post(f"/courses/{Course.objects.get().pk}/stop", {"reason": "过时"})
    assert "机顶盒没有：食用菌栽培" in text(client.get("/sessions"))


def wish(county: County, words: str = "想看草莓") -> Order:
    box = TestBox().bound(county)
    take(box.say(entries.Order(order="o-1", course="", wish=words)).envelope(), timezone.now())
    return Order.objects.get()


def test_a_wish_is_granted_by_the_number_of_a_course(browse: Browse, county: County) -> None:
    order, course = wish(county), released_course(county)
    assert "想看草莓" in text(browse("zhou").get("/orders"))
    answer = browse("zhou").post(
        f"/orders/{order.pk}/answer", {"answer": "grant", "number": course.number}, follow=True
    )
    assert "已安排“食用菌栽培”" in text(answer)
    assert Order.objects.get().answer_course_id == course.pk


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"answer": "grant", "number": "999"}, "没有编号为“999”的课件"),
        ({"answer": "grant", "number": ""}, "请填写要安排的课件编号"),
        ({"answer": "grant", "number": "101"}, "尚未签发发布"),
        ({"answer": "refuse", "reason": " "}, "请填写暂不安排的原因"),
    ],
)
def test_an_answer_that_cannot_stand_leaves_the_wish_open(
    browse: Browse, county: County, typed: dict[str, str], words: str
) -> None:
    order = wish(county)
    ready_course()
    assert words in text(browse("zhou").post(f"/orders/{order.pk}/answer", typed, follow=True))
    assert Order.objects.get().state == OrderState.OPEN


def test_a_refused_wish_shows_its_reason(browse: Browse, county: County) -> None:
    order = wish(county, '<b onclick="x">想看</b>')
    assert "<b onclick" not in browse("zhou").get("/orders").content.decode()
    browse("zhou").post(f"/orders/{order.pk}/answer", {"answer": "refuse", "reason": "没有这类课件"})
    assert "没有这类课件" in text(browse("zhou").get("/orders?state=refused"))
    assert "没有待答复的申请" in text(browse("zhou").get("/orders"))


REPETITIONS = st.builds(
    Repetition,
    kind=st.sampled_from(["weekly", "fortnightly", "monthly"]),
    nth=st.sampled_from([1, 2, 3, 4, -1]),
    weekday=st.integers(0, 6),
    until=st.none() | st.dates(date(2027, 1, 1), date(2030, 1, 1)),
)


@given(REPETITIONS)
def test_a_plain_choice_survives_its_rule(wanted: Repetition) -> None:
    found = repetition_of(rule_of(wanted))
    assert found is not None
    assert (found.kind, found.weekday, found.until) == (wanted.kind, wanted.weekday, wanted.until)
    assert found.nth == (wanted.nth if wanted.kind == "monthly" else 1)


@given(REPETITIONS, st.dates(date(2026, 1, 1), date(2026, 12, 1)))
def test_the_first_start_is_such_a_weekday_at_that_time(wanted: Repetition, day: date) -> None:
    start = first_start(wanted, day, time(19, 30))
    assert start is not None
    assert start.date() >= day
    assert (start.weekday(), start.time()) == (wanted.weekday, time(19, 30))


def test_a_rule_that_is_no_plain_choice_is_shown_as_it_is() -> None:
    assert repetition_of("FREQ=DAILY") is None
    assert in_words("FREQ=DAILY;COUNT=3") == "按规则 FREQ=DAILY;COUNT=3"
    assert in_words("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20260630T235959") == "每两周星期三，到6月30日为止"


def test_market_days_are_entered_and_told_before_a_session_is_saved(browse: Browse, playlist: Playlist) -> None:
    client, day = browse("zhou"), timezone.localdate() + timedelta(days=10)
    typed = session(playlist, scope="township", township="stone-bridge")
    weekly = f"星期{'一二三四五六日'[day.weekday()]}"
    saved = client.post("/places/stone-bridge/market", {"market_days": weekly}, follow=True)
    assert "“石桥乡”的赶集日已保存" in text(saved)
    assert f"赶集日：{weekly}" in text(saved)
    assert f"石桥乡：{weekly}" in text(client.get("/sessions/new"))
    asked = client.post("/sessions/new", typed)
    told = f"{day.month}月{day.day}日{weekly}石桥乡赶集"
    assert f"还没有保存：{told}" in text(asked)
    assert not Session.objects.exists()
    client.post("/sessions/new", typed | {"market": told})
    assert Session.objects.get().plan_id == "township-stone-bridge"
    assert "石桥乡赶集" in text(client.get("/sessions"))
    other = session(playlist, scope="township", township="willow")
    client.post("/sessions/new", other)
    assert Session.objects.count() == 2


def test_a_session_of_the_whole_county_asks_only_when_half_of_the_markets_are_held(
    browse: Browse, playlist: Playlist
) -> None:
    client, day = browse("zhou"), timezone.localdate() + timedelta(days=10)
    weekdays = [f"星期{'一二三四五六日'[(day.weekday() + later) % 7]}" for later in range(3)]
    client.post("/places/stone-bridge/market", {"market_days": weekdays[0]})
    client.post("/places/willow/market", {"market_days": weekdays[1]})
    client.post("/sites/site-willow-bay/market", {"market_days": weekdays[2]})
    client.post("/sessions/new", session(playlist))
    assert Session.objects.count() == 1
    client.post("/places/willow/market", {"market_days": weekdays[0]})
    assert "石桥乡、柳树镇赶集" in text(client.post("/sessions/new", session(playlist)))
    assert Session.objects.count() == 1


def test_market_days_that_nobody_understands_are_named_and_clerks_do_not_enter_any(browse: Browse) -> None:
    answer = browse("zhou").post("/sites/site-clear-spring/market", {"market_days": "逢场"}, follow=True)
    assert "看不懂赶集日“逢场”" in text(answer)
    browse("zhou").post("/sites/site-clear-spring/market", {"market_days": "农历二五八"})
    assert "赶集日 农历 2 5 8" in text(browse("sun").get("/sites/site-clear-spring"))
    assert browse("sun").post("/places/stone-bridge/market", {"market_days": ""}).status_code == 403
