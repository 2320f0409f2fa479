"""Two reviewers, two keys, one leader: nothing else brings a course to the boxes."""

from __future__ import annotations

import pytest

from county.accounts.models import Person
from county.courses import candidates
from county.courses.editing import add_lesson, create_course, edit_course, remove_lesson
from county.courses.models import Candidate, Course, CourseState, Review
from county.courses.review import open_key, pass_first, pass_second, refuse, release, sign_awaited
from county.errors import NotAllowed, Refused
from county.folders import keys_folder, published_folder
from county.plans.models import StopOrder
from county.plans.stopping import stop_course
from county.publishing.publish import publish
from playlists import documents
from playlists.codec import decode_document
from playlists.errors import FailedAttempt, UntrustedData
from playlists.keys import SigningKey
from playlists.targets import course_bin, course_path, shard_path
from playlists.trust import metadata
from playlists.trust.repository import Repository
from tests.county.world import NOW, PASSPHRASE, TEXT, County, ready_course, released_course


def fresh(course: Course) -> Course:
    return Course.objects.get(pk=course.pk)


def reviewed(county: County, course: Course, first: str = "li", second: str = "wang") -> Course:
    pass_first(course, county.person(first), PASSPHRASE[first])
    pass_second(course, county.person(second), PASSPHRASE[second])
    return fresh(course)


def published_titles(course: Course) -> list[str]:
    data = Repository(published_folder()).read(shard_path(course_bin(course.pk)))
    return [entry.title for entry in decode_document(documents.CatalogueShard, data, "shard").entries]


def two_of_one_bin() -> tuple[Course, Course]:
    """Two ready courses that share a bin."""
    name = course_bin("twin-0")
    number = next(number for number in range(1, 10_000) if course_bin(f"twin-{number}") == name)
    return ready_course("甲", identifier="twin-0"), ready_course("乙", identifier=f"twin-{number}")


def test_two_reviews_and_a_release_publish_the_course(any_county: County) -> None:
    course = released_course(any_county, "食用菌栽培")
    assert (course.state, course.published_id) == (CourseState.RELEASED, course.document_id)
    body = Repository(published_folder()).read(course_path(course.pk))
    assert decode_document(documents.Course, body, "course").title == "食用菌栽培"
    shard = Repository(published_folder()).read(shard_path(course_bin(course.pk)))
    entry = decode_document(documents.CatalogueShard, shard, "shard").entries[0]
    assert (entry.initials, entry.minutes, entry.bytes_by_height) == ("syjzp", 10, {240: 900_000, 360: 900_000})


def test_a_course_that_passed_is_not_published_before_its_release(county: County) -> None:
    course = reviewed(county, ready_course())
    assert course.state == CourseState.PASSED
    with pytest.raises(KeyError):
        Repository(published_folder()).read(course_path(course.pk))


def test_the_second_review_must_be_another_person_s(county: County) -> None:
    course = ready_course()
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(NotAllowed, match="另一位"):
        pass_second(course, county.person("li"), PASSPHRASE["li"])
    assert fresh(course).state == CourseState.FIRST_PASSED
    assert Review.objects.count() == 1


def test_a_wrong_passphrase_is_said_and_changes_nothing(county: County) -> None:
    course = ready_course()
    with pytest.raises(Refused, match="口令不正确"):
        pass_first(course, county.person("li"), PASSPHRASE["wang"])
    assert fresh(course).state == CourseState.DRAFT
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("username", ["zhou", "chen", "sun"])
def test_only_reviewers_review(county: County, username: str) -> None:
    with pytest.raises(NotAllowed, match="只有审核员"):
        pass_first(ready_course(), county.person(username), "whatever")


@pytest.mark.parametrize("username", ["zhou", "li", "sun"])
def test_only_the_leader_releases(county: County, username: str) -> None:
    course = reviewed(county, ready_course())
    with pytest.raises(NotAllowed, match="签发领导"):
        release(course, county.person(username))


def test_a_course_that_was_reviewed_once_cannot_be_released(county: County) -> None:
    course = ready_course()
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(Refused, match="不能签发"):
        release(course, county.person("chen"))


def test_a_refusal_needs_a_reason_and_sends_the_course_back(county: County) -> None:
    course = ready_course()
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(Refused, match="原因"):
        refuse(course, county.person("wang"), " ")
    refuse(course, county.person("wang"), "第二段有广告")
    assert fresh(course).state == CourseState.REFUSED
    assert Review.objects.last() is not None
    with pytest.raises(Refused):
        pass_second(course, county.person("wang"), PASSPHRASE["wang"])


def test_editing_starts_the_reviews_over_while_the_published_course_stays(county: County) -> None:
    course = released_course(county, "旧名")
    edit_course(course, TEXT)
    assert fresh(course).state == CourseState.DRAFT
    assert published_titles(course) == ["旧名"]
    reviewed(county, fresh(course), "zhao", "li")
    release(fresh(course), county.person("chen"))
    assert published_titles(course) == [TEXT.title]


def test_a_course_without_a_finished_film_cannot_be_reviewed(county: County) -> None:
    course = create_course(TEXT, None)
    with pytest.raises(Refused, match="还没有课"):
        pass_first(course, county.person("li"), PASSPHRASE["li"])
    add_lesson(course, "第一课")
    with pytest.raises(Refused, match="“第一课”还没有可用的视频"):
        pass_first(fresh(course), county.person("li"), PASSPHRASE["li"])


@pytest.mark.parametrize("order", ["together", "one by one", "the later first"])
def test_courses_of_one_bin_come_out_in_any_order_of_release(county: County, order: str) -> None:
    first, second = two_of_one_bin()
    li, wang, chen = county.person("li"), county.person("wang"), county.person("chen")
    for course in (first, second):
        pass_first(course, li, PASSPHRASE["li"])
    for course in (first, second):
        pass_second(course, wang, PASSPHRASE["wang"])
    if order == "the later first":
        first, second = second, first
    assert release(first, chen).problems == []
    assert published_titles(first) == [first.title]
    assert release(second, chen).problems == []
    assert sorted(published_titles(first)) == ["乙", "甲"]


def test_what_lacks_a_signature_is_named_and_any_further_act_of_a_reviewer_gives_it(county: County) -> None:
    first, second = two_of_one_bin()
    reviewed(county, first, "li", "wang")
    pass_first(second, county.person("li"), PASSPHRASE["li"])
    pass_second(second, county.person("zhao"), PASSPHRASE["zhao"])
    assert candidates.awaiting() == []
    third = ready_course("丙", identifier="third")
    Candidate.objects.all().delete()
    assert release(fresh(first), county.person("chen")).problems == ["课件“甲”还需一位审核员签名才能发布"]
    assert {title for found in candidates.awaiting() for title in found.courses} == {"甲", "乙"}
    pass_first(third, county.person("wang"), PASSPHRASE["wang"])
    assert sign_awaited(county.person("li"), PASSPHRASE["li"]) == 2
    assert candidates.awaiting() == []
    assert release(fresh(second), county.person("chen")).problems == []
    assert sorted(published_titles(first)) == ["乙", "甲"]


def test_nobody_answers_for_a_revision_that_came_after_he_looked(county: County) -> None:
    seen = ready_course()
    edit_course(seen, TEXT)
    with pytest.raises(Refused, match="有改动"):
        pass_first(seen, county.person("li"), PASSPHRASE["li"])
    passed = reviewed(county, fresh(seen))
    edit_course(passed, TEXT)
    reviewed(county, fresh(passed))
    with pytest.raises(Refused, match="有改动"):
        release(passed, county.person("chen"))
    assert not Candidate.objects.exclude(published_at=None).exists()


def test_two_reviewers_who_sign_at_the_same_moment_both_count(any_county: County) -> None:
    course = ready_course()
    candidate = candidates.candidate_for(candidates.role_of_course(course.pk), {}, NOW)
    one, other = Candidate.objects.get(pk=candidate.pk), Candidate.objects.get(pk=candidate.pk)
    for row, name in ((one, "li"), (other, "wang")):
        person = any_county.person(name)
        key = open_key(person, PASSPHRASE[name])
        assert key is not None
        candidates.sign(row, person, key)
    held = Candidate.objects.get(pk=candidate.pk)
    assert Repository(published_folder()).lacks(held.role, bytes(held.metadata)) == ""


def test_what_was_stopped_stays_stopped_until_its_new_revision_is_out(county: County) -> None:
    course = released_course(county, "旧名")
    order, _ = stop_course(course, county.person("zhou"), "有错误")
    edit_course(course, TEXT)
    reviewed(county, fresh(course))
    Candidate.objects.filter(published_at=None).delete()
    assert release(fresh(course), county.person("chen")).problems != []
    assert published_titles(course) == ["旧名"]
    assert StopOrder.objects.get(pk=order.pk).lifted_at is None
    assert fresh(course).stopped
    for name in ("li", "wang"):
        sign_awaited(county.person(name), PASSPHRASE[name])
    assert publish().problems == []
    assert published_titles(course) == [TEXT.title]
    assert StopOrder.objects.get(pk=order.pk).lifted_at is not None
    assert not fresh(course).stopped


def test_the_key_of_a_removed_lesson_is_never_given_again(county: County) -> None:
    course = create_course(TEXT, None)
    first, second = add_lesson(course, "第一课"), add_lesson(course, "第二课")
    remove_lesson(second)
    third = add_lesson(course, "第三课")
    assert (first.key, third.key) == ("lesson-1", "lesson-3")


def test_damaged_published_files_are_said_and_the_release_stands(county: County) -> None:
    course = reviewed(county, ready_course())
    for path in (published_folder() / "metadata").glob("*.snapshot.json"):
        path.write_text("{}")
    with pytest.raises(FailedAttempt, match="已发布的文件有问题"):
        release(course, county.person("chen"))
    assert fresh(course).state == CourseState.RELEASED


def test_a_thief_of_the_server_cannot_publish_a_course(county: County) -> None:
    """The thief has the database, the online key and one reviewer's passphrase."""
    course = ready_course()
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    row = Candidate.objects.get(content={course.pk: fresh(course).document_id})
    online = SigningKey.load(keys_folder() / "online.pem")
    forged = metadata.sign(bytes(row.metadata), online)
    repository = Repository(published_folder())
    with pytest.raises(UntrustedData):
        repository.publish(online=online, now=NOW, signed={row.role: forged}, documents=candidates.documents_of(row))
    Course.objects.update(state=CourseState.RELEASED)
    assert publish().problems == [f"课件“{course.title}”还需一位审核员签名才能发布"]
    assert fresh(course).published_id is None


def test_a_person_without_a_key_is_told_where_to_get_one(county: County) -> None:
    person = Person.objects.create_user("new", password="x", role="reviewer")
    with pytest.raises(Refused, match="reviewer add"):
        pass_first(ready_course(), person, "whatever")
