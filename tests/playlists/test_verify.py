from datetime import timedelta
from pathlib import Path

import pytest

from playlists.chunks import measure
from playlists.command import main
from playlists.documents import Blob
from playlists.targets import CHUNK_BYTES, course_path, media_path
from playlists.trust.tree import target_file
from playlists.verify import report, verify_tree
from tests.playlists import samples
from tests.playlists.published import County
from tests.playlists.samples import lesson


def placed(county: County, content: bytes) -> Blob:
    """Put a media file into the published tree with its chunk list."""
    source = county.folder.parent / "film.mp4"
    source.write_bytes(content)
    found = measure(source)
    files = {found.blob.sha256: content}
    if found.blob.chunk_list:
        files[found.blob.chunk_list] = found.chunk_list
    for name, data in files.items():
        path = county.folder / media_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return found.blob


@pytest.fixture
def film(county: County) -> Blob:
    """A film of three chunks, published in a course beside one of a single chunk."""
    large, small = placed(county, bytes(range(256)) * (CHUNK_BYTES // 100)), placed(county, b"small")
    county.release(samples.course(lessons=(lesson("one", large), lesson("two", small))))
    county.send({"pages": {"pages/all.json": b'{"format":1}'}})
    return large


def verify(county: County, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main(["verify", str(county.folder), *options])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_whole_publication_is_all_well_and_says_what_was_checked(
    county: County, film: Blob, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "root.json").write_bytes(county.root)
    code, text = verify(county, capsys, "--root", str(tmp_path / "root.json"))
    assert code == 0, text
    for line in ("1 courses", "1 catalogue", "1 pages", "2 blobs", "6 roles", "all well"):
        assert line in text


def test_without_a_root_it_says_that_the_folder_vouches_for_itself(
    county: County, film: Blob, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = verify(county, capsys)
    assert code == 0
    assert "only its inner agreement" in text


def test_another_countys_root_is_a_problem(
    county: County, film: Blob, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "root.json").write_bytes(b"{}")
    code, text = verify(county, capsys, "--root", str(tmp_path / "root.json"))
    assert code == 1
    assert "PROBLEM" in text


def test_every_damaged_medium_is_named_with_its_course_and_chunk(
    county: County, film: Blob, capsys: pytest.CaptureFixture[str]
) -> None:
    path = county.folder / media_path(film.sha256)
    content = bytearray(path.read_bytes())
    content[CHUNK_BYTES + 5] ^= 1
    path.write_bytes(content)
    code, text = verify(county, capsys)
    assert code == 1
    assert f"course mushrooms: {media_path(film.sha256)}: chunk 1: is not what was signed" in text
    assert verify(county, capsys, "--no-media")[0] == 0


@pytest.mark.parametrize("damage", ["lost", "short", "long", "list lost", "list short"])
def test_lost_and_cut_media_are_problems(
    county: County, film: Blob, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    name = film.chunk_list if damage.startswith("list") else film.sha256
    path = county.folder / media_path(name or "")
    content = path.read_bytes()
    if damage.endswith("lost"):
        path.unlink()
    else:
        path.write_bytes(content + b"x" if damage == "long" else content[:-1])
    code, text = verify(county, capsys)
    assert code == 1
    assert text.count("PROBLEM course mushrooms") == 1


def test_every_damaged_document_is_named_and_the_rest_still_checked(
    county: County, film: Blob, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course_path("mushrooms")
    digest = county.repository.targets(f"courses-{path.split('/')[1]}")[path]
    (county.folder / target_file(path, digest)).write_bytes(b"x")
    code, text = verify(county, capsys)
    assert code == 1
    assert f"PROBLEM {path}" in text
    assert "1 pages" in text


def test_a_signed_document_of_the_wrong_kind_is_a_problem(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    county.send({"pages": {"pages/all.json": b'{"format":9}'}})
    code, text = verify(county, capsys)
    assert code == 1
    assert "pages/all.json: $.format" in text


def test_expired_signatures_are_noted_but_no_problem(county: County, film: Blob) -> None:
    for days, noted in ((1, False), (100, True)):
        now = county.now + timedelta(days=days)
        findings = verify_tree(county.folder, county.root, now)
        assert findings.problems == []
        assert ("ran out" in report(findings, county.folder, None)) is noted


def test_a_folder_that_is_no_publication_is_said(
    tmp_path: Path, county: County, capsys: pytest.CaptureFixture[str]
) -> None:
    county.folder = tmp_path / "nothing"
    assert verify(county, capsys)[0] == 2
    (tmp_path / "root.json").write_bytes(b"{}")
    code, text = verify(county, capsys, "--root", str(tmp_path / "root.json"))
    assert code == 1
    assert "timestamp.json" in text
