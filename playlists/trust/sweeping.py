"""Old metadata and documents leave the published folder; whoever is in the middle of a refresh still finds its files.

What the present snapshot names stays, and what was named by any snapshot that was the present one within the time given
(a box over a bad line needs hours for a refresh). Root metadata stays for ever: a box that was away for years walks
along it. So does the newest file of each role, from which the next version is reckoned. Blobs are not touched here. The
caller keeps other publishers away (`county.publishing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Snapshot, Targets

from playlists.targets import METADATA_PATH, TARGETS_PATH
from playlists.trust import roles
from playlists.trust.metadata import parse
from playlists.trust.tree import PublishedTree, target_file


def sweep(folder: Path, now: datetime, kept: timedelta) -> int:
    """Remove what nobody can need any more; return how many files.

    Args:
        folder: The published folder.
        now: Wall time, with zone.
        kept: What a snapshot names stays for so long after another took its place, and so does a file just written.

    Raises:
        BadData: The present publication cannot be read; nothing was removed.
        OSError: The disk refuses.
    """
    tree, before_s = PublishedTree(folder), (now - kept).timestamp()
    present = tree.snapshot()
    if present is None:
        return 0
    wanted = set(_wanted(folder, tree, {present[0], *_recent(folder, before_s)}))
    removed = 0
    for path in _files(folder):
        if str(path.relative_to(folder)) not in wanted and path.stat().st_mtime < before_s:
            path.unlink()
            removed += 1
    return removed


def _recent(folder: Path, before_s: float) -> Iterator[int]:
    """Yield the snapshots that were replaced after a moment, or never."""
    written = sorted((int(path.name.split(".")[0]), path.stat().st_mtime) for path in _versions(folder, roles.SNAPSHOT))
    for (version, _), (_, replaced_s) in zip(written, [*written[1:], (0, float("inf"))], strict=True):
        if replaced_s >= before_s:
            yield version


def _wanted(folder: Path, tree: PublishedTree, snapshots: Iterable[int]) -> Iterator[str]:
    """Yield the files that stay, relative to the folder."""
    named = {roles.SNAPSHOT: set(snapshots)}
    for version in named[roles.SNAPSHOT]:
        for name, meta in parse(tree.read_role(roles.SNAPSHOT, version), roles.SNAPSHOT, Snapshot).signed.meta.items():
            named.setdefault(name.removesuffix(".json"), set()).add(meta.version)
    for role, versions in named.items():
        for version in versions | {tree.highest(role)}:
            yield f"{METADATA_PATH}/{version}.{role}.json"
            if role != roles.SNAPSHOT:
                signed = parse(tree.read_role(role, version), role, Targets).signed
                yield from (target_file(path, found.hashes["sha256"]) for path, found in signed.targets.items())
    yield from (str(path.relative_to(folder)) for path in _versions(folder, roles.ROOT))
    yield f"{METADATA_PATH}/timestamp.json"


def _versions(folder: Path, role: str) -> Iterator[Path]:
    return (path for path in (folder / METADATA_PATH).glob(f"*.{role}.json") if path.name.split(".")[0].isdecimal())


def _files(folder: Path) -> list[Path]:
    return [path for part in (METADATA_PATH, TARGETS_PATH) for path in (folder / part).rglob("*") if path.is_file()]
