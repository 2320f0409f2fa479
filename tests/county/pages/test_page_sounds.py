"""Recorded prompts and music in the browser, from the upload to the release."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from county.pages import sounds as pages
from county.sounds.models import Recording, SoundList
from playlists.sound_steps import STEPS
from tests.county.page_text import text
from tests.county.pages.conftest import Browse
from tests.county.sounds.recordings import prepared, recording
from tests.county.world import PASSPHRASE


def sent(path: Path, kind: str = "gathering", title: str = "请大家入座") -> dict[str, object]:
    """A recording as the form sends it."""
    return {"kind": kind, "title": title, "file": SimpleUploadedFile(path.name, path.read_bytes())}


def test_every_step_says_when_it_is_heard_and_what_might_be_said(browse: Browse) -> None:
    shown = text(browse("zhou").get("/sounds"))
    assert shown.count("还没有录音") == len(STEPS)
    assert "还没有等候音乐" in shown
    assert "停电之后 开机后有没放完的集中学习时" in shown
    assert 'value="还有一分钟就开始，请坐好。"' in browse("zhou").get("/sounds").content.decode()
    assert "传录音" not in text(browse("sun").get("/sounds"))


def test_a_recording_goes_through_all_hands(browse: Browse, tmp_path: Path) -> None:
    path = recording(tmp_path, "a.wav")
    assert "录音已收到" in text(browse("zhou").post("/sounds/upload", sent(path), follow=True))
    waiting = browse("zhou").get("/sounds")
    assert "等待处理" in text(waiting)
    assert "data-done" not in browse("zhou").get("/sounds/rows").content.decode()
    prepared()
    assert "data-done" in browse("zhou").get("/sounds/rows").content.decode()
    shown = browse("zhou").get("/sounds")
    assert "请大家入座 2.0秒 未签发" in text(shown)
    assert f"/published/media/{Recording.objects.get().sha256[:2]}/" in shown.content.decode()
    assert "已送审" in text(browse("zhou").post("/sounds/propose", follow=True))
    seen = SoundList.objects.get().sha256
    for reviewer in ("li", "wang"):
        shown = browse(reviewer).get("/sounds")
        assert "新增：开始集合 2.0秒 请大家入座" in text(shown)
        assert "声音 1" in text(shown)
        assert "听过，签名" in text(shown)
        wanted = {"list": seen, "passphrase": PASSPHRASE[reviewer]}
        assert "已签名" in text(browse(reviewer).post("/sounds/sign", wanted, follow=True))
    assert "等待签发的声音" in text(browse("chen").get("/sounds"))
    assert "声音已签发" in text(browse("chen").post("/sounds/release", {"list": seen}, follow=True))
    shown = text(browse("sun").get("/sounds"))
    assert "请大家入座 2.0秒 站点可听" in shown
    assert "站点现在的声音：li、wang审核签名，陈签签发（" in shown
    assert "声音" in text(browse("zhou").get("/publication"))
    browse("zhou").post("/sounds/upload", sent(recording(tmp_path, "b.wav", source="sine=660:d=1"), title="请坐好"))
    prepared()
    assert "请坐好 1.0秒 未签发 站点放的是原来的" in text(browse("sun").get("/sounds"))


def test_music_is_uploaded_heard_and_removed(browse: Browse, tmp_path: Path) -> None:
    path = recording(tmp_path, "m.wav", source="sine=330:d=6")
    browse("zhou").post("/sounds/upload", sent(path, "music", "山歌"))
    prepared()
    browse("zhou").post("/sounds/propose")
    assert "新增：等候音乐 6.0秒 山歌" in text(browse("li").get("/sounds"))
    key = Recording.objects.get().pk
    assert "“山歌”已移除，各站点不再播放" in text(browse("li").post(f"/sounds/{key}/remove", follow=True))
    assert "还没有等候音乐" in text(browse("zhou").get("/sounds"))
    assert browse("li").post(f"/sounds/{key}/remove").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "请写明录音的内容"),
        ({"kind": "dancing"}, "没有这个提示的位置"),
        ({"file": ""}, "请选择录音文件"),
        ({"file": SimpleUploadedFile("a.wav", b"")}, "文件是空的"),
    ],
)
def test_what_is_wrong_with_an_upload_is_said(
    browse: Browse, tmp_path: Path, change: dict[str, object], words: str
) -> None:
    answer = browse("zhou").post("/sounds/upload", sent(recording(tmp_path, "a.wav")) | change, follow=True)
    assert words in text(answer)
    assert not Recording.objects.exists()


def test_a_file_that_is_too_large_is_said_to_be(
    browse: Browse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LIMIT_MB", 0)
    answer = browse("zhou").post("/sounds/upload", sent(recording(tmp_path, "a.wav")), follow=True)
    assert "录音文件超过 0 MB" in text(answer)


def test_a_file_that_is_no_recording_says_so_beside_its_step_and_the_old_one_stays(
    browse: Browse, tmp_path: Path
) -> None:
    browse("zhou").post("/sounds/upload", sent(recording(tmp_path, "a.wav")))
    prepared()
    broken = tmp_path / "照片.jpg"
    broken.write_bytes(b"a picture, not a sound" * 50)
    browse("zhou").post("/sounds/upload", sent(broken, title="新的"))
    prepared()
    shown = text(browse("zhou").get("/sounds"))
    assert "照片.jpg：这个文件不是录音" in shown
    assert "请大家入座 2.0秒" in shown
    music = sent(broken, "music", "不是音乐")
    browse("zhou").post("/sounds/upload", music | {"file": SimpleUploadedFile("b.jpg", b"x")})
    prepared()
    assert "不是音乐 b.jpg：这个文件不是录音" in text(browse("zhou").get("/sounds"))


def test_what_is_sent_back_says_why_and_the_reviewer_is_asked_no_more(browse: Browse, tmp_path: Path) -> None:
    browse("zhou").post("/sounds/upload", sent(recording(tmp_path, "a.wav")))
    prepared()
    browse("zhou").post("/sounds/propose")
    seen = SoundList.objects.get().sha256
    assert "已退回" in text(browse("li").post("/sounds/refuse", {"list": seen, "reason": "听不清"}, follow=True))
    shown = text(browse("zhou").get("/sounds"))
    assert "声音已退回" in shown
    assert "听不清" in shown
    assert "声音 1" not in text(browse("wang").get("/sounds"))
    assert "声音有改动，还没有送审" in shown
