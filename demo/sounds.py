"""Invented sounds for the demo county: notes for each step and a little music. Nobody speaks, and their titles say so.

Made from numbers when they are wanted, as 16-bit samples. Called by `demo.office`.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import Final

RATE: Final = 16_000
_PEAK: Final = 9_000
_STEPS_OF_SCALE: Final = (0, 2, 4, 7, 9)  # semitones: the pentatonic scale
_MOTIFS: Final = {
    "gathering": (0, 2, 4, 5), "not-ready": (4, 3, 1, 0), "soon": (5, 5, 7), "interrupted": (0, 4, 0), "paused": (4, 2),
    "counting": (2, 4, 2, 4), "still-counting": (2, 2, 2), "registered": (0, 2, 4, 7), "stopped": (3, 0),
    "failed": (1, 0, 1, 0),
}  # fmt: skip
_MELODY: Final = (0, 2, 4, 5, 7, 5, 4, 2, 3, 5, 7, 9, 7, 5, 4, 0) * 3


def motif(step: str, folder: Path) -> Path:
    """Return the file of a step's notes."""
    return _written(folder / f"{step}.wav", _MOTIFS[step], 0.45)


def music(folder: Path) -> Path:
    """Return the file of the music, some twenty seconds."""
    return _written(folder / "music.wav", _MELODY, 0.42)


def _written(path: Path, places: tuple[int, ...], note_s: float) -> Path:
    if not path.exists():
        folder = path.parent
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        with wave.open(str(unfinished), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(b"".join(_note(place, note_s) for place in places))
        unfinished.replace(path)
    return path


def _note(place: int, lasts_s: float) -> bytes:
    """Return a plucked note of the scale, its octave with it."""
    octave, step = divmod(place, len(_STEPS_OF_SCALE))
    turn = math.tau * 261.63 * 2 ** (octave + _STEPS_OF_SCALE[step] / 12) / RATE
    count = int(RATE * lasts_s)
    edge = RATE // 100

    def sample(at: int) -> int:
        shape = min(1.0, at / edge, (count - at) / edge) * math.exp(-3 * at / count)
        return int(_PEAK * shape * (math.sin(turn * at) + 0.4 * math.sin(2 * turn * at)))

    return struct.pack(f"<{count}h", *(sample(at) for at in range(count)))
