"""Subtitles of any usual make become one WebVTT that boxes get, and go through the reviews like the film."""

from __future__ import annotations

import pytest

from county.courses.models import Course, CourseState, FrozenDocument, Lesson
from county.courses.review import pass_first, pass_second, release
from county.courses.subtitles import LIMIT_BYTES, as_webvtt, remove_subtitles, save_subtitles
from county.errors import Refused
from county.folders import published_folder
from playlists import documents
from playlists.codec import decode_document
from playlists.targets import course_path, media_path
from playlists.trust.repository import Repository
from tests.county.world import PASSPHRASE, County, ready_course, released_course

SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\n大棚番茄\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n<i>育苗</i>\r\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.500 line:0\n大棚番茄\n"


def lesson() -> Lesson:
    return ready_course().lessons.get()


def blob_of(found: Lesson) -> str:
    return (published_folder() / media_path(found.subtitles_sha256)).read_text(encoding="utf-8")


def test_subrip_becomes_webvtt() -> None:
    made = as_webvtt(SRT)
    assert made.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.500\n大棚番茄\n")
    assert "00:00:04.000 --> 00:00:06.000\n<i>育苗</i>\n" in made


def test_webvtt_stays_with_its_settings_and_gets_full_times() -> None:
    assert as_webvtt(VTT) == "WEBVTT\n\n00:00:01.000 --> 00:00:03.500 line:0\n大棚番茄\n"


def test_times_written_closely_are_read_and_a_line_that_no_player_reads_is_named() -> None:
    assert "00:00:01.000 --> 00:00:03.500\n大棚" in as_webvtt(SRT.replace(" --> ", "-->"))
    with pytest.raises(Refused, match="第 6 行的时间“00:00:04,000 --> 00:00:06,0”读不懂"):
        as_webvtt(SRT.replace("06,000", "06,0"))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_usual_coding_is_read(county: County, coding: str) -> None:
    assert "大棚番茄" in blob_of(save_subtitles(lesson(), SRT.encode(coding)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"x" * (LIMIT_BYTES + 1), "超过 1 MB"),
        ("没有字幕的文字 --> 也不是".encode(), "没有字幕"),
        (bytes(range(128, 256)) * 20, "读不出来|没有字幕"),
        (SRT.encode("utf-16") * 1 + ("字" * 500_000).encode("utf-16-le"), "超过 1 MB"),
    ],
)
def test_what_is_no_subtitles_is_refused_and_nothing_changes(county: County, data: bytes, words: str) -> None:
    held = lesson()
    with pytest.raises(Refused, match=words):
        save_subtitles(held, data)
    assert Lesson.objects.get().subtitles_sha256 == ""
    assert Course.objects.get().revision == held.course.revision


def test_boxes_get_the_subtitles_with_the_release_and_none_after_they_were_removed(county: County) -> None:
    course = released_course(county)
    held = save_subtitles(course.lessons.get(), SRT.encode())
    assert Course.objects.get().state == CourseState.DRAFT
    assert in_the_document(course) == ()
    through_all(county)
    (found,) = in_the_document(course)
    assert (found.language, found.blob.sha256, found.blob.chunk_list) == ("zh", held.subtitles_sha256, None)
    assert found.blob.bytes == len(blob_of(held).encode())
    remove_subtitles(held)
    through_all(county)
    assert in_the_document(course) == ()
    assert FrozenDocument.objects.count() == 2


def in_the_document(course: Course) -> tuple[documents.Subtitles, ...]:
    path = course_path(course.pk)
    body = Repository(published_folder()).read(path)
    return decode_document(documents.Course, body, path).lessons[0].subtitles


def through_all(county: County) -> None:
    pass_first(Course.objects.get(), county.person("li"), PASSPHRASE["li"])
    pass_second(Course.objects.get(), county.person("wang"), PASSPHRASE["wang"])
    release(Course.objects.get(), county.person("chen"))
