"""A county restored from a backup forgot what boxes have seen since; they take what it publishes all the same."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from county.courses import candidates
from county.courses.models import Candidate, CandidateSignature, Course, FrozenDocument, Lesson, Release, Review
from county.courses.review import pass_first, pass_second, release, sign_awaited
from county.folders import published_folder
from county.publishing.publish import RESTORED, publish
from playlists.errors import UntrustedData
from playlists.targets import course_bin, course_path
from playlists.trust.repository import Repository
from tests.county.world import PASSPHRASE, County, ready_course
from tests.playlists.published import Box
from tests.playlists.trust.test_refresh_budget import names_in


@pytest.fixture
def box(county: County, tmp_path: Path) -> Box:
    return Box(tmp_path / "generations", Repository(published_folder()).root(1))


@pytest.mark.parametrize("lost_id", [next(names_in(course_bin("mushrooms"))), "greenhouse"])
def test_boxes_take_what_is_published_once_two_reviewers_have_signed_the_catalogue_again(
    county: County, box: Box, tmp_path: Path, lost_id: str
) -> None:
    kept, lost = ready_course("甲", identifier="mushrooms"), ready_course("乙", identifier=lost_id)
    review(county, kept)
    shutil.copytree(published_folder(), tmp_path / "backup")
    review(county, lost)
    assert seen(box) == paths(kept, lost)
    restore(tmp_path / "backup", lost)

    later = timezone.now() + timedelta(hours=1)
    assert publish(now=later, restored=True).problems == [RESTORED]
    with pytest.raises(UntrustedData):
        seen(box)
    for reviewer, problems in (("li", [RESTORED]), ("wang", [])):
        sign_awaited(county.person(reviewer), PASSPHRASE[reviewer])
        assert publish(now=later).problems == problems
    assert seen(box) == paths(kept)

    again = ready_course("乙", identifier=lost_id)
    review(county, again)
    assert seen(box) == paths(kept, again)
    assert candidates.awaiting() == []
    assert publish(now=later).roles == []


def test_what_two_reviewers_had_signed_before_the_backup_counts_no_more(county: County, box: Box) -> None:
    course = ready_course(identifier="mushrooms")
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    pass_second(course, county.person("wang"), PASSPHRASE["wang"])
    later = timezone.now() + timedelta(hours=1)
    publish(now=later, restored=True)
    assert len(release(Course.objects.get(), county.person("chen")).problems) == 2
    for reviewer in ("li", "wang"):
        sign_awaited(county.person(reviewer), PASSPHRASE[reviewer])
    assert publish(now=later).problems == []
    assert seen(box) == paths(course)


def review(county: County, course: Course) -> None:
    """Bring a course through both reviews and release."""
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    pass_second(course, county.person("wang"), PASSPHRASE["wang"])
    release(Course.objects.get(pk=course.pk), county.person("chen"))


def restore(backup: Path, lost: Course) -> None:
    """Put the published folder of a backup back, and the rows as they were before a course was made."""
    shutil.rmtree(published_folder())
    shutil.copytree(backup, published_folder())
    CandidateSignature.objects.filter(candidate__content__has_key=lost.pk).delete()
    Candidate.objects.filter(content__has_key=lost.pk).delete()
    for rows in (Review, Release, Lesson):
        rows.objects.filter(course=lost).delete()
    Course.objects.filter(pk=lost.pk).update(document=None, published=None)
    FrozenDocument.objects.filter(course=lost).delete()
    Course.objects.filter(pk=lost.pk).delete()


def seen(box: Box) -> list[str]:
    """Let the box refresh; return the courses that it has then."""
    return box.refresh(published_folder()).names("courses/")


def paths(*courses: Course) -> list[str]:
    return sorted(course_path(course.pk) for course in courses)
