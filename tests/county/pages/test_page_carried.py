"""Sticks in the browser: handing in what boxes have written, and who brought what."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from county.inbox.models import Entry
from county.places.models import Line, Site
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, TestBox, heads, play


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_without_any_the_page_says_what_to_do(browse: Browse) -> None:
    words = text(browse("zhou").get("/carried"))
    assert "还没有人带来过" in words
    assert "没有这样的站点" in words
    assert "yuanjiao/journals" in words
    assert "收 U 盘带回的记录" not in text(browse("li").get("/carried"))


def test_a_clerk_hands_in_several_files_at_once_and_sees_what_came_of_each(browse: Browse, county: County) -> None:
    Site.objects.filter(pk=county.site.pk).update(line=Line.NONE)
    box = TestBox().bound(county).say(play(), heads(), play())
    files = [upload("000003-000003.envelope", box.envelope(3)), upload("000001-000002.envelope", box.envelope(1, 2)),
             upload("a.envelope", TestBox().say(play()).envelope()), upload("b.envelope", b"x")]  # fmt: skip
    words = text(browse("sun").post("/carried/take", {"files": files}, follow=True))
    assert "收下 2 个文件，新增记录 3 条。" in words
    assert "a.envelope：不是本县的机顶盒。" in words
    assert "b.envelope：文件有问题。" in words
    assert "孙干 清泉村站点 000003-000003.envelope 3–3 1 已收" in words
    assert Entry.objects.count() == 3
    shown = text(browse("zhou").get("/carried"))
    assert f"{county.folder / 'published'} /media/U盘 --site site-clear-spring" in shown


def test_the_same_stick_handed_in_twice_counts_once(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say(play())
    for said in ("收下 1 个文件，新增记录 1 条。", "1 个文件以前收过，没有重复计入。"):
        files = [upload("000001-000001.envelope", box.envelope())]
        assert said in text(browse("zhou").post("/carried/take", {"files": files}, follow=True))
    assert Entry.objects.count() == 1


def test_a_clerk_sees_his_own_township_and_the_office_sees_all(browse: Browse, county: County) -> None:
    other = Site.objects.get(pk="site-willow-bay")
    box = TestBox().bound(county, other).say(play())
    browse("zhou").post("/carried/take", {"files": [upload("000001-000001.envelope", box.envelope())]})
    assert "柳湾村站点" in text(browse("li").get("/carried"))
    assert "柳湾村站点" not in text(browse("sun").get("/carried"))


def test_nothing_chosen_is_said_and_who_may_not_is_refused(browse: Browse) -> None:
    assert "请选择 U 盘上" in text(browse("sun").post("/carried/take", follow=True))
    assert browse("li").post("/carried/take").status_code == 403
    assert browse("sun").get("/carried/take").status_code == 405
