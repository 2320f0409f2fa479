"""The player's settings: `config/player.yaml` says what holds everywhere, the site's file what is different there.

All mistakes are found in one reading, each with its key and what is allowed; a mistaken key keeps its default, so that
the TV can come up and say so. Read by `player.command` and `player.app`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import yaml

from player.core.language import CHINESE
from player.core.preferences import Language
from player.devices.media.settings import MediaSettings
from player.settings_readers import READERS, NotAllowedError
from playlists.documents import Caps, Window
from playlists.errors import BadData

SITE_FILE = Path("/etc/yuanjiao/player.yaml")
Size = tuple[int, int]


class Mistake(msgspec.Struct, frozen=True):
    """A setting that cannot be used.

    Args:
        where: The file.
        key: The setting, such as ``television.volume_percent``; empty for the whole file.
        problem: What is wrong and what is allowed, in English for the log.
        chinese: The same in Chinese, for the TV: settings are read before anybody knows which language it speaks.
    """

    where: str
    key: str
    problem: str
    chinese: str

    def __str__(self) -> str:
        """Return the line for the log and for ``--check``."""
        return f"{self.where}: {self.key}: {self.problem}" if self.key else f"{self.where}: {self.problem}"

    def told(self, language: Language = CHINESE) -> str:
        """Return the line for the TV."""
        if language != CHINESE:
            return f"{self.key or self.where}: {self.problem}"
        return f"{self.key or self.where}：{self.chinese}"


class Configuration(msgspec.Struct, frozen=True):
    """What a site may choose; `config/player.yaml` explains each key. ``television_size`` is None for the screen."""

    data: Path
    published: tuple[str, ...]
    api: str
    ca_file: Path
    root_file: Path
    windows: tuple[Window, ...]
    caps: Caps
    quota_bytes: int
    reserve_bytes: int
    newest_courses: int
    ring_bytes: int
    television_size: Size | None
    safe_area_percent: int
    panel_ms: int
    volume_percent: int
    utc_offset_minutes: int
    cec: bool
    media: MediaSettings
    kernel_devices: bool
    lircd: Path | None
    sticks_folder: Path | None
    phone_port: int
    wishes: tuple[str, ...]
    phrases: tuple[str, ...]
    log_level: str


def read_configuration(site_file: Path | None, data: Path | None = None) -> tuple[Configuration, list[Mistake]]:
    """Return the settings and every mistake found.

    Args:
        site_file: The site's file; None takes `SITE_FILE` if it is there.
        data: The data folder from the command line, stronger than both files.
    """
    mistakes: list[Mistake] = []
    values = _read(_load(_default_text(), "config/player.yaml", mistakes), "config/player.yaml", mistakes)
    if site_file is not None or SITE_FILE.exists():
        path = site_file or SITE_FILE
        values |= _read(_load(_site_text(path, mistakes), str(path), mistakes), str(path), mistakes)
    if data is not None:
        values["data"] = data.absolute()
    return _configuration(values), mistakes


def load_tables(name: str) -> Any:
    """Return what one of our own YAML files below ``config/`` holds, such as ``keymaps/contexts.yaml``.

    Raises:
        BadData: It is no YAML.
    """
    text = (resources.files("config") / name).read_text(encoding="utf-8")
    try:
        return _parse(text)
    except yaml.YAMLError as error:
        raise BadData(f"config/{name}", "", str(error)) from error


def _parse(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader


def _default_text() -> str:
    return (resources.files("config") / "player.yaml").read_text(encoding="utf-8")


def _site_text(path: Path, mistakes: list[Mistake]) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
        mistakes.append(Mistake(str(path), "", f"cannot be read: {why}", f"读不出来（{why}）"))
        return ""


def _load(text: str, where: str, mistakes: list[Mistake]) -> Mapping[Any, Any]:
    try:
        loaded = _parse(text)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        mistakes.append(Mistake(where, "", f"is no YAML: {problem}", f"不是 YAML（{problem}）"))
        return {}
    if loaded is None:
        return {}
    if not isinstance(loaded, Mapping):
        mistakes.append(Mistake(where, "", "must hold keys and values, as config/player.yaml does", "应为键和值"))
        return {}
    return loaded


def _flat(tree: Mapping[Any, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping) and key not in READERS:
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _read(tree: Mapping[Any, Any], where: str, mistakes: list[Mistake]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, found in _flat(tree):
        if key not in READERS:
            near = get_close_matches(key, READERS, 3, 0.5) or sorted(READERS)
            names = ", ".join(near)
            mistakes.append(Mistake(where, key, f"no such setting; allowed: {names}", f"没有这个设置，例如有 {names}"))
            continue
        try:
            values[key] = READERS[key](found)
        except NotAllowedError as error:
            problem = f"{found!r} is not allowed; allowed: {error.allowed}"
            mistakes.append(Mistake(where, key, problem, f"{found} 不行，应为{error.chinese}"))
    return values


def _configuration(values: Mapping[str, Any]) -> Configuration:
    data: Path = values["data"]
    return Configuration(
        data=data,
        published=values["county.published"],
        api=values["county.api"],
        ca_file=data / values["county.ca_file"],
        root_file=data / values["county.root_file"],
        windows=values["line.windows"],
        caps=Caps(
            bits_per_second=values["line.cap_kbit_per_second"] * 1000 or None,
            monthly_bytes=values["line.monthly_mb"] * 1_000_000 or None,
        ),
        quota_bytes=values["store.quota_gib"] << 30,
        reserve_bytes=values["store.reserve_mib"] << 20,
        newest_courses=values["store.newest_courses"],
        ring_bytes=values["live.ring_mib"] << 20,
        television_size=values["television.size"],
        safe_area_percent=values["television.safe_area_percent"],
        panel_ms=values["television.panel_seconds"] * 1000,
        volume_percent=values["television.volume_percent"],
        utc_offset_minutes=values["television.utc_offset_minutes"],
        cec=values["television.cec"],
        media=MediaSettings(
            video_output=values["picture.video_output"],
            audio_output=values["picture.audio_output"],
            hardware_decoding=values["picture.hardware_decoding"],
            decoder_threads=values["picture.decoder_threads"],
            caching_ms=values["picture.caching_ms"],
            options=values["picture.options"],
        ),
        kernel_devices=values["remote.kernel_devices"],
        lircd=values["remote.lircd"],
        sticks_folder=values["sticks.folder"],
        phone_port=values["remote.phone_port"],
        wishes=values["orders.wishes"],
        phrases=values["orders.phrases"],
        log_level=values["log.level"],
    )
