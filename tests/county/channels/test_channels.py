"""No stream reaches a television without two reviewers and the leader; a stop reaches all of them at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from county.channels import lists
from county.channels.editing import ChannelWish, present_list, propose, remove_channel, save_channel, set_stopped
from county.channels.models import Channel, ChannelList
from county.errors import NotAllowed, Refused
from county.folders import published_folder
from county.plans.information import PageWish, save_page
from county.plans.passing import pass_wording
from county.publishing.publish import publish
from county.signing import review
from playlists import documents
from playlists.codec import decode_document
from playlists.targets import LIVE, plan_path
from playlists.trust.repository import Repository
from tests.county.world import PASSPHRASE, County

CHANNELS = lists.CHANNELS
NEWS = ChannelWish("省远教直播", "http://live.example/1/index.m3u8", ({"start": "19:00", "end": "21:00"},))


def seen() -> list[str]:
    """The names of the channels that boxes see."""
    try:
        body = Repository(published_folder()).read(LIVE)
    except KeyError:
        return []
    return [one.name for one in decode_document(documents.Live, body, LIVE).channels]


def stopped() -> tuple[str, ...]:
    body = Repository(published_folder()).read(plan_path("county"))
    return decode_document(documents.Plan, body, "plan").stopped_channels


def passed(county: County, *wishes: ChannelWish) -> ChannelList:
    """Channels that went through everything."""
    for wish in wishes:
        save_channel(wish)
    found = propose(county.person("zhou"))
    for reviewer in ("li", "wang"):
        review.sign(CHANNELS, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    review.release(CHANNELS, found.sha256, county.person("chen"))
    return found


def test_a_list_is_seen_only_after_two_signatures_and_the_release(county: County) -> None:
    save_channel(NEWS)
    found = propose(county.person("zhou"))
    with pytest.raises(Refused, match="还没有两位审核员签名"):
        review.release(CHANNELS, found.sha256, county.person("chen"))
    review.sign(CHANNELS, found.sha256, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(Refused, match="还没有两位审核员签名"):
        review.release(CHANNELS, found.sha256, county.person("chen"))
    review.sign(CHANNELS, found.sha256, county.person("wang"), PASSPHRASE["wang"])
    publish()
    assert seen() == []
    review.release(CHANNELS, found.sha256, county.person("chen"))
    assert seen() == ["省远教直播"]
    assert CHANNELS.waiting() is None
    assert publish().roles == []


def test_nobody_signs_twice_and_nobody_else_at_all(county: County) -> None:
    save_channel(NEWS)
    found = propose(county.person("zhou"))
    review.sign(CHANNELS, found.sha256, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(Refused, match="另一位审核员"):
        review.sign(CHANNELS, found.sha256, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(Refused, match="口令不正确"):
        review.sign(CHANNELS, found.sha256, county.person("wang"), "wrong")
    with pytest.raises(NotAllowed):
        review.sign(CHANNELS, found.sha256, county.person("zhou"), "x")
    with pytest.raises(NotAllowed):
        review.release(CHANNELS, found.sha256, county.person("li"))


def test_what_was_looked_at_is_what_is_signed(county: County) -> None:
    save_channel(NEWS)
    before = propose(county.person("zhou"))
    save_channel(ChannelWish("另一个", "rtp://@239.1.2.3:5004"))
    propose(county.person("zhou"))
    with pytest.raises(Refused, match="有改动"):
        review.sign(CHANNELS, before.sha256, county.person("li"), PASSPHRASE["li"])


def test_a_change_is_not_seen_before_it_has_gone_through_everything(county: County) -> None:
    passed(county, NEWS)
    save_channel(ChannelWish("改名", NEWS.url), Channel.objects.get())
    publish()
    assert seen() == ["省远教直播"]
    propose(county.person("zhou"))
    with pytest.raises(Refused, match="没有改动"):
        propose(county.person("zhou"))
    found = CHANNELS.waiting()
    assert found is not None
    for reviewer in ("wang", "zhao"):
        review.sign(CHANNELS, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    review.release(CHANNELS, found.sha256, county.person("chen"))
    assert seen() == ["改名"]


def test_what_was_once_seen_needs_new_signatures_to_be_seen_again(county: County) -> None:
    passed(county, NEWS)
    saved = save_channel(ChannelWish("改名", NEWS.url), Channel.objects.get())
    passed(county)
    save_channel(NEWS, saved)
    again = propose(county.person("zhou"))
    assert not CHANNELS.is_signed(again)
    for reviewer in ("li", "zhao"):
        review.sign(CHANNELS, again.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    review.release(CHANNELS, again.sha256, county.person("chen"))
    assert seen() == ["省远教直播"]


def test_a_stop_and_a_removal_need_nobody_else_and_a_stop_can_be_taken_back(county: County) -> None:
    passed(county, NEWS, ChannelWish("另一个", "udp://@239.1.2.3:5004"))
    first, second = Channel.objects.all()
    set_stopped(first, stopped=True)
    remove_channel(second)
    publish()
    assert set(stopped()) == {first.pk, second.pk}
    assert seen() == ["省远教直播", "另一个"]
    set_stopped(first, stopped=False)
    publish()
    assert stopped() == (second.pk,)


@pytest.mark.parametrize(
    "wish",
    [
        ChannelWish("", NEWS.url),
        ChannelWish("名" * 201, NEWS.url),
        ChannelWish("名", "file:///etc/passwd"),
        ChannelWish("名", "javascript:alert(1)"),
        ChannelWish("名", NEWS.url, ({"start": "25:00", "end": "26:00"},)),
    ],
)
def test_what_no_box_could_read_is_refused(county: County, wish: ChannelWish) -> None:
    with pytest.raises(Refused, match="频道的设置有误"):
        save_channel(wish)
    assert not Channel.objects.exists()


def test_a_courses_release_leaves_the_channels_alone_and_the_other_way_round(county: County) -> None:
    passed(county, NEWS)
    pass_wording(save_page("county", PageWish("天气", "晴"), county.person("zhou")).pk, county.person("li"))
    roles = publish().roles
    assert "pages" in roles
    assert "live" not in roles
    assert decode_document(documents.Live, present_list(), LIVE).channels[0].times[0].start == "19:00"


def test_after_a_restore_two_reviewers_sign_the_same_list_once_more(county: County) -> None:
    found = passed(county, NEWS)
    publish(now=timezone.now() + timedelta(hours=1), restored=True)
    assert CHANNELS.waiting() == found
    assert not CHANNELS.is_signed(found)
    for reviewer in ("li", "wang"):
        review.sign(CHANNELS, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    publish(now=timezone.now() + timedelta(hours=2))
    assert CHANNELS.waiting() is None
    assert seen() == ["省远教直播"]


def test_what_is_sent_back_waits_no_longer_and_may_be_proposed_again(county: County) -> None:
    before = passed(county, NEWS)
    save_channel(ChannelWish("改名", NEWS.url), Channel.objects.get())
    found = propose(county.person("zhou"))
    review.sign(CHANNELS, found.sha256, county.person("wang"), PASSPHRASE["wang"])
    with pytest.raises(Refused, match="请写明退回的原因"):
        review.refuse(CHANNELS, found.sha256, county.person("li"), "  ")
    with pytest.raises(NotAllowed):
        review.refuse(CHANNELS, found.sha256, county.person("zhou"), "不对")
    review.refuse(CHANNELS, found.sha256, county.person("li"), "名称不对")
    assert CHANNELS.waiting() is None
    with pytest.raises(Refused, match="有改动"):
        review.sign(CHANNELS, found.sha256, county.person("li"), PASSPHRASE["li"])
    publish()
    assert CHANNELS.published() == before.sha256
    again = propose(county.person("zhou"))
    assert (again, again.reason) == (found, "")
    review.sign(CHANNELS, again.sha256, county.person("li"), PASSPHRASE["li"])
    review.release(CHANNELS, again.sha256, county.person("chen"))
    assert seen() == ["改名"]


def test_what_is_released_cannot_be_sent_back_though_publishing_failed(county: County) -> None:
    found = passed(county, NEWS)
    publish(now=timezone.now() + timedelta(hours=1), restored=True)
    with pytest.raises(Refused, match="已经签发"):
        review.refuse(CHANNELS, found.sha256, county.person("li"), "名称不对")
