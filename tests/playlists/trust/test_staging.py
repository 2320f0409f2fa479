"""What came stays, whatever cuts the refresh off; nothing is asked twice, and nothing of it is believed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from playlists.errors import BadData, FailedAttempt
from playlists.trust.sources import NotPublished
from playlists.trust.staging import ATTEMPTS, Staging

ROLE = "metadata/12.courses-0a.json"
TIMESTAMP = "metadata/timestamp.json"
BODY = b"a document"
DOCUMENT = f"targets/courses/0a/{hashlib.sha256(BODY).hexdigest()}.mushrooms.json"


class Shelf:
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
    return Staging(list(shelves), folder / "staging", pause_s=0)


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
    staging(tmp_path / "other", dead).fetch_ahead(files)
    assert len(dead.asked) < len(files)


def test_a_torn_file_is_not_there(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"{}", DOCUMENT: BODY})
    tried = staging(tmp_path, shelf)
    tried.fetch_ahead([ROLE, DOCUMENT])
    for file in (tmp_path / "staging").iterdir():
        file.write_bytes(file.read_bytes()[:1])
    again = staging(tmp_path, shelf)
    assert (again.read(ROLE, 99), again.read(DOCUMENT, 99)) == (b"{}", BODY)
    assert len(shelf.asked) == 4


def test_a_document_that_is_not_what_its_name_says_is_not_kept(tmp_path: Path) -> None:
    shelf = Shelf({DOCUMENT: b"another"})
    assert staging(tmp_path, shelf).read(DOCUMENT, 99) == b"another"  # the refresh compares and refuses it
    shelf.files[DOCUMENT] = BODY
    assert staging(tmp_path, shelf).read(DOCUMENT, 99) == BODY


def test_after_a_refusal_metadata_is_asked_for_anew_and_documents_are_not(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"forged", DOCUMENT: BODY})
    tried = staging(tmp_path, shelf)
    tried.fetch_ahead([ROLE, DOCUMENT])
    tried.forget_metadata()
    shelf.files[ROLE] = b"true"
    again = staging(tmp_path, shelf)
    assert (again.read(ROLE, 99), again.read(DOCUMENT, 99)) == (b"true", BODY)
    assert len(shelf.asked) == 3


def test_what_is_kept_still_has_its_limit(tmp_path: Path) -> None:
    shelf = Shelf({ROLE: b"x" * 50})
    tried = staging(tmp_path, shelf)
    tried.read(ROLE, 99)
    assert len(tried.read(ROLE, 10)) == 11  # asked again: the source's own answer to a smaller limit
    assert len(shelf.asked) == 2


def test_a_whole_refresh_leaves_nothing_behind(tmp_path: Path) -> None:
    tried = staging(tmp_path, Shelf({ROLE: b"{}"}))
    tried.read(ROLE, 99)
    tried.clear()
    assert not (tmp_path / "staging").exists()


def test_a_longer_answer_than_allowed_is_bad_data(tmp_path: Path) -> None:
    class Endless(Shelf):
        def read(self, path: str, limit_bytes: int) -> bytes:
            raise BadData(path, "", f"is longer than the {limit_bytes} bytes allowed")

    with pytest.raises(BadData, match="longer"):
        staging(tmp_path, Endless({})).read(ROLE, 99)
