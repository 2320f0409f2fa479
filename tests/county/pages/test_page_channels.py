"""Live channels in the browser, from typing one to its release."""

from __future__ import annotations

import pytest

from county.accounts.models import ReviewerKey
from county.channels.models import Channel, ChannelList
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import PASSPHRASE


def channel(**change: str) -> dict[str, str]:
    """A channel as typed."""
    return {"name": "省远教直播", "url": "http://live.example/1.m3u8", "times": "8:00-11:30，19:00至21:00"} | change


def test_a_channel_goes_through_all_hands(browse: Browse) -> None:
    assert "还没有频道" in text(browse("zhou").get("/channels"))
    answer = browse("zhou").post("/channels/new", channel(), follow=True)
    assert "省远教直播 http://live.example/1.m3u8 08:00-11:30、19:00-21:00 未签发" in text(answer)
    assert "已送审" in text(browse("zhou").post("/channels/propose", follow=True))
    seen = ChannelList.objects.get().sha256
    for reviewer in ("li", "wang"):
        shown = text(browse(reviewer).get("/channels"))
        assert "新增：省远教直播" in shown
        assert "直播 1" in shown
        wanted = {"list": seen, "passphrase": PASSPHRASE[reviewer]}
        assert "已签名" in text(browse(reviewer).post("/channels/sign", wanted, follow=True))
    assert "等待签发的频道表" in text(browse("chen").get("/channels"))
    assert "已签发" in text(browse("chen").post("/channels/release", {"list": seen}, follow=True))
    shown = text(browse("sun").get("/channels"))
    assert "站点可看" in shown
    assert "确定停播" not in shown


def test_a_channel_is_stopped_resumed_and_removed(browse: Browse) -> None:
    client = browse("zhou")
    client.post("/channels/new", channel())
    key = Channel.objects.get().pk
    assert "“省远教直播”已停播" in text(browse("li").post(f"/channels/{key}/stop", {"stopped": "yes"}, follow=True))
    assert "恢复播放" in text(client.post(f"/channels/{key}/stop", {"stopped": "no"}, follow=True))
    assert "已移除" in text(client.post(f"/channels/{key}/remove", follow=True))
    assert client.get(f"/channels/{key}").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "请填写这一项。"),
        ({"url": "file:///etc/passwd"}, "地址应以 http://"),
        ({"url": "http://a b"}, "中间没有空格"),
        ({"times": "晚上"}, "时段不对"),
        ({"times": "19:00-25:00"}, "时段不对"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    browse: Browse, change: dict[str, str], words: str
) -> None:
    answer = browse("zhou").post("/channels/new", channel(**change))
    assert answer.status_code == 422
    assert words in text(answer)
    assert change.get("times", "8:00-11:30，19:00至21:00") in answer.content.decode()
    assert not Channel.objects.exists()


def test_a_saved_channel_is_typed_as_it_was(browse: Browse) -> None:
    browse("zhou").post("/channels/new", channel())
    shown = browse("zhou").get(f"/channels/{Channel.objects.get().pk}").content.decode()
    assert 'value="08:00-11:30、19:00-21:00"' in shown


def released(browse: Browse) -> Channel:
    """A channel that boxes see."""
    browse("zhou").post("/channels/new", channel())
    browse("zhou").post("/channels/propose")
    seen = ChannelList.objects.get().sha256
    for reviewer in ("li", "wang"):
        browse(reviewer).post("/channels/sign", {"list": seen, "passphrase": PASSPHRASE[reviewer]})
    browse("chen").post("/channels/release", {"list": seen})
    return Channel.objects.get()


def test_a_reviewer_sees_what_a_change_was_before(browse: Browse) -> None:
    found = released(browse)
    browse("zhou").post(f"/channels/{found.pk}", channel(name="省台", times=""))
    browse("zhou").post("/channels/propose")
    shown = text(browse("li").get("/channels"))
    assert "改动：省远教直播 → 省台 http://live.example/1.m3u8 08:00-11:30、19:00-21:00 → 全天 送审" in shown
    browse("zhou").post(f"/channels/{found.pk}/remove")
    browse("zhou").post("/channels/propose")
    assert "移除：省远教直播 http://live.example/1.m3u8" in text(browse("li").get("/channels"))


def test_a_reviewer_sees_the_times_that_he_signs(browse: Browse) -> None:
    browse("zhou").post("/channels/new", channel())
    browse("zhou").post("/channels/propose")
    browse("zhou").post(f"/channels/{Channel.objects.get().pk}", channel(times=""))
    proposed = text(browse("li").get("/channels")).partition("送审：")[0]
    assert "新增：省远教直播 http://live.example/1.m3u8 08:00-11:30、19:00-21:00" in proposed


def test_a_wrong_passphrase_and_an_old_page_are_told(browse: Browse) -> None:
    browse("zhou").post("/channels/new", channel())
    browse("zhou").post("/channels/propose")
    seen = ChannelList.objects.get().sha256
    wrong = browse("li").post("/channels/sign", {"list": seen, "passphrase": "x"}, follow=True)
    assert "审核口令不正确" in text(wrong)
    old = browse("li").post("/channels/sign", {"list": "0" * 64, "passphrase": PASSPHRASE["li"]}, follow=True)
    assert "有改动" in text(old)


def test_a_reviewer_whose_key_is_elsewhere_is_told_how_he_signs(browse: Browse) -> None:
    browse("zhou").post("/channels/new", channel())
    browse("zhou").post("/channels/propose")
    assert "审核口令" in text(browse("li").get("/channels"))
    ReviewerKey.objects.filter(person__username="li").update(encrypted_private="")
    shown = text(browse("li").get("/channels"))
    assert "yuanjiao county sign export" in shown
    assert "审核口令" not in shown


def test_a_list_is_sent_back_with_a_reason_that_its_writer_reads(browse: Browse) -> None:
    browse("zhou").post("/channels/new", channel())
    browse("zhou").post("/channels/propose")
    seen = ChannelList.objects.get().sha256
    assert "请写明退回的原因" in text(browse("li").post("/channels/refuse", {"list": seen, "reason": ""}, follow=True))
    assert "已退回" in text(browse("li").post("/channels/refuse", {"list": seen, "reason": "地址不对"}, follow=True))
    shown = text(browse("zhou").get("/channels"))
    assert "频道表已退回（li" in shown
    assert "地址不对" in shown
    assert browse("zhou").post("/channels/refuse", {"list": seen, "reason": "x"}).status_code == 403
