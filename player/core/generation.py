"""A generation comes into force: whole, at once, and with everything that follows from it.

Stop orders (停播) take effect before anything else: what plays and is withdrawn stops with a word, and every
order is acknowledged by one receipt, journalled once in the life of the box.
"""

from __future__ import annotations

from playlists.entries import StopReceipt
from playlists.recordings import is_recording

from . import binding, information, ledger, lessons, outbox, own_sessions, playback, recorded, session_running
from .facts import GenerationFacts
from .language import _
from .told_stops import with_told
from .turn import Turn


def take(turn: Turn, facts: GenerationFacts) -> None:
    """Put a generation in force."""
    facts = with_told(facts, turn.world.stop_codes.told, turn.world.settings.utc_offset_minutes)
    turn.change(generation=facts)
    turn.world = information.forget_gone(turn.world)
    recorded.merge(turn)
    own_sessions.merge(turn)
    binding.follow_document(turn, facts)
    _give_receipts(turn, facts)
    stop_what_is_withdrawn(turn, facts)


def _give_receipts(turn: Turn, facts: GenerationFacts) -> None:
    new = [stop.id for stop in facts.stops if stop.id not in turn.world.receipts]
    for stop in dict.fromkeys(new):
        ledger.append(turn, StopReceipt(stop=stop))
    if new:
        turn.change(receipts=turn.world.receipts | set(new))
        outbox.hurry(turn)


def stop_what_is_withdrawn(turn: Turn, facts: GenerationFacts) -> None:
    """End what plays if it may no longer be shown."""
    play, revoked = turn.world.playback, facts.box is not None and facts.box.revoked
    if play is not None and playback.is_active(play):
        stop = lessons.stop_order(facts, play.row.course, play.row.lesson)
        if stop is not None or revoked or _is_no_longer_shown(turn, play.row.course):
            playback.end(turn, "stopped")
            turn.say(_stopped(play.title, stop.reason if stop else ""), 15_000)
    if revoked:
        session_running.break_off(turn)


def _is_no_longer_shown(turn: Turn, course: str) -> bool:
    """Return whether this is a recording of a channel that the county has taken off since."""
    generation = turn.world.generation
    return is_recording(course) and generation is not None and generation.course(course) is None


def _stopped(title: str, reason: str) -> str:
    if reason:
        return _("《{title}》已停播：{reason}").format(title=title, reason=reason)
    return _("《{title}》已停播").format(title=title)
