"""What is odd about the evidence of a month: said beside it, never a reason to drop it. Pure.

Called by `county.figures.months` and by the page of a site's month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from county.figures import joint
from county.figures.evidence import Heads, Month, Play, Session
from county.figures.joint import at_the_same_time
from county.figures.rules import Rules

TOLERANCE_MS = 5_000
CLOCK_STEP_MS = 60_000  # a smaller one is a clock put right, not one that was wrong
SAME_COUNTS = 4  # so many equal head counts in a row are odd
FEW = 20  # so many more than expected may always come


class Oddity(Enum):
    """What a person should look at, in the words of a page."""

    OVERLAP = "同一台机顶盒上与另一次播放时间重叠"
    SPEED = "放出的画面比经过的时间还长"
    CLOCK = "播放当中时钟被调整"
    NIGHT = "凌晨播放"
    UNDATED = "时间未校准，日期为推算"
    EMPTY = "集中学习当中没有播放记录"
    NO_HEADS = "有播放但没有清点人数，疑似空放电视"
    HEADS = "人数异常"
    CROWD = "实到人数远多于党员或应到人数"
    SAME = "连续多场人数完全相同"
    TWICE = "本村和邻村都报了这一段时间的集中学习，疑似同一场"
    NO_VILLAGE = "名册中没有联合学习的村，邻村人数没有记到任何站点"
    BY_HAND = "补登的时间与另一场集中学习重叠"


def odd_plays(plays: Iterable[Play], rules: Rules) -> dict[tuple[str, int], list[Oddity]]:
    """Return what is odd about plays, by box and number; one about which nothing is odd is not named."""
    found: dict[tuple[str, int], list[Oddity]] = defaultdict(list)
    plays = sorted(plays, key=lambda play: (play.box, play.started_ms, play.seq))
    last: Play | None = None  # that ended last of those on this box so far
    for play in plays:
        if last is not None and last.box == play.box and play.started_ms < last.ended_ms - TOLERANCE_MS:
            found[play.box, play.seq].append(Oddity.OVERLAP)
            if Oddity.OVERLAP not in found[last.box, last.seq]:
                found[last.box, last.seq].append(Oddity.OVERLAP)
        if last is None or last.box != play.box or play.ended_ms > last.ended_ms:
            last = play
        found[play.box, play.seq] += _of_play(play, rules)
    return {key: oddities for key, oddities in found.items() if oddities}


def _of_play(play: Play, rules: Rules) -> Iterator[Oddity]:
    if play.took_ms is not None and play.film_ms + play.paused_ms > play.took_ms + TOLERANCE_MS + play.film_ms // 50:
        yield Oddity.SPEED
    if abs(play.clock_set_ms) >= CLOCK_STEP_MS:
        yield Oddity.CLOCK
    if rules.local(play.started_ms).hour < rules.night_until_hour:
        yield Oddity.NIGHT
    if play.trust == "unknown":
        yield Oddity.UNDATED


def odd_sessions(month: Month) -> dict[tuple[str, str], list[Oddity]]:
    """Return what is odd about sessions, by box and name; one about which nothing is odd is not named."""
    played = {(play.box, play.session) for play in month.plays if play.session}
    held = joint.held(month)
    always = _always_the_same(month.before, held)
    found = {(one.box, one.name): _of_session(one, month, (one.box, one.name) in played) for one in held}
    found |= {(one.box, one.name): _of_joint(one, held) for one in month.joint}
    for one in held:
        if (one.box, one.name) in always:
            found[one.box, one.name].append(Oddity.SAME)
    return {key: oddities for key, oddities in found.items() if oddities}


def _of_session(session: Session, month: Month, played: bool) -> list[Oddity]:
    heads = session.heads
    checks = {
        Oddity.EMPTY: session.form == "video" and not played and not session.by_hand,
        Oddity.NO_HEADS: heads is None and played,
        Oddity.HEADS: heads is not None and bool(heads.doubts),
        Oddity.CROWD: heads is not None and _is_crowd(heads, month.expected),
        Oddity.TWICE: bool(at_the_same_time(session, month.joint)),
        Oddity.NO_VILLAGE: heads is not None and heads.neighbours > 0 and not session.guest,
        Oddity.BY_HAND: session.by_hand and bool(at_the_same_time(session, joint.held(month))),
    }
    return [oddity for oddity, odd in checks.items() if odd]


def _of_joint(session: Session, held: Sequence[Session]) -> list[Oddity]:
    """Return what is odd about a session that a neighbour counted for this site."""
    doubtful = session.heads is not None and bool(session.heads.doubts)
    twice = bool(at_the_same_time(session, held))
    return [oddity for oddity, odd in ((Oddity.HEADS, doubtful), (Oddity.TWICE, twice)) if odd]


def _is_crowd(heads: Heads, expected: int) -> bool:
    above_site = expected > 0 and heads.present > 2 * expected + FEW
    above_members = heads.members is not None and heads.members > 0 and heads.present > 4 * heads.members + FEW
    return above_site or above_members


def _always_the_same(before: Sequence[Heads], held: Sequence[Session]) -> set[tuple[str, str]]:
    """Return the sessions at the end of so many whose heads are equal, one by one."""
    row: list[tuple[int, int | None, int | None]] = [_figures(heads) for heads in before]
    same = set()
    for session in sorted(held, key=lambda one: one.started_ms):
        if session.heads is None:
            continue
        row.append(_figures(session.heads))
        if len(row) >= SAME_COUNTS and len(set(row[-SAME_COUNTS:])) == 1 and session.heads.present:
            same.add((session.box, session.name))
    return same


def _figures(heads: Heads) -> tuple[int, int | None, int | None]:
    return heads.present, heads.members, heads.villagers
