"""Subtitles of any usual make become one WebVTT that boxes get, and go through the reviews like the film."""

from __future__ import annotations

import pytest

from county.courses.models import Course, CourseState, FrozenDocument, Lesson
from county.courses.review import pass_first, pass_second, release
from county.courses.subtitle_text import as_webvtt, decoded
from county.courses.subtitles import LIMIT_BYTES, remove_subtitles, save_subtitles
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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("湿度 < 60 % & 温度 > 25 度", "湿度 &lt; 60 % &amp; 温度 &gt; 25 度"),
        ("<I>育苗</I> A&B", "<i>育苗</i> A&amp;B"),
        ("&lt;已写好&gt; &amp;", "&lt;已写好&gt; &amp;"),
        ('{\\an8}<font color="#ffff00">黄色</font><c.x>', "黄色&lt;c.x&gt;"),
        ("A<B 和 <b>粗</b>", "A&lt;B 和 <b>粗</b>"),
    ],
)
def test_what_subrip_shows_as_a_sign_is_a_sign_in_webvtt_too(said: str, kept: str) -> None:
    assert as_webvtt(SRT.replace("大棚番茄", said)).split("\n")[4] == kept


def test_webvtt_says_itself_what_is_a_mark() -> None:
    told = VTT.replace("大棚番茄", "<v 王老师>A &amp; B</v>")
    assert "<v 王老师>A &amp; B</v>" in as_webvtt(told)


TRADITIONAL = "各位鄉親，今天講解大棚番茄的育苗與病蟲害防治，請注意溫度和濕度。"
SIMPLIFIED = "各位乡亲，今天讲解大棚番茄的育苗与病虫害防治，请注意温度和湿度。"


@pytest.mark.parametrize(
    ("words", "coding"),
    [(TRADITIONAL, "big5"), (TRADITIONAL, "gb18030"), (SIMPLIFIED, "gb18030"), ("番茄", "big5"), ("番茄", "gb18030"),
     ("育苗", "big5"), ("ok", "big5"), (TRADITIONAL, "utf-16"), (SIMPLIFIED, "utf-8")],
)  # fmt: skip
def test_files_from_both_sides_of_the_strait_are_read_as_they_were_written(words: str, coding: str) -> None:
    assert words in decoded(SRT.replace("大棚番茄", words).replace("育苗", words).encode(coding))


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
