"""What each kind of fault in a script does: one row a kind.

A new kind: a line in `script.EVERY_DAYS`, a row here, and the harm where it is done. What lasts is a count above 0
while it does, so that two of a kind may overlap; what waits for an occasion is put on a list of troubles.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from player.core.worker_events import PhoneHeard

from . import errands, sticks
from .agenda import ALWAYS, DAY_MS, HOUR_MS, MINUTE_MS
from .box import Box
from .people import FAVOURITES, People


class Mishaps:
    """Lets faults happen to a box and its surroundings."""

    def __init__(self, box: Box, people: People) -> None:
        self.box, self.site, self.people = box, box.site, people
        self.county = box.site.county

    def happen(self, kind: str, seed: int) -> bool:
        """Let a fault happen; return whether it could: what is done to a box needs one that is on."""
        if kind in _AT_THE_BOX and not self.is_on:
            return False
        (_AT_THE_BOX.get(kind) or _SURROUNDINGS[kind])(self, Random(seed))
        return True

    @property
    def is_on(self) -> bool:
        """Whether the player runs."""
        return self.box.power and self.box.run.alive

    @property
    def now_ms(self) -> int:
        """The true time."""
        return self.site.clock.true_ms()

    def later(self, milliseconds: int, do: Callable[..., None], *arguments: object) -> None:
        """Do something whatever happens to the box meanwhile."""
        self.site.agenda.at(self.site.agenda.now + milliseconds, ALWAYS, do, *arguments)

    # --- what lasts a while

    def line(self, name: str, milliseconds: int) -> None:
        """Something is wrong with the line for a while."""
        self._change_line(name, 1)
        self.later(milliseconds, self._change_line, name, -1)

    def _change_line(self, name: str, by: int) -> None:
        setattr(self.site.line, name, getattr(self.site.line, name) + by)
        self.box.moved()
        if self.is_on:
            self.box.workers.fetching.line_changed()

    def disk(self, name: str, by: int, milliseconds: int) -> None:
        """Something is wrong with the disk for a while."""
        self._change_disk(name, by)
        self.later(milliseconds, self._change_disk, name, -by)

    def _change_disk(self, name: str, by: int) -> None:
        site = self.site
        setattr(site, name, getattr(site, name) + by)
        site.clock.memory.failing = bool(site.disk_failing or site.disk_read_only)
        self.box.moved()
        if self.is_on:
            self.box.writer.failing, self.box.writer.slow_ms = site.journal_failing, site.slow_ms

    def disk_read_only(self, chance: Random) -> None:
        """Until somebody pulls the plug."""
        self._change_disk("disk_read_only", 1)
        self.later(chance.randint(1, 180) * MINUTE_MS, self.box.cut)

    def stop_box(self, chance: Random) -> None:
        """The county stops the box, and takes that back some days later."""
        self.county.set_revoked(revoked=True)
        self.box.moved()
        self.later(chance.randint(1, 9) * DAY_MS, self._readmit)

    def _readmit(self) -> None:
        self.county.set_revoked(revoked=False)
        self.box.moved()

    # --- the rest

    def old_envelope(self, _: Random) -> None:
        """A request that had got lost, or the clerk's copy on a stick, reaches the county."""
        if self.site.old_envelope is not None:
            self.site.inbox.take(*self.site.old_envelope)

    def cut_between_effects(self, chance: Random) -> None:
        """The power goes before one of the next effects."""
        self.box.cut_after = chance.randint(0, 6)

    def cut_after_start(self, _: Random) -> None:
        """The power goes, and once more just after it has come."""
        self.box.cut()
        self.box.cut_when = "starting"

    def cut_when(self, occasion: str) -> None:
        """The power goes at the next occasion."""
        self.box.cut_when = occasion

    def set_clock(self, chance: Random) -> None:
        by_ms = chance.choice((-1, 1)) * chance.choice((5_000, 600_000, HOUR_MS, 8 * HOUR_MS, 30 * DAY_MS))
        self.site.clock.set_wrong(by_ms, self.box.emit)

    def stick(self, chance: Random) -> None:
        """The clerk puts a stick in, takes what is offered, and pulls it, perhaps too early."""
        if self.site.stick is not None:
            return
        stick = self.site.stick = sticks.made(self.county, chance, self.site.agenda.now)
        self.box.take(stick.put)
        self.people.type(["ok"], chance.randint(2_000, 20_000))
        self.later(chance.choice((15_000, 40_000, 120_000, 30 * MINUTE_MS)), self._pull, stick, chance)

    def _pull(self, stick: sticks.Stick, chance: Random) -> None:
        self.site.stick = None
        if self.is_on:
            self.box.take(stick.gone)
        sticks.hand_in(self.site.agenda.at, self.site.agenda.now, self.site.inbox, stick, chance)

    def ring(self, chance: Random) -> None:
        """The box hears nothing, so the county rings: a course is stopped by number and code, if they are heard right.

        Then somebody pulls the plug, and somebody else wants to see that course all the same.
        """
        self.line("down", chance.randint(4, 40) * HOUR_MS)
        number, code = self.county.tell_code(chance, self.now_ms)
        heard = code if chance.random() < 0.8 else code[::-1]
        self.people.type(errands.stop_by_telephone(number, heard), chance.randint(1_000, 600_000))
        self.later(HOUR_MS, self.box.cut)
        self.later(chance.randint(2, 20) * HOUR_MS, self._want, number)

    def _want(self, number: int) -> None:
        if self.is_on:
            self.people.type(errands.play_number(number))

    def telephone(self, chance: Random) -> None:
        """Somebody uses a telephone as a remote control, if it was let in."""
        effect = self.box.world.phone.effect
        for index in range(chance.randint(1, 6)):
            self.later(500 * index, self._hear, PhoneHeard(effect, chance.choice(FAVOURITES)))

    def _hear(self, event: PhoneHeard) -> None:
        if self.is_on:
            self.box.take(event)


def _next(trouble: str) -> Row:
    return lambda them, _: them.site.next_trouble.append(trouble)


def _errand(keys: Callable[[Random], list[str]]) -> Row:
    return lambda them, chance: them.people.type(keys(chance))


def _picture(trouble: str) -> Row:
    return lambda them, _: them.box.media.next_trouble.append(trouble)


def _while(name: str, least_ms: int, most_ms: int) -> Row:
    """The line suffers for so long; short times are more frequent than long ones."""
    return lambda them, chance: them.line(name, int(least_ms * (most_ms / least_ms) ** chance.random()))


Row = Callable[[Mishaps, Random], None]
_SURROUNDINGS: dict[str, Row] = {
    "line down": _while("down", MINUTE_MS, 24 * HOUR_MS),
    "log-in page on the line": _while("page", MINUTE_MS, 8 * HOUR_MS),
    "line stalls": _while("stalled", 5_000, 20 * MINUTE_MS),
    "county restarts": _while("county_away", 5_000, 30 * MINUTE_MS),
    "connection reset": _next("connection reset"),
    "acknowledgement lost": _next("acknowledgement lost"),
    "request sent twice": _next("request sent twice"),
    "stale mirror": _next("stale mirror"),
    "tampered metadata": _next("tampered metadata"),
    "nothing can be removed": _next("nothing can be removed"),
    "old envelope comes again": Mishaps.old_envelope,
    "county restored from backup": lambda them, chance: them.site.inbox.restore(chance.randint(1, 60)),
    "stop order": lambda them, chance: them.county.stop_course(chance),
    "stop order lifted": lambda them, _: them.county.lift_stop(),
    "session cancelled": lambda them, chance: them.county.cancel_session(chance, them.now_ms),
    "session moved": lambda them, chance: them.county.move_session(chance, them.now_ms),
    "session at short notice": lambda them, chance: them.county.add_session(chance, them.now_ms),
    "order granted": lambda them, chance: them.county.grant_order(chance),
    "windows changed": lambda them, chance: them.county.change_windows(chance),
    "box stopped": Mishaps.stop_box,
    "disk fails": lambda them, chance: them.disk("disk_failing", 1, chance.randint(1_000, 10 * MINUTE_MS)),
    "disk full": lambda them, chance: them.disk("disk_full", 1, chance.randint(1, 90) * MINUTE_MS),
    "a chunk rots": lambda them, chance: them.site.store.rot(chance),
    "disk slow": lambda them, chance: them.disk(
        "slow_ms", chance.choice((500, 5_000, 40_000)), chance.randint(1, 20) * MINUTE_MS
    ),
}
_AT_THE_BOX: dict[str, Row] = {
    "power cut": lambda them, _: them.box.cut(),
    "power cut between effects": Mishaps.cut_between_effects,
    "power cut while the journal is written": lambda them, _: them.cut_when("writing"),
    "power cut while a sign-off is written": lambda them, _: them.cut_when("signing"),
    "power cut while bytes come": lambda them, _: them.cut_when("fetching"),
    "power cut while the county is asked": lambda them, _: them.cut_when("talking"),
    "power cut just after a start": Mishaps.cut_after_start,
    "service restarted": lambda them, _: them.box.quit(),
    "clock set wrong": Mishaps.set_clock,
    "disk read-only": Mishaps.disk_read_only,
    "child dies": _picture("child dies"),
    "picture freezes": _picture("picture freezes"),
    "opening never ends": _picture("opening never ends"),
    "late word of the picture": lambda them, _: them.box.media.say_late(),
    "keys without purpose": lambda them, chance: them.people.play_about(chance),
    "keys of two remotes": lambda them, chance: them.people.play_with_two_remotes(chance),
    "held key": lambda them, chance: them.people.hold(chance.choice(FAVOURITES), chance.randint(3, 40)),
    "telephone": Mishaps.telephone,
    "clerk brings a stick": Mishaps.stick,
    "county rings about a course": Mishaps.ring,
    **{name: _errand(keys) for name, keys in errands.ERRANDS.items()},
    "clerk asks for news": lambda them, _: them.people.type(["home", "4", "ok"]),
    "somebody plans a recording": lambda them, chance: them.people.plan_recording(chance),
    "somebody looks at the recordings": lambda them, chance: them.people.look_at_recordings(chance),
}
KINDS = frozenset(_SURROUNDINGS) | frozenset(_AT_THE_BOX)
