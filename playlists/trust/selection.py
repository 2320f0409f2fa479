"""Which documents a box wants of a publication, and their first reading.

First the box's own document, the plans and pages of its groups, the courses that it needs, and the streams; then all
catalogue shards (the menu), which are many. Course documents come only where a plan, a granted order or the caller
names them: of 5,000 courses a box needs few, and a course seen in the menu can be asked for one by one. A document that
is signed but cannot be understood is named and left out; what cannot be brought at all ends the refresh, so that a
generation is never half of one publication.

Caller: the sync worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from playlists.codec import decode_document
from playlists.documents import Box, CatalogueShard, Course, Document, Live, Pages, Plan
from playlists.errors import BadData, UntrustedData
from playlists.targets import LIVE, box_path, course_path, pages_path, plan_path
from playlists.trust import roles
from playlists.trust.refresh import Refresh

Kind = TypeVar("Kind", bound=Document)


@dataclass
class Selection:
    """What was read: ``files`` are bytes by path, ready for the generation; ``problems`` are for the log."""

    box: Box | None = None
    plans: list[Plan] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def select(refresh: Refresh, box: str, courses: Iterable[str] = ()) -> Selection:
    """Read all that a box wants; see `select_own` and `add_catalogue`."""
    selection = select_own(refresh, box, courses)
    add_catalogue(refresh, selection)
    return selection


def select_own(refresh: Refresh, box: str, courses: Iterable[str] = ()) -> Selection:
    """Read what is this box's own: its document, its plans and pages, and the courses that it needs; and the streams.

    Args:
        refresh: The accepted publication.
        box: The box's fingerprint.
        courses: Ids of further courses, such as those in the store or just chosen in the menu. Unknown ones are
            passed over.

    Raises:
        UntrustedData, FailedAttempt: Something could not be brought as it was signed.
    """
    selection = Selection()
    selection.box = _take(refresh, box_path(box), Box, selection)
    for group in selection.box.groups if selection.box else ():
        plan = _take(refresh, plan_path(group), Plan, selection)
        selection.plans += [plan] if plan else []
        _take(refresh, pages_path(group), Pages, selection)
    for course in sorted({*courses, *named_courses(selection.plans, box)}):
        found = _take(refresh, course_path(course), Course, selection)
        if found:
            selection.courses[course] = found
    _take(refresh, LIVE, Live, selection)
    return selection


def add_catalogue(refresh: Refresh, selection: Selection) -> None:
    """Read all catalogue shards (the menu); see `select_own` for what is raised."""
    for path in shards(refresh):
        _take(refresh, path, CatalogueShard, selection)


def shards(refresh: Refresh) -> list[str]:
    """Return the paths of all catalogue shards; see `select_own` for what is raised."""
    return [path for role in roles.reviewed_roles() for path in refresh.names(role) if path.startswith("catalogue/")]


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
