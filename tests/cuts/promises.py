"""What must hold after every kill, looked at from outside: files on the disk, rows at the county, the picture.

Each raises `Broken` with what it saw. What was once seen durable may never be gone again: `Seen` remembers it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from player.core.facts import OpenPlay
from player.folders import BoxFolders
from player.store.marks import BrokenMarks, Marks
from player.store.names import StoreNames, is_blob_name
from playlists.chain import StoredEntry
from playlists.chunks import chunk_range
from playlists.entries import HeadCount, Play, SessionHeld
from playlists.generation import load
from playlists.journal import decode_body, decode_entry
from playlists.stored_journal import examine, read_beside, read_journal

SAME_SECOND_MS = 1_000


class Broken(Exception):
    """A promise was broken."""


@dataclass
class Seen:
    """What was seen durable so far."""

    head: int = 0
    entries: dict[int, bytes] = field(default_factory=dict)
    generation: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    published: dict[str, int] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)


def box_at_rest(folders: BoxFolders, published: Path, seen: Seen) -> None:
    """Look at everything that a box keeps; also while it runs."""
    journal(folders, seen)
    generation(folders, seen)
    store(folders.store, published, seen)


def journal(folders: BoxFolders, seen: Seen) -> list[StoredEntry]:
    """The file is sound, its chain holds and ends where the county says, and no entry ever seen is lost or changed."""
    if not folders.journal.exists():
        if seen.head:
            raise Broken("the journal is gone")
        return []
    with closing(sqlite3.connect(f"{folders.journal.as_uri()}?mode=ro", uri=True, timeout=10)) as database:
        verdict = [row[0] for row in database.execute("PRAGMA integrity_check")]
    if verdict != ["ok"]:
        raise Broken(f"journal: {verdict[:3]}")
    beside = read_beside(folders.journal)  # before the journal, which grows first
    found = read_journal(folders.journal)
    if faults := examine(found, beside)[1]:
        raise Broken(f"journal verify: {faults[0]}")
    if found.start.seq:
        raise Broken(f"the journal was begun anew behind entry {found.start.seq}")
    now = {entry.seq: entry.data for entry in found.entries}
    changed = [seq for seq, data in seen.entries.items() if now.get(seq) != data]
    if changed or len(now) < seen.head:
        raise Broken(f"entries {changed} of {seen.head} are lost or changed; the journal has {len(now)}")
    seen.entries, seen.head = now, len(now)
    return list(found.entries)


def generation(folders: BoxFolders, seen: Seen) -> None:
    """The generation in force is whole, and neither it nor any role in it ever goes back."""
    found = load(folders.generations)
    if found is None:
        if seen.generation:
            raise Broken("no generation can be read any more")
        return
    roles = found.manifest.accepted.roles
    back = [role for role, version in seen.roles.items() if roles.get(role, 0) < version]
    if back or found.manifest.number < seen.generation:
        raise Broken(f"generation {found.manifest.number} after {seen.generation}, older roles: {back}")
    seen.generation, seen.roles = found.manifest.number, dict(roles)


def store(root: Path, published: Path, seen: Seen) -> None:
    """Whole blobs are their hash, marks claim nothing that is not so."""
    names = StoreNames(root)
    for path in sorted(names.medias.glob("*/*")):
        if path.name in seen.whole:
            continue  # immutable: hashed once
        if not is_blob_name(path.name) or hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            raise Broken(f"{path.name} is not its content")
        seen.whole.add(path.name)
    for path in sorted(names.partials.glob("*.marks")) if names.partials.is_dir() else ():
        if is_blob_name(path.stem):
            _marks(path, published)


def _marks(path: Path, published: Path) -> None:
    try:
        marks, data = Marks.decode(path.read_bytes()), path.with_suffix("").read_bytes()
    except FileNotFoundError:  # the blob was finished meanwhile, or killed before it had marks
        return
    except BrokenMarks as error:
        raise Broken(f"{path.name}: {error}") from error
    true = (published / "media" / path.stem[:2] / path.stem).read_bytes()
    for index in range(len(marks)):
        start, end = chunk_range(index, marks.blob_bytes)
        here = end if marks.is_verified(index) else start + marks.piece(index)
        if data[start:here] != true[start:here]:
            raise Broken(f"{path.name}: chunk {index} claims {here - start} bytes that are not the blob's")


def published_versions(tree: Mapping[str, int], seen: Seen) -> None:
    """No role that the county publishes ever goes back."""
    back = {role: (version, tree.get(role)) for role, version in seen.published.items() if tree.get(role, 0) < version}
    if back:
        raise Broken(f"published versions went back: {back}")
    seen.published |= tree


def registered(folders: BoxFolders) -> set[str]:
    """Return the sessions that the journal says were held."""
    bodies = [_body(row) for row in read_journal(folders.journal).entries]
    return {body.session for body in bodies if isinstance(body, SessionHeld)}


def goes_on(folders: BoxFolders) -> None:
    """The lesson that is on began where its last play was cut, however often the box was killed in between."""
    with closing(sqlite3.connect(f"{folders.journal.as_uri()}?mode=ro", uri=True, timeout=10)) as database:
        row = database.execute("SELECT data FROM open_play").fetchone()
    on = msgspec.msgpack.decode(row[0], type=OpenPlay) if row else None
    if on is None or not on.session or not on.segments:
        return
    plays = [body for body in map(_body, read_journal(folders.journal).entries) if isinstance(body, Play)]
    for play in reversed(plays):
        if (play.session, play.lesson) != (on.session, on.lesson) or play.ended != "cut":
            return
        if play.segments:
            began, cut = on.segments[0][0], play.segments[-1][1]
            if abs(began - cut) > SAME_SECOND_MS:
                raise Broken(f"{on.session} {on.lesson} was cut at {cut} ms and goes on at {began} ms")
            return


def sessions_once(entries: list[StoredEntry]) -> None:
    """Each session ends once with one head count; its lessons went on where a kill had stopped them."""
    bodies = [_body(row) for row in entries]
    for what, kind in (("head count", HeadCount), ("end", SessionHeld)):
        times = Counter(body.session for body in bodies if isinstance(body, kind))
        if twice := [session for session, number in times.items() if number > 1]:
            raise Broken(f"session {twice[0]} has {times[twice[0]]} entries: {what}")
    plays = [body for body in bodies if isinstance(body, Play) and body.session]
    for before, after in _pairs(plays):
        gap = after.segments[0][0] - before.segments[-1][1]
        if abs(gap) > SAME_SECOND_MS:
            raise Broken(f"{after.session} {after.lesson} went on {gap} ms away from where it was cut")
    for play in plays:
        for one, other in pairwise(play.segments):
            if abs(other[0] - one[1]) > SAME_SECOND_MS:
                raise Broken(f"{play.session} {play.lesson} jumped from {one[1]} to {other[0]} ms")


def _pairs(plays: list[Play]) -> Iterator[tuple[Play, Play]]:
    """Yield each play that was cut with the one that continued it."""
    shown = [play for play in plays if play.segments]
    for before, after in pairwise(shown):
        if before.ended == "cut" and (before.session, before.lesson) == (after.session, after.lesson):
            yield before, after


def county_holds(held: Mapping[str, Any], entries: list[StoredEntry], *, all_of_it: bool) -> None:
    """The county has the box's own entries, each once, in the box's chain, and doubts nothing."""
    if held["doubts"]:
        raise Broken(f"the county doubts: {held['doubts'][:3]}")
    ours = {row.seq: row for row in entries}
    theirs = {int(seq): bytes.fromhex(raw) for seq, raw in held["entries"].items()}
    strange = [seq for seq, raw in theirs.items() if seq not in ours or ours[seq].data != raw]
    if strange:
        raise Broken(f"the county holds entries {strange[:5]} that the box does not have so")
    head = held["head"]
    if head and ours[head].hash.hex() != held["hash"]:
        raise Broken(f"the county's chain at entry {head} is not the box's")
    if all_of_it and (head != len(entries) or len(theirs) != head):
        raise Broken(f"the county holds {len(theirs)} entries up to {head}, the box has {len(entries)}")
    _drawn_once(held, {seq: _body(ours[seq]) for seq in theirs})


def _drawn_once(held: Mapping[str, Any], bodies: Mapping[int, object]) -> None:
    plays = sorted(seq for seq, body in bodies.items() if isinstance(body, Play))
    if held["plays"] != plays:
        raise Broken(f"the county counts the plays {held['plays']}, the box wrote {plays}")
    for name, kind in (("heads", HeadCount), ("sessions", SessionHeld)):
        wrote = sorted({body.session for body in bodies.values() if isinstance(body, kind)})
        if sorted(held[name]) != wrote:
            raise Broken(f"the county has {name} of {sorted(held[name])}, the box wrote {wrote}")


def _body(row: StoredEntry) -> object:
    where = f"entry {row.seq}"
    return decode_body(decode_entry(row.data, where), where)
