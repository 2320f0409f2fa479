"""Plans are checked when they are saved, as the boxes will read them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from county.courses.models import Course
from county.courses.review import sign_awaited
from county.errors import NotAllowed, Refused
from county.folders import published_folder
from county.inbox.taking import take
from county.plans.models import Order, Session
from county.plans.planning import (
    Item,
    SessionWish,
    grant_order,
    refuse_order,
    save_plan,
    save_playlist,
    save_session,
)
from county.plans.stopping import stop_course
from county.publishing.publish import publish
from playlists import documents, entries
from playlists.codec import decode_document
from playlists.targets import plan_path
from playlists.trust.repository import Repository
from tests.county.world import NOW, PASSPHRASE, County, TestBox, ready_course, released_course


def plan(group: str = "county") -> documents.Plan:
    return decode_document(documents.Plan, Repository(published_folder()).read(plan_path(group)), group)


def wish(playlist: str) -> SessionWish:
    return SessionWish("春耕备耕", playlist, "2026-03-06T19:30", "FREQ=WEEKLY;BYDAY=FR", expected=30)


def test_a_saved_plan_is_published_as_it_was_saved(any_county: County) -> None:
    course = released_course(any_county, lessons=2)
    playlist = save_playlist("春耕", [Item(course.pk, ("lesson-2",))], any_county.person("zhou"))
    save_plan("township-stone-bridge", policy={"refresh_minutes": 30}, caps={"monthly_bytes": 10**9})
    session = save_session("township-stone-bridge", wish(playlist.pk))
    assert publish().problems == []
    found = plan("township-stone-bridge")
    assert found.caps.monthly_bytes == 10**9
    assert found.policy is not None
    assert found.policy.refresh_minutes == 30
    assert (found.sessions[0].id, found.sessions[0].recurrence) == (session.pk, "FREQ=WEEKLY;BYDAY=FR")
    assert found.playlists[0].items[0].lessons == ("lesson-2",)


def test_a_playlist_that_names_what_boxes_cannot_have_is_refused_item_by_item(county: County) -> None:
    draft, good = ready_course("草稿"), released_course(county, "好课")
    with pytest.raises(Refused) as caught:
        save_playlist("春耕", [Item("missing"), Item(good.pk, ("lesson-9",)), Item(draft.pk)], None)
    assert str(caught.value) == (
        "第 1 项：课件“missing”不存在；第 2 项：课件“好课”没有“lesson-9”这一课；"
        "第 3 项：课件“草稿”尚未签发发布（现在是“编辑中”）"
    )
    with pytest.raises(Refused, match="1 到 100 个课件"):
        save_playlist("空", [], None)


@pytest.mark.parametrize(
    "change",
    [
        {"starts": "2026-02-30T19:30"},
        {"starts": "tomorrow"},
        {"recurrence": "FREQ=SECONDLY"},
        {"recurrence": "EVERY FRIDAY"},
        {"expected": -1},
        {"gather_minutes": 500},
        {"form": "cinema"},
        {"title": ""},
        {"playlist": "missing"},
        {"excluded": ("2026-13-01T00:00",)},
    ],
)
def test_a_session_that_a_box_could_not_read_is_refused(county: County, change: dict[str, object]) -> None:
    playlist = save_playlist("春耕", [Item(released_course(county).pk)], None)
    with pytest.raises(Refused):
        save_session("county", replace(wish(playlist.pk), **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=WEEKLY;UNTIL=20200101"]
)
def test_a_rule_that_never_happens_is_refused_at_once_in_words(county: County, rule: str) -> None:
    playlist = save_playlist("春耕", [Item(released_course(county).pk)], None)
    began = time.process_time()
    with pytest.raises(Refused, match="一次也不会发生"):
        save_session("county", replace(wish(playlist.pk), recurrence=rule))
    assert time.process_time() - began < 0.7
    assert not Session.objects.exists()


@pytest.mark.parametrize("group", ["", "township-none", "site-none", "village-1", "county-x"])
def test_a_plan_for_nobody_is_refused(county: County, group: str) -> None:
    with pytest.raises(Refused, match="没有"):
        save_plan(group)


def test_wrong_settings_of_a_plan_are_refused(county: County) -> None:
    with pytest.raises(Refused, match="计划的设置有误"):
        save_plan("county", windows=[{"start": "25:00", "end": "06:00"}])


def test_a_stop_order_reaches_the_county_s_plan_at_once_and_empties_the_sessions(county: County) -> None:
    course = released_course(county, "停播课")
    save_session("county", wish(save_playlist("春耕", [Item(course.pk)], None).pk))
    publish()
    assert len(plan().sessions) == 1
    with pytest.raises(NotAllowed):
        stop_course(course, county.person("sun"), "内容有误")
    order, publication = stop_course(course, county.person("chen"), "内容有误")
    assert [stop.id for stop in plan().stops] == [order.pk]
    assert plan().sessions == ()
    assert any("已停播" in problem for problem in publication.problems)
    with pytest.raises(Refused, match="已停播"):
        save_playlist("再来", [Item(course.pk)], None)


def test_a_stopped_course_leaves_the_catalogue_when_two_reviewers_have_signed_again(county: County) -> None:
    course = released_course(county, "停播课")
    stop_course(course, county.person("chen"), "内容有误")
    assert Course.objects.get(pk=course.pk).published_id
    for username in ("li", "wang"):
        sign_awaited(county.person(username), PASSPHRASE[username])
    assert publish().problems == []
    assert Course.objects.get(pk=course.pk).published_id is None


def test_one_lesson_can_be_stopped(county: County) -> None:
    course = released_course(county, lessons=2)
    stop_course(course, county.person("zhou"), "画面有误", course.lessons.last())
    assert plan().stops[0].lesson == "lesson-2"


def test_orders_are_answered_to_the_site_that_asked(county: County) -> None:
    course = released_course(county)
    box = TestBox().bound(county)
    asked = [entries.Order(order=f"order-{number}", course="", wish="大棚") for number in (1, 2)]
    take(box.say(*asked).envelope(), NOW)
    grant_order(Order.objects.get(key="order-1"), course, county.person("zhou"))
    with pytest.raises(Refused, match="原因"):
        refuse_order(Order.objects.get(key="order-2"), "", county.person("zhou"))
    refuse_order(Order.objects.get(key="order-2"), "请专家下月来讲", county.person("zhou"))
    with pytest.raises(Refused, match="尚未签发"):
        grant_order(Order.objects.get(key="order-2"), ready_course(), county.person("zhou"))
    publish()
    answers = plan("site-site-clear-spring").orders
    assert [(answer.order, answer.state, answer.course, answer.box) for answer in answers] == [
        ("order-1", "granted", course.pk, box.id),
        ("order-2", "refused", None, box.id),
    ]
