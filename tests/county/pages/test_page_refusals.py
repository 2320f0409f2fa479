"""Who may not do what is told so in plain words; nothing changes without a token of our own page."""

from __future__ import annotations

import pytest
from django.test import Client

from county.courses.models import Course
from county.plans.models import Session
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, ready_course, released_course

REFUSED = [
    ("li", "get", "/courses/new"),
    ("chen", "post", "/courses/course-101/edit"),
    ("zhou", "post", "/courses/course-101/review"),
    ("chen", "post", "/courses/course-101/review"),
    ("zhou", "post", "/courses/course-101/release"),
    ("li", "post", "/courses/course-101/release"),
    ("sun", "post", "/courses/course-101/stop"),
    ("sun", "post", "/reviews/sign"),
    ("li", "get", "/playlists/new"),
    ("sun", "get", "/sessions/new"),
    ("li", "post", "/sessions/x/cancel"),
    ("sun", "post", "/orders/1/answer"),
    ("li", "get", "/channels/new"),
    ("sun", "post", "/channels/x/stop"),
    ("chen", "post", "/channels/propose"),
    ("zhou", "post", "/channels/sign"),
    ("li", "post", "/channels/release"),
    ("li", "post", "/sounds/upload"),
    ("sun", "post", "/sounds/1/remove"),
    ("chen", "post", "/sounds/propose"),
    ("zhou", "post", "/sounds/sign"),
    ("chen", "post", "/sounds/refuse"),
    ("li", "post", "/sounds/release"),
    ("sun", "get", "/information/new"),
    ("li", "get", "/information/1/edit"),
    ("zhou", "post", "/information/1/pass"),
    ("sun", "post", "/information/1/refuse"),
    ("sun", "post", "/information/1/take-back"),
    ("sun", "post", "/information/notice"),
    ("li", "post", "/sites/site-clear-spring/bind"),
    ("sun", "post", "/sites/site-clear-spring/revoke"),
    ("sun", "post", "/publication/now"),
]


@pytest.mark.parametrize(("username", "method", "address"), REFUSED)
def test_a_role_that_does_not_suffice_is_refused(browse: Browse, username: str, method: str, address: str) -> None:
    ready_course()
    answer = getattr(browse(username), method)(address)
    assert answer.status_code == 403
    assert "这一步由" in text(answer)
    assert "您的角色是" in text(answer)


@pytest.mark.parametrize("address", ["/sites/site-willow-bay", "/sites/site-willow-bay/bind"])
def test_a_clerk_does_not_see_another_township(browse: Browse, address: str) -> None:
    client = browse("sun")
    answer = client.post(address) if address.endswith("bind") else client.get(address)
    assert answer.status_code == 403
    assert "不属于您的乡镇" in text(answer)


@pytest.mark.parametrize("address", ["/records?site=%00", "/courses?state=%00", "/entries/%00/1"])
def test_a_zero_byte_is_no_request(any_county: County, address: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(any_county.person("zhou"))
    assert client.get(address).status_code == 400
    assert client.post("/information/notice", {"words": "\x00"}).status_code == 400


def test_a_clerk_changes_only_his_own_courses(browse: Browse, county: County) -> None:
    course = ready_course()
    answer = browse("sun").post(f"/courses/{course.pk}/edit", {"title": "别的"})
    assert answer.status_code == 403
    Course.objects.filter(pk=course.pk).update(owner=county.person("sun"))
    wanted = {"title": "改过", "category": "种植", "provider": "石桥乡"}
    assert browse("sun").post(f"/courses/{course.pk}/edit", wanted).status_code == 302
    assert Course.objects.get(pk=course.pk).title == "改过"


def test_nothing_is_done_without_our_own_token(county: County) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(county.person("chen"))
    course = released_course(county)
    answer = client.post(f"/courses/{course.pk}/stop", {"reason": "不该"})
    assert answer.status_code == 403
    assert "页面已过期" in text(answer)
    assert not Course.objects.get(pk=course.pk).stopped


def test_acts_are_not_done_by_a_link(browse: Browse, county: County) -> None:
    course = ready_course()
    assert browse("li").get(f"/courses/{course.pk}/review").status_code == 405
    assert Session.objects.count() == 0


def test_an_unknown_page_says_so_in_chinese(browse: Browse) -> None:
    for address in ("/nowhere", "/sites/none", "/courses/none", "/playlists/none"):
        answer = browse("zhou").get(address)
        assert answer.status_code == 404
        assert "没有找到" in text(answer)


def test_a_fault_of_the_server_says_so_in_chinese(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browse("zhou")
    client.raise_request_exception = False
    monkeypatch.setattr("county.pages.sites.branches", lambda *_: 1 / 0)
    answer = client.get("/sites")
    assert answer.status_code == 500
    assert "服务器没能完成这一步" in text(answer)


def test_a_page_runs_only_our_own_files_and_is_not_kept(browse: Browse) -> None:
    answer = browse("zhou").get("/")
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")
    assert "no-store" in answer["Cache-Control"]
    body = answer.content.decode()
    assert "style=" not in body
    assert "http://" not in body
    assert "https://" not in body


@pytest.mark.parametrize(
    "address",
    [
        "/courses?q=99999999999999999999",
        "/courses?page=x&state=%01&category=%27",
        "/records?month=9999-12",
        "/records?month=0001-01",
        "/records/sessions.csv?month=9999-12&township=%3Cscript%3E",
        "/records/plays?month=2026-3&site=none&page=-4",
        "/sites?q=%25&page=99999999999999999999",
        "/orders?state=%27",
        "/courses/course-101?lesson=%3Cb%3E&height=x",
    ],
)
def test_an_odd_address_shows_a_page_and_never_a_fault(browse: Browse, address: str) -> None:
    ready_course()
    answer = browse("zhou").get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    assert b"<b>&" not in body
    assert b"<script>" not in body
