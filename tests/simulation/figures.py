"""The county's figures of a simulated box: what it counts by month, from the entries that it holds and nothing else.

Entries are dated by the product (`playlists.dating`). A month is closed some days after its end; what was counted in it
then stays in it, whatever comes later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from player.core.schedule import month as month_of
from playlists.dating import Dated, Dating
from playlists.entries import Entry, Play, SessionHeld
from playlists.recordings import start_of

from .broken import Broken
from .inbox import Inbox
from .store import Month

OFFSET_MINUTES = 480
CLOSING_DAYS = (15, 32, 47)  # the second is the third of April; more often does no harm


@dataclass
class Figures:
    """Sessions with their months, and milliseconds of film by month; ``undated_ms`` is film of which nobody knows when.

    ``closed`` are the sessions that a closed month has counted.
    """

    inbox: Inbox
    sessions: dict[str, Month] = field(default_factory=dict)
    film_ms: Counter[Month] = field(default_factory=Counter)
    undated_ms: int = 0
    closed: dict[str, Month] = field(default_factory=dict)

    def draw(self) -> None:
        """Count anew what the inbox holds by now.

        Raises:
            Broken: A closed month has changed.
        """
        self.sessions, self.film_ms, self.undated_ms = {}, Counter(), 0
        for body, dated in self._told():
            month = month_of(dated.wall_ms, OFFSET_MINUTES)
            if isinstance(body, SessionHeld) and body.ended == "held" and dated.trust == "trusted":
                self._count(body.session, month)
            elif isinstance(body, Play) and not start_of(body.lesson):
                shown_ms = sum(end - start for start, end in body.segments)
                self.film_ms[month] += shown_ms
                self.undated_ms += shown_ms if dated.trust != "trusted" else 0

    def close(self) -> None:
        """Close what was counted until now."""
        self.draw()
        self.closed |= self.sessions

    def _count(self, session: str, month: Month) -> None:
        if session in self.sessions:
            raise Broken(7, "a session was counted twice", session)
        if self.closed.get(session, month) != month:
            raise Broken(7, "a closed month has changed", session, f"{self.closed[session]} became {month}")
        self.sessions[session] = month

    def _told(self) -> Iterator[tuple[Play | SessionHeld, Dated]]:
        entries: list[Entry] = [self.inbox.entries[seq] for seq in sorted(self.inbox.entries)]
        dating = Dating(entries)
        for entry in entries:
            body = self.inbox.bodies[entry.seq]
            if isinstance(body, Play | SessionHeld):
                yield body, dating.started(entry, body)

    def compare(self, shown_ms: Counter[Month], excused_ms: int) -> None:
        """Compare with what was really shown in each month."""
        self.draw()
        allowed_ms = excused_ms + self.undated_ms
        for month in shown_ms.keys() | self.film_ms.keys():
            if abs(shown_ms[month] - self.film_ms[month]) > allowed_ms:
                said = f"{self.film_ms[month]} ms counted, {shown_ms[month]} shown, {allowed_ms} excused"
                raise Broken(7, "the county counts another month than was", month, said)
