"""First review, second review, release, refusal and withdrawal in the browser."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from county.courses.candidates import awaiting
from county.courses.editing import add_lesson
from county.courses.models import CandidateSignature, Course, CourseState
from county.inbox.taking import take
from county.plans.models import StopOrder
from county.publishing.publish import publish
from playlists.entries import StopReceipt
from playlists.targets import CATALOGUE_BINS
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import PASSPHRASE, County, TestBox, ready_course, released_course


def decide(client: Client, course: Course, **typed: str) -> str:
    seen = {"decision": "pass", "revision": str(course.revision)}
    return text(client.post(f"/courses/{course.pk}/review", seen | typed, follow=True))


def state_of(course: Course) -> str:
    return Course.objects.get(pk=course.pk).state


def test_two_reviewers_and_the_leader_bring_a_course_out(browse: Browse) -> None:
    course = ready_course()
    assert "初审通过，已签名" in decide(browse("li"), course, passphrase=PASSPHRASE["li"])
    assert "复审通过，已签名" in decide(browse("wang"), course, passphrase=PASSPHRASE["wang"])
    answer = browse("chen").post(f"/courses/{course.pk}/release", {"revision": course.revision}, follow=True)
    assert "已签发“食用菌栽培”" in text(answer)
    assert "已发布 ✓" in text(answer)
    assert Course.objects.get(pk=course.pk).published_id is not None


def test_what_changed_while_the_page_was_open_is_neither_passed_nor_released(browse: Browse) -> None:
    course = ready_course()
    shown = browse("li").get(f"/courses/{course.pk}").content.decode()
    assert f'name="revision" value="{course.revision}"' in shown
    add_lesson(course, "刚加的课").delete()
    assert "有改动，请看完现在的内容再办理" in decide(browse("li"), course, passphrase=PASSPHRASE["li"])
    assert state_of(course) == CourseState.DRAFT
    assert "有改动" in text(browse("chen").post(f"/courses/{course.pk}/release", follow=True))


def test_a_lesson_removed_meanwhile_does_not_stop_the_whole_course(browse: Browse, county: County) -> None:
    course = released_course(county)
    answer = browse("zhou").post(f"/courses/{course.pk}/stop", {"lesson": "lesson-9", "reason": "过时"}, follow=True)
    assert "这一课已不在课件中" in text(answer)
    assert not StopOrder.objects.exists()


def test_a_wrong_passphrase_changes_nothing(browse: Browse) -> None:
    course = ready_course()
    assert "审核口令不正确" in decide(browse("li"), course, passphrase="guessed")
    assert state_of(course) == CourseState.DRAFT


def test_the_second_review_is_another_persons(browse: Browse) -> None:
    course, client = ready_course(), browse("li")
    decide(client, course, passphrase=PASSPHRASE["li"])
    page = client.get(f"/courses/{course.pk}")
    assert "复审须由另一位审核员进行" in text(page)
    assert 'name="passphrase"' not in page.content.decode()
    typed = {"decision": "pass", "revision": course.revision, "passphrase": PASSPHRASE["li"]}
    answer = client.post(f"/courses/{course.pk}/review", typed)
    assert answer.status_code == 403
    assert "另一位审核员" in text(answer)
    assert state_of(course) == CourseState.FIRST_PASSED


def test_a_refusal_needs_its_reason_and_shows_it(browse: Browse) -> None:
    course = ready_course()
    assert "请填写退回原因" in decide(browse("li"), course, decision="refuse", reason="")
    assert "字幕有错" in decide(browse("li"), course, decision="refuse", reason="字幕有错")
    assert state_of(course) == CourseState.REFUSED
    assert "已退回，等待修改 1 个" in text(browse("zhou").get("/reviews"))


def test_the_list_says_what_waits_for_whom(browse: Browse) -> None:
    course = ready_course()
    assert "审核签发 1" in text(browse("wang").get("/reviews"))
    decide(browse("li"), course, passphrase=PASSPHRASE["li"])
    assert "您已初审" in text(browse("li").get("/reviews"))
    assert "审核签发 1" not in text(browse("li").get("/reviews"))
    assert "去复审" in text(browse("wang").get("/reviews"))
    decide(browse("wang"), course, passphrase=PASSPHRASE["wang"])
    assert "去签发" in text(browse("chen").get("/reviews"))
    assert "去签发" not in text(browse("zhou").get("/reviews"))


def test_a_course_without_films_does_not_wait_for_review(browse: Browse) -> None:
    course = ready_course()
    course.lessons.get().renditions.all().delete()
    assert "没有等待初审的课件" in text(browse("li").get("/reviews"))
    assert "视频" in decide(browse("li"), course, passphrase=PASSPHRASE["li"])
    assert state_of(course) == CourseState.DRAFT


def test_a_missing_signature_is_listed_and_given_at_once(browse: Browse, county: County) -> None:
    course = released_course(county)
    browse("chen").post(f"/courses/{course.pk}/stop", {"reason": "过时"})
    assert awaiting()
    assert "还需一位审核员签名" in text(browse("li").get("/reviews"))
    assert "审核口令不正确" in text(browse("li").post("/reviews/sign", {"passphrase": "guessed"}, follow=True))
    before = CandidateSignature.objects.count()
    for username in ("li", "wang"):
        answer = browse(username).post("/reviews/sign", {"passphrase": PASSPHRASE[username]}, follow=True)
        assert "已补签 1 项" in text(answer)
    assert CandidateSignature.objects.count() == before + 2
    assert not awaiting()
    assert Course.objects.get().published_id is None  # signed by two, so it left the catalogue at once


def test_after_a_restore_the_whole_catalogue_is_one_line_for_two_reviewers(browse: Browse, county: County) -> None:
    released_course(county)
    publish(now=timezone.now() + timedelta(hours=1), restored=True)  # versions are seconds: not that of the release
    line = f"恢复备份后须重新签名的课件目录：{CATALOGUE_BINS} 项"
    assert f"{line} 还没有人签名" in text(browse("li").get("/reviews"))
    answer = text(browse("li").post("/reviews/sign", {"passphrase": PASSPHRASE["li"]}, follow=True))
    assert f"{line} 已签名：li；须由另一位审核员签名" in answer
    browse("wang").post("/reviews/sign", {"passphrase": PASSPHRASE["wang"]})
    assert "恢复备份" not in text(browse("li").get("/reviews"))
    assert "恢复自备份" not in text(browse("li").get("/publication")).partition("发布记录")[0]


def test_a_withdrawal_needs_its_reason_and_counts_receipts(browse: Browse, county: County) -> None:
    course, client = released_course(county), browse("zhou")
    box = TestBox().bound(county)
    assert "请填写停播原因" in text(client.post(f"/courses/{course.pk}/stop", {"reason": ""}, follow=True))
    assert "停播已下发" in text(client.post(f"/courses/{course.pk}/stop", {"reason": "政策已变"}, follow=True))
    stop = StopOrder.objects.get()
    page = f"/courses/{course.pk}/stops/{stop.pk}"
    assert "还有 1 台机顶盒没有回执" in text(client.get(page))
    assert "0 / 1" in text(client.get(f"/courses/{course.pk}"))
    take(box.say(StopReceipt(stop=stop.pk)).envelope(), timezone.now())
    assert "所有机顶盒都已确认停播" in text(client.get(page))
    assert "1 / 1" in text(client.get(f"/courses/{course.pk}"))


def test_a_course_that_is_not_published_cannot_be_withdrawn(browse: Browse) -> None:
    course = ready_course()
    assert "尚未发布" in text(browse("zhou").post(f"/courses/{course.pk}/stop", {"reason": "试"}, follow=True))


def test_a_release_out_of_turn_is_refused(browse: Browse) -> None:
    course = ready_course()
    assert "不能签发" in text(
        browse("chen").post(f"/courses/{course.pk}/release", {"revision": course.revision}, follow=True)
    )
    assert state_of(course) == CourseState.DRAFT
