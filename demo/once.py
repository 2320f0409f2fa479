"""``./run demo --once``: the whole cycle by itself, each step with its evidence.

plan → bind → fetch → session on time → head count by key presses → journal → upload → the county's figures. The office
works in a real Chromium, the villagers with the remote control; nothing here looks into a database. A step that fails
ends the cycle with what was missing.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserError

from demo.browser import Office
from demo.register import register, site_name
from demo.stage import YUANJIAO, Box, County, DemoFailed, wait_for
from demo.television import VirtualTelevision

CHINA = timezone(timedelta(hours=8))
SITE_ROW = 13
SITE, SITE_NAME = f"site-{SITE_ROW:03d}", site_name(register()[SITE_ROW])
COURSE_NUMBER, COURSE_TITLE = 310, "村务公开怎么看"
SESSION_TITLE = "村务公开集中学习"
READY_SECONDS = 24  # what binding, refreshing and fetching may take before the session begins
MEMBERS, VILLAGERS = 18, 9


@dataclass
class Cycle:
    """Walks the steps; each prints one line with what proves it.

    Args:
        county: The county's server.
        box: The box, not yet bound.
        television: The box's screen and remote control.
        office: The county office's browser.
        pictures: Folder for screenshots.
    """

    county: County
    box: Box
    television: VirtualTelevision
    office: Office
    pictures: Path
    started_s: float = field(default_factory=time.monotonic)
    starts: datetime = field(default_factory=lambda: datetime.now(CHINA))

    def walk(self) -> None:
        """Walk all steps.

        Raises:
            DemoFailed: A step did not come to its end.
        """
        self.pictures.mkdir(parents=True, exist_ok=True)
        steps: tuple[Callable[[], str], ...] = (
            self.plan, self.bind, self.fetch, self.gather, self.play, self.count_heads, self.journal, self.upload,
            self.figures,
        )  # fmt: skip
        for number, step in enumerate(steps, start=1):
            try:
                evidence = step()
            except BrowserError as error:
                self.office.page.screenshot(path=self.pictures / "failed.png")
                raise DemoFailed(f"{step.__name__}: {error.message}; see {self.pictures / 'failed.png'}") from error
            seconds = time.monotonic() - self.started_s
            print(
                f"{number}/{len(steps)}  {step.__name__.replace('_', ' '):12} {seconds:6.1f} s  {evidence}", flush=True
            )

    def plan(self) -> str:
        """The office plans a session at the next full minute that leaves time to get ready."""
        self.office.log_in("operator")
        now = datetime.now(CHINA)
        self.starts = (now + timedelta(seconds=READY_SECONDS + 60)).replace(second=0, microsecond=0)
        self.office.plan_session(SESSION_TITLE, COURSE_NUMBER, self.starts, SITE_NAME)
        return f"“{SESSION_TITLE}”, course {COURSE_NUMBER}, at {self.starts:%H:%M} for {SITE_NAME}"

    def bind(self) -> str:
        """The TV shows a code; the office enters it on the site's page."""
        code = str(wait_for("a code on the TV", lambda: self.box.player().get("binding_code"), 20))
        self._photograph_tv("1-binding-code")
        said = self.office.bind(SITE, code)
        wait_for("the box bound", lambda: self._player("binding") == "bound", 30)
        return f"code {code}; the page says “{said}”; box {self.box.player()['box']}"

    def fetch(self) -> str:
        """The box verifies the signed documents and fetches what the session needs."""
        wait_for("the first generation", lambda: self._player("generation"), 30)
        course = self._planned_course()
        blob = wait_for("the lesson in the store", lambda: self._stored(course), 40)
        digest = hashlib.sha256(blob.read_bytes()).hexdigest()
        if digest != blob.name:
            raise DemoFailed(f"{blob} has the digest {digest}")
        size = blob.stat().st_size
        return f"generation {self._player('generation')}, lesson of {size} bytes, SHA-256 {digest[:16]}… as signed"

    def gather(self) -> str:
        """The gathering card is on the screen before the session begins."""
        wait_for("the gathering card", lambda: "gathering" in str(self._player("session")), 30)
        self._photograph_tv("2-gathering")
        return f"{(self.starts - datetime.now(CHINA)).total_seconds():.0f} s before the start"

    def play(self) -> str:
        """At its minute the session begins by itself, and the picture moves."""
        until_start = (self.starts - datetime.now(CHINA)).total_seconds()
        wait_for("the session playing", lambda: "playing" in str(self._player("playing")), until_start + 15)
        late = datetime.now(CHINA) - self.starts
        first = self.television.picture()
        time.sleep(3)
        second = self.television.picture()
        self._photograph_tv("3-playing")
        if first.tobytes() == second.tobytes():
            raise DemoFailed("the picture does not move")
        wait_for("the head count", lambda: "counting" in str(self._player("session")), 60)
        return f"seen playing {late.total_seconds():.1f} s after {self.starts:%H:%M:%S}; the picture moved to the end"

    def count_heads(self) -> str:
        """The administrator keys in the heads and confirms."""
        pressed = 0
        for number in (MEMBERS + VILLAGERS, MEMBERS, VILLAGERS):
            for digit in str(number):
                self._press(digit)
                pressed += 1
            if number == VILLAGERS:
                self._photograph_tv("4-head-count")
            self._press("ok")
            pressed += 1
        while "counting" in str(self._player("session")) and pressed < 15:
            self._press("ok")
            pressed += 1
            time.sleep(0.3)
        wait_for("the sign-off", lambda: self._player("session") is None or "closing" in self._player("session"), 15)
        self._photograph_tv("5-closing")
        return f"{MEMBERS + VILLAGERS} heads ({MEMBERS} members, {VILLAGERS} villagers) with {pressed} presses"

    def journal(self) -> str:
        """The journal holds what was shown, and its chain is whole."""
        file = str(self.box.data / "journal.sqlite")
        checked = subprocess.run([*YUANJIAO, "journal", "verify", file], capture_output=True, text=True, check=False)
        if checked.returncode:
            raise DemoFailed(f"journal verify: {checked.stdout}{checked.stderr}")
        plays = [entry for entry in self._entries(file) if entry["kind"] == "play"]
        if len(plays) != 1:
            raise DemoFailed(f"one play expected, the journal has {len(plays)}")
        shown_s = sum(end - start for start, end in plays[0]["segments"]) / 1000
        chain = checked.stdout.splitlines()[0]
        return f"entry {plays[0]['seq']}: {shown_s:.1f} s shown, {plays[0]['ended']}; the chain holds: {chain}"

    def upload(self) -> str:
        """The county acknowledges every entry."""

        def acknowledged() -> dict[str, Any] | None:
            player = self.box.player()
            return (
                player if player["journal_head"] and player["journal_acknowledged"] == player["journal_head"] else None
            )

        player = wait_for("the county's acknowledgement", acknowledged, 40)
        return f"entries 1 to {player['journal_acknowledged']} are durable at the county"

    def figures(self) -> str:
        """The county's pages show the session with its heads and the play with its seconds."""
        self._press("home")
        time.sleep(0.5)
        self._photograph_tv("6-home")
        held = [row for row in self.office.sessions_held() if any(SESSION_TITLE in cell for cell in row)]
        plays = [row for row in self.office.plays() if any(COURSE_TITLE in cell for cell in row)]
        if len(held) != 1 or len(plays) != 1:
            raise DemoFailed(f"the records show {len(held)} sessions and {len(plays)} plays, not one of each")
        if not any(str(MEMBERS + VILLAGERS) in cell for cell in held[0]):
            raise DemoFailed(f"the record of the session lacks the {MEMBERS + VILLAGERS} heads: {held[0]}")
        self.office.photograph("/records", self.pictures / "county-records.png")
        self.office.photograph(f"/sites/{SITE}", self.pictures / "county-site.png")
        self.office.photograph("/", self.pictures / "county-overview.png")
        return "session: " + " · ".join(" ".join(cell.split()) for cell in held[0])

    def _player(self, key: str) -> Any:
        return self.box.player().get(key)

    def _press(self, button: str) -> None:
        self.television.press(button)
        time.sleep(0.12)

    def _photograph_tv(self, name: str) -> None:
        self.television.picture().save(self.pictures / f"tv-{name}.png")

    def _planned_course(self) -> dict[str, Any]:
        """Return the signed course document that the box has accepted."""
        documents = sorted((self.box.data / "generations").glob("*/courses/*/*.json"), reverse=True)
        for document in documents:
            course: dict[str, Any] = json.loads(document.read_bytes())
            if course["number"] == COURSE_NUMBER:
                return course
        raise DemoFailed(f"no document of course {COURSE_NUMBER} in the box's generation")

    def _stored(self, course: dict[str, Any]) -> Path | None:
        """Return the file of any rendition of the course's lesson, once it is whole."""
        for rendition in course["lessons"][0]["renditions"]:
            sha256 = rendition["blob"]["sha256"]
            file: Path = self.box.data / "store" / "media" / sha256[:2] / sha256
            if file.exists():
                return file
        return None

    def _entries(self, file: str) -> list[dict[str, Any]]:
        shown = subprocess.run([*YUANJIAO, "journal", "show", file], capture_output=True, text=True, check=True)
        return [json.loads(line) for line in shown.stdout.splitlines() if line.startswith("{")]
