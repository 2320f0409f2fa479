"""Making, filling and changing a course in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from county.courses.editing import receive_upload
from county.courses.models import Course, Lesson, Upload, UploadState
from county.jobs.models import Job, JobState
from county.jobs.runner import Runner
from county.jobs.works import WORKS
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.world import County, ready_course

TYPED = {"title": "竹荪栽培", "category": "种植 / 食用菌", "provider": "县农业农村局"}
NASTY = '<script>alert("x")</script>\'"><img src=x onerror=alert(1)>'


def film(name: str = "VID_1.mp4", content: bytes = b"bytes") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="video/mp4")


def test_a_new_course_takes_its_films_in_the_order_of_their_names(browse: Browse) -> None:
    wanted = TYPED | {"films": [film("2.mp4"), film("1.mp4")], "lesson_titles": "选地\n"}
    answer = browse("zhou").post("/courses/new", wanted, follow=True)
    assert "课件“竹荪栽培”已建立，编号 101；2 个视频正在转码。" in text(answer)
    course = Course.objects.get()
    assert course.category == ["种植", "食用菌"]
    uploads = Upload.objects.order_by("lesson__position")
    assert [(one.lesson.title, one.filename) for one in uploads] == [("选地", "1.mp4"), ("2", "2.mp4")]
    assert Job.objects.filter(state=JobState.WAITING).count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "请填写这一项。"),
        ({"title": "长" * 201}, "太长了，最多 200 个字。"),
        ({"category": "一/二/三/四"}, "类别应有一到三级"),
        ({"category": " / "}, "类别应有一到三级"),
        ({"provider": " "}, "请填写这一项。"),
    ],
)
def test_what_is_wrong_in_the_form_is_named_and_the_rest_is_kept(
    browse: Browse, change: dict[str, str], words: str
) -> None:
    answer = browse("zhou").post("/courses/new", TYPED | {"source": "卫星第 3 期"} | change)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "卫星第 3 期" in answer.content.decode()
    assert Course.objects.count() == 0


def test_an_empty_film_is_refused_and_the_others_stay(browse: Browse) -> None:
    answer = browse("zhou").post("/courses/new", TYPED | {"films": [film("a.mp4"), film("b.mp4", b"")]}, follow=True)
    assert "b.mp4：文件是空的" in text(answer)
    assert [lesson.title for lesson in Lesson.objects.all()] == ["a"]


@pytest.mark.parametrize(
    "address", ["/courses", "/reviews", "/courses/course-101", "/courses/course-101/films", "/playlists/new"]
)
def test_marks_in_titles_stay_text(browse: Browse, county: County, address: str) -> None:
    course = ready_course()
    Course.objects.update(title=NASTY, provider=NASTY, summary=NASTY, category=[NASTY], source=NASTY)
    Lesson.objects.update(title=NASTY)
    receive_upload(course.lessons.get(), NASTY, [b"x"], county.person("zhou"))
    body = browse("zhou").get(address).content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body


def test_progress_is_shown_until_the_film_is_ready(browse: Browse, county: County, films: Path) -> None:
    client = browse("zhou")
    client.post("/courses/new", TYPED | {"films": [film("一讲.mp4", (films / "good.mp4").read_bytes())]})
    part = client.get("/courses/course-101/films")
    assert "等待转码" in text(part)
    assert "data-done" not in part.content.decode()
    Upload.objects.update(state=UploadState.WORKING)
    Job.objects.update(state=JobState.RUNNING, progress=437)
    assert "正在转码 43%" in text(client.get("/courses/course-101/films"))
    Upload.objects.update(state=UploadState.WAITING)
    Job.objects.update(state=JobState.WAITING, progress=0)
    Runner(WORKS, 60).run_until_empty()
    part = client.get("/courses/course-101/films")
    assert "data-done" in part.content.decode()
    assert "240p" in text(part)
    page = client.get("/courses/course-101").content.decode()
    assert page.count("/published/media/") == 3  # the film, its poster twice


def test_a_film_that_is_none_says_so(browse: Browse, films: Path) -> None:
    client = browse("zhou")
    client.post("/courses/new", TYPED | {"films": [film("说明.mp4", (films / "text.mp4").read_bytes())]})
    Runner(WORKS, 60).run_until_empty()
    words = text(client.get("/courses/course-101"))
    assert "说明.mp4：这个文件不是视频" in words
    assert "每一课都有可用的视频后才能初审" in words
    assert "视频有问题" in text(client.get("/courses"))


def test_editing_a_course_starts_the_reviews_over(browse: Browse) -> None:
    course = ready_course()
    answer = browse("zhou").post(f"/courses/{course.pk}/edit", TYPED, follow=True)
    assert "需要重新初审" in text(answer)
    fresh = Course.objects.get(pk=course.pk)
    assert (fresh.title, fresh.revision) == ("竹荪栽培", course.revision + 1)
    answer = browse("zhou").post(f"/courses/{course.pk}/edit", TYPED | {"title": ""})
    assert answer.status_code == 422
    assert Course.objects.get(pk=course.pk).title == "竹荪栽培"


def test_lessons_are_added_replaced_and_removed(browse: Browse) -> None:
    course, client = ready_course(), browse("zhou")
    client.post(f"/courses/{course.pk}/lessons", {"title": "", "film": film("第二讲 采收.mpg")})
    assert [lesson.title for lesson in course.lessons.all()] == ["第1课", "第二讲 采收"]
    assert "请选择视频文件。" in text(client.post(f"/courses/{course.pk}/lessons", {"title": "无片"}))
    client.post(f"/courses/{course.pk}/lessons/lesson-1/film", {"film": film("新.mp4")})
    assert Upload.objects.filter(lesson__key="lesson-1", filename="新.mp4").exists()
    assert "请选择视频文件。" in text(client.post(f"/courses/{course.pk}/lessons/lesson-1/film", follow=True))
    client.post(f"/courses/{course.pk}/lessons/lesson-1/remove")
    assert [lesson.title for lesson in course.lessons.all()] == ["第二讲 采收"]


def test_a_lesson_whose_film_was_refused_does_not_stay(browse: Browse) -> None:
    course = ready_course()
    answer = browse("zhou").post(
        f"/courses/{course.pk}/lessons", {"title": "空", "film": film("空.mp4", b"")}, follow=True
    )
    assert "文件是空的" in text(answer)
    assert course.lessons.count() == 1


def test_the_list_is_searched_by_number_words_and_state(browse: Browse) -> None:
    ready_course("水稻插秧")
    ready_course("生猪防疫")
    client = browse("zhou")
    assert "生猪防疫" not in text(client.get("/courses?q=101"))
    assert "水稻插秧" not in text(client.get("/courses?q=防疫"))
    assert "没有符合条件的课件" in text(client.get("/courses?state=released"))


def test_subtitles_are_sent_offered_to_reviewers_and_taken_away(browse: Browse, county: County) -> None:
    course = ready_course()
    client, address = browse("zhou"), f"/courses/{course.pk}/lessons/lesson-1/subtitles"
    assert "请选择字幕文件" in text(client.post(address, follow=True))
    file = SimpleUploadedFile("1.srt", "1\n00:00:01,000 --> 00:00:03,000\n育苗\n".encode())
    assert "字幕已收到" in text(client.post(address, {"subtitles": file}, follow=True))
    shown = browse("li").get(f"/courses/{course.pk}").content.decode()
    assert '<track kind="subtitles"' in shown
    wrong = SimpleUploadedFile("1.srt", b"no subtitles")
    assert "读不出来" in text(client.post(address, {"subtitles": wrong}, follow=True))
    assert "字幕已移除" in text(client.post(address, {"remove": "yes"}, follow=True))
    assert "<track" not in browse("li").get(f"/courses/{course.pk}").content.decode()
    assert browse("li").post(address).status_code == 403
