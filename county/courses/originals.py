"""Uploaded originals: how long a file in ``uploads`` is kept.

An original stays as long as a film may have to be made from it anew: while it waits or is being prepared, and
then, the newest usable one of each lesson, until its course is released. What was replaced, refused, removed
with its lesson, released, or left behind by a server that was killed goes at the next sweep. Renditions stay.
Called every hour by `county.serve`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from county.courses.models import CourseState, Upload, UploadState
from county.folders import uploads_folder, work_folder

log = logging.getLogger(__name__)
AT_WORK = (UploadState.WAITING, UploadState.WORKING)
GRACE = timedelta(hours=1)  # a file is there before its row
STRANDED_AFTER = timedelta(days=1)  # a browser may send for hours


def sweep(now: datetime, others: Collection[str] = ()) -> int:
    """Remove the files that nothing needs any more; return how many.

    Args:
        now: Wall time; files written within `GRACE` before it stay.
        others: Names of files in ``uploads`` that another room still needs.

    Raises:
        OSError: The disk refuses.
    """
    kept = needed() | set(others)
    gone = [path for path in _older(uploads_folder(), now - GRACE) if path.name not in kept]
    gone += [path for path in _older(work_folder(), now - STRANDED_AFTER) if path.is_file()]
    for path in gone:
        path.unlink(missing_ok=True)
    if gone:
        log.info("removed %s files that are not needed any more", len(gone))
    return len(gone)


def needed() -> set[str]:
    """Return the names of the originals that are kept."""
    rows = Upload.objects.order_by("pk").values_list("path", "state", "lesson", "lesson__course__state")
    kept = {path for path, state, _, _ in rows if state in AT_WORK}
    newest = {
        lesson: path
        for path, state, lesson, course in rows
        if state == UploadState.READY and course != CourseState.RELEASED
    }
    return kept | set(newest.values())


def _older(folder: Path, moment: datetime) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.stat().st_mtime < moment.timestamp():
                yield path
        except FileNotFoundError:  # its owner was quicker
            continue
