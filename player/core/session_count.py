"""The end of a session: heads are counted, signed off and rated; or, held without the box, entered afterwards.

The states are those of `player.core.session`, whose table calls this.
"""

from __future__ import annotations

from msgspec.structs import replace

from . import heads, ledger, months, outbox, own_sessions, schedule, session_now, stage
from .actions import ConfirmHeads, EditHeads, EnterSession, LeaveSession, RateSession
from .events import Journaled
from .facts import OpenSession
from .language import _
from .lives.session import GroupSession, SessionState
from .moment import Moment
from .session_record import held, occurrence_of, rating
from .turn import Turn

_S = SessionState


def count(turn: Turn) -> None:
    """All lessons were shown, or people have had enough: heads are counted."""
    session = session_now.enter(turn, _S.COUNTING)
    row = replace(session.row, stage="counting")
    session_now.change(turn, row=row)
    ledger.keep_session(turn, row)
    stage.show_session(turn)


def edit(turn: Turn, wish: EditHeads) -> None:
    """A key at the head count."""
    draft = heads.edit(session_now.current(turn).draft, wish.edit)
    session_now.change(turn, draft=draft, row=replace(session_now.current(turn).row, draft=draft))
    session_now.keep_again(turn)


def enter_afterwards(turn: Turn, wish: EnterSession) -> None:
    """Count the heads of a session that was held without the box (补登)."""
    world, starts_ms = turn.world, own_sessions.start_ms(wish.starts, turn.world)
    if world.session is not None or world.interrupted is not None:
        turn.say(_("请先登记完正在进行的集中学习"))
        return
    if not schedule.is_known(turn.now) or starts_ms >= turn.now.wall_ms:
        turn.say(_("补登的学习要在现在之前"))
        return
    began = Moment(turn.now.monotonic_ms - (turn.now.wall_ms - starts_ms), starts_ms, turn.now.trust, turn.now.boot)
    row = OpenSession(
        session=f"{own_sessions.new_name(turn)}@{wish.starts}", started=began, item=0, position_ms=0,
        title=own_sessions.title_of(world, wish.course, wish.form), form=wish.form, course=wish.course,
        made_up=wish.made_up, by_hand=True, lasts_ms=own_sessions.length_ms(world.generation, wish.course),
    )  # fmt: skip
    turn.change(session=session_now.made(turn, occurrence_of(row), row, _S.COUNTING))
    count(turn)


def confirm(turn: Turn, wish: ConfirmHeads) -> None:  # noqa: ARG001
    """Sign off: the count and the end of the session are one transaction."""
    session = session_now.current(turn)
    refused = heads.check(session.draft)
    if refused is not None:
        session_now.change(turn, draft=refused)
        return
    heads_counted = heads.entry(session.draft, session.row.session, session.row.neighbours)
    entries = (held(session.row, turn.now, "held"), *rating(session.row))
    commit = ledger.append(turn, heads_counted, more=entries, closes_session=True)
    session_now.enter(turn, _S.CONFIRMING, commit=commit, draft=heads.complete(session.draft))
    session_now.done(turn, session.row.session)


def confirmed(turn: Turn, event: Journaled) -> None:  # noqa: ARG001
    """The sign-off is durable: 已登记."""
    session = session_now.enter(turn, _S.CLOSING)
    months.held(turn, session.row)
    outbox.hurry(turn)


def close_uncounted(turn: Turn, session: GroupSession) -> None:
    """The heads were not counted in time: the session was held all the same, and the township enters the heads."""
    ledger.append(turn, held(session.row, turn.now, "held"), closes_session=True)
    session_now.done(turn, session.row.session)
    months.held(turn, session.row)
    turn.say(_("《{title}》没有清点人数，可请乡镇代录").format(title=session.row.title))
    session_now.gone(turn)


def rate(turn: Turn, wish: RateSession) -> None:
    """What the audience thought; it can be said once more."""
    row = replace(session_now.current(turn).row, rating=wish.value)
    ledger.append(turn, rating(row)[0])
    session_now.enter(turn, _S.CLOSING, row=row)


def leave_closing(turn: Turn, wish: LeaveSession) -> None:  # noqa: ARG001
    """The closing card has been read."""
    session_now.gone(turn)
