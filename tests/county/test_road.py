"""The whole road of a course, from an uploaded film to what a box accepts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from county.courses.editing import add_lesson, create_course, receive_upload
from county.courses.models import Course
from county.courses.review import pass_first, pass_second, release
from county.folders import published_folder
from county.founding import trust_files
from county.jobs.runner import Runner
from county.jobs.works import WORKS
from county.plans.planning import Item, SessionWish, save_playlist, save_session
from county.publishing.publish import publish
from playlists.verify import verify_tree
from tests.county.world import PASSPHRASE, TEXT, County, TestBox


def test_what_was_uploaded_reviewed_released_and_planned_is_accepted_from_end_to_end(
    any_county: County, films: Path
) -> None:
    course = create_course(TEXT, any_county.person("zhou"))
    receive_upload(add_lesson(course, "第一课"), "good.mp4", [(films / "good.mp4").read_bytes()], None)
    Runner(WORKS, lease_s=60).run_until_empty()
    pass_first(Course.objects.get(), any_county.person("li"), PASSPHRASE["li"])
    pass_second(Course.objects.get(), any_county.person("wang"), PASSPHRASE["wang"])
    assert release(Course.objects.get(), any_county.person("chen")).problems == []
    playlist = save_playlist("春耕", [Item(course.pk)], any_county.person("zhou"))
    save_session("county", SessionWish("春耕备耕", playlist.pk, "2026-03-06T19:30"))
    TestBox().bound(any_county)
    publish()

    findings = verify_tree(published_folder(), trust_files()["root.json"].read_bytes(), datetime.now(UTC))
    assert findings.problems == []
    assert findings.stale_since is None
    assert {kind: findings.counts[kind] for kind in ("courses", "catalogue", "boxes")} == {
        "courses": 1,
        "catalogue": 1,
        "boxes": 1,
    }
    assert not list(published_folder().rglob(".*"))
