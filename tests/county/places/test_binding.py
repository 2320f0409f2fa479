"""Codes join boxes to sites: short-lived, used once, not to be guessed or collected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from county.errors import NotAllowed, Refused
from county.folders import published_folder
from county.places import binding
from county.places.binding import bind, issue_code, move_box, revoke_box
from county.places.models import BindingCode, Box, Site
from playlists import documents
from playlists.codec import decode_document
from playlists.errors import FailedAttempt
from playlists.keys import SigningKey
from playlists.targets import box_path
from playlists.trust.repository import Repository
from tests.county.world import County, TestBox


def code_of(key: SigningKey, address: str = "10.0.0.9") -> BindingCode:
    return issue_code(key.public_bytes, "1.0", address, timezone.now())


def document(box: str) -> documents.Box:
    return decode_document(documents.Box, Repository(published_folder()).read(box_path(box)), box)


def test_a_code_binds_its_box_to_a_site_and_the_box_s_document_is_published(any_county: County) -> None:
    key = SigningKey.generate()
    row, publication = bind(code_of(key).code, any_county.site, any_county.person("zhou"))
    found = document(key.fingerprint)
    assert publication.problems == []
    assert row.pk == found.id == key.fingerprint
    assert (found.site.name, found.site.township, found.site.county) == ("清泉村站点", "石桥乡", "示范县")
    assert found.groups == ("county", "township-stone-bridge", "site-site-clear-spring")


def test_the_same_live_code_is_shown_until_it_runs_out(county: County) -> None:
    key = SigningKey.generate()
    first = code_of(key)
    assert code_of(key).pk == first.pk
    BindingCode.objects.update(expires_at=timezone.now())
    assert code_of(key).pk != first.pk


def test_a_code_works_once(county: County) -> None:
    code = code_of(SigningKey.generate()).code
    bind(code, county.site, county.person("zhou"))
    with pytest.raises(Refused, match="没有机顶盒正在显示"):
        bind(code, county.site, county.person("zhou"))


def test_a_code_older_than_ten_minutes_does_not_work(county: County) -> None:
    row = issue_code(SigningKey.generate().public_bytes, "", "10.0.0.9", timezone.now() - timedelta(minutes=10))
    with pytest.raises(Refused, match="没有机顶盒正在显示"):
        bind(row.code, county.site, county.person("zhou"))


def test_guessing_is_stopped_even_if_the_next_guess_were_right(county: County) -> None:
    code = code_of(SigningKey.generate()).code
    for _ in range(binding.WRONG_CODES_PER_PERSON):
        with pytest.raises(Refused):
            bind("x", county.site, county.person("zhou"))
    with pytest.raises(NotAllowed, match="输错次数过多"):
        bind(code, county.site, county.person("zhou"))
    assert bind(code, county.site, county.person("li"))[0].site == county.site


def test_codes_cannot_be_collected_from_one_address(county: County) -> None:
    for _ in range(binding.CODES_PER_ADDRESS):
        code_of(SigningKey.generate())
    with pytest.raises(FailedAttempt) as caught:
        code_of(SigningKey.generate())
    assert caught.value.retry_after_s == 600
    assert code_of(SigningKey.generate(), address="10.0.0.10").code


def test_a_clerk_binds_only_in_the_own_township(county: County) -> None:
    code = code_of(SigningKey.generate()).code
    with pytest.raises(NotAllowed, match="不属于您的乡镇"):
        bind(code, Site.objects.get(pk="site-willow-bay"), county.person("sun"))
    assert bind(code, county.site, county.person("sun"))[0].site == county.site


def test_a_box_moves_with_its_history(county: County) -> None:
    box = TestBox().bound(county)
    move_box(Box.objects.get(), Site.objects.get(pk="site-willow-bay"), county.person("zhou"))
    assert document(box.id).site.name == "柳湾村站点"
    assert [stay.until is None for stay in Box.objects.get().stays.all()] == [False, True]


def test_a_revoked_box_is_told_so_and_gets_no_code(county: County) -> None:
    box = TestBox().bound(county)
    with pytest.raises(NotAllowed):
        revoke_box(Box.objects.get(), county.person("sun"), "被盗")
    with pytest.raises(Refused, match="原因"):
        revoke_box(Box.objects.get(), county.person("zhou"), "")
    revoke_box(Box.objects.get(), county.person("zhou"), "被盗")
    assert document(box.id).revoked
    with pytest.raises(binding.BoxRevoked):
        code_of(box.key)


def test_a_move_does_not_bring_a_box_back_that_was_stopped_meanwhile(any_county: County) -> None:
    code = code_of(SigningKey.generate()).code
    seen, _ = bind(code, any_county.site, any_county.person("zhou"))
    revoke_box(Box.objects.get(), any_county.person("zhou"), "被盗")
    with pytest.raises(Refused, match="已停用"):
        move_box(seen, Site.objects.get(pk="site-willow-bay"), any_county.person("zhou"))
    box = Box.objects.get()
    assert (box.revoked, box.site, box.stays.count()) == (True, any_county.site, 1)


def test_a_bound_box_gets_no_code(county: County) -> None:
    with pytest.raises(binding.AlreadyBound):
        code_of(TestBox().bound(county).key)
