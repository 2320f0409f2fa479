"""The county server's own configuration: documented defaults, overridden by the environment.

Every value has a key (``database``) and an environment variable (``YUANJIAO_COUNTY_DATABASE``). All mistakes
are found in one reading and reported together, each with its key and what is allowed. Called by
`county.settings` (which must load, so that ``yuanjiao county check`` can speak) and by `county.command`.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PREFIX = "YUANJIAO_COUNTY_"


@dataclass(frozen=True)
class Configuration:
    """What an installation may choose.

    Attributes:
        data: Folder of database, keys, uploads and the published tree.
        database: ``sqlite`` (a file in the data folder) or ``postgresql://user:password@host:port/name``.
        county: Name of the county, shown on pages and published with every site.
        time_zone: The wall time of plans and pages.
        host: Address on which HTTPS (pages and box API) listens.
        https_port: Port of HTTPS; 0 takes a free one.
        http_host: Address on which plain HTTP (published files; pages for loopback only) listens.
        http_port: Port of HTTP; 0 takes a free one.
        upload_limit_mb: Largest video that may be uploaded, in MiB.
        encoder_preset: libx264 preset; slower makes smaller files.
        lease_s: After how many seconds without a sign of life a job is taken from its runner.
        counted_from_s: Effective learning time: a viewing shorter than this is not counted.
        counted_up_to_min: At most so many minutes are counted of a programme on one day.
        programme: What a programme is: one ``lesson``, or a whole ``course``.
        same_day: Of several viewings of a lesson on one day at a site the ``longest`` counts, or ``every`` one.
        night_until_hour: A play that begins between midnight and this hour is shown as odd; 0 for none.
    """

    data: Path = Path("/var/lib/yuanjiao/county")
    database: str = "sqlite"
    county: str = "示范县"
    time_zone: str = "Asia/Shanghai"
    host: str = "0.0.0.0"  # noqa: S104 - a server for a county must be reachable
    https_port: int = 8443
    http_host: str = "0.0.0.0"  # noqa: S104
    http_port: int = 8080
    upload_limit_mb: int = 8192
    encoder_preset: str = "medium"
    lease_s: int = 60
    counted_from_s: int = 120
    counted_up_to_min: int = 60
    programme: str = "lesson"
    same_day: str = "longest"
    night_until_hour: int = 5

    @property
    def published(self) -> Path:
        """The tree that any static web server may serve."""
        return self.data / "published"


def _path(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise ValueError("an absolute path")
    return path


def _database(text: str) -> str:
    if text != "sqlite" and not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("'sqlite' or 'postgresql://user:password@host:port/name'")
    return text


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def _zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise ValueError("a time zone name such as Asia/Shanghai")
    return text


def _name(text: str) -> str:
    if not 0 < len(text.strip()) <= 200:
        raise ValueError("1 to 200 characters")
    return text.strip()


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError("one of " + ", ".join(words))
        return text

    return read


PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")


_READERS: dict[str, Callable[[str], Any]] = {
    "data": _path,
    "database": _database,
    "county": _name,
    "time_zone": _zone,
    "host": _name,
    "https_port": _number(0, 65535),
    "http_host": _name,
    "http_port": _number(0, 65535),
    "upload_limit_mb": _number(1, 1_000_000),
    "encoder_preset": _one_of(*PRESETS),
    "lease_s": _number(2, 3600),
    "counted_from_s": _number(0, 3600),
    "counted_up_to_min": _number(1, 1440),
    "programme": _one_of("lesson", "course"),
    "same_day": _one_of("longest", "every"),
    "night_until_hour": _number(0, 12),
}


def read_configuration(environment: Mapping[str, str]) -> tuple[Configuration, list[str]]:
    """Return the configuration and every mistake found; a mistaken key keeps its default.

    Args:
        environment: Environment variables; those that do not begin with ``YUANJIAO_COUNTY_`` are ignored.
    """
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    known = {PREFIX + field.name.upper(): field.name for field in fields(Configuration)}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX):
            continue
        if (key := known.get(variable)) is None:
            mistakes.append(f"{variable}: unknown; known are {', '.join(sorted(known))}")
            continue
        try:
            values[key] = _READERS[key](text)
        except ValueError as error:
            mistakes.append(f"{variable}: {text!r} is not allowed; expected {error}")
    return Configuration(**values), mistakes
