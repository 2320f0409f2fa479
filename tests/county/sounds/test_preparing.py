"""An uploaded recording becomes a small mono file, as loud as all others; what is no recording says why."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from county.courses.models import UploadState
from county.courses.originals import GRACE, sweep
from county.errors import Refused
from county.folders import published_folder, uploads_folder, work_folder
from county.jobs.models import Job, JobState
from county.jobs.runner import Interrupted
from county.sounds import editing, loudness
from county.sounds.editing import SoundWish, receive
from county.sounds.models import Recording
from county.sounds.prepare import needed_originals, prepare
from playlists.targets import media_path
from tests.county.sounds.recordings import prepared, recording, uploaded
from tests.county.world import County

QUIET = "sine=440:d=2,volume=0.02"


def blob(row: Recording) -> Path:
    return published_folder() / media_path(row.sha256)


def loudness_of(path: Path) -> float:
    done = subprocess.run(loudness.measuring(path, -16.0), capture_output=True, check=True)
    found = loudness.measured(done.stderr)
    assert found is not None
    return float(found.input_i)


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a.ogg", "a.flac"])
def test_whatever_people_record_with_becomes_what_boxes_play(county: County, tmp_path: Path, name: str) -> None:
    row = uploaded(recording(tmp_path, name, codec=("-ac", "2")))
    assert (row.state, row.problem) == (UploadState.READY, "")
    assert abs(row.duration_ms - 2_000) < 150
    assert row.blob_bytes == blob(row).stat().st_size < 20_000
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", str(blob(row))]
    (stream,) = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["streams"]
    assert (stream["codec_name"], stream["profile"], stream["channels"]) == ("aac", "LC", 1)


def test_a_quiet_and_a_loud_recording_are_equally_loud_and_music_is_softer(county: County, tmp_path: Path) -> None:
    quiet = uploaded(recording(tmp_path, "quiet.wav", source=QUIET))
    loud = uploaded(recording(tmp_path, "loud.wav", source="sine=440:d=2,volume=6"), "counting")
    music = uploaded(recording(tmp_path, "music.wav", source="sine=330:d=6"), "music")
    heard = [loudness_of(blob(row)) for row in (quiet, loud, music)]
    assert abs(heard[0] - loudness.PROMPT_LUFS) < 1.5
    assert abs(heard[1] - heard[0]) < 1.5
    assert abs(heard[2] - loudness.MUSIC_LUFS) < 1.5


def test_a_film_gives_its_sound_alone(county: County, tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=2")
    sound = ("-f", "lavfi", "-i", "sine=440:d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *picture, *sound, str(path)], check=True)
    row = uploaded(path)
    assert row.state == UploadState.READY
    command = ["ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", "stream=codec_type", str(blob(row))]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["audio"]


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("sine=440:d=31", "gathering", "语音提示最长 30 秒，这个文件有 31 秒"),
        ("sine=440:d=601", "music", "等候音乐最长 10 分钟，这个文件有 10 分 1 秒"),
        ("sine=440:d=0.2", "gathering", "语音提示最短 0.5 秒"),
        ("sine=440:d=2", "music", "等候音乐最短 5 秒"),
        ("anullsrc=r=16000:cl=mono:d=2", "gathering", "从头到尾没有声音"),
    ],
)
def test_what_is_too_long_too_short_or_silent_says_so(
    county: County, tmp_path: Path, source: str, kind: str, words: str
) -> None:
    codec = () if source.startswith("anull") else ("-ar", "8000")
    source = source if not source.startswith("anull") else "anullsrc=r=16000:cl=mono,atrim=duration=2"
    row = uploaded(recording(tmp_path, "a.wav", source=source, codec=codec), kind)
    assert row.state == UploadState.REFUSED
    assert words in row.problem
    assert not row.sha256


@pytest.mark.parametrize("content", [b"not a sound" * 1000, b"\x00" * 5000, b"#EXTM3U\nhttp://county.invalid/a.mp3\n"])
def test_what_is_no_recording_is_refused_and_leaves_nothing_behind(
    county: County, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    row = uploaded(path)
    assert (row.state, row.problem) == (
        UploadState.REFUSED,
        "这个文件不是录音，或者已损坏、不完整；请在电脑上试听后重新上传",
    )
    assert not list(work_folder().glob("sound-*"))
    assert Job.objects.get().state == JobState.FAILED


def test_a_film_without_sound_is_no_recording(county: County, tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *picture, str(path)], check=True)
    assert uploaded(path).problem == "这个文件里没有声音"


@pytest.mark.parametrize(
    ("wish", "content", "words"),
    [
        (SoundWish("gathering", "请坐", "a.wav"), b"", "文件是空的"),
        (SoundWish("gathering", " ", "a.wav"), b"x", "请写明录音的内容"),
        (SoundWish("gathering", "长" * 201, "a.wav"), b"x", "200 字以内"),
        (SoundWish("dancing", "跳舞", "a.wav"), b"x", "没有这个提示的位置"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_at_once(
    county: County, wish: SoundWish, content: bytes, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        receive(wish, [content], None)
    assert not Recording.objects.exists()
    assert not list(uploads_folder().iterdir())


def test_a_file_that_is_too_large_is_refused_before_it_fills_the_disk(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "LIMIT_MB", 1)
    with pytest.raises(Refused, match="文件超过 1 MB"):
        receive(SoundWish("gathering", "请坐", "a.wav"), (b"x" * 100_000 for _ in range(20)), None)
    assert not list(uploads_folder().iterdir())


def test_there_is_room_for_twenty_pieces_of_music(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST_MUSIC", 1)
    receive(SoundWish("music", "山歌", "a.wav"), [b"x"], None)
    with pytest.raises(Refused, match="最多 1 首等候音乐"):
        receive(SoundWish("music", "民乐", "b.wav"), [b"x"], None)
    prepared()
    assert receive(SoundWish("music", "民乐", "b.wav"), [b"x"], None), "the first one was no recording"


def test_an_original_stays_until_it_is_prepared_and_goes_with_the_next_sweep(county: County, tmp_path: Path) -> None:
    row = receive(SoundWish("gathering", "请坐", "a.wav"), [recording(tmp_path, "a.wav").read_bytes()], None)
    later = timezone.now() + 2 * GRACE
    assert sweep(later, needed_originals()) == 0
    prepared()
    assert sweep(later, needed_originals()) == 1
    assert blob(Recording.objects.get(pk=row.pk)).exists()


def test_work_that_must_be_let_go_of_is_taken_up_again(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("county.sounds.prepare._BEAT_S", 0.001)
    row = receive(SoundWish("gathering", "请坐", "a.wav"), [recording(tmp_path, "a.wav").read_bytes()], None)
    with pytest.raises(Interrupted):
        prepare(row.pk, lambda _: False)
    assert Recording.objects.get(pk=row.pk).state == UploadState.WORKING
    assert not list(work_folder().glob("sound-*"))
    prepare(row.pk, lambda _: True)
    assert Recording.objects.get(pk=row.pk).state == UploadState.READY


def test_another_recording_of_a_step_takes_the_place_of_the_first_once_it_is_ready(
    county: County, tmp_path: Path
) -> None:
    first = uploaded(recording(tmp_path, "a.wav"))
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"x")
    uploaded(broken)
    assert not Recording.objects.get(pk=first.pk).replaced
    second = uploaded(recording(tmp_path, "b.wav", source="sine=660:d=1"))
    assert Recording.objects.get(pk=first.pk).replaced
    assert not second.replaced
