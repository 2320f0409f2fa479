"""How loud a recording is, and what makes all of them equally loud (EBU R 128, by ffmpeg's ``loudnorm``).

Two passes: the first measures, the second shifts by what was measured, so that a short word is not pumped up and down.
Used by `county.sounds.prepare`.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from county.courses.probe import SAFE_INPUT

PROMPT_LUFS = -16.0
MUSIC_LUFS = -24.0  # people talk while they gather
_PEAK_DBTP = -1.5
_SILENCE_LUFS = -65.0
_TOLD = re.compile(rb"\{[^{}]*\"input_i\"[^{}]*\}")


class Loudness(msgspec.Struct, frozen=True):
    """What ffmpeg has measured, in its own words."""

    input_i: str
    input_tp: str
    input_lra: str
    input_thresh: str
    target_offset: str

    def is_silence(self) -> bool:
        """Return whether nothing can be heard."""
        return float(self.input_i) < _SILENCE_LUFS  # "-inf" is a float too


def measuring(path: Path, lufs: float) -> list[str]:
    """Return the command that measures the sound of a file."""
    return [*_reading(path), "-af", f"{_target(lufs)}:print_format=json", "-f", "null", "-"]


def measured(words: bytes) -> Loudness | None:
    """Return what ffmpeg has told on its standard error, None if it has told nothing."""
    found = _TOLD.findall(words)
    return msgspec.json.decode(found[-1], type=Loudness) if found else None


def levelling(path: Path, output: Path, lufs: float, found: Loudness) -> list[str]:
    """Return the command that makes the file for boxes, levelled by what was measured."""
    by = (
        f"{_target(lufs)}:linear=true:measured_I={found.input_i}:measured_TP={found.input_tp}"
        f":measured_LRA={found.input_lra}:measured_thresh={found.input_thresh}:offset={found.target_offset}"
    )
    sound = ("-ac", "1", "-ar", "48000", "-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart", "-f", "mp4")
    return [*_reading(path), "-af", by, "-map_metadata", "-1", *sound, str(output)]


def _reading(path: Path) -> list[str]:
    return ["ffmpeg", "-nostdin", "-hide_banner", "-y", *SAFE_INPUT, "-i", str(path), "-map", "0:a:0", "-vn"]


def _target(lufs: float) -> str:
    return f"loudnorm=I={lufs}:TP={_PEAK_DBTP}:LRA=11"
