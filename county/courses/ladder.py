"""Which renditions a film gets, and the ffmpeg command that makes them all from one decoding. Pure.

Every rendition fits H.264 Main, level 3.1: inside 1280×720 and 30 frames a second, key frames 2 s apart, so
that the oldest box decodes it in hardware. Nothing is made larger than its source. ``height`` names the step
of the ladder; a film wider than 16:9 is as wide as the step allows and less high.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from county.courses.probe import SAFE_INPUT, Source

MAX_FRAMES_PER_SECOND = 30
GROUP_S = 2


@dataclass(frozen=True)
class Step:
    """One rendition to make: picture size, and the cap of picture and sound together in bit/s."""

    height: int
    picture_width: int
    picture_height: int
    bits_per_second: int
    sound_bits_per_second: int


LADDER = (  # height, width of 16:9, bit/s in all, bit/s of sound
    (240, 428, 250_000, 48_000),
    (360, 640, 500_000, 64_000),
    (480, 854, 900_000, 96_000),
    (720, 1280, 1_800_000, 128_000),
)


def steps_for(source: Source) -> tuple[Step, ...]:
    """Return the renditions from small to large; a tiny film keeps its size."""
    steps = []
    for height, width, bits, sound in LADDER:
        scale = min(Fraction(width, source.width), Fraction(height, source.height))
        if scale <= 1:
            steps.append(Step(height, _even(source.width * scale), _even(source.height * scale), bits, sound))
    if not steps:
        _, _, bits, sound = LADDER[0]
        width, height = _even(Fraction(source.width)), _even(Fraction(source.height))
        steps.append(Step(height, width, height, bits, sound))
    return tuple(steps)


def frame_rate(source: Source) -> Fraction:
    """Return the rate to encode at: the source's, halved until it is at most 30."""
    rate = source.frames_per_second
    while rate > MAX_FRAMES_PER_SECOND:
        rate /= 2
    return rate


def transcode_command(
    path: Path, source: Source, steps: tuple[Step, ...], outputs: tuple[Path, ...], preset: str
) -> list[str]:
    """Return the command line; progress goes to standard output as ``-progress`` writes it."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1", "-y"]
    command += [*SAFE_INPUT, "-i", str(path)]
    if not source.has_sound:
        command += ["-f", "lavfi", "-i", "anullsrc=sample_rate=44100:channel_layout=stereo"]
    command += ["-filter_complex", _filters(source, steps)]
    for number, (step, output) in enumerate(zip(steps, outputs, strict=True)):
        command += ["-map", f"[v{number}]", "-map", "0:a:0" if source.has_sound else "1:a:0"]
        command += _encoding(step, frame_rate(source), preset)
        command += [*([] if source.has_sound else ["-shortest"]), str(output)]
    return command


def _filters(source: Source, steps: tuple[Step, ...]) -> str:
    rate = frame_rate(source)
    before = ("yadif," if source.interlaced else "") + f"fps={rate.numerator}/{rate.denominator}"
    split = f",split={len(steps)}" + "".join(f"[s{number}]" for number in range(len(steps)))
    scaled = [
        f"[s{number}]scale={step.picture_width}:{step.picture_height},setsar=1,format=yuv420p[v{number}]"
        for number, step in enumerate(steps)
    ]
    return ";".join([f"[0:V:0]{before}{split}", *scaled])


def _encoding(step: Step, rate: Fraction, preset: str) -> list[str]:
    picture_bits = step.bits_per_second - step.sound_bits_per_second
    group = max(1, round(rate * GROUP_S))
    return [
        *("-c:v", "libx264", "-profile:v", "main", "-level:v", "3.1", "-preset", preset),
        *("-crf", "23", "-maxrate", str(picture_bits), "-bufsize", str(picture_bits * 2)),
        *("-g", str(group), "-keyint_min", str(group), "-sc_threshold", "0"),
        *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(step.sound_bits_per_second)),
        *("-ac", "2", "-ar", "44100"),
        *("-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4"),
    ]


def _even(length: Fraction) -> int:
    return max(2, int(length / 2) * 2)
