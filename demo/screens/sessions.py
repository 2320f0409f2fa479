"""The states of what the village does with its own group sessions: planning them, holding them, the record book."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from player.core import own_sessions
from player.core.facts import Corrected, HeadCountDraft, OpenSession, OwnSession, SessionRecord
from player.core.library import Library
from player.core.lives.picture import Playback, PlaybackState
from player.core.lives.session import SessionState
from player.core.moment import Moment
from player.core.screens_shown import (
    CorrectScreen,
    CourseScreen,
    DetailsScreen,
    HomeScreen,
    NoteScreen,
    PlanScreen,
    ReasonScreen,
    RecordScreen,
    RecordsScreen,
    Screen,
    SessionScreen,
    SessionsScreen,
)
from player.core.world import World
from player.core.writing import Writing
from player.screens.correct import draft_of
from player.screens.question import ask_to_cancel, ask_to_end
from playlists.documents import MarketDays
from playlists.entries import HeadCount, Repeat, SessionHeld

from .states import at, base, in_session, playing, session
from .village import LONG_TITLE, NOW_MS, SHELF, TONIGHT, stored

State = tuple[World, Library]
FRIDAY = NOW_MS // 86_400_000 + 9  # 13 March 2026
MARKET = MarketDays(calendar="farmers", days=(3, 6, 9))


def plan(screen: PlanScreen) -> World:
    """Return a world in which a session is being planned."""
    return with_market(base(SessionsScreen(1), screen))


def with_market(world: World, market: MarketDays = MARKET) -> World:
    """Return a world in whose place a market is held."""
    assert world.generation is not None
    assert world.generation.box is not None
    box = world.generation.box
    at_market = replace(box, site=replace(box.site, markets=(market,)))
    return replace(world, generation=replace(world.generation, box=at_market))


def planned(repeat: Repeat = "once", starts: str = "2026-03-07T19:30", *screens: Screen) -> World:
    """Return a world with a session of its own."""
    own = OwnSession("own-7f3a91c2d45e-1-1", "山羊常见病防治", "course-134", "video", starts, repeat)
    lecture = OwnSession("own-7f3a91c2d45e-1-2", "现场授课", "", "lecture", "2026-03-08T14:30", "once")
    world = replace(base(*screens), own_sessions=(own, lecture))
    assert world.generation is not None
    return replace(world, generation=own_sessions.merged(world, world.generation))


def _cancelling(repeat: Repeat) -> World:
    world = planned(repeat)
    assert world.generation is not None
    own = next(one for one in world.generation.occurrences if own_sessions.is_own(one))
    gathering = session(SessionState.GATHERING)
    assert gathering.session is not None
    row = replace(gathering.session.row, session=own.id, title=own.title)
    group = replace(gathering.session, occurrence=own, row=row)
    world = replace(world, session=group, screens=(HomeScreen(), SessionScreen()))
    return replace(world, screens=(*world.screens, ask_to_cancel(world)))


def planning_states() -> dict[str, State]:
    """Return the states of 安排学习 by name."""
    confirm = PlanScreen("confirm", course="course-134", day=FRIDAY, minute=19 * 60 + 30)
    today = FRIDAY - 9
    long = replace(plan(PlanScreen("confirm", course="course-138", day=FRIDAY + 5, minute=1200, repeat="monthly")))
    worlds = {
        "plan-what": plan(PlanScreen()),
        "plan-what-nothing-here": replace(plan(PlanScreen()), store=stored(())),
        "plan-day": plan(PlanScreen("day", 3, course="course-134")),
        "plan-day-far": plan(PlanScreen("day", 20, course="course-134")),
        "plan-time": plan(PlanScreen("time", 4, course="course-134", day=FRIDAY)),
        "plan-time-clash": plan(PlanScreen("time", 1, course="course-134", day=today + 2)),
        "plan-clock": plan(PlanScreen("clock", course="course-134", day=FRIDAY)),
        "plan-clock-typed": plan(PlanScreen("clock", course="course-134", day=FRIDAY, digits="194")),
        "plan-confirm": plan(confirm),
        "plan-confirm-clash": plan(replace(confirm, day=today + 2, minute=19 * 60)),
        "plan-confirm-market": plan(replace(confirm, day=FRIDAY - 6, repeat="weekly")),
        "plan-confirm-long": long,
        "plan-confirm-lecture": plan(replace(confirm, course="", form="lecture")),
        "plan-made-up": plan(replace(confirm, made_up="opening@2026-03-04T19:30")),
        "sessions-own": planned("weekly", "2026-03-05T19:30", SessionsScreen(2)),
        "sessions-own-gives-way": planned("once", "2026-03-06T19:00", SessionsScreen(2)),
        "question-cancel": _cancelling("once"),
        "question-cancel-series": _cancelling("weekly"),
        "course-plannable": base(CourseScreen("course-133")),
    }
    return {name: (world, SHELF) for name, world in worlds.items()}


def holding_states() -> dict[str, State]:
    """Return the states of a session being held, and of what is noted about it, by name."""
    talk, holding = _talk(SessionState.GATHERING), _talk(SessionState.HOLDING)
    counting = session(SessionState.COUNTING)
    joint = noted(counting, speaker="王技术员", neighbour="白云村", neighbours=12, remarks=REMARKS, rating=3)
    closing = session(SessionState.CLOSING, HeadCountDraft("40", "27", "18", "9", "0", "on_leave"))
    cut = replace(row_of(counting), put_off=True, item=1, position_ms=725_000)
    put_off = replace(base(SessionScreen()), interrupted=cut)
    worlds = {
        "session-talk-gathers": talk,
        "session-talk-early": at(talk, wall_ms=TONIGHT.starts_ms - 20 * 3_600_000),
        "session-talk": holding,
        "session-talk-end": replace(holding, screens=(*holding.screens, ask_to_end(holding))),
        "session-paused": replace(in_session(), playback=_paused()),
        "session-put-off": put_off,
        "session-put-off-home": replace(put_off, screens=(HomeScreen(),)),
        "session-details": _on(counting, DetailsScreen()),
        "session-details-joint": _on(joint, DetailsScreen(3)),
        "session-details-gone": _on(closing, DetailsScreen()),
        "session-note-speaker": replace(
            _on(counting, DetailsScreen(1), NoteScreen("speaker")), note=Writing("", keys="94")
        ),
        "session-note-neighbours": replace(
            _on(joint, DetailsScreen(3), NoteScreen("neighbours")), note=Writing("12", "digits")
        ),
        "session-heads-expected": session(SessionState.COUNTING, HeadCountDraft("40", "40", field="expected")),
        "session-closing-rated": noted(closing, rating=2),
    }
    return {name: (world, SHELF) for name, world in worlds.items()}


REMARKS = "会后到大棚现场看了三户"


def row_of(world: World) -> OpenSession:
    """Return the row of the session that is on."""
    assert world.session is not None
    return world.session.row


def noted(world: World, **notes: Any) -> World:
    """Return the world with something noted about its session."""
    assert world.session is not None
    return replace(world, session=replace(world.session, row=replace(world.session.row, **notes)))


def _paused() -> Playback:
    playback = playing(PlaybackState.PAUSED).playback
    assert playback is not None
    return replace(playback, row=replace(playback.row, why="session"))


def _on(world: World, *screens: Screen) -> World:
    return replace(world, screens=(*world.screens, *screens))


def _talk(state: SessionState) -> World:
    world = session(state, title="果树冬季修剪现场课")
    assert world.session is not None
    occurrence = replace(world.session.occurrence, form="lecture", items=(), missing=())
    row = replace(world.session.row, form="lecture", speaker="王技术员", stage="holding")
    return replace(world, session=replace(world.session, occurrence=occurrence, lessons=(), row=row))


def record_states() -> dict[str, State]:
    """Return the states of the record book by name."""
    missed = replace(book(RecordsScreen()), done_sessions=frozenset())
    late = at(missed, wall_ms=TONIGHT.starts_ms + 5 * 3_600_000)
    count = RECORDS[-1].count
    assert count is not None
    draft = draft_of(count)
    wrong = replace(draft, members="28", field="members", error="党员和群众合计 38 人，与实到 27 人不一致")
    page_of = RecordScreen(RECORDS[-1].session)
    correcting = (RecordsScreen(), page_of, CorrectScreen(page_of.session, replace(draft, field="members")))
    reasons = (*correcting, ReasonScreen(page_of.session, draft))
    skipped = replace(_record(0, TONIGHT.title, None, ended="skipped"), session=TONIGHT.id)
    off = replace(base(SessionsScreen(1)), records=(skipped,), done_sessions=frozenset({TONIGHT.id}))
    worlds = {
        "sessions-called-off": off,
        "record-called-off": replace(off, screens=(*off.screens, RecordScreen(TONIGHT.id))),
        "records": book(RecordsScreen()),
        "records-missed": late,
        "records-empty": base(RecordsScreen()),
        "records-before": book(RecordsScreen(1)),
        "records-year": book(RecordsScreen(0, 9, year=True)),
        "records-clock-unknown": at(book(RecordsScreen()), trust="unknown", wall_ms=0),
        "record": book(RecordsScreen(), page_of),
        "record-long": book(RecordsScreen(1), RecordScreen(RECORDS[0].session)),
        "record-uncounted": book(RecordsScreen(1), RecordScreen(RECORDS[1].session)),
        "record-missed": replace(late, screens=(*late.screens, RecordScreen(TONIGHT.id))),
        "record-gone": book(RecordsScreen(), RecordScreen("nothing@2026-01-01T19:30")),
        "correct": book(*correcting),
        "correct-wrong": book(*correcting[:2], CorrectScreen(page_of.session, wrong)),
        "correct-reason": book(*reasons),
        "correct-written": replace(book(*reasons, NoteScreen("reason")), note=Writing("会计数重了")),
        "enter-what": book(RecordsScreen(), PlanScreen(past=True)),
        "enter-day": book(RecordsScreen(), PlanScreen("day", 2, form="lecture", past=True)),
        "enter-time": book(RecordsScreen(), PlanScreen("time", 3, form="lecture", day=FRIDAY - 11, past=True)),
    }
    return {name: (world, SHELF) for name, world in worlds.items()}


def book(*screens: Screen) -> World:
    """Return a world whose record book has a few sessions."""
    return replace(base(*screens), records=RECORDS)


def _record(days_ago: int, title: str, count: HeadCount | None, **held: Any) -> SessionRecord:
    since_ms = NOW_MS - days_ago * 86_400_000
    fields = {"form": "video", "ended": "held", **held}
    body = SessionHeld(
        session=f"s{days_ago}@1", title=title, started_wall_ms=since_ms, ended_wall_ms=since_ms + 65 * 60_000, **fields
    )
    began = Moment(60_000, since_ms, "trusted", 1)
    return SessionRecord(body.session, body, began, 65 * 60_000, count, 7 if count else 0, rating=3 if count else 0)


_COUNT = HeadCount(session="", expected=40, present=27, members=18, villagers=9, on_leave=3)
_CORRECTED = (Corrected("members", 18, 17, "数错了人数"), Corrected("villagers", 9, 10, "数错了人数"))
RECORDS = (
    replace(
        _record(
            20, LONG_TITLE, replace(_COUNT, members=None, villagers=None, neighbours=12), form="field-visit",
            speaker="王技术员", neighbour="白云村", remarks=REMARKS * 4, by_hand=True,
        ),
        corrections=_CORRECTED * 3,
    ),
    _record(12, "停电那一晚", None),
    _record(8, "山羊常见病防治", None, ended="skipped"),
    replace(
        _record(2, "党员学习日", replace(_COUNT, members=17, villagers=10), made_up="opening@1"),
        corrections=_CORRECTED[:1],
    ),
)  # fmt: skip
