"""``yuanjiao county …`` in processes of their own: set up, people, keys, signing on another machine."""

from __future__ import annotations

import shutil
import ssl
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from county.accounts.models import Role
from county.accounts.people import add_person
from county.channels import lists
from county.channels.editing import ChannelWish, propose, save_channel
from county.command import main
from county.courses.candidates import documents_of
from county.courses.models import Candidate, Course
from county.courses.review import pass_first, pass_second, release
from county.errors import Refused
from county.folders import published_folder
from county.publishing.publish import RESTORED
from county.signing import review
from county.travelling import Travelling, contents_of, sign_file, write_file
from playlists import documents
from playlists.codec import encode_document
from playlists.errors import BadData
from playlists.keys import SigningKey
from playlists.targets import SOUNDS
from playlists.trust.repository import Repository
from playlists.trust.roles import SOUNDS_ROLE, online_roles
from tests.county.servers import run, secret_file
from tests.county.world import PASSPHRASE, County, TestBox, heads, play, ready_course


@dataclass
class Done:
    """How a command ended in this process."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def here(county: County, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run a command in this process, on the test's county."""

    def run_here(*arguments: str) -> Done:
        status = main(list(arguments))
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return run_here


def test_a_configuration_with_three_mistakes_names_all_three(county: County) -> None:
    wrong = {"YUANJIAO_COUNTY_HTTPS_PORT": "x", "YUANJIAO_COUNTY_DATABASE": "y", "YUANJIAO_COUNTY_LEASE_S": "0"}
    done = run(county, "check", **wrong)
    assert done.returncode == 2
    assert all(key in done.stderr for key in wrong)


def test_check_shows_the_configuration_without_passwords(county: County) -> None:
    good = run(county, "check")
    assert (good.returncode, good.stderr) == (0, "")
    address = "postgresql://county:geheim@127.0.0.1:1/county"
    bad = run(county, "check", YUANJIAO_COUNTY_DATABASE=address)
    assert bad.returncode == 2
    assert "YUANJIAO_COUNTY_DATABASE=postgresql://county@127.0.0.1:1/county" in bad.stdout
    assert "geheim" not in bad.stdout + bad.stderr


def test_help_says_how_a_first_day_goes(county: County) -> None:
    text = run(county, "--help").stdout
    assert all(word in text for word in ("init", "serve", "reviewer", "sign", "A first day"))


def test_a_new_county_is_founded_from_the_command_line(county: County, tmp_path: Path) -> None:
    data, offline = tmp_path / "new", tmp_path / "keys"
    passphrase = secret_file(tmp_path, "root passphrase")
    arguments = ["--data", str(data), "init", "--host", "county.example", "--host", "10.1.2.3"]
    arguments += ["--offline-keys", str(offline), "--root-passphrase-file", passphrase]
    assert run(county, *arguments).returncode == 0
    assert (data / "published/metadata/timestamp.json").is_file()
    assert {path.name for path in offline.iterdir()} == {"authority-key.pem", "root-1.pem", "root-2.pem", "root-3.pem"}
    assert all(b"ENCRYPTED" in path.read_bytes() for path in offline.iterdir())
    secrets = [*offline.iterdir(), data / "keys/online.pem", data / "keys/server-key.pem"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    names = ssl._ssl._test_decode_cert(str(data / "keys/server.pem"))["subjectAltName"]  # type: ignore[attr-defined]
    assert names == (("DNS", "county.example"), ("IP Address", "10.1.2.3"))
    again = run(county, *arguments)
    assert again.returncode == 1
    assert "已经初始化过" in again.stderr


def test_people_are_added_with_their_mistakes_named(county: County, tmp_path: Path, here: Callable[..., Done]) -> None:
    password = ["--password-file", secret_file(tmp_path, "a long password")]
    assert here("user", "add", "qian", "--role", "leader", "--telephone", "0873-1", *password).returncode == 0
    assert county.person("qian").telephone == "0873-1"
    assert county.person("qian").check_password("a long password")
    taken = here("user", "add", "qian", "--role", "leader", *password)
    assert (taken.returncode, "已被使用" in taken.stderr) == (1, True)
    homeless = here("user", "add", "wu", "--role", "clerk", *password)
    assert "须指定所属乡镇" in homeless.stderr
    weak = here("user", "add", "wu", "--role", "operator", "--password-file", secret_file(tmp_path, "123"))
    assert "密码不合格" in weak.stderr


def test_a_forgotten_password_is_replaced_by_a_good_one(
    county: County, tmp_path: Path, here: Callable[..., Done]
) -> None:
    here("user", "add", "qian", "--role", "leader", "--password-file", secret_file(tmp_path, "a long password"))
    weak = here("user", "password", "qian", "--password-file", secret_file(tmp_path, "123"))
    assert (weak.returncode, "密码不合格" in weak.stderr) == (1, True)
    assert here("user", "password", "qian", "--password-file", secret_file(tmp_path, "another one")).returncode == 0
    assert county.person("qian").check_password("another one")
    stranger = here("user", "password", "nobody", "--password-file", secret_file(tmp_path, "another one"))
    assert (stranger.returncode, "没有用户" in stranger.stderr) == (1, True)


def test_a_reviewer_counts_only_with_the_county_s_root_keys(
    county: County, tmp_path: Path, here: Callable[..., Done]
) -> None:
    add_person("he", "a long password", Role.REVIEWER)
    shutil.copytree(county.offline.folder, tmp_path / "other")
    for path in (tmp_path / "other").glob("root-*.pem"):
        SigningKey.generate().save(path, "root passphrase")
    usual = ["reviewer", "add", "he", "--passphrase-file", secret_file(tmp_path, "passphrase of he")]
    root = ["--root-passphrase-file", secret_file(tmp_path, "root passphrase")]
    foreign = here(*usual, *root, "--offline-keys", str(tmp_path / "other"))
    assert (foreign.returncode, "不属于本县" in foreign.stderr) == (1, True)
    wrong = ["--root-passphrase-file", secret_file(tmp_path, "wrong")]
    closed = here(*usual, *wrong, "--offline-keys", str(county.offline.folder))
    assert (closed.returncode, "根密钥打不开" in closed.stderr) == (1, True)
    assert here(*usual, *root, "--offline-keys", str(county.offline.folder)).returncode == 0
    course = ready_course()
    pass_first(course, county.person("he"), "passphrase of he")
    pass_second(course, county.person("li"), PASSPHRASE["li"])
    assert release(course, county.person("chen")).problems == []


def far_reviewer(county: County, folder: Path, here: Callable[..., Done]) -> tuple[str, ...]:
    """Seat the reviewer ``far``, whose key is not on the server; return the options that name it."""
    add_person("far", "a long password", Role.REVIEWER)
    key, secret = folder / "far.pem", secret_file(folder, "passphrase of far")
    made = here("reviewer", "key", str(key), "--passphrase-file", secret)
    public = SigningKey.load(key, "passphrase of far").public_bytes.hex()
    assert public in made.stdout
    root = ["--root-passphrase-file", secret_file(folder, "root passphrase")]
    add = ["reviewer", "add", "far", "--public-key", public, "--offline-keys", str(county.offline.folder), *root]
    assert here(*add).returncode == 0
    return "--key", str(key), "--passphrase-file", secret


def test_a_reviewer_signs_on_another_machine_and_sees_what(
    county: County, tmp_path: Path, here: Callable[..., Done]
) -> None:
    key = far_reviewer(county, tmp_path, here)
    course = ready_course("远方的课")
    pass_first(course, county.person("li"), PASSPHRASE["li"])
    pass_second(course, county.person("far"), "")
    assert release(course, county.person("chen")).problems == ["课件“远方的课”还需一位审核员签名才能发布"]

    out, back = str(tmp_path / "out.json"), str(tmp_path / "back.json")
    assert here("sign", "export", "far", out).returncode == 0
    elsewhere = {"YUANJIAO_COUNTY_DATA": str(tmp_path / "no-county-here")}
    sign = ["sign", "offline", out, *key, "--output", back]
    signed = run(county, *sign, **elsewhere)
    assert (signed.returncode, "course: 远方的课" in signed.stdout) == (0, True)
    unsigned = here("sign", "import", "far", out)
    assert (unsigned.returncode, "没有“far”的有效签名" in unsigned.stderr) == (1, True)
    assert "New signatures: 1" in here("sign", "import", "far", back).stdout
    assert here("publish").returncode == 0
    assert Course.objects.get(pk=course.pk).published_id == Course.objects.get(pk=course.pk).document_id
    assert list(published_folder().glob("targets/courses/*/*"))


def test_a_list_of_channels_is_read_and_signed_on_another_machine_beside_courses(
    county: County, tmp_path: Path, here: Callable[..., Done]
) -> None:
    key = far_reviewer(county, tmp_path, here)
    pass_first(ready_course("远方的课"), county.person("far"), "")
    save_channel(ChannelWish("省远教直播", "http://live.example/1.m3u8", ({"start": "19:00", "end": "21:00"},)))
    found = propose(county.person("zhou"))
    with pytest.raises(Refused, match="yuanjiao county sign"):
        review.sign(lists.CHANNELS, found.sha256, county.person("far"), "")
    review.sign(lists.CHANNELS, found.sha256, county.person("li"), PASSPHRASE["li"])
    out, back = str(tmp_path / "out.json"), str(tmp_path / "back.json")
    assert here("sign", "export", "far", out).returncode == 0
    said = here("sign", "offline", out, *key, "--output", back).stdout
    assert "  course: 远方的课\n  channel: 省远教直播 http://live.example/1.m3u8 19:00-21:00\n" in said
    assert "New signatures: 2" in here("sign", "import", "far", back).stdout
    assert county.person("far") in lists.CHANNELS.signers(found)
    review.release(lists.CHANNELS, found.sha256, county.person("chen"))
    assert lists.CHANNELS.published() == found.sha256
    again = here("sign", "export", "far", out)
    assert (again.returncode, "没有等待签名的内容" in again.stderr) == (1, True)


def test_sounds_are_named_with_what_they_were_reviewed_by(county: County) -> None:
    blob = documents.Blob(sha256="ab" * 32, bytes=9_000)
    body = encode_document(documents.Sounds(prompts={"count": documents.Sound(duration_ms=3_000, blob=blob)}))
    data = Repository(published_folder()).candidate(SOUNDS_ROLE, {SOUNDS: body}, datetime.now(UTC))
    file = write_file([Travelling(SOUNDS_ROLE, data, {SOUNDS: body})])
    assert contents_of(file) == [f"sound: count, 3 s, SHA-256 {'ab' * 32}"]


def test_what_cannot_be_shown_is_not_signed(county: County) -> None:
    body = encode_document(documents.Pages())
    data = Repository(published_folder()).candidate("pages", {"pages/county.json": body}, datetime.now(UTC))
    file = write_file([Travelling("pages", data, {"pages/county.json": body})])
    with pytest.raises(BadData, match="cannot be shown by this version"):
        sign_file(file, SigningKey.generate())


def test_after_a_restore_everything_of_the_online_key_is_signed_anew_once(
    county: County, here: Callable[..., Done]
) -> None:
    assert here("publish").stdout.startswith("Signed anew: ")
    assert here("publish").stdout == "Signed anew: nothing\n"
    signed = here("publish", "--restored").stdout.split("\n")[0].removeprefix("Signed anew: ").split(", ")
    assert set(signed) == set(online_roles())
    assert here("publish").stdout == f"Signed anew: nothing\n{RESTORED}\n"


def test_a_file_that_shows_other_courses_than_it_signs_is_refused(county: County) -> None:
    pass_first(ready_course("真课"), county.person("li"), PASSPHRASE["li"])
    row = Candidate.objects.get()
    bodies = documents_of(row)
    assert sign_file(write_file([Travelling(row.role, bytes(row.metadata), bodies)]), SigningKey.generate())
    shown = {path: body.replace("真课".encode(), "假课".encode()) for path, body in bodies.items()}
    forged = Travelling(row.role, bytes(row.metadata), shown)
    with pytest.raises(BadData, match="is not what the candidate names"):
        sign_file(write_file([forged]), SigningKey.generate())


def test_a_damaged_file_is_refused(county: County, tmp_path: Path, here: Callable[..., Done]) -> None:
    (tmp_path / "damaged").write_text("[")
    done = here("sign", "import", "li", str(tmp_path / "damaged"))
    assert (done.returncode, "candidates file" in done.stderr) == (1, True)


def test_records_on_a_stick_are_taken_and_each_file_is_named(
    county: County, here: Callable[..., Done], tmp_path: Path
) -> None:
    box = TestBox().bound(county).say(play(), heads())
    folder = tmp_path / "stick" / "yuanjiao" / "journals" / "site-clear-spring-12345678"
    folder.mkdir(parents=True)
    (folder / "000001-000002.envelope").write_bytes(box.envelope())
    done = here("take", str(tmp_path / "stick"), "--person", "sun")
    assert (done.returncode, done.stderr) == (0, "")
    assert "site-clear-spring-12345678/000001-000002.envelope: 已收, 2 new." in done.stdout
    assert "1 file(s), 2 new record(s)." in done.stdout
    again = here("take", str(folder / "000001-000002.envelope"))
    assert (again.returncode, "以前收过, 0 new." in again.stdout) == (0, True)
    (folder / "000003-000003.envelope").write_bytes(b"damaged")
    assert here("take", str(folder)).returncode == 1
    assert here("take", str(tmp_path / "nothing")).returncode == 1
    assert here("take", str(folder), "--person", "nobody").returncode == 1
