"""What a stick for one or several sites holds: every document of the present publication, and the films that they need.

The publication is read as a box reads it, with every signature checked, so a stick is never made of what no box would
take. All documents come along, for they are small and any box may want any of them; films only of the sessions of the
coming weeks and of granted orders of the boxes at these sites, each in the best quality that their plans allow, with
subtitles, posters and the spoken words. Called by ``yuanjiao stick``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from playlists.calendar import Span, courses_by_start
from playlists.chunks import chunk_list_bytes
from playlists.codec import decode_document
from playlists.documents import Blob, Box, Course, Document, Lesson, Plan, Policy, Rendition, Sounds
from playlists.errors import BadData
from playlists.sound_steps import blobs as sound_blobs
from playlists.targets import DOCUMENT_LIMIT_BYTES, METADATA_PATH, SOUNDS, course_path, plan_path
from playlists.trust import roles
from playlists.trust.refresh import Refresh, refreshing
from playlists.trust.sources import NotPublished, Source

DAYS_AHEAD: Final = 45
Kind = TypeVar("Kind", bound=Document)


@dataclass(frozen=True)
class Film:
    """A blob that goes onto the stick, by its SHA-256, and what it is for."""

    sha256: str
    bytes: int
    what: str


@dataclass
class StickPlan:
    """What is to be on a stick: ``documents`` by path, and ``films``, those that are needed first in front.

    ``sites`` are the names of the sites that it is for, ``courses`` the titles; ``lacking`` is what a plan names and
    the publication does not have in a quality that is wanted.
    """

    documents: dict[str, bytes]
    films: dict[str, Film] = field(default_factory=dict)
    sites: list[str] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """The size of all films."""
        return sum(film.bytes for film in self.films.values())


class _Recorder(Source):
    """A source that keeps what it was asked for: that is what a box may ask of the stick."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.files: dict[str, bytes] = {}

    @property
    def name(self) -> str:
        """The source's."""
        return self._source.name

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return a file; see `Source.read`."""
        if path not in self.files:
            self.files[path] = self._source.read(path, limit_bytes)
        return self.files[path]


def plan_stick(source: Source, root: bytes, sites: Iterable[str], now: datetime, *, most_height: int) -> StickPlan:
    """Return what a stick for these sites has to hold.

    Args:
        source: The county's publication.
        root: The root metadata to trust.
        sites: Their ids or names.
        now: Wall time with zone.
        most_height: No film is larger, in lines.

    Raises:
        BadData: The publication cannot be believed, or a site has no box in it.
        FailedAttempt: The source cannot be reached.
    """
    recorder = _Recorder(source)
    _read_roots(recorder)
    with refreshing(recorder, generation=None, root=root, now=now) as refresh:
        publication = _Publication(refresh)
        plan, wanted = StickPlan(recorder.files), dict.fromkeys(sites)
        boxes = [box for box in publication.boxes() if {box.site.id, box.site.name} & wanted.keys()]
        _require_all(wanted, boxes, source.name)
        plan.sites = sorted({box.site.name for box in boxes})
        for box in boxes:
            _add_box(publication, box, plan, now, most_height)
        for blob in sound_blobs(sounds) if (sounds := publication.read(Sounds, SOUNDS)) else ():
            _add(blob, "sounds", plan)
    return plan


def _read_roots(recorder: _Recorder) -> None:
    """Take all versions of root: a box follows them from the one that it was installed with."""
    version = 1
    with suppress(NotPublished):
        while recorder.read(f"{METADATA_PATH}/{version}.root.json", DOCUMENT_LIMIT_BYTES):
            version += 1


class _Publication:
    """All documents of a publication, read once and verified.

    Raises:
        UntrustedData, BadData, FailedAttempt: One of them is not there as it was signed.
    """

    def __init__(self, refresh: Refresh) -> None:
        self._refresh = refresh
        all_roles = (*roles.reviewed_roles(), *roles.online_roles())
        self._names = frozenset(name for role in all_roles for name in refresh.names(role))
        for name in self._names:
            refresh.read(name)

    def read(self, kind: type[Kind], name: str) -> Kind | None:
        """Return a document; None if there is none, or if it cannot be understood, for then no box can either."""
        if name not in self._names:
            return None
        try:
            return decode_document(kind, self._refresh.read(name), name)
        except BadData:
            return None

    def boxes(self) -> list[Box]:
        """Return the boxes that are bound."""
        names = (name for name in sorted(self._names) if name.startswith("boxes/"))
        return [box for name in names if (box := self.read(Box, name)) and not box.revoked]


def _require_all(wanted: Iterable[str], boxes: Iterable[Box], where: str) -> None:
    found = {word for box in boxes for word in (box.site.id, box.site.name)}
    missing = [site for site in wanted if site not in found]
    if missing:
        raise BadData(where, "", f"no box is bound to {', '.join(missing)}; name sites by their id or their name")


def _add_box(publication: _Publication, box: Box, plan: StickPlan, now: datetime, most_height: int) -> None:
    plans = [found for group in box.groups if (found := publication.read(Plan, plan_path(group)))]
    policy = next((one.policy for one in reversed(plans) if one.policy), Policy())
    for course in _needed(plans, box, now):
        document = publication.read(Course, course_path(course))
        if document is None:
            plan.lacking.append(course)
        else:
            _add_course(document, plan, min(policy.best_height, most_height))


def _needed(plans: list[Plan], box: Box, now: datetime) -> list[str]:
    """Return the courses of the sessions ahead, the next one first, and of granted orders."""
    span = Span.around(now, days_before=1, days_after=DAYS_AHEAD)
    orders = [order.course for one in plans for order in one.orders if order.course and order.box == box.id]
    stopped = {stop.course for one in plans for stop in one.stops if stop.lesson is None}
    return [course for course in dict.fromkeys((*courses_by_start(plans, span), *orders)) if course not in stopped]


def _add_course(course: Course, plan: StickPlan, height: int) -> None:
    if course.title not in plan.courses:
        plan.courses.append(course.title)
    if course.poster:
        _add(course.poster, course.title, plan)
    for lesson in course.lessons:
        for text in lesson.subtitles:
            _add(text.blob, course.title, plan)
        best = _best(lesson, height)
        if best is None:
            plan.lacking.append(f"{course.title} {lesson.title}")
        else:
            _add(best.blob, course.title, plan)


def _best(lesson: Lesson, height: int) -> Rendition | None:
    fitting = [one for one in lesson.renditions if one.height <= height]
    return max(fitting, key=lambda one: one.height, default=None)


def _add(blob: Blob, what: str, plan: StickPlan) -> None:
    for sha256, size in _with_list(blob):
        plan.films.setdefault(sha256, Film(sha256, size, what))


def _with_list(blob: Blob) -> Iterator[tuple[str, int]]:
    if blob.chunk_list is not None:
        yield blob.chunk_list, chunk_list_bytes(blob.bytes)
    yield blob.sha256, blob.bytes
