"""The form of a live channel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from django import forms

from county.channels.editing import ChannelWish
from county.channels.models import Channel
from county.pages.course_forms import EMPTY
from playlists.documents import Window

_SPAN = re.compile(r"(\d{1,2}:\d\d)\s*[-–—~至到]\s*(\d{1,2}:\d\d)")
_LEFT_OVER = re.compile(r"[\w:]")  # what may not stand between two spans


class ChannelForm(forms.Form):
    """A channel as the office types it."""

    name = forms.CharField(
        label="名称", max_length=200, error_messages=EMPTY, help_text="电视上显示的名称，例如：省远教直播。"
    )
    url = forms.CharField(
        label="地址",
        max_length=500,
        error_messages=EMPTY,
        help_text="http(s)://、rtp://、udp:// 或 rtsp:// 开头，例如 http://live.example/1/index.m3u8、rtp://@239.1.2.3:5004。",
    )
    times = forms.CharField(
        label="播出时段",
        required=False,
        max_length=200,
        help_text="每天的时段，例如 08:00-11:30、19:00-21:00；不填为全天。",
    )

    def clean_url(self) -> str:
        """Say what an address must begin with."""
        url: str = self.cleaned_data["url"].strip()
        if not re.match("^(udp|rtp|http|https|rtsp)://[^ ]+$", url):
            raise forms.ValidationError("地址应以 http://、https://、rtp://、udp:// 或 rtsp:// 开头，中间没有空格。")
        return url

    def clean_times(self) -> tuple[dict[str, Any], ...]:
        """Return the times as windows."""
        typed = self.cleaned_data["times"].strip()
        spans = _SPAN.findall(typed)
        if _LEFT_OVER.search(_SPAN.sub("", typed)) or not all(_is_time(at) for span in spans for at in span):
            raise forms.ValidationError("时段不对，例如 08:00-11:30、19:00-21:00。")
        return tuple({"start": start.zfill(5), "end": end.zfill(5)} for start, end in spans)

    def wish(self) -> ChannelWish:
        """Return the channel as its room takes it; only after ``is_valid``."""
        values = self.cleaned_data
        return ChannelWish(values["name"], values["url"], values["times"])


def typed_channel(channel: Channel) -> dict[str, str]:
    """Return what the form of a saved channel shows."""
    return {"name": channel.name, "url": channel.url, "times": times_words(windows_of(channel))}


def times_words(times: Iterable[Window]) -> str:
    """Return ``08:00-11:30、19:00-21:00``; empty for always."""
    return "、".join(f"{one.start}-{one.end}" for one in times)


def windows_of(channel: Channel) -> list[Window]:
    """Return the times of a saved channel."""
    return msgspec.convert(channel.times, list[Window])


def _is_time(text: str) -> bool:
    hours, _, minutes = text.partition(":")
    return int(hours) < 24 and int(minutes) < 60
