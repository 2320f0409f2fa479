"""Mistakes planted on purpose, in the product or in what it asks for: each must be found within `WITHIN_DAYS` box-days.

A simulation that finds nothing proves nothing until it is known what it would find. ``./run simulate --defects`` plants
them all, one after the other, and says after how many box-days each was found and by which promise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from player.core import (
    keeping,
    lessons,
    moment,
    playback,
    session,
    session_count,
    session_now,
    session_running,
    sounds,
    windows,
)
from player.core.actions import ConfirmHeads
from player.core.effects import AppendEntry, Effect, EvictBlobs, KeepPlay, RemoveRecording, Wake
from player.core.events import ClockJumped, Started
from player.core.lives.session import SessionState
from player.core.media_effects import OpenMedia
from player.core.planning import room
from player.core.turn import Turn
from player.core.worker_effects import RunFetch, RunLive, TellLive
from player.core.world import World
from player.devices.journal_file import Append
from player.devices.journal_starts import Starts
from player.screens import interrupted
from player.screens.scene import Scene
from player.step import step
from player.store import partial
from player.store.marks import Gap, Marks
from player.workers.messages import UploadResult

from . import asking, journal
from .box import Step
from .life import Life
from .script import Name
from .telling import say

WITHIN_DAYS = 1_000
LIFE_DAYS = 20
Outcome = tuple[World, tuple[Effect, ...], Wake]


@dataclass(frozen=True)
class Defect:
    """A mistake: ``plant`` makes it for as long as the context lasts and gives the step to live with."""

    name: str
    finding: str  # what the words of the finding must match
    plant: Callable[[ExitStack], Step]

    def shows_in(self, words: str) -> bool:
        """Return whether these are the words of its finding, and not of another."""
        return re.search(self.finding, words) is not None


@dataclass(frozen=True)
class Found:
    """After how many box-days a defect was found, and in which words; ``words`` are empty if it was not."""

    days: float
    words: str


def find(defect: Defect) -> Found:
    """Live with a defect until it shows."""
    lived, seed = 0.0, 1
    while lived < WITHIN_DAYS:
        with ExitStack() as stack:
            life = Life(Name(seed, LIFE_DAYS), defect.plant(stack))
            try:
                life.live()
            except Exception as finding:  # noqa: BLE001 - whatever is found, its words are judged
                return Found(lived + min(LIFE_DAYS, life.agenda.now / 86_400_000), str(finding))
        lived, seed = lived + LIFE_DAYS, seed + 1
    return Found(lived, "")


def report() -> int:
    """Look for all of them; return 1 if one is not found."""
    missed = 0
    for defect in DEFECTS:
        found = find(defect)
        well = defect.shows_in(found.words)
        missed += not well
        how = found.words if well else f"NOT FOUND as {defect.finding!r}: {found.words or 'nothing'}"
        say(f"{defect.name}: after {found.days:.1f} box-days: {how:.150}")
    say(f"{len(DEFECTS) - missed} of {len(DEFECTS)} planted defects found within {WITHIN_DAYS} box-days")
    return 1 if missed else 0


# --- in what the step asks for


def _asking(change: Callable[[World, tuple[Effect, ...]], tuple[Effect, ...]]) -> Callable[[ExitStack], Step]:
    def plant(_: ExitStack) -> Step:
        def defective(*arguments: Any, **named: Any) -> Outcome:
            world, asked, wake = step(*arguments, **named)
            return world, change(world, asked), wake

        return defective

    return plant


def _sealed_twice(_: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    again = [replace(one, id=one.id + 10**6) for one in asked if isinstance(one, AppendEntry) and one.closes_play]
    return (*asked, *again)


def _never_kept(_: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    return tuple(one for one in asked if not isinstance(one, KeepPlay))


def _opens_unsigned(_: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    return tuple(replace(one, blob="f" * 64) if isinstance(one, OpenMedia) else one for one in asked)


def _leaves_nothing(world: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """What was recorded goes with the rest."""
    taped = tuple(f"{name}/1" for name in world.store.recordings)
    return tuple(replace(one, blobs=one.blobs + taped) if isinstance(one, EvictBlobs) else one for one in asked)


def _tidies_recordings(world: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """As soon as something has been recorded, the oldest goes, and nobody has said so."""
    done = [name for name in world.recorded if name in world.store.recordings]
    return (*asked, *(RemoveRecording(10**7, name) for name in done[:1]))


def _forgets_to_record(_: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The worker is told to receive, but not that it is to record."""
    return tuple(replace(one, record=None) if isinstance(one, RunLive | TellLive) else one for one in asked)


def _evicts_what_is_needed(world: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The next session's films go with the rest."""
    generation = world.generation
    if generation is None:
        return asked
    coming = [one for one in generation.occurrences if one.starts_ms > world.now.wall_ms][:1]
    needed = [lesson for one in coming for _, lesson in lessons.documents(generation, one)]
    films = [film.blob.sha256 for lesson in needed for film in lesson.renditions]
    here = tuple(sha for sha in films if sha in world.store.blobs and world.store.blobs[sha].complete)
    return tuple(replace(one, blobs=one.blobs + here) if isinstance(one, EvictBlobs) else one for one in asked)


def _evicts_what_is_to_stay(world: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """保留 means nothing."""
    courses = world.generation.courses if world.generation else {}
    kept = [courses[course] for course in world.preferences.kept_courses if course in courses]
    films = tuple(sha for course in kept for sha in keeping.films(course) if sha in world.store.blobs)
    return tuple(replace(one, blobs=one.blobs + films) if isinstance(one, EvictBlobs) else one for one in asked)


def _last_first(_: World, asked: tuple[Effect, ...]) -> tuple[Effect, ...]:
    return tuple(replace(one, blobs=one.blobs[::-1]) if isinstance(one, RunFetch) else one for one in asked)


def _never_woken(_: ExitStack) -> Step:
    def deaf(*arguments: Any, **named: Any) -> Outcome:
        world, asked, wake = step(*arguments, **named)
        return world, asked, replace(wake, wall_ms=None)

    return deaf


def _forgets_what_is_done(_: ExitStack) -> Step:
    def forgetful(world: World, event: Any, *arguments: Any, **named: Any) -> Outcome:
        if isinstance(event, ClockJumped):
            world = replace(world, done_sessions=frozenset())
        elif isinstance(event, Started):
            event = replace(event, journal=replace(event.journal, done_sessions=frozenset()))
        return step(world, event, *arguments, **named)

    return forgetful


# --- in the product's own parts


def _patched(owner: Any, name: str, value: Any, *more: tuple[Any, str, Any]) -> Callable[[ExitStack], Step]:
    def plant(stack: ExitStack) -> Step:
        for place, attribute, instead in ((owner, name, value), *more):
            stack.enter_context(patch.object(place, attribute, instead))
        return step

    return plant


def _registered_at_once(turn: Turn, wish: ConfirmHeads) -> None:
    """已登记 before the journal has said so."""
    session_count.confirm(turn, wish)
    if turn.world.session is not None and turn.world.session.state is SessionState.CONFIRMING:
        session_now.enter(turn, SessionState.CLOSING)


def _marked_before_synced(blob: partial.PartialBlob, index: int) -> bool:
    blob._file.verify(index)
    return True


def _half_written(writer: journal.Writer) -> None:
    """A transaction that the power cuts off is there in part."""
    for job in writer.writing:
        if isinstance(job.command, Append):
            writer.file.write([replace(job.command, bodies=job.command.bodies[:1], closes_session=False)])


def _changed_now_and_then(file: journal.JournalFile, append: Any) -> int:
    if len(file.rows) % 50 == 49:
        row = file.rows[-5]
        file.rows[-5] = type(row)(row.seq, row.data[:-1] + bytes([row.data[-1] ^ 1]), row.hash)
    return _APPEND(file, append)


_APPEND = journal.JournalFile._append


def _sent_is_received(them: asking.Askers) -> Any:
    """What was sent counts as received, whatever the county says: the rest is cleared away."""
    result, file = _SEND(them), them._site.journal
    file.acknowledged = len(file.rows)
    return result or UploadResult(head=file.acknowledged)


_SEND = asking.Askers._send


def _everything(marks: Marks) -> Gap:
    return Gap(0, marks.blob_bytes)


def _no_floors(*_: object) -> None:
    pass


def _black(*_: object) -> Scene:
    return Scene((0, 0, 0))


def _without(kind: type) -> dict[Any, Any]:
    return {pair: row for pair, row in playback.TABLE.items() if pair[1] is not kind}


_CONFIRMED = session.TABLE | {(SessionState.COUNTING, ConfirmHeads): _registered_at_once}

DEFECTS = (
    Defect("a play is sealed twice", "recorded twice", _asking(_sealed_twice)),
    Defect("the open row is never kept", "was not recorded", _asking(_never_kept)),
    Defect("a film is opened that no document names", "no document names", _asking(_opens_unsigned)),
    Defect("what a session needs is evicted", "needs was removed", _asking(_evicts_what_is_needed)),
    Defect("what people said is to stay is evicted", "said is to stay", _asking(_evicts_what_is_to_stay)),
    Defect("what is needed last is fetched first", "said to be safe was not", _asking(_last_first)),
    Defect("a stop by telephone is forgotten", "by telephone was opened", _patched(Starts, "told", lambda _: ())),
    Defect("a recording is evicted", "was to be evicted", _asking(_leaves_nothing)),
    Defect("a recording is tidied away", "nobody had said so", _asking(_tidies_recordings)),
    Defect("what is to be recorded is only received", "it is not whole", _asking(_forgets_to_record)),
    Defect("the box is never woken at a wall time", "did not start|it is not whole", _never_woken),
    Defect("a session begins twice after the clock was set", "begins again", _forgets_what_is_done),
    Defect("stop orders are ignored", "stopped lesson", _patched(lessons, "stop_order", lambda *_: None)),
    Defect("a table has a hole", "MediaEnded", _patched(playback, "TABLE", _without(playback.MediaEnded))),
    Defect("nobody watches the picture", "stood still", _patched(playback, "deadline", lambda _: None)),
    Defect("bytes that are here are fetched again", "came again", _patched(Marks, "first_gap", _everything)),
    Defect("the windows do not hold", "outside the windows", _patched(windows, "is_open", lambda *_: True)),
    Defect("a clock that is only estimated counts", "needs was removed", _patched(room, "DOUBT_MS", 0)),
    Defect(
        "a chunk is marked before its data is synced", "was not synced",
        _patched(partial.PartialBlob, "_conclude", _marked_before_synced),
    ),
    Defect("已登记 is said before it is on the disk", "and it is not", _patched(session, "TABLE", _CONFIRMED)),
    Defect("a transaction is cut in half", "recorded twice", _patched(journal.Writer, "cut", _half_written)),
    Defect(
        "an entry is changed afterwards", "chain|another entry|truncated",  # or it cannot be read any more
        _patched(journal.JournalFile, "_append", _changed_now_and_then),
    ),
    Defect("what was sent counts as received", "did not reach", _patched(asking.Askers, "_send", _sent_is_received)),
    Defect("an older publication is accepted", "older publication", _patched(asking, "require_floors", _no_floors)),
    Defect(
        "a start is not told by the clock of its end", "dated wrongly",
        _patched(moment, "told", lambda instant, _: instant, (session_running, "told", lambda instant, _: instant)),
    ),
    Defect("nobody looks whether a film sounds", "beside a film", _patched(sounds, "_is_silent", lambda _: True)),
    Defect("the screen after a power cut is empty", "without words", _patched(interrupted, "view", _black)),
)  # fmt: skip
