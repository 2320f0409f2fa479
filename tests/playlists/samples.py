"""Small, plainly fictional documents and journals that the tests of the contract share."""

from __future__ import annotations

import hashlib

from playlists.chain import StoredEntry
from playlists.documents import (
    Blob,
    Box,
    CatalogueEntry,
    CatalogueShard,
    Course,
    Lesson,
    Plan,
    Playlist,
    PlaylistItem,
    Rendition,
    Session,
    Site,
)
from playlists.entries import FaultSeen
from playlists.journal import encode_entry, genesis, make_entry, next_hash

BOX = "0123456789abcdef0123456789abcdef"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lesson(name: str, blob: Blob | None = None, minutes: int = 30) -> Lesson:
    blob = blob or Blob(sha256=digest(name), bytes=5000)
    rendition = Rendition(height=240, bits_per_second=250_000, blob=blob)
    return Lesson(id=name, title=f"第{name}课", duration_ms=minutes * 60_000, renditions=(rendition,))


def course(name: str = "mushrooms", lessons: tuple[Lesson, ...] = (), number: int = 7) -> Course:
    return Course(
        id=name,
        number=number,
        title="平菇栽培",
        category=("种植", "食用菌"),
        provider="云雾省远教中心",
        released="2026-03-01",
        lessons=lessons or (lesson("one"), lesson("two")),
    )


def entry_of(found: Course) -> CatalogueEntry:
    return CatalogueEntry(
        id=found.id,
        number=found.number,
        title=found.title,
        category=found.category,
        minutes=60,
        lessons=len(found.lessons),
        released=found.released,
    )


def shard(bin_name: str, *courses: Course) -> CatalogueShard:
    return CatalogueShard(bin=bin_name, entries=tuple(entry_of(found) for found in courses))


def box(public_key: bytes, name: str, groups: tuple[str, ...] = ("all",)) -> Box:
    site = Site(id="stone-bridge", name="石桥村")
    return Box(id=name, public_key=public_key.hex(), site=site, groups=groups)


def session(**changes: object) -> Session:
    fields = {"id": "spring", "title": "春耕", "playlist": "march", "starts": "2026-03-06T19:30"}
    return Session(**(fields | changes))  # type: ignore[arg-type]


def plan(*sessions: Session, courses: tuple[str, ...] = ("mushrooms",), **changes: object) -> Plan:
    items = tuple(PlaylistItem(course=name) for name in courses)
    playlist = Playlist(id="march", title="三月节目单", items=items)
    fields = {"group": "all", "issued": "2026-03-01T08:00", "playlists": (playlist,), "sessions": sessions}
    return Plan(**(fields | changes))  # type: ignore[arg-type]


def chain(length: int, fingerprint: str = BOX) -> list[StoredEntry]:
    rows, previous = [], genesis(fingerprint)
    for seq in range(1, length + 1):
        data = encoded(seq)
        previous = next_hash(previous, data)
        rows.append(StoredEntry(seq, data, previous))
    return rows


def encoded(seq: int, detail: str = "") -> bytes:
    body = FaultSeen(code="no-sound", active=True, detail=detail or f"row {seq}")
    return encode_entry(make_entry(body, seq=seq, boot=1, monotonic_ms=seq, wall_ms=1_772_000_000_000, trust="trusted"))
