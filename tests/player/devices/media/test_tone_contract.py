"""The tone of the self-check, played by the real VLC as a film is; and a folder that cannot hold it."""

from __future__ import annotations

import wave
from pathlib import Path

from player.core.media_effects import CloseMedia, OpenMedia, PlayTone
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened
from player.devices.media.device import MediaDevice
from player.devices.media.settings import MediaSettings
from player.devices.media.tone import RATE, tone_file
from tests.fakes.events import Events


def media(folder: Path, films: Path) -> tuple[MediaDevice, Events]:
    device, events = MediaDevice(MediaSettings(), lambda blob: films / blob, 0, lambda: False, tones=folder), Events()
    device.start(events)
    return device, events


def test_the_tone_is_played_to_its_end_and_a_film_follows_it(tmp_path: Path, films: Path) -> None:
    device, events = media(tmp_path, films)
    try:
        device.perform(PlayTone(7, 80))
        (ended,) = events.wait(MediaEnded)
        device.perform(CloseMedia(8, 7))
        device.perform(OpenMedia(9, "good", 0, 80))
        opened = events.wait(MediaOpened, 2)[-1]
    finally:
        device.stop()
    assert (ended.play, ended.pictures) == (7, 0)
    assert ended.position_ms > 1_500
    assert (opened.play, opened.has_video) == (9, True)
    assert events.of(MediaFailed) == []


def test_the_tone_is_made_once_and_is_a_sound(tmp_path: Path) -> None:
    path = tone_file(tmp_path)
    made = path.stat().st_mtime_ns
    assert tone_file(tmp_path).stat().st_mtime_ns == made
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnframes() / RATE) == (RATE, 2.4)
        loudest = max(abs(value) for value in memoryview(file.readframes(file.getnframes())).cast("h"))
    assert 10_000 < loudest <= 12_000


def test_a_folder_that_cannot_hold_the_tone_is_a_medium_that_failed(tmp_path: Path, films: Path) -> None:
    device, events = media(tmp_path / "missing", films)
    try:
        device.perform(PlayTone(7, 80))
        (failed,) = events.wait(MediaFailed)
    finally:
        device.stop()
    assert failed.play == 7
    assert "cannot be written" in failed.why
