"""Fills partial blobs: begins calls, takes what they bring, writes it, and learns of sources and line on the way.

The decisions are those of `crew`, `lanes` and `sources`; here they are done. One thread writes and decides; each
call has a thread of its own (`pull`). Lives for one run of the fetch worker.
"""

from __future__ import annotations

import queue
import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from player.core import faults
from player.store.marks import Gap
from player.store.partial import PartialBlob, WrongChunk
from player.workers.crew import Crew, Effort
from player.workers.dial import AddressBook
from player.workers.lanes import Lanes
from player.workers.messages import FetchSpec
from player.workers.pace import Bucket
from player.workers.pull import Answered, Came, Ended, Inbox, Pull
from player.workers.ranges import PIECE_BYTES, Busy, Refused
from player.workers.sources import SourceState, next_source, open_sources
from player.workers.toll import Toll, UsedUp
from player.workers.wires import Wire
from playlists.errors import FailedAttempt, WebPage

INBOX_WORDS: Final = 64  # a disk may take half a second for a sync: the line goes on
LOOK_EVERY_S: Final = 0.02
LAST_WORD_S: Final = 0.1  # a call that has brought all says so at once
Observe = Callable[[float, int], None]


class GivenUp(FailedAttempt):
    """No source has brought a byte for so long, or the time is up: it is better to try later.

    ``fault`` is the code of what stands in the way, where it is more than a bad line.
    """

    def __init__(self, why: str, *, retry_after_s: float | None = None, fault: str = "") -> None:
        super().__init__("fetch", why, retry_after_s=retry_after_s)
        self.fault = fault


class Pulling:
    """One run.

    Args:
        spec: What the worker was told.
        toll: Counts what it costs.
        observe: Is told how many seconds the line was tried, and the bytes that it brought; nothing of folders.
    """

    def __init__(self, spec: FetchSpec, toll: Toll, observe: Observe) -> None:
        rate = spec.bits_per_second / 8 if spec.bits_per_second else None
        book: AddressBook = {}
        self._bucket = Bucket(rate) if rate else None
        piece_bytes = min(PIECE_BYTES, self._bucket.burst_bytes) if self._bucket else PIECE_BYTES
        self._sources = open_sources(spec.sources, lambda base: Wire(base, spec.line, toll, book, rate), piece_bytes)
        self._lanes = Lanes(spec.calls_most, rate)
        self._toll, self._observe = toll, observe
        self._heard_s = time.monotonic()
        self._looked_s = self._heard_s
        self._until_s = self._heard_s + spec.limit_s
        self._give_up_s, self._limit_s = spec.give_up_s, spec.limit_s
        self.came_bytes = 0
        self.answered = False  # any source, in whatever way

    def fill(self, blob: PartialBlob, verified: Callable[[], None]) -> None:
        """Bring all that is missing.

        Args:
            blob: The open blob.
            verified: Called after each chunk.

        Raises:
            Refused: No source has it.
            GivenUp: Nothing comes, or the time is up.
            UsedUp: The month's allowance is.
            StoreError: The disk refuses.
        """
        filling = _Filling(self, blob, verified)
        filling.require_source()
        try:
            while filling.gaps:
                filling.begin_calls()
                filling.listen()
        finally:
            filling.end()

    # --- for `_Filling`

    @property
    def sources(self) -> list[SourceState]:
        """All sources."""
        return self._sources

    @property
    def lanes(self) -> Lanes:
        """How many calls at once."""
        return self._lanes

    def came(self, state: SourceState, length: int) -> None:
        """Take note of bytes, and wait as the cap wants."""
        state.heard()
        self.answered = True
        now_s = self._heard_s = time.monotonic()
        self.came_bytes += length
        self._toll.pay()
        if self._toll.left_bytes() == 0:
            raise UsedUp
        if state.source.is_far:
            self._lanes.brought(length, now_s)
            self._observe(0.0, length)
            if self._bucket:
                time.sleep(self._bucket.take(length, now_s))
                self._looked_s += time.monotonic() - now_s  # a pause for the cap is no trying

    def look(self, *, trying: bool) -> float:
        """Return the time; what has passed since the last look was spent on trying the line, or not."""
        now_s = time.monotonic()
        if trying:
            self._observe(max(0.0, now_s - self._looked_s), 0)
        self._looked_s = now_s
        return now_s

    def payable(self, gap: Gap) -> Gap:
        """Return the part of a gap that the month's allowance still allows."""
        left = self._toll.left_bytes()
        if left is None:
            return gap
        if not left:
            raise UsedUp
        return Gap(gap.start, min(gap.end, gap.start + max(1, left // self._lanes.count)))

    def require_hope(self, states: list[SourceState], now_s: float) -> None:
        """Give up where waiting longer is no use."""
        if now_s > self._until_s:
            raise GivenUp(f"the {self._limit_s:.0f} s of this run are over")
        last_s = min(self._heard_s + self._give_up_s, self._until_s)
        ready = min(states, key=lambda one: one.ready_s)
        if max(now_s, ready.ready_s) > last_s:
            raise GivenUp(ready.last_error or f"{ready.source.name} is silent", retry_after_s=ready.asked_to_wait_s)


class _Filling:
    """One blob on its way."""

    def __init__(self, pulling: Pulling, blob: PartialBlob, verified: Callable[[], None]) -> None:
        self._pulling, self._partial, self._verified = pulling, blob, verified
        self._crew = Crew()
        self._pulls: dict[Effort, Pull] = {}
        self._inbox: Inbox = queue.Queue(INBOX_WORDS)
        self._givers: dict[int, set[SourceState]] = {}
        self.gaps = blob.gaps()
        self._looked_s = 0.0

    def begin_calls(self) -> None:
        """Leave calls that are no use, and begin those that are missing."""
        crew, blob = self._crew, self._partial.sha256
        now_s = self._pulling.look(trying=self._is_trying())
        if crew.efforts and now_s < self._looked_s + LOOK_EVERY_S:
            return
        self._looked_s, self.gaps = now_s, self._partial.gaps()
        crew.lanes = self._pulling.lanes.count
        for effort in crew.to_leave(self.gaps, now_s):
            self._leave(effort)
        self._pulling.require_hope([state for state in self._pulling.sources if state.is_usable(blob)], now_s)
        while (gap := crew.next_range(self.gaps, now_s, random.random())) is not None:  # noqa: S311 - jitter
            at_work = {effort.source for effort in crew.efforts}
            state = next_source(self._pulling.sources, blob, now_s, at_work)
            assert state is not None
            if state.ready_s > now_s or (state.source.whole_only and crew.efforts):
                return
            self._begin(state, self._pulling.payable(gap), now_s)

    def listen(self) -> None:
        """Take what the calls say, for a short while."""
        try:
            word = self._inbox.get(timeout=LOOK_EVERY_S)
        except queue.Empty:
            return
        effort = word.pull.effort
        if effort not in self._pulls:
            return
        if isinstance(word, Answered):
            self._crew.answered(effort, word.start, time.monotonic())
        elif isinstance(word, Came):
            self._came(effort, word.data)
        else:
            self._ended(effort, word)

    def end(self) -> None:
        """Leave all calls; one that has brought all keeps its connection for the next blob."""
        until_s = time.monotonic() + LAST_WORD_S
        while any(effort.has_all for effort in self._pulls) and (left_s := until_s - time.monotonic()) > 0:
            with suppress(queue.Empty):
                word = self._inbox.get(timeout=left_s)
                if isinstance(word, Ended) and word.error is None and word.pull.effort in self._pulls:
                    self._ended(word.pull.effort, word)
        for effort in list(self._pulls):
            self._leave(effort)

    def _is_trying(self) -> bool:
        """Return whether the time that passes now says something of the line."""
        if self._crew.efforts:
            return any(effort.source.source.is_far for effort in self._crew.efforts)
        states = [state for state in self._pulling.sources if state.is_usable(self._partial.sha256)]
        return any(state.source.is_far and state.asked_to_wait_s is None for state in states)

    def _begin(self, state: SourceState, gap: Gap, now_s: float) -> None:
        wire = state.wires.pop() if state.wires else state.source.wire()
        effort = Effort(state, gap.start, now_s, now_s, end=gap.end)
        ask = partial(state.source.part, self._partial.sha256, self._partial.blob_bytes, gap, wire)
        pull = Pull(effort, wire, ask, self._inbox)
        self._crew.began(effort)
        self._pulls[effort] = pull
        pull.start()

    def _leave(self, effort: Effort) -> None:
        self._crew.ended(effort)
        if (pull := self._pulls.pop(effort, None)) is not None:
            pull.hang_up()

    def _came(self, effort: Effort, data: bytes) -> None:
        at = effort.at
        others = self._crew.brought(effort, len(data), time.monotonic())
        if any(other.source is not effort.source for other in others):
            self._pulling.lanes.try_soon()
        for other in others:
            self._leave(other)
        self._pulling.came(effort.source, len(data))
        self._write(effort, at, data)

    def _write(self, effort: Effort, at: int, data: bytes) -> None:
        for index in self._partial.chunks_of(at, len(data)):
            self._givers.setdefault(index, set()).add(effort.source)
        try:
            if self._partial.write(at, data):
                self.gaps = self._partial.gaps()
                self._verified()
        except WrongChunk as error:
            self._leave(effort)
            self._looked_s, self.gaps = 0.0, self._partial.gaps()
            givers = self._givers.pop(error.index, set())
            if not error.resumed and len(givers) == 1:  # otherwise the fault may lie in what others have brought
                effort.source.struck(self._partial.sha256, str(error))
                self.require_source()

    def _ended(self, effort: Effort, word: Ended) -> None:
        state, error, pull = effort.source, word.error, self._pulls.pop(effort)
        self._crew.ended(effort)
        self._looked_s, self.gaps = 0.0, self._partial.gaps()
        if error is None:
            if pull.wire is not None:
                state.wires.append(pull.wire)
            return
        now_s = time.monotonic()
        self._pulling.lanes.disturbed(now_s)
        self._pulling.answered |= isinstance(error, Refused | WebPage | Busy)
        if isinstance(error, Refused):
            state.refused(self._partial.sha256, error.problem)
        elif isinstance(error, WebPage):
            state.closed = error.why
        elif isinstance(error, FailedAttempt):
            state.failed(error, now_s, random.random())  # noqa: S311 - jitter
        else:
            raise error
        self.require_source()

    def require_source(self) -> None:
        """Give up a blob that nobody has, and the run if a web page answers for everybody."""
        sources, blob = self._pulling.sources, self._partial.sha256
        if any(state.is_usable(blob) for state in sources):
            return
        why = "; ".join(state.why_not(blob) for state in sources) or "none is configured"
        if sources and all(state.closed for state in sources):
            raise GivenUp(why, fault=faults.WRONG_ANSWER)
        raise Refused(blob, "", f"no source has it: {why}")
