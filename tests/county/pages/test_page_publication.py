"""The state of publishing: what is out, what is held back, and publishing at once."""

from __future__ import annotations

import pytest

from county.courses.review import pass_first, pass_second
from county.publishing.models import Publication
from playlists.errors import FailedAttempt
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import PASSPHRASE, County, TestBox, ready_course, released_course


def test_the_page_counts_what_boxes_can_fetch(browse: Browse, county: County) -> None:
    released_course(county)
    TestBox().bound(county)
    words = text(browse("zhou").get("/publication"))
    assert "课件 1 个 机顶盒 1 台" in words
    assert "陈签 课件目录" in words


def test_publishing_without_news_says_so(browse: Browse) -> None:
    answer = browse("zhou").post("/publication/now", follow=True)
    assert "没有新的内容" in text(answer)


def test_what_is_held_back_is_named_on_the_page(browse: Browse, county: County) -> None:
    course = released_course(county)
    browse("zhou").post(f"/courses/{course.pk}/stop", {"reason": "过时"})
    words = text(browse("zhou").get("/publication"))
    assert "最近一次发布有 1 项没有下发" in words
    assert "“食用菌栽培”已停播" in words
    assert "还需一位审核员签名" in words


def test_a_failed_publishing_is_told_and_leaves_no_trace(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise FailedAttempt("发布", "磁盘已满")

    monkeypatch.setattr("county.pages.publication.publish", fail)
    before = Publication.objects.count()
    answer = browse("zhou").post("/publication/now", follow=True)
    assert "没有发布成功" in text(answer)
    assert "磁盘已满" in text(answer)
    assert Publication.objects.count() == before


def test_a_release_stands_when_publishing_fails(
    browse: Browse, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise FailedAttempt("发布", "磁盘已满")

    course = ready_course()
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    pass_second(course, county.person("wang"), PASSPHRASE["wang"])
    monkeypatch.setattr("county.courses.review.publish", fail)
    answer = browse("chen").post(f"/courses/{course.pk}/release", {"revision": course.revision}, follow=True)
    assert "已办理，但还没有发布到机顶盒" in text(answer)
    assert "已签发" in text(answer)
