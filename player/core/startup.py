"""The beginning and the end of a run.

Beginning: what the last run left open is sealed, each as one complete entry, before anything else is
recorded; a session that the power cut broke off is offered, not started. End: what is open is sealed, and
the run ends when the journal has everything, or after `QUIT_MS`, for the open rows are there either way.
"""

from __future__ import annotations

from msgspec.structs import replace

from playlists.entries import Boot
from playlists.recordings import name_of

from . import clock, generation, health, ledger, left_off, playback, scrub, stage, stop_codes, volume
from .effects import Quit
from .events import Started
from .facts import JournalFacts, OpenPlay, OpenSession, StoreFacts
from .lives.workers import Outbox, Scrub
from .turn import Turn

QUIT_MS = 3_000
FIRST_UPLOAD_MS = 5_000


def started(turn: Turn, event: Started) -> None:
    """Take in what journal, store and generation say."""
    if turn.world.started:
        return
    facts, now = event.journal, turn.now.monotonic_ms
    first = Outbox(facts.head, facts.acknowledged)
    turn.change(
        started=True, box_id=event.box_id, store=_own(event), receipts=facts.receipts, orders=facts.orders,
        own_sessions=facts.own_sessions, records=facts.records, seen_courses=facts.seen_courses,
        left_off=facts.left_off, planned_recordings=facts.planned_recordings,
        recorded={name_of(one.channel, one.starts): one for one in facts.recorded},
        endangered=facts.endangered,
        done_sessions=facts.done_sessions, held=facts.held,
        scrub=Scrub(next_monotonic_ms=now + scrub.FIRST_MS),
        outbox=replace(first, run=replace(first.run, next_monotonic_ms=now + FIRST_UPLOAD_MS)),
        health_monotonic_ms=now + health.FIRST_MS, night=volume.is_night(turn.world),
        touched_monotonic_ms=now,
    )  # fmt: skip
    stop_codes.take_in(turn, facts)
    _seal_what_was_open(turn, facts)
    ledger.append(turn, Boot(version=turn.world.settings.version, clean=facts.clean))
    volume.put(turn, volume.usual_percent(turn.world))
    clock.tell(turn)
    if event.generation is not None:
        generation.take(turn, event.generation)


def _own(event: Started) -> StoreFacts:
    """Return the store without what another box has recorded, whose card this may have been."""
    own = {name: one for name, one in event.store.recordings.items() if one.box == event.box_id}
    return replace(event.store, recordings=own)


def quit_asked(turn: Turn) -> None:
    """Seal what is on; a session goes on after the next start."""
    if turn.world.quitting:
        return
    session, play = turn.world.session, turn.world.playback
    if session is not None and play is not None and session.row.stage == "playing" and session.row.started:
        ledger.keep_session(turn, replace(session.row, position_ms=play.position_ms))
    playback.end(turn, "cut")
    ledger.hurry(turn)
    turn.change(quitting=True, quit_monotonic_ms=turn.now.monotonic_ms + QUIT_MS)


def settle(turn: Turn) -> None:
    """End the run once nothing is owed."""
    world = turn.world
    if world.quitting and world.quit_monotonic_ms:
        late = turn.now.monotonic_ms >= world.quit_monotonic_ms
        if late or not ledger.owed(world):
            turn.change(quit_monotonic_ms=0)
            turn.issue(Quit)


def _seal_what_was_open(turn: Turn, facts: JournalFacts) -> None:
    play, session = facts.open_play, facts.open_session
    cut = _where_it_was(session, facts) if session is not None else None
    if cut is not None and cut != session:
        ledger.keep_session(turn, cut)  # before the play's row, which knew it, is closed: the power may go again
    if play is not None:
        ledger.append(turn, playback.entry(play, turn.now, "cut"), closes_play=True)
        _remember_place(turn, play)
    if cut is not None:
        turn.change(interrupted=cut)
        stage.show_session(turn)


def _remember_place(turn: Turn, play: OpenPlay) -> None:
    if play.why in left_off.REASONS and play.segments:
        lesson = left_off.key(play.course, play.lesson)
        turn.change(left_off=left_off.after(turn.world.left_off, lesson, play.segments[-1][1], finished=False))


def _where_it_was(session: OpenSession, facts: JournalFacts) -> OpenSession:
    """Return the session's row with the second at which its lesson stood, as the play's row knows it better."""
    play = facts.open_play
    same = play is not None and (play.session, play.course, play.lesson) == (
        session.session, session.course, session.lesson,
    )  # fmt: skip
    if play is None or not same or not play.segments:
        return session
    return replace(session, position_ms=play.segments[-1][1])
