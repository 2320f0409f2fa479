"""Publishing signs only what changed, survives a kill, and one publisher waits for the other."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from county.accounts.models import Person, Role
from county.accounts.people import add_person
from county.courses.models import Course
from county.folders import keys_folder, published_folder
from county.places.tree import groups_of
from county.plans.models import Session
from county.plans.planning import Item, SessionWish, save_plan, save_playlist, save_session
from county.publishing.models import Publication
from county.publishing.publish import REPLACED_KEPT, publish, sweep_published
from playlists import documents
from playlists.codec import decode_document
from playlists.errors import FailedAttempt
from playlists.targets import box_path, online_bin, plan_path
from playlists.trust.repository import Repository
from playlists.trust.tree import target_file
from tests.county.world import County, TestBox, released_course


def tree() -> dict[str, bytes]:
    folder = published_folder()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_publishing_twice_changes_not_one_byte(any_county: County) -> None:
    released_course(any_county)
    TestBox().bound(any_county)
    publish()
    before = tree()
    assert publish().roles == []
    assert tree() == before


def test_a_box_is_told_whom_to_ring_in_its_township(county: County) -> None:
    box = TestBox().bound(county)
    township = county.site.place.parent
    publish()
    assert told_site(box).clerk_telephone == ""
    for username, name, number in (("gu", "顾干事", ""), ("he", "何干事", "0999-5550123")):
        add_person(username, "a-long-pass-2026", Role.CLERK, name, township, telephone=number)
    Person.objects.filter(username="sun").update(telephone="")
    publish()
    assert (told_site(box).clerk, told_site(box).clerk_telephone) == ("何干事", "0999-5550123")
    Person.objects.filter(username="he").update(is_active=False)
    publish()
    assert (told_site(box).clerk, told_site(box).clerk_telephone) == ("", "")


def told_site(box: TestBox) -> documents.Site:
    path = box_path(box.id)
    return decode_document(documents.Box, Repository(published_folder()).read(path), path).site


def test_what_was_replaced_long_ago_leaves_the_published_folder(county: County) -> None:
    box = TestBox().bound(county)
    publish()
    first = Repository(published_folder()).targets("boxes-" + online_bin(box.id))
    site = county.site
    site.name = "新石桥村站点"
    site.save()
    publish()
    later = timezone.now() + REPLACED_KEPT + timedelta(days=1)
    assert sweep_published(timezone.now()) == 0
    assert sweep_published(later) > 0
    assert sweep_published(later) == 0
    ((path, digest),) = first.items()
    assert not (published_folder() / target_file(path, digest)).exists()
    assert "新石桥村".encode() in Repository(published_folder()).read(path)
    assert publish().problems == []


def test_only_the_roles_that_changed_are_signed_anew(county: County) -> None:
    released_course(county)
    publish()
    save_plan("county", caps={"monthly_bytes": 10**9})
    roles = publish().roles
    assert len(roles) == 1
    assert roles[0].startswith("plans-")


def test_a_kill_between_the_tree_and_the_rows_is_made_good_by_the_next_publishing(county: County) -> None:
    course = released_course(county)
    Course.objects.update(published=None)
    assert publish().problems == []
    assert Course.objects.get().published_id == course.document_id


def test_what_no_box_could_read_is_named_and_the_published_stays_in_force(county: County) -> None:
    course = released_course(county)
    save_session("county", SessionWish("春耕", save_playlist("春耕", [Item(course.pk)], None).pk, "2026-03-06T19:30"))
    publish()
    Session.objects.update(starts="some day", gather_minutes=999)
    (problem,) = publish().problems
    assert plan_path("county") in problem
    assert "$.sessions[0]" in problem
    body = Repository(published_folder()).read(plan_path("county"))
    assert decode_document(documents.Plan, body, "plan").sessions[0].starts == "2026-03-06T19:30"


def test_publishers_wait_for_each_other(county: County) -> None:
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            save_plan("county", caps={"monthly_bytes": 10**9 + number})
            publish()
        except BaseException as error:  # noqa: BLE001 - reported by the test
            faults.append(error)
        connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert publish().roles == []


def test_a_server_without_its_key_says_so_and_boxes_keep_what_they_have(county: County) -> None:
    before = tree()
    (keys_folder() / "online.pem").unlink()
    with pytest.raises(FailedAttempt, match="无法写入"):
        publish()
    assert tree() == before


def test_nobody_is_named_in_what_is_published_but_a_clerk_with_a_telephone_number(county: County) -> None:
    released_course(county)
    TestBox().bound(county)
    text = json.dumps({path: data.decode("utf-8", "replace") for path, data in tree().items()}, ensure_ascii=False)
    assert not any(word in text for word in ("陈签", "周操", "孙干", "zhou", "passphrase"))


def test_every_publication_is_noted(county: County) -> None:
    count = Publication.objects.count()
    publish(by=county.person("zhou"))
    last = Publication.objects.first()
    assert last is not None
    assert (Publication.objects.count(), last.by) == (count + 1, county.person("zhou"))


def test_a_site_s_groups_go_from_wide_to_near(county: County) -> None:
    assert groups_of(county.site)[0] == "county"
