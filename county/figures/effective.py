"""Effective learning time (有效学习时长): which minutes of which plays count, and why the others do not. Pure.

Theory: a play that goes on where an earlier one of the same lesson on the same day stopped, after a power cut or a
pause for supper, is the same *viewing*. Of the viewings of a lesson on a day at a site the longest counts; one that is
too short does not; and of a programme no more than so much a day. A live channel is no lesson that anybody reviewed,
and nobody knows who watched: it never counts, nor does a recording of it, whenever it is shown. Every play is judged
and none is dropped: what does not count says why. Called by `county.figures.months` and by the page of a site's month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from county.figures.evidence import Play
from county.figures.rules import Rules
from playlists.recordings import start_of

SAME_PLACE_MS = 15_000  # so near to where an earlier play stopped, one goes on with it


class Verdict(Enum):
    """Why minutes count or not, in the words of a page."""

    COUNTED = "计入"
    SHORT = "太短，不计"
    REPEATED = "当日已计最长的一次"
    CAPPED = "超出每个节目的上限"
    LIVE = "直播，不计"
    RECORDING = "直播录像，不计"


@dataclass(frozen=True)
class Judged:
    """A play with what counts of it; where only a part does, ``verdict`` says why not the rest."""

    play: Play
    day: date
    counted_ms: int
    verdict: Verdict


@dataclass
class _Viewing:
    """Plays that are one viewing of a lesson, in order, and what they showed together."""

    started_ms: int
    plays: list[Play] = field(default_factory=list)
    shown_ms: int = 0

    def add(self, play: Play) -> None:
        self.plays.append(play)
        self.shown_ms += play.shown_ms

    @property
    def not_a_lesson(self) -> Verdict | None:
        """Why nothing of it counts, if it shows no reviewed lesson."""
        if self.plays[0].why == "live":
            return Verdict.LIVE
        return Verdict.RECORDING if start_of(self.plays[0].lesson) else None

    def goes_on_in(self, play: Play) -> bool:
        return play.begins_ms > 0 and abs(play.begins_ms - self.plays[-1].reached_ms) <= SAME_PLACE_MS


def judge(plays: Iterable[Play], rules: Rules) -> list[Judged]:
    """Return the plays of one site in order of time, each with what counts of it."""
    ordered = sorted(plays, key=lambda play: (play.started_ms, play.box, play.seq))
    days: dict[date, list[Play]] = defaultdict(list)
    for play in ordered:
        days[rules.local(play.started_ms).date()].append(play)
    return [judged for day, of_day in days.items() for judged in _judge_day(day, of_day, rules)]


def _judge_day(day: date, plays: Sequence[Play], rules: Rules) -> list[Judged]:
    left: dict[tuple[str, ...], int] = defaultdict(lambda: rules.up_to_ms)
    found: dict[tuple[str, int], tuple[int, Verdict]] = {}
    chosen = [(viewing, verdict) for viewings in _viewings(plays) for viewing, verdict in _choose(viewings, rules)]
    for viewing, verdict in sorted(chosen, key=lambda one: one[0].started_ms):
        for play in viewing.plays:
            programme = (play.course,) if rules.programme == "course" else (play.course, play.lesson)
            counted_ms = min(play.shown_ms, left[programme]) if verdict is Verdict.COUNTED else 0
            left[programme] -= counted_ms
            capped = verdict is Verdict.COUNTED and counted_ms < play.shown_ms
            found[play.box, play.seq] = counted_ms, Verdict.CAPPED if capped else verdict
    return [Judged(play, day, *found[play.box, play.seq]) for play in plays]


def _viewings(plays: Sequence[Play]) -> list[list[_Viewing]]:
    """Return the viewings of each lesson."""
    lessons: dict[tuple[str, str, bool], list[_Viewing]] = defaultdict(list)
    for play in plays:
        viewings = lessons[play.course, play.lesson, play.why == "live"]
        viewing = next((one for one in reversed(viewings) if one.goes_on_in(play)), None)
        if viewing is None:
            viewings.append(viewing := _Viewing(play.started_ms))
        viewing.add(play)
    return list(lessons.values())


def _choose(viewings: Sequence[_Viewing], rules: Rules) -> list[tuple[_Viewing, Verdict]]:
    long_enough = [one for one in viewings if one.shown_ms >= rules.from_ms]
    longest = max(long_enough, key=lambda one: one.shown_ms, default=None)

    def verdict(viewing: _Viewing) -> Verdict:
        if why_not := viewing.not_a_lesson:
            return why_not
        if viewing.shown_ms < rules.from_ms:
            return Verdict.SHORT
        counts = rules.same_day == "every" or viewing is longest
        return Verdict.COUNTED if counts else Verdict.REPEATED

    return [(viewing, verdict(viewing)) for viewing in viewings]
