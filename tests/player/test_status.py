"""What --status says of a running, a dead and an empty box."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from player.command import main
from player.core.facts import StoredBlob
from player.core.lives.workers import Transfers, WorkerRun
from player.core.moment import Moment
from player.core.screens_shown import StatusScreen
from player.core.settings import Settings
from player.core.world import World
from player.status import StatusFile, make_private, read_status, runtime_folder, summary

WORLD = World(Settings(version="1.2"), Moment(1_000, 1_772_800_000_000, "estimated", 1), box_id="b0")


def test_a_running_player_is_found_with_what_it_last_told(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.watch(WORLD, 0)
    found = read_status(tmp_path)
    assert found is not None
    assert found.running
    assert (found.content["box"], found.content["screen"], found.content["clock"]) == ("b0", "HomeScreen", "estimated")
    file.remove()
    assert read_status(tmp_path) is None


def test_the_file_is_written_for_news_and_seldom_otherwise(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    file.watch(WORLD, 0)
    (tmp_path / "status.json").unlink()
    file.watch(WORLD, 0)
    assert not (tmp_path / "status.json").exists()
    file.watch(replace(WORLD, screens=(StatusScreen(),)), 0)
    assert (tmp_path / "status.json").exists()
    (tmp_path / "status.json").unlink()
    later = replace(WORLD, screens=(StatusScreen(),), now=replace(WORLD.now, monotonic_ms=9_000))
    file.watch(later, 0)
    assert (tmp_path / "status.json").exists()


def test_what_a_fetch_brought_is_told_when_it_ends_though_nothing_happens_afterwards(tmp_path: Path) -> None:
    file = StatusFile(tmp_path)
    fetching = replace(WORLD, transfers=Transfers(run=WorkerRun(effect=7)))
    file.watch(fetching, 0)
    blobs = {"a": StoredBlob(5, complete=True)}
    file.watch(replace(WORLD, store=replace(WORLD.store, blobs=blobs)), 0)
    found = read_status(tmp_path)
    assert found is not None
    assert found.content["stored_blobs"] == 1


def test_a_folder_that_cannot_be_written_is_said_once_and_hinders_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = StatusFile(tmp_path / "gone")
    file.watch(WORLD, 0)
    file.watch(replace(WORLD, screens=(StatusScreen(),)), 0)
    file.remove()
    assert len(caplog.records) == 1


def test_a_player_that_was_killed_is_not_taken_for_a_running_one(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    (tmp_path / "status.json").write_text(json.dumps({**summary(WORLD, 0), "pid": ended.pid}))
    found = read_status(tmp_path)
    assert found is not None
    assert not found.running


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pid": "x"}', "\x00"])
def test_a_spoilt_file_is_no_status(tmp_path: Path, content: str) -> None:
    (tmp_path / "status.json").write_text(content)
    assert read_status(tmp_path) is None


def test_each_data_folder_has_a_runtime_folder_of_its_own(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    one, two = (runtime_folder(Path(data), environment) for data in ("/srv/one", "/srv/two"))
    assert one != two
    assert one.parent == tmp_path
    assert runtime_folder(Path("/srv/one"), {"RUNTIME_DIRECTORY": "/run/yuanjiao"}) == Path("/run/yuanjiao")


def test_the_runtime_folder_is_private(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o077 == 0


def test_an_empty_box_is_told_of_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "empty.yaml").touch()
    arguments = ["--config", str(tmp_path / "empty.yaml"), "--data", str(tmp_path / "data"), "--status"]
    assert main(arguments) == 1
    told = capsys.readouterr().out
    assert "does not run" in told
    assert "has no key yet" in told
    assert "nothing accepted from the county yet" in told
    assert main([*arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["generation"] is None


def test_check_names_files_that_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "player.yaml").write_text("county: {api: 'https://county.example'}")
    arguments = ["--check", "--config", str(tmp_path / "player.yaml"), "--data", str(tmp_path)]
    assert main(arguments) == 1
    told = capsys.readouterr().out
    assert f"county.ca_file: there is no file {tmp_path / 'county-ca.pem'}" in told
    assert "2 to put right" in told
    (tmp_path / "county-ca.pem").touch()
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "root.json").touch()
    assert main(arguments) == 0
    assert "all is well" in capsys.readouterr().out


def test_a_command_line_that_is_not_understood_ends_with_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--no-such-option"])
    assert ended.value.code == 2
