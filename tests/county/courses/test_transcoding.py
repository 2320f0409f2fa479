"""Uploads become renditions, with real ffmpeg; what cannot be used is refused in plain Chinese."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from county.courses.editing import add_lesson, create_course, receive_upload
from county.courses.models import Course, Rendition, Upload, UploadState
from county.courses.transcode import SOUND_ADDED
from county.errors import Refused
from county.folders import published_folder, uploads_folder, work_folder
from county.jobs.models import Job, JobState
from county.jobs.runner import Runner
from county.jobs.works import WORKS
from playlists.targets import media_path
from tests.county.world import TEXT, County


def upload(films: Path, name: str) -> Upload:
    lesson = add_lesson(create_course(TEXT, None), "第一课")
    return receive_upload(lesson, name, [(films / name).read_bytes()], None)


def run_jobs() -> None:
    Runner(WORKS, lease_s=30).run_until_empty()


def streams_of(sha256: str) -> dict[str, dict[str, object]]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", str(published_folder() / media_path(sha256))]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"]
    return {stream["codec_type"]: stream for stream in found}


def test_a_film_becomes_renditions_that_every_box_can_play(any_county: County, films: Path) -> None:
    row = upload(films, "good.mp4")
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.problem, row.note) == (UploadState.READY, "", "")
    assert Job.objects.get().state == JobState.DONE
    renditions = list(row.lesson.renditions.all())
    assert [rendition.height for rendition in renditions] == [240, 360]
    for rendition in renditions:
        data = (published_folder() / media_path(rendition.sha256)).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (rendition.sha256, rendition.bytes)
        assert data.index(b"moov") < data.index(b"mdat")
        streams = streams_of(rendition.sha256)
        picture = streams["video"]
        assert (picture["profile"], picture["pix_fmt"], picture["height"]) == ("Main", "yuv420p", rendition.height)
        assert int(str(picture["level"])) <= 31
        assert streams["audio"]["profile"] == "LC"
    course = Course.objects.get()
    assert (published_folder() / media_path(course.poster_sha256)).read_bytes()[:2] == b"\xff\xd8"
    assert abs(course.lessons.get().duration_ms - 5000) < 100
    assert not list(work_folder().iterdir())


def test_key_frames_are_two_seconds_apart(county: County, films: Path) -> None:
    upload(films, "good.mp4")
    run_jobs()
    film = str(published_folder() / media_path(Rendition.objects.get(height=240).sha256))
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-skip_frame", "nokey"]
    command += ["-show_entries", "frame=pts_time", "-of", "csv=p=0", film]
    times = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert [round(float(moment.strip(","))) for moment in times] == [0, 2, 4]


def test_a_film_without_sound_gets_a_silent_track_and_a_visible_note(county: County, films: Path) -> None:
    row = upload(films, "silent.mp4")
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.note) == (UploadState.READY, SOUND_ADDED)
    streams = streams_of(row.lesson.renditions.first().sha256)
    assert streams["audio"]["codec_name"] == "aac"
    assert abs(float(str(streams["video"]["duration"])) - 5) < 0.2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("text.mp4", "不是视频"),
        ("picture.png", "不是视频"),
        ("list.m3u8", "不是视频"),
        ("headless.mp4", "不是视频"),
        ("sound-only.mp3", "没有画面"),
        ("cut.mp4", "文件不完整：应有0分05秒"),
    ],
)
def test_what_is_no_whole_film_is_refused_in_words_and_leaves_nothing(
    county: County, films: Path, name: str, words: str
) -> None:
    row = upload(films, name)
    run_jobs()
    row.refresh_from_db()
    job = Job.objects.get()
    assert row.state == UploadState.REFUSED
    assert words in row.problem
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 1, row.problem)
    assert not Rendition.objects.exists()
    assert not list(work_folder().iterdir())
    assert not list(published_folder().glob("media/*/*"))


def test_an_empty_and_an_oversized_upload_are_refused_at_once(county: County, settings: Any) -> None:
    lesson = add_lesson(create_course(TEXT, None), "第一课")
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, upload_limit_mb=1)
    with pytest.raises(Refused, match="空"):
        receive_upload(lesson, "empty.mp4", [], None)
    with pytest.raises(Refused, match="超过 1 MB"):
        receive_upload(lesson, "huge.mp4", [bytes(1 << 20), b"x"], None)
    assert not Upload.objects.exists()
    assert not any(uploads_folder().iterdir())


def test_a_newer_upload_replaces_one_that_still_waits(county: County, films: Path) -> None:
    row = upload(films, "text.mp4")
    newer = receive_upload(row.lesson, "good.mp4", [(films / "good.mp4").read_bytes()], None)
    run_jobs()
    row.refresh_from_db()
    newer.refresh_from_db()
    assert (row.problem, newer.state) == ("已被新的上传代替", UploadState.READY)


RUNNER = """
import django; django.setup()
from county.jobs.runner import Runner
from county.jobs.works import WORKS
Runner(WORKS, lease_s=3600).run_until_empty()
"""


def test_a_transcode_killed_in_the_middle_is_taken_up_again_at_once(county: County, tmp_path: Path) -> None:
    film = tmp_path / "long.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=5", "-f", "lavfi", "-i", "sine=d=5"]
    subprocess.run(["ffmpeg", "-v", "error", *source, "-preset", "ultrafast", str(film)], check=True)
    row = upload(tmp_path, "long.mp4")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "county.settings",
        "YUANJIAO_COUNTY_DATA": str(county.folder),
        "YUANJIAO_COUNTY_ENCODER_PRESET": "superfast",
    }
    process = subprocess.Popen([sys.executable, "-c", RUNNER], env=environment)
    _wait(lambda: Job.objects.get().progress > 0)
    encoder = _child_of(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _wait(lambda: not Path(f"/proc/{encoder}").exists())
    assert Job.objects.get().state == JobState.RUNNING
    assert not list(published_folder().glob("media/*/*"))

    runner = Runner(WORKS, lease_s=3600, poll_s=0.1)
    runner.start()
    _wait(lambda: Job.objects.get().state == JobState.DONE, timeout_s=90)
    runner.stop()
    assert Job.objects.get().attempts == 2
    row.refresh_from_db()
    assert row.state == UploadState.READY
    assert row.lesson.renditions.count() == 4
    assert not list(work_folder().iterdir())
    for blob in published_folder().glob("media/*/*"):
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name


def _wait(is_so: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def _child_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return next(int(child) for file in children for child in file.read_text().split())
