"""One site's month, traced: which plays of which day count, which do not and why, and what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from county.figures import joint
from county.figures.effective import Judged, Verdict, judge
from county.figures.evidence import Month, Session
from county.figures.gathering import gather
from county.figures.months import fresh_months
from county.figures.oddities import Oddity, odd_plays, odd_sessions
from county.figures.rules import Rules, rules_of
from county.inbox.models import HeadCount
from county.pages.access import EVERYBODY, page, person_of, site_for
from county.pages.months import definition, figures, month_selection, sums_of, undated
from county.pages.record_rows import lesson_name, lessons_of, names_of
from county.pages.records import months_until
from county.places.models import Site


@dataclass(frozen=True)
class PlayLine:
    """A play with what counts of it, in the words of the page."""

    judged: Judged
    course: str
    lesson: str
    oddities: Sequence[Oddity]


@dataclass(frozen=True)
class SessionLine:
    """A session with its newest head count and what is odd about it."""

    session: Session
    count: HeadCount | None
    oddities: Sequence[Oddity]


@dataclass(frozen=True)
class JointLine:
    """A session of a neighbour's at which people of this site were counted; ``counted``: it is in the figures."""

    session: Session
    host: str
    counted: bool
    oddities: Sequence[Oddity]


@dataclass(frozen=True)
class Share:
    """How much of what was shown fell to one verdict."""

    verdict: Verdict
    plays: int
    milliseconds: int


@page(EVERYBODY)
def site_month(request: HttpRequest, key: str) -> HttpResponse:
    """Show how the figures of a site's month came about."""
    person, now = person_of(request), timezone.now()
    site = site_for(person, key)
    selection, rules = month_selection(request, now), rules_of(settings.CONFIGURATION)
    drawn = fresh_months(selection.month, [site.pk], rules, now).first()
    evidence = gather([site.pk], selection.month, rules.zone)[site.pk]
    judged = judge(evidence.plays, rules)
    context = {
        "site": site, "month": selection.month, "months": months_until(now), "now": now, "rules": definition(rules),
        "figures": figures(sums_of(drawn), rules), "shares": shares(judged),
        "shown_ms": sum(one.play.shown_ms for one in judged),
        "sessions": _session_lines(evidence.sessions, odd_sessions(evidence)),
        "joint": _joint_lines(evidence, odd_sessions(evidence)),
        "plays": _play_lines(judged, odd_plays(evidence.plays, rules)),
        "undated": undated([site.pk]).count(),
    }  # fmt: skip
    return render(request, "site_month.html", context)


def traced_plays(site: Site, month: str, rules: Rules) -> list[PlayLine]:
    """Return the plays of a site's month in order, each with what counts of it."""
    plays = gather([site.pk], month, rules.zone)[site.pk].plays
    return _play_lines(judge(plays, rules), odd_plays(plays, rules))


def shares(judged: Iterable[Judged]) -> list[Share]:
    """Return how all that was shown divides into what counts and what does not, the whole of it."""
    plays: Counter[Verdict] = Counter()
    lengths: Counter[Verdict] = Counter()
    for one in judged:
        plays[one.verdict] += 1
        lengths[Verdict.COUNTED] += one.counted_ms
        if one.verdict is not Verdict.COUNTED:
            lengths[one.verdict] += one.play.shown_ms - one.counted_ms
    return [Share(verdict, plays[verdict], lengths[verdict]) for verdict in Verdict if plays[verdict]]


def _play_lines(judged: Sequence[Judged], oddities: dict[tuple[str, int], list[Oddity]]) -> list[PlayLine]:
    wanted = {one.play.course for one in judged}
    courses, lessons = names_of(wanted), lessons_of(wanted)
    return [
        PlayLine(
            one,
            courses.get(one.play.course, one.play.course),
            lesson_name(one.play, lessons),
            oddities.get((one.play.box, one.play.seq), ()),
        )
        for one in judged
    ]


def _joint_lines(month: Month, oddities: dict[tuple[str, str], list[Oddity]]) -> list[JointLine]:
    names = dict(Site.objects.filter(pk__in={one.host for one in month.joint}).values_list("pk", "name"))
    counted = joint.counted(month)
    return [
        JointLine(one, names.get(one.host, one.host), one in counted, oddities.get((one.box, one.name), ()))
        for one in month.joint
    ]


def _session_lines(sessions: Sequence[Session], oddities: dict[tuple[str, str], list[Oddity]]) -> list[SessionLine]:
    wanted = {(one.box, one.heads.seq) for one in sessions if one.heads}
    rows = HeadCount.objects.filter(box__in={box for box, _ in wanted}, seq__in={seq for _, seq in wanted})
    counts = {(row.box_id, row.seq): row for row in rows}
    newest = {(one.box, one.name): counts.get((one.box, one.heads.seq)) for one in sessions if one.heads}
    return [
        SessionLine(one, newest.get((one.box, one.name)), oddities.get((one.box, one.name), ())) for one in sessions
    ]
