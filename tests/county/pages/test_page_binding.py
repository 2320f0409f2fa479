"""Binding a box by the code on its TV, moving it, stopping it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from county.places.binding import issue_code
from county.places.models import BindingCode, Box
from playlists.keys import SigningKey
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, TestBox

SITE = "/sites/site-clear-spring"


def code_of(key: SigningKey) -> str:
    return issue_code(key.public_bytes, "1.0", "10.0.0.9", datetime.now(UTC)).code


@pytest.mark.parametrize("username", ["zhou", "sun"])
def test_the_code_on_the_tv_binds_the_box(browse: Browse, username: str) -> None:
    key = SigningKey.generate()
    code = code_of(key)
    answer = browse(username).post(f"{SITE}/bind", {"code": f"{code[:3]} {code[3:]}"}, follow=True)
    assert answer.redirect_chain == [(SITE, 302)]
    assert "已把机顶盒绑定到“清泉村站点”" in text(answer)
    assert Box.objects.get(pk=key.fingerprint).site_id == "site-clear-spring"
    assert "运行中" in text(answer)  # it has just been heard: it asked for its code


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_said_beside_the_field(browse: Browse, typed: str) -> None:
    answer = browse("zhou").post(f"{SITE}/bind", {"code": typed})
    assert answer.status_code == 422
    assert "绑定码是电视上显示的六位数字" in text(answer)


def test_a_wrong_code_is_kept_in_the_field_with_the_reason(browse: Browse) -> None:
    answer = browse("zhou").post(f"{SITE}/bind", {"code": "000000"})
    assert answer.status_code == 422
    assert "没有机顶盒正在显示这个绑定码" in text(answer)
    assert 'value="000000"' in answer.content.decode()


def test_an_expired_code_says_that_it_expired(browse: Browse) -> None:
    code = code_of(SigningKey.generate())
    BindingCode.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert "已过期" in text(browse("zhou").post(f"{SITE}/bind", {"code": code}))


def test_a_used_code_says_that_it_was_used(browse: Browse) -> None:
    code, client = code_of(SigningKey.generate()), browse("zhou")
    client.post(f"{SITE}/bind", {"code": code})
    assert "已经用过了" in text(client.post("/sites/site-willow-bay/bind", {"code": code}))
    assert Box.objects.count() == 1


def test_after_many_wrong_codes_even_the_right_one_waits(browse: Browse) -> None:
    code, client = code_of(SigningKey.generate()), browse("zhou")
    for wrong in range(10):
        client.post(f"{SITE}/bind", {"code": f"{(int(code) + wrong + 1) % 1_000_000:06d}"})
    answer = client.post(f"{SITE}/bind", {"code": code})
    assert "输错次数过多" in text(answer)
    assert Box.objects.count() == 0


def test_stopping_a_box_needs_a_reason(browse: Browse, county: County) -> None:
    box, client = TestBox().bound(county), browse("zhou")
    answer = client.post(f"{SITE}/revoke", {"box": box.id, "reason": " "}, follow=True)
    assert "请填写停用原因" in text(answer)
    answer = client.post(f"{SITE}/revoke", {"box": box.id, "reason": "被盗"}, follow=True)
    assert "机顶盒已停用" in text(answer)
    assert Box.objects.get(pk=box.id).revoked


def test_a_box_of_another_site_is_not_stopped_from_here(browse: Browse, county: County) -> None:
    box = TestBox().bound(county)
    answer = browse("zhou").post("/sites/site-willow-bay/revoke", {"box": box.id, "reason": "错"})
    assert answer.status_code == 404
    assert not Box.objects.get(pk=box.id).revoked


def test_a_box_moves_to_the_site_that_was_named(browse: Browse, county: County) -> None:
    box, client = TestBox().bound(county), browse("zhou")
    assert "没有找到名称为“不存在”的站点" in text(
        client.post(f"{SITE}/move", {"box": box.id, "target": "不存在"}, follow=True)
    )
    client.post(f"{SITE}/move", {"box": box.id, "target": "柳湾村站点"})
    assert Box.objects.get(pk=box.id).site_id == "site-willow-bay"
