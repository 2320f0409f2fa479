"""The office's road in a real browser, on a real ``yuanjiao county serve``: film in, two reviews, release, binding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from county.accounts.models import Person
from county.courses.models import Course
from county.folders import published_folder
from county.places.binding import issue_code
from county.places.models import Box
from county.plans.models import Playlist
from playlists import documents
from playlists.codec import decode_document
from playlists.keys import SigningKey
from playlists.targets import box_path, course_path
from playlists.trust.repository import Repository
from tests.county.conftest import county, films, founded  # noqa: F401 - fixtures
from tests.county.servers import Server
from tests.county.world import PASSPHRASE, County

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PASSWORD = "a long password"
PATIENCE_MS = 60_000


@pytest.fixture
def served(county: County) -> Iterator[str]:  # noqa: F811 - the fixture imported above
    """The address of a running county in which everybody can log in."""
    # The founded county's quick hashes mean nothing to a server.
    Person.objects.update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
    server = Server(county, YUANJIAO_COUNTY_ENCODER_PRESET="ultrafast")
    yield f"http://127.0.0.1:{server.http_port}"
    server.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv(
            "DJANGO_ALLOW_ASYNC_UNSAFE", "1"
        )  # Playwright's loop runs in this thread; nothing awaits the database
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        yield browser
        browser.close()


def log_in(context: BrowserContext, address: str, username: str, wanted: str = "/") -> Page:
    """A page of somebody who went to ``wanted`` and had to log in on the way."""
    page = context.new_page()
    page.goto(address + wanted)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(address + wanted)
    return page


def as_somebody(chromium: Browser, address: str, username: str, wanted: str = "/") -> Page:
    return log_in(chromium.new_context(viewport={"width": 1366, "height": 768}), address, username, wanted)


@pytest.mark.timeout(180)
def test_a_film_goes_from_the_operators_hands_to_the_boxes(chromium: Browser, served: str, films: Path) -> None:  # noqa: F811
    operator = as_somebody(chromium, served, "zhou", "/courses/new")
    operator.get_by_label("课件名称").fill("大棚番茄 <育苗>")
    operator.get_by_label("类别").fill("种植 / 蔬菜")
    operator.get_by_label("供课单位").fill("县农业农村局")
    operator.get_by_label("视频文件").set_input_files(str(films / "good.mp4"))
    operator.get_by_role("button", name="建立课件并上传").click()
    expect(operator).to_have_url(f"{served}/courses/course-101")
    expect(operator.get_by_role("status")).to_contain_text("1 个视频正在转码")
    expect(operator.get_by_role("link", name="360p")).to_be_visible(timeout=PATIENCE_MS)  # it came without a key press
    operator.evaluate("() => { const v = document.querySelector('video'); v.muted = true; return v.play(); }")
    operator.wait_for_function("() => document.querySelector('video').currentTime > 0.3")

    for username, button in (("li", "初审通过"), ("wang", "复审通过")):
        reviewer = as_somebody(chromium, served, username, "/courses/course-101")
        reviewer.get_by_label("审核口令").fill(PASSPHRASE[username])
        reviewer.get_by_role("button", name=button).click()
        expect(reviewer.get_by_role("status")).to_contain_text("已签名")

    leader = as_somebody(chromium, served, "chen", "/courses/course-101")
    leader.get_by_role("button", name="签发").click()
    expect(leader.locator(".steps")).to_contain_text("已发布 ✓")
    leader.goto(served + "/publication")
    expect(leader.get_by_role("row", name="陈签").first).to_contain_text("课件目录")
    document = Repository(published_folder()).read(course_path("course-101"))
    assert decode_document(documents.Course, document, "course-101").title == "大棚番茄 <育苗>"


@pytest.mark.timeout(120)
def test_a_box_is_bound_by_the_code_on_its_tv(chromium: Browser, served: str) -> None:
    key = SigningKey.generate()
    code = issue_code(key.public_bytes, "1.0", "10.0.0.9", datetime.now(UTC)).code
    page = as_somebody(chromium, served, "zhou", "/sites")
    page.get_by_label("名称").fill("清泉")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="清泉村站点").click()
    wrong = "111111" if code != "111111" else "222222"
    page.get_by_label("绑定码").fill(wrong)
    page.get_by_role("button", name="开通这个站点").click()
    expect(page.get_by_role("alert")).to_contain_text("没有机顶盒正在显示这个绑定码")
    page.get_by_label("绑定码").fill(code)
    page.get_by_role("button", name="开通这个站点").click()
    expect(page.get_by_role("status")).to_contain_text("已把机顶盒绑定到“清泉村站点”")
    assert Box.objects.get().site_id == "site-clear-spring"
    document = Repository(published_folder()).read(box_path(key.fingerprint))
    assert decode_document(documents.Box, document, "box").site.name == "清泉村站点"


@pytest.mark.timeout(120)
def test_a_form_shows_only_what_a_choice_asks_for(chromium: Browser, served: str) -> None:
    Playlist.objects.create(id="spring", title="春耕")
    page = as_somebody(chromium, served, "zhou", "/sessions/new")
    township, site, weekday = (page.get_by_label(name, exact=True) for name in ("乡镇", "站点", "星期几"))
    until = page.get_by_label("到哪天为止")
    for choice, shown in (
        ("全县", []), ("一个乡镇", [township]), ("一个站点", [site]),
        ("每周", [site, until]), ("每月", [site, weekday, until]), ("一次", [site]),
    ):  # fmt: skip
        page.get_by_label(choice, exact=True).first.check()
        assert [one for one in (township, site, weekday, until) if one.is_visible()] == shown, choice


@pytest.mark.timeout(120)
def test_the_pages_do_their_work_without_javascript(chromium: Browser, served: str, films: Path) -> None:  # noqa: F811
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = log_in(context, served, "zhou", "/courses/new")
    page.get_by_label("课件名称").fill("水稻插秧")
    page.get_by_label("类别").fill("种植")
    page.get_by_label("供课单位").fill("省远教中心")
    page.get_by_label("视频文件").set_input_files(str(films / "good.mp4"))
    page.get_by_role("button", name="建立课件并上传").click()
    expect(page.get_by_role("status")).to_contain_text("1 个视频正在转码")
    assert Course.objects.get().lessons.get().title == "good"
    for wanted in ("/", "/sites", "/courses", "/records", "/publication", "/sessions"):
        page.goto(served + wanted)
        assert page.locator("h1").count() == 1, wanted
        wider = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        assert not wider, f"{wanted} is wider than a telephone"
