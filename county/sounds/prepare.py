"""The job ``sound``: an uploaded recording becomes a small file for boxes, as loud as all others.

All work happens in a folder of its own that is emptied before each attempt, so a kill leaves nothing behind; the row
changes at the end. What is wrong with a recording is written on it in Chinese. Run by `county.jobs.runner`.
"""

from __future__ import annotations

import logging
import subprocess
import time
from pathlib import Path

from django.db import transaction

from county.courses.media import keep_blob
from county.courses.models import UploadState
from county.courses.probe import Looked, look
from county.folders import uploads_folder, work_folder
from county.jobs.runner import Interrupted, Progress
from county.sounds import loudness
from county.sounds.models import MUSIC, Recording
from playlists.documents import Blob
from playlists.errors import BadData, FailedAttempt

log = logging.getLogger(__name__)
PROMPT_MS = (500, 30_000)
MUSIC_MS = (5_000, 10 * 60_000)
_BEAT_S = 5.0
_LIMIT_S = 600.0
NOT_A_RECORDING = "这个文件不是录音，或者已损坏、不完整；请在电脑上试听后重新上传"
NO_SOUND = "这个文件里没有声音"
SILENCE = "这个录音从头到尾没有声音；请检查话筒后重新录"


class UnusableRecording(BadData):
    """The upload cannot be heard; ``problem`` is a Chinese sentence for the page."""


def prepare(subject: int, progress: Progress) -> None:
    """Turn recording number ``subject`` into what boxes play.

    Raises:
        UnusableRecording: It cannot be used; the recording says why.
        FailedAttempt: ffmpeg was stopped or the disk failed; it may be tried again.
    """
    row = Recording.objects.filter(pk=subject).first()
    if row is None or row.state in (UploadState.READY, UploadState.REFUSED):
        return  # finished just before the runner was killed
    Recording.objects.filter(pk=subject).update(state=UploadState.WORKING)
    output = work_folder() / f"sound-{subject}.mp4"
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        _prepare(row, uploads_folder() / row.path, output, progress)
    except UnusableRecording as error:
        Recording.objects.filter(pk=subject).update(state=UploadState.REFUSED, problem=error.problem)
        raise
    except OSError as error:
        raise FailedAttempt(f"recording {subject}", f"磁盘写入失败：{error.strerror}") from error
    finally:
        output.unlink(missing_ok=True)


def gave_up(subject: int, error: str) -> None:
    """Write on the recording why no further attempt is made."""
    waiting = Recording.objects.filter(pk=subject, state__in=(UploadState.WAITING, UploadState.WORKING))
    waiting.update(state=UploadState.REFUSED, problem=error)


def needed_originals() -> set[str]:
    """Return the names of the originals that are still to be prepared."""
    at_work = Recording.objects.filter(state__in=(UploadState.WAITING, UploadState.WORKING))
    return set(at_work.values_list("path", flat=True))


def _prepare(row: Recording, path: Path, output: Path, progress: Progress) -> None:
    _check(_look(path), row.kind, path.name)
    lufs = loudness.MUSIC_LUFS if row.kind == MUSIC else loudness.PROMPT_LUFS
    found = loudness.measured(_run(loudness.measuring(path, lufs), progress, 0))
    if found is None:
        raise UnusableRecording(path.name, "", NOT_A_RECORDING)
    if found.is_silence():
        raise UnusableRecording(path.name, "", SILENCE)
    _run(loudness.levelling(path, output, lufs, found), progress, 500)
    made = _look(output)
    _check(made, row.kind, path.name)  # what could be read of it, whatever its head says
    _keep(row, made.duration_ms, keep_blob(output))


def _look(path: Path) -> Looked:
    found = look(path)
    if found is None:
        raise UnusableRecording(path.name, "", NOT_A_RECORDING)
    return found


def _check(found: Looked, kind: str, where: str) -> None:
    if not found.has_sound:
        raise UnusableRecording(where, "", NO_SOUND)
    least_ms, most_ms = MUSIC_MS if kind == MUSIC else PROMPT_MS
    what = "等候音乐" if kind == MUSIC else "语音提示"
    if found.duration_ms > most_ms:
        raise UnusableRecording(where, "", f"{what}最长{_clock(most_ms)}，这个文件有{_clock(found.duration_ms)}")
    if 0 < found.duration_ms < least_ms:
        raise UnusableRecording(where, "", f"{what}最短 {least_ms / 1000:g} 秒，这个文件太短")


def _clock(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    if not minutes:
        return f" {seconds} 秒"
    return f" {minutes} 分 {seconds} 秒" if seconds else f" {minutes} 分钟"


def _run(command: list[str], progress: Progress, thousandths: int) -> bytes:
    """Run ffmpeg, which dies with this process, and return what it said."""
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        words = _await(process, progress, thousandths)
    finally:
        process.kill()
        process.wait()
    if process.returncode < 0 or b"No space left" in words:
        raise FailedAttempt("ffmpeg", "处理被中断")
    if process.returncode:
        log.warning("ffmpeg ended with %s: %s", process.returncode, words[-500:].decode(errors="replace"))
        raise UnusableRecording("ffmpeg", "", NOT_A_RECORDING)
    return words


def _await(process: subprocess.Popen[bytes], progress: Progress, thousandths: int) -> bytes:
    """Return what a process says until its end; it ends when we must let go, or after too long."""
    ends_s = time.monotonic() + _LIMIT_S
    while True:
        try:
            return process.communicate(timeout=_BEAT_S)[1]
        except subprocess.TimeoutExpired:
            if not progress(thousandths):
                raise Interrupted from None
            if time.monotonic() > ends_s:
                process.kill()


@transaction.atomic
def _keep(row: Recording, duration_ms: int, blob: Blob) -> None:
    """Write everything about the finished recording; what it takes the place of is replaced."""
    if row.kind != MUSIC:
        Recording.objects.filter(kind=row.kind, pk__lt=row.pk).update(replaced=True)
    Recording.objects.filter(pk=row.pk).update(
        state=UploadState.READY, problem="", duration_ms=duration_ms, sha256=blob.sha256, blob_bytes=blob.bytes,
        chunk_list=blob.chunk_list or "",
    )  # fmt: skip
