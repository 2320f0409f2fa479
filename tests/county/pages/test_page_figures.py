"""The figures of a month, the trace from each of them to the entries, and the files for a spreadsheet."""

from __future__ import annotations

import re
from typing import get_args, get_type_hints

import msgspec
import pytest
from django.test import override_settings

from county.channels.models import Channel
from county.configuration import Configuration
from county.figures.models import SiteMonth
from county.inbox.taking import take
from county.pages.entry_words import field_word
from county.pages.templatetags.county import ENTRIES
from county.places.models import Site
from playlists.entries import (
    AnyBody,
    ClockChange,
    Correction,
    Health,
    Rating,
    Recorded,
    RecordingCancelled,
    RecordingDeleted,
    RecordingPlanned,
    SelfCheck,
    SessionHeld,
)
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.pages.test_page_records import held, table, told
from tests.county.world import NOW, WALL_MS, County, TestBox, heads, play, released_course

MARCH = "month=2026-03"
SITE = f"/figures/site-clear-spring?{MARCH}"
HOUR_MS = 3_600_000


def evening() -> list[object]:
    """A session of two lessons with heads, the first lesson again on the same evening, and a look at another."""
    return [
        play(), play(lesson="lesson-2", started_wall_ms=WALL_MS + 700_000, segments=((0, 1_500_000),)), held(), heads(),
        play(why="menu", session="", started_wall_ms=WALL_MS + 2 * HOUR_MS, segments=((0, 300_000),)),
        play(why="menu", session="", course="course-9", started_wall_ms=WALL_MS + 3 * HOUR_MS, segments=((0, 60_000),)),
    ]  # fmt: skip


def test_a_township_and_its_sites_show_what_was_held_and_what_counts(browse: Browse, county: County) -> None:
    told(county, *evening())
    words = text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "石桥乡 1 1 27 0.6 0.6 0.7" in words
    assert "柳树镇 1 0 0 0.0 0.0 0.0" in words
    assert "合计 2 1 27 0.6" in words
    assert "有效学习时长 0.6 小时 口径：同一课同一天在一个站点只计最长的一次" in words
    assert "不足 2 分钟的不计，每个课每天最多计 60 分钟" in words
    assert "来源：机顶盒自动上报" in words
    assert "截止" in words
    words = text(browse("zhou").get(f"/figures?{MARCH}&township=stone-bridge"))
    assert "清泉村站点 1 27 0.6" in words
    assert "柳湾村站点" not in words
    assert "柳湾村站点 0 0 0.0" in text(browse("zhou").get(f"/figures?{MARCH}&by=site"))


def test_a_live_channel_has_no_lesson_and_no_height(browse: Browse, county: County) -> None:
    box = told(county, play(why="live", session="", course="channel-1", lesson="live", height=0))
    assert "课件 channel-1 课 — " in text(browse("zhou").get(f"/entries/{box.id}/1"))
    line = text(browse("zhou").get(SITE)).partition("每一次播放")[2]
    assert "channel-1 直播" in line
    assert "0p" not in text(browse("zhou").get(f"/records/plays?{MARCH}"))


def test_a_recording_is_named_by_its_channel_and_its_time_and_does_not_count(browse: Browse, county: County) -> None:
    shown = play(why="menu", session="", course="channel-1", lesson="@2026-03-04T19:30/2", height=0, blob="")
    box = told(county, shown)
    line = text(browse("zhou").get(SITE)).partition("每一次播放")[2]
    assert "channel-1 录像 2026-03-04 19:30 第 2 段 点播" in line
    assert "直播录像，不计" in line
    assert "课 录像 2026-03-04 19:30 第 2 段" in text(browse("zhou").get(f"/entries/{box.id}/1"))


def test_an_entrys_lists_and_ratings_are_told_in_words(browse: Browse, county: County) -> None:
    check = SelfCheck(codes=("L01",), results={"line": "L01", "clock": "good", "heat": "unknown"}, temperature_c=None)
    rating = Rating(session="spring@2026-03-06T19:30", course="", value=3)
    box = told(county, check, rating, Health(version="1", generation=1, free_bytes=1, stored_bytes=1, fetched_bytes=1))
    shown = [text(browse("zhou").get(f"/entries/{box.id}/{seq}")).partition("字节和校验值")[0] for seq in (1, 2, 3)]
    assert "L01 连不上网络" in shown[0]
    assert "网络 L01、时间 正常、温度 不明" in shown[0]
    assert "评价 满意" in shown[1]
    assert not [words for words in shown if set(words) & set("{}'")]


def test_what_a_site_records_is_told_in_words(browse: Browse, county: County) -> None:
    plan = RecordingPlanned(
        plan="r1", channel="channel-1", title="省远教直播", starts="2026-03-04T19:30", minutes=60, repeat="weekly"
    )
    came = Recorded(
        plan="r1", channel="channel-1", title="省远教直播", starts="2026-03-04T19:30", minutes=60, length_ms=1_500_000,
        parts=2, bytes=300_000_000, ended="full",
    )  # fmt: skip
    box = told(county, plan, RecordingCancelled(plan="r1"), came, RecordingDeleted(channel="channel-1", starts="x"))
    shown = [text(browse("zhou").get(f"/entries/{box.id}/{seq}")) for seq in (1, 2, 3, 4)]
    for kind, words in zip(("站点安排录制", "站点取消录制", "直播录制", "删除录像"), shown, strict=True):
        assert kind in words
    assert "开始 2026-03-04T19:30 计划分钟 60 重复 每周" in shown[0]
    assert "录下 25分00秒 段数 2 大小 300.0 MB 结束情况 空间不够" in shown[2]


def test_every_counted_minute_leads_to_its_play_and_entry_and_the_rest_says_why_not(
    browse: Browse, county: County
) -> None:
    released_course(county)
    box = told(county, *evening())
    answer = browse("zhou").get(SITE)
    words = text(answer)
    assert "计入 2 35分00秒" in words
    assert "太短，不计 1 1分00秒" in words
    assert "当日已计最长的一次 1 5分00秒" in words
    assert "合计放出 4 41分00秒" in words
    assert re.search(r"16:00 lesson-1 集中学习 10分00秒 10分00秒|食用菌栽培 第1课 集中学习 10分00秒 10分00秒", words)
    assert "点播 5分00秒 — 当日已计最长的一次" in words
    assert f'href="/entries/{box.id}/1"' in answer.content.decode()
    words = text(browse("zhou").get(f"/entries/{box.id}/1"))
    assert "第 1 条原始记录" in words
    assert "与前一条的衔接 衔接" in words
    assert "放出的片段 0秒–10分00秒" in words
    assert "方式 集中学习" in words
    assert box.raws[0].hex() in words


def test_a_correction_changes_the_figure_visibly_and_leads_to_its_entry(browse: Browse, county: County) -> None:
    change = [Correction(seq=3, field=field, was=was, now=was - 1, reason="多算一人") for field, was in
              (("present", 27), ("villagers", 9))]  # fmt: skip
    box = told(county, play(), held(), heads(), *change)
    assert "石桥乡 1 1 26" in text(browse("zhou").get(f"/figures?{MARCH}"))
    answer = browse("zhou").get(SITE)
    assert "已更正：实到由 27 改为 26（多算一人， 记录 4 ）" in text(answer)
    assert f'href="/entries/{box.id}/4"' in answer.content.decode()
    words = text(browse("zhou").get(f"/entries/{box.id}/4"))
    assert "更正哪一条 3 更正哪一项 实到 原为 27 改为 26 原因 多算一人" in words


def test_oddities_are_shown_beside_the_figures_and_nothing_is_dropped(browse: Browse, county: County) -> None:
    night = play(course="course-9", why="menu", session="", started_wall_ms=WALL_MS + 11 * HOUR_MS + 600_000)
    told(county, held(), heads(present=300, members=30, villagers=270), night)
    words = text(browse("zhou").get(f"/figures?{MARCH}&township=stone-bridge"))
    assert "清泉村站点 1 0 0.2 0.0 0.2 0.2 1" in words
    words = text(browse("zhou").get(SITE))
    assert "待核实：集中学习当中没有播放记录" in words
    assert "待核实：人数异常（实到 300 人，远多于应到 30 人）" in words
    assert "待核实：凌晨播放" in words
    assert "300" in words


def test_plays_of_an_unset_clock_are_in_no_month_and_are_told(browse: Browse, county: County) -> None:
    box = TestBox().bound(county).say_at(play(started_wall_ms=1_000), 1, 700_000, 601_000, "unknown")
    take(box.envelope(), NOW)
    assert "有 1 次播放时间不明" in text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "另有 1 次播放时间不明" in text(browse("zhou").get(SITE))
    box.say_at(ClockChange(by_ms=WALL_MS, trust="trusted"), 1, 800_000, WALL_MS, "trusted")
    take(box.envelope(first=2), NOW)
    assert "石桥乡 1 0 0 0.2" in text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "时间不明" not in text(browse("zhou").get(f"/figures?{MARCH}"))


def test_other_rules_of_the_county_change_the_figures_and_the_words(browse: Browse, county: County) -> None:
    told(county, *evening())
    other = Configuration(counted_from_s=45, counted_up_to_min=30, programme="course", same_day="every")
    with override_settings(CONFIGURATION=other):
        words = text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "同一课同一天的每一次都计（断开后接着放的合为一次），不足 45 秒的不计，每个课件每天最多计 30 分钟" in words
    assert "石桥乡 1 1 27 0.5 0.5" in words


def test_without_records_a_month_says_so(browse: Browse) -> None:
    words = text(browse("zhou").get("/figures/site-clear-spring"))
    assert "这个月没有播放记录" in words
    assert "这个月没有集中学习记录" in words


def test_a_clerk_sees_the_figures_of_the_own_township_only(browse: Browse, county: County) -> None:
    box = told(county, play(), site="site-willow-bay")
    client = browse("sun")
    words = text(client.get(f"/figures?{MARCH}"))
    assert "清泉村站点" in words
    assert "柳" not in words
    assert "柳湾村" not in b"".join(client.get(f"/figures.csv?{MARCH}").streaming_content).decode()
    for address in ("/figures/site-willow-bay", "/figures/site-willow-bay.csv", f"/entries/{box.id}/1"):
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "不属于您的乡镇" in text(answer)
    assert browse("zhou").get(f"/entries/{box.id}/1").status_code == 200
    assert browse("zhou").get(f"/entries/{box.id}/2").status_code == 404
    assert browse("zhou").get("/entries/none/1").status_code == 404


def test_an_entry_beyond_a_gap_and_one_of_a_newer_version_are_shown(browse: Browse, county: County) -> None:
    box = TestBox().bound(county, Site.objects.get(pk="site-clear-spring")).say(play(), play())
    take(box.envelope(first=2), NOW)
    assert "前面的记录尚未收到" in text(browse("zhou").get(f"/entries/{box.id}/2"))
    box.raws.append(msgspec.msgpack.encode([3, 1, 1, 1, "trusted", ["hologram", 7, "<b>"]]))
    take(box.envelope(first=3), NOW)
    assert "hologram 机顶盒的时间" in text(browse("zhou").get(f"/entries/{box.id}/3"))
    assert "第 1 项 7 第 2 项 <b>" in text(browse("zhou").get(f"/entries/{box.id}/3"))


@pytest.mark.parametrize("number", range(len(get_args(AnyBody))))
def test_an_entry_of_any_kind_is_shown_in_words(browse: Browse, county: County, number: int) -> None:
    kind = get_args(AnyBody)[number]
    values = {int: 3, bool: True, str: "x", dict[str, int]: {"journal": 5}, dict[str, str]: {"line": "N01"}}
    values |= {tuple[str, ...]: ("N01",)}
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name[0] != "_"}
    body = {name: values.get(hint, get_args(hint)[0] if get_args(hint) else None) for name, hint in hints.items()}
    body |= {name: ((0, 5),) for name in hints if name == "segments"}
    body |= {name: None for name, hint in hints.items() if type(None) in get_args(hint)}
    box = told(county, kind(**body))
    assert "第 1 条原始记录" in text(browse("zhou").get(f"/entries/{box.id}/1"))
    assert str(kind.__struct_config__.tag) in ENTRIES
    assert {name for name in hints if field_word(name) == name} == set()


def test_the_files_hold_the_sum_the_definition_and_every_play(browse: Browse, county: County) -> None:
    told(county, *evening())
    answer = browse("zhou").get(f"/figures.csv?{MARCH}")
    assert answer["Content-Disposition"] == 'attachment; filename="figures-2026-03.csv"'
    title, head, *rows = table(answer)
    assert title[:2] == ["学习统计", "2026-03"]
    assert title[4].startswith("口径：同一课同一天")
    first = dict(zip(head, rows[0], strict=True))
    assert (first["站点"], first["集中学习场次"], first["收看人次"], first["有效学习分钟"]) == (
        "清泉村站点",
        "1",
        "27",
        "35.0",
    )
    assert rows[-1][1] == "合计"
    assert [float(row[4]) for row in rows] == [35.0, 0.0, 35.0]
    _, head, *rows = table(browse("zhou").get(f"/figures/site-clear-spring.csv?{MARCH}"))
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(line["计入秒数"], line["不计原因"]) for line in lines] == [
        ("600", ""), ("1500", ""), ("0", "当日已计最长的一次"), ("0", "太短，不计"),
    ]  # fmt: skip
    assert [line["记录号"] for line in lines] == ["1", "2", "5", "6"]


def test_a_live_channel_that_was_watched_is_named_and_not_counted(browse: Browse, county: County) -> None:
    Channel.objects.create(id="province", name="省远教直播", url="http://192.0.2.1/live.ts")
    hour = ((0, HOUR_MS),)
    live = play(why="live", session="", course="province", lesson="live", segments=hour, height=0, blob="")
    told(county, live, play(started_wall_ms=WALL_MS + 2 * HOUR_MS))
    words = text(browse("zhou").get(f"/figures/site-clear-spring?{MARCH}"))
    assert "省远教直播" in words
    assert "直播，不计 1 1小时00分" in words
    assert "分钟，直播不计；日期按" in words
    assert SiteMonth.objects.get(site="site-clear-spring").effective_ms == 600_000
    _, head, first, _ = table(browse("zhou").get(f"/figures/site-clear-spring.csv?{MARCH}"))
    line = dict(zip(head, first, strict=True))
    assert (line["方式"], line["放出秒数"], line["计入秒数"], line["不计原因"]) == ("直播", "3600", "0", "直播，不计")


@pytest.mark.parametrize(
    "query", ["month=all", "month=x", "township=none", "page=9&by=site", "month=9999-12", "by=%27"]
)
def test_odd_questions_show_a_page(browse: Browse, query: str) -> None:
    assert browse("zhou").get(f"/figures?{query}").status_code == 200
    assert browse("zhou").get(f"/figures/site-clear-spring?{query}").status_code == 200


def test_a_session_of_another_form_needs_no_film(browse: Browse, county: County) -> None:
    lecture = SessionHeld(session="l@1", title="测土配方", form="lecture", started_wall_ms=WALL_MS,
                          ended_wall_ms=WALL_MS + HOUR_MS, ended="held")  # fmt: skip
    told(county, lecture, heads(session="l@1"))
    words = text(browse("zhou").get(SITE))
    assert "测土配方 （现场授课）" in words or "测土配方（现场授课）" in words
    assert "待核实：" not in words


def test_a_joint_session_stands_in_both_villages_and_leads_to_the_same_entry(browse: Browse, county: County) -> None:
    box = told(county, play(), held(neighbour="柳湾村"), heads(neighbours=12))
    words = text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "柳树镇 1 1 邻村 1 12 0.0" in words
    assert "合计 2 2 邻村 1 39" in words
    assert "其中邻村代为清点 12 人次" in words
    answer = browse("zhou").get(f"/figures/site-willow-bay?{MARCH}")
    assert "到邻村参加的集中学习（联合学习） 1 场" in text(answer)
    assert "春耕培训 清泉村站点 12 计入本村场次和人次 3" in text(answer)
    assert f'href="/entries/{box.id}/3"' in answer.content.decode()
    assert "联合学习：邻村 12 人，记在 邻村站点 ，不计入本站点" in text(browse("zhou").get(SITE))
    _, head, *rows = table(browse("zhou").get(f"/figures.csv?{MARCH}"))
    guest = next(dict(zip(head, row, strict=True)) for row in rows if row[1] == "柳湾村站点")
    assert (guest["收看人次"], guest["其中邻村代计场次"], guest["其中邻村代计人次"]) == ("12", "1", "12")


def test_a_clerk_reads_the_neighbours_entry_from_which_his_figures_are_drawn(browse: Browse, county: County) -> None:
    box = told(county, play(), held(neighbour="清泉村"), heads(neighbours=12), site="site-willow-bay")
    client = browse("sun")
    assert f"/entries/{box.id}/3" in client.get(SITE).content.decode()
    assert [client.get(f"/entries/{box.id}/{seq}").status_code for seq in (1, 2, 3)] == [403, 200, 200]


def test_sessions_entered_by_hand_are_named_wherever_sessions_are_counted(browse: Browse, county: County) -> None:
    told(county, held(by_hand=True), heads())
    said = "来源：机顶盒自动上报，其中补登（没有用机顶盒，事后登记）1 场"
    assert said in text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "石桥乡 1 1 补登 1 27" in text(browse("zhou").get(f"/figures?{MARCH}"))
    assert "春耕培训（补登）" in text(browse("zhou").get(SITE))
    assert "待核实：" not in text(browse("zhou").get(SITE))
    assert said in text(browse("zhou").get(f"/records?{MARCH}"))
    for address in ("/figures.csv", "/records/sessions.csv"):
        assert said in table(browse("zhou").get(f"{address}?{MARCH}"))[0]
