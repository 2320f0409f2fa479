"""Logging in and out; every page asks who is there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from county.accounts.models import Person, WrongPassword
from county.accounts.passwords import LIMIT, PAUSE
from county.pages.urls import urlpatterns
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County

OPEN = {"login", "logout"}
ADDRESSES = sorted(
    "/"
    + str(one.pattern)
    .replace("<slug:key>", "x")
    .replace("<slug:lesson>", "y")
    .replace("<slug:stop>", "z")
    .replace("<int:key>", "1")
    .replace("<str:box>", "b")
    .replace("<int:seq>", "1")
    for one in urlpatterns
    if str(one.pattern) not in OPEN
)


def test_whoever_has_not_logged_in_is_sent_to_the_log_in(county: County) -> None:
    for address in ADDRESSES:
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/login?next=%2F"), address


def test_after_the_log_in_the_wanted_page_opens(county: County) -> None:
    client = Client()
    answer = client.post("/login?next=/sites", {"username": "zhou", "password": "a long password", "next": "/sites"})
    assert answer["Location"] == "/sites"
    assert client.get("/sites").status_code == 200


def test_a_foreign_address_is_not_followed_after_the_log_in(county: County) -> None:
    wanted = {"username": "zhou", "password": "a long password", "next": "https://elsewhere.example/"}
    assert Client().post("/login", wanted)["Location"] == "/"


@pytest.mark.parametrize("username", ["zhou", "nobody"])
def test_a_wrong_password_and_an_unknown_name_read_the_same(county: County, username: str) -> None:
    answer = Client().post("/login", {"username": username, "password": "wrong"})
    assert "用户名或密码不对，请再试一次" in text(answer)


def test_after_ten_wrong_passwords_even_the_right_one_waits_ten_minutes(county: County) -> None:
    for _ in range(LIMIT):
        Client().post("/login", {"username": "zhou", "password": "guess"})
    right = {"username": "zhou", "password": "a long password"}
    assert "密码输错次数过多，请十分钟后再试" in text(Client().post("/login", right))
    assert Client(REMOTE_ADDR="10.0.0.7").post("/login", right).status_code == 302
    WrongPassword.objects.update(at=timezone.now() - PAUSE)
    assert Client().post("/login", right).status_code == 302
    assert not WrongPassword.objects.filter(address="127.0.0.1").exists()


def test_names_that_nobody_bears_pause_alike(county: County) -> None:
    for _ in range(LIMIT):
        Client().post("/login", {"username": "nobody", "password": "guess"})
    assert "密码输错次数过多" in text(Client().post("/login", {"username": "nobody", "password": "guess"}))
    assert WrongPassword.objects.count() == LIMIT


def test_people_change_their_own_password_and_stay_logged_in_here_only(browse: Browse, county: County) -> None:
    here, elsewhere = browse("zhou"), browse("zhou")
    assert 'href="/password"' in here.get("/").content.decode()
    new = {"old_password": "a long password", "new_password1": "another long one", "new_password2": "another long one"}
    assert "密码已修改" in text(here.post("/password", new, follow=True))
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert Client().post("/login", {"username": "zhou", "password": "another long one"}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("guess", "another long one", "another long one"), "原密码不对"),
        (("a long password", "another long one", "another one"), "两次输入的新密码不一样"),
        (("a long password", "short", "short"), "密码至少 8 位。"),
        (("", "another long one", "another long one"), "请填写原密码"),
    ],
)
def test_a_new_password_that_cannot_be_is_refused_in_words(
    browse: Browse, county: County, typed: tuple[str, str, str], words: str
) -> None:
    fields = dict(zip(("old_password", "new_password1", "new_password2"), typed, strict=True))
    answer = browse("zhou").post("/password", fields)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert Person.objects.get(username="zhou").check_password("a long password")


def test_the_old_password_cannot_be_guessed_either(browse: Browse, county: County) -> None:
    client = browse("zhou")
    typed = {"new_password1": "another long one", "new_password2": "another long one"}
    for _ in range(LIMIT):
        client.post("/password", typed | {"old_password": "guess"})
    assert "密码输错次数过多" in text(client.post("/password", typed | {"old_password": "a long password"}))


def test_a_stranger_sends_no_large_body(county: County) -> None:
    film = {"username": "zhou", "password": "x" * 70_000}
    answer = Client().post("/login", film)
    assert (answer.status_code, "请先登录" in answer.content.decode()) == (403, True)


def test_cookies_given_over_tls_never_go_over_plain_http(county: County) -> None:
    right = {"username": "zhou", "password": "a long password"}
    far = Client(REMOTE_ADDR="10.0.0.7").post("/login", right, secure=True)
    assert far.cookies["sessionid"]["secure"]
    assert not Client().post("/login", right, secure=True).cookies["sessionid"]["secure"]


def test_an_empty_field_is_named(county: County) -> None:
    assert "请填写密码。" in text(Client().post("/login", {"username": "zhou", "password": ""}))


def test_logging_out_needs_a_post_and_closes_the_pages(county: County) -> None:
    client = Client()
    client.force_login(county.person("zhou"))
    assert client.get("/logout").status_code == 405
    assert client.post("/logout")["Location"] == "/login"
    assert client.get("/").status_code == 302
