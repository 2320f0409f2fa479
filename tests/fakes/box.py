"""A box that is bound and has courses, made by hand: key, generation and store in a data folder, real films in it."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from player.devices.clock import system_time
from player.devices.clock_memory import ClockMemory, Remembered
from player.folders import BoxFolders
from player.store.names import StoreNames
from player.workers.catalogue_index import build_index
from playlists.calendar import Span, expand
from playlists.codec import encode_document
from playlists.documents import (
    Blob,
    Box,
    CatalogueEntry,
    Course,
    Lesson,
    Live,
    LiveChannel,
    Plan,
    Playlist,
    PlaylistItem,
    Rendition,
    Session,
    Site,
    Sound,
    Sounds,
)
from playlists.generation import CALENDAR, INDEX, Accepted
from playlists.generation_writer import GenerationWriter
from playlists.keys import load_or_generate
from playlists.targets import LIVE, SOUNDS, box_path, course_path, plan_path

GROUP = "yunling"
DAY_MS = 86_400_000


@dataclass(frozen=True)
class FilmFile:
    """A film in the store."""

    path: Path
    duration_ms: int
    height: int


def make_film(path: Path, seconds: int, *, width: int = 320, height: int = 240, sound: bool = True) -> FilmFile:
    """Make a moving test picture with a tone."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=s={width}x{height}:r=25:d={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=440:d={seconds}", "-c:a", "aac", "-b:a", "64k") if sound else ()
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-g", "50")
    command = ["ffmpeg", "-v", "error", "-y", *picture, *tone, *codec, "-b:v", "1500k", "-movflags", "+faststart"]
    subprocess.run([*command, "-f", "mp4", str(path)], check=True)
    return FilmFile(path, seconds * 1000, height)


def make_box(
    root: Path,
    films: Sequence[FilmFile],
    sessions: Sequence[Session] = (),
    catalogue: Sequence[CatalogueEntry] = (),
    *,
    sounds: Sounds | None = None,
    knows_time: bool = True,
) -> BoxFolders:
    """Make the data folder of a bound box with one course whose lessons are the films.

    Args:
        root: The data folder.
        films: The lessons.
        sessions: The plan's sessions; their playlist is ``all``, which is the whole course.
        catalogue: What the catalogue lists beside that course.
        sounds: What may be heard.
        knows_time: Whether it has heard the county's time since this machine booted.
    """
    folders = new_folders(root, knows_time=knows_time)
    lessons = tuple(_lesson(folders, number, film) for number, film in enumerate(films, 1))
    course = Course(
        id="mushrooms", number=128, title="大棚香菇栽培", category=("种植", "食用菌"), provider="云岭县农业局",
        released="2026-02-28", lessons=lessons,
    )  # fmt: skip
    playlist = Playlist(id="all", title="春季学习", items=(PlaylistItem(course=course.id),))
    plan = Plan(group=GROUP, issued="2026-02-28T10:00", playlists=(playlist,), sessions=tuple(sessions))
    entry = CatalogueEntry(
        id=course.id, number=course.number, title=course.title, initials="dpxgzp", category=course.category,
        provider=course.provider, minutes=1, lessons=len(course.lessons), released=course.released,
    )  # fmt: skip
    publish_to(folders, [course], plan, [entry, *catalogue], sounds=sounds)
    return folders


def new_folders(root: Path, *, knows_time: bool = True) -> BoxFolders:
    """Make the data folder of a box that has heard the county's time, or has not."""
    folders = BoxFolders(root)
    folders.make()
    if knows_time:
        now = system_time()
        heard = Remembered(now.boot_id, now.monotonic_ms(), now.wall_ms(), "trusted")
        ClockMemory(folders.known_time).write(heard)
    return folders


def store_sound(folders: BoxFolders, path: Path, duration_ms: int) -> Sound:
    """Put a recording into the store and return what a document says of it."""
    rendition = store_film(folders, FilmFile(path, duration_ms, 0))
    return Sound(duration_ms=duration_ms, blob=rendition.blob)


def store_film(folders: BoxFolders, film: FilmFile) -> Rendition:
    """Put a film into the store and return what a document says of it."""
    data = film.path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    stored = StoreNames(folders.store).media(digest)
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_bytes(data)
    blob = Blob(sha256=digest, bytes=len(data))
    return Rendition(height=film.height, bits_per_second=1_500_000, blob=blob)


def _lesson(folders: BoxFolders, number: int, film: FilmFile) -> Lesson:
    rendition = store_film(folders, film)
    return Lesson(id=f"lesson-{number}", title=f"第{number}讲", duration_ms=film.duration_ms, renditions=(rendition,))


def publish_to(
    folders: BoxFolders,
    courses: Sequence[Course],
    plan: Plan,
    catalogue: Sequence[CatalogueEntry],
    channels: Sequence[LiveChannel] = (),
    *,
    sounds: Sounds | None = None,
) -> None:
    """Give the box a site and put these documents in force at it."""
    key = load_or_generate(folders.key)
    folders.fingerprint.write_text(key.fingerprint)
    site = Site(id="shiqiao", name="石桥村站点", township="石桥镇", county="云岭县")
    box = Box(id=key.fingerprint, public_key=key.public_bytes.hex(), site=site, groups=(plan.group,))
    now_ms = time.time_ns() // 1_000_000
    calendar = expand([plan], {one.id: one for one in courses}, Span(now_ms - DAY_MS, now_ms + 14 * DAY_MS))
    writer = GenerationWriter(folders.generations)
    writer.write(box_path(box.id), encode_document(box))
    writer.write(plan_path(plan.group), encode_document(plan))
    for course in courses:
        writer.write(course_path(course.id), encode_document(course))
    writer.write(LIVE, encode_document(Live(channels=tuple(channels))))
    if sounds is not None:
        writer.write(SOUNDS, encode_document(sounds))
    writer.write(CALENDAR, encode_document(calendar))
    writer.write(INDEX, build_index(list(catalogue)))
    accepted = Accepted(roles={"snapshot": 1}, signed_ms=now_ms - DAY_MS, expires_ms=now_ms + 30 * DAY_MS)
    writer.publish(accepted, source="by hand", synced_ms=now_ms)
