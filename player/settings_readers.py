"""How each setting is read, and what is allowed there: one reader a key. Pure. Used by `player.configuration`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playlists.documents import Window

Reader = Callable[[Any], Any]
_LEVELS: Final = ("debug", "info", "warning", "error")
_SIZE: Final = re.compile(r"([1-9]\d{2,3})x([1-9]\d{2,3})")
_WINDOW: Final = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
_OUTPUTS: Final = re.compile(r"[a-z0-9_]+(,[a-z0-9_]+)*")


class NotAllowedError(Exception):
    """A value that may not stand there; ``allowed`` says in English, ``chinese`` for the TV, what may."""

    def __init__(self, allowed: str, chinese: str) -> None:
        self.allowed, self.chinese = allowed, chinese
        super().__init__(allowed)


def _number(low: int, high: int) -> Reader:
    def read(found: Any) -> int:
        if type(found) is not int or not low <= found <= high:
            raise NotAllowedError(f"a whole number from {low} to {high}", f"{low} 到 {high} 的整数")
        return found

    return read


def _absolute(found: Any) -> Path:
    if not isinstance(found, str) or not found.startswith("/"):
        raise NotAllowedError("an absolute path", "以 / 开头的路径")
    return Path(found)


def _place(found: Any) -> Path | None:
    return None if found == "" else _absolute(found)


def _file(found: Any) -> Path:
    if not isinstance(found, str) or not found.strip():
        raise NotAllowedError("the path of a file", "文件的路径")
    return Path(found)


def _addresses(found: Any) -> tuple[str, ...]:
    starts = ("http://", "https://", "/")
    if not isinstance(found, list) or not all(isinstance(one, str) and one.startswith(starts) for one in found):
        raise NotAllowedError(
            "a list of http:// or https:// addresses and absolute paths", "网址（http://、https://）或路径的列表"
        )
    return tuple(found)


def _https(found: Any) -> str:
    if not isinstance(found, str) or (found and not found.startswith("https://")):
        raise NotAllowedError("an https:// address, or empty", "https:// 开头的网址，或者空")
    return found.rstrip("/")


def _windows(found: Any) -> tuple[Window, ...]:
    matches = [_WINDOW.fullmatch(one) for one in found if isinstance(one, str)] if isinstance(found, list) else [None]
    if None in matches or len(matches) != len(found):
        raise NotAllowedError('a list of times of day such as "22:00-06:30"', "22:00-06:30 这样的时段的列表")
    return tuple(Window(start=match[1], end=match[2]) for match in matches if match)


def _size(found: Any) -> tuple[int, int] | None:
    if found == "screen":
        return None
    match = _SIZE.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise NotAllowedError("screen, or WIDTHxHEIGHT such as 1280x720", "screen 或者 1280x720 这样的宽x高")
    return int(match[1]), int(match[2])


def _output(found: Any) -> str:
    if not isinstance(found, str) or not _OUTPUTS.fullmatch(found):
        raise NotAllowedError("names of libVLC modules, separated by commas", "VLC 模块的名字，用逗号分开")
    return found


def _options(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) and one.startswith("--") for one in found):
        raise NotAllowedError("a list of options that begin with --", "以 -- 开头的选项的列表")
    return tuple(found)


def _phrases(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) and 0 < len(one.strip()) <= 30 for one in found):
        raise NotAllowedError("a list of phrases of up to 30 characters", "每句不超过 30 个字的列表")
    return tuple(one.strip() for one in found)


def _yes_no(found: Any) -> bool:
    if not isinstance(found, bool):
        raise NotAllowedError("true or false", "true 或 false")
    return found


def _level(found: Any) -> str:
    if found not in _LEVELS:
        raise NotAllowedError(", ".join(_LEVELS), "、".join(_LEVELS))
    return str(found)


READERS: Final[dict[str, Reader]] = {
    "data": _absolute,
    "county.published": _addresses,
    "county.api": _https,
    "county.ca_file": _file,
    "county.root_file": _file,
    "line.windows": _windows,
    "line.cap_kbit_per_second": _number(0, 10_000_000),
    "line.monthly_mb": _number(0, 100_000_000),
    "store.quota_gib": _number(1, 100_000),
    "store.reserve_mib": _number(16, 1_000_000),
    "store.newest_courses": _number(0, 5_000),
    "live.ring_mib": _number(64, 65_536),
    "television.size": _size,
    "television.safe_area_percent": _number(0, 15),
    "television.panel_seconds": _number(1, 60),
    "television.volume_percent": _number(0, 100),
    "television.utc_offset_minutes": _number(-720, 840),
    "television.cec": _yes_no,
    "picture.video_output": _output,
    "picture.audio_output": _output,
    "picture.hardware_decoding": _output,
    "picture.decoder_threads": _number(0, 16),
    "picture.caching_ms": _number(0, 60_000),
    "picture.options": _options,
    "remote.kernel_devices": _yes_no,
    "remote.lircd": _place,
    "sticks.folder": _place,
    "remote.phone_port": _number(1024, 65535),
    "orders.wishes": _phrases,
    "orders.phrases": _phrases,
    "log.level": _level,
}
