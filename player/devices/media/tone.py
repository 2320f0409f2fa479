"""The tone by which people hear whether the sound works: four notes, made when they are first wanted.

A file of 16-bit samples in the folder for what need not outlive a boot; VLC plays it as it plays a film. Used by
`device`.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import Final

RATE: Final = 16_000
_NOTES_HZ: Final = (523.25, 659.25, 783.99, 1046.5)  # C, E, G, C
_NOTE_S: Final = 0.6
_PEAK: Final = 12_000
_EDGE: Final = RATE // 50  # samples in which a note comes and goes, so that it does not click


def tone_file(folder: Path) -> Path:
    """Return the file of the tone, made if it is not there.

    Raises:
        OSError: It cannot be written.
    """
    path = folder / "tone.wav"
    if not path.exists():
        unfinished = path.with_suffix(".new")
        with wave.open(str(unfinished), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(b"".join(_note(hertz) for hertz in _NOTES_HZ))
        unfinished.replace(path)
    return path


def _note(hertz: float) -> bytes:
    count = int(RATE * _NOTE_S)
    turn = math.tau * hertz / RATE
    samples = (int(_PEAK * min(1.0, at / _EDGE, (count - at) / _EDGE) * math.sin(turn * at)) for at in range(count))
    return struct.pack(f"<{count}h", *samples)
