"""What a live channel costs the line, and of which people are asked."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from player.core.facts import Spent
from player.core.live_cost import left_bytes, reason_to_ask
from player.core.world import World
from playlists.documents import Caps, LiveChannel, Window
from tests.player.core.box import FILMS, TestBox, generation, store

OPEN, SHUT = (Window(start="16:00", end="17:00"),), (Window(start="22:00", end="06:00"),)  # NOW_MS is 16:40 there
METERED, CAPPED = Caps(monthly_bytes=4_000), Caps(bits_per_second=1_000_000)


def world(**settings: Any) -> World:
    box = TestBox().start(generation=generation(), store=replace(store(*FILMS), spent=Spent((2026, 3), {"live": 500})))
    return replace(box.world, settings=replace(box.world.settings, **settings))


def channel(url: str) -> LiveChannel:
    return LiveChannel(id="province", name="省远教直播", url=url)


@pytest.mark.parametrize("url", ["http://live.example/1", "https://live.example/1", "rtsp://live.example/1"])
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, None), ({"windows": OPEN}, None), ({"windows": SHUT}, "closed"), ({"caps": METERED}, "metered"),
        ({"caps": CAPPED}, "capped"), ({"windows": SHUT, "caps": METERED}, "closed"),
        ({"caps": Caps(bits_per_second=1, monthly_bytes=1)}, "metered"),
    ],
)  # fmt: skip
def test_people_are_asked_where_the_line_is_shut_metered_or_capped(
    url: str, settings: dict[str, Any], reason: str | None
) -> None:
    assert reason_to_ask(world(**settings), channel(url)) == reason


@pytest.mark.parametrize("url", ["udp://@239.1.2.3:5004", "rtp://@239.1.2.3:5004"])
def test_nobody_is_asked_about_a_channel_that_comes_by_multicast(url: str) -> None:
    assert reason_to_ask(world(windows=SHUT, caps=METERED), channel(url)) is None


def test_what_is_left_for_channels_leaves_what_sessions_need() -> None:
    assert left_bytes(world()) is None
    assert left_bytes(world(caps=METERED)) == 3_000 - 500
    assert left_bytes(world(caps=Caps(monthly_bytes=100))) == 0
