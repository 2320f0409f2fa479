"""Which TUF role vouches for which document, and whose keys it takes.

==================  ==============================================  ====================  =========
role                documents                                       keys                  threshold
==================  ==============================================  ====================  =========
``root``            the keys below                                  root holders          2
``targets``         the delegations below                           root holders          2
``courses-<bin>``   ``courses/<bin>/*``, ``catalogue/<bin>.json``   reviewers             2
``live``            ``live/*``                                      reviewers             2
``sounds``          ``sounds/*``                                    reviewers             2
``boxes-<bin>``     ``boxes/<bin>/*``                               online                1
``plans-<bin>``     ``plans/<bin>/*``                               online                1
``pages``           ``pages/*``                                     online                1
``snapshot``        versions of all of these                        online                1
``timestamp``       the version of the snapshot                     online                1
==================  ==============================================  ====================  =========

A bin is one role so that a change re-sends one small list. The online key lives on the server; whoever
steals it can send boxes other plans and pages but no course, catalogue entry, stream or sound.
"""

from __future__ import annotations

import re
from typing import Final

from playlists.targets import catalogue_bins, online_bins

ROOT: Final = "root"
TARGETS: Final = "targets"
SNAPSHOT: Final = "snapshot"
TIMESTAMP: Final = "timestamp"
LIVE_ROLE: Final = "live"
SOUNDS_ROLE: Final = "sounds"
PAGES_ROLE: Final = "pages"
_PATH: Final = re.compile(r"[a-z]+(/[0-9a-f]{2})?/[a-z0-9][a-z0-9-]*\.json")


def reviewed_roles() -> dict[str, tuple[str, ...]]:
    """Return the roles that reviewers sign, with their path patterns."""
    bins = {f"courses-{name}": (f"courses/{name}/*", f"catalogue/{name}.json") for name in catalogue_bins()}
    return {**bins, LIVE_ROLE: ("live/*",), SOUNDS_ROLE: ("sounds/*",)}


def online_roles() -> dict[str, tuple[str, ...]]:
    """Return the roles that the online key signs, with their path patterns."""
    boxes = {f"boxes-{name}": (f"boxes/{name}/*",) for name in online_bins()}
    plans = {f"plans-{name}": (f"plans/{name}/*",) for name in online_bins()}
    return {**boxes, **plans, PAGES_ROLE: ("pages/*",)}


def role_of(path: str) -> str:
    """Return the role that vouches for a target path.

    Raises:
        ValueError: No role does, or the path is not one of ours.
    """
    if not _PATH.fullmatch(path):
        raise ValueError(f"no role vouches for {path!r}")
    top, *rest = path.split("/")
    if top in {"courses", "boxes", "plans"} and len(rest) == 2:
        return f"{top}-{rest[0]}"
    if top == "catalogue" and len(rest) == 1:
        return f"courses-{rest[0].removesuffix('.json')}"
    if top in {LIVE_ROLE, SOUNDS_ROLE, PAGES_ROLE} and len(rest) == 1:
        return top
    raise ValueError(f"no role vouches for {path!r}")


def is_in_charge(role: str, path: str) -> bool:
    """Return whether a role vouches for a path."""
    try:
        return role_of(path) == role
    except ValueError:
        return False


def probe_path(role: str) -> str:
    """Return a path that lies in a role's charge, whether it exists or not."""
    patterns = {**reviewed_roles(), **online_roles()}[role]
    return patterns[0].replace("*", "-")
