"""What a refresh costs on the line, headers and bodies, counted at the socket, with bins as full as 5,000 courses."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, islice
from pathlib import Path

import pytest

from playlists.codec import encode_document
from playlists.documents import Blob, CatalogueEntry, CatalogueShard, Course, Lesson, Rendition
from playlists.targets import CATALOGUE_BINS, catalogue_bins, course_bin, course_path, shard_path
from playlists.trust.sources import HttpSource
from tests.playlists.published import ONLINE, REVIEWERS, Box, County, signed
from tests.playlists.samples import digest

COURSES = 5000
BIN = course_bin("mushrooms")
HEIGHTS = (240, 360, 480, 720)


def blob(name: str, size: int = 40_000_000) -> Blob:
    listed = digest(f"{name} list") if size > 1 << 20 else None
    return Blob(sha256=digest(name), bytes=size, chunk_list=listed)


def course(name: str, title: str = "大棚蔬菜栽培技术") -> Course:
    lessons = tuple(
        Lesson(
            id=f"lesson-{number}",
            title=f"第{number}课 {title}",
            duration_ms=1_800_000,
            renditions=tuple(
                Rendition(height=height, bits_per_second=2500 * height, blob=blob(f"{name}{number}{height}"))
                for height in HEIGHTS
            ),
        )
        for number in (1, 2, 3)
    )
    return Course(
        id=name,
        number=1234,
        title=title,
        category=("种植", "蔬菜"),
        provider="云雾省远教中心",
        approval_number="云远审〔2026〕123号",
        summary="从选种、育苗到采收的全过程。" * 5,
        released="2026-03-01",
        poster=blob(f"{name} poster", 40_000),
        lessons=lessons,
    )


def entry(found: Course) -> CatalogueEntry:
    return CatalogueEntry(
        id=found.id,
        number=found.number,
        title=found.title,
        initials="dpsczpjs",
        category=found.category,
        provider=found.provider,
        minutes=90,
        lessons=3,
        released=found.released,
        poster=found.poster,
        bytes_by_height=dict.fromkeys(HEIGHTS, 120_000_000),
    )


def names_in(bin_name: str) -> Iterator[str]:
    return (name for number in count() if course_bin(name := f"course-{number}") == bin_name)


def release(county: County, courses: list[Course]) -> None:
    """Publish one bin as full as all would be, and all others with an empty shard so that the snapshot is whole."""
    shard = CatalogueShard(bin=BIN, entries=tuple(entry(found) for found in courses))
    full = {course_path(found.id): encode_document(found) for found in courses}
    roles = {f"courses-{BIN}": full | {shard_path(BIN): encode_document(shard)}}
    for name in catalogue_bins():
        empty = {shard_path(name): encode_document(CatalogueShard(bin=name))}
        if not county.repository.version(f"courses-{name}"):
            roles.setdefault(f"courses-{name}", empty)
    candidates = {role: county.repository.candidate(role, held, county.now) for role, held in roles.items()}
    county.repository.publish(
        online=ONLINE,
        now=county.now,
        signed={role: signed(data, REVIEWERS[:2]) for role, data in candidates.items()},
        documents={path: data for held in roles.values() for path, data in held.items()},
    )


@dataclass
class Line:
    """A web server on loopback that counts every byte in and out."""

    url: str
    bytes: int = 0
    requests: int = 0


def serve(folder: Path, packed: bool) -> Iterator[Line]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            line.requests += 1
            line.bytes += len(self.raw_requestline) + len(bytes(self.headers))
            path = folder / self.path.lstrip("/")
            body = path.read_bytes() if path.is_file() else b""
            headers = {"Server": "cheroot/11.0", "Date": "Sun, 01 Mar 2026 08:00:00 GMT"}
            headers |= {"Content-Type": "application/json", "ETag": '"1234567890-1234-1234"', "Accept-Ranges": "bytes"}
            headers |= {"Last-Modified": "Sun, 01 Mar 2026 08:00:00 GMT", "Cache-Control": "no-cache"}
            if packed:
                body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
            headers["Content-Length"] = str(len(body))
            head = f"HTTP/1.1 {'200 OK' if path.is_file() else '404 Not Found'}\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            answer = head.encode() + b"\r\n" + body
            line.bytes += len(answer)
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    line = Line(f"http://127.0.0.1:{http.server_address[1]}")
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield line
    http.shutdown()
    http.server_close()


@pytest.fixture(params=[False, True], ids=["plain", "packed"])
def line(county: County, request: pytest.FixtureRequest) -> Iterator[Line]:
    yield from serve(county.folder, request.param)


def test_a_refresh_stays_within_its_budget(county: County, box: Box, line: Line) -> None:
    courses = [course("mushrooms"), *map(course, islice(names_in(BIN), COURSES // CATALOGUE_BINS))]
    release(county, courses)
    box.refresh(HttpSource(line.url))
    line.bytes = line.requests = 0
    box.refresh(HttpSource(line.url))
    assert line.requests == 1
    assert line.bytes <= 1000, "nothing changed"
    county.later(days=1)
    release(county, [course("mushrooms", "平菇栽培技术(修订)"), *courses[1:]])
    line.bytes = line.requests = 0
    found = box.refresh(HttpSource(line.url))
    assert "修订".encode() in found.read(course_path("mushrooms"))
    assert line.requests == 6
    assert line.bytes <= 40_960, "one course of 5,000 changed"
