"""Which stretches of a medium were really shown: evidence, not the time between start and end.

A stretch grows while the position moves as fast as time passes; a seek, or a leap that no clock explains,
begins a new one. All values are milliseconds from the start of the medium.
"""

from __future__ import annotations

Segments = tuple[tuple[int, int], ...]

LEAP_MS = 2_000  # VLC reports positions in steps; more than this beyond the time passed is a leap
LIMIT = 400  # an entry must stay small, however long somebody plays with the keys


def begin(segments: Segments, position_ms: int) -> Segments:
    """Begin a new stretch at a position, such as after a seek; an empty one before it goes away."""
    kept = tuple(segment for segment in segments if segment[1] > segment[0])
    if len(kept) >= LIMIT:
        shortest = min(range(len(kept)), key=lambda index: kept[index][1] - kept[index][0])
        kept = kept[:shortest] + kept[shortest + 1 :]
    return (*kept, (position_ms, position_ms))


def grow(segments: Segments, position_ms: int, elapsed_ms: int) -> Segments:
    """Let the last stretch grow to a position, seen ``elapsed_ms`` after the last one."""
    if not segments:
        return begin(segments, position_ms)
    start, end = segments[-1]
    if end <= position_ms <= end + elapsed_ms + LEAP_MS:
        return (*segments[:-1], (start, position_ms))
    return begin(segments, position_ms)


def shown(segments: Segments) -> Segments:
    """Return the stretches that hold anything."""
    return tuple(segment for segment in segments if segment[1] > segment[0])


def shown_ms(segments: Segments) -> int:
    """Return how much was shown, in ms; what was shown twice counts twice."""
    return sum(end - start for start, end in segments)
