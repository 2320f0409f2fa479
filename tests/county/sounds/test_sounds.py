"""No recording is heard without two reviewers and the leader; a removal holds at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import timezone

from county.errors import NotAllowed, Refused
from county.folders import published_folder
from county.founding import seat_reviewers
from county.publishing.publish import publish
from county.publishing.travelling import export_for, import_signed
from county.signing import review
from county.sounds import lists
from county.sounds.editing import propose, remove
from county.sounds.lists import SOUND_LIST
from county.travelling import contents_of
from playlists import documents
from playlists.codec import decode_document
from playlists.targets import SOUNDS, plan_path
from playlists.trust import roles
from playlists.trust.repository import Repository
from playlists.verify import verify_tree
from tests.county.sounds.recordings import passed, recording, uploaded
from tests.county.world import PASSPHRASE, County


def heard() -> documents.Sounds:
    """What boxes may let be heard."""
    try:
        body = Repository(published_folder()).read(SOUNDS)
    except KeyError:
        return documents.Sounds()
    return decode_document(documents.Sounds, body, SOUNDS)


def stopped() -> tuple[str, ...]:
    body = Repository(published_folder()).read(plan_path("county"))
    return decode_document(documents.Plan, body, "plan").stopped_sounds


def test_a_recording_is_heard_only_after_two_signatures_and_the_release(county: County, tmp_path: Path) -> None:
    row = uploaded(recording(tmp_path, "a.wav"))
    music = uploaded(recording(tmp_path, "m.wav", source="sine=330:d=6"), "music", "山歌")
    found = propose(county.person("zhou"))
    for reviewer in ("li", "wang"):
        with pytest.raises(Refused, match="还没有两位审核员签名"):
            review.release(SOUND_LIST, found.sha256, county.person("chen"))
        review.sign(SOUND_LIST, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    publish()
    assert heard() == documents.Sounds()
    with pytest.raises(NotAllowed):
        review.release(SOUND_LIST, found.sha256, county.person("li"))
    assert review.release(SOUND_LIST, found.sha256, county.person("chen")).roles == ["sounds"]
    assert heard().prompts["gathering"].blob.sha256 == row.sha256
    assert [one.blob.sha256 for one in heard().music] == [music.sha256]
    assert publish().roles == []


def test_nobody_signs_twice_and_nobody_but_a_reviewer(county: County, tmp_path: Path) -> None:
    uploaded(recording(tmp_path, "a.wav"))
    found = propose(county.person("zhou"))
    review.sign(SOUND_LIST, found.sha256, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(Refused, match="另一位审核员"):
        review.sign(SOUND_LIST, found.sha256, county.person("li"), PASSPHRASE["li"])
    with pytest.raises(NotAllowed, match="只有审核员可以审核声音"):
        review.sign(SOUND_LIST, found.sha256, county.person("zhou"), "x")


def test_what_is_uploaded_after_the_list_was_proposed_is_not_in_it(county: County, tmp_path: Path) -> None:
    uploaded(recording(tmp_path, "a.wav"))
    propose(county.person("zhou"))
    uploaded(recording(tmp_path, "b.wav"), "counting")
    found = SOUND_LIST.waiting()
    assert found is not None
    assert list(lists.sounds_of(found).prompts) == ["gathering"]
    with pytest.raises(Refused, match="有改动"):
        review.sign(SOUND_LIST, "0" * 64, county.person("li"), PASSPHRASE["li"])


def test_a_removal_silences_at_once_and_the_same_file_may_come_back(county: County, tmp_path: Path) -> None:
    first = uploaded(recording(tmp_path, "a.wav"))
    uploaded(recording(tmp_path, "b.wav", source="sine=660:d=1"), "counting")
    passed(county)
    assert stopped() == ()
    remove(first)
    publish()
    assert stopped() == (first.sha256,)
    assert set(heard().prompts) == {"gathering", "counting"}
    again = uploaded(recording(tmp_path, "a.wav"))
    assert again.sha256 == first.sha256
    publish()
    assert stopped() == ()


def test_another_recording_of_a_step_is_heard_only_after_the_next_release_and_the_first_until_then(
    county: County, tmp_path: Path
) -> None:
    first = uploaded(recording(tmp_path, "a.wav"))
    passed(county)
    second = uploaded(recording(tmp_path, "b.wav", source="sine=660:d=1"))
    publish()
    assert (heard().prompts["gathering"].blob.sha256, stopped()) == (first.sha256, ())
    passed(county)
    assert heard().prompts["gathering"].blob.sha256 == second.sha256


def test_what_was_removed_leaves_the_next_list(county: County, tmp_path: Path) -> None:
    row = uploaded(recording(tmp_path, "a.wav"))
    passed(county)
    remove(row)
    passed(county)
    assert (heard(), stopped()) == (documents.Sounds(), ())


def test_a_reviewer_with_a_key_elsewhere_reads_what_he_signs(county: County, tmp_path: Path) -> None:
    row = uploaded(recording(tmp_path, "a.wav"))
    propose(county.person("zhou"))
    carried = export_for(county.person("li"))
    (line,) = contents_of(carried)
    assert line == f"sound: gathering, 2 s, SHA-256 {row.sha256}"
    with pytest.raises(Refused, match="有效签名"):
        import_signed(carried, county.person("li"))


def test_after_a_restore_two_reviewers_sign_the_same_list_once_more(county: County, tmp_path: Path) -> None:
    uploaded(recording(tmp_path, "a.wav"))
    found = passed(county)
    publish(now=timezone.now() + timedelta(hours=1), restored=True)
    assert SOUND_LIST.waiting() == found
    for reviewer in ("li", "wang"):
        review.sign(SOUND_LIST, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    publish(now=timezone.now() + timedelta(hours=2))
    assert SOUND_LIST.waiting() is None
    assert set(heard().prompts) == {"gathering"}


def test_what_is_published_is_whole(county: County, tmp_path: Path) -> None:
    row = uploaded(recording(tmp_path, "m.wav", source="anoisesrc=d=200:c=pink"), "music")
    passed(county)
    assert row.chunk_list, "more than one chunk"
    root = Repository(published_folder()).root(1)
    found = verify_tree(published_folder(), root, datetime.now(UTC))
    assert (found.problems, found.counts["sounds"], found.counts["blobs"]) == ([], 1, 1)


def test_a_county_that_was_founded_without_the_role_gets_it_when_a_reviewer_is_seated(
    county: County, tmp_path: Path
) -> None:
    before = {role: paths for role, paths in roles.reviewed_roles().items() if role != roles.SOUNDS_ROLE}
    with patch.object(roles, "reviewed_roles", lambda: before):
        seat_reviewers(county.offline, datetime.now(UTC))
    uploaded(recording(tmp_path, "a.wav"))
    found = propose(county.person("zhou"))
    for reviewer in ("li", "wang"):
        review.sign(SOUND_LIST, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    assert not SOUND_LIST.is_signed(found)
    seat_reviewers(county.offline, datetime.now(UTC))
    assert SOUND_LIST.is_signed(found)
    review.release(SOUND_LIST, found.sha256, county.person("chen"))
    assert set(heard().prompts) == {"gathering"}
