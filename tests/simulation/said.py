"""What the box says of a session hours before its minute, held against what came: its word must be worth something.

*Safe* means that the films come even if the line brings half of what is expected. So if the line has since brought
`WORTH` times what was still to come, while power, windows and disk were there and nobody changed what is wanted, the
session must be ready. What a line brings nobody knows beforehand: how often *safe* was true in the end, and whether
the films were here by the hour that was named, is only counted.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from player.core.events import Event
from player.core.outlook import Outlook, Risk
from player.core.worker_events import BlobSpoilt, Evicted
from player.core.world import World
from playlists.documents import Plan
from playlists.occurrences import Occurrence

from .agenda import ALWAYS, DAY_MS, HOUR_MS
from .broken import Broken
from .clock import START_MS
from .readiness import ModestBox, is_here

if TYPE_CHECKING:
    from .box import Box

HOURS_BEFORE = (24, 12, 6, 3)
WORTH = 2
SLACK_BYTES = 8 << 20  # pieces that are on their way when the plan changes, lost answers, resets
SAID = {Risk.SAFE: "safe", Risk.UNSURE: "unsure", Risk.DANGER: "in danger"}


class Word(NamedTuple):
    """What was said of a session, and on what it rested."""

    outlook: Outlook
    carried_bytes: float  # by the line until then
    basis: tuple[object, ...]
    enough: bool = False  # an hour before the session: the line has brought what it takes


class Sayings:
    """Judges the words of one life."""

    def __init__(self, modest: ModestBox, seen: Counter[str], *, is_metered: bool) -> None:
        self._modest, self._seen, self._is_metered = modest, seen, is_metered
        self._words: dict[str, Word] = {}
        self._disturbed = 0  # films have been lost, or no room could be made

    def heard(self, event: Event) -> None:
        """Note what changes what there is to come."""
        self._disturbed += isinstance(event, BlobSpoilt) or (isinstance(event, Evicted) and not event.blobs)

    def note(self, box: Box, one: Occurrence, hours: int) -> None:
        """So many hours before a session: write down what is said of it, unless an earlier word was."""
        agenda = box.site.agenda
        outlook = box.world.transfers.outlooks.get(one.id) if box.power and box.run.alive else None
        late = agenda.now > one.starts_ms - START_MS - hours * HOUR_MS  # it was planned after that
        if outlook is None or outlook.is_ready(box.world.store) or one.id in self._words or late:
            return
        self._modest.advance(agenda.now)
        self._words[one.id] = Word(outlook, self._modest.carried_bytes, self._basis(box, one))
        if outlook.risk is Risk.SAFE and outlook.ready_wall_ms:
            agenda.at(outlook.ready_wall_ms - START_MS, ALWAYS, self._look_at_its_hour, box, one)

    def weigh(self, box: Box, one: Occurrence) -> None:
        """Some time before a session: has the line brought what it takes, and has nobody changed what is wanted?"""
        word = self._words.get(one.id)
        if word is None:
            return
        self._modest.advance(box.site.agenda.now)
        brought = self._modest.carried_bytes - word.carried_bytes
        enough = brought >= WORTH * word.outlook.ahead_bytes + SLACK_BYTES
        self._words[one.id] = word._replace(enough=enough and word.basis == self._basis(box, one))

    def judge(self, one: Occurrence, *, ready: bool) -> None:
        """At its minute."""
        word = self._words.pop(one.id, None)
        if word is None:
            return
        said = f"sessions said to be {SAID[word.outlook.risk]} hours before"
        self._seen[said] += 1
        self._seen[f"{said}, and ready"] += ready
        if word.outlook.risk is Risk.SAFE and word.enough and not self._is_metered:
            self._seen[f"{said}, and the line brought twice what it took"] += 1
            if not ready:
                raise Broken(2, "what was said to be safe was not ready, on a line that brought enough", one.id)

    def _look_at_its_hour(self, box: Box, one: Occurrence) -> None:
        generation = box.site.generations.facts
        if one.id in self._words and generation is not None and one in generation.occurrences:
            self._seen["sessions said to be safe, with the hour"] += 1
            self._seen["sessions said to be safe, and here by the hour"] += is_here(generation, one, box.site.store)

    def _basis(self, box: Box, one: Occurrence) -> tuple[object, ...]:
        """Return what a word rests on besides the line: what is wanted by then, the time, and what people chose."""
        world = box.world
        return (_wanted(world, one), world.preferences, self._disturbed, box.site.clock.set_at_ms // DAY_MS)


def _wanted(world: World, one: Occurrence) -> tuple[tuple[Plan, ...], tuple[Occurrence, ...]]:
    generation = world.generation
    if generation is None:
        return (), ()
    return generation.plans, tuple(other for other in generation.occurrences if other.starts_ms <= one.starts_ms)
