"""Subtitles (字幕) of a lesson: a WebVTT or SubRip file becomes the one WebVTT that the course's document names.

Text is taken in whatever coding a clerk's program wrote it, and kept as UTF-8. New subtitles, or none, start the
reviews over, like any other content. Called by the pages.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import transaction

from county.courses.editing import content_changed
from county.courses.media import keep_blob
from county.courses.models import Lesson
from county.courses.subtitle_text import as_webvtt, decoded
from county.errors import Refused
from county.folders import work_folder
from playlists.targets import CHUNK_BYTES

LANGUAGE: Final = "zh"
LIMIT_BYTES: Final = CHUNK_BYTES  # so that its blob needs no list of chunks; hours of speech are a tenth of it


def save_subtitles(lesson: Lesson, data: bytes) -> Lesson:
    """Keep a file's subtitles for a lesson in place of what it had.

    Raises:
        Refused: The file is too large, no text, holds no subtitle, or the disk is full.
    """
    if not 0 < len(data) <= LIMIT_BYTES:
        raise Refused("字幕文件是空的，或者超过 1 MB")
    kept = as_webvtt(decoded(data)).encode()
    if len(kept) > LIMIT_BYTES:
        raise Refused("字幕超过 1 MB")
    path = work_folder() / f"subtitles-{uuid.uuid4().hex}"
    try:
        path.write_bytes(kept)
        blob = keep_blob(path)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Refused(f"服务器磁盘写入失败（{error.strerror}），请联系县远教办") from error
    return _set(lesson, blob.sha256, blob.bytes)


def remove_subtitles(lesson: Lesson) -> Lesson:
    """Show a lesson without subtitles from its next release on."""
    return _set(lesson, "", 0)


def _set(lesson: Lesson, sha256: str, size: int) -> Lesson:
    with transaction.atomic():
        content_changed(lesson.course_id)
        lesson.subtitles_sha256, lesson.subtitles_bytes = sha256, size
        lesson.save(update_fields=["subtitles_sha256", "subtitles_bytes"])
    return lesson
