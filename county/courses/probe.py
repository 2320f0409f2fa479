"""Looking at an uploaded file before anything is done with it.

An upload is not trusted: only formats that hold film or sound are opened (no play list that names other
files, no picture, no script), and only the file itself is read. Called by `county.courses.transcode` and, for
recordings, by `county.sounds.prepare`.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import msgspec

from playlists.errors import BadData

FORMATS = "mov,matroska,webm,avi,mpeg,mpegvideo,mpegts,asf,flv,ogg,rm,dv,mxf,mp3,aac,wav,flac,amr"
SAFE_INPUT = ("-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS)
PROBE_LIMIT_S = 120
NOT_A_VIDEO = "这个文件不是视频，或者文件头已损坏、不完整；请在电脑上试播后重新上传"
NO_PICTURE = "这个文件只有声音，没有画面，不能作为课件"


class UnusableVideo(BadData):
    """The upload cannot become a lesson; ``problem`` is a Chinese sentence for the page."""


@dataclass(frozen=True)
class Source:
    """What is in an uploaded film; ``width`` and ``height`` are as seen, in square pixels."""

    width: int
    height: int
    frames_per_second: Fraction
    duration_ms: int
    has_sound: bool
    interlaced: bool


@dataclass(frozen=True)
class Looked:
    """What any file of film or sound says of itself; ``duration_ms`` is 0 where it does not say."""

    duration_ms: int
    has_sound: bool


class _Stream(msgspec.Struct):
    codec_type: str = ""
    codec_name: str = ""
    width: int = 0
    height: int = 0
    sample_aspect_ratio: str = "1:1"
    avg_frame_rate: str = "0/0"
    field_order: str = "progressive"
    duration: str = ""
    disposition: dict[str, int] = {}
    side_data_list: list[dict[str, object]] = []


class _Format(msgspec.Struct):
    duration: str = ""


class _Probe(msgspec.Struct):
    streams: list[_Stream] = []
    format: _Format = msgspec.field(default_factory=_Format)


def probe(path: Path) -> Source:
    """Return what is in the film at ``path``.

    Raises:
        UnusableVideo: It is no film, is cut off at its head, or has no picture.
    """
    found = _probe(path)
    if found is None:
        raise UnusableVideo(path.name, "", NOT_A_VIDEO)
    return _source(found, path.name)


def look(path: Path) -> Looked | None:
    """Return what a file says of itself, None if it is neither film nor sound."""
    found = _probe(path)
    return Looked(_milliseconds(found.format.duration), _has_sound(found)) if found else None


def _probe(path: Path) -> _Probe | None:
    command = ["ffprobe", "-v", "error", *SAFE_INPUT, "-of", "json", "-show_streams", "-show_format"]
    try:
        done = subprocess.run([*command, str(path)], capture_output=True, timeout=PROBE_LIMIT_S, check=False)
        found = msgspec.json.decode(done.stdout, type=_Probe, strict=False)
    except (subprocess.TimeoutExpired, msgspec.DecodeError):
        return None
    return found if done.returncode == 0 and found.streams else None


def _has_sound(found: _Probe) -> bool:
    return any(stream.codec_type == "audio" and stream.codec_name for stream in found.streams)


def _source(found: _Probe, where: str) -> Source:
    pictures = [
        stream
        for stream in found.streams
        if stream.codec_type == "video" and stream.width and not stream.disposition.get("attached_pic")
    ]
    if not pictures:
        raise UnusableVideo(where, "", NO_PICTURE)
    picture = pictures[0]
    width, height = _size_as_seen(picture)
    return Source(
        width,
        height,
        _ratio(picture.avg_frame_rate, Fraction(25)),
        _milliseconds(found.format.duration) or _milliseconds(picture.duration),
        _has_sound(found),
        picture.field_order in ("tt", "bb", "tb", "bt"),
    )


def _size_as_seen(picture: _Stream) -> tuple[int, int]:
    width = round(picture.width * _ratio(picture.sample_aspect_ratio.replace(":", "/"), Fraction(1)))
    turned = any(int(str(side.get("rotation", 0))) % 180 for side in picture.side_data_list)
    return (picture.height, width) if turned else (width, picture.height)


def _ratio(text: str, otherwise: Fraction) -> Fraction:
    try:
        ratio = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return otherwise
    return ratio if 0 < ratio <= 240 else otherwise


def _milliseconds(text: str) -> int:
    try:
        return max(0, round(float(text) * 1000))
    except ValueError:
        return 0
