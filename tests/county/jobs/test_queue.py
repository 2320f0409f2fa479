"""Jobs are held under leases: a kill strands nothing, and nobody works on what another holds."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta

from django.db import connections

from county.jobs import queue
from county.jobs.models import Job, JobState
from county.jobs.owner import is_gone, this_process
from county.jobs.runner import Interrupted, Runner, Work
from playlists.errors import BadData, FailedAttempt
from tests.county.world import NOW, County

LATER = NOW + timedelta(seconds=61)


def test_jobs_are_taken_in_order_and_only_once(any_county: County) -> None:
    first, second = queue.enqueue("test", 1), queue.enqueue("test", 2)
    assert queue.claim("a", 60, NOW) == first
    assert queue.claim("b", 60, NOW) == second
    assert queue.claim("c", 60, NOW) is None


def test_many_threads_never_take_the_same_job(any_county: County) -> None:
    for number in range(12):
        queue.enqueue("test", number)
    taken: list[int] = []

    def work() -> None:
        while job := queue.claim(threading.current_thread().name, 60, NOW):
            taken.append(job.subject)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(12))


def test_a_lease_that_ran_out_is_taken_over_and_the_former_holder_can_report_nothing(any_county: County) -> None:
    queue.enqueue("test", 1)
    lost = queue.claim("a", 60, NOW)
    assert lost is not None
    assert queue.renew(lost, 100, 60, NOW)
    assert queue.claim("b", 60, LATER) is not None
    assert not queue.renew(lost, 200, 60, LATER)
    assert not queue.finish(lost, LATER)
    assert Job.objects.get().owner == "b"


def test_a_renewed_lease_is_not_taken_over(county: County) -> None:
    queue.enqueue("test", 1)
    held = queue.claim("a", 60, NOW)
    assert held is not None
    queue.renew(held, 1, 60, NOW + timedelta(seconds=30))
    assert queue.claim("b", 60, LATER) is None


def test_a_job_that_is_cut_off_three_times_is_given_up_in_words(county: County) -> None:
    queue.enqueue("test", 1)
    for attempt in range(3):
        assert queue.claim("a", 60, NOW + timedelta(minutes=2 * attempt)) is not None
    assert queue.claim("a", 60, NOW + timedelta(hours=1)) is None
    assert [job.error for job in queue.give_up_exhausted(NOW + timedelta(hours=1))] == [queue.INTERRUPTED]
    assert Job.objects.get().state == JobState.FAILED


def test_what_a_dead_process_held_is_free_at_once_and_what_a_living_one_holds_is_not(county: County) -> None:
    script = "from county.jobs.owner import this_process; print(this_process())"
    dead = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
    assert is_gone(dead)
    assert not is_gone(this_process())
    assert not is_gone("another-machine/1/1")
    queue.enqueue("test", 1)
    queue.enqueue("test", 2)
    queue.claim(dead, 3600, NOW)
    queue.claim(this_process(), 3600, NOW)
    assert queue.free_orphans() == 1
    assert list(Job.objects.values_list("state", flat=True)) == [JobState.WAITING, JobState.RUNNING]


def test_a_failed_attempt_is_tried_again_and_bad_data_is_not(county: County) -> None:
    told: list[tuple[int, str]] = []
    tries: list[int] = []

    def run(subject: int, _progress: object) -> None:
        tries.append(subject)
        raise FailedAttempt("disk", "full") if subject == 1 else BadData("film", "", "is none")

    queue.enqueue("test", 1)
    queue.enqueue("test", 2)
    work = Work(run, lambda subject, error: told.append((subject, error)))
    Runner({"test": work}, lease_s=60).run_until_empty()
    assert tries == [1, 1, 1, 2]
    assert told == [(1, "full"), (2, "is none")]


def test_a_fault_in_one_job_does_not_keep_the_next_from_running(county: County) -> None:
    done: list[int] = []

    def run(subject: int, _progress: object) -> None:
        done.append(1 // subject)

    for subject in (0, 1):
        queue.enqueue("test", subject)
    Runner({"test": Work(run, lambda *_: None)}, lease_s=60).run_until_empty()
    assert done == [1]
    assert list(Job.objects.values_list("state", flat=True)) == [JobState.FAILED, JobState.DONE]


def test_a_runner_that_stops_gives_its_job_back_without_blaming_it(county: County) -> None:
    started = threading.Event()

    def run(_subject: int, progress: object) -> None:
        while progress(1):  # type: ignore[operator]
            started.set()
        raise Interrupted

    queue.enqueue("test", 1)
    runner = Runner({"test": Work(run, lambda *_: None)}, lease_s=60, poll_s=0.05)
    runner.start()
    assert started.wait(10)
    runner.stop()
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
