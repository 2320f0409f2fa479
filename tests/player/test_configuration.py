"""Settings: defaults that are whole, mistakes that are all named."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.configuration import read_configuration
from player.settings_readers import READERS
from playlists.documents import Caps, Window


def _site(folder: Path, text: str) -> Path:
    path = folder / "player.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_documented_defaults_are_whole_and_right(tmp_path: Path) -> None:
    configuration, mistakes = read_configuration(_site(tmp_path, ""))
    assert mistakes == []
    assert configuration.ca_file == Path("/var/lib/yuanjiao/county-ca.pem")
    assert configuration.television_size is None
    assert configuration.quota_bytes == 8 << 30


def test_the_site_says_only_what_is_different(tmp_path: Path) -> None:
    text = "data: /srv/box\ncounty: {published: [/srv/stick], api: 'https://county:8443/'}\ntelevision: {size: 640x480}"
    configuration, mistakes = read_configuration(_site(tmp_path, text))
    assert mistakes == []
    assert configuration.published == ("/srv/stick",)
    assert configuration.api == "https://county:8443"
    assert configuration.television_size == (640, 480)
    assert configuration.root_file == Path("/srv/box/trust/root.json")
    assert configuration.volume_percent == 80


def test_a_sites_own_line_may_be_bounded(tmp_path: Path) -> None:
    text = "line: {windows: ['22:00-06:30'], cap_kbit_per_second: 512, monthly_mb: 2000}"
    configuration, mistakes = read_configuration(_site(tmp_path, text))
    assert mistakes == []
    assert configuration.windows == (Window(start="22:00", end="06:30"),)
    assert configuration.caps == Caps(bits_per_second=512_000, monthly_bytes=2_000_000_000)
    configuration, mistakes = read_configuration(_site(tmp_path, "line: {windows: ['22:00-25:00', 3], monthly_mb: 0}"))
    assert "line.windows" in str(mistakes[0])
    assert (configuration.windows, configuration.caps) == ((), Caps())


def test_the_command_line_names_the_data_folder(tmp_path: Path) -> None:
    configuration, _ = read_configuration(_site(tmp_path, "data: /srv/box"), tmp_path)
    assert configuration.data == tmp_path
    assert configuration.ca_file == tmp_path / "county-ca.pem"


def test_three_mistakes_are_named_together_with_key_and_allowed_values(tmp_path: Path) -> None:
    text = "television: {volume_percent: 130, volum: 3}\ncounty: {api: 'http://county'}\nstore: {quota_gib: 4}"
    configuration, mistakes = read_configuration(_site(tmp_path, text))
    lines = [str(mistake) for mistake in mistakes]
    assert len(lines) == 3
    assert "television.volume_percent: 130 is not allowed; allowed: a whole number from 0 to 100" in lines[0]
    assert "television.volum: no such setting; allowed: television.volume_percent" in lines[1]
    assert "county.api: 'http://county' is not allowed; allowed: an https:// address" in lines[2]
    assert configuration.volume_percent == 80
    assert configuration.quota_bytes == 4 << 30
    assert "0 到 100 的整数" in mistakes[0].told()


@pytest.mark.parametrize(
    "text",
    ["a: [", "- one\n- two", "just words", "\t: x", "data: relative", "data: 5", "log: {level: loud}", "data: {a: 1}"],
)
def test_a_broken_file_is_one_mistake_and_the_defaults_hold(tmp_path: Path, text: str) -> None:
    configuration, mistakes = read_configuration(_site(tmp_path, text))
    assert len(mistakes) == 1
    assert configuration.data == Path("/var/lib/yuanjiao")


def test_a_file_that_is_not_there_is_a_mistake_when_it_was_named(tmp_path: Path) -> None:
    _, mistakes = read_configuration(tmp_path / "none.yaml")
    assert "cannot be read: No such file" in str(mistakes[0])


@pytest.mark.parametrize("key", sorted(READERS))
@pytest.mark.parametrize("value", ["{x: y}", "[1]", "-1", "''", "~", "1.5", "2038-01-19"])
def test_whatever_stands_at_a_key_is_read_or_named_never_a_crash(tmp_path: Path, key: str, value: str) -> None:
    *sections, name = key.split(".")
    text = f"{sections[0]}: {{{name}: {value}}}" if sections else f"{name}: {value}"
    _, mistakes = read_configuration(_site(tmp_path, text))
    assert all(key in str(mistake) for mistake in mistakes)
