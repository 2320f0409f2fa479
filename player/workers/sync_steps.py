"""One refresh, in the order in which a box needs what it brings. Called by `sync`.

Over a bad line the menu of thousands of courses takes many minutes. So where much of it is new, as at the first refresh
of all, three generations of the same publication follow each other, each whole, verified and durable:

1. ``coming="catalogue"``: the box's document, plans and pages, and the courses of the sessions ahead. The menu is that
   of before; there being none, it lists these courses.
2. ``coming="courses"``: the menu, and all courses that plans name.
3. ``coming=""``: documents of the newest courses as well; all that a box holds.

Where little is new, all comes at once. Besides the documents (`playlists.trust`) a generation holds what would be too
heavy for the player: the calendar of the coming weeks and the catalogue's index. Without a document of this box (not
bound yet) a generation holds catalogue and streams, and no plans.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from player.store.contents import scan
from player.store.errors import StoreError
from player.store.names import StoreNames
from player.workers.catalogue_index import build_index, read_entries
from player.workers.child import Say
from player.workers.messages import SyncProgress, SyncSpec
from playlists.calendar import Span, courses_by_start, expand
from playlists.codec import encode_document
from playlists.documents import CatalogueEntry, Course
from playlists.errors import BadData
from playlists.generation import CALENDAR, INDEX, Coming, Generation, load
from playlists.generation_writer import GenerationWriter, record_refresh
from playlists.occurrences import Calendar
from playlists.targets import course_path
from playlists.trust import roles
from playlists.trust.kept import KeptFiles
from playlists.trust.refresh import Refresh, refreshing
from playlists.trust.selection import Selection, add_catalogue, add_courses, named_courses, select_plans
from playlists.trust.sources import Source
from playlists.trust.tree import target_file

DAYS_BEFORE: Final = 7
DAYS_AFTER: Final = 35
CALENDAR_AGE: Final = timedelta(days=1)
SOON_DAYS: Final = 7  # the sessions of so many days come first
FIRST_COURSES: Final = 12  # … or as many courses as this, whatever comes later
MANY_ROLES: Final = 8  # so many bins of the catalogue are new that the menu has to wait
MANY_COURSES: Final = 32
TELL_EVERY_S: Final = 2.0
_ORDER: Final[tuple[Coming, ...]] = ("catalogue", "courses", "")

_log = logging.getLogger(__name__)


@dataclass
class Share:
    """How much of a refresh is here, told to the player now and then.

    Args:
        say: Where it goes.
        expected: How many files there will be; 0 while nobody knows.
        now_s: The monotonic clock.
    """

    say: Say
    expected: int = 0
    now_s: Callable[[], float] = time.monotonic
    _told_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._told_s = self.now_s()

    def heard(self, here: int) -> None:
        """So many files are here; several threads may say so, one at a time."""
        if self.expected and self.now_s() - self._told_s >= TELL_EVERY_S:
            self._told_s = self.now_s()
            self.say(SyncProgress(percent=min(99, 100 * here // self.expected)))


@dataclass(frozen=True)
class Syncing:
    """One refresh from one source.

    Args:
        spec: What the worker was told.
        root: The county's root metadata as it was installed.
        wall_ms: The best time known, ms since 1970 UTC.
        share: Hears how much is here.
        kept: Keeps what would be fetched again after a cut.
    """

    spec: SyncSpec
    root: bytes
    wall_ms: int
    share: Share
    kept: KeptFiles

    def refresh(self, source: Source) -> int:
        """Accept what the source has; return the number of the new generation, 0 if nothing is new.

        Raises:
            BadData: The publication is refused.
            FailedAttempt: The source could not be reached.
            OSError: The disk refuses.
        """
        generation = load(Path(self.spec.generations))
        with refreshing(source, generation=generation, root=self.root, now=_at(self.wall_ms)) as refresh:
            now_ms = max(self.wall_ms, refresh.accepted.signed_ms)  # nothing signed can lie in the future
            if refresh.unchanged and generation is not None and not _is_due(generation, now_ms):
                asked_ms = self.asked_ms(refresh, generation, now_ms)
                record_refresh(generation, refresh.accepted, source=source.name, synced_ms=asked_ms)
                number: int | None = 0
            else:
                number = _Steps(self, refresh, generation, source.name, now_ms).take()
        if number is not None:
            self.kept.clear()
        return number or 0

    def asked_ms(self, refresh: Refresh, generation: Generation | None, now_ms: int) -> int:
        """Return up to when the county was heard: now, or when what a stick brings was signed, in wall ms."""
        if not self.spec.by_stick:
            return now_ms
        return max(refresh.accepted.signed_ms, generation.manifest.synced_ms if generation else 0)


class _Steps:
    """The steps of one refresh: what was selected so far, and the generation that it rests on."""

    def __init__(
        self, syncing: Syncing, refresh: Refresh, generation: Generation | None, source: str, now_ms: int
    ) -> None:
        self._syncing = syncing
        self._spec, self._share, self._kept = syncing.spec, syncing.share, syncing.kept
        self._refresh, self._generation, self._source, self._now_ms = refresh, generation, source, now_ms
        self._selection = Selection()

    def take(self) -> int | None:
        """Take all steps; return the number of the last generation, None if the menu can wait for a document."""
        refresh, box = self._refresh, self._spec.fingerprint
        many = len(refresh.metadata_files(roles.reviewed_roles()))
        self._share.expected = 2 * many + self._spec.newest_courses if many >= MANY_ROLES else 0
        self._selection = selection = select_plans(refresh, box)
        if many >= MANY_ROLES and self._spec.for_document and selection.box is None:
            return None
        stored = _stored_courses(self._generation, Path(self._spec.store)) | {*self._spec.courses}
        if many >= MANY_ROLES and selection.box:
            add_courses(refresh, selection, [*self._soon(), *stored])
            self._put_in_force("catalogue")
        add_courses(refresh, selection, sorted({*stored, *named_courses(selection.plans, box)}))
        add_catalogue(refresh, selection)
        newest = _newest(selection.entries, self._spec.newest_courses)
        if sum(not refresh.is_in_force(course_path(course)) for course in newest) >= MANY_COURSES:
            self._put_in_force("courses")
        add_courses(refresh, selection, newest)
        return self._publish("")

    def _soon(self) -> list[str]:
        """Return the courses of the sessions ahead, those of the next one first."""
        plans, now = self._selection.plans, _at(self._now_ms)
        named = named_courses(plans, self._spec.fingerprint)
        needed = courses_by_start(plans, Span.around(now, days_before=1, days_after=DAYS_AFTER))
        ordered = [name for name in needed if name in named]
        soon_ms = self._now_ms + SOON_DAYS * 86_400_000
        return [name for place, name in enumerate(ordered) if place < FIRST_COURSES or needed[name] < soon_ms]

    def _put_in_force(self, coming: Coming) -> None:
        """Publish what is here and say so, unless an attempt before has come as far."""
        before = self._generation.manifest.coming if self._generation and self._refresh.unchanged else None
        if before is None or _ORDER.index(before) < _ORDER.index(coming):
            self._share.say(SyncProgress(generation=self._publish(coming)))

    def _publish(self, coming: Coming) -> int:
        selection, refresh = self._selection, self._refresh
        writer = GenerationWriter(Path(self._spec.generations), self._generation)
        try:
            for path, data in selection.files.items():
                writer.write(path, data)
            if coming:
                self._keep_what_lasts(writer)
            writer.write(CALENDAR, encode_document(self._calendar()))
            writer.write(INDEX, build_index(self._menu() if coming == "catalogue" else selection.entries))
            refresh.save_into(writer)
            asked_ms = self._syncing.asked_ms(refresh, self._generation, self._now_ms)
            made = writer.publish(refresh.accepted, source=self._source, synced_ms=asked_ms, coming=coming)
        except BaseException:
            writer.abandon()
            raise
        self._generation = made
        refresh.rest_on(made)
        return made.manifest.number

    def _keep_what_lasts(self, writer: GenerationWriter) -> None:
        """Take over what is still signed, and put by what may still be once the metadata of its role is here."""
        for name in self._generation.names() if self._generation else ():
            if name in self._selection.files or not name.startswith(("catalogue/", "courses/")):
                continue
            try:
                if self._refresh.is_in_force(name):
                    writer.keep(name)
                elif name.startswith("courses/"):
                    self._put_by(name)
            except BadData as error:  # the disk lost it: it is fetched again
                _log.warning("%s", error)

    def _put_by(self, name: str) -> None:
        assert self._generation is not None
        self._kept.write(target_file(name, self._generation.manifest.files[name]), self._generation.read(name))

    def _menu(self) -> list[CatalogueEntry]:
        """Return the menu of before, and in it the courses that plans name."""
        known: list[CatalogueEntry] = []
        if self._generation is not None and INDEX in self._generation.manifest.files:
            with suppress(sqlite3.Error):  # of another version
                known = read_entries(self._generation.path(INDEX))
        ids = {entry.id for entry in known}
        return known + [_entry_of(course) for course in self._selection.courses.values() if course.id not in ids]

    def _calendar(self) -> Calendar:
        selection = self._selection
        for problem in selection.problems:
            _log.warning("left out: %s", problem)
        span = Span.around(_at(self._now_ms), days_before=DAYS_BEFORE, days_after=DAYS_AFTER)
        calendar = expand(selection.plans, selection.courses, span)
        for found in calendar.problems:
            _log.warning("plan of %s, session %s: %s", found.group, found.session, found.what)
        return calendar


def _is_due(generation: Generation, now_ms: int) -> bool:
    """Return whether something of it is still to be brought, or the calendar's weeks have moved on."""
    try:
        calendar = generation.document(Calendar, CALENDAR)
    except (KeyError, BadData):
        return True
    made = _at(calendar.from_ms) + timedelta(days=DAYS_BEFORE)
    return bool(generation.manifest.coming) or abs(_at(now_ms) - made) > CALENDAR_AGE


def _stored_courses(generation: Generation | None, store: Path) -> set[str]:
    """Return the courses of the generation of which something is in the store."""
    if generation is None:
        return set()
    try:
        here = scan(StoreNames(store)).blobs
    except StoreError as error:
        _log.warning("%s", error)
        return set()
    stored = set()
    for name in generation.names("courses/"):
        course = generation.document(Course, name)
        renditions = (one for lesson in course.lessons for one in lesson.renditions)
        if any(one.blob.sha256 in here for one in renditions):
            stored.add(course.id)
    return stored


def _entry_of(course: Course) -> CatalogueEntry:
    """Return what the menu can say of a course before its own entry is here."""
    return CatalogueEntry(
        id=course.id,
        number=course.number,
        title=course.title,
        category=course.category,
        provider=course.provider,
        minutes=sum(lesson.duration_ms for lesson in course.lessons) // 60_000,
        lessons=len(course.lessons),
        released=course.released,
        poster=course.poster,
    )


def _newest(entries: Iterable[CatalogueEntry], limit: int) -> list[str]:
    ordered = sorted(entries, key=lambda entry: (entry.released, entry.number), reverse=True)
    return [entry.id for entry in ordered[:limit]]


def _at(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, UTC)
