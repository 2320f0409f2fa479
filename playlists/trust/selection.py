"""Which documents a box wants of a publication, and their first reading.

First the box's own document, the plans and pages of its groups, the streams and the sounds; then the courses that it
needs; then all catalogue shards (the menu), which are many. Course documents come only where a plan, a granted order or
the caller names them: of 5,000 courses a box needs few. A document that is signed but cannot be understood is named and
left out; what cannot be brought at all ends the refresh.

Caller: the sync worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from playlists.codec import decode_document
from playlists.documents import Box, CatalogueEntry, CatalogueShard, Course, Document, Live, Pages, Plan, Sounds
from playlists.errors import BadData, UntrustedData
from playlists.targets import LIVE, SOUNDS, box_path, catalogue_bins, course_path, pages_path, plan_path, shard_path
from playlists.trust import roles
from playlists.trust.refresh import Refresh

Kind = TypeVar("Kind", bound=Document)


@dataclass
class Selection:
    """What was read: ``files`` are bytes by path, ready for the generation; ``problems`` are for the log."""

    box: Box | None = None
    plans: list[Plan] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    entries: list[CatalogueEntry] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def select_plans(refresh: Refresh, box: str) -> Selection:
    """Read what says what this box has to do: its document, the plans and pages of its groups, streams and sounds.

    Raises:
        UntrustedData, FailedAttempt: Something could not be brought as it was signed.
    """
    selection = Selection()
    selection.box = _take(refresh, box_path(box), Box, selection)
    groups = selection.box.groups if selection.box else ()
    refresh.prepare([LIVE, SOUNDS, *map(plan_path, groups), *map(pages_path, groups)])
    for group in groups:
        plan = _take(refresh, plan_path(group), Plan, selection)
        selection.plans += [plan] if plan else []
        _take(refresh, pages_path(group), Pages, selection)
    _take(refresh, LIVE, Live, selection)
    _take(refresh, SOUNDS, Sounds, selection)
    return selection


def add_courses(refresh: Refresh, selection: Selection, courses: Iterable[str]) -> None:
    """Read course documents by id, such as those that plans name or that are in the store; pass over unknown ones.

    See `select_plans` for what is raised.
    """
    paths = {course: course_path(course) for course in courses if course not in selection.courses}
    refresh.prepare(paths.values())
    for course, path in paths.items():
        found = _take(refresh, path, Course, selection)
        if found:
            selection.courses[course] = found


def add_catalogue(refresh: Refresh, selection: Selection) -> None:
    """Read all catalogue shards (the menu); see `select_plans` for what is raised."""
    paths = [shard_path(name) for name in catalogue_bins()]
    refresh.prepare(paths)
    for path in paths:
        shard = _take(refresh, path, CatalogueShard, selection)
        selection.entries += shard.entries if shard else ()


def named_courses(plans: Iterable[Plan], box: str) -> set[str]:
    """Return the courses that plans name for a box: in playlists and in granted orders."""
    named = set()
    for plan in plans:
        named |= {item.course for playlist in plan.playlists for item in playlist.items}
        named |= {order.course for order in plan.orders if order.course and order.box == box}
    return named


def _take(refresh: Refresh, path: str, kind: type[Kind], selection: Selection) -> Kind | None:
    if path not in refresh.names(roles.role_of(path)):
        return None
    data = refresh.read(path)
    try:
        document = decode_document(kind, data, path)
    except UntrustedData:
        raise
    except BadData as error:
        selection.problems.append(str(error))
        return None
    selection.files[path] = data
    return document
