"""The configuration: every mistake is found at once, with its key and what is allowed."""

from pathlib import Path

from county.configuration import Configuration, read_configuration
from county.settings import database_settings


def test_three_mistakes_are_reported_together_with_key_and_allowed_values() -> None:
    environment = {
        "YUANJIAO_COUNTY_DATABASE": "mysql://x",
        "YUANJIAO_COUNTY_HTTPS_PORT": "70000",
        "YUANJIAO_COUNTY_ENCODER_PRESET": "best",
        "YUANJIAO_COUNTY_COUNTY": "清河县",
    }
    configuration, mistakes = read_configuration(environment)
    assert configuration == Configuration(county="清河县")
    assert [mistake.split(":")[0] for mistake in mistakes] == [
        "YUANJIAO_COUNTY_DATABASE",
        "YUANJIAO_COUNTY_ENCODER_PRESET",
        "YUANJIAO_COUNTY_HTTPS_PORT",
    ]
    assert "'sqlite' or 'postgresql://" in mistakes[0]
    assert "ultrafast" in mistakes[1]
    assert "from 0 to 65535" in mistakes[2]


def test_a_key_that_does_not_exist_is_reported() -> None:
    assert "YUANJIAO_COUNTY_PORT: unknown" in read_configuration({"YUANJIAO_COUNTY_PORT": "1"})[1][0]


def test_all_keys_are_read() -> None:
    configuration, mistakes = read_configuration(
        {"YUANJIAO_COUNTY_DATA": "/srv/county", "YUANJIAO_COUNTY_HTTP_PORT": "0", "HOME": "/root"}
    )
    assert mistakes == []
    assert (configuration.published, configuration.http_port) == (Path("/srv/county/published"), 0)


def test_sqlite_is_durable_and_takes_its_write_lock_at_once() -> None:
    options = database_settings("sqlite")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]
    assert "journal_mode=WAL" in options["init_command"]


def test_a_postgresql_address_is_taken_apart() -> None:
    found = database_settings("postgresql://li:p%40ss@db.example:5433/county")
    assert [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "li", "p@ss", "db.example", "5433", "county",
    ]  # fmt: skip
