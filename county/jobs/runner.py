"""Runs jobs one after another in a thread of ``yuanjiao county serve`` (or until the queue is empty, for tests).

Bad data fails the job for good; a failed attempt is tried again. A job learns through `Progress` that its
lease is lost or the server stops, and then lets go of everything.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import close_old_connections, connections
from django.utils import timezone

from county.jobs import queue
from county.jobs.models import Job
from county.jobs.owner import this_process
from playlists.errors import BadData, FailedAttempt

log = logging.getLogger(__name__)
Progress = Callable[[int], bool]


@dataclass(frozen=True)
class Work:
    """What a kind of job does with its subject, and how its end without success is told to people."""

    run: Callable[[int, Progress], None]
    gave_up: Callable[[int, str], None]


class Interrupted(FailedAttempt):
    """The lease was lost or the server is stopping; the work will be taken up again."""

    def __init__(self) -> None:
        super().__init__("job", "interrupted")


class Runner:
    """Takes jobs of the kinds in ``works`` until stopped.

    Args:
        works: What to do for each kind; gets the job's subject and a `Progress` that must be called more often
            than the lease lasts.
        lease_s: How long silence is tolerated, in seconds.
        poll_s: How often an idle runner looks, in seconds.
    """

    def __init__(self, works: Mapping[str, Work], lease_s: float, poll_s: float = 1.0) -> None:
        self._works, self._lease_s, self._poll_s = works, lease_s, poll_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._owner = this_process()

    def start(self) -> None:
        """Take back what a dead process held and begin."""
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Give up the present job, to be taken up at the next start, and wait for the thread."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout_s)

    def is_alive(self) -> bool:
        """Return whether the runner's thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def run_until_empty(self) -> int:
        """Run every job there is in this thread; return how many."""
        count = 0
        while not self._stopping.is_set() and self._run_next():
            count += 1
        return count

    def _run(self) -> None:
        looked_back = False
        while not self._stopping.is_set():
            close_old_connections()
            try:
                looked_back = looked_back or queue.free_orphans() >= 0
                idle = not self._run_next()
            except Exception:
                log.exception("the job runner met a fault and goes on")
                idle = True
            if idle:
                self._stopping.wait(self._poll_s)
        connections.close_all()

    def _run_next(self) -> bool:
        for exhausted in queue.give_up_exhausted(timezone.now()):
            self._works[exhausted.kind].gave_up(exhausted.subject, exhausted.error)
        job = queue.claim(self._owner, self._lease_s, timezone.now())
        if job is None:
            return False
        try:
            self._works[job.kind].run(job.subject, lambda thousandths: self._report(job, thousandths))
        except Interrupted:
            queue.give_back(job)
        except BadData as error:
            self._failed(job, error.problem, retry=False)
        except FailedAttempt as error:
            log.warning("job %s: %s", job.pk, error)
            self._failed(job, error.why, retry=True)
        except Exception as error:  # the top of a job: its fault is shown, the runner lives on
            log.exception("job %s failed", job.pk)
            self._failed(job, f"内部错误：{error}", retry=True)
        else:
            queue.finish(job, timezone.now())
        return True

    def _failed(self, job: Job, error: str, *, retry: bool) -> None:
        if queue.fail(job, error, timezone.now(), retry=retry):
            self._works[job.kind].gave_up(job.subject, error)

    def _report(self, job: Job, thousandths: int) -> bool:
        return not self._stopping.is_set() and queue.renew(job, thousandths, self._lease_s, timezone.now())
