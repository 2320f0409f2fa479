"""Logging in and out; every page asks who is there."""

from __future__ import annotations

import pytest
from django.test import Client

from county.accounts.models import Person
from county.pages.urls import urlpatterns
from tests.county.page_text import text
from tests.county.world import County

OPEN = {"login", "logout"}
ADDRESSES = sorted(
    "/"
    + str(one.pattern)
    .replace("<slug:key>", "x")
    .replace("<slug:lesson>", "y")
    .replace("<slug:stop>", "z")
    .replace("<int:key>", "1")
    for one in urlpatterns
    if str(one.pattern) not in OPEN
)


def test_whoever_has_not_logged_in_is_sent_to_the_log_in(county: County) -> None:
    for address in ADDRESSES:
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/login?next=%2F"), address


@pytest.fixture(autouse=True)
def quick_password(county: County) -> None:
    """Let the operator's password be one that the present hasher made."""
    person = Person.objects.get(username="zhou")
    person.set_password("a long password")
    person.save()


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


def test_an_empty_field_is_named(county: County) -> None:
    assert "请填写密码。" in text(Client().post("/login", {"username": "zhou", "password": ""}))


def test_logging_out_needs_a_post_and_closes_the_pages(county: County) -> None:
    client = Client()
    client.force_login(county.person("zhou"))
    assert client.get("/logout").status_code == 405
    assert client.post("/logout")["Location"] == "/login"
    assert client.get("/").status_code == 302
