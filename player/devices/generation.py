"""Reads the generation in force into the facts that the core works with. Called by `app` at start and after a sync.

Every file is compared with the manifest as it is read. If one is damaged, the newest generation that is whole
takes its place: older plans are better than none.
"""

from __future__ import annotations

import logging
import sqlite3

from player.core.facts import GenerationFacts
from player.folders import BoxFolders
from player.workers.catalogue_index import count_courses
from playlists.documents import Box, Course, Live, Page, Pages, Plan, Sounds
from playlists.errors import BadData
from playlists.generation import CALENDAR, INDEX, Generation, load
from playlists.occurrences import Calendar
from playlists.targets import LIVE, SOUNDS, pages_path, plan_path

_log = logging.getLogger(__name__)


def load_generation(folders: BoxFolders) -> GenerationFacts | None:
    """Return the facts of the generation in force, or None if there is none that can be read."""
    for check in ((), None):  # first only what is read; after damage, a generation that is whole
        generation = load(folders.generations, check=check)
        if generation is None:
            return None
        try:
            return facts_of(generation)
        except BadData as error:
            _log.error("generation %d is damaged: %s", generation.manifest.number, error)
    return None


def facts_of(generation: Generation) -> GenerationFacts:
    """Return the facts of a generation.

    Raises:
        BadData: A file of it is lost or has changed.
    """
    manifest = generation.manifest
    box = next((generation.document(Box, name) for name in generation.names("boxes/")), None)
    plans = _plans(generation, box)
    courses = [generation.document(Course, name) for name in generation.names("courses/")]
    calendar = generation.document(Calendar, CALENDAR) if CALENDAR in manifest.files else None
    return GenerationFacts(
        number=manifest.number,
        synced_wall_ms=manifest.synced_ms,
        stale=manifest.accepted.stale,
        box=box,
        plans=plans,
        occurrences=calendar.occurrences if calendar else (),
        courses={course.id: course for course in courses},
        course_count=_course_count(generation),
        partial=manifest.coming == "catalogue",
        pages=_pages(generation, box),
        channels=generation.document(Live, LIVE).channels if LIVE in manifest.files else (),
        signed_wall_ms=manifest.accepted.signed_ms,
        sounds=_sounds(generation, plans),
    )


def _plans(generation: Generation, box: Box | None) -> tuple[Plan, ...]:
    names = [plan_path(group) for group in box.groups] if box else []
    return tuple(generation.document(Plan, name) for name in names if name in generation.manifest.files)


def _pages(generation: Generation, box: Box | None) -> tuple[tuple[Page, ...], ...]:
    names = [pages_path(group) for group in box.groups] if box else []
    return tuple(generation.document(Pages, name).pages for name in names if name in generation.manifest.files)


def _sounds(generation: Generation, plans: tuple[Plan, ...]) -> Sounds:
    """Return the recordings that may be heard: those that are signed, without those that were stopped since."""
    if SOUNDS not in generation.manifest.files:
        return Sounds()
    signed, stopped = generation.document(Sounds, SOUNDS), {sha for plan in plans for sha in plan.stopped_sounds}
    prompts = {step: one for step, one in signed.prompts.items() if one.blob.sha256 not in stopped}
    return Sounds(prompts=prompts, music=tuple(one for one in signed.music if one.blob.sha256 not in stopped))


def _course_count(generation: Generation) -> int:
    if INDEX not in generation.manifest.files:
        return 0
    try:
        return count_courses(generation.path(INDEX))
    except sqlite3.Error as error:
        raise BadData(str(generation.path(INDEX)), "", f"cannot be read: {error}") from error
