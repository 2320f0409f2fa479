"""The sync worker: asks the county what is new and writes it as the box's next generation, whole or not at all.

One source after the other is asked until one can be accepted; what came stays for the next attempt (`staging`). Where
much of the catalogue is new, as at the first refresh of all, a *partial* generation with the box's plans and their
courses comes into force first, for over a bad line the menu takes many minutes. Besides the documents
(`playlists.trust`) a generation holds what would be too heavy for the player: the calendar of the coming weeks and the
catalogue's index. Nothing new: only the time of asking is noted. Any failure leaves the generation in force as it is
and is said in words, with bad data (``refused``) told from no line. Without a document of this box (not bound yet) a
generation holds catalogue and streams, and no plans.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from player.store.contents import scan
from player.store.errors import StoreError, store_error
from player.store.names import StoreNames
from player.workers.catalogue_index import build_index
from player.workers.child import Say, live
from player.workers.county_api import fault_of
from player.workers.county_time import hear
from player.workers.lines import open_session
from player.workers.messages import SyncProgress, SyncResult, SyncSpec
from player.workers.toll import Toll, paying
from playlists.calendar import Span, expand
from playlists.codec import decode_document, encode_document
from playlists.documents import CatalogueEntry, CatalogueShard, Course
from playlists.errors import BadData, FailedAttempt, YuanjiaoError
from playlists.generation import CALENDAR, INDEX, Generation, load
from playlists.generation_writer import GenerationWriter, record_refresh
from playlists.occurrences import Calendar
from playlists.targets import METADATA_PATH, course_path
from playlists.trust import roles
from playlists.trust.refresh import Refresh, refreshing
from playlists.trust.selection import Selection, add_catalogue, select_own, shards
from playlists.trust.sources import DirectorySource, HttpSource, Source
from playlists.trust.staging import Staging

DAYS_BEFORE: Final = 7
DAYS_AFTER: Final = 35
CALENDAR_AGE: Final = timedelta(days=1)
STAGING: Final = ".staging"  # beside the generations
MANY_ROLES: Final = 8  # so many bins of the catalogue are new that the plans go before

_log = logging.getLogger(__name__)


def main() -> int:
    """Run as a worker process."""
    return live(SyncSpec, sync)


def sync(spec: SyncSpec, say: Say) -> SyncResult:
    """Refresh the generation; return how it ended."""
    try:
        with paying(spec.line, "documents") as toll:
            result = _ask_all(spec, toll, say)
    except StoreError as error:
        return SyncResult(error=str(error), fault=error.fault)
    return msgspec.structs.replace(result, spent=toll.spent)


def _ask_all(spec: SyncSpec, toll: Toll, say: Say) -> SyncResult:
    """Ask one source after the other."""
    county_ms = hear(spec.api, spec.line, spec.online_keys, say, toll)
    try:
        root = Path(spec.root_file).read_bytes()
    except OSError as error:
        return SyncResult(error=f"the county's root metadata {spec.root_file}: {error.strerror}")
    errors: list[Exception] = []
    moved = False
    sources = [_source(address, spec, toll) for address in spec.sources]
    for first, source in enumerate(sources):
        staging = Staging([source, *sources[:first], *sources[first + 1 :]], Path(spec.generations) / STAGING)
        try:
            number = Syncing(spec, root, county_ms or spec.wall_ms, say).refresh(staging)
        except StoreError:
            raise
        except OSError as error:  # a source's own are failed attempts: this is the box's disk
            raise store_error("keep what came", error) from error
        except YuanjiaoError as error:
            _log.warning("%s: %s", source.name, error)
            errors.append(error)
            moved |= staging.brought > 0
            if isinstance(error, BadData):
                staging.forget_metadata()
        else:
            staging.clear()
            if county_ms is None:
                _hear_again(spec, toll, say)
            return SyncResult(generation=number, checked=True)
    refused = [error for error in errors if isinstance(error, BadData)]
    worst = (refused or errors or [FailedAttempt("sync", "no source is configured", retry=False)])[0]
    wait_s = getattr(worst, "retry_after_s", None)
    return SyncResult(error=str(worst), fault=fault_of(worst), refused=bool(refused), retry_after_s=wait_s, moved=moved)


def _hear_again(spec: SyncSpec, toll: Toll, say: Say) -> None:
    """Ask for the time once more if the refresh has brought a root that names other online keys."""
    generation = load(Path(spec.generations), check=())
    keys = generation.manifest.accepted.online_keys if generation else ()
    if spec.online_keys and set(keys) != set(spec.online_keys):
        hear(spec.api, spec.line, keys, say, toll)


def _source(address: str, spec: SyncSpec, toll: Toll) -> Source:
    if address.startswith(("http://", "https://")):
        return HttpSource(address, open_session(spec.line, toll), total_timeout_s=spec.limit_s)
    return DirectorySource(Path(address.removeprefix("file://")))


class Syncing(msgspec.Struct, frozen=True):
    """One refresh from one source. ``wall_ms`` is the best time known."""

    spec: SyncSpec
    root: bytes
    wall_ms: int
    say: Say

    def refresh(self, source: Staging) -> int:
        """Accept what the source has; return the number of the new generation, 0 if nothing is new.

        Raises:
            BadData: The publication is refused.
            FailedAttempt: The source could not be reached.
            OSError: The disk refuses.
        """
        generation = load(Path(self.spec.generations))
        with refreshing(source, generation=generation, root=self.root, now=_at(self.wall_ms)) as refresh:
            whole = generation is not None and not generation.manifest.partial
            if refresh.unchanged and generation is not None and whole and not self._is_due(generation):
                record_refresh(generation, refresh.accepted, source=source.name, synced_ms=self._now_ms(refresh))
                return 0
            return self._write(refresh, generation, source)

    def _write(self, refresh: Refresh, generation: Generation | None, source: Staging) -> int:
        selection = select_own(refresh, self.spec.fingerprint, _stored_courses(generation, Path(self.spec.store)))
        missing = refresh.metadata_files(roles.reviewed_roles())
        begun = refresh.unchanged and generation is not None and generation.manifest.partial
        if len(missing) >= MANY_ROLES and selection.box is not None and not begun:
            number = self._publish(refresh, generation, selection, source.name, partial=True)
            self.say(SyncProgress(generation=number))
        source.fetch_ahead(missing)
        source.fetch_ahead(refresh.document_files(shards(refresh)))
        add_catalogue(refresh, selection)
        newest = _newest(_entries(selection), self.spec.newest_courses)
        source.fetch_ahead(refresh.metadata_files({roles.role_of(course_path(course)) for course in newest}))
        source.fetch_ahead(refresh.document_files(course_path(course) for course in newest))
        _add_courses(refresh, selection, newest)
        return self._publish(refresh, generation, selection, source.name, partial=False)

    def _publish(
        self, refresh: Refresh, generation: Generation | None, selection: Selection, source: str, *, partial: bool
    ) -> int:
        for problem in selection.problems:
            _log.warning("left out: %s", problem)
        writer = GenerationWriter(Path(self.spec.generations), generation)
        try:
            for path, data in selection.files.items():
                writer.write(path, data)
            writer.write(CALENDAR, encode_document(self._calendar(selection, self._now_ms(refresh))))
            if partial:
                _keep_catalogue(writer, refresh, generation, selection)
            else:
                writer.write(INDEX, build_index(_entries(selection)))
            refresh.save_into(writer)
            accepted, now_ms = refresh.accepted, self._now_ms(refresh)
            return writer.publish(accepted, source=source, synced_ms=now_ms, partial=partial).manifest.number
        except BaseException:
            writer.abandon()
            raise

    def _now_ms(self, refresh: Refresh) -> int:
        """Return the best time known now: nothing signed can lie in the future."""
        return max(self.wall_ms, refresh.accepted.signed_ms)

    def _calendar(self, selection: Selection, now_ms: int) -> Calendar:
        span = Span.around(_at(now_ms), days_before=DAYS_BEFORE, days_after=DAYS_AFTER)
        calendar = expand(selection.plans, selection.courses, span)
        for problem in calendar.problems:
            _log.warning("plan of %s, session %s: %s", problem.group, problem.session, problem.what)
        return calendar

    def _is_due(self, generation: Generation) -> bool:
        """Return whether the calendar's weeks have moved on, or the generation lacks what others have."""
        try:
            calendar = generation.document(Calendar, CALENDAR)
        except (KeyError, BadData):
            return True
        made = _at(calendar.from_ms) + timedelta(days=DAYS_BEFORE)
        return abs(_at(max(self.wall_ms, generation.manifest.accepted.signed_ms)) - made) > CALENDAR_AGE


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


def _keep_catalogue(
    writer: GenerationWriter, refresh: Refresh, generation: Generation | None, selection: Selection
) -> None:
    """Take the catalogue of before over, so that the menu stays and nothing of it is fetched again; or begin one."""
    if generation is None or INDEX not in generation.manifest.files:
        writer.write(INDEX, build_index(_entry_of(course) for course in selection.courses.values()))
        return
    current = [f"{METADATA_PATH}/{role}.json" for role in roles.reviewed_roles() if not refresh.metadata_files([role])]
    for name in (INDEX, *generation.names("catalogue/"), *current):
        if name in generation.manifest.files:
            writer.keep(name)


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


def _entries(selection: Selection) -> list[CatalogueEntry]:
    shards = [path for path in selection.files if path.startswith("catalogue/")]
    found = [decode_document(CatalogueShard, selection.files[path], path) for path in shards]
    return [entry for shard in found for entry in shard.entries]


def _newest(entries: Iterable[CatalogueEntry], limit: int) -> list[str]:
    ordered = sorted(entries, key=lambda entry: (entry.released, entry.number), reverse=True)
    return [entry.id for entry in ordered[:limit]]


def _add_courses(refresh: Refresh, selection: Selection, courses: Iterable[str]) -> None:
    """Read further course documents; the calendar may name them as well as the menu."""
    for course in courses:
        path = course_path(course)
        if path in selection.files or path not in refresh.names(roles.role_of(path)):
            continue
        data = refresh.read(path)
        try:
            selection.courses[course] = decode_document(Course, data, path)
            selection.files[path] = data
        except BadData as error:
            selection.problems.append(str(error))


def _at(wall_ms: int) -> datetime:
    return datetime.fromtimestamp(wall_ms / 1000, UTC)
