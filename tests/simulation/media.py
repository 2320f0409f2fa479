"""VLC, as far as the core can see it, and the truth about what was on the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from player.core.effects import Effect
from player.core.events import Event
from player.core.facts import StoredRecording
from player.core.media_effects import CloseMedia, OpenMedia, PauseMedia, ReplaceMediaChild, SeekMedia
from player.core.media_events import MediaEnded, MediaFailed, MediaOpened, MediaProgress
from player.core.schedule import month as month_of
from playlists.entries import BLOB_DIGITS
from playlists.recordings import is_recording

from .agenda import NEVER_MS, Agenda, Run
from .clock import START_MS
from .county import County
from .figures import OFFSET_MINUTES
from .films import BROKEN, SHORT, SOUND_ONLY
from .store import Month

PROGRESS_MS = 4_000  # the real one speaks four times a second; the core's watchdog waits five
SPOKE_MS = 250
PAUSED_MS = 900_000


class Truth:
    """What was really shown, over all runs of the box, in ms by the beginning of a film's name.

    ``excused`` was shown, but nobody could tell of it any more: a real player speaks more often.
    """

    def __init__(self) -> None:
        self.shown: Counter[str] = Counter()
        self.by_month: Counter[Month] = Counter()
        self.excused: Counter[str] = Counter()


class Media:
    """The medium of one run. ``next_trouble`` is what the script wants to happen next."""

    def __init__(self, chance: Random, county: County, agenda: Agenda, run: Run, truth: Truth) -> None:
        self._chance, self._county, self._agenda, self._run = chance, county, agenda, run
        self.emit: Callable[[Event], None]
        self.recordings: Mapping[str, StoredRecording] = {}
        self.truth = truth
        self.next_trouble: list[str] = []
        self.paused = False
        self.play = 0
        self.blob = ""
        self._position = self._pictures = self._length = 0
        self._moving_since = NEVER_MS  # NEVER_MS: nothing moves
        self.frozen_since = NEVER_MS  # the picture stands still though nobody has paused it
        self._unsaid = 0  # shown since the last word about it
        self._turn = 0
        self._last: tuple[int, Event] | None = None

    def perform(self, effect: Effect) -> None:
        """Do an effect."""
        if isinstance(effect, OpenMedia):
            self._open(effect)
        elif isinstance(effect, ReplaceMediaChild):
            self.off()
        elif isinstance(effect, PauseMedia) and effect.play == self.play:
            self._excuse()
            self.paused = effect.paused
            if self.frozen_since != NEVER_MS:  # pressing pause does not bring a hung child back
                self.frozen_since = self._agenda.now
            else:
                self._after(PROGRESS_MS, self._go_on)
        elif isinstance(effect, SeekMedia) and effect.play == self.play:
            self._excuse()
            self._position = effect.position_ms
        elif isinstance(effect, CloseMedia) and effect.play == self.play:
            self.off()

    def off(self) -> None:
        """Nothing is shown any more."""
        self._excuse()
        self.play, self._turn = 0, self._turn + 1
        self._moving_since = self.frozen_since = NEVER_MS

    def last_word(self) -> Event | None:
        """Return what the real one, which speaks so much more often, would have said a moment ago."""
        self._book()
        if self._unsaid < SPOKE_MS or self._position >= self._length:
            return None
        self._unsaid = 0
        return MediaProgress(self.play, self._position, self._pictures, self.paused)

    def say_late(self) -> None:
        """A word of an earlier play, or one that was said already, comes now."""
        if self._last is not None:
            self.emit(self._last[1])

    def _open(self, effect: OpenMedia) -> None:
        self.off()
        self.play, self.blob, self._position = effect.id, effect.blob, effect.from_ms
        self._pictures, self.paused = 0, False
        found = self._county.films.get(self.blob)
        length = found[1].duration_ms if found else self._recorded_ms()
        self._length = length // 2 if self._county.faults.get(self.blob) == SHORT else length
        self._after(self._chance.randint(60, 400), self._opened)

    def _recorded_ms(self) -> int:
        name, _, part = self.blob.rpartition("/")
        parts = self.recordings[name].parts if name in self.recordings else ()
        return next((one.length_ms for one in parts if str(one.number) == part), 60_000)

    def _opened(self) -> None:
        fault = self._county.faults.get(self.blob)
        if fault == BROKEN:
            self._say(MediaEnded(self.play, 0, 0))
        elif self._is_next("opening never ends"):
            pass
        else:
            if fault != SOUND_ONLY:
                self._moving_since = self._agenda.now
            self._say(MediaOpened(self.play, self._length, fault != SOUND_ONLY))
            self._after(PROGRESS_MS // 2, self._go_on)

    def _go_on(self) -> None:
        self._book()
        if not self.paused and self._is_next("picture freezes"):
            self._freeze()
        elif self._is_next("child dies"):
            self._freeze()
            self._say(MediaFailed(self.play, "the child died"))
        elif self._position >= self._length:
            self._unsaid, self._moving_since = 0, NEVER_MS
            self._say(MediaEnded(self.play, self._position, self._pictures))
        else:
            self._unsaid = 0
            self._say(MediaProgress(self.play, self._position, self._pictures, self.paused))
            left = PAUSED_MS if self.paused else min(PROGRESS_MS, max(1, self._length - self._position))
            self._after(left, self._go_on)

    def _freeze(self) -> None:
        self._excuse()
        self._moving_since, self.frozen_since = NEVER_MS, self._agenda.now

    def _is_next(self, trouble: str) -> bool:
        if trouble in self.next_trouble:
            self.next_trouble.remove(trouble)
            return True
        return False

    def _book(self) -> None:
        """Let the picture have moved until now."""
        now, since = self._agenda.now, self._moving_since
        if since == NEVER_MS:
            return
        self._moving_since = now
        if not self.paused:
            moved = min(now - since, max(0, self._length - self._position))
            self._position += moved
            self._pictures += moved // 40
            self._unsaid += moved
            if is_recording(self.blob):
                return  # it is recorded as the channel's, and no film of the county
            self.truth.shown[self.blob[:BLOB_DIGITS]] += moved
            self.truth.by_month[month_of(START_MS + now, OFFSET_MINUTES)] += moved

    def _excuse(self) -> None:
        self._book()
        if self._unsaid and not is_recording(self.blob):
            self.truth.excused[self.blob[:BLOB_DIGITS]] += self._unsaid
            self._unsaid = 0

    def _say(self, event: Event) -> None:
        self._last = (self._agenda.now, event)
        self.emit(event)

    def _after(self, milliseconds: int, do: Callable[[], None]) -> None:
        self._turn += 1
        self._agenda.at(self._agenda.now + milliseconds, self._run, self._in_turn, self._turn, do)

    def _in_turn(self, turn: int, do: Callable[[], None]) -> None:
        if turn == self._turn:
            do()
