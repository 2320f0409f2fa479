"""Subtitles (字幕) of a lesson: a WebVTT or SubRip file becomes the one WebVTT that the course's document names.

Text is taken in whatever coding a clerk's program wrote it, and kept as UTF-8. New subtitles, or none, start the
reviews over, like any other content. Called by the pages.
"""

from __future__ import annotations

import re
import uuid
from typing import Final

from django.db import transaction

from county.courses.editing import content_changed
from county.courses.media import keep_blob
from county.courses.models import Lesson
from county.errors import Refused
from county.folders import work_folder
from playlists.targets import CHUNK_BYTES

LANGUAGE: Final = "zh"
LIMIT_BYTES: Final = CHUNK_BYTES  # so that its blob needs no list of chunks; hours of speech are a tenth of it
_HEAD: Final = "WEBVTT"
_CUE: Final = re.compile(
    r"^[ \t]*(?:(\d{1,2}):)?(\d\d:\d\d)[.,](\d{3})[ \t]*-->[ \t]*(?:(\d{1,2}):)?(\d\d:\d\d)[.,](\d{3})",
    re.MULTILINE,
)
_CODINGS: Final = ("utf-8-sig", "utf-16", "gb18030")


def save_subtitles(lesson: Lesson, data: bytes) -> Lesson:
    """Keep a file's subtitles for a lesson in place of what it had.

    Raises:
        Refused: The file is too large, no text, holds no subtitle, or the disk is full.
    """
    if not 0 < len(data) <= LIMIT_BYTES:
        raise Refused("字幕文件是空的，或者超过 1 MB")
    kept = as_webvtt(_decoded(data)).encode()
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


def as_webvtt(text: str) -> str:
    """Return subtitles as WebVTT with full times.

    Raises:
        Refused: There is no subtitle in the text, or one whose times no player would read.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not _CUE.search(plain):
        raise Refused("文件里没有字幕，请传 .vtt 或 .srt 文件")
    for number, line in enumerate(plain.split("\n"), 1):
        if "-->" in line and not _CUE.match(line):
            raise Refused(f"字幕第 {number} 行的时间“{line[:40]}”读不懂，应像 00:01:02,500 --> 00:01:04,000")
    timed = _CUE.sub(lambda cue: f"{_full(cue[1], cue[2])}.{cue[3]} --> {_full(cue[4], cue[5])}.{cue[6]}", plain)
    return (timed if timed.startswith(_HEAD) else f"{_HEAD}\n\n{timed}") + "\n"


def _full(hours: str | None, rest: str) -> str:
    return f"{int(hours or 0):02}:{rest}"


def _decoded(data: bytes) -> str:
    for coding in _CODINGS:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "-->" in text:
            return text
    raise Refused("字幕文件读不出来，请另存为 UTF-8 文字")


def _set(lesson: Lesson, sha256: str, size: int) -> Lesson:
    with transaction.atomic():
        content_changed(lesson.course_id)
        lesson.subtitles_sha256, lesson.subtitles_bytes = sha256, size
        lesson.save(update_fields=["subtitles_sha256", "subtitles_bytes"])
    return lesson
