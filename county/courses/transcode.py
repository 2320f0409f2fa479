"""The job ``transcode``: an uploaded film becomes renditions, a poster and chunk lists.

All work happens in a folder of its own that is emptied before each attempt, so a kill at any instant leaves no
half file in the published tree; the rows change in one transaction at the end. What is wrong with the
film is written on the upload in Chinese. Run by `county.jobs.runner`.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from county.courses.editing import content_changed
from county.courses.ladder import Step, steps_for, transcode_command
from county.courses.media import keep_blob
from county.courses.models import Course, Rendition, Upload, UploadState
from county.courses.probe import Source, UnusableVideo, probe
from county.folders import uploads_folder, work_folder
from county.jobs.runner import Interrupted, Progress
from playlists.documents import Blob
from playlists.errors import FailedAttempt

log = logging.getLogger(__name__)
SILENCE_LIMIT_S = 300  # ffmpeg without a word of progress for so long hangs
TOLERATED_LOSS_MS = 2000
SOUND_ADDED = "原片没有声音，已配无声音轨；请确认是否需要重新录制"
NO_PICTURES_DECODED = "画面无法解码，文件可能已损坏；请重新上传"


def transcode(subject: int, progress: Progress) -> None:
    """Turn upload number ``subject`` into the renditions of its lesson.

    Raises:
        UnusableVideo: The film cannot be used; the upload says why.
        FailedAttempt: ffmpeg was stopped or the disk failed; it may be tried again.
    """
    upload = Upload.objects.select_related("lesson__course").filter(pk=subject).first()
    if upload is None or upload.state in (UploadState.READY, UploadState.REFUSED):
        return  # deleted meanwhile, or finished just before the runner was killed
    Upload.objects.filter(pk=subject).update(state=UploadState.WORKING)
    try:
        with _own_folder(subject) as folder:
            _transcode(upload, folder, progress)
    except UnusableVideo as error:
        Upload.objects.filter(pk=subject).update(state=UploadState.REFUSED, problem=error.problem)
        raise
    except OSError as error:
        raise FailedAttempt(f"upload {subject}", f"磁盘写入失败：{error.strerror}") from error


def _transcode(upload: Upload, folder: Path, progress: Progress) -> None:
    path = uploads_folder() / upload.path
    source = probe(path)
    steps = steps_for(source)
    outputs = tuple(folder / f"{step.height}.mp4" for step in steps)
    shown_ms = _run(transcode_command(path, source, steps, outputs, _preset()), source, progress)
    _check_whole(source, shown_ms, path.name)
    duration_ms = source.duration_ms or shown_ms
    poster = _poster(outputs[min(2, len(outputs) - 1)], folder / "poster.jpg", duration_ms)
    blobs = [keep_blob(output) for output in outputs]
    _keep(upload, source, duration_ms, list(zip(steps, blobs, strict=True)), keep_blob(poster))


def _preset() -> str:
    return settings.CONFIGURATION.encoder_preset


@contextmanager
def _own_folder(subject: int) -> Iterator[Path]:
    folder = work_folder() / f"upload-{subject}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], source: Source, progress: Progress) -> int:
    """Run ffmpeg, which dies with this process, and return how many milliseconds it wrote."""
    complaints = Path(command[-1]).parent / "ffmpeg.log"
    with complaints.open("wb") as errors:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", *command], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        shown_ms = _follow(process, source.duration_ms, progress)
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise _complaint(process.returncode, complaints)
    return shown_ms


def _follow(process: subprocess.Popen[str], duration_ms: int, progress: Progress) -> int:
    """Read ffmpeg's progress to its end; ffmpeg is killed when it falls silent or we must let go."""
    assert process.stdout
    shown_ms = 0
    with process.stdout as lines:
        watch = _kill_when_silent(process)
        for line in lines:
            key, _, value = line.strip().partition("=")
            if key == "out_time_us" and value.isdigit():
                shown_ms = max(shown_ms, int(value) // 1000)
            if key == "progress":
                watch.cancel()
                watch = _kill_when_silent(process)
                if not progress(_thousandths(shown_ms, duration_ms)):
                    watch.cancel()
                    raise Interrupted
        watch.cancel()
    process.wait()
    return shown_ms


def gave_up(subject: int, error: str) -> None:
    """Write on the upload why no further attempt is made."""
    waiting = Upload.objects.filter(pk=subject, state__in=(UploadState.WAITING, UploadState.WORKING))
    waiting.update(state=UploadState.REFUSED, problem=error)


def _kill_when_silent(process: subprocess.Popen[str]) -> threading.Timer:
    watch = threading.Timer(SILENCE_LIMIT_S, process.kill)
    watch.daemon = True
    watch.start()
    return watch


def _thousandths(shown_ms: int, duration_ms: int) -> int:
    return min(990, shown_ms * 1000 // duration_ms) if duration_ms else 0


def _complaint(returncode: int, complaints: Path) -> Exception:
    words = complaints.read_bytes()[-2000:].decode(errors="replace").strip()
    log.warning("ffmpeg ended with %s: %s", returncode, words)
    if returncode < 0 or "No space left" in words:
        last = words.splitlines()[-1] if words else f"信号 {-returncode}"
        return FailedAttempt("ffmpeg", f"转码被中断：{last}")
    return UnusableVideo("ffmpeg", "", NO_PICTURES_DECODED)


def _check_whole(source: Source, shown_ms: int, where: str) -> None:
    if shown_ms == 0:
        raise UnusableVideo(where, "", NO_PICTURES_DECODED)
    if shown_ms < source.duration_ms - max(TOLERATED_LOSS_MS, source.duration_ms // 50):
        problem = f"文件不完整：应有{_clock(source.duration_ms)}，只能读出{_clock(shown_ms)}；请重新上传"
        raise UnusableVideo(where, "", problem)


def _clock(duration_ms: int) -> str:
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}分{seconds:02d}秒"


def _poster(film: Path, poster: Path, duration_ms: int) -> Path:
    """Write a picture from the first tenth of the film."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-ss", f"{duration_ms / 10_000:.3f}", "-i", str(film)]
    command += ["-frames:v", "1", "-vf", "scale=480:270:force_original_aspect_ratio=decrease", "-q:v", "4"]
    done = subprocess.run([*command, str(poster)], capture_output=True, timeout=120, check=False)
    if done.returncode != 0 or not poster.exists():
        raise UnusableVideo(film.name, "", NO_PICTURES_DECODED)
    return poster


def _keep(upload: Upload, source: Source, duration_ms: int, made: list[tuple[Step, Blob]], poster: Blob) -> None:
    """Write everything about the finished film in one transaction."""
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=upload.lesson.course_id)  # locked first, as `receive_upload` does
        if not Upload.objects.filter(pk=upload.pk, state=UploadState.WORKING).exists():
            return  # replaced by a newer upload meanwhile
        lesson = upload.lesson
        lesson.renditions.all().delete()
        for step, blob in made:
            Rendition.objects.create(
                lesson=lesson,
                height=step.height,
                bits_per_second=max(1, blob.bytes * 8000 // duration_ms),
                sha256=blob.sha256,
                bytes=blob.bytes,
                chunk_list=blob.chunk_list or "",
            )
        lesson.duration_ms = duration_ms
        lesson.save(update_fields=["duration_ms"])
        course = content_changed(lesson.course_id)
        if lesson.position == 1 or not course.poster_sha256:
            course.poster_sha256, course.poster_bytes = poster.sha256, poster.bytes
            course.save()
        note = "" if source.has_sound else SOUND_ADDED
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.READY, note=note, problem="")
