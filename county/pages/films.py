"""What became of the films of a course: per lesson its newest upload, how far it is, and what can be played.

Called by the page of a course and by the part of it that is fetched again while films are being prepared.
"""

from __future__ import annotations

from dataclasses import dataclass

from county.courses.editing import TRANSCODE_KIND
from county.courses.models import Course, Lesson, Rendition, Upload, UploadState
from county.jobs.models import Job, JobState
from playlists.targets import media_path

AT_WORK = (UploadState.WAITING, UploadState.WORKING)


@dataclass(frozen=True)
class Film:
    """One lesson as the page shows it; ``percent`` is of the work on ``upload``, ``ahead`` jobs come before it."""

    lesson: Lesson
    upload: Upload | None
    renditions: tuple[Rendition, ...]
    percent: int
    ahead: int

    @property
    def subtitles(self) -> str:
        """Where the browser fetches the subtitles; empty if there are none."""
        return media_address(self.lesson.subtitles_sha256) if self.lesson.subtitles_sha256 else ""

    @property
    def at_work(self) -> bool:
        """Whether the newest upload is still being prepared."""
        return self.upload is not None and self.upload.state in AT_WORK


def films_of(course: Course) -> list[Film]:
    """Return the lessons of ``course`` in order."""
    lessons = list(course.lessons.prefetch_related("renditions", "uploads"))
    newest = {lesson.pk: max(lesson.uploads.all(), key=lambda upload: upload.pk, default=None) for lesson in lessons}
    waiting = [upload.pk for upload in newest.values() if upload is not None and upload.state in AT_WORK]
    jobs = {job.subject: job for job in Job.objects.filter(kind=TRANSCODE_KIND, subject__in=waiting)}
    return [_film(lesson, newest[lesson.pk], jobs) for lesson in lessons]


def _film(lesson: Lesson, upload: Upload | None, jobs: dict[int, Job]) -> Film:
    job = jobs.get(upload.pk) if upload is not None else None
    percent = job.progress // 10 if job is not None and job.state == JobState.RUNNING else 0
    ahead = 0
    if job is not None and job.state == JobState.WAITING:
        ahead = Job.objects.filter(pk__lt=job.pk, state__in=(JobState.WAITING, JobState.RUNNING)).count()
    return Film(lesson, upload, tuple(lesson.renditions.all()), percent, ahead)


def media_address(sha256: str) -> str:
    """Return where this server offers a blob."""
    return f"/published/{media_path(sha256)}"


@dataclass(frozen=True)
class Preview:
    """The rendition that the page plays."""

    film: Film
    rendition: Rendition

    @property
    def address(self) -> str:
        """Where the browser fetches it."""
        return media_address(self.rendition.sha256)


def preview_of(films: list[Film], lesson: str, height: str) -> Preview | None:
    """Return what to play: the lesson asked for or the first playable one, in the height asked for or the best."""
    playable = [film for film in films if film.renditions]
    film = next((film for film in playable if film.lesson.key == lesson), playable[0] if playable else None)
    if film is None:
        return None
    best = film.renditions[-1]
    return Preview(film, next((one for one in film.renditions if str(one.height) == height), best))
