from datetime import timedelta

import pytest

from playlists.documents import Course
from playlists.errors import UntrustedData
from playlists.keys import SigningKey
from playlists.targets import course_path
from playlists.trust import ceremony, roles
from playlists.trust.roles import role_of
from playlists.trust.tree import PublishedTree
from tests.playlists import samples
from tests.playlists.published import ONLINE, REVIEWERS, ROOT_KEYS, Box, County, holders, signed

COURSE = samples.course()
PATH = course_path(COURSE.id)
ROLE = role_of(PATH)
PAGES = "pages/all.json"
NEW = SigningKey.generate()


def new_delegations(county: County, **changes: object) -> bytes:
    above = county.repository.version(roles.TARGETS)
    unsigned = ceremony.delegations(holders(**changes), county.now, above=above)  # type: ignore[arg-type]
    return signed(unsigned, ROOT_KEYS[:2])


def test_a_reviewer_who_left_can_be_replaced_once_his_roles_are_signed_anew(county: County, box: Box) -> None:
    county.release(COURSE, by=REVIEWERS[:2])
    box.refresh(county.folder)
    county.later(days=1)
    reviewers = [REVIEWERS[1], REVIEWERS[2], NEW]
    targets = new_delegations(county, reviewers=reviewers)
    assert county.repository.below_threshold(targets) == [ROLE]
    with pytest.raises(UntrustedData, match=ROLE):
        county.repository.publish(online=ONLINE, now=county.now, signed={roles.TARGETS: targets})
    again = county.repository.candidate(ROLE, county.documents(COURSE)[ROLE], county.now)
    again = signed(again, [NEW, REVIEWERS[1]])
    assert county.repository.lacks(ROLE, again)
    assert county.repository.lacks(ROLE, again, targets) == ""
    county.repository.publish(online=ONLINE, now=county.now, signed={roles.TARGETS: targets, ROLE: again})
    assert box.refresh(county.folder).document(Course, PATH) == COURSE
    county.later(days=1)
    with pytest.raises(UntrustedData, match="enough keys"):
        county.release(COURSE, by=REVIEWERS[:2])


def test_one_root_holder_alone_cannot_change_the_reviewers(county: County) -> None:
    unsigned = ceremony.delegations(holders(reviewers=[NEW, *REVIEWERS[:2]]), county.now + timedelta(days=1))
    data = signed(unsigned, [ROOT_KEYS[0], ONLINE])
    with pytest.raises(UntrustedData, match="enough keys"):
        county.repository.publish(online=ONLINE, now=county.now, signed={roles.TARGETS: data})


def test_a_box_follows_several_changes_of_root_holders_at_once(county: County, box: Box) -> None:
    county.release(COURSE)
    box.refresh(county.folder)
    held = list(ROOT_KEYS)
    for _ in range(3):
        county.later(days=1)
        coming = [*held[1:], SigningKey.generate()]
        root = ceremony.next_root(county.repository.root(), holders(root=coming), county.now)
        targets = ceremony.delegations(holders(root=coming), county.now, above=county.repository.version(roles.TARGETS))
        new = {roles.ROOT: signed(root, [held[1], held[2]]), roles.TARGETS: signed(targets, coming[1:])}
        county.repository.publish(online=ONLINE, now=county.now, signed=new)
        held = coming
    assert box.refresh(county.folder).manifest.accepted.roles["root"] == 4
    county.later(days=1)
    county.release(samples.course(lessons=(samples.lesson("three"),)))
    assert len(box.refresh(county.folder).document(Course, PATH).lessons) == 1


def test_a_root_not_signed_by_the_holders_before_is_not_published(county: County) -> None:
    strangers = [SigningKey.generate() for _ in range(3)]
    root = ceremony.next_root(county.repository.root(), holders(root=strangers), county.now)
    for keys in ([*strangers], [*strangers, ROOT_KEYS[0]], ROOT_KEYS):
        with pytest.raises(UntrustedData):
            county.repository.publish(online=ONLINE, now=county.now, signed={roles.ROOT: signed(root, keys)})


def test_after_a_theft_a_new_online_key_recovers_even_from_absurd_versions(county: County, box: Box) -> None:
    """The thief published pages of a version that the county could not reach in 30 years."""
    honest = county.now
    county.release(COURSE)
    county.later(days=30 * 365)
    county.send({"pages": {PAGES: b"bait"}})
    box.refresh(county.folder)
    county.now = honest + timedelta(days=1)
    tree = PublishedTree(county.folder)
    for path in (county.folder / "metadata").iterdir():  # the county cleans its server
        number = path.name.split(".")[0]
        if number.isdecimal() and int(number) > 10 * 365 * 86_400:
            path.unlink()
    (county.folder / "metadata" / "timestamp.json").unlink()
    assert tree.timestamp() is None
    root = ceremony.next_root(county.repository.root(), holders(online=NEW), county.now)
    targets = ceremony.delegations(holders(online=NEW), county.now)
    role = signed(county.repository.candidate(ROLE, county.documents(COURSE)[ROLE], county.now), REVIEWERS[:2])
    new = {roles.ROOT: signed(root, ROOT_KEYS[:2]), roles.TARGETS: signed(targets, ROOT_KEYS[:2]), ROLE: role}
    pages = {"pages": {PAGES: b"honest"}}
    county.repository.publish(online=NEW, now=county.now, signed=new, online_documents=pages)
    assert box.refresh(county.folder).read(PAGES) == b"honest"


def test_a_new_online_key_signs_its_roles_anew_by_itself(county: County, box: Box) -> None:
    county.send({"pages": {PAGES: b"{}"}})
    county.release(COURSE)
    box.refresh(county.folder)
    county.later(days=1)
    root = ceremony.next_root(county.repository.root(), holders(online=NEW), county.now)
    targets = ceremony.delegations(holders(online=NEW), county.now, above=county.repository.version(roles.TARGETS))
    new = {roles.ROOT: signed(root, ROOT_KEYS[:2]), roles.TARGETS: signed(targets, ROOT_KEYS[:2])}
    done = county.repository.publish(online=NEW, now=county.now, signed=new)
    assert done.roles == ("pages", "root", "targets")
    assert box.refresh(county.folder).read(PAGES) == b"{}"
    with pytest.raises(UntrustedData, match="online key"):
        county.repository.publish(online=ONLINE, now=county.now)
