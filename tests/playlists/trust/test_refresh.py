"""Faults of a repository as data: each is an edit of the published folder, and the box must not move."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from tuf.api.metadata import Snapshot, Targets, Timestamp
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from playlists import generation
from playlists.documents import Course
from playlists.errors import BadData, FailedAttempt, UntrustedData
from playlists.generation import Generation
from playlists.keys import SigningKey
from playlists.targets import course_path
from playlists.trust import metadata
from playlists.trust.client import Older
from playlists.trust.refresh import refreshing
from playlists.trust.roles import role_of
from playlists.trust.sources import DirectorySource
from playlists.trust.tree import target_file
from tests.playlists import samples
from tests.playlists.published import NOW, ONLINE, OTHER, REVIEWERS, Box, County, signed

COURSE = samples.course()
PATH = course_path(COURSE.id)
ROLE = role_of(PATH)
CHANGED = samples.course(lessons=(samples.lesson("three"),))
PAGES = "pages/all.json"


@pytest.fixture
def settled(county: County, box: Box) -> Generation:
    """A box that has accepted a first publication; the county's next one waits a day later."""
    county.release(COURSE)
    county.send({"pages": {PAGES: b'{"format":1}'}})
    found = box.refresh(county.folder)
    county.later(days=1)
    box.now = county.now
    return found


def stands(box: Box, before: Generation) -> None:
    assert generation.load(box.folder) == before
    assert before.document(Course, PATH) == COURSE


def refused(box: Box, county: County, before: Generation) -> BadData:
    with pytest.raises(BadData) as caught:
        box.refresh(county.folder)
    stands(box, before)
    return caught.value


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def sign_anew(path: Path, kind: type, keys: list[SigningKey], change: Callable[..., None]) -> None:
    """Change the content of metadata and sign it with these keys only."""
    found = metadata.parse(path.read_bytes(), "test", kind)
    change(found.signed)
    found.signatures.clear()
    path.write_bytes(signed(metadata.to_bytes(found), keys))


def files_of(county: County) -> dict[str, Path]:
    """Return the files that a refresh has to fetch after `CHANGED` was released."""
    snapshot = max((county.folder / "metadata").glob("*.snapshot.json"))
    digest = county.repository.targets(ROLE)[PATH]
    return {
        "timestamp": county.folder / "metadata" / "timestamp.json",
        "snapshot": snapshot,
        "role": county.metadata(ROLE),
        "document": county.folder / target_file(PATH, digest),
    }


KINDS = ["timestamp", "snapshot", "role", "document"]
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
    "one bit flipped": lambda data: (
        data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
    ),
    "oversized": lambda data: data + b" " * (2 << 20),
    "a web page": lambda _: b"<html><body>please log in</body></html>",
    "nested without end": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_changes_nothing(county: County, box: Box, settled: Generation, kind: str, damage: str) -> None:
    county.release(CHANGED)
    edit(files_of(county)[kind], DAMAGES[damage])
    assert refused(box, county, settled).problem


@pytest.mark.parametrize("kind", ["snapshot", "role", "document"])
def test_a_missing_file_is_a_failed_attempt_and_changes_nothing(
    county: County, box: Box, settled: Generation, kind: str
) -> None:
    county.release(CHANGED)
    files_of(county)[kind].unlink()
    with pytest.raises(FailedAttempt):
        box.refresh(county.folder)
    stands(box, settled)


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_flipped_bit_of_a_small_file_is_noticed(
    county: County, box: Box, settled: Generation, kind: str
) -> None:
    county.release(CHANGED)
    path = files_of(county)[kind]
    good = path.read_bytes()
    wanted = county.repository.read(PATH)
    noticed = 0
    for place in range(0, len(good), 23):
        path.write_bytes(good[:place] + bytes([good[place] ^ (1 << place % 8)]) + good[place + 1 :])
        try:
            with refreshing(DirectorySource(county.folder), generation=settled, root=box.root, now=box.now) as refresh:
                # A bit outside what is signed, such as the case of a hex digit, may pass unharmed.
                assert refresh.read(PATH) == wanted
        except (BadData, FailedAttempt):
            noticed += 1
    assert noticed > 0.8 * len(range(0, len(good), 23))
    stands(box, settled)


@pytest.mark.parametrize(
    "keys",
    [[], REVIEWERS[:1], [OTHER], [ONLINE], [ONLINE, REVIEWERS[2]], [ONLINE, OTHER]],
    ids=["nobody", "one reviewer", "a stranger", "the server", "the server and one", "the server and a stranger"],
)
def test_a_role_below_its_threshold_changes_nothing(
    county: County, box: Box, settled: Generation, keys: list[SigningKey]
) -> None:
    county.release(CHANGED)
    sign_anew(county.metadata(ROLE), Targets, keys, lambda _: None)
    assert "enough keys" in refused(box, county, settled).problem


@pytest.mark.parametrize(("kind", "type_"), [("timestamp", Timestamp), ("snapshot", Snapshot)])
@pytest.mark.parametrize("keys", [[], [OTHER], REVIEWERS], ids=["nobody", "a stranger", "reviewers"])
def test_a_publication_not_signed_by_the_online_key_changes_nothing(
    county: County, box: Box, settled: Generation, *, kind: str, type_: type, keys: list[SigningKey]
) -> None:
    county.release(CHANGED)
    sign_anew(files_of(county)[kind], type_, keys, lambda _: None)
    assert "enough keys" in refused(box, county, settled).problem


def test_a_stolen_online_key_cannot_introduce_a_course(county: County, box: Box, settled: Generation) -> None:
    """The thief has the server and signs, correctly and consistently, everything that its key can sign."""
    fraud = samples.course("fraud-291")
    assert role_of(course_path(fraud.id)) == ROLE
    held = county.documents(COURSE, fraud)[ROLE]
    for path, data in held.items():
        file = county.folder / target_file(path, hashlib.sha256(data).hexdigest())
        file.write_bytes(data)
    forged = signed(county.repository.candidate(ROLE, held, county.now), [ONLINE])
    number = metadata.parse(forged, ROLE, Targets).signed.version
    (county.folder / "metadata" / f"{number}.{ROLE}.json").write_bytes(forged)
    county.send({"pages": {PAGES: b"bait"}})

    def list_it(snapshot: Snapshot) -> None:
        snapshot.meta[f"{ROLE}.json"].version = number

    sign_anew(files_of(county)["snapshot"], Snapshot, [ONLINE], list_it)
    assert "enough keys" in refused(box, county, settled).problem


def test_a_stolen_online_key_cannot_vouch_for_a_course_in_a_role_of_its_own(
    county: County, box: Box, settled: Generation
) -> None:
    county.send({"pages": {PAGES: b"bait"}})
    path = course_path("fraud")

    def smuggle(targets: Targets) -> None:
        page = targets.targets[PAGES]
        targets.targets[path] = page

    sign_anew(county.metadata("pages"), Targets, [ONLINE], smuggle)
    with refreshing(DirectorySource(county.folder), generation=None, root=box.root, now=box.now) as refresh:
        assert refresh.names("pages") == [PAGES]
        assert path not in refresh.names(role_of(path))


def test_an_older_publication_changes_nothing(county: County, box: Box) -> None:
    county.release(COURSE)
    old = {path: path.read_bytes() for path in (county.folder / "metadata").iterdir()}
    county.later(days=1)
    county.release(CHANGED)
    before = box.refresh(county.folder)
    for path in (county.folder / "metadata").iterdir():
        path.unlink()
    for path, data in old.items():
        path.write_bytes(data)
    with pytest.raises(Older, match="older than what was accepted"):
        box.refresh(county.folder)
    assert generation.load(box.folder) == before


@pytest.mark.parametrize("lost", ["timestamp.json", "snapshot.json", f"{ROLE}.json", "pages.json"])
def test_a_box_whose_cached_metadata_is_damaged_still_refuses_what_is_older(
    county: County, box: Box, lost: str
) -> None:
    """The library alone forgets its floor with a damaged timestamp; the manifest does not."""
    county.release(COURSE)
    county.send({"pages": {PAGES: b"{}"}})
    old = {path: path.read_bytes() for path in (county.folder / "metadata").iterdir()}
    county.later(days=1)
    county.release(CHANGED)
    before = box.refresh(county.folder)
    for path, data in old.items():
        path.write_bytes(data)
    before.path(f"metadata/{lost}").write_bytes(b"damaged")
    loaded = generation.load(box.folder, check=[])
    with (
        pytest.raises(Older),
        refreshing(DirectorySource(county.folder), generation=loaded, root=box.root, now=box.now),
    ):
        pytest.fail("an older publication was accepted")


def test_a_stolen_online_key_cannot_send_back_an_older_course(county: County, box: Box) -> None:
    county.release(COURSE)
    old_version = county.repository.version(ROLE)
    county.later(days=1)
    county.release(CHANGED)
    before = box.refresh(county.folder)
    county.later(days=1)
    county.send({"pages": {PAGES: b"bait"}})

    def send_back(snapshot: Snapshot) -> None:
        snapshot.meta[f"{ROLE}.json"].version = old_version

    sign_anew(files_of(county)["snapshot"], Snapshot, [ONLINE], send_back)
    with pytest.raises(Older):
        box.refresh(county.folder)
    assert generation.load(box.folder) == before


def test_a_stolen_online_key_cannot_make_a_role_disappear(county: County, box: Box, settled: Generation) -> None:
    county.send({"pages": {PAGES: b"bait"}})
    sign_anew(files_of(county)["snapshot"], Snapshot, [ONLINE], lambda snapshot: snapshot.meta.pop(f"{ROLE}.json"))
    refused(box, county, settled)


def test_newer_but_expired_is_accepted_as_stale(county: County, box: Box, settled: Generation) -> None:
    county.release(CHANGED)
    box.now = county.now + timedelta(days=5 * 365)
    found = box.refresh(county.folder)
    assert found.document(Course, PATH) == CHANGED
    assert found.manifest.accepted.stale
    assert found.manifest.accepted.expires_ms < metadata.as_ms(box.now)


def test_expired_and_older_is_refused_all_the_same(county: County, box: Box) -> None:
    county.release(COURSE)
    old = {path: path.read_bytes() for path in (county.folder / "metadata").iterdir()}
    county.later(days=1)
    county.release(CHANGED)
    before = box.refresh(county.folder)
    for path, data in old.items():
        path.write_bytes(data)
    box.now += timedelta(days=5 * 365)
    assert isinstance(refused_as(box, county), Older)
    assert generation.load(box.folder) == before


def refused_as(box: Box, county: County) -> BadData:
    with pytest.raises(BadData) as caught:
        box.refresh(county.folder)
    return caught.value


def test_the_library_reads_its_time_where_we_set_it() -> None:
    """Expiry is ours to judge (`refresh`); this is the private seat of the library's clock, pinned with its version."""
    assert "reference_time" in TrustedMetadataSet.__init__.__code__.co_names
    assert version("tuf") == "7.0.1"


def test_the_time_of_1970_and_of_2199_both_accept(county: County, box: Box) -> None:
    county.release(COURSE)
    box.now = datetime(1970, 1, 1, tzinfo=UTC)
    assert not box.refresh(county.folder).manifest.accepted.stale
    county.release(CHANGED)
    box.now = datetime(2199, 1, 1, tzinfo=UTC)
    assert box.refresh(county.folder).manifest.accepted.stale


def test_a_refresh_says_the_newest_time_that_was_signed(county: County, box: Box, settled: Generation) -> None:
    assert settled.manifest.accepted.signed_ms == metadata.as_ms(NOW)
    county.release(CHANGED)
    assert box.refresh(county.folder).manifest.accepted.signed_ms == metadata.as_ms(county.now)


def test_a_box_with_another_root_believes_nothing(county: County, tmp_path: Path) -> None:
    other = County(tmp_path / "other")
    other.later(days=1)
    forged = metadata.parse(other.root, "root", metadata.Root)
    forged.signatures.clear()
    root = metadata.sign(metadata.to_bytes(forged), OTHER)
    with pytest.raises(UntrustedData):
        Box(tmp_path / "generations", root).refresh(county.folder)


class Counting(DirectorySource):
    """A source that notes what it was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[str] = []

    def read(self, path: str, limit_bytes: int) -> bytes:
        self.asked.append(path)
        return super().read(path, limit_bytes)


def test_without_news_a_refresh_asks_for_the_timestamp_alone(county: County, box: Box, settled: Generation) -> None:
    source = Counting(county.folder)
    with refreshing(source, generation=settled, root=box.root, now=box.now) as refresh:
        assert refresh.unchanged
        assert refresh.accepted == settled.manifest.accepted
    assert source.asked == ["metadata/timestamp.json"]


def test_without_news_documents_can_still_be_read_and_staleness_is_told(
    county: County, box: Box, settled: Generation
) -> None:
    source = Counting(county.folder)
    later = box.now + timedelta(days=5 * 365)
    with refreshing(source, generation=settled, root=box.root, now=later) as refresh:
        assert refresh.unchanged
        assert refresh.read(PATH) == settled.read(PATH)
        assert refresh.accepted.stale
    assert source.asked == ["metadata/timestamp.json"]


def test_only_what_changed_is_fetched(county: County, box: Box, settled: Generation) -> None:
    county.send({"pages": {PAGES: b'{"format":1,"pages":[]}'}})
    source = Counting(county.folder)
    box.refresh(source)
    kinds = [path.split("/")[-1].split(".", 1)[1] for path in source.asked]
    assert kinds == ["json", "root.json", "snapshot.json", "pages.json", "all.json"]


def test_a_document_that_the_disk_lost_is_fetched_again(county: County, box: Box, settled: Generation) -> None:
    settled.path(PATH).write_bytes(b"rotten")
    source = Counting(county.folder)
    with refreshing(source, generation=settled, root=box.root, now=box.now) as refresh:
        assert refresh.read(PATH) == county.repository.read(PATH)
    assert any(COURSE.id in path for path in source.asked)


def test_a_document_nobody_published_is_a_key_error(county: County, box: Box) -> None:
    with refreshing(DirectorySource(county.folder), generation=None, root=box.root, now=box.now) as refresh:
        assert refresh.names("live") == []
        with pytest.raises(KeyError):
            refresh.read("live/channels.json")
