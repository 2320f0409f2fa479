"""What people do while the kills come: the stories from which a run is made, each with some kills.

A story begins and ends on the home page of a running box. After every kill everything is looked at (`promises`); a
kill whose moment did not come is not counted.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from player.workers.ranges import PIECE_BYTES
from tests.cuts import moments, promises
from tests.cuts.kills import kill
from tests.cuts.moments import After, AtFile, Moment, Victim
from tests.cuts.place import Place
from tests.cuts.promises import Broken, Seen
from tests.fakes.relay_call import BUFFER_BYTES

UP_S = 15.0  # so long a box that was killed may need to show a page again
IN_FLIGHT_BYTES = PIECE_BYTES + 2 * BUFFER_BYTES  # what a kill may cost: the piece read, and what lay in the buffers
LONG_S = 9.0  # the open row is kept every 5 s: many kills shall come after it


@dataclass
class Told:
    """What a run has to say: kills by victim and kind of moment, bytes, what was broken."""

    victims: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    needed_bytes: int = 0
    fetched_bytes: int = 0
    restores: int = 0
    sessions: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """All of them."""
        return self.victims.total()


class Stories:
    """The stories, told at one place by one chance."""

    def __init__(self, place: Place, chance: Random, say: Callable[[str], None]) -> None:
        self.place, self.chance, self.say = place, chance, say
        self.told, self.seen = Told(), Seen()
        self._notices = 0

    # --- kills and looks

    def strike(self, victim: Victim, moment: Moment, begin: Callable[[], object]) -> bool:
        """Kill a victim at its moment and look at everything; return whether the moment came."""
        children = self.place.children()
        self.seen.head = max(self.seen.head, self.place.said().get("journal_head", 0))  # told, hence durable
        came = kill(self.place, victim, moment, begin)
        if came:
            self.told.victims[victim] += 1
            self.told.kinds[type(moment).__name__] += 1
            self.say(f"{self.told.kills:5}  {victim:7} {moment}")
        if came and victim == "player":
            self.place.wait("the player's children dead too", lambda: not self.place.alive(children), 5)
        self.look()
        return came

    def look(self) -> None:
        """Look at all that must hold at any moment."""
        place = self.place
        promises.box_at_rest(place.folders, place.published, self.seen)
        promises.published_versions(place.published_versions(), self.seen)
        if place.said().get("own_faults"):
            raise Broken(f"the player met faults of its own; see {place.folder / 'player.log'}")

    def up(self) -> None:
        """Start the player again: soon there is a page, and words on it."""
        self.place.box.start()
        self.place.wait("a page on the television", lambda: self.place.said().get("screen"), UP_S)
        self.place.wait("a picture on the television", self.place.shows_something, 5)
        self.look()

    def all_at_the_county(self) -> None:
        """Send what waits; then the county holds exactly what the box wrote."""
        place = self.place

        def acknowledged() -> bool:
            said = place.said()
            if said and said["journal_acknowledged"] == said["journal_head"] > 0:
                return True
            self.ask_for_news()
            return False

        place.wait("the county's acknowledgement", acknowledged, 60, pause_s=2.0)
        entries = promises.journal(place.folders, self.seen)
        promises.county_holds(place.office.held(place.fingerprint), entries, all_of_it=True)
        promises.sessions_once(entries)
        place.wait("a box without faults", lambda: not place.said().get("faults", True), 10)

    def ask_for_news(self) -> None:
        """Press what asks the county for news and sends what waits."""
        self.place.press("home", "4", "up", "up", "up", "ok")

    def recover(self) -> None:
        """After a problem: bring the place into a state from which the next story can begin."""
        if not self.place.county.runs():
            self.place.start_county()
        if not self.place.box.runs():
            self.up()
        self.place.wait("an end of the session", self._ended, 40, pause_s=0.4)
        self.home()

    def _ended(self) -> bool:
        said = self.place.said()
        if said.get("screen") == "HomeScreen" and not said["session"]:
            return True
        self._sign_off_once()
        return False

    def home(self) -> None:
        """Go to the home page; a lesson from the menu ends."""

        def there() -> bool:
            said = self.place.said()
            if said.get("screen") == "HomeScreen" and not said.get("playing"):
                return True
            if said.get("playing"):
                self.place.press("stop")
            self.place.press("home")
            return False

        self.place.wait("the home page", there, 15, pause_s=0.3)

    # --- the stories

    def session(self, kills: int) -> None:
        """A group session with kills while its lessons play and while heads are counted."""
        session = self._playing()
        for _ in range(kills):
            self._interrupt()
            self._playing()
            promises.goes_on(self.place.folders)
        self._count_heads(session)
        self.told.sessions += 1
        self.home()
        self.all_at_the_county()
        self.home()

    def _interrupt(self) -> None:
        victim: Victim = self.chance.choice(("player", "player", "child"))
        keys = self.chance.choice(((), (), ("ok", "ok"), ("next",)))
        moment: Moment = After(self.chance.choice((self.chance.uniform(0, 3), self.chance.uniform(5, LONG_S))))
        if victim == "player" and self.chance.random() < 0.3:
            moment = AtFile(r"journal\.sqlite(-wal|-shm)?", self.chance.randint(1, 12))
        if self.strike(victim, moment, lambda: self.place.press(*keys)) and victim == "player":
            self._start_again()

    def _start_again(self) -> None:
        """Start the player after a kill; now and then it is killed again while it starts."""
        while self.chance.random() < 0.3:
            if not self.strike("player", self._while_it_starts(), self.place.box.start):
                break
        if not self.place.box.runs():
            self.up()

    def _while_it_starts(self) -> Moment:
        if self.chance.random() < 0.4:
            return After(self.chance.uniform(0.2, 2.5))
        return moments.at_call(self.chance, "player")

    def _playing(self) -> str:
        """Open the next session, or go on with the one that was cut, until its picture moves; return its id."""

        def looked() -> str:
            said = self.place.said()
            session, playing = said.get("session") or "", said.get("playing") or ""
            if session.endswith((" counting", " confirming", " closing")) or playing.endswith(" playing"):
                return session or "none"
            if playing.endswith(" paused") and said["screen"] == "PlayingScreen":
                self.place.press("ok")
            elif not playing or playing.endswith(" paused"):
                self._open_card(said.get("screen", ""))
            return ""

        return self.place.wait("a session on the screen", looked, 30, pause_s=0.25).split()[0]

    def _count_heads(self, session: str) -> None:
        """End the session and sign off, with a kill on the way."""
        if self.chance.random() < 0.5:
            moment: Moment = AtFile(r"journal\.sqlite-wal", self.chance.randint(1, 6))
            if self.chance.random() < 0.5:
                moment = After(self.chance.uniform(0, 0.5))
            self.strike("player", moment, self._sign_off_once)
            self._start_again()

        def registered() -> bool:
            if session in promises.registered(self.place.folders):
                return True
            self._sign_off_once()
            return False

        self.place.wait(f"session {session} registered", registered, 40, pause_s=0.4)

    def _sign_off_once(self) -> None:
        said = self.place.said()
        state = (said.get("session") or "").rpartition(" ")[2]
        if state in ("playing", "between") and said["screen"] == "PlayingScreen":
            self.place.press("stop", "2")
        elif state == "counting":
            self.place.press("ok", "ok", "ok", "ok")
        else:
            self._open_card(said.get("screen", ""))

    def _open_card(self, screen: str) -> None:
        """Press what opens the large card of home, or what the session's own page asks for."""
        if screen == "HomeScreen":
            self.place.press("up", "ok")
        elif screen == "SessionScreen":
            self.place.press("ok")

    def fetching(self, kills: int) -> None:
        """Everything is to be fetched again, with kills of the fetch worker, the player and the sync worker."""
        place = self.place
        place.box.stop()
        for folder in ("media", "partial"):
            shutil.rmtree(place.folders.store / folder, ignore_errors=True)
        self.seen.whole.clear()
        before, kills_before = place.files.counts(), self.told.kills
        self.up()
        for _ in range(kills):
            if place.has_all():
                break
            self._interrupt_fetching()
        place.wait("the course", place.has_all, 90)
        self.look()
        needed, fetched = sum(place.wanted().values()), (place.files.counts() - before).down_bytes
        self.told.needed_bytes += needed
        self.told.fetched_bytes += fetched
        in_flight = (self.told.kills - kills_before) * IN_FLIGHT_BYTES
        if fetched > needed * 1.01 + in_flight:
            raise Broken(f"{needed} bytes were needed, {fetched} came through the line")

    def _interrupt_fetching(self) -> None:
        victim: Victim = self.chance.choice(("fetch", "fetch", "fetch", "player", "sync"))
        if victim == "player":
            moment: Moment = After(self.chance.uniform(0, 3))
            if self.chance.random() < 0.5:
                moment = AtFile(r"[0-9a-f]{64}(\.marks)?", self.chance.randint(1, 60))
            self.strike("player", moment, lambda: None)
            self._start_again()
            return
        begin = self.ask_for_news if victim == "sync" else lambda: None
        self.strike(victim, moments.of_worker(self.chance, victim), begin)
        self.home()

    def syncing(self, kills: int) -> None:
        """The county publishes something, and the sync worker is killed while it fetches that."""
        for _ in range(kills):
            self._publish()
            self.strike("sync", moments.of_worker(self.chance, "sync"), self.ask_for_news)
            self.home()
        self._news_arrives()

    def _publish(self) -> None:
        self._notices += 1
        self.place.office.publish(f"通知 {self._notices}")

    def _news_arrives(self) -> None:
        """The box has what the county now publishes."""

        def arrived() -> bool:
            promises.generation(self.place.folders, self.seen)
            if self.seen.roles.get("snapshot") == self.seen.published["snapshot"]:
                return True
            self.ask_for_news()
            return False

        self.look()
        self.place.wait("the newest publication", arrived, 60, pause_s=2.0)
        self.home()
        self.look()

    def uploading(self, kills: int) -> None:
        """Entries wait, and the upload worker is killed while it sends them."""
        for _ in range(kills):
            self._watch_something()
            self.strike("upload", moments.of_worker(self.chance, "upload"), self.ask_for_news)
            self.home()
        self.all_at_the_county()
        self.home()

    def _watch_something(self) -> None:
        """Play a lesson from the menu for a moment: an entry."""
        self.home()
        self.place.press("0", "1", "0", "1", "ok")
        self.place.wait("a lesson", lambda: (self.place.said().get("playing") or "").endswith(" playing"), 15)
        self.home()

    def county(self, kills: int) -> None:
        """The county's server is killed while it takes a batch, and comes again."""
        for _ in range(kills):
            self._watch_something()
            moment: Moment = After(self.chance.uniform(0.3, 1.5))
            if self.chance.random() < 0.6:
                moment = moments.at_file(self.chance, "county")
            self.strike("county", moment, self.ask_for_news)
            self.place.start_county()
        self.home()
        self.all_at_the_county()
        self.home()

    def restore(self, kills: int) -> None:
        """The county's server is killed, and its data come from an older copy."""
        for _ in range(kills):
            copy = self.place.copy_county(with_published=self.chance.random() < 0.5)
            for _ in range(self.chance.randint(1, 3)):
                self._watch_something()
            self._publish()
            self.all_at_the_county()
            self._news_arrives()
            self.told.victims["county"] += 1
            self.told.restores += 1
            self.say(f"{self.told.kills:5}  county  and its data come from a copy")
            self.place.restore_county(copy)
            self.look()
            self._watch_something()
            self.all_at_the_county()
            self._publish()
            self._news_arrives()
