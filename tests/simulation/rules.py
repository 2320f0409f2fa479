"""What must hold, always: the promises of DESIGN, judged at every step of a simulated box.

A promise that was not kept raises `Broken` with its number. The rules see the box from outside: effects, scenes, the
disk, the county, and the truth about what was shown; of the world they read what a person at the television could see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from player.core import binding, own_sessions, phone, playback, scrub, session, stick, stop_codes
from player.core.effects import Effect, EvictBlobs, RemoveRecording
from player.core.events import ButtonPressed, Event
from player.core.facts import GenerationFacts
from player.core.keymap import context_of, intent_for
from player.core.language import _, speaking
from player.core.lessons import of_session, stop_order
from player.core.lives.picture import PlaybackState
from player.core.lives.session import SessionState
from player.core.media_effects import OpenMedia
from player.core.media_events import MediaProgress
from player.core.schedule import gathers_ms
from player.core.windows import is_open
from player.core.worker_effects import RunFetch, RunLive, RunSync, RunUpload, TellLive
from player.core.worker_events import BlobSpoilt
from player.core.world import World
from player.screens.react import react
from player.screens.scene import Scene, Text
from player.screens.view import view
from playlists.dating import Dating
from playlists.documents import CatalogueEntry
from playlists.entries import BLOB_DIGITS, Play, SessionHeld
from playlists.journal import decode_entry
from playlists.occurrences import Occurrence
from playlists.recordings import is_recording
from tests.fakes.library import FakeLibrary

from .agenda import ALWAYS, HOUR_MS
from .broken import Broken
from .clock import START_MS
from .county import County
from .line import Line
from .readiness import ModestBox, is_here
from .said import Sayings
from .tapes import Tapes

if TYPE_CHECKING:
    from .box import Box
    from .site import Site

CUT_COSTS_MS = 5_500  # the row is kept every 1.5 s, at a word of the picture that comes every 4 s
DATED_WITHIN_MS = 60_000  # a quartz goes wrong by some seconds a day
TALK_BYTES = 100_000  # exchanges with the county go on when the allowance is used up
LONGEST_FILM_MS = 600_000  # one that goes on past midnight counts where it began
FROZEN_MS = 12_000  # so long a picture may stand still without a word: a word every 4 s, a watchdog of 5 s
LOOK_AFTER_MS = 2_000  # so long after its minute a session should be seen to run
CLOCK_AHEAD_MS = 20 * HOUR_MS  # so wrong a clock that is not trusted may be, and nothing is lost by it
LOOK_EVERY = 50  # the scene of every so many steps is judged, besides those at which something has changed
KEYS = ("确定", "返回", "主页", "0", "4", "◀", "◀▶", "▲▼", "▼▲", "▲▼◀▶", "1–4", "0–9", "按任意键继续")
TABLES = {
    "playback": playback.TABLE,
    "session": session.TABLE,
    "binding": binding.TABLE,
    "phone": phone.TABLE,
    "scrub": scrub.TABLE,
    "stick": stick.TABLE,
    "stop codes": stop_codes.TABLE,
}

_COUNTED = {kind for table in TABLES.values() for _, kind in table} | {ButtonPressed}


class Rules:
    """Judges one life. ``pairs`` counts the (state, event) pairs met, ``effects`` what was asked for."""

    def __init__(self, county: County, line: Line) -> None:
        self._county = county
        self.modest = ModestBox(county.nature, line.capacity(county.nature.caps.bits_per_second))
        self._library = FakeLibrary(self.catalogue())
        self.tapes = Tapes()
        self.pairs: Counter[tuple[str, str, type]] = Counter()
        self.seen: Counter[str] = Counter()
        self.effects: Counter[type] = Counter()
        self.sayings = Sayings(self.modest, self.seen, is_metered=county.nature.caps.monthly_bytes is not None)
        self._ready: set[str] = set()
        self._own: set[Occurrence] = set()
        self.watch: Callable[[Occurrence], None] = lambda one: None  # is told of every session that the village plans
        self._version = 0  # of the newest publication that was in force
        self._began: dict[str, int] = {}  # sessions, and when they really began
        self._cut_excused_ms: Counter[str] = Counter()
        self._disk_excused_ms = 0  # the box ended while the disk could not be written

    def catalogue(self) -> list[CatalogueEntry]:
        """Return the catalogue of the county's courses."""
        return [
            CatalogueEntry(
                id=one.id, number=one.number, title=one.title, category=one.category, minutes=5,
                lessons=len(one.lessons), released=one.released,
            )
            for one in self._county.courses.values()
        ]  # fmt: skip

    # --- around a step

    def started(self, box: Box) -> None:
        """The player starts: what is on the disk must agree with what was."""
        self.records(box)

    def before(self, box: Box, event: Event) -> None:
        """An event has come; the world is as the screen showed it until now."""
        self.tapes.before(box, event)
        self.sayings.heard(event)
        now = box.site.agenda.now
        play, stands_ms = box.world.playback, now - box.media.frozen_since
        calm = play is not None and play.state is PlaybackState.PLAYING and play.play == box.media.play
        if stands_ms > FROZEN_MS and calm and not box.media.paused:
            raise Broken(4, "a picture stood still and nobody said so", f"{stands_ms} ms")
        self._count(box.world, event)

    def after(self, box: Box, before: World, event: Event) -> None:
        """A step was made."""
        world = box.world
        self.tapes.after(box, before)
        changed = world.screens is not before.screens or _states(world) != _states(before)
        if changed or box.steps % LOOK_EVERY == 0:
            self._says_something(world, view(world, self._library))
        if type(event) is MediaProgress and not changed:
            return
        if world.generation is not before.generation and world.generation is not None:
            self._never_older(box)
            self.modest.advance(box.site.agenda.now)
            self.modest.learn(world.generation)
            self._watch_own(box, world.generation)
        if world.session is not None and world.session is not before.session:
            self._session(box, world)
        if type(event) is BlobSpoilt and event.blob in self._county.films:
            course, lesson = self._county.films[event.blob]
            self.modest.advance(box.site.agenda.now)
            self.modest.lose_chunk(course.id, lesson.id)

    def _watch_own(self, box: Box, generation: GenerationFacts) -> None:
        """Sessions that the village has planned begin on their minute like the county's.

        One whose course comes back after people were to gather is another one than before, and too late to be judged.
        """
        for one in generation.occurrences:
            if own_sessions.is_own(one) and one not in self._own:
                self._own.add(one)
                if gathers_ms(one) - START_MS >= box.site.agenda.now:
                    self.seen["sessions planned at the television"] += 1
                    self.watch(one)

    def at_rest(self, box: Box) -> None:
        """A step was made and its effects were done."""
        self._nothing_outside_the_windows(box)

    def performing(self, box: Box, effect: Effect) -> None:
        """An effect is about to be done."""
        self.effects[type(effect)] += 1
        if isinstance(effect, RunSync | RunUpload):
            self._asks_within_the_windows(box)
        elif isinstance(effect, OpenMedia):
            self._only_what_is_signed(box, effect)
        elif isinstance(effect, RunFetch):
            self._no_byte_twice(box, effect)
        elif isinstance(effect, RemoveRecording | RunLive | TellLive):
            self.tapes.performing(box, effect)
        elif isinstance(effect, EvictBlobs):
            self.tapes.evicting(effect)
            self._evicts_nothing_needed(box, effect)

    def cut(self, box: Box) -> None:
        """The power goes."""
        self.tapes.disturbed(box.site)
        if box.media.play:
            self._cut_excused_ms[box.media.blob[:BLOB_DIGITS]] += CUT_COSTS_MS
        self._disk_excused_ms += box.writer.behind_ms

    def quits(self, box: Box) -> None:
        """The service ends: what a failing disk does not take even now is lost, as when the power goes."""
        if box.writer.failing:
            self._disk_excused_ms += box.writer.behind_ms

    # --- 1: nothing unsigned, unreviewed, altered or stopped

    def _only_what_is_signed(self, box: Box, effect: OpenMedia) -> None:
        if is_recording(effect.blob):
            self.tapes.opening(box, effect)
            return
        world, found = box.world, self._county.films.get(effect.blob)
        if found is None or world.generation is None or found[0].id not in world.generation.courses:
            raise Broken(1, "a film that no document names was opened", effect.blob[:16])
        if world.generation.box is not None and world.generation.box.revoked:
            raise Broken(1, "a box that was stopped showed something")
        if found[0].id in box.site.journal.told and self._county.stops_by_telephone(found[0].id):
            raise Broken(1, "a course that was stopped by telephone was opened", found[0].id)
        if any(stop.course == found[0].id and stop.lesson in (None, found[1].id) for stop in world.generation.stops):
            raise Broken(1, "a stopped lesson was opened", found[0].id, found[1].id)
        if not box.site.store.is_whole(effect.blob):
            raise Broken(1, "a film that is not whole was opened", effect.blob[:16])

    def _never_older(self, box: Box) -> None:
        version = box.site.generations.accepted.roles["timestamp"] if box.site.generations.accepted else 0
        if version < self._version:
            raise Broken(1, "an older publication came into force", f"{version} after {self._version}")
        self._version = version

    # --- 2: ready, and on its minute

    def note_ready(self, box: Box, one: Occurrence) -> None:
        """At its gathering: nothing else is on, and something of it can be shown."""
        group = box.world.session if box.power and box.run.alive else None
        if group is not None and group.occurrence.id == one.id and self._is_settled(box, one):
            self._ready.add(one.id)

    def note_other(self, box: Box, one: Occurrence) -> None:
        """Just before its minute: the one before is still on, and its heads may be counted in peace."""
        if box.power and box.run.alive and box.world.session and box.world.session.occurrence.id != one.id:
            self._ready.discard(one.id)

    def check_minute(self, box: Box, one: Occurrence) -> None:
        """Just after its minute, of a box that was up, knew the time and had a lesson ready."""
        if one.id not in self._ready or not self._is_settled(box, one):
            return
        world = box.world
        if world.interrupted is not None and world.interrupted.session == one.id and world.interrupted.put_off:
            self.seen["sessions begun early and put off before their minute"] += 1
            return  # people wanted it so: home says that it goes on another day
        if self._waits_longer(box, one):
            return
        if any(lesson.blob for lesson in of_session(world, one)):
            self.seen["sessions started on their minute"] += 1
            running = world.session is not None and world.session.state is not SessionState.GATHERING
            if one.id not in world.done_sessions and not running:
                raise Broken(2, "a session was ready and did not start", one.id, f"gathered at {gathers_ms(one)}")

    def _waits_longer(self, box: Box, one: Occurrence) -> bool:
        """Return whether people have pressed 再等一会; then it is judged at the minute that the card names now."""
        group, agenda = box.world.session, box.site.agenda
        if group is None or group.occurrence.id != one.id or group.state is not SessionState.GATHERING:
            return False
        look_ms = group.occurrence.starts_ms - START_MS + LOOK_AFTER_MS
        if look_ms <= agenda.now:
            return False
        self.seen["sessions that people let wait"] += 1
        agenda.at(look_ms, ALWAYS, self.check_minute, box, one)
        return True

    # … and its course is there

    def moved(self, site: Site, *, on: bool) -> None:
        """Power, line or disk has changed, or is about to."""
        self.tapes.disturbed(site)
        self.modest.advance(site.agenda.now)
        usable = site.line.open and not (site.disk_full or site.card_fault or site.county.revoked)
        self.modest.useful = on and usable

    def check_ready(self, box: Box, one: Occurrence) -> None:
        """At its minute, also of a box that has no power: what could have been brought is on the disk."""
        self.modest.advance(box.site.agenda.now)
        generation, store = box.site.generations.facts, box.site.store
        if generation is None or one not in generation.occurrences or box.site.journal.recorded["session", one.id]:
            return
        ready = is_here(generation, one, store)
        self.sayings.judge(one, ready=ready)
        could = self.modest.had(generation, one)
        self.seen["sessions planned"] += 1
        self.seen["sessions ready"] += ready
        self.seen["sessions that a modest box would have had ready"] += could
        self.seen["sessions that a modest box would have had ready, and were not"] += could and not ready

    def _is_settled(self, box: Box, one: Occurrence) -> bool:
        if not box.power or not box.run.alive or box.world.quitting or box.world.generation is None:
            return False
        gathers, clock = gathers_ms(one) - START_MS, box.site.clock
        known = clock.now().trust == "trusted" and abs(clock.error_ms()) < 500 and clock.set_at_ms < gathers
        return known and one in box.world.generation.occurrences and box.up_since_ms < gathers

    # --- 3: recorded once

    def _session(self, box: Box, world: World) -> None:
        """A session that is recorded does not run again; 已登记 is said of what is on the disk."""
        group = world.session
        assert group is not None
        journal = box.site.journal
        if group.row.started == world.now:  # once more if the power went before that was kept
            self._began[group.row.session] = box.site.clock.true_ms()
        if (
            group.state in (SessionState.GATHERING, SessionState.BETWEEN)
            and journal.recorded["session", group.row.session]
        ):
            raise Broken(3, "a session that is recorded begins again", group.row.session)
        if group.state is SessionState.CLOSING and not journal.recorded["head count", group.row.session]:
            raise Broken(3, "the screen says that a head count is recorded, and it is not", group.row.session)

    def records(self, box: Box, *, ended: bool = False) -> None:
        """Compare the journal with what was really on the screen; exact again when nothing is open any more."""
        journal, truth = box.site.journal, box.truth
        waiting, beyond_ms = journal.open_play, 0
        plays = Counter(body.blob for body in journal.bodies if isinstance(body, Play))
        for blob in truth.shown.keys() | journal.played.keys():
            recorded = journal.played[blob]
            if waiting is not None and waiting.blob.startswith(blob):
                recorded += sum(end - start for start, end in waiting.segments)
            slack_ms = 1_000 * (plays[blob] + 1)
            if recorded > truth.shown[blob] + slack_ms:
                raise Broken(3, "more was recorded than was shown", f"{recorded} of {truth.shown[blob]} ms")
            excused_ms = truth.excused[blob] + self._cut_excused_ms[blob] + slack_ms
            beyond_ms += max(0, truth.shown[blob] - recorded - excused_ms)
        if ended and beyond_ms > self._disk_excused_ms:
            raise Broken(3, "what was shown was not recorded", f"{beyond_ms} ms, {self._disk_excused_ms} may be lost")

    def excused_ms(self, box: Box) -> int:
        """Return how much of what was shown may be missing in all, and how much may count for another month."""
        plays = sum(isinstance(body, Play) for body in box.site.journal.bodies)
        cuts_ms = self._cut_excused_ms.total() + self._disk_excused_ms
        return box.truth.excused.total() + cuts_ms + 1_000 * plays + LONGEST_FILM_MS

    def dated(self, box: Box) -> None:
        """Whatever the clock was when a session began: a boot that has heard the time dates it."""
        rows, bodies = box.site.journal.rows, box.site.journal.bodies
        entries = [decode_entry(row.data, f"entry {row.seq}") for row in rows]
        dating = Dating(entries)
        for entry, body in zip(entries, bodies, strict=True):
            if isinstance(body, SessionHeld) and body.session in self._began and body.ended != "skipped":
                dated, truth_ms = dating.started(entry, body), self._began[body.session]
                if dated.trust == "trusted" and abs(dated.wall_ms - truth_ms) > DATED_WITHIN_MS:
                    raise Broken(7, "a session was dated wrongly", body.session, f"{dated.wall_ms - truth_ms} ms")

    # --- 4: never black or frozen without a word

    def _says_something(self, world: World, scene: Scene) -> None:
        marks = [mark for overlay in scene.overlays for mark in overlay.marks] if scene.video else scene.marks
        moving = scene.video and world.playback is not None and world.playback.state is PlaybackState.PLAYING
        words = {mark.words for mark in marks if isinstance(mark, Text)}
        if not moving and not any(words):
            raise Broken(4, "a screen without words", world.screen)
        with speaking(world.preferences.language):
            names_a_key = any(_(key) in words for key in KEYS)
        if not moving and world.started and not names_a_key:
            raise Broken(4, "a screen that names no key", world.screen, sorted(words))

    # --- 6: no byte twice, nothing outside the windows

    def _no_byte_twice(self, box: Box, effect: RunFetch) -> None:
        known = box.world.store.blobs  # of what came in this moment the worker will tell
        again = [blob.sha256[:16] for blob in effect.blobs if blob.sha256 in known and known[blob.sha256].complete]
        if again or len({blob.sha256 for blob in effect.blobs}) < len(effect.blobs):
            raise Broken(6, "what is here was asked for again", again[:3])
        if not effect.blobs:
            raise Broken(6, "a fetch of nothing")

    def _nothing_outside_the_windows(self, box: Box) -> None:
        world = box.world
        fetch = box.workers.fetching.effect
        if fetch is None or fetch.folder or world.generation is None:  # a stick may be copied at any time
            return
        windows, offset = world.generation.windows, world.settings.utc_offset_minutes
        if windows and not is_open(windows, world.now, offset):
            raise Broken(6, "a fetch goes on outside the windows", world.now)

    def _asks_within_the_windows(self, box: Box) -> None:
        world = box.world
        windows = world.generation.windows if world.generation else ()
        known = world.now.trust != "unknown"  # who does not know the time may ask for it
        if windows and known and not is_open(windows, world.now, world.settings.utc_offset_minutes):
            raise Broken(6, "the county was asked outside the windows", world.now)

    def allowance(self, box: Box) -> None:
        """No month costs more than it may; what a power cut made the box forget is not counted against it."""
        monthly = self._county.nature.caps.monthly_bytes
        excused = box.site.store.meter.forgotten_bytes + box.site.unsure_bytes + TALK_BYTES
        for month, spent in box.site.spent_bytes.items() if monthly else ():
            if spent > monthly + excused:
                raise Broken(6, "a month has cost more than it may", month, f"{spent} of {monthly} bytes")

    def _evicts_nothing_needed(self, box: Box, effect: EvictBlobs) -> None:
        world, gone, clock = box.world, set(effect.blobs), box.site.clock
        earliest_ms = world.now.wall_ms  # also what is over only by a clock that is some hours ahead is still to come
        if world.now.trust != "unknown" and 0 < clock.error_ms() < CLOCK_AHEAD_MS:
            earliest_ms = clock.true_ms()
        assert world.generation is not None
        flight = box.workers.fetching.flight
        if flight is not None and flight.blob.sha256 in gone:
            raise Broken(6, "what a worker is filling was removed")
        kept = [self._county.courses[course] for course in box.site.chosen.kept_courses]
        if any(film.blob.sha256 in gone for course in kept for lesson in course.lessons for film in lesson.renditions):
            raise Broken(2, "what people said is to stay was removed", sorted(box.site.chosen.kept_courses))
        if world.playback is not None and playback.is_active(world.playback) and world.playback.row.blob in gone:
            raise Broken(4, "what plays was removed")
        for one in world.generation.occurrences:
            if one.starts_ms < earliest_ms or one.id in world.done_sessions:
                continue
            for item in one.items:
                document = world.generation.courses.get(item.course)
                for lesson in document.lessons if document else ():
                    here = {film.blob.sha256 for film in lesson.renditions if box.site.store.is_whole(film.blob.sha256)}
                    if here and here <= gone and not stop_order(world.generation, item.course, lesson.id):
                        raise Broken(2, "what a coming session needs was removed", one.id, lesson.id)

    # --- coverage

    def _count(self, world: World, event: Event) -> None:
        play, pairs, kind = world.playback, self.pairs, type(event)
        if kind is MediaProgress:
            if play is not None:
                pairs["playback", play.state._value_, kind] += 1
            return
        kinds: Iterable[type] = (kind,)
        if kind not in _COUNTED:
            return
        if kind is ButtonPressed:
            intent = intent_for(world.settings.keymap, context_of(world), event.button, event.press)  # type: ignore[attr-defined]
            kinds = {type(action) for action in react(world, intent, self._library)[1]} if intent else ()
        for table, state in zip(TABLES, _states(world), strict=True):
            for one in kinds if state else ():
                pairs[table, state, one] += 1


def _states(world: World) -> tuple[str, ...]:
    """Return the states of the lives in `TABLES`, in their order; empty where there is none."""
    play, group = world.playback, world.session
    return (
        play.state._value_ if play else "", group.state._value_ if group else "", world.binding.state._value_,
        world.phone.state._value_,
        world.scrub.state._value_,
        world.stick.state._value_ if world.stick else "", world.stop_codes.state._value_,
    )  # fmt: skip
