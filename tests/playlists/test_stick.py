"""``yuanjiao stick``: a stick that a box can live on, made of a real publication with real films."""

from __future__ import annotations

import errno
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from playlists import stick_command, stick_writing
from playlists.chunks import measure
from playlists.codec import encode_document
from playlists.documents import Blob, Course, Lesson, OrderAnswer, Policy, Rendition, StopOrder, Subtitles
from playlists.errors import BadData, FailedAttempt
from playlists.files import write_durably
from playlists.keys import SigningKey
from playlists.stick_plan import StickPlan, plan_stick
from playlists.stick_writing import Films, FolderFilms, room_needed, write_stick
from playlists.sticks import write_checked
from playlists.targets import box_path, media_path, plan_path
from playlists.trust.roles import role_of
from playlists.trust.sources import DirectorySource
from playlists.verify import verify_tree
from tests.fakes.http_server import serving
from tests.fakes.small_disk import small_disk
from tests.playlists import samples
from tests.playlists.published import NOW, Box, County

SITE = "stone-bridge"
ME = SigningKey.generate()
SMALL, LARGE = 300_000, 2_500_000


class Publication:
    """A county with two courses of two lessons in two qualities, one of them in a session of the site's plan."""

    def __init__(self, folder: Path) -> None:
        self.county = County(folder / "published")
        self.tree, self.stick = self.county.folder, folder / "stick"
        self.stick.mkdir()
        self.courses = [self.course("mushrooms", 7), self.course("pigs", 8), self.course("pears", 9)]
        self.county.release(*self.courses)
        self.send()

    def course(self, name: str, number: int) -> Course:
        lessons = tuple(self.lesson(f"{name}-{one}") for one in ("one", "two"))
        poster = self.blob(f"{name}.poster", 9_000)
        return replace(samples.course(name, lessons, number), title=f"课{name}", poster=poster)

    def lesson(self, name: str) -> Lesson:
        sizes = {240: SMALL, 720: LARGE}
        films = tuple(
            Rendition(height=height, bits_per_second=height * 1000, blob=self.blob(f"{name}.{height}", size))
            for height, size in sizes.items()
        )
        text = Subtitles(language="zh", blob=self.blob(f"{name}.vtt", 400))
        return replace(samples.lesson(name), renditions=films, subtitles=(text,))

    def blob(self, name: str, size: int) -> Blob:
        data = random.Random(name).randbytes(size)
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.tree / media_path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        measured = measure(path)
        if not measured.chunk_list:
            return Blob(sha256=sha256, bytes=size)
        listed = hashlib.sha256(measured.chunk_list).hexdigest()
        (self.tree / media_path(listed)).parent.mkdir(parents=True, exist_ok=True)
        write_durably(self.tree / media_path(listed), measured.chunk_list)
        return Blob(sha256=sha256, bytes=size, chunk_list=listed)

    def send(self, **changes: object) -> None:
        """Publish the box, and the plan with these changes."""
        self.county.later(seconds=5)
        plan = samples.plan(samples.session(), **changes)
        documents = {
            box_path(ME.fingerprint): encode_document(samples.box(ME.public_bytes, ME.fingerprint)),
            plan_path("all"): encode_document(plan),
        }
        by_role: dict[str, dict[str, bytes]] = {}
        for path, data in documents.items():
            by_role.setdefault(role_of(path), {})[path] = data
        self.county.send(by_role)

    def plan(self, *sites: str, most_height: int = 720) -> StickPlan:
        source = DirectorySource(self.tree)
        return plan_stick(source, self.county.root, sites or (SITE,), NOW, most_height=most_height)

    def run(self, *arguments: str, source: str = "") -> int:
        return stick_command.main([source or str(self.tree), str(self.stick), "--site", SITE, *arguments])

    @property
    def on_stick(self) -> Path:
        return self.stick / "yuanjiao"

    def films(self) -> set[str]:
        return {path.name for path in (self.on_stick / "media").rglob("*") if path.is_file()}


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publication:
    monkeypatch.setattr(stick_command, "datetime", Clock)
    return Publication(tmp_path)


class Clock:
    @staticmethod
    def now(zone: object) -> object:
        return NOW


def names_of(course: Course, height: int) -> set[str]:
    """Return what a box needs of a course: films of a height with lists, subtitles, poster."""
    blobs = [one.blob for lesson in course.lessons for one in lesson.renditions if one.height == height]
    blobs += [text.blob for lesson in course.lessons for text in lesson.subtitles]
    blobs += [course.poster] if course.poster else []
    return {blob.sha256 for blob in blobs} | {blob.chunk_list for blob in blobs if blob.chunk_list}


def test_a_stick_has_the_films_of_the_sessions_ahead_in_the_best_quality_and_nothing_else(
    published: Publication,
) -> None:
    plan = published.plan()
    assert set(plan.films) == names_of(published.courses[0], 720)
    assert (plan.sites, plan.courses, plan.lacking) == (["石桥村"], ["课mushrooms"], [])
    assert plan.bytes == sum(film.bytes for film in plan.films.values())


def test_a_smaller_height_of_the_maker_or_of_the_policy_is_kept_to(published: Publication) -> None:
    assert set(published.plan(most_height=480).films) == names_of(published.courses[0], 240)
    published.send(policy=Policy(best_height=360))
    assert set(published.plan().films) == names_of(published.courses[0], 240)
    lacking = published.plan(most_height=100)
    assert lacking.lacking == ["课mushrooms 第mushrooms-one课", "课mushrooms 第mushrooms-two课"]


def test_granted_orders_of_its_boxes_come_along_and_what_is_stopped_does_not(published: Publication) -> None:
    mine = OrderAnswer(order="o1", box=ME.fingerprint, state="granted", course="pigs")
    other = OrderAnswer(order="o2", box="0" * 32, state="granted", course="pears")
    stop = StopOrder(id="s1", course="mushrooms", reason="有误", issued="2026-03-01T00:00")
    withdrawn = OrderAnswer(order="o3", box=ME.fingerprint, state="granted", course="mushrooms")
    published.send(orders=(mine, other, withdrawn), stops=(stop,))
    assert set(published.plan().films) == names_of(published.courses[1], 720)


def test_a_site_is_named_by_id_or_name_and_one_without_a_box_is_said(published: Publication) -> None:
    assert published.plan("石桥村").films == published.plan(SITE).films
    with pytest.raises(BadData, match="nowhere"):
        published.plan(SITE, "nowhere")


def test_a_publication_that_no_box_would_take_makes_no_stick(published: Publication) -> None:
    course = next((published.tree / "targets" / "courses").rglob("*.json"))
    course.write_bytes(course.read_bytes().replace(b"2026", b"2027"))
    assert published.run() == 1
    assert not published.on_stick.exists()


def test_what_was_made_is_a_whole_tree_that_a_box_takes_in(published: Publication, tmp_path: Path) -> None:
    assert published.run() == 0
    assert published.films() == names_of(published.courses[0], 720)
    box = Box(tmp_path / "box", published.county.root)
    assert box.refresh(published.on_stick).manifest.number == 1
    findings = verify_tree(published.on_stick, published.county.root, NOW, media=False)
    assert findings.problems == []
    assert [findings.counts[kind] for kind in ("courses", "boxes", "plans")] == [3, 1, 1]


def test_a_box_that_was_installed_with_an_earlier_root_finds_all_of_them(published: Publication) -> None:
    published.run()
    assert (published.on_stick / "metadata" / "1.root.json").read_bytes() == published.county.root


def test_it_is_made_from_an_address_as_well(published: Publication) -> None:
    with serving(published.tree) as server:
        assert published.run(source=server.base) == 0
    assert published.films() == names_of(published.courses[0], 720)


class Broken(Films):
    """Brings so many bytes and then fails."""

    def __init__(self, folder: Path, left: int) -> None:
        self._films, self.left, self.asked = FolderFilms(folder), left, list[int]()

    def pieces(self, path: str, start: int) -> Iterator[bytes]:
        self.asked.append(start)
        for piece in self._films.pieces(path, start):
            if len(piece) > self.left:
                yield piece[: self.left]
                raise FailedAttempt("read", "pulled out")
            self.left -= len(piece)
            yield piece


def test_one_that_was_broken_off_goes_on_where_it_was_and_says_the_old_until_it_is_whole(
    published: Publication,
) -> None:
    plan, told = published.plan(), list[str]()
    empty = room_needed(plan, published.on_stick)
    first = Broken(published.tree, 1_500_000)
    with pytest.raises(FailedAttempt):
        write_stick(plan, first, published.stick, told.append)
    assert not (published.on_stick / "metadata").exists()
    assert room_needed(plan, published.on_stick) < empty - 1_400_000
    second = Broken(published.tree, 1 << 30)
    assert write_stick(plan, second, published.stick, told.append) > 0
    assert any(start > 1_000_000 for start in second.asked)  # in the middle of the film that was cut off
    assert write_stick(plan, Broken(published.tree, 0), published.stick, told.append) == 0
    assert verify_tree(published.on_stick, published.county.root, NOW, media=False).problems == []


def test_one_that_is_pulled_out_among_the_documents_says_what_it_said_before(
    published: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.run()
    before = (published.on_stick / "metadata" / "timestamp.json").read_bytes()
    published.send(policy=Policy(best_height=360))
    written: list[str] = []

    def pulled_out(path: Path, data: bytes) -> None:
        if len(written) == len(published.plan().documents) - 2:
            raise OSError(errno.EIO, "pulled out", str(path))
        written.append(path.name)
        write_checked(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(stick_writing, "write_checked", pulled_out)
        assert published.run() == 1
    assert written
    assert (published.on_stick / "metadata" / "timestamp.json").read_bytes() == before
    assert verify_tree(published.on_stick, published.county.root, NOW, media=False).problems == []
    assert published.run() == 0
    assert (published.on_stick / "metadata" / "timestamp.json").read_bytes() != before


def test_a_film_that_rotted_on_the_stick_is_written_anew(published: Publication) -> None:
    published.run()
    large = max((published.on_stick / "media").rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    before = large.read_bytes()
    large.write_bytes(before[:-1] + b"?")
    assert published.run() == 0
    assert large.read_bytes() == before


def test_a_source_whose_film_is_not_what_was_signed_is_refused_by_name(
    published: Publication, capsys: pytest.CaptureFixture[str]
) -> None:
    large = max((published.tree / "media").rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    for path in (published.tree / "media").rglob("*"):
        if path.is_file() and path.stat().st_size == large.stat().st_size:
            path.write_bytes(bytes(path.stat().st_size))
    assert published.run() == 1
    assert "课mushrooms" in capsys.readouterr().err
    assert not (published.on_stick / "metadata" / "timestamp.json").exists()


def test_too_small_a_stick_is_said_before_anything_is_written(
    published: Publication, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(published.stick, 4 << 20):
        status = published.run()
        said = capsys.readouterr().err
        assert list(published.stick.iterdir()) == []
    assert status == 1
    assert "GB are needed and 0.00 GB are free" in said


def test_a_dry_run_says_what_it_would_be_and_writes_nothing(
    published: Publication, capsys: pytest.CaptureFixture[str]
) -> None:
    assert published.run("--dry-run") == 0
    said = capsys.readouterr().out
    assert "For 1 site(s): 石桥村" in said
    assert "1 course(s), 0.01 GB of films" in said
    assert list(published.stick.iterdir()) == []


def test_a_stick_that_is_not_there_and_a_source_that_is_none_are_said(
    published: Publication, capsys: pytest.CaptureFixture[str]
) -> None:
    published.stick.rmdir()
    assert published.run() == 1
    assert "is the stick mounted" in capsys.readouterr().err
    assert published.run(source=str(published.stick)) == 1
    assert "1.root.json" in capsys.readouterr().err


def test_a_tree_at_the_top_of_a_stick_is_continued_there(published: Publication) -> None:
    (published.stick / "metadata").mkdir()
    assert published.run() == 0
    assert (published.stick / "metadata" / "timestamp.json").is_file()
    assert not published.on_stick.exists()
