"""The same village on a real box: its documents and a film in a player's data folder, a session planned for today."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from msgspec.structs import replace

from demo.once import CHINA
from demo.screens.village import entry
from demo.stage import Program, wait_for
from demo.television import VirtualTelevision
from player.status import read_status, runtime_folder
from playlists.documents import Course, Plan, Playlist, PlaylistItem, Policy, Rendition, Session
from playlists.journal_command import readable
from playlists.stored_journal import read_journal
from tests.fakes.box import make_film, new_folders, publish_to, store_film
from tests.tasks import village

FILM_SECONDS = 200
SOON = timedelta(minutes=25)


def furnish(root: Path) -> None:
    """Make the data folder of the box: every lesson is the same film, but what is to be asked for is not here."""
    film = make_film(root.with_suffix(".mp4"), FILM_SECONDS)
    folders = new_folders(root)
    shown = store_film(folders, film)
    courses = [one if one is village.MUSHROOMS else _with(one, shown) for one in village.COURSES.values()]
    playlist = Playlist(id="spring", title="春季学习", items=(PlaylistItem(course=village.PEPPERS.id),))
    starts = (datetime.now(CHINA) + SOON).strftime("%Y-%m-%dT%H:%M")
    session = Session(id="spring", title=village.TONIGHT.title, playlist="spring", starts=starts, expected=27)
    plan = Plan(group="yunling", issued="2026-02-28T10:00", playlists=(playlist,), sessions=(session,), policy=Policy())
    publish_to(folders, courses, plan, [entry(one) for one in courses])


def _with(course: Course, shown: Rendition) -> Course:
    lessons = (replace(one, renditions=(shown,), duration_ms=FILM_SECONDS * 1000) for one in course.lessons)
    return replace(course, lessons=tuple(lessons))


class RealBox:
    """``yuanjiao player`` over that folder, on a television whose remote control is pressed.

    Args:
        root: The data folder.
        television: Where it shows.
    """

    def __init__(self, root: Path, television: VirtualTelevision) -> None:
        self._root, self._television = root, television
        self._settings = root.with_suffix(".yaml")
        settings = {"data": str(root), "remote": {"kernel_devices": False}, "picture": {"video_output": "xcb_x11"}}
        self._settings.write_text(yaml.safe_dump(settings))

    def start(self) -> None:
        """Start the player and wait until it shows something."""
        display = {"DISPLAY": self._television.screen.name}
        log = self._root.with_suffix(".log")
        self._program = Program(["player", "--config", str(self._settings)], display, log)
        wait_for("the first screen", lambda: self.says("screen"), 30)

    def press(self, keys: str) -> None:
        """Press buttons one after the other; their names are separated by spaces."""
        for button in keys.split():
            self._television.press(button)
            time.sleep(0.2)

    def says(self, key: str) -> Any:
        """Return what the running player says of itself under a key of its status."""
        found = read_status(runtime_folder(self._root, os.environ))
        runs = found is not None and found.content["pid"] == self._program.process.pid
        return found.content[key] if found and runs else None

    def waits_for(self, key: str, words: str) -> None:
        """Wait until it says some words under a key."""
        wait_for(f"{key}: {words}", lambda: words in str(self.says(key)), 20)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Return the durable entries of one kind."""
        journal = read_journal(self._root / "journal.sqlite")
        shown = (readable(journal.fingerprint, row) for row in journal.entries)
        return [one for one in shown if one.get("kind") == kind]

    def lose_power(self) -> None:
        """End the player as a power cut would, and start it again."""
        self._program.kill()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.stop()
