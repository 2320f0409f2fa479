"""The queue of lasting work: a job is held under a lease, and who falls silent loses it.

``waiting → running → done | failed``; a running job whose lease ran out, or whose owner is gone, is taken
again until `MAX_ATTEMPTS`. Only the holder of the lease may report. Called by pages (`enqueue`) and
`county.jobs.runner`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from county.jobs.models import Job, JobState
from county.jobs.owner import is_gone

MAX_ATTEMPTS = 3
INTERRUPTED = "处理多次中断，已停止重试；请检查文件后重新上传"


def enqueue(kind: str, subject: int) -> Job:
    """Add a job about the row ``subject`` and return it."""
    return Job.objects.create(kind=kind, subject=subject)


def claim(owner: str, lease_s: float, now: datetime) -> Job | None:
    """Take the oldest job that nobody holds, for ``lease_s`` seconds; None when there is none."""
    with transaction.atomic():
        free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lte=now)
        rows = Job.objects.filter(free).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        if job := rows.filter(attempts__lt=MAX_ATTEMPTS).first():
            job.state, job.owner, job.progress = JobState.RUNNING, owner, 0
            job.attempts += 1
            job.lease_until = now + timedelta(seconds=lease_s)
            job.save()
            return job
    return None


def give_up_exhausted(now: datetime) -> list[Job]:
    """Fail the jobs whose last attempt was cut off, and return them."""
    with transaction.atomic():
        cut = Job.objects.filter(state=JobState.RUNNING, lease_until__lte=now, attempts__gte=MAX_ATTEMPTS)
        waiting = Job.objects.filter(state=JobState.WAITING, attempts__gte=MAX_ATTEMPTS)
        exhausted = [*cut, *waiting]
        for job in exhausted:
            job.state, job.error, job.finished_at, job.owner = JobState.FAILED, INTERRUPTED, now, ""
            job.save()
    return exhausted


def renew(job: Job, progress: int, lease_s: float, now: datetime) -> bool:
    """Report progress in thousandths and extend the lease; False if somebody else has the job now."""
    until = now + timedelta(seconds=lease_s)
    return bool(_held(job).update(lease_until=until, progress=progress))


def finish(job: Job, now: datetime) -> bool:
    """Mark a job as done; False if the lease was lost."""
    return bool(_held(job).update(state=JobState.DONE, progress=1000, error="", finished_at=now, owner=""))


def fail(job: Job, error: str, now: datetime, *, retry: bool) -> bool:
    """Report that an attempt failed; with ``retry`` it waits for another while attempts are left.

    Returns whether this was the end of the job.
    """
    if retry and job.attempts < MAX_ATTEMPTS:
        _held(job).update(state=JobState.WAITING, error=error[:500], owner="")
        return False
    return bool(_held(job).update(state=JobState.FAILED, error=error[:500], finished_at=now, owner=""))


def give_back(job: Job) -> None:
    """Let go of a job that was not at fault: the server stops. The attempt does not count."""
    _held(job).update(state=JobState.WAITING, attempts=job.attempts - 1, owner="")


def free_orphans() -> int:
    """Give back at once what processes held that are gone; return how many. Called when a runner starts."""
    count = 0
    for job in Job.objects.filter(state=JobState.RUNNING):
        if is_gone(job.owner):
            count += _held(job).update(state=JobState.WAITING, owner="")
    return count


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, owner=job.owner, attempts=job.attempts)
