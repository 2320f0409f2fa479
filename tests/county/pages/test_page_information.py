"""Writing information and notices in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from county.plans.models import InformationPage, Plan
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


def test_a_page_is_written_published_changed_and_removed(browse: Browse) -> None:
    client = browse("zhou")
    answer = client.post("/information/new", page(), follow=True)
    assert "已发布，机顶盒下次联网时取到" in text(answer)
    assert "显示中" in text(answer)
    saved = InformationPage.objects.get()
    assert saved.written_by is not None
    assert saved.written_by.username == "zhou"
    assert "夜间有霜" in client.get(f"/information/{saved.pk}").content.decode()
    assert "夜间有霜" in text(browse("sun").get("/information"))  # who may not change it reads it in the list
    township = page(title="停电", scope="township", township="stone-bridge")
    assert "“停电”已保存" in text(client.post(f"/information/{saved.pk}", township, follow=True))
    assert "停电 石桥乡" in text(client.get("/information"))
    assert "“停电”已删除" in text(client.post(f"/information/{saved.pk}/remove", follow=True))
    assert not InformationPage.objects.exists()


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
    assert not InformationPage.objects.exists()


def test_a_page_with_markup_is_shown_as_it_was_typed(browse: Browse) -> None:
    client = browse("zhou")
    client.post("/information/new", page(title="<script>x</script>"))
    assert "&lt;script&gt;x&lt;/script&gt;" in client.get("/information").content.decode()


def test_an_ended_and_a_coming_page_say_so(browse: Browse) -> None:
    today = timezone.localdate()
    for title, since, until in (("旧", -9, -1), ("新", 3, 9)):
        days = [(today + timedelta(days=day)).isoformat() for day in (since, until)]
        browse("zhou").post("/information/new", page(title=title, since=days[0], until=days[1]))
    shown = text(browse("zhou").get("/information"))
    assert "已到期" in shown
    assert "未开始" in shown


def test_a_notice_is_sent_changed_and_withdrawn(browse: Browse) -> None:
    client = browse("zhou")
    assert "今晚大风 全县" in text(client.post("/information/notice", notice(), follow=True))
    assert "今晚大风" in client.get("/information/notice?group=county").content.decode()
    client.post("/information/notice", notice(words="今晚暴雨"))
    assert Plan.objects.get(pk="county").notice == "今晚暴雨"
    answer = client.post("/information/notice/withdraw", {"group": "county"}, follow=True)
    assert "紧急通知已撤下" in text(answer)
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
    assert not Plan.objects.exclude(notice="").exists()


def test_a_clerk_sees_what_his_own_sites_see_and_no_buttons(browse: Browse) -> None:
    for where in ("stone-bridge", "willow"):
        browse("zhou").post("/information/new", page(title=f"致{where}", scope="township", township=where))
        browse("zhou").post("/information/notice", notice(words=f"急{where}", scope="township", township=where))
    shown = text(browse("sun").get("/information"))
    assert "致stone-bridge" in shown
    assert "急stone-bridge" in shown
    assert "willow" not in shown
    assert "确定删除" not in shown
