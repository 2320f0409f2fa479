"""Writing information and notices in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from county.plans.models import Wording, WordingState
from tests.county.page_text import text
from tests.county.pages.conftest import Browse


def page(**change: str) -> dict[str, str]:
    """A page as typed."""
    today = timezone.localdate()
    usual = {"title": "天气", "text": "晴\r\n\r\n夜间有霜", "since": today.isoformat(), "until": "", "scope": "county"}
    return usual | change


def notice(**change: str) -> dict[str, str]:
    """A notice as typed."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {"words": "今晚大风", "day": tomorrow.isoformat(), "at": "08:00", "scope": "county"} | change


def test_without_any_the_page_says_what_to_do(browse: Browse) -> None:
    assert "还没有信息 写一条信息" in text(browse("zhou").get("/information"))
    assert "没有紧急通知" in text(browse("sun").get("/information"))


PASSWORD = {"password": "a long password"}  # every person of the county under test has this one


def passed(browse: Browse, row: Wording, username: str = "li") -> str:
    return text(browse(username).post(f"/information/{row.pk}/pass", PASSWORD, follow=True))


def newest() -> Wording:
    return Wording.objects.latest("pk")


def test_a_page_is_written_passed_changed_and_taken_back(browse: Browse) -> None:
    client = browse("zhou")
    answer = client.post("/information/new", page(), follow=True)
    assert "“天气”已保存，等待审核员或签发领导审核" in text(answer)
    assert "等待审核 1 条" in text(answer)
    assert "显示中" not in text(answer)
    first = newest()
    assert first.written_by.username == "zhou"
    assert "夜间有霜" in text(browse("sun").get(f"/information/{first.pk}"))
    assert "“天气”审核通过。 已发布，机顶盒下次联网时取到" in passed(browse, first)
    assert "显示中" in text(client.get("/information"))
    assert "夜间有霜" in client.get(f"/information/{first.pk}/edit").content.decode()
    township = page(title="停电", scope="township", township="stone-bridge")
    client.post(f"/information/{first.pk}/edit", township)
    asked = text(browse("li").get(f"/information/{newest().pk}"))
    assert "将要显示的文字 范围 石桥乡" in asked
    assert "通过后代替 范围 全县" in asked
    assert "停电 石桥乡" in passed(browse, newest(), "chen")
    assert "“停电”已撤下" in text(client.post(f"/information/{newest().pk}/take-back", follow=True))
    assert not Wording.objects.filter(state__in=(WordingState.WAITING, WordingState.PASSED)).exists()
    assert "陈签" in text(client.get(f"/information/{newest().pk}"))  # who passed it stays known


def test_passing_asks_for_the_persons_own_password(browse: Browse) -> None:
    browse("zhou").post("/information/new", page())
    for wrong in ({}, {"password": "another password"}):
        answer = browse("li").post(f"/information/{newest().pk}/pass", wrong, follow=True)
        assert "登录密码不对，未作任何更改" in text(answer)
    assert newest().state == WordingState.WAITING
    for _ in range(10):
        browse("li").post(f"/information/{newest().pk}/pass", {"password": "guess"})
    assert "密码输错次数过多" in passed(browse, newest())


def test_what_waits_stands_on_the_overview_of_those_who_may_pass_it(browse: Browse) -> None:
    browse("zhou").post("/information/notice", notice())
    for username, stands in (("li", True), ("chen", True), ("zhou", False), ("sun", False)):
        assert ("等您审核的信息和紧急通知" in text(browse(username).get("/"))) is stands
    assert "可以审核的人：li 未登记电话" in text(browse("zhou").get("/information"))
    passed(browse, newest())
    assert "等您审核" not in text(browse("chen").get("/"))


def test_what_is_sent_back_is_told_to_the_writer(browse: Browse) -> None:
    browse("zhou").post("/information/new", page())
    browse("li").post(f"/information/{newest().pk}/refuse", {"reason": "日期不对"})
    assert "天气 全县" in text(browse("zhou").get("/information"))
    assert "已退回" in text(browse("zhou").get("/information"))
    assert "日期不对" in text(browse("zhou").get(f"/information/{newest().pk}"))


def test_words_whose_time_is_over_cannot_be_passed(browse: Browse) -> None:
    browse("zhou").post("/information/notice", notice())
    Wording.objects.update(ends="2020-01-01T08:00")
    assert "过了显示时间的不能通过" in text(browse("li").get(f"/information/{newest().pk}"))
    assert "已经过去" in passed(browse, newest())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "请填写这一项。"),
        ({"text": "字" * 4_001}, "太长了，最多 4000 个字。"),
        ({"since": "2026-02-30"}, "日期不对"),
        ({"since": "2026-03-05", "until": "2026-03-04"}, "最后一天不能早于第一天"),
        ({"scope": "site", "site": "无此站点"}, "没有这个名称的站点"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_and_nothing_typed_is_lost(
    browse: Browse, change: dict[str, str], words: str
) -> None:
    answer = browse("zhou").post("/information/new", page(**change))
    assert answer.status_code == 422
    assert words in text(answer)
    if "text" not in change:
        assert "夜间有霜" in answer.content.decode()
    assert not Wording.objects.exists()


def test_a_page_with_markup_is_shown_as_it_was_typed(browse: Browse) -> None:
    client = browse("zhou")
    client.post("/information/new", page(title="<script>x</script>"))
    assert "&lt;script&gt;x&lt;/script&gt;" in client.get("/information").content.decode()


def test_an_ended_and_a_coming_page_say_so(browse: Browse) -> None:
    today = timezone.localdate()
    for title, since, until in (("旧", -9, 0), ("新", 3, 9)):
        days = [(today + timedelta(days=day)).isoformat() for day in (since, until)]
        browse("zhou").post("/information/new", page(title=title, since=days[0], until=days[1]))
        passed(browse, newest())
    Wording.objects.filter(title="旧").update(until=today - timedelta(days=1))
    shown = text(browse("zhou").get("/information"))
    assert "已到期" in shown
    assert "未开始" in shown


def test_a_notice_is_sent_changed_and_taken_back(browse: Browse) -> None:
    client = browse("zhou")
    assert "请打电话请他们马上审核" in text(client.post("/information/notice", notice(), follow=True))
    assert "今晚大风 全县" in passed(browse, newest())
    assert "今晚大风" in client.get(f"/information/{newest().pk}/edit").content.decode()
    client.post(f"/information/{newest().pk}/edit", notice(words="今晚暴雨"))
    assert "今晚暴雨 全县" in passed(browse, newest())
    assert [row.text for row in Wording.objects.filter(state=WordingState.PASSED)] == ["今晚暴雨"]
    answer = browse("chen").post(f"/information/{newest().pk}/take-back", follow=True)
    assert "“今晚暴雨”已撤下" in text(answer)
    assert "没有紧急通知" in text(answer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"words": "急" * 121}, "太长了，最多 120 个字。"),
        ({"day": "2020-01-01"}, "已经过去"),
        ({"at": "25:00"}, "时间不对"),
        ({"scope": "township"}, "请选择乡镇。"),
    ],
)
def test_what_is_wrong_with_a_notice_is_said(browse: Browse, change: dict[str, str], words: str) -> None:
    answer = browse("zhou").post("/information/notice", notice(**change))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Wording.objects.exists()


def test_a_clerk_sees_what_his_own_sites_see_and_no_buttons(browse: Browse) -> None:
    for where in ("stone-bridge", "willow"):
        browse("zhou").post("/information/new", page(title=f"致{where}", scope="township", township=where))
        passed(browse, newest())
        browse("zhou").post("/information/notice", notice(words=f"急{where}", scope="township", township=where))
    shown = text(browse("sun").get("/information"))
    assert "致stone-bridge" in shown
    assert "急stone-bridge" in shown
    assert "willow" not in shown
    assert browse("sun").get(f"/information/{newest().pk}").status_code == 403
    own = Wording.objects.get(title="致stone-bridge")
    assert "确定撤下" not in text(browse("sun").get(f"/information/{own.pk}"))
