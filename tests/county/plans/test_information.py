"""Information pages and notices become what a box reads, and nothing that it could not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from county.errors import NotAllowed, Refused
from county.folders import published_folder
from county.plans import information
from county.plans.information import PageWish, save_notice, save_page
from county.plans.models import Wording, WordingKind, WordingState
from county.plans.passing import may_pass, pass_wording, refuse_wording, take_back, waiting_for
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


def passed(county: County, row: Wording) -> Wording:
    return pass_wording(row.pk, county.person("li"))


def test_what_one_person_wrote_is_not_published_before_another_has_passed_it(county: County) -> None:
    zhou = county.person("zhou")
    page, notice = save_page("county", PageWish("天气", "晴"), zhou), save_notice("county", "大风", later(), zhou)
    publish()
    assert plan("county").notice == ""
    with pytest.raises(KeyError):
        pages("county")
    passed(county, page)
    passed(county, notice)
    publish()
    assert [one.title for one in pages("county")] == ["天气"]
    assert plan("county").notice == "大风"


@pytest.mark.parametrize("username", ["zhou", "sun"])
def test_only_a_reviewer_or_the_leader_passes(county: County, username: str) -> None:
    row = save_page("county", PageWish("天气", "晴"), county.person("zhou"))
    with pytest.raises(NotAllowed, match="由审核员或签发领导审核"):
        pass_wording(row.pk, county.person(username))
    assert pass_wording(row.pk, county.person("chen")).passed_by == county.person("chen")


def test_nobody_passes_or_refuses_his_own_words(county: County) -> None:
    zhou = county.person("zhou")
    row = save_notice("county", "大风", later(), zhou)
    zhou.role = "reviewer"  # he has another office since
    zhou.save()
    assert not may_pass(row, zhou)
    assert waiting_for(zhou) == []
    with pytest.raises(NotAllowed, match="另一个人"):
        pass_wording(row.pk, zhou)
    with pytest.raises(NotAllowed, match="另一个人"):
        refuse_wording(row.pk, zhou, "不妥")
    assert waiting_for(county.person("li")) == [row]


def test_a_page_is_published_as_plain_text_with_its_days(county: County) -> None:
    wish = PageWish(" 天气 ", "晴 <b>不是</b>标记\n\n\n", date(2026, 3, 4), date(2099, 3, 5))
    saved = passed(county, save_page("site-site-clear-spring", wish, county.person("zhou")))
    publish()
    (page,) = pages("site-site-clear-spring")
    assert (page.id, page.title, page.text) == (saved.key, "天气", "晴 <b>不是</b>标记")
    assert (page.since, page.until) == ("2026-03-04", "2099-03-05")


def test_a_page_that_has_ended_is_published_no_longer_and_one_to_come_already(county: County) -> None:
    zhou, today = county.person("zhou"), timezone.localdate()
    over = save_page("county", PageWish("昨天", "止", None, today - timedelta(days=1)), zhou)
    with pytest.raises(Refused, match="已经过去"):
        passed(county, over)
    Wording.objects.filter(pk=over.pk).update(state=WordingState.PASSED)
    passed(county, save_page("county", PageWish("今天", "止", None, today), zhou))
    passed(county, save_page("county", PageWish("明天", "起", today + timedelta(days=1)), zhou))
    publish()
    assert [page.title for page in pages("county")] == ["今天", "明天"]


def test_a_change_leaves_the_old_words_in_force_until_it_is_passed(county: County) -> None:
    zhou = county.person("zhou")
    old = passed(county, save_page("county", PageWish("旧", "旧"), zhou))
    new = save_page("township-willow", PageWish("新", "新"), zhou, old)
    publish()
    assert [(page.id, page.title) for page in pages("county")] == [(old.key, "旧")]
    passed(county, new)
    publish()
    assert [(page.id, page.title) for page in pages("township-willow")] == [(old.key, "新")]
    with pytest.raises(KeyError):
        pages("county")
    assert Wording.objects.get(pk=old.pk).state == WordingState.REPLACED


def test_nobody_passes_words_that_were_changed_while_he_read_them(county: County) -> None:
    zhou = county.person("zhou")
    seen = save_page("county", PageWish("题", "文"), zhou)
    newer = save_page("county", PageWish("题", "别的文"), zhou, seen)
    with pytest.raises(Refused, match="有改动"):
        passed(county, seen)
    assert waiting_for(county.person("wang")) == [newer]


def test_one_person_takes_back_and_what_was_taken_back_cannot_be_passed(county: County) -> None:
    zhou = county.person("zhou")
    shown, waiting = passed(county, save_page("county", PageWish("一", "文"), zhou)), save_page(
        "county", PageWish("二", "文"), zhou
    )  # fmt: skip
    take_back(shown.pk, zhou)
    take_back(waiting.pk, zhou)
    publish()
    with pytest.raises(KeyError):
        pages("county")
    with pytest.raises(Refused, match="已撤下"):
        passed(county, waiting)
    with pytest.raises(NotAllowed):
        take_back(shown.pk, county.person("sun"))


def test_what_is_sent_back_says_why_and_a_new_wording_takes_its_place(county: County) -> None:
    zhou, li = county.person("zhou"), county.person("li")
    row = save_page("county", PageWish("题", "文"), zhou)
    with pytest.raises(Refused, match="退回原因"):
        refuse_wording(row.pk, li, " ")
    assert refuse_wording(row.pk, li, "日期不对").reason == "日期不对"
    with pytest.raises(Refused, match="已退回"):
        passed(county, row)
    save_page("county", PageWish("题", "改"), zhou, row)
    assert Wording.objects.get(pk=row.pk).state == WordingState.REPLACED


def test_urgent_notices_wait_before_pages(county: County) -> None:
    zhou = county.person("zhou")
    save_page("county", PageWish("题", "文"), zhou)
    save_notice("county", "大风", later(), zhou)
    assert [row.kind for row in waiting_for(county.person("chen"))] == [WordingKind.NOTICE, WordingKind.PAGE]
    assert waiting_for(zhou) == []


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
        save_page(group, wish, county.person("zhou"))
    assert not Wording.objects.exists()


def test_a_group_has_only_so_many_pages_and_what_is_over_does_not_count(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(information, "MOST_PAGES", 1)
    zhou, yesterday = county.person("zhou"), timezone.localdate() - timedelta(days=1)
    save_page("county", PageWish("过期", "文", None, yesterday), zhou)
    take_back(save_page("county", PageWish("撤下", "文"), zhou).pk, zhou)
    first = passed(county, save_page("county", PageWish("一", "文"), zhou))
    save_page("county", PageWish("改", "文"), zhou, first)
    with pytest.raises(Refused, match="已有 1 条"):
        save_page("county", PageWish("二", "文"), zhou)


def test_a_notice_is_in_the_plan_until_it_is_taken_back_and_a_new_one_takes_its_place(county: County) -> None:
    zhou = county.person("zhou")
    passed(county, save_notice("county", " 大风\n降温 ", end := later(), zhou))
    publish()
    assert (plan("county").notice, plan("county").notice_until) == ("大风 降温", end)
    newer = passed(county, save_notice("county", "暴雨", end := later(2), zhou))
    publish()
    assert (plan("county").notice, plan("county").notice_until) == ("暴雨", end)
    take_back(newer.pk, county.person("li"))
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
        save_notice(group, words, until, county.person("zhou"))
    assert not Wording.objects.exists()
