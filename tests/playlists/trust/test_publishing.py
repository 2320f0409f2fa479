import os
import shutil
from pathlib import Path

import pytest
from tuf.api.metadata import Targets

from playlists.errors import BadData, UntrustedData
from playlists.keys import SigningKey
from playlists.targets import box_path, course_path, plan_path
from playlists.trust import ceremony, metadata
from playlists.trust.repository import Repository, digests
from playlists.trust.roles import online_roles, reviewed_roles, role_of
from tests.playlists import samples
from tests.playlists.published import ONLINE, OTHER, REVIEWERS, ROOT_KEYS, Box, County, holders, signed

COURSE = samples.course()
PATH = course_path(COURSE.id)
ROLE = role_of(PATH)


def test_a_course_passed_by_two_reviewers_reaches_the_box(county: County, box: Box) -> None:
    county.release(COURSE)
    assert box.refresh(county.folder).read(PATH) == county.repository.read(PATH)


@pytest.mark.parametrize(
    "keys",
    [[], REVIEWERS[:1], [REVIEWERS[0], REVIEWERS[0]], [REVIEWERS[0], ONLINE], [ONLINE, OTHER], ROOT_KEYS],
    ids=["nobody", "one reviewer", "one reviewer twice", "one and the server", "strangers", "root holders"],
)
def test_nothing_is_published_without_two_reviewers(county: County, keys: list[SigningKey]) -> None:
    before = sorted(county.folder.rglob("*"))
    with pytest.raises(UntrustedData, match="enough keys"):
        county.release(COURSE, by=keys)
    assert sorted(county.folder.rglob("*")) == before


def test_a_candidate_tells_what_it_lacks_until_a_second_reviewer_signs(county: County) -> None:
    held = county.documents(COURSE)[ROLE]
    data = county.repository.candidate(ROLE, held, county.now)
    public = [key.public_bytes for key in REVIEWERS]
    named = metadata.parse(data, ROLE, Targets).signed.targets
    assert {path: target.hashes["sha256"] for path, target in named.items()} == digests(held)
    for count in (0, 1):
        assert f"{count}/2" in county.repository.lacks(ROLE, data)
        assert metadata.signed_by(data, public) == public[:count]
        data = metadata.sign(data, REVIEWERS[count])
    assert county.repository.lacks(ROLE, data) == ""


def test_a_signature_can_be_made_on_another_machine(county: County) -> None:
    data = county.repository.candidate(ROLE, county.documents(COURSE)[ROLE], county.now)
    mine, theirs = REVIEWERS[:2]
    carried = theirs.sign(metadata.bytes_to_sign(data))
    both = metadata.add_signature(metadata.sign(data, mine), theirs.public_bytes, carried)
    assert county.repository.lacks(ROLE, both) == ""
    assert metadata.merge_signature(metadata.sign(data, mine), metadata.sign(data, theirs), theirs.fingerprint) == both
    with pytest.raises(UntrustedData):
        metadata.add_signature(data, mine.public_bytes, carried)
    with pytest.raises(UntrustedData):
        metadata.merge_signature(data, county.repository.candidate(ROLE, {}, county.now), mine.fingerprint)


def test_a_signed_role_without_its_documents_is_not_published(county: County) -> None:
    held = county.documents(COURSE)[ROLE]
    data = signed(county.repository.candidate(ROLE, held, county.now), REVIEWERS[:2])
    for given in ({}, held | {PATH: held[PATH] + b" "}):
        with pytest.raises(BadData, match="not given"):
            county.repository.publish(online=ONLINE, now=county.now, signed={ROLE: data}, documents=given)
    assert county.repository.targets(ROLE) == {}


def test_an_older_candidate_cannot_replace_a_newer_publication(county: County) -> None:
    held = county.documents(COURSE)[ROLE]
    old = signed(county.repository.candidate(ROLE, held, county.now), REVIEWERS[:2])
    county.later(hours=1)
    county.release(COURSE)
    with pytest.raises(UntrustedData, match="not above"):
        county.repository.publish(online=ONLINE, now=county.now, signed={ROLE: old}, documents=held)


def test_a_role_vouches_for_its_own_paths_only(county: County) -> None:
    for path in ("pages/all.json", "courses/zz/x.json", "courses/../x.json", "anything", "media/aa/x"):
        with pytest.raises(BadData):
            county.repository.candidate(ROLE, {path: b"{}"}, county.now)
    with pytest.raises(BadData, match="belongs to role"):
        county.send({"pages": {PATH: b"{}"}})


def test_every_published_path_has_exactly_one_role() -> None:
    roles = {**reviewed_roles(), **online_roles()}
    assert len(roles) == 128 + 2 + 16 + 16 + 1
    for role, patterns in roles.items():
        for pattern in patterns:
            assert role_of(pattern.replace("*", "x.json" if pattern.endswith("*") else "")) == role


def test_publishing_nothing_new_changes_no_file(county: County) -> None:
    county.send({"pages": {"pages/all.json": b"{}"}})
    files = {path: path.stat().st_mtime_ns for path in county.folder.rglob("*")}
    county.later(hours=3)
    assert county.send({"pages": {"pages/all.json": b"{}"}}).roles == ()
    assert {path: path.stat().st_mtime_ns for path in county.folder.rglob("*")} == files


def test_signatures_of_the_server_are_renewed_before_they_run_out(county: County, box: Box) -> None:
    county.send({"pages": {"pages/all.json": b"{}"}})
    county.release(COURSE)
    for _ in range(30):
        county.later(days=30)
        county.repository.publish(online=ONLINE, now=county.now)
        box.now = county.now
        assert not box.refresh(county.folder).manifest.accepted.stale


def test_versions_rise_above_all_that_a_restored_backup_forgot(county: County, box: Box, tmp_path: Path) -> None:
    backup = {path: path.read_bytes() for path in county.folder.rglob("*") if path.is_file()}
    for number in range(20):
        county.later(minutes=1)
        county.send({"pages": {"pages/all.json": b"%d" % number}})
    seen = box.refresh(county.folder).manifest.accepted.roles
    for path in county.folder.rglob("*.json"):
        path.unlink()
    for path, data in backup.items():
        path.write_bytes(data)
    county.later(hours=1)
    county.send({"pages": {"pages/all.json": b"after"}})
    accepted = box.refresh(county.folder)
    assert accepted.read("pages/all.json") == b"after"
    assert all(version >= seen[role] for role, version in accepted.manifest.accepted.roles.items())


def test_a_restored_county_is_believed_also_where_it_has_nothing_new_to_say(
    county: County, box: Box, tmp_path: Path
) -> None:
    shutil.copytree(county.folder, tmp_path / "backup")
    lost = {"pages": {"pages/all.json": b"lost"}, role_of(plan_path("lost")): {plan_path("lost"): b"{}"}}
    county.later(minutes=1)
    county.send(lost)
    seen = box.refresh(county.folder).manifest.accepted.roles
    shutil.rmtree(county.folder)
    shutil.copytree(tmp_path / "backup", county.folder)
    county.later(hours=1)
    county.send({role_of(box_path("new")): {box_path("new"): b"{}"}})
    with pytest.raises(UntrustedData):
        box.refresh(county.folder)

    nothing: dict[str, dict[str, bytes]] = {role: {} for role in online_roles()}
    county.repository.publish(online=ONLINE, now=county.now, online_documents=nothing, restored=True)
    accepted = box.refresh(county.folder).manifest.accepted.roles
    assert all(accepted[role] > version for role, version in seen.items() if role in online_roles())


def test_a_clock_set_back_does_not_turn_versions_back(county: County, box: Box) -> None:
    county.send({"pages": {"pages/all.json": b"1"}})
    box.refresh(county.folder)
    county.later(days=-300)
    county.send({"pages": {"pages/all.json": b"2"}})
    assert box.refresh(county.folder).read("pages/all.json") == b"2"


def test_a_kill_at_any_write_leaves_the_old_or_the_new_publication(
    county: County, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.release(COURSE)
    old = county.repository.targets(ROLE)
    changed = samples.course(lessons=(samples.lesson("three"),))
    new = digests(county.documents(changed)[ROLE])
    real, fail_at = os.fsync, 0
    while county.repository.targets(ROLE) != new:
        fail_at += 1
        left = iter(range(fail_at, 0, -1))

        def fsync(descriptor: int, left: object = left) -> None:
            if next(left, 1) == 1:  # type: ignore[call-overload]
                raise OSError("power cut")
            real(descriptor)

        county.later(minutes=1)
        monkeypatch.setattr(os, "fsync", fsync)
        try:
            county.release(changed)
        except OSError:
            pass
        finally:
            monkeypatch.setattr(os, "fsync", real)
        assert county.repository.targets(ROLE) in (old, new)
        box.refresh(county.folder)
    assert fail_at > 5
    assert digests({path: box.refresh(county.folder).read(path) for path in new}) == new


def test_a_publication_cut_off_at_the_very_beginning_can_be_begun_again(
    tmp_path: Path, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = signed(ceremony.delegations(holders(), county.now), ROOT_KEYS[:2])
    monkeypatch.setattr("playlists.trust.sealing.write_timestamp", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Repository.initialise(tmp_path / "p", root=county.root, targets=targets, online=ONLINE, now=county.now)
    monkeypatch.undo()
    again = Repository.initialise(tmp_path / "p", root=county.root, targets=targets, online=ONLINE, now=county.now)
    assert again.is_initialised()


def test_nothing_is_initialised_twice_or_with_too_few_signatures(tmp_path: Path, county: County) -> None:
    targets = signed(ceremony.delegations(holders(), county.now), ROOT_KEYS[:2])
    with pytest.raises(BadData, match="already"):
        Repository.initialise(county.folder, root=county.root, targets=targets, online=ONLINE, now=county.now)
    root = signed(ceremony.first_root(holders(), county.now), ROOT_KEYS[:1])
    by_server = signed(ceremony.delegations(holders(), county.now), [ONLINE, ROOT_KEYS[0]])
    for wrong_root, wrong_targets in [(root, targets), (county.root, by_server)]:
        with pytest.raises(UntrustedData):
            Repository.initialise(
                tmp_path / "other", root=wrong_root, targets=wrong_targets, online=ONLINE, now=county.now
            )


def test_a_key_that_root_does_not_name_cannot_publish(county: County) -> None:
    with pytest.raises(UntrustedData, match="online key"):
        county.repository.publish(online=OTHER, now=county.now)


def test_one_key_never_serves_for_two_trades() -> None:
    with pytest.raises(ValueError, match="online key"):
        holders(online=REVIEWERS[0])
    with pytest.raises(ValueError, match="fewer keys"):
        holders(reviewers=[REVIEWERS[0], REVIEWERS[0]])
