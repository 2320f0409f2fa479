"""What the figures of a site are drawn from: its plays, sessions and head counts of one month. Pure data.

Times in ``…_ms`` are milliseconds since 1970 UTC, lengths milliseconds; everything is named by box and number of the
entry that says it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Play:
    """One play of one lesson.

    Attributes:
        begins_ms: The place in the medium of the first picture.
        reached_ms: The furthest place in the medium that was shown.
        shown_ms: How much of the medium was shown, each part once.
        film_ms: The same, each part as often as it was shown.
        took_ms: From the first picture to the end by a clock that cannot be set; None if it broke off with the power.
        session: The occurrence's id; empty for a play on demand.
        why: How it came to be shown: ``session``, ``order``, ``menu`` or ``live``.
        clock_set_ms: By how much the wall clock was set meanwhile, the largest step; 0 if it was not.
    """

    box: str
    seq: int
    course: str
    lesson: str
    started_ms: int
    trust: str
    begins_ms: int
    reached_ms: int
    shown_ms: int
    film_ms: int
    paused_ms: int
    took_ms: int | None
    session: str = ""
    why: str = "menu"
    clock_set_ms: int = 0

    @property
    def ended_ms(self) -> int:
        """When it ended; where nobody knows, as if it had run through."""
        return self.started_ms + (self.film_ms + self.paused_ms if self.took_ms is None else self.took_ms)


@dataclass(frozen=True)
class Heads:
    """The newest head count of a session with its doubts; ``corrected`` is how many corrections it has seen.

    ``neighbours`` are the heads of the other village in a joint session, beside those ``present``.
    """

    seq: int
    present: int
    members: int | None
    villagers: int | None
    doubts: tuple[str, ...] = ()
    corrected: int = 0
    neighbours: int = 0


@dataclass(frozen=True)
class Session:
    """A group session; ``ended`` is held, skipped or cut, ``form`` video, lecture or field-visit.

    ``host`` is the site that held it, ``guest`` the site of the village that learnt with it; empty where nobody knows.
    ``by_hand``: held without the box and entered afterwards (补登).
    """

    box: str
    name: str
    title: str
    form: str
    started_ms: int
    ended_ms: int
    ended: str
    heads: Heads | None = None
    by_hand: bool = False
    host: str = ""
    guest: str = ""


@dataclass(frozen=True)
class Month:
    """All that a site's boxes have told of one month.

    ``before`` are the head counts of the sessions just before it, oldest first: who always writes the same is seen
    over more than one month. ``expected`` is how many people belong to the site, 0 if nobody entered it. ``joint`` are
    the sessions of other sites at which people of this one were counted; their ``heads`` are those of this one alone.
    """

    plays: tuple[Play, ...] = ()
    sessions: tuple[Session, ...] = ()
    before: tuple[Heads, ...] = ()
    expected: int = 0
    joint: tuple[Session, ...] = ()
