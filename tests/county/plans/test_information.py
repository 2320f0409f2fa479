"""Information pages and notices become what a box reads, and nothing that it could not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from county.errors import Refused
from county.folders import published_folder
from county.plans import information
from county.plans.information import PageWish, remove_page, save_notice, save_page, withdraw_notice
from county.plans.models import InformationPage, Plan
from county.publishing.publish import publish
from playlists import documents
from playlists.codec import decode_document
from playlists.targets import pages_path, plan_path
from playlists.trust.repository import Repository
from tests.county.world import County


def later(days: int = 1) -> str:
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def pages(group: str) -> tuple[documents.Page, ...]:
    return decode_document(documents.Pages, Repository(published_folder()).read(pages_path(group)), "pages").pages


def plan(group: str) -> documents.Plan:
    return decode_document(documents.Plan, Repository(published_folder()).read(plan_path(group)), "plan")


def test_a_page_is_published_as_plain_text_with_its_days(county: County) -> None:
    wish = PageWish(" 天气 ", "晴 <b>不是</b>标记\n\n\n", date(2026, 3, 4), date(2099, 3, 5))
    saved = save_page("site-site-clear-spring", wish, county.person("zhou"))
    publish()
    (page,) = pages("site-site-clear-spring")
    assert (page.id, page.title, page.text) == (saved.key, "天气", "晴 <b>不是</b>标记")
    assert (page.since, page.until) == ("2026-03-04", "2099-03-05")


def test_a_page_that_has_ended_is_published_no_longer_and_one_to_come_already(county: County) -> None:
    today = timezone.localdate()
    save_page("county", PageWish("昨天", "止", None, today - timedelta(days=1)))
    save_page("county", PageWish("今天", "止", None, today))
    save_page("county", PageWish("明天", "起", today + timedelta(days=1)))
    publish()
    assert [page.title for page in pages("county")] == ["今天", "明天"]


def test_a_changed_page_keeps_its_name_and_a_removed_one_is_gone(county: County) -> None:
    saved = save_page("county", PageWish("旧", "旧"))
    save_page("township-willow", PageWish("新", "新"), None, saved)
    publish()
    assert [(page.id, page.title) for page in pages("township-willow")] == [(saved.key, "新")]
    remove_page(InformationPage.objects.get())
    publish()
    with pytest.raises(KeyError):
        pages("township-willow")


@pytest.mark.parametrize(
    ("group", "wish", "words"),
    [
        ("village-x", PageWish("题", "文"), "没有“village-x”这个范围"),
        ("county", PageWish(" ", "文"), "信息页有误"),
        ("county", PageWish("题" * 201, "文"), "信息页有误"),
        ("county", PageWish("题", " \n "), "正文应为"),
        ("county", PageWish("题", "文" * 4_001), "正文应为"),
        ("county", PageWish("题", "文", date(2026, 3, 5), date(2026, 3, 4)), "不能早于第一天"),
    ],
)
def test_what_no_box_could_read_is_refused(county: County, group: str, wish: PageWish, words: str) -> None:
    with pytest.raises(Refused, match=words):
        save_page(group, wish)
    assert not InformationPage.objects.exists()


def test_a_group_has_only_so_many_pages(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(information, "MOST_PAGES", 1)
    first = save_page("county", PageWish("一", "文"))
    save_page("county", PageWish("改", "文"), None, first)
    with pytest.raises(Refused, match="已有 1 条"):
        save_page("county", PageWish("二", "文"))


def test_a_notice_is_in_the_plan_until_it_is_withdrawn_and_a_new_one_takes_its_place(county: County) -> None:
    save_notice("county", " 大风\n降温 ", later())
    save_notice("county", "暴雨", end := later(2))
    publish()
    assert (plan("county").notice, plan("county").notice_until) == ("暴雨", end)
    withdraw_notice("county")
    publish()
    assert (plan("county").notice, plan("county").notice_until) == ("", None)


@pytest.mark.parametrize(
    ("group", "words", "until", "why"),
    [
        ("county", " ", "2099-01-01T08:00", "1 到 120 个字"),
        ("county", "急" * 121, "2099-01-01T08:00", "1 到 120 个字"),
        ("county", "急", "2020-01-01T08:00", "已经过去"),
        ("county", "急", "2099-02-30T08:00", "请填写显示到几时"),
        ("nowhere", "急", "2099-01-01T08:00", "没有“nowhere”"),
    ],
)
def test_a_notice_without_words_or_a_future_is_refused(
    county: County, group: str, words: str, until: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        save_notice(group, words, until)
    assert not Plan.objects.exists()
