"""Power cuts on a disk that forgets what was not synced: generations, publications and small files stay whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from playlists.files import write_durably
from playlists.generation import Accepted, load
from playlists.generation_writer import GenerationWriter, record_refresh
from tests.fakes.disk_log import DiskLog
from tests.fakes.forgetful_disk import Look, Work, outlives_cuts
from tests.playlists.published import Box, County

ACCEPTED = Accepted(roles={"snapshot": 1}, signed_ms=1, expires_ms=2)


# --- a generation


def publish_generations(root: Path, log: DiskLog) -> None:
    for number in (1, 2, 3):
        before = load(root)
        writer = GenerationWriter(root, before)
        writer.write("pages/all.json", b"the same")
        writer.write("courses/3f/one.json", b"number %d" % number)
        published = writer.publish(ACCEPTED, source="x", synced_ms=number)
        log.promise(str(number))
    record_refresh(published, ACCEPTED, source="y", synced_ms=99)
    log.promise("refreshed")


def look_at_generations(root: Path, promised: frozenset[str]) -> None:
    least = max((int(number) for number in promised if number.isdigit()), default=0)
    found = load(root)
    number = found.manifest.number if found else 0
    assert number >= least
    if found is not None:
        assert found.read("courses/3f/one.json") == b"number %d" % number
        assert found.read("pages/all.json") == b"the same"
        assert "refreshed" not in promised or found.manifest.synced_ms == 99
    again = GenerationWriter(root, found)
    again.write("pages/all.json", b"after the cut")
    again.publish(ACCEPTED, source="x", synced_ms=4)
    newest = load(root)
    assert newest is not None
    assert newest.manifest.number > number
    assert newest.read("pages/all.json") == b"after the cut"


def test_a_generation_outlives_a_cut_at_any_point(tmp_path: Path) -> None:
    assert outlives_cuts(tmp_path, publish_generations, look_at_generations) > 200


# --- a small file


def replace_file(root: Path, log: DiskLog) -> None:
    for content in (b"old", b"new and longer", b"n"):
        write_durably(root / "file", content)
        log.promise(content.decode())


def look_at_file(root: Path, promised: frozenset[str]) -> None:
    order = ["old", "new and longer", "n"]
    content = (root / "file").read_text() if (root / "file").exists() else ""
    assert content in ("", *order)
    assert all(order.index(content) >= order.index(known) for known in promised)


def test_a_small_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    assert outlives_cuts(tmp_path, replace_file, look_at_file) > 20


# --- what a county publishes

PAGES = "pages/all.json"


class Publishing:
    """Publishes twice; the box takes either, and what was published when the cut came at least."""

    def work(self, root: Path, log: DiskLog) -> None:
        county = County(root / "published")
        self.root = county.root
        for number in ("1", "2"):
            county.later(minutes=1)
            county.send({"pages": {PAGES: number.encode()}})
            log.promise(number)

    def look(self, root: Path, promised: frozenset[str]) -> None:
        if not promised and not (root / "published" / "metadata" / "timestamp.json").exists():
            return
        accepted = Box(root / "box", self.root).refresh(root / "published")
        found = int(accepted.read(PAGES)) if PAGES in accepted.manifest.files else 0
        assert found >= max(map(int, promised), default=0)


def test_what_a_county_publishes_is_accepted_after_a_cut_at_any_point(tmp_path: Path) -> None:
    publishing = Publishing()
    assert outlives_cuts(tmp_path, publishing.work, publishing.look) > 100


# --- and the disk does forget


@pytest.mark.parametrize(("work", "look"), [(publish_generations, look_at_generations), (replace_file, look_at_file)])
def test_without_syncs_promises_would_be_broken(tmp_path: Path, work: Work, look: Look) -> None:
    with pytest.raises(AssertionError, match="cut at step"):
        outlives_cuts(tmp_path, work, look, deaf=lambda _: True)


def test_a_publication_needs_its_syncs_too(tmp_path: Path) -> None:
    publishing = Publishing()
    with pytest.raises(AssertionError, match="cut at step"):
        outlives_cuts(tmp_path, publishing.work, publishing.look, deaf=lambda _: True)
