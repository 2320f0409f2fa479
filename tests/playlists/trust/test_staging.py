"""What came stays, whatever cuts the refresh off; nothing is asked twice, and nothing of it is believed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from playlists.errors import BadData, FailedAttempt, UntrustedData
from playlists.trust.kept import KeptFiles
from playlists.trust.sources import NotPublished, Source
from playlists.trust.staging import ATTEMPTS, Staging

ROLE = "metadata/12.courses-0a.json"
TIMESTAMP = "metadata/timestamp.json"
BODY = b"a document"
DOCUMENT = f"targets/courses/0a/{hashlib.sha256(BODY).hexdigest()}.mushrooms.json"


class Shelf(Source):
    """A source in memory; ``broken`` paths fail, ``asked`` says what was wanted."""

    def __init__(self, files: dict[str, bytes], *, retry: bool = True) -> None:
        self.files, self.retry = files, retry
        self.asked: list[str] = []
        self.broken: set[str] = set()

    @property
    def name(self) -> str:
        return "shelf"

    def read(self, path: str, limit_bytes: int) -> bytes:
        self.asked.append(path)
        if path in self.broken:
            raise FailedAttempt(f"read {path}", "is broken", retry=self.retry)
        if path not in self.files:
            raise NotPublished(f"read {path}", "is not there", retry=False)
        return self.files[path][: limit_bytes + 1]


def staging(folder: Path, *shelves: Shelf) -> Staging:
    return Staging(shelves, KeptFiles(folder / "staging"), pause_s=0)


def test_what_came_is_not_asked_for_again_not_even_by_another_attempt(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"{}", DOCUMENT: BODY})
    for _ in range(2):
        tried = staging(tmp_path, shelf)
        assert (tried.read(ROLE, 99), tried.read(DOCUMENT, 99)) == (b"{}", BODY)
    assert shelf.asked == [ROLE, DOCUMENT]


def test_what_changes_is_asked_for_each_time(tmp_path: Path) -> None:
    shelf = Shelf({TIMESTAMP: b"1", "metadata/2.root.json": b"root"})
    tried = staging(tmp_path, shelf)
    for path in (TIMESTAMP, "metadata/2.root.json"):
        assert tried.read(path, 99) == tried.read(path, 99)
    assert len(shelf.asked) == 4
    assert tried.brought == 0


def test_a_file_that_one_source_cannot_give_is_asked_of_the_next(tmp_path: Path) -> None:
    lagging, mirror = Shelf({}), Shelf({ROLE: b"{}"})
    assert staging(tmp_path, lagging, mirror).read(ROLE, 99) == b"{}"
    with pytest.raises(NotPublished):
        staging(tmp_path, lagging, mirror).read(TIMESTAMP, 99)


def test_a_line_that_fails_for_a_moment_is_tried_again_and_one_that_never_works_is_said(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"{}"})
    shelf.broken = {ROLE}
    with pytest.raises(FailedAttempt, match="is broken"):
        staging(tmp_path, shelf).read(ROLE, 99)
    assert len(shelf.asked) == ATTEMPTS
    final = Shelf({ROLE: b"{}"}, retry=False)
    final.broken = {ROLE}
    with pytest.raises(FailedAttempt):
        staging(tmp_path, final).read(ROLE, 99)
    assert len(final.asked) == 1


def test_files_are_brought_together_and_the_first_that_fails_ends_it(tmp_path: Path) -> None:
    files = {f"metadata/{number}.courses-0a.json": b"%d" % number for number in range(1, 40)}
    shelf = Shelf(dict(files))
    tried = staging(tmp_path, shelf)
    tried.fetch_ahead(files)
    assert sorted(shelf.asked) == sorted(files)
    assert all(tried.read(path, 99) == body for path, body in files.items())
    assert len(shelf.asked) == len(files)
    dead = Shelf({}, retry=False)
    dead.broken = set(files)
    staging(tmp_path / "other", dead).fetch_ahead(files)
    assert len(dead.asked) < len(files)


def test_one_bad_file_does_not_keep_the_others_from_coming(tmp_path: Path) -> None:
    files = {f"metadata/{number}.courses-0a.json": b"%d" % number for number in range(1, 40)}
    shelf = Shelf({path: body for path, body in files.items() if not path.startswith("metadata/1.")})
    staging(tmp_path, shelf).fetch_ahead([*files, f"targets/live/{'0' * 64}.channels.json"])
    assert len(KeptFiles(tmp_path / "staging")) == len(shelf.files)


def test_a_document_that_is_not_what_its_name_says_is_asked_of_the_next_source(tmp_path: Path) -> None:
    forged, honest = Shelf({DOCUMENT: b"another", ROLE: b"{}"}), Shelf({DOCUMENT: BODY})
    with pytest.raises(UntrustedData, match="not what was signed"):
        staging(tmp_path, forged).read(DOCUMENT, 99)
    assert len(KeptFiles(tmp_path / "staging")) == 0
    tried = staging(tmp_path, forged, honest)
    assert (tried.read(DOCUMENT, 99), tried.read(ROLE, 99)) == (BODY, b"{}")
    assert honest.asked == [DOCUMENT]


def test_what_nobody_can_give_as_it_was_signed_is_refused_however_often_it_is_read(tmp_path: Path) -> None:
    tried = staging(tmp_path, Shelf({DOCUMENT: b"another"}))
    tried.fetch_ahead([DOCUMENT, ROLE])
    with pytest.raises(UntrustedData, match="signed"):
        tried.read(DOCUMENT, 99)


def test_metadata_that_cannot_be_accepted_is_asked_of_each_other_source_once(tmp_path: Path) -> None:
    shelves = [Shelf({ROLE: body}) for body in (b"cut", b"forged", b"true")]
    tried = staging(tmp_path, *shelves)
    answers = [(tried.read(ROLE, 99), tried.distrust(ROLE)) for _ in shelves]
    assert answers == [(b"cut", True), (b"forged", True), (b"true", False)]
    assert [len(shelf.asked) for shelf in shelves] == [1, 1, 1]


def test_metadata_of_an_attempt_before_that_cannot_be_accepted_is_asked_for_again(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"cut"})
    staging(tmp_path, shelf).read(ROLE, 99)
    shelf.files[ROLE] = b"true"
    tried = staging(tmp_path, shelf)
    assert (tried.read(ROLE, 99), tried.distrust(ROLE), tried.read(ROLE, 99)) == (b"cut", True, b"true")
    assert tried.distrust(TIMESTAMP) is False


def test_a_source_that_fails_gives_way_to_one_that_does_not(tmp_path: Path) -> None:
    files = {f"metadata/{number}.courses-0a.json": b"%d" % number for number in range(1, 10)}
    silent, mirror = Shelf(files), Shelf(files)
    silent.broken = set(files)
    tried = staging(tmp_path, silent, mirror)
    for path in files:
        tried.read(path, 99)
    assert len(silent.asked) == 1
    assert len(mirror.asked) == len(files)


def test_a_mirror_that_lacks_some_files_keeps_its_place(tmp_path: Path) -> None:
    files = {f"metadata/{number}.courses-0a.json": b"%d" % number for number in range(1, 10)}
    mirror, county = Shelf(dict(list(files.items())[1:])), Shelf(files)
    tried = staging(tmp_path, mirror, county)
    for path in files:
        tried.read(path, 99)
    assert len(county.asked) == 1


def test_what_came_is_told_with_how_much_is_here(tmp_path: Path) -> None:
    heard: list[int] = []
    shelf = Shelf({ROLE: b"{}", DOCUMENT: BODY})
    staging(tmp_path, shelf).read(ROLE, 99)
    tried = Staging([shelf], KeptFiles(tmp_path / "staging"), heard.append)
    for path in (ROLE, DOCUMENT):
        tried.read(path, 99)
    assert heard == [2]


def test_what_is_kept_still_has_its_limit(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"x" * 50})
    tried = staging(tmp_path, shelf)
    tried.read(ROLE, 99)
    assert len(tried.read(ROLE, 10)) == 11  # asked again: the source's own answer to a smaller limit
    assert len(shelf.asked) == 2


def test_a_longer_answer_than_allowed_is_bad_data_where_no_other_source_has_better(tmp_path: Path) -> None:
    class Endless(Shelf):
        def read(self, path: str, limit_bytes: int) -> bytes:
            raise BadData(path, "", f"is longer than the {limit_bytes} bytes allowed")

    with pytest.raises(BadData, match="longer"):
        staging(tmp_path, Endless({})).read(ROLE, 99)
    assert staging(tmp_path, Endless({}), Shelf({ROLE: b"{}"})).read(ROLE, 99) == b"{}"
