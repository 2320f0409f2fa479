"""Real recordings, made by ffmpeg as they are wanted, and the road of a recording through the county."""

from __future__ import annotations

import subprocess
from pathlib import Path

from county.jobs.runner import Runner
from county.jobs.works import WORKS
from county.signing import review
from county.sounds.editing import SoundWish, propose, receive
from county.sounds.lists import SOUND_LIST
from county.sounds.models import Recording, SoundList
from tests.county.world import PASSPHRASE, County


def recording(folder: Path, name: str, *, source: str = "sine=440:d=2", codec: tuple[str, ...] = ()) -> Path:
    """A sound file of ffmpeg's ``lavfi`` source; the format follows from the name."""
    path = folder / name
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, *codec, str(path)], check=True)
    return path


def uploaded(path: Path, kind: str = "gathering", title: str = "请大家入座") -> Recording:
    """A recording after its upload, and after the jobs have run."""
    row = receive(SoundWish(kind, title, path.name), [path.read_bytes()], None)
    prepared()
    return Recording.objects.get(pk=row.pk)


def prepared() -> None:
    Runner(WORKS, lease_s=60).run_until_empty()


def passed(county: County) -> SoundList:
    """The list as it stands, through everything."""
    found = propose(county.person("zhou"))
    for reviewer in ("li", "wang"):
        review.sign(SOUND_LIST, found.sha256, county.person(reviewer), PASSPHRASE[reviewer])
    review.release(SOUND_LIST, found.sha256, county.person("chen"))
    return found
