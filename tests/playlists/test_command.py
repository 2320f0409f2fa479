import sys

import pytest

from playlists import command
from playlists.command import SUBCOMMANDS, Subcommand, main


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--help"], ["-h"], ["help"]):
        assert main(arguments) == 0
        text = capsys.readouterr().out
        assert all(f"  {name} " in text for name in ("player", "county", "verify", "journal"))


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("yuanjiao 0.")


def test_an_unknown_command_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playr"]) == 2
    assert "'playr'. Commands: player, county, verify, stick, journal" in capsys.readouterr().err


def test_a_missing_library_is_answered_with_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "django", None)
    monkeypatch.setitem(SUBCOMMANDS, "county", Subcommand("django:main", "county", "needs django"))
    assert main(["county", "serve"]) == 1
    assert "django is not installed" in (message := capsys.readouterr().err)
    assert "yuanjiao[county]" in message


def test_a_fault_of_our_own_is_not_blamed_on_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUBCOMMANDS, "county", Subcommand("county.no_such_module:main", "county", "broken"))
    with pytest.raises(ModuleNotFoundError):
        main(["county"])


def test_a_command_gets_its_arguments_and_gives_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def run(arguments: list[str]) -> int:
        seen.append(arguments)
        return 7

    monkeypatch.setattr(command, "run_for_test", run, raising=False)
    monkeypatch.setitem(SUBCOMMANDS, "test", Subcommand("playlists.command:run_for_test", "", "test"))
    assert main(["test", "a", "--b"]) == 7
    assert seen == [["a", "--b"]]


@pytest.mark.parametrize("arguments", [["verify", "--help"], ["journal", "--help"], ["journal", "verify", "--help"]])
def test_each_command_explains_itself(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0
    assert f"usage: yuanjiao {arguments[0]}" in capsys.readouterr().out
