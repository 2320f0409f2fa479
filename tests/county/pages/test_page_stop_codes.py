"""停播码 at the county: who may ask for one, what it opens, and what is written down."""

from __future__ import annotations

import re
import threading

import pytest
from django.test import Client
from django.utils import timezone

from county.accounts.models import Person
from county.folders import published_folder
from county.inbox.taking import take
from county.places.models import Box, Site
from county.plans.models import StopOrder
from county.plans.planning import save_plan
from county.publishing import telephone
from county.publishing.documents import online_documents
from county.publishing.models import StopCall
from county.publishing.publish import publish
from playlists import documents
from playlists.codec import decode_document
from playlists.entries import StopCode, StopReceipt
from playlists.errors import BadData
from playlists.keys import SigningKey
from playlists.stop_codes import box_secret, day_of
from playlists.targets import box_path, plan_path
from playlists.trust.repository import Repository
from playlists.trust.roles import role_of
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, TestBox, released_course


@pytest.fixture
def silent(county: County, browse: Browse) -> tuple[TestBox, StopOrder, str]:
    """A box that has not confirmed the withdrawal of a course, that withdrawal, and its page."""
    course, box = released_course(county), TestBox().bound(county)
    browse("zhou").post(f"/courses/{course.pk}/stop", {"reason": "政策已变"})
    order = StopOrder.objects.get()
    return box, order, f"/courses/{course.pk}/stops/{order.pk}"


def ask(client: Client, page: str, box: TestBox) -> str:
    return text(client.post(f"{page}/code", {"box": box.id}, follow=True))


def published_box(box: TestBox) -> documents.Box:
    path = box_path(box.id)
    content = online_documents(timezone.now(), lambda _: None, [])[role_of(path)][path]
    return decode_document(documents.Box, content, path)


def test_the_code_on_the_page_is_the_one_that_the_box_knows(
    browse: Browse, silent: tuple[TestBox, StopOrder, str]
) -> None:
    box, order, page = silent
    client = browse("zhou")
    assert "取停播码" in text(client.get(page))
    shown = re.search(r"\b(\d{4}) (\d{4})\b", ask(client, page, box))
    assert shown is not None
    secret = box_secret(box.key, bytes.fromhex(published_box(box).telephone_key))
    today = timezone.localdate().isoformat()
    assert day_of(secret, order.course.number, shown[1] + shown[2], [today]) == today


def test_whoever_asks_is_written_down_before_the_code_is_shown(
    browse: Browse, silent: tuple[TestBox, StopOrder, str]
) -> None:
    box, _, page = silent
    assert "还没有电话停播" in text(browse("zhou").get(page))
    assert "周操取了停播码" in ask(browse("zhou"), page, box)
    assert StopCall.objects.get().site.pk == "site-clear-spring"


def test_whoever_asks_is_led_back_to_the_row_among_hundreds(
    browse: Browse, silent: tuple[TestBox, StopOrder, str]
) -> None:
    box, _, page = silent
    assert browse("zhou").post(f"{page}/code", {"box": box.id})["Location"] == f"{page}#{box.id}"
    assert f'<tr id="{box.id}">' in browse("zhou").get(page).content.decode()


def test_a_code_is_shown_only_to_whoever_asked_for_it(browse: Browse, silent: tuple[TestBox, StopOrder, str]) -> None:
    box, _, page = silent
    ask(browse("zhou"), page, box)
    seen = text(browse("sun").get(page))
    assert "周操取了停播码" in seen
    assert not re.search(r"\b\d{4} \d{4}\b", seen)


def test_whom_to_ring_stands_beside_a_silent_site(browse: Browse, silent: tuple[TestBox, StopOrder, str]) -> None:
    box, order, page = silent
    Person.objects.filter(username="sun").update(telephone="0000-1234")
    assert "孙干 0000-1234" in text(browse("zhou").get(page))
    take(box.say(StopReceipt(stop=order.pk)).envelope(), timezone.now())
    assert "孙干" not in text(browse("zhou").get(page))


def test_yesterdays_asking_shows_no_code_today(browse: Browse, silent: tuple[TestBox, StopOrder, str]) -> None:
    box, _, page = silent
    ask(browse("zhou"), page, box)
    StopCall.objects.update(at=timezone.now() - timezone.timedelta(days=1))
    assert not re.search(r"\b\d{4} \d{4}\b", text(browse("zhou").get(page)))


def test_a_box_that_has_confirmed_needs_no_code(browse: Browse, silent: tuple[TestBox, StopOrder, str]) -> None:
    box, order, page = silent
    take(box.say(StopReceipt(stop=order.pk)).envelope(), timezone.now())
    assert "</button>" not in browse("zhou").get(page).content.decode().partition("<h1>")[2]
    assert "已确认停播，不需要停播码" in ask(browse("zhou"), page, box)
    assert not StopCall.objects.exists()


def test_a_lifted_withdrawal_and_a_box_out_of_use_have_no_code(
    browse: Browse, silent: tuple[TestBox, StopOrder, str]
) -> None:
    box, _, page = silent
    Box.objects.update(revoked=True)
    assert "没有在用" in ask(browse("zhou"), page, box)
    Box.objects.update(revoked=False)
    StopOrder.objects.update(lifted_at=timezone.now())
    assert "已解除" in ask(browse("zhou"), page, box)


def test_a_clerk_rings_only_the_sites_of_his_township(
    browse: Browse, county: County, silent: tuple[TestBox, StopOrder, str]
) -> None:
    box, _, page = silent
    other = TestBox().bound(county, Site.objects.get(pk="site-willow-bay"))
    assert "孙干取了停播码" in ask(browse("sun"), page, box)
    assert browse("sun").post(f"{page}/code", {"box": other.id}).status_code == 403
    assert "柳湾村" not in text(browse("sun").get(page))


def test_what_the_box_says_later_of_the_codes_is_shown(browse: Browse, silent: tuple[TestBox, StopOrder, str]) -> None:
    box, order, page = silent
    number = order.course.number
    box.say(StopCode(number=number, course="course-101", day="", wrong=1))
    box.say(StopCode(number=number, course="course-101", day="2026-03-04", wrong=0))
    box.say(StopCode(number=number + 1, course="course-102", day="2026-03-05", wrong=0))
    take(box.envelope(), timezone.now())
    shown = text(browse("zhou").get(page))
    assert "输入的停播码不对" in shown
    assert "输入了 2026-03-04 的停播码" in shown
    assert "2026-03-05" not in shown
    assert "停播码的日期" in text(browse("zhou").get(f"/entries/{box.id}/2"))


def test_the_telephone_key_is_made_once_and_a_wrong_one_is_named(county: County) -> None:
    first = telephone.public_telephone_key()
    assert telephone.public_telephone_key() == first
    path = county.folder / "keys" / "telephone.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    for wrong in (b"rubbish", SigningKey.generate().to_pem()):
        path.write_bytes(wrong)
        with pytest.raises(BadData, match=r"telephone\.pem"):
            telephone.public_telephone_key()


def test_a_damaged_telephone_key_is_told_and_holds_up_nothing_else(
    browse: Browse, county: County, silent: tuple[TestBox, StopOrder, str]
) -> None:
    box, _, page = silent
    path, before = county.folder / "keys" / "telephone.pem", telephone.public_telephone_key()
    ask(browse("zhou"), page, box)
    path.write_bytes(b"rubbish")
    answer = browse("zhou").get(page)
    assert "停播码的密钥打不开，请管理员从备份恢复" in text(answer)
    assert not re.search(r"\b\d{4} \d{4}\b", text(answer))
    assert "停播码的密钥打不开" in ask(browse("li"), page, box)
    assert StopCall.objects.count() == 1
    save_plan("county", caps={"monthly_bytes": 10**9})
    publication = publish()
    assert telephone.DAMAGED in publication.problems
    assert publication.roles == ["plans-" + plan_path("county").split("/")[1]]
    known = Repository(published_folder()).read(box_path(box.id))
    assert decode_document(documents.Box, known, "box").telephone_key == before


def test_who_come_first_together_make_one_telephone_key(county: County) -> None:
    (county.folder / "keys" / "telephone.pem").unlink(missing_ok=True)
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(telephone.public_telephone_key())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 8
    assert set(made) == {telephone.public_telephone_key()}
